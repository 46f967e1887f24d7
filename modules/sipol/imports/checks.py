"""What of a staged member file needs our own tables: its map, its villages, the card numbers of its party."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import text

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import Account, grants
from electsys.identity.access import Scope
from electsys.identity.rules import common_region
from electsys.intake import Staging
from electsys.ledger import Actor
from modules.sipol.models import PartyRegistration
from modules.sipol.operations.access import require_editable
from modules.sipol.permissions import EDIT_MEMBERS


def check_members(staging: Staging, registration: PartyRegistration, region: str, *, actor: Actor) -> None:
    """Refuse a file of a party whose data is locked or of another map; add the errors of its rows.

    ``region`` is the prefix of villages that the file may touch. Keeps the number of rows and of rejected
    ones on ``staging.notes``, before bad ones are discarded.
    """
    require_editable(registration, permission=EDIT_MEMBERS, region=region, actor=actor)
    election = db.session.get_one(Election, registration.election_id)
    _refuse_other_map(staging, election)
    _check_villages(staging, election, region, registration.region)
    _check_cards(staging, registration)
    staging.notes["received"], staging.notes["rejected"] = staging.rows, staging.bad_rows


def _refuse_other_map(staging: Staging, election: Election) -> None:
    """A file whose villages are all unknown here, but stand on another map, is of another election."""
    here, elsewhere = db.session.execute(
        text(
            "with named as materialized (select distinct village_code as code from "
            f"{staging.table} where village_code is not null) "
            "select count(*) filter (where r.map_id = :map), count(*) filter (where r.map_id <> :map)"
            " from named join region r on r.code = named.code"
        ),
        {"map": election.map_id},
    ).one()
    if elsewhere and not here:
        raise Refused(
            _("Berkas ini memakai peta wilayah pemilu lain: tidak ada desanya pada peta pemilu ini."),
            hint=_("Periksa pemilu yang dipilih: %(name)s.", name=election.name),
            field="kode_desa",
        )


def _check_villages(staging: Staging, election: Election, region: str, home: str) -> None:
    """Villages must exist, and lie in the account's region and in that of a local party."""
    staging.add_errors(
        f"""
        select s.row_number, 'kode_desa' as column_name, null as value,
            case when r.code is null then 'village_unknown'
                when left(s.village_code, 2) <> left(:region || :home, 2) then 'village_province'
                else 'village_outside' end as code, null as detail
        from {staging.table} s
        left join region r on r.map_id = :map and r.code = s.village_code and r.level = 4
        where s.village_code is not null and (r.code is null
            or not starts_with(s.village_code, :region) or not starts_with(s.village_code, :home))
        """,
        {"map": election.map_id, "region": region, "home": home},
    )


def _check_cards(staging: Staging, registration: PartyRegistration) -> None:
    """A card number belongs to one person of the party: in the file, and beside what is there."""
    staging.add_errors(
        f"""
        select row_number, 'nomor_kta' as column_name, null as value, 'card_double' as code,
            other::text as detail
        from (
            select row_number, nik_index, card_number,
                min(nik_index) over card <> max(nik_index) over card as two,
                case when row_number = min(row_number) over card then max(row_number) over card
                    else min(row_number) over card end as other
            from {staging.table} where nik_index is not null and card_number is not null
            window card as (partition by card_number)
        ) numbered where two
        """
    )
    staging.add_errors(
        f"""
        select s.row_number, 'nomor_kta' as column_name, null as value, 'card_taken' as code, null as detail
        from {staging.table} s
        where s.nik_index is not null and exists (
            select from party_member m
            where m.registration_id = :registration and m.card_number = s.card_number
                and m.state <> 'ditarik' and m.nik_index <> s.nik_index
                and not exists (
                    select from {staging.table} o where o.nik_index = m.nik_index
                        and o.card_number <> m.card_number
                        and left(o.village_code, 4) = left(m.village_code, 4)))
        """,
        {"registration": registration.id},
    )


def region_of(actor: Actor, registration: PartyRegistration) -> str:
    """The region for which an account may bring members of a party: what its grants have in common."""
    if actor.account_id is None:
        return registration.region
    account: Any = db.session.get(Account, actor.account_id)
    regions = [
        scope.region or ""
        for scope in grants.scopes(account, EDIT_MEMBERS)
        if grants.covers(scope, Scope(scope.region, registration.party_id, registration.election_id))
    ]
    if not regions:
        raise Refused(
            _("Akun %(name)s tidak berwenang mengisi anggota partai ini.", name=actor.name), status=403
        )
    common = common_region([*regions, registration.region] if registration.region else regions)
    return common[: max(length for length in (0, 2, 4, 6, 10) if length <= len(common))]
