"""Supporters at the desk: what is opened for a list, what a verdict does to its rows (domain.md 4.3, 4.5).

The desk, its claims and its second look are those of :mod:`electsys.verification`. What nobody judges there
is judged by its flags when the plenary concludes.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
)

from electsys import jobs, verification
from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.verification.models import VerificationItem
from electsys.verification.operations.desk import open_items, withdraw_items
from modules.silon.models import Nomination, Supporter, SupporterEvent
from modules.silon.operations.supporters import move_supporter
from modules.silon.queries.support import cycle_of
from modules.silon.queries.support_judging import QUEUE
from modules.silon.rules.support import DESK, desk_round
from modules.silon.workflow import SUPPORT, SUPPORTER

Item = VerificationItem
OPEN_ROUND = "silon.open_support_round"
#: Verdict of the desk -> move of a row.
MOVES = {"ms": "accept", "bms": "defer", "tms": "refuse"}
#: Flagged rows are judged first: those who are supported need longest to replace them.
FLAGGED, CLEAN = 0, 10


def round_of(nomination: Nomination) -> int | None:
    """The round of the desk that runs for a list; None where nothing is judged there."""
    step = nomination.support_state or ""
    return desk_round(step, cycle_of(nomination)) if step in DESK else None


def open_round(nomination: Nomination, *, actor: Actor) -> int:
    """Open an item for every row that nobody has judged for good; how many are new."""
    round_ = round_of(nomination)
    if round_ is None:
        raise Refused(
            _(
                "Tidak ada verifikasi administrasi yang berjalan: dukungan berstatus “%(state)s”.",
                state=SUPPORT.state_label(nomination.support_state or "tms"),
            ),
            status=409,
        )
    queue = _queue()
    gone = select(_subject()).where(
        Supporter.nomination_id == nomination.id, Supporter.state.in_(("ditarik", "tms"))
    )
    withdraw_items(queue, and_(literal(True), Item.subject.in_(gone)), actor=actor)
    made = open_items(
        queue,
        _wanted(nomination),
        election_id=nomination.election_id,
        round_=round_,
        region=nomination.region,
        actor=actor,
    )
    if made:
        record(
            "silon:support:open_round",
            f"nomination:{nomination.id}",
            actor=actor,
            region=nomination.region or None,
            election_id=nomination.election_id,
            details={"step": nomination.support_state, "round": round_, "count": made},
        )
    return made


def begin_round(nomination: Nomination, *, actor: Actor) -> jobs.Job:
    """Open the round as a job; whoever hands in need not wait for it."""
    return jobs.start(
        OPEN_ROUND,
        actor=actor,
        subject=f"nomination:{nomination.id}",
        lock=f"{OPEN_ROUND}:{nomination.id}",
        nomination_id=nomination.id,
    )


def require_judged(nomination: Nomination) -> None:
    """Refuse the plenary after a repair while something mended, once found not met, waits at the desk."""
    round_ = round_of(nomination)
    if round_ is None or nomination.support_state == "vermin":
        return
    waiting = db.session.scalar(
        select(func.count())
        .select_from(Supporter)
        .join(Item, Item.subject == _subject())
        .where(
            Supporter.nomination_id == nomination.id,
            Supporter.state == "baru",
            Supporter.event_id.is_not(None),  # the desk, or a repair, has moved it before
            Item.queue == QUEUE,
            Item.round == round_,
            Item.state == "menunggu",
        )
    )
    if waiting:
        raise Refused(
            _("%(n)s pendukung yang diperbaiki belum diputus di meja verifikasi.", n=waiting),
            hint=_("Selesaikan antrean pendukung, lalu simpulkan."),
            status=409,
        )


def withdraw_unjudged(nomination: Nomination, *, actor: Actor) -> int:
    """Take back what still waits at the desk once the plenary has concluded; how many."""
    mine = select(_subject()).where(Supporter.nomination_id == nomination.id)
    return withdraw_items(_queue(), and_(literal(True), Item.subject.in_(mine)), actor=actor)


def _queue() -> verification.Queue:
    queue = verification.find(QUEUE)
    if queue is None:
        raise LookupError(f"queue {QUEUE!r} is not registered")
    return queue


def _subject() -> ColumnElement[str]:
    return func.concat("supporter:", cast(Supporter.id, Text))


def _wanted(nomination: Nomination) -> Select[tuple[str, str, int | None, int]]:
    """Rows that wait, in the kab/kota where they live; those outside the area are judged by its body."""
    inside = func.left(Supporter.village_code, func.length(Supporter.area)) == Supporter.area
    return select(
        _subject().label("subject"),
        case((inside, func.left(Supporter.village_code, 4)), else_=Supporter.area).label("region"),
        cast(null(), Integer).label("party"),
        case((Supporter.flags != [], FLAGGED), else_=CLEAN).label("priority"),
    ).where(Supporter.nomination_id == nomination.id, Supporter.state.in_(("baru", "bms")))


# --- what a verdict does ---------------------------------------------------------------------------


def require_running(item: Item) -> tuple[Supporter, Nomination]:
    """The supporter and list of an item that may be judged now; Refused once its round is over."""
    row = db.session.get(Supporter, int(item.subject.partition(":")[2]))
    if row is None:
        raise Refused(_("Baris pendukung ini tidak ada lagi."), status=409)
    nomination = db.session.get_one(Nomination, row.nomination_id)
    db.session.refresh(nomination, with_for_update={"of": Nomination, "read": True})
    if round_of(nomination) != item.round:
        raise Refused(
            _("Putaran verifikasi butir ini sudah selesai."),
            hint=_("Putusannya berubah hanya karena putusan yang membuka tahapannya kembali."),
            status=409,
        )
    db.session.refresh(row, with_for_update=True)
    return row, nomination


def decide(item: Item, verdict: str, reason: str | None, note: str | None, actor: Actor) -> None:
    """The row moves with an event that says why; where it stands there already nothing moves."""
    row, _nomination = require_running(item)
    if row.state == "ditarik":
        raise Refused(_("Pendukung ini sudah ditarik."), hint=_("Ambil butir berikutnya."), status=409)
    if row.state == verdict:
        return
    if row.state in ("ms", "tms"):  # another event moved it while it lay on the desk
        raise Refused(
            _(
                "Status pendukung ini sudah ditetapkan di luar meja: %(state)s.",
                state=SUPPORTER.state_label(row.state),
            ),
            hint=_("Pilih putusan yang sama; riwayatnya memuat alasannya."),
            status=409,
        )
    move_supporter(row, MOVES[verdict], kind="putus", reason=reason, note=note, actor=actor)


def undo(item: Item, actor: Actor) -> None:
    """Back to where the row stood before it was judged."""
    row, _nomination = require_running(item)
    event = db.session.get(SupporterEvent, row.event_id or 0)
    if event is None or event.kind != "putus" or row.state != item.state:
        raise Refused(
            _("Status pendukung ini sudah berubah sesudah diputus di meja."),
            hint=_("Lihat riwayatnya; putusan lama tidak dapat dibatalkan."),
            status=409,
        )
    if event.from_state == row.state:
        return
    action = "undo_repair" if event.from_state == "bms" else "undo"
    move_supporter(row, action, kind="putus", reason=None, actor=actor)


def unopened(nomination: Nomination) -> int:
    """How many rows wait to be judged and have no item in the running round."""
    round_ = round_of(nomination)
    if round_ is None:
        return 0
    found = _wanted(nomination).subquery()
    there = select(Item.id).where(Item.queue == QUEUE, Item.subject == found.c.subject, Item.round == round_)
    n = select(func.count()).select_from(found).where(~there.exists())
    return int(db.session.scalar(n) or 0)
