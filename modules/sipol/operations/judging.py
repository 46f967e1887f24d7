"""A round of verification at the desk: what is opened for a party, and what a verdict does to its rows."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, Text, case, cast, func, literal, or_, select

from electsys import jobs, verification
from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.verification.models import VerificationItem
from electsys.verification.operations.desk import open_items
from modules.sipol.models import (
    MemberEvent,
    MemberStatement,
    PartyBoard,
    PartyDocument,
    PartyMember,
    PartyOffice,
    PartyRegistration,
)
from modules.sipol.operations.member_events import move_member
from modules.sipol.operations.statements import decide_statement
from modules.sipol.queries.conclusions import is_concluded, sequence_of
from modules.sipol.queries.counts import below
from modules.sipol.queries.judging import key_of
from modules.sipol.queries.verdict_items import BOARDS, DOCUMENTS, MEMBERS, OFFICES, STATEMENTS
from modules.sipol.rules.verdicts import PROOFS, REPAIRED, round_of
from modules.sipol.verdict_words import STEPS
from modules.sipol.workflow import MEMBER

Item = VerificationItem
#: Steps that are judged at the desk.
ADMINISTRATIVE = ("vermin", "vermin_perbaikan")
#: Verdict of the desk -> move of a member's row.
MOVES = {"ms": "accept", "bms": "defer", "tms": "refuse"}
#: Flagged rows are judged first: theirs take the party longest to mend.
FLAGGED, CLEAN = 0, 10


def open_round(registration: PartyRegistration, step: str, *, actor: Actor) -> dict[str, int]:
    """Open the items of every area for a step; queue -> how many are new. Asked twice it opens nothing twice.

    Before the repair everything is judged; after it only what was not met, or what was changed since it was.
    Half a million members take about half a minute, so it runs as a job (:func:`begin_round`).
    """
    if step not in ADMINISTRATIVE or registration.state != step:
        raise Refused(
            _("Putaran verifikasi hanya dibuka selama verifikasi administrasi berjalan."),
            hint=_("Terima pendaftarannya dahulu; putaran terbuka sesudah itu."),
            status=409,
        )
    round_ = round_of(step, sequence_of(registration, step))
    made: dict[str, int] = {}
    for name, rows in _wanted(registration, round_).items():
        queue = verification.find(name)
        if queue is None:
            raise LookupError(f"queue {name!r} is not registered")
        made[name] = open_items(
            queue,
            rows,
            election_id=registration.election_id,
            round_=round_,
            region=registration.region,
            actor=actor,
        )
    record(
        "sipol:round:open",
        f"party_registration:{registration.id}",
        actor=actor,
        details={"step": step, "round": round_, **made},
        region=registration.region,
        election_id=registration.election_id,
    )
    return made


def begin_round(registration: PartyRegistration, *, actor: Actor) -> jobs.Job:
    """Open the round of the step that runs as a job: whoever receives a registration or a repair calls it."""
    return jobs.start(
        "sipol.open_round",
        actor=actor,
        subject=f"party_registration:{registration.id}",
        lock=f"sipol.open_round:{registration.id}",
        registration_id=registration.id,
        step=registration.state,
    )


def unopened(registration: PartyRegistration, step: str, region: str) -> int:
    """How many things of an area, and below it, a round should judge and has no item for."""
    if step not in ADMINISTRATIVE:
        return 0
    round_ = round_of(step, sequence_of(registration, step))
    total = 0
    for name, rows in _wanted(registration, round_, region).items():
        found = rows.subquery()
        there = select(Item.id).where(
            Item.queue == name, Item.subject == found.c.subject, Item.round == round_
        )
        total += db.session.scalar(select(func.count()).select_from(found).where(~there.exists())) or 0
    return total


def _wanted(registration: PartyRegistration, round_: int, region: str = "") -> dict[str, Select[Any]]:
    """What a round judges in an area and below it, by queue: rows (subject, region, party, priority)."""
    places = {
        DOCUMENTS: (_documents(registration, round_), PartyDocument.region),
        BOARDS: (_boards(registration, round_), PartyBoard.region),
        OFFICES: (_offices(registration, round_), PartyOffice.region),
        MEMBERS: (_members(registration), PartyMember.village_code),
        STATEMENTS: (_statements(registration), MemberStatement.village_code),
    }
    return {name: rows.where(below(column, region)) for name, (rows, column) in places.items()}


def _subject(table: str, key: Any) -> Any:
    return func.concat(literal(f"{table}:"), cast(key, Text))


def _place(region: Any) -> Any:
    """Who judges: the centre, the province or the kab/kota; boards of kecamatan are the kab/kota's."""
    return func.left(region, 4)


