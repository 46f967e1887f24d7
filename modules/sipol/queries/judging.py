"""What the desk shows for each thing of a party: its document beside what was entered, differences marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.elections.models import Election
from electsys.elections.queries import code_entry
from electsys.identity.models import Person
from electsys.privacy import mask_nik, normalise_name, unseal_fields
from electsys.regions import queries as regions
from electsys.verification import Line, Sheet
from electsys.verification.models import VerificationItem
from electsys.web.formats import tanggal, title_region
from modules.sipol.entry_wording import NOTES, OFFICE_LABELS, TENURES
from modules.sipol.models import (
    MemberStatement,
    Party,
    PartyBoard,
    PartyDocument,
    PartyMember,
    PartyOffice,
    PartyOfficer,
    PartyRegistration,
)
from modules.sipol.queries import boards as queries
from modules.sipol.queries.scans import scans_in_force
from modules.sipol.rules.boards import bears_name, board_notes, missing_offices, office_note
from modules.sipol.rules.verdicts import PROOFS
from modules.sipol.scan_words import KINDS as SCAN_KINDS
from modules.sipol.scan_words import MISSING
from modules.sipol.verdict_words import FLAG_WORDS

MARITAL = {"B": _l("belum kawin"), "S": _l("kawin"), "P": _l("pernah kawin")}
#: Officers of a board that its sheet shows at most.
OFFICERS = 60


def party_names(ids: Iterable[int]) -> dict[int, str]:
    """Ids of parties -> their short names."""
    rows = db.session.execute(select(Party.id, Party.short_name).where(Party.id.in_(set(ids))))
    return {key: name for key, name in rows}  # noqa: C416


def key_of(item: VerificationItem) -> int:
    """The id of the row that an item is about."""
    return int(item.subject.partition(":")[2])


def _row(model: Any, item: VerificationItem) -> Any:
    return db.session.get(model, key_of(item))


def gone(item: VerificationItem) -> Sheet:
    """What is shown where the row is no longer there, or not for this reader."""
    return Sheet(item.subject, without=_("Data butir ini sudah tidak ada."))


def _area(election: Election, code: str) -> str:
    if not code:
        return _("Pusat")
    found = regions.names([code[:n] for n in (2, 4, 6, 10) if n <= len(code)], election.map_id)
    return ", ".join(title_region(found[k]) for k in sorted(found, reverse=True))


def _election(registration_id: int) -> Election:
    registration = db.session.get_one(PartyRegistration, registration_id)
    return db.session.get_one(Election, registration.election_id)


def _documents(registration_id: int, kind: str, region: str) -> tuple[StoredFile, ...]:
    row = db.session.scalar(
        select(PartyDocument).where(
            PartyDocument.registration_id == registration_id,
            PartyDocument.kind == kind,
            PartyDocument.region == region,
            PartyDocument.current,
        )
    )
    return (row.file,) if row is not None else ()


def _links(*wanted: tuple[str, str, dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Links to pages that this app has."""
    return tuple(
        (words, url_for(endpoint, **values))
        for words, endpoint, values in wanted
        if endpoint in current_app.view_functions
    )


def _here(election: Election, party_id: int, region: str) -> dict[str, Any]:
    return {"election": election.code, "party": party_id, "region": region or "pusat"}


# --- documents -----------------------------------------------------------------------------------


def show_document(item: VerificationItem) -> Sheet:
    """A document of the party beside what was entered that it should prove."""
    row = _row(PartyDocument, item)
    if row is None:
        return gone(item)
    election = _election(row.registration_id)
    kind = code_entry(election.id, "dokumen_parpol", row.kind)
    lines = [Line(_("Wilayah"), _area(election, row.region)), *_facts(row)]
    lines.append(Line(_("Diunggah"), tanggal(row.uploaded_at)))
    return Sheet(
        kind.label if kind else row.kind,
        tuple(lines),
        documents=(row.file,),
        warnings=() if row.current else (_("Partai sudah mengunggah dokumen yang lebih baru."),),
    )


