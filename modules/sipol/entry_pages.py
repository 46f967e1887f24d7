"""What the entry pages of a party show alike: the way to a page, why it is locked, and their tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from electsys.documents.models import StoredFile
from electsys.identity.access import can
from electsys.regions import queries as regions
from electsys.regions.models import Region
from electsys.web.formats import persen, title_region, ukuran
from electsys.web.tables import Column, Filter, Table
from modules.sipol.entry_wording import LEVEL_LABELS, OFFICE_LABELS
from modules.sipol.models import PartyBoard, PartyDocument, PartyOfficer
from modules.sipol.permissions import EDIT
from modules.sipol.places import CENTRE, Place, locked
from modules.sipol.queries import boards as board_queries
from modules.sipol.queries import documents as document_queries
from modules.sipol.rules.boards import LEVELS, TRIO


def shown(place: Place) -> dict[str, Any]:
    """What every entry page is given: the place, the way to it, and whether it may be changed."""
    refusal = locked(place.registration)
    may = can(current_user, EDIT, place.scope)
    return {
        "place": place,
        "path": path_to(place),
        "lock": refusal,
        "may_edit": may and refusal is None,
        "level_label": LEVEL_LABELS[place.level],
    }


def path_to(place: Place) -> list[tuple[str, str]]:
    """(address, name) of the party's portal and of the areas above, as far as they have pages."""
    whole: dict[str, Any] = {"election": place.election.code, "party": place.registration.party_id}
    codes = [place.code[:n] for n in (2, 4, 6) if n <= len(place.code)]
    names = regions.names(codes, place.election.map_id)
    return [
        (url_for("sipol.portal", **whole), place.party.short_name),
        *((url_for("sipol.area", **place.at(c)), title_region(names.get(c, c))) for c in codes),
    ]


def state(look: str, words: Any) -> Markup:
    """A word with its colour."""
    return Markup('<span class="state state-{}">{}</span>').format(look, words)


# --- boards ---------------------------------------------------------------------------------------


def boards_table(place: Place) -> Table:
    """The areas under a place with their boards, those without one too."""

    def link(row: Any) -> str:
        return url_for("sipol.board_edit", **place.at(row.code))

    def gap(row: Any) -> str:
        if row.PartyBoard is None:
            return _("belum ada")
        if row.trio < len(TRIO):
            return _("kurang %(n)s dari 3 jabatan wajib", n=len(TRIO) - row.trio)
        return _("lengkap") if row.decree else _("SK belum diunggah")

    looks: Callable[[Any], str] = lambda row: (  # noqa: E731
        "none" if row.PartyBoard is None else "ok" if row.trio == len(TRIO) and row.decree else "wait"
    )

    def narrow(statement: Any, value: str) -> Any:
        if value == "belum":
            return statement.where(PartyBoard.id.is_(None))
        there = statement.where(PartyBoard.id.is_not(None))
        if value == "kurang":
            return there.where(board_queries.incomplete())
        if value == "tanpa_sk":
            return there.where(~board_queries.HAS_DECREE)
        return there.where(~board_queries.incomplete(), board_queries.HAS_DECREE)

    return Table(
        board_queries.boards_in(place.registration, place.election, place.code),
        [
            Column("wilayah", _l("Wilayah"), lambda r: title_region(r.name), head=True, link=link),
            Column("kode", _l("Kode"), "code", sort=Region.code),
            Column(
                "tingkat", _l("Tingkat"), lambda r: str(LEVEL_LABELS[LEVELS[len(r.code)]]), sort=Region.level
            ),
            Column("keadaan", _l("Keadaan"), gap, cell=lambda r: state(looks(r), gap(r))),
            Column("pengurus", _l("Pengurus"), "officers", kind="number"),
            Column(
                "perempuan",
                _l("Perempuan"),
                lambda r: persen(r.women, r.officers, 0) if r.officers else "",
            ),
            Column("sk", _l("Nomor SK"), lambda r: r.PartyBoard and r.PartyBoard.decree_number, hidden=True),
            Column(
                "sampai",
                _l("Masa bakti sampai"),
                lambda r: r.PartyBoard and r.PartyBoard.term_to,
                kind="date",
                sort=PartyBoard.term_to,
            ),
        ],
        caption=_l("Kepengurusan"),
        empty=_l("Tidak ada wilayah yang cocok. Hapus saringannya untuk melihat semua."),
        filters=[
            Filter(
                "tingkat",
                _l("Tingkat"),
                [(str(n), LEVEL_LABELS[LEVELS[n]]) for n in (2, 4, 6)],
                lambda statement, value: statement.where(Region.level == int(value) // 2),
            ),
            Filter(
                "keadaan",
                _l("Keadaan"),
                [
                    ("belum", _l("belum ada")),
                    ("kurang", _l("jabatan wajib kurang")),
                    ("tanpa_sk", _l("SK belum diunggah")),
                    ("lengkap", _l("lengkap")),
                ],
                narrow,
            ),
        ],
        search=(Region.name, Region.code),
        search_hint=_l("Cari nama atau kode wilayah"),
        name=f"kepengurusan-{place.party.short_name}-{place.code or CENTRE}",
    )


def officers_table(place: Place) -> Table:
    """The officers of the boards under a place; numbers of persons stand nowhere in it."""
    unlisted = board_queries.unlisted(place.registration, place.code)
    return Table(
        board_queries.officers_in(place.registration, place.election, place.code),
        [
            Column("nama", _l("Nama"), "PartyOfficer.name", head=True, sort=PartyOfficer.name),
            Column(
                "jabatan",
                _l("Jabatan"),
                lambda r: str(OFFICE_LABELS[r.PartyOfficer.office]),
                sort=PartyOfficer.office,
            ),
            Column("sebutan", _l("Sebutan"), "PartyOfficer.title"),
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda r: title_region(r.name) if r.name else _("Pusat"),
                link=lambda r: url_for("sipol.board_edit", **place.at(r.PartyOfficer.region)),
            ),
            Column("kode", _l("Kode"), lambda r: r.PartyOfficer.region or CENTRE, sort=PartyOfficer.region),
            Column("jenis-kelamin", _l("Jenis kelamin"), "PartyOfficer.sex", sort=PartyOfficer.sex),
            Column("kta", _l("Nomor KTA"), "PartyOfficer.card_number"),
        ],
        caption=_l("Pengurus"),
        empty=_l("Belum ada pengurus. Isi kepengurusan satu per satu, atau impor berkasnya."),
        filters=[
            Filter(
                "jabatan",
                _l("Jabatan"),
                list(OFFICE_LABELS.items()),
                lambda statement, value: statement.where(PartyOfficer.office == value),
            ),
            Filter(
                "keanggotaan",
                _l("Keanggotaan"),
                [("belum", _l("belum tercatat sebagai anggota")), ("tercatat", _l("tercatat"))],
                lambda statement, value: statement.where(
                    PartyOfficer.id.in_(unlisted) if value == "belum" else PartyOfficer.id.not_in(unlisted)
                ),
            ),
        ],
        search=(PartyOfficer.name, PartyOfficer.title),
        search_hint=_l("Cari nama atau sebutan"),
        name=f"pengurus-{place.party.short_name}-{place.code or CENTRE}",
    )


