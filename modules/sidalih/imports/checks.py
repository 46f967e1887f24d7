"""What of a staged voter file needs our own tables: its election, its map, its villages and stations."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import text

from electsys.db import db
from electsys.elections.calendar import require_open
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.intake import Staging
from electsys.ledger import Actor
from electsys.regions.rules import province_of
from electsys.web.formats import title_region
from modules.sidalih.imports.wording import MESSAGES
from modules.sidalih.operations.canaries import touched_rows

#: Rows of a village that the file names wrongly are gathered here.
NOWHERE = "-"
#: In this state a roll takes files.
OPEN_STATE = "penyusunan"
STAGE = "daftar_pemilih"


def check_voters(staging: Staging, election: Election, region: str, *, actor: Actor) -> None:
    """Refuse a file of another election or for a list that is closed; add the errors of its rows.

    Keeps the rows and the rejected rows of each village on ``staging.notes``, before bad ones are
    discarded. ``region`` is the prefix of villages that the file may touch.
    """
    _refuse_other_election(staging, election)
    _refuse_other_map(staging, election)
    _check_villages(staging, election, region)
    _check_stations(staging, election)
    turn_away_nobody(staging, actor)
    _refuse_closed(staging, election)
    staging.notes["villages"] = _villages(staging, election, region)


def _refuse_other_election(staging: Staging, election: Election) -> None:
    other = db.session.scalar(
        text(
            f"select left(election_code, 60) from {staging.table}"
            " where election_code is not null and lower(election_code) not in (:code, :name) limit 1"
        ),
        {"code": election.code, "name": election.name.lower()},
    )
    if other is not None:
        raise Refused(
            _("Berkas ini milik pemilu lain: tertulis “%(other)s”.", other=other),
            hint=_("Pilih pemilu yang sesuai; berkas ini untuk %(name)s.", name=election.name),
            field="pemilu",
        )


def _refuse_other_map(staging: Staging, election: Election) -> None:
    """A file whose villages are all unknown here, but stand on another map, is of another election."""
    here, elsewhere = db.session.execute(
        text(
            "with named as (select distinct village_code as code from "
            f"{staging.table} where village_code is not null) "
            "select count(*) filter (where exists (select from region r where r.map_id = :map"
            " and r.code = named.code)), count(*) filter (where exists (select from region r"
            " where r.map_id <> :map and r.code = named.code)) from named"
        ),
        {"map": election.map_id},
    ).one()
    if elsewhere and not here:
        raise Refused(
            _("Berkas ini memakai peta wilayah pemilu lain: tidak ada desanya pada peta pemilu ini."),
            hint=_("Periksa pemilu yang dipilih: %(name)s.", name=election.name),
            field="kode_desa",
        )


def _check_villages(staging: Staging, election: Election, region: str) -> None:
    staging.add_errors(
        f"""
        select s.row_number, 'kode_desa' as column_name, null as value,
            case when r.code is null then 'village_unknown' else 'village_outside' end as code
        from {staging.table} s
        left join region r on r.map_id = :map and r.code = s.village_code and r.level = 4
        where s.village_code is not null and (r.code is null or not starts_with(s.village_code, :region))
        """,
        {"map": election.map_id, "region": region},
    )


def _check_stations(staging: Staging, election: Election) -> None:
    """A station that is named must stand in the village; a problem of the form was told already."""
    staging.add_errors(
        f"""
        select s.row_number, 'tps' as column_name, null as value, 'tps_unknown' as code
        from {staging.table} s
        left join tps t on t.election_id = :election and t.province = {province_of("s.tps_code")}
            and t.code = s.tps_code and t.state = 'aktif'
        where s.tps_code is not null and t.code is null and not exists (
            select from {staging.error_table} e where e.row_number = s.row_number
            and e.column_name = 'kode_desa')
        """,
        {"election": election.id},
    )


def turn_away_nobody(staging: Staging, actor: Actor) -> None:
    """Numbers that were given to nobody: control rows of a copy that come back. They ring (UU 27/2022)."""
    rows = touched_rows(staging, "impor", actor=actor)
    if rows:
        staging.add_errors(
            "select unnest(cast(:rows as bigint[])) as row_number, 'nik' as column_name, null as value,"
            " 'nik_unknown' as code",
            {"rows": rows},
            {"nik_unknown": MESSAGES["nik_unknown"]},
        )


def _refuse_closed(staging: Staging, election: Election) -> None:
    """Every kab/kota of the file must still be making its list (domain.md 5.2)."""
    rows = db.session.execute(
        text(
            "with named as (select distinct left(village_code, 4) as code from "
            f"{staging.table} s where village_code is not null and not exists (select from"
            f" {staging.error_table} e where e.row_number = s.row_number and e.column_name = 'kode_desa'))"
            " select named.code, coalesce(r.state, :open), coalesce(a.name, named.code) from named"
            " left join voter_roll r on r.election_id = :election and r.region = named.code"
            " left join region a on a.map_id = :map and a.code = named.code order by 1"
        ),
        {"election": election.id, "map": election.map_id, "open": OPEN_STATE},
    ).all()
    for code, state, name in rows:
        refuse_closed(election, code, state, name)


def refuse_closed(election: Election, region: str, state: str, name: str) -> None:
    """Refuse a file for a list that is no longer being compiled; the message says where it stands."""
    name = title_region(name)
    if state == OPEN_STATE:
        require_open(election.id, STAGE, region)
        return
    if state == "dpt":
        raise Refused(
            _("DPT %(name)s sudah ditetapkan dalam pleno; daftarnya tidak menerima berkas lagi.", name=name),
            hint=_("Perubahan sesudah DPT hanya berupa tanda pada DPT, atau lewat PDPB per triwulan."),
            status=409,
        )
    from modules.sidalih.workflow import ROLL

    raise Refused(
        _(
            "Daftar pemilih %(name)s sudah pada tahap %(state)s; berkas hanya diterima saat penyusunan.",
            name=name,
            state=ROLL.state_label(state),
        ),
        hint=_("Perubahan sesudah itu dicatat lewat coklit atau masukan dan tanggapan, satu per satu."),
        status=409,
    )


def _villages(staging: Staging, election: Election, region: str) -> dict[str, tuple[int, int]]:
    """Rows and rejected rows by village; those of a village that is none, under ``-``."""
    rows = db.session.execute(
        text(
            f"""
            select case when r.code is null then :nowhere else s.village_code end, count(*),
                count(*) filter (where e.row_number is not null)
            from {staging.table} s
            left join region r on r.map_id = :map and r.code = s.village_code and r.level = 4
                and starts_with(r.code, :region)
            left join (select distinct row_number from {staging.error_table}) e
                on e.row_number = s.row_number
            group by 1
            """
        ),
        {"map": election.map_id, "region": region, "nowhere": NOWHERE},
    )
    return {code: (received, rejected) for code, received, rejected in rows}


def region_of(actor: Any, permission: str) -> str:
    """The region for which an account may bring voters: what all its grants for it have in common."""
    from electsys.identity import Account, grants
    from electsys.identity.rules import common_region

    if actor.account_id is None:
        return ""
    account = db.session.get(Account, actor.account_id)
    regions = [scope.region or "" for scope in grants.scopes(account, permission)]
    if not regions:
        raise Refused(
            _("Akun %(name)s tidak berwenang menyusun daftar pemilih.", name=actor.name), status=403
        )
    common = common_region(regions)
    return common[: max(length for length in (0, 2, 4, 6, 10, 13) if length <= len(common))]