def _last(queue: str, subject: Any, column: Any, round_: int) -> Any:
    """A column of the last judgement of a subject before this round."""
    return (
        select(column)
        .where(Item.queue == queue, Item.subject == subject, Item.round < round_)
        .order_by(Item.round.desc())
        .limit(1)
        .scalar_subquery()
    )


def _again(queue: str, subject: Any, round_: int, *changed: Any) -> ColumnElement[bool]:
    """What a round after the first judges: what was not met, and what was changed since it was."""
    if round_ == 1:
        return literal(True)
    met = func.coalesce(_last(queue, subject, Item.state, round_), "") == "ms"
    when = _last(queue, subject, Item.decided_at, round_)
    return or_(~met, *(func.coalesce(column > when, False) for column in changed))


def _documents(registration: PartyRegistration, round_: int) -> Select[Any]:
    """Documents in force, but for those that stand beside their row: decrees of boards, proofs of offices."""
    subject = _subject("party_document", PartyDocument.id)
    beside = (PROOFS["kepengurusan"], PROOFS["kantor"])
    return select(
        subject.label("subject"),
        _place(PartyDocument.region).label("region"),
        PartyDocument.party_id,
        literal(0).label("priority"),
    ).where(
        PartyDocument.registration_id == registration.id,
        PartyDocument.current,
        PartyDocument.kind.not_in(beside),
        _again(DOCUMENTS, subject, round_),
    )


def _boards(registration: PartyRegistration, round_: int) -> Select[Any]:
    subject = _subject("party_board", PartyBoard.id)
    return select(
        subject.label("subject"),
        _place(PartyBoard.region).label("region"),
        PartyBoard.party_id,
        (func.length(PartyBoard.region) - 4).label("priority"),
    ).where(
        PartyBoard.registration_id == registration.id,
        _again(
            BOARDS,
            subject,
            round_,
            PartyBoard.changed_at,
            _uploaded(registration, PROOFS["kepengurusan"], PartyBoard.region),
        ),
    )


def _offices(registration: PartyRegistration, round_: int) -> Select[Any]:
    subject = _subject("party_office", PartyOffice.id)
    return select(
        subject.label("subject"),
        _place(PartyOffice.region).label("region"),
        PartyOffice.party_id,
        literal(0).label("priority"),
    ).where(
        PartyOffice.registration_id == registration.id,
        _again(
            OFFICES,
            subject,
            round_,
            PartyOffice.changed_at,
            _uploaded(registration, PROOFS["kantor"], PartyOffice.region),
        ),
    )


def _uploaded(registration: PartyRegistration, kind: str, region: Any) -> Any:
    return (
        select(PartyDocument.uploaded_at)
        .where(
            PartyDocument.registration_id == registration.id,
            PartyDocument.kind == kind,
            PartyDocument.region == region,
            PartyDocument.current,
        )
        .scalar_subquery()
    )


def _members(registration: PartyRegistration) -> Select[Any]:
    """Members that nobody has found right or wrong for good: new ones, and those that waited for a repair."""
    return select(
        _subject("party_member", PartyMember.id).label("subject"),
        _place(PartyMember.village_code).label("region"),
        PartyMember.party_id,
        case((PartyMember.flags != [], FLAGGED), else_=CLEAN).label("priority"),
    ).where(PartyMember.registration_id == registration.id, PartyMember.state.in_(("baru", "bms")))


def _statements(registration: PartyRegistration) -> Select[Any]:
    return (
        select(
            _subject("party_member_statement", MemberStatement.id).label("subject"),
            _place(MemberStatement.village_code).label("region"),
            MemberStatement.party_id,
            literal(0).label("priority"),
        )
        .join(PartyMember, PartyMember.id == MemberStatement.member_id)
        .where(
            PartyMember.registration_id == registration.id,
            PartyMember.state != "ditarik",
            MemberStatement.state == "menunggu",
        )
    )


# --- what a verdict does ---------------------------------------------------------------------------


def registration_of(item: VerificationItem) -> PartyRegistration:
    """The registration that an item belongs to."""
    return db.session.scalars(
        select(PartyRegistration).where(
            PartyRegistration.party_id == item.party_id, PartyRegistration.election_id == item.election_id
        )
    ).one()