def _facts(row: PartyDocument) -> list[Line]:
    party = db.session.get_one(Party, row.party_id)
    if row.kind == PROOFS["rekening"]:
        account = queries.account_of(row.registration_id, row.region)
        if account is None:
            return [Line(_("Rekening"), None)]
        return [
            Line(_("Bank"), account.bank),
            Line(_("Nomor rekening"), account.number),
            Line(
                _("Atas nama"),
                account.holder,
                party.name,
                not bears_name(account.holder, party.name, party.short_name),
            ),
        ]
    lines = [Line(_("Nama partai"), party.name), Line(_("Singkatan"), party.short_name)]
    if row.kind == "berita_negara":
        lines.append(Line(_("Nomor Berita Negara"), party.gazette_number))
    if row.kind == "sk_kemenkumham":
        lines += [
            Line(_("Nomor SK"), party.decree_number),
            Line(_("Tanggal SK"), tanggal(party.decree_date) if party.decree_date else None),
        ]
    return lines


# --- boards and offices ----------------------------------------------------------------------------


def show_board(item: VerificationItem) -> Sheet:
    """A board with its officers beside its decree."""
    row = _row(PartyBoard, item)
    if row is None:
        return gone(item)
    election = _election(row.registration_id)
    officers = queries.officers_of(row.id)
    women = sum(officer.sex == "P" for officer in officers)
    lines = [
        Line(_("Nomor SK"), row.decree_number),
        Line(_("Tanggal SK"), tanggal(row.decree_date)),
        Line(
            _("Masa bakti"),
            f"{tanggal(row.term_from)} – {tanggal(row.term_to) if row.term_to else _('tidak disebut')}",
        ),
        Line(_("Perempuan"), _("%(n)s dari %(all)s pengurus", n=women, all=len(officers))),
        *_officers(officers[:OFFICERS]),
    ]
    return Sheet(
        _("Kepengurusan %(area)s", area=_area(election, row.region)),
        tuple(lines),
        documents=_documents(row.registration_id, PROOFS["kepengurusan"], row.region),
        warnings=tuple(_board_warnings(row, officers, election)),
        links=_links((_("Halaman kepengurusan"), "sipol.board", _here(election, row.party_id, row.region))),
        without=_("Partai belum mengunggah SK kepengurusan wilayah ini."),
    )


def _officers(officers: Sequence[PartyOfficer]) -> list[Line]:
    people = {
        person.id: person
        for person in db.session.scalars(select(Person).where(Person.id.in_([o.person_id for o in officers])))
    }
    lines = []
    for officer in officers:
        person = people.get(officer.person_id)
        nik = mask_nik(unseal_fields(officer.sealed, table="party_officer", row=officer.id).get("nik"))
        said = f"{officer.name} ({officer.sex}), {nik}"
        known = f"{person.name} ({person.sex or '?'})" if person is not None else None
        differs = person is not None and normalise_name(person.name) != normalise_name(officer.name)
        lines.append(
            Line(
                f"{officer.title or OFFICE_LABELS[officer.office]}", said, known if differs else None, differs
            )
        )
    return lines


def _board_warnings(board: PartyBoard, officers: Sequence[PartyOfficer], election: Election) -> list[str]:
    from electsys.documents.papers import today

    found = [
        str(NOTES[code]) for code in board_notes(board.term_to, today(board.region), election.voting_day)
    ]
    missing = missing_offices([officer.office for officer in officers])
    if missing:
        names = ", ".join(str(OFFICE_LABELS[office]).lower() for office in missing)
        found.append(_("Belum ada %(list)s.", list=names))
    elsewhere = queries.in_other_parties(election.id, board.party_id, [o.nik_index for o in officers])
    found += [
        _("%(name)s tercatat juga dalam kepengurusan partai lain.", name=officer.name)
        for officer in officers
        if bytes(officer.nik_index) in elsewhere
    ]
    registration = db.session.get_one(PartyRegistration, board.registration_id)
    unlisted = set(db.session.scalars(queries.unlisted(registration, board.region, alone=True)))
    found += [
        _("%(name)s belum tercatat sebagai anggota partai.", name=officer.name)
        for officer in officers
        if officer.id in unlisted
    ]
    return found


