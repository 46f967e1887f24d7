"""The tables of members: the list of an area, the mix of flags, files, hearings."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from electsys.elections.models import Election
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.sipol import member_wording as words
from modules.sipol.models import MemberClarification, PartyBatch, PartyMember
from modules.sipol.places import Place
from modules.sipol.queries import members as queries
from modules.sipol.queries.flags import Mix, is_flagged
from modules.sipol.workflow import MEMBER


def members_table(place: Place) -> Table:
    """Members of an area. The NIK is masked, and no download carries it."""
    masks: dict[int, str] = {}

    def masked(row: Any) -> str:
        if row.PartyMember.id not in masks:
            masks.update(queries.masked_numbers([r.PartyMember for r in table.page.rows]))
        return masks.get(row.PartyMember.id, "")

    statement = queries.members_of(place.registration, place.code)
    if (batch := request.args.get("berkas", type=int)) is not None:
        statement = statement.where(PartyMember.batch_id == batch)
    party = place.registration.party
    table = Table(
        statement,
        [
            Column("nama", _l("Nama"), "PartyMember.name", sort=PartyMember.name, head=True, link=_page),
            Column("nik", _l("NIK"), masked, export=False),
            Column("kta", _l("Nomor KTA"), "PartyMember.card_number", sort=PartyMember.card_number),
            Column("jk", _l("L/P"), "PartyMember.sex", sort=PartyMember.sex),
            Column(
                "desa",
                _l("Desa/kelurahan"),
                lambda row: title_region(row.village or row.PartyMember.village_code),
                sort=PartyMember.village_code,
            ),
            Column("tanda", _l("Tanda"), lambda row: words.flags_text(row.PartyMember.flags) or None),
            Column(
                "status",
                _l("Status"),
                lambda row: MEMBER.state_label(row.PartyMember.state),
                sort=PartyMember.state,
                cell=lambda row: words.badge(row.PartyMember.state),
            ),
            Column("nomor", _l("Nomor baris"), "PartyMember.id", sort=PartyMember.id, hidden=True),
            Column(
                "pekerjaan",
                _l("Pekerjaan"),
                "PartyMember.occupation",
                sort=PartyMember.occupation,
                hidden=True,
            ),
            Column("kode", _l("Kode desa"), "PartyMember.village_code", hidden=True),
            Column(
                "berubah",
                _l("Terakhir diubah"),
                "PartyMember.changed_at",
                kind="moment",
                sort=PartyMember.changed_at,
                hidden=True,
            ),
        ],
        caption=_("Anggota %(party)s di %(area)s", party=party.short_name, area=place.name),
        empty=_l("Belum ada anggota di wilayah ini. Impor berkas anggota, atau tambah satu per satu."),
        filters=[
            Filter(
                "bendera",
                _l("Tanda"),
                [("ada", _l("bertanda apa pun")), *words.FLAGS.items(), ("tanpa", _l("tanpa tanda"))],
                _by_flag,
            ),
            Filter(
                "status",
                _l("Status"),
                list(MEMBER.labels.items()),
                lambda q, v: q.where(PartyMember.state == v),
            ),
        ],
        search=(PartyMember.name, PartyMember.card_number),
        search_hint=_l("Cari nama atau nomor KTA"),
        name=f"anggota-{party.short_name}-{place.code or 'pusat'}".lower(),
    )
    return table


def _by_flag(statement: Select[Any], value: str) -> Select[Any]:
    flags: Any = PartyMember.flags
    if value == "ada":
        return statement.where(is_flagged())
    if value == "tanpa":
        return statement.where(~is_flagged())
    return statement.where(is_flagged(), flags.any_() == value)


def _page(row: Any) -> str:
    return url_for("sipol.member", member_id=row.PartyMember.id)


def mix_table(place: Place, mix: list[Mix]) -> Table:
    """Flags by area; one level down as far as the reader's pages go."""

    def link(area: Mix) -> str:
        if len(area.code) > 6:
            return url_for("sipol.members", **place.here, cari=area.name, bendera="ada")
        return url_for("sipol.member_flags", **place.at(area.code))

    def count(flag: str, label: Any) -> Column:
        return Column(flag, label, lambda area: area.flags[flag], kind="number", sort=True)

    return Table(
        mix,
        [
            Column("wilayah", _l("Wilayah"), "name", head=True, link=link if len(place.code) < 6 else None),
            Column("kode", _l("Kode"), "code", hidden=True),
            Column("anggota", _l("Anggota"), "members", kind="number", sort=True),
            Column("bertanda", _l("Bertanda"), "flagged", kind="number", sort=True),
            *(count(flag, label) for flag, label in words.HEADS.items()),
        ],
        caption=_("Tanda anggota menurut wilayah, %(area)s", area=place.name),
        empty=_l("Belum ada anggota di wilayah ini."),
        name=f"tanda-anggota-{place.code or 'pusat'}",
        exports=("csv", "xlsx", "json"),
    )


