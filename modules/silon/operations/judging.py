"""A round of verification at the desk: what is opened for a nomination, what a verdict does to a document."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Integer, Select, Text, and_, case, cast, func, literal, or_, select

from electsys import jobs, verification
from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.verification.models import VerificationItem
from electsys.verification.operations.desk import open_items, withdraw_items
from modules.silon.list_events import RoundBegins
from modules.silon.models import Candidate, CandidateDocument, Nomination
from modules.silon.models.candidates import STANDING
from modules.silon.queries.documents import changed_since, kinds_of
from modules.silon.queries.judging import DOCUMENTS, OWN, document_of
from modules.silon.queries.rounds import LATER, concluded_at, round_of
from modules.silon.rules.documents import LATE
from modules.silon.workflow import flow_of

Item = VerificationItem
Document = CandidateDocument
#: Whom the house has flagged is judged first: theirs take longest to mend.
FLAGGED, CLEAN = 0, 10


def open_round(nomination: Nomination, *, actor: Actor) -> dict[str, int]:
    """Open the items of the round that runs; queue -> how many are new. Asked twice it opens nothing twice.

    First every document in force; after the repair only what was not met, what came new, and what proves
    data that changed since. After verification (windows of the lists) only documents that nobody has judged.
    """
    round_ = round_of(nomination)
    if round_ is None:
        raise Refused(
            _(
                "Tidak ada verifikasi yang berjalan: pencalonan berstatus “%(state)s”.",
                state=flow_of(nomination).state_label(nomination.state),
            ),
            hint=_("Putaran terbuka sesudah pengajuannya diterima."),
            status=409,
        )
    made: dict[str, int] = {}
    for name, rows in _wanted(nomination).items():
        queue = _queue(name)
        _withdraw(queue, nomination, actor)
        made[name] = open_items(
            queue,
            rows,
            election_id=nomination.election_id,
            round_=round_,
            region=nomination.region,
            actor=actor,
        )
    if sum(made.values()):
        record(
            "silon:round:open",
            f"nomination:{nomination.id}",
            actor=actor,
            details={"state": nomination.state, "round": round_, **made},
            region=nomination.region or None,
            election_id=nomination.election_id,
        )
    return made


def begin_round(nomination: Nomination, *, actor: Actor) -> jobs.Job:
    """Open the round as a job; whoever receives a submission or a repair need not wait for it."""
    return jobs.start(
        "silon.open_round",
        actor=actor,
        subject=f"nomination:{nomination.id}",
        lock=f"silon.open_round:{nomination.id}",
        nomination_id=nomination.id,
    )


def on_round(event: RoundBegins) -> None:
    """A nomination entered a round: its items come to the desk."""
    begin_round(db.session.get_one(Nomination, event.nomination_id), actor=event.actor)


def open_filed(document: Document, nomination: Nomination, *, actor: Actor) -> None:
    """A document that came late, or in a window after verification, comes to the desk at once."""
    round_ = round_of(nomination)
    if round_ is not None:
        rows = _rows(nomination).where(Document.id == document.id)
        queue = _queue(OWN if document.candidate_id is None else DOCUMENTS)
        _withdraw(queue, nomination, actor)
        open_items(
            queue,
            rows,
            election_id=nomination.election_id,
            round_=round_,
            region=nomination.region,
            actor=actor,
        )


def unopened(nomination: Nomination) -> int:
    """How many documents the running round should judge and has no item for."""
    round_ = round_of(nomination)
    if round_ is None:
        return 0
    total = 0
    for name, rows in _wanted(nomination).items():
        found = rows.subquery()
        there = select(Item.id).where(
            Item.queue == name, Item.subject == found.c.subject, Item.round == round_
        )
        total += db.session.scalar(select(func.count()).select_from(found).where(~there.exists())) or 0
    return total


def _queue(name: str) -> verification.Queue:
    queue = verification.find(name)
    if queue is None:
        raise LookupError(f"queue {name!r} is not registered")
    return queue


def _wanted(nomination: Nomination) -> dict[str, Select[Any]]:
    """What the running round judges, by queue: rows (subject, region, party, priority)."""
    rows = _rows(nomination).where(_again(nomination))
    return {
        OWN: rows.where(Document.candidate_id.is_(None)),
        DOCUMENTS: rows.where(Document.candidate_id.is_not(None), Candidate.state.in_(STANDING)),
    }


def _rows(nomination: Nomination) -> Select[Any]:
    """The documents in force; flagged candidates first, then one by one, as the law lists them."""
    kinds = {k.code: n for n, k in enumerate(kinds_of(nomination.election_id))}
    place = case(kinds, value=Document.kind, else_=len(kinds))
    return (
        select(
            func.concat("candidate_document:", cast(Document.id, Text)).label("subject"),
            Document.region,
            cast(Document.party_id, Integer),
            case((func.coalesce(func.cardinality(Candidate.flags), 0) > 0, FLAGGED), else_=CLEAN).label(
                "priority"
            ),
        )
        .outerjoin(Candidate, Candidate.id == Document.candidate_id)
        .where(Document.nomination_id == nomination.id, Document.current)
        .order_by(Candidate.number, place, Document.id)
    )


def _again(nomination: Nomination) -> ColumnElement[bool]:
    if nomination.state in LATER:
        return Document.state == "menunggu"
    return or_(Document.state != "ms", changed_since())


def _withdraw(queue: verification.Queue, nomination: Nomination, actor: Actor) -> None:
    """Take back unjudged items of documents that were replaced, or whose candidate left."""
    gone = (
        select(func.concat("candidate_document:", cast(Document.id, Text)))
        .outerjoin(Candidate, Candidate.id == Document.candidate_id)
        .where(
            Document.nomination_id == nomination.id,
            or_(
                Document.current.is_(False),
                and_(Document.candidate_id.is_not(None), Candidate.state.not_in(STANDING)),
            ),
        )
    )
    withdraw_items(queue, and_(literal(True), Item.subject.in_(gone)), actor=actor)


# --- what a verdict does ---------------------------------------------------------------------------


def require_running(item: Item) -> tuple[Document, Nomination]:
    """The document and nomination of an item that may be judged now; Refused once its round is over."""
    document = document_of(item)
    if document is None:
        raise Refused(_("Dokumen ini tidak ada lagi."), status=409)
    nomination = db.session.get_one(Nomination, document.nomination_id)
    db.session.refresh(nomination, with_for_update={"of": Nomination, "read": True})
    if round_of(nomination) != item.round:
        raise Refused(
            _("Putaran verifikasi butir ini sudah selesai."),
            hint=_("Putusannya berubah hanya karena putusan yang membuka tahapannya kembali."),
            status=409,
        )
    _require_unsettled(document, nomination)
    db.session.refresh(document, with_for_update={"of": Document})
    return document, nomination


def _require_unsettled(document: Document, nomination: Nomination) -> None:
    """After verification only the documents of who is new, or came late, are judged still."""
    if nomination.state not in LATER or document.candidate_id is None:
        return
    candidate = db.session.get_one(Candidate, document.candidate_id)
    late = {k.code for k in kinds_of(nomination.election_id) if k.need == LATE}
    if candidate.state != "baru" and document.kind not in late:
        raise Refused(
            _("Calon ini sudah disimpulkan: %(name)s.", name=candidate.name),
            hint=_("Putusan atas dokumennya tidak dapat diubah lagi."),
            status=409,
        )


def decide_document(item: Item, verdict: str, reason: str | None, note: str | None, actor: Actor) -> None:
    """The verdict stands on the document in force; one that was replaced meanwhile is not judged."""
    document, _nomination = require_running(item)
    if not document.current:
        raise Refused(
            _("Dokumen ini sudah digantikan dengan unggahan yang lebih baru."),
            hint=_("Ambil butir berikutnya; unggahan baru menjadi butir tersendiri."),
            status=409,
        )
    document.state, document.reason, document.round = verdict, reason, item.round
    document.decided_by, document.decided_at = actor.account_id, item.decided_at
    db.session.flush()


def undo_document(item: Item, actor: Actor) -> None:
    """Back to what an earlier round said of the document, or to waiting."""
    document, nomination = require_running(item)
    end = concluded_at(nomination.id, item.round)
    if end is not None and item.decided_at is not None and item.decided_at <= end:
        raise Refused(
            _("Putusan ini sudah menjadi dasar kesimpulan pleno."),
            hint=_("Putusannya berubah hanya karena putusan yang membuka tahapannya kembali."),
            status=409,
        )
    before = db.session.scalars(
        select(Item)
        .where(
            Item.queue == item.queue,
            Item.subject == item.subject,
            Item.round < item.round,
            Item.decided_at.is_not(None),
        )
        .order_by(Item.round.desc())
        .limit(1)
    ).first()
    if before is None:
        document.state, document.reason = "menunggu", None
        document.decided_by = document.decided_at = None
    else:
        document.state, document.reason, document.round = before.state, before.reason, before.round
        document.decided_by, document.decided_at = before.decided_by, before.decided_at
    db.session.flush()