# --- documents ------------------------------------------------------------------------------------


def document_badge(document: PartyDocument) -> Markup:
    """Whether a document is in force, replaced, or its content lost."""
    if document_queries.is_lost(document.file):
        return state("stop", _("isi berkas hilang dari penyimpanan"))
    return state("ok", _("berlaku")) if document.current else state("none", _("versi lama"))


def documents_table(place: Place, labels: dict[str, str]) -> Table:
    """Every upload of the party under a place, old versions included."""
    return Table(
        document_queries.documents_in(place.registration, place.code, place.election.map_id),
        [
            Column(
                "tanda-terima",
                _l("Tanda terima"),
                "PartyDocument.file.receipt",
                head=True,
                link=lambda r: url_for("sipol.document", document_id=r.PartyDocument.id),
            ),
            Column("jenis", _l("Jenis"), lambda r: labels.get(r.PartyDocument.kind, r.PartyDocument.kind)),
            Column("wilayah", _l("Wilayah"), lambda r: title_region(r.name) if r.name else _("Pusat")),
            Column("kode", _l("Kode"), lambda r: r.PartyDocument.region or CENTRE, sort=PartyDocument.region),
            Column("berkas", _l("Nama berkas"), "PartyDocument.file.name", sort=StoredFile.name),
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda r: _("berlaku") if r.PartyDocument.current else _("versi lama"),
                cell=lambda r: document_badge(r.PartyDocument),
            ),
            Column(
                "ukuran",
                _l("Ukuran"),
                lambda r: ukuran(r.PartyDocument.file.size),
                sort=StoredFile.size,
                hidden=True,
            ),
            Column(
                "waktu",
                _l("Diterima"),
                "PartyDocument.uploaded_at",
                kind="moment",
                sort=PartyDocument.uploaded_at,
            ),
            Column("sha256", "SHA-256", "PartyDocument.file.received_sha256", hidden=True),
        ],
        caption=_l("Unggahan partai"),
        empty=_l("Belum ada dokumen di sini. Seret berkas PDF ke kotak di atas untuk mulai."),
        filters=[
            Filter(
                "jenis",
                _l("Jenis"),
                list(labels.items()),
                lambda statement, value: statement.where(PartyDocument.kind == value),
            ),
            Filter(
                "keadaan",
                _l("Keadaan"),
                [("berlaku", _l("berlaku")), ("lama", _l("versi lama"))],
                lambda statement, value: statement.where(
                    PartyDocument.current if value == "berlaku" else ~PartyDocument.current
                ),
            ),
            Filter(
                "oleh",
                _l("Diunggah oleh"),
                [("saya", _l("saya"))],
                lambda statement, value: statement.where(PartyDocument.uploaded_by == current_user.id),
            ),
        ],
        search=(StoredFile.name, StoredFile.received_sha256),
        search_hint=_l("Cari nama berkas atau SHA-256"),
        name=f"dokumen-{place.party.short_name}-{place.code or CENTRE}",
    )
