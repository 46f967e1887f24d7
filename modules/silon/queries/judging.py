"""What the desk shows for a document: its file, what was claimed, what the house knows, and differences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import code_entry
from electsys.identity.models import Person
from electsys.privacy import mask_nik, normalise_name
from electsys.regions import queries as regions
from electsys.verification import Line, Sheet
from electsys.verification.models import VerificationItem
from electsys.web.formats import tanggal, title_region
from modules.sidalih import registered
from modules.silon.claims import CandidateClaim, claim_of
from modules.silon.document_words import FLAGS, MARITAL, SEXES
from modules.silon.models import Candidate, CandidateDocument, Nomination
from modules.silon.queries.documents import TABLES
from modules.sipol import memberships, participants

#: Queues of the desk: documents of candidates, and those of the nomination itself.
DOCUMENTS, OWN = "silon_dokumen", "silon_pencalonan"
QUEUES = (OWN, DOCUMENTS)


def party_names(ids: Iterable[int]) -> dict[int, str]:
    """Ids of parties -> their short names, as they take part in elections with nominations of theirs."""
    wanted = set(ids)
    elections = db.session.scalars(
        select(Nomination.election_id).where(Nomination.party_id.in_(wanted)).distinct()
    ).all()
    found = {p.party_id: p.short_name for e in sorted(elections) for p in participants(e)}
    return {key: found.get(key, str(key)) for key in wanted}


def document_of(item: VerificationItem) -> CandidateDocument | None:
    """The document that an item is about; None where it is gone, or not for this reader."""
    return db.session.get(CandidateDocument, int(item.subject.partition(":")[2]))


def show_document(item: VerificationItem) -> Sheet:
    """A document beside the claims that it should prove."""
    row = document_of(item)
    if row is None:
        return Sheet(item.subject, without=_("Data butir ini sudah tidak ada."))
    nomination = db.session.get_one(Nomination, row.nomination_id)
    candidate = db.session.get(Candidate, row.candidate_id) if row.candidate_id is not None else None
    warnings = [] if row.current else [_("Dokumen ini sudah digantikan dengan unggahan yang lebih baru.")]
    lines = [Line(_("Pencalonan"), title_of(nomination))]
    if candidate is None:
        title = kind_label(row)
        lines += _of_nomination(nomination)
    else:
        title = f"{kind_label(row)}: {candidate.number}. {candidate.name}"
        said = claim_of(candidate)
        lines += _PROVES.get(row.kind, _identity)(candidate, said)
        warnings += [str(words) for flag, words in FLAGS.items() if flag in candidate.flags]
    lines.append(Line(_("Diunggah"), tanggal(row.uploaded_at)))
    return Sheet(
        title,
        tuple(lines),
        documents=(row.file,),
        warnings=tuple(warnings),
        links=_links(nomination, candidate),
    )


def person_of(item: VerificationItem) -> str | None:
    """Whose papers an item shows: the candidate's, of whom many documents are judged one after the other."""
    row = document_of(item)
    return f"candidate:{row.candidate_id}" if row is not None and row.candidate_id is not None else None


def kind_label(row: CandidateDocument) -> str:
    """What a document is called in the law of its election."""
    nomination = db.session.get_one(Nomination, row.nomination_id)
    table = next(t for t, own in TABLES.items() if own == (row.candidate_id is None))
    entry = code_entry(nomination.election_id, table, row.kind)
    return entry.label if entry is not None else row.kind


def title_of(nomination: Nomination) -> str:
    """What a nomination is called: its contest and dapil, or its person."""
    if nomination.dapil is not None:
        return f"{nomination.contest.name}, {title_region(nomination.dapil.name)}"
    return f"{nomination.contest.name}, {nomination.label}"


def _links(nomination: Nomination, candidate: Candidate | None) -> tuple[tuple[str, str], ...]:
    wanted: list[tuple[str, str, dict[str, Any]]] = [
        (_("Verifikasi pencalonan ini"), "silon.verdict", {"nomination_id": nomination.id})
    ]
    if candidate is not None:
        reveal = {"table": "candidate", "row": candidate.id}
        wanted += [
            (_("Riwayat verifikasi calon"), "silon.candidate_history", {"candidate_id": candidate.id}),
            (_("Buka NIK dengan alasan"), "privacy.reveal", reveal),
        ]
    return tuple(
        (words, url_for(endpoint, **values))
        for words, endpoint, values in wanted
        if endpoint in current_app.view_functions
    )


# --- what each kind of document proves -------------------------------------------------------------


def _of_nomination(nomination: Nomination) -> list[Line]:
    rows = db.session.execute(
        select(Candidate.number, Candidate.ballot_name, Candidate.sex)
        .where(Candidate.nomination_id == nomination.id, Candidate.state.in_(("baru", "ms", "bms")))
        .order_by(Candidate.number)
    ).all()
    women = sum(row.sex == "P" for row in rows)
    return [
        Line(_("Calon"), _("%(n)s orang, %(women)s perempuan", n=len(rows), women=women)),
        *(Line(_("Nomor %(n)s", n=row.number), f"{row.ballot_name} ({row.sex})") for row in rows),
    ]