def show_office(item: VerificationItem) -> Sheet:
    """An office beside its proof."""
    row = _row(PartyOffice, item)
    if row is None:
        return gone(item)
    election = _election(row.registration_id)
    note = office_note(row.tenure, row.valid_to, election.voting_day)
    lines = [
        Line(_("Alamat"), row.address),
        Line(_("Status"), str(TENURES[row.tenure])),
        Line(_("Berlaku sampai"), tanggal(row.valid_to) if row.valid_to else _("tanpa batas")),
    ]
    if row.latitude is not None:
        lines.append(Line(_("Koordinat"), f"{row.latitude:.5f}, {row.longitude:.5f}"))
    return Sheet(
        _("Kantor %(area)s", area=_area(election, row.region)),
        tuple(lines),
        documents=_documents(row.registration_id, PROOFS["kantor"], row.region),
        warnings=(str(NOTES[note]) % {"day": tanggal(election.voting_day)},) if note else (),
        links=_links((_("Halaman kantor"), "sipol.office", _here(election, row.party_id, row.region))),
        without=_("Partai belum mengunggah bukti kantor wilayah ini."),
    )


# --- members and statements --------------------------------------------------------------------------


def show_member(item: VerificationItem) -> Sheet:
    """A member's claims beside the person that the house knows; flags stand above."""
    row = _row(PartyMember, item)
    if row is None:
        return gone(item)
    return _member_sheet(row, row.name, _statement_files(row.id), scans_first=True)


def _statement_files(member_id: int) -> tuple[StoredFile, ...]:
    return tuple(
        db.session.scalars(
            select(StoredFile)
            .join(MemberStatement, MemberStatement.file_id == StoredFile.id)
            .where(MemberStatement.member_id == member_id)
            .order_by(MemberStatement.id.desc())
            .limit(5)
        )
    )


def _member_sheet(
    row: PartyMember, title: str, papers: tuple[StoredFile, ...], *, scans_first: bool = False
) -> Sheet:
    scans = scans_in_force(row.id)
    documents = (*scans.values(), *papers) if scans_first else (*papers, *scans.values())
    captions = {stored.id: _("Pindaian %(kind)s", kind=SCAN_KINDS[kind]) for kind, stored in scans.items()}
    election = db.session.get_one(Election, row.election_id)
    person = db.session.get(Person, row.person_id)
    held = unseal_fields(row.sealed, table="party_member", row=row.id)
    lines = [
        _compared(_("Nama"), row.name, person and person.name, normalise_name),
        Line("NIK", mask_nik(held.get("nik"))),
        _compared(_("Jenis kelamin"), row.sex, person and person.sex),
        _compared(
            _("Tahun lahir"), str(row.birth_year), person and person.birth_year and str(person.birth_year)
        ),
        _compared(_("Tempat lahir"), row.birth_place, person and person.birth_place, normalise_name),
        Line(_("Status perkawinan"), str(MARITAL[row.marital_status])),
        Line(_("Pekerjaan"), row.occupation, differs="pekerjaan" in row.flags),
        Line(_("Alamat"), f"{row.address}, {_area(election, row.village_code)}"),
        Line(_("Nomor KTA"), row.card_number),
        Line(_("Tanggal KTA"), tanggal(row.card_date) if row.card_date else None),
    ]
    warnings = [str(FLAG_WORDS[flag]) for flag in FLAG_WORDS if flag in row.flags]
    warnings += [str(words) for kind, words in MISSING.items() if kind not in scans]
    if row.response_id is not None:
        warnings.append(_("Warga ini menyatakan bukan anggota; tanggapannya belum diputus."))
    return Sheet(
        title,
        tuple(lines),
        documents=documents,
        warnings=tuple(warnings),
        links=_links(
            (_("Halaman anggota"), "sipol.member", {"member_id": row.id}),
            (_("Buka NIK dengan alasan"), "privacy.reveal", {"table": "party_member", "row": row.id}),
        ),
        without=_("Partai belum mengunggah pindaian KTA dan KTP-el anggota ini."),
        captions=captions,
    )


def _compared(label: Any, claimed: str, known: Any, key: Any = str) -> Line:
    if not known:
        return Line(label, claimed)
    return Line(label, claimed, known, key(str(claimed)) != key(str(known)))


def show_statement(item: VerificationItem) -> Sheet:
    """A signed statement beside the member and the flag that it answers."""
    row = _row(MemberStatement, item)
    member = db.session.get(PartyMember, row.member_id) if row is not None else None
    if row is None or member is None:
        return gone(item)
    stored = db.session.get_one(StoredFile, row.file_id)
    return _member_sheet(member, _("Pernyataan %(name)s", name=member.name), (stored,))
