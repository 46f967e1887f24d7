"""What the law asks of a nomination as a table: every place with what lies there and what was said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys.verification.wording import badge
from electsys.web.tables import Column, Filter, Table
from modules.silon.document_words import NEEDS, STATES, canned
from modules.silon.models import Candidate, CandidateDocument, Nomination
from modules.silon.queries import documents as queries
from modules.silon.queries.verdicts import notes_of
from modules.silon.rules.documents import LATE, Kind

#: A place without a document, as the filter names it.
EMPTY = "kosong"


@dataclass(frozen=True)
class Place:
    """One place: whose, which kind, what lies there; whether it may be filled or replaced now."""

    candidate: Candidate | None
    kind: Kind
    document: CandidateDocument | None
    note: str | None
    closed: bool

    @property
    def number(self) -> int:
        """Place on the list; 0 is the nomination itself."""
        return self.candidate.number if self.candidate is not None else 0

    @property
    def state(self) -> str:
        """State of the document, or :data:`EMPTY`."""
        return self.document.state if self.document is not None else EMPTY

    @property
    def wanting(self) -> bool:
        """Whether it must be mended: it failed, or is required and not there."""
        if self.document is None:
            return self.kind.need == "wajib"
        return self.state in ("bms", "tms")

    @property
    def why(self) -> str:
        """What was said of the document, with the note."""
        if self.document is None:
            return _("Dokumen ini tidak ada") if self.kind.need == "wajib" else ""
        said = canned(self.document.reason) if self.document.reason else ""
        return f"{said}: {self.note}" if said and self.note else said


def places_of(nomination: Nomination) -> list[Place]:
    """Every place of a nomination, its own first, then candidate by candidate."""
    kinds, filed = queries.kinds_of(nomination.election_id), queries.in_force(nomination)
    notes = notes_of([doc for each in filed.values() for doc in each.values()])
    closed = queries.closed_of(nomination)
    found = []
    for who in (None, *queries.standing(nomination)):
        there: Mapping[str, CandidateDocument] = filed.get(who.id if who is not None else None, {})
        for kind in queries.kinds_for(nomination, who, kinds):
            doc = there.get(kind.code)
            note = notes.get(doc.id) if doc is not None else None
            found.append(Place(who, kind, doc, note, doc is not None and doc.id in closed))
    return found


def documents_table(nomination: Nomination, places: list[Place], *, may_edit: bool) -> Table:
    """The places with their states; a row leads to the document, or to where it is uploaded."""

    def link(place: Place) -> str | None:
        if place.document is not None:
            return url_for("silon.document", document_id=place.document.id)
        if may_edit or place.kind.need == LATE:
            return url_for(
                "silon.slot", nomination_id=nomination.id, number=place.number, kind=place.kind.code
            )
        return None

    people = {p.candidate.number: p.candidate.name for p in places if p.candidate is not None}
    return Table(
        places,
        [
            Column("nomor", _l("Nomor"), lambda p: p.number or None, kind="number", sort=True),
            Column(
                "milik",
                _l("Milik"),
                lambda p: p.candidate.name if p.candidate is not None else _("Pencalonan ini"),
                sort=True,
            ),
            Column("dokumen", _l("Dokumen"), lambda p: str(p.kind.label), link=link, head=True),
            Column("perlu", _l("Diminta"), lambda p: str(NEEDS[p.kind.need])),
            Column("status", _l("Status"), _state, cell=_badge),
            Column("alasan", _l("Alasan"), lambda p: p.why),
            Column(
                "diunggah",
                _l("Diunggah"),
                lambda p: p.document.uploaded_at if p.document is not None else None,
                kind="moment",
            ),
            Column(
                "tanda-terima",
                _l("Tanda terima"),
                lambda p: p.document.file.receipt if p.document is not None else "",
            ),
            Column(
                "sha256",
                "SHA-256",
                lambda p: p.document.file.received_sha256 if p.document is not None else "",
                hidden=True,
            ),
        ],
        caption=_l("Dokumen pencalonan dan calon"),
        empty=_l("Belum ada yang diminta. Isi calonnya dahulu; dokumen yang diminta muncul di sini."),
        filters=[
            Filter(
                "status",
                _l("Status"),
                [(EMPTY, _l("belum ada")), *STATES.items()],
                lambda p, value: p.state == value,
            ),
            Filter(
                "nomor",
                _l("Milik"),
                [("0", _l("Pencalonan ini")), *((str(n), f"{n}. {name}") for n, name in people.items())],
                lambda p, value: str(p.number) == value,
            ),
        ],
        size=40,
        name=f"dokumen-{nomination.id}",
    )


def _state(place: Place) -> str:
    return str(STATES[place.state]) if place.document is not None else _("belum ada")


def _badge(place: Place) -> Markup:
    if place.document is not None:
        return badge(place.state)
    look = "stop" if place.kind.need == "wajib" else "none"
    return Markup('<span class="state state-{}">{}</span>').format(look, _("belum ada"))