def _person(candidate: Candidate) -> Person | None:
    return db.session.get(Person, candidate.person_id)


def _compared(label: Any, claimed: Any, known: Any, key: Any = str) -> Line:
    if not known:
        return Line(label, claimed)
    return Line(label, claimed, known, key(str(claimed)) != key(str(known)))


def _identity(candidate: Candidate, said: CandidateClaim) -> list[Line]:
    """What a KTP-el shows: name, NIK (masked, hence the year of birth alone), birth place, sex, address."""
    person = _person(candidate)
    return [
        _compared(_("Nama"), said.name, person and person.name, normalise_name),
        Line("NIK", mask_nik(said.nik), differs="nik" in candidate.flags),
        _compared(_("Jenis kelamin"), SEXES[said.sex], person and person.sex and SEXES[person.sex]),
        _compared(_("Tempat lahir"), said.birth_place, person and person.birth_place, normalise_name),
        Line(_("Tahun lahir"), str(candidate.birth_year), differs="usia" in candidate.flags),
        Line(_("Status perkawinan"), MARITAL.get(said.marital_status, said.marital_status)),
        Line(_("Pekerjaan"), said.occupation, differs="pekerjaan" in candidate.flags),
        Line(_("Alamat"), said.address),
        Line(_("Kabupaten/kota tempat tinggal"), said.residence),
    ]


def _diploma(candidate: Candidate, said: CandidateClaim) -> list[Line]:
    """What a diploma shows: name, titles, birth; no NIK stands beside the birth date."""
    person = _person(candidate)
    titles = ", ".join(part for part in (said.title_before, said.title_after) if part)
    return [
        _compared(_("Nama"), said.name, person and person.name, normalise_name),
        Line(_("Gelar di surat suara"), titles or _("tidak ada")),
        Line(_("Nama di surat suara"), candidate.ballot_name),
        _compared(_("Tempat lahir"), said.birth_place, person and person.birth_place, normalise_name),
        Line(_("Tanggal lahir"), tanggal(said.birth_date)),
    ]


def _card(candidate: Candidate, said: CandidateClaim) -> list[Line]:
    """Membership as Sipol has it, beside the party that puts the candidate up."""
    nomination = candidate.nomination
    names = party_names({candidate.party_id} if candidate.party_id is not None else set())
    own = names.get(candidate.party_id or 0, "")
    found = memberships(nik_index=candidate.nik_index, election_id=nomination.election_id)
    parties = {p.party_id: p.short_name for p in participants(nomination.election_id)}
    known = [parties.get(each.party_id, str(each.party_id)) for each in found]
    member = any(each.party_id == candidate.party_id for each in found)
    return [
        Line(_("Nama"), said.name),
        Line(_("Partai pengusul"), own),
        Line(
            _("Anggota menurut Sipol"),
            own,
            ", ".join(known) or _("tidak tercatat"),
            not member or len(known) > 1,
        ),
    ]


def _voter(candidate: Candidate, said: CandidateClaim) -> list[Line]:
    """Registration as Sidalih has it; the region alone, never the polling station."""
    election = db.session.get_one(Election, candidate.election_id)
    found = registered(said.nik, election.id) if said.nik else []
    codes = {village[:4] for village, _tps, state in found if state != "tms"}
    named = regions.names(codes, election.map_id)
    places = ", ".join(title_region(named.get(code, code)) for code in sorted(codes))
    return [
        Line(_("Nama"), said.name),
        Line("NIK", mask_nik(said.nik)),
        Line(
            _("Pemilih menurut Sidalih"),
            said.residence or _("terdaftar"),
            places or _("tidak terdaftar"),
            not codes,
        ),
    ]


def _resignation(candidate: Candidate, said: CandidateClaim) -> list[Line]:
    return [
        Line(_("Nama"), said.name),
        Line(_("Pekerjaan"), said.occupation, differs="pekerjaan" in candidate.flags),
    ]


def _consent(candidate: Candidate, said: CandidateClaim) -> list[Line]:
    return [
        Line(_("Nama"), said.name),
        Line(_("Pekerjaan"), said.occupation),
        Line(_("Boleh dipublikasikan"), _("ya") if said.consent else _("tidak")),
    ]


def _face(candidate: Candidate, said: CandidateClaim) -> list[Line]:
    return [
        Line(_("Nama"), said.name),
        Line(_("Jenis kelamin"), SEXES[said.sex]),
        Line(_("Tahun lahir"), str(candidate.birth_year)),
    ]


#: Kind of document -> what it proves; others prove the identity.
_PROVES: dict[str, Any] = {
    "ijazah": _diploma,
    "kta": _card,
    "bukti_pemilih": _voter,
    "pengunduran_diri": _resignation,
    "tanda_terima_mundur": _resignation,
    "sk_pemberhentian": _resignation,
    "mundur_partai": _card,
    "riwayat_hidup": _consent,
    "pas_foto": _face,
}