def require_running(item: VerificationItem) -> str:
    """The step in which an item may be judged now; Refused once it is over, or its area is concluded."""
    registration = registration_of(item)
    db.session.refresh(registration, with_for_update={"of": PartyRegistration, "read": True})
    step = registration.state
    if step not in ADMINISTRATIVE or item.round != round_of(step, sequence_of(registration, step)):
        raise Refused(
            _("Putaran verifikasi butir ini sudah selesai."),
            hint=_("Perubahan sesudah pleno hanya karena putusan yang membuka tahapannya kembali."),
            status=409,
        )
    if is_concluded(registration.id, step, item.region, sequence_of(registration, step)):
        raise Refused(
            _("Wilayah ini sudah disimpulkan dalam pleno %(step)s.", step=STEPS[step]),
            hint=_("Putusannya tidak dapat diubah lagi."),
            status=409,
        )
    return step


def decide_row(
    item: VerificationItem, verdict: str, reason: str | None, note: str | None, actor: Actor
) -> None:
    """A document, board or office: the item itself holds the verdict."""
    require_running(item)


def undo_row(item: VerificationItem, actor: Actor) -> None:
    """The same, taken back."""
    require_running(item)


def decide_member(
    item: VerificationItem, verdict: str, reason: str | None, note: str | None, actor: Actor
) -> None:
    """A member's row moves with an event that says why; where it stands there already nothing moves."""
    step = require_running(item)
    member = db.session.get(PartyMember, key_of(item))
    if member is None:
        raise Refused(_("Baris anggota ini tidak ada lagi."), status=409)
    db.session.refresh(member, with_for_update={"of": PartyMember})
    if member.state == verdict:
        return
    if member.state in ("ms", "tms"):  # another event moved it while it lay on the desk
        _require_own(member)
        action = "undo_repair" if REPAIRED[step] else "undo"
        move_member(member, action, kind="putus", reason=reason, note=note, actor=actor)
    if member.state != verdict:
        move_member(member, MOVES[verdict], kind="putus", reason=reason, note=note, actor=actor)


def _require_own(member: PartyMember) -> None:
    """What a hearing, an objection or a ruling decided is not judged over at the desk."""
    event = db.session.get(MemberEvent, member.event_id or 0)
    if event is not None and event.kind in ("klarifikasi", "tanggapan", "putusan"):
        raise Refused(
            _(
                "Status anggota ini sudah ditetapkan di luar meja: %(state)s.",
                state=MEMBER.state_label(member.state),
            ),
            hint=_("Pilih putusan yang sama; riwayat anggota memuat alasannya."),
            status=409,
        )


def undo_member(item: VerificationItem, actor: Actor) -> None:
    """Back to where the row stood before it was judged."""
    require_running(item)
    member = db.session.get(PartyMember, key_of(item))
    event = db.session.get(MemberEvent, member.event_id or 0) if member is not None else None
    if member is None or event is None or event.kind != "putus" or member.state != item.state:
        raise Refused(
            _("Status anggota ini sudah berubah sesudah diputus di meja."),
            hint=_("Lihat riwayat anggotanya; putusan lama tidak dapat dibatalkan."),
            status=409,
        )
    if event.from_state == member.state:
        return
    action = "undo" if event.from_state in ("baru", "ms", "tms") else "undo_repair"
    move_member(member, action, kind="putus", reason=None, actor=actor)


def decide_paper(
    item: VerificationItem, verdict: str, reason: str | None, note: str | None, actor: Actor
) -> None:
    """A statement is accepted, or turned down with the reason in words; both parties are told."""
    require_running(item)
    statement = db.session.get(MemberStatement, key_of(item))
    if statement is None:
        raise Refused(_("Surat pernyataan ini tidak ada lagi."), status=409)
    queue = verification.find(STATEMENTS)
    words = queue.words(reason) if queue is not None else reason
    said = ". ".join(part for part in (words, note) if part)
    decide_statement(statement, accept=verdict == "ms", reason=said or None, actor=actor)


def undo_paper(item: VerificationItem, actor: Actor) -> None:
    """A decided statement has been told to the party: it stays."""
    raise Refused(
        _("Putusan atas surat pernyataan tidak dapat dibatalkan; partai sudah diberi tahu."),
        hint=_("Partai dapat mengunggah surat yang baru selama masa perbaikan."),
        status=409,
    )