def batches_table(statement: Select[Any]) -> Table:
    """Files of members; ``statement`` selects (batch, party)."""

    def count(name: str, label: Any, attribute: str) -> Column:
        return Column(
            name, label, f"PartyBatch.{attribute}", kind="number", sort=getattr(PartyBatch, attribute)
        )

    return Table(
        statement,
        [
            Column(
                "nomor",
                _l("Nomor"),
                "PartyBatch.id",
                sort=PartyBatch.id,
                head=True,
                link=lambda row: url_for("sipol.member_batch", batch_id=row.PartyBatch.id),
            ),
            Column("partai", _l("Partai"), "party"),
            Column("berkas", _l("Berkas"), "PartyBatch.file_name", sort=PartyBatch.file_name),
            Column("wilayah", _l("Wilayah"), lambda row: row.PartyBatch.region or _("nasional")),
            count("masuk", _l("Baris masuk"), "received"),
            count("diterima", _l("Diterima"), "accepted"),
            count("ditolak", _l("Ditolak"), "rejected"),
            count("sama", _l("Sama"), "duplicate"),
            count("bertanda", _l("Bertanda"), "flagged"),
            Column("oleh", _l("Dibawa oleh"), "PartyBatch.actor", hidden=True),
            Column("waktu", _l("Waktu"), "PartyBatch.created_at", kind="moment", sort=PartyBatch.created_at),
        ],
        caption=_l("Berkas anggota partai"),
        empty=_l("Belum ada berkas anggota. Impor berkas pertama untuk memulai."),
        search=(PartyBatch.file_name,),
        sort="-nomor",
        name="berkas-anggota",
    )


def hearings_table(election: Election, statement: Select[Any]) -> Table:
    """People who are heard; ``statement`` selects (hearing, area)."""
    names: dict[int, tuple[str, int]] = {}

    def named(row: Any) -> tuple[str, int]:
        if row.MemberClarification.id not in names:
            names.update(queries.names_of([r.MemberClarification for r in table.page.rows]))
        return names.get(row.MemberClarification.id, ("–", 0))

    table = Table(
        statement,
        [
            Column(
                "nama",
                _l("Nama"),
                lambda row: named(row)[0],
                head=True,
                link=lambda row: url_for("sipol.hearing", hearing_id=row.MemberClarification.id),
            ),
            Column("partai", _l("Partai yang mencatat"), lambda row: named(row)[1], kind="number"),
            Column(
                "wilayah",
                _l("Kabupaten/kota"),
                lambda row: title_region(row.area or row.MemberClarification.region),
                sort=MemberClarification.region,
            ),
            Column(
                "batas",
                _l("Batas waktu"),
                "MemberClarification.due_at",
                kind="moment",
                sort=MemberClarification.due_at,
            ),
            Column(
                "status",
                _l("Status"),
                lambda row: str(words.HEARINGS[row.MemberClarification.state]),
                sort=MemberClarification.state,
                cell=lambda row: words.hearing_badge(row.MemberClarification.state),
            ),
        ],
        caption=_l("Anggota yang dipanggil untuk klarifikasi"),
        empty=_l("Belum ada anggota yang dipanggil. Selesaikan kegandaan sesudah masa perbaikan partai."),
        filters=[
            Filter(
                "status",
                _l("Status"),
                list(words.HEARINGS.items()),
                lambda q, v: q.where(MemberClarification.state == v),
            )
        ],
        name=f"klarifikasi-{election.code}",
        exports=(),
    )
    return table


def called_table(election: Election, statement: Select[Any]) -> Table:
    """A party's own members who are called; ``statement`` selects (member, hearing, due, region, area)."""
    return Table(
        statement,
        [
            Column("nama", _l("Nama"), "PartyMember.name", sort=PartyMember.name, head=True, link=_page),
            Column("kta", _l("Nomor KTA"), "PartyMember.card_number"),
            Column("tempat", _l("Dihadirkan di KPU"), lambda row: title_region(row.area or row.region)),
            Column("batas", _l("Batas waktu"), "due", kind="moment", sort=MemberClarification.due_at),
            Column(
                "status",
                _l("Klarifikasi"),
                lambda row: _("dipanggil") if row.hearing == "dipanggil" else _("selesai"),
                sort=MemberClarification.state,
            ),
            Column(
                "anggota",
                _l("Status anggota"),
                lambda row: MEMBER.state_label(row.PartyMember.state),
                cell=lambda row: words.badge(row.PartyMember.state),
            ),
        ],
        caption=_l("Anggota partai Anda yang dipanggil untuk klarifikasi"),
        empty=_l("Tidak ada anggota partai Anda yang dipanggil."),
        name=f"klarifikasi-{election.code}",
    )
