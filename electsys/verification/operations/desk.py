"""Items come to the desk, belong to one person for some minutes, and are judged once.

A claim is taken under a row lock that others pass over (``SELECT ... FOR UPDATE SKIP LOCKED``), so that two
people never get one item; a judgement asks again under the lock whether the item still waits, so that none is
decided twice. What a verdict does to the thing that is judged, the queue says (``decided``, ``undone``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.verification.models import VerificationEvent, VerificationItem
from electsys.verification.registry import JUDGE, Queue, Reason
from electsys.verification.rules.desk import OTHER

Item = VerificationItem
COLUMNS = ("election_id", "queue", "subject", "round", "region", "party_id", "priority")
NOTE = 500


def lease() -> dt.timedelta:
    """How long a claim holds: setting ``DESK_CLAIM_MINUTES``."""
    return dt.timedelta(minutes=float(current_app.config["DESK_CLAIM_MINUTES"]))


def reach(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """The items inside scopes, so that the index over regions serves (``LIKE`` of a prefix)."""

    def one(held: Scope) -> ColumnElement[bool]:
        parts: list[ColumnElement[bool]] = [true()]
        if held.region:
            parts.append(Item.region.startswith(held.region, autoescape=True))
        if held.party is not None:
            parts.append(Item.party_id == held.party)
        if held.election is not None:
            parts.append(Item.election_id == held.election)
        return and_(*parts)

    return or_(false(), *(one(held) for held in scopes))


def scope_of(item: Item) -> Scope:
    """Where an item lies."""
    return Scope(item.region, item.party_id, item.election_id)


# --- items come and go ---------------------------------------------------------------------------


def open_items(
    queue: Queue, rows: Select[Any], *, election_id: int, actor: Actor, round_: int = 1, region: str = ""
) -> int:
    """Open an item for each row of ``rows`` (subject, region, party id, priority), in one statement.

    What is open already stays as it is; the number of new items is returned. Who may, the caller has checked.
    """
    found = rows.subquery()
    subject, place, party, priority = list(found.c)[:4]
    whole = select(
        literal(election_id),
        literal(queue.name),
        cast(subject, Text),
        literal(round_),
        place,
        cast(party, Integer),
        priority,
    )
    made = (
        insert(Item)
        .from_select(COLUMNS, whole, include_defaults=False)
        .on_conflict_do_nothing(constraint="uq_verification_item_subject")
        .returning(Item.id)
        .cte("made")
    )
    count = db.session.scalar(select(func.count()).select_from(made)) or 0
    if count:
        record(
            "verification:item:open",
            f"verification_item:{queue.name}",
            actor=actor,
            details={"queue": queue.name, "round": round_, "count": count},
            region=region,
            election_id=election_id,
        )
    return count


def withdraw_items(queue: Queue, where: ColumnElement[bool], *, actor: Actor) -> int:
    """Take back items that nobody has judged yet (their owner withdrew the thing); how many there were."""
    gone = (
        update(Item)
        .where(Item.queue == queue.name, Item.state == "menunggu", where)
        .values(state="ditarik", claimed_by=None, claimed_until=None)
        .returning(Item.id)
        .cte("gone")
    )
    told = insert(VerificationEvent).from_select(
        ["item_id", "kind", "from_state", "to_state", "account_id", "actor"],
        select(
            gone.c.id,
            literal("tarik"),
            literal("menunggu"),
            literal("ditarik"),
            literal(actor.account_id),
            literal(actor.name),
        ),
    )
    written = told.returning(VerificationEvent.id).cte("written")
    count = db.session.scalar(select(func.count()).select_from(written)) or 0
    db.session.expire_all()
    if count:
        record(
            "verification:item:withdraw",
            f"verification_item:{queue.name}",
            actor=actor,
            details={"queue": queue.name, "count": count},
        )
    return count


# --- claims --------------------------------------------------------------------------------------


def judging(account: Any, queue: Queue) -> ColumnElement[bool] | None:
    """The items that an account may judge, as SQL; None where it may judge nothing."""
    held = grants.scopes(account, queue.permission)
    if not held or not grants.can(account, JUDGE):
        return None
    return reach(held)


def take_next(
    queue: Queue,
    account: Any,
    *,
    election_id: int,
    region: str | None = None,
    party: int | None = None,
    second: bool = False,
    beside: Sequence[int] = (),
) -> Item | None:
    """The next item for this account, claimed: one it holds already, else the first that is free.

    Without ``region`` those of its own level come first. ``second`` asks for items drawn for a second look
    that another account judged. ``beside`` are ids to pass over (on the desk now, or put off).
    """
    mine = judging(account, queue)
    if mine is None:
        return None
    now = func.clock_timestamp()
    wanted = [Item.queue == queue.name, Item.election_id == election_id, mine]
    if second:
        wanted += [Item.second_look.is_(True), Item.second_state.is_(None), Item.decided_by != account.id]
    else:
        wanted += [Item.state == "menunggu"]
    if party is not None:
        wanted.append(Item.party_id == party)
    if beside:
        wanted.append(Item.id.not_in(beside))
    held = and_(Item.claimed_by == account.id, Item.claimed_until > now)
    free = or_(Item.claimed_by.is_(None), Item.claimed_until <= now)
    places: list[ColumnElement[bool]] = [true()]
    if region is not None:
        wanted.append(Item.region.startswith(region, autoescape=True) if region else true())
    else:
        own = {scope.region or "" for scope in grants.scopes(account, queue.permission)}
        places = [Item.region.in_(own), true()]
    for clause in (held, *(and_(free, place) for place in places)):
        item = db.session.scalars(
            select(Item)
            .where(*wanted, clause)
            .order_by(Item.region, Item.priority, Item.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).first()
        if item is not None:
            _claim(item, account.id)
            return item
    return None


def _claim(item: Item, account_id: int) -> dt.datetime:
    until = dt.datetime.now(dt.UTC) + lease()
    item.claimed_by, item.claimed_until = account_id, until
    db.session.flush()
    return until


def renew(item: Item, *, actor: Actor) -> dt.datetime:
    """Hold an item on the desk for longer; refused once somebody else has it."""
    _lock(item)
    if item.claimed_by != actor.account_id and _taken(item):
        raise _others(item)
    if actor.account_id is None or not (item.state == "menunggu" or _waits_second(item)):
        raise _decided_already(item)
    return _claim(item, actor.account_id)


def release(item: Item, *, actor: Actor) -> None:
    """Put an item back for others."""
    _lock(item)
    if item.claimed_by == actor.account_id:
        item.claimed_by = item.claimed_until = None
        db.session.flush()


def _lock(item: Item) -> None:
    db.session.flush()
    db.session.refresh(item, with_for_update={"of": Item})


def _taken(item: Item) -> bool:
    return (
        item.claimed_by is not None
        and item.claimed_until is not None
        and item.claimed_until > dt.datetime.now(dt.UTC)
    )


def _waits_second(item: Item) -> bool:
    return item.second_look and item.second_state is None and item.decided_at is not None


def _others(item: Item) -> Refused:
    return Refused(
        _("Butir %(id)s sedang diperiksa petugas lain.", id=item.id),
        hint=_("Ambil butir berikutnya; butir ini kembali ke antrean bila petugas itu meninggalkannya."),
        status=409,
    )


def _decided_already(item: Item) -> Refused:
    from electsys.verification.wording import STATES

    return Refused(
        _("Butir %(id)s sudah diputus: %(state)s.", id=item.id, state=STATES[item.state]),
        hint=_("Putusan ini tidak ditimpa. Ambil butir berikutnya."),
        status=409,
    )


# --- judging -------------------------------------------------------------------------------------


def check_verdict(queue: Queue, item: Item, verdict: str, reason: str | None, note: str | None) -> str | None:
    """The reason that goes with a verdict (None with a plain "met"), or Refused at the field that lacks."""
    if verdict not in queue.verdicts(item):
        if verdict == "bms":
            raise Refused(
                _("Sesudah perbaikan hanya ada memenuhi syarat atau tidak memenuhi syarat."),
                hint=_("Pilih MS atau TMS."),
                field="putusan",
            )
        raise Refused(
            _("Pilih putusan: %(list)s.", list=", ".join(queue.verdicts(item)).upper()), field="putusan"
        )
    if len(note or "") > NOTE:
        raise Refused(_("Catatan paling panjang %(n)s huruf.", n=NOTE), field="catatan")
    if verdict == "ms":
        return None
    found = queue.reason(reason)
    if found is None or verdict not in found.for_:
        raise Refused(_("Pilih alasan: partai membacanya dalam riwayat."), field="alasan")
    _want_note(found, note)
    return found.code


def _want_note(reason: Reason, note: str | None) -> None:
    if reason.code == OTHER and not (note or "").strip():
        raise Refused(_("Tuliskan alasannya dalam catatan."), field="catatan")


def decide(
    queue: Queue,
    item: Item,
    verdict: str,
    *,
    actor: Actor,
    reason: str | None = None,
    note: str | None = None,
) -> VerificationEvent:
    """Judge an item once; what that does to the thing itself is the queue's, in the same transaction."""
    demand(queue, item, actor)
    _lock(item)
    if item.state != "menunggu":
        raise _decided_already(item)
    if item.claimed_by != actor.account_id and _taken(item):
        raise _others(item)
    note = (note or "").strip() or None
    code = check_verdict(queue, item, verdict, reason, note)
    event = tell(item, "putus", verdict, actor=actor, reason=code, note=note)
    item.state, item.reason, item.note = verdict, code, note
    item.decided_by, item.decided_at = actor.account_id, event.at
    item.claimed_by = item.claimed_until = None
    db.session.flush()
    queue.decided(item, verdict, code, note, actor)
    trail("verification:item:decide", item, actor, {"to": verdict, "code": code}, note)
    return event


def undo(queue: Queue, item: Item, *, actor: Actor) -> None:
    """Take the own judgement back: the item waits again, on the desk of whoever took it back."""
    demand(queue, item, actor)
    _lock(item)
    if item.decided_at is None:
        raise Refused(_("Butir %(id)s belum diputus.", id=item.id), status=409)
    if item.decided_by != actor.account_id:
        raise Refused(
            _("Hanya petugas yang memutus butir ini dapat membatalkan putusannya."),
            hint=_("Minta rekan itu membatalkannya, atau selesaikan lewat periksa kedua."),
            status=403,
        )
    if item.second_state is not None:
        raise Refused(
            _("Butir %(id)s sudah diperiksa kedua kali; putusannya tidak dapat dibatalkan lagi.", id=item.id),
            hint=_("Perbedaan diselesaikan orang ketiga atau pleno."),
            status=409,
        )
    queue.undone(item, actor)
    tell(item, "batal", "menunggu", actor=actor)
    before = item.state
    item.state, item.reason, item.note = "menunggu", None, None
    item.decided_by = item.decided_at = None
    item.second_look = False
    if actor.account_id is not None:
        _claim(item, actor.account_id)
    db.session.flush()
    trail("verification:item:undo", item, actor, {"from": before})


def demand(queue: Queue, item: Item, actor: Actor, permission: str | None = None) -> None:
    """Refuse unless the actor may judge this item."""
    if item.queue != queue.name:
        raise ValueError(f"item {item.id} is of {item.queue}, not of {queue.name}")
    grants.demand(actor, permission or queue.permission, scope_of(item))


def tell(
    item: Item, kind: str, to: str, *, actor: Actor, reason: str | None = None, note: str | None = None
) -> VerificationEvent:
    """The event of a judgement; nothing at the desk happens without one."""
    event = VerificationEvent(
        item_id=item.id,
        kind=kind,
        from_state=item.state,
        to_state=to,
        reason=reason,
        note=note,
        account_id=actor.account_id,
        actor=actor.name,
        at=dt.datetime.now(dt.UTC),
    )
    db.session.add(event)
    db.session.flush()
    return event


def trail(verb: str, item: Item, actor: Actor, details: dict[str, Any], note: str | None = None) -> None:
    """The act of a judgement."""
    record(
        verb,
        f"verification_item:{item.id}",
        actor=actor,
        reason=note,
        details={"queue": item.queue, **details},
        region=item.region,
        election_id=item.election_id,
    )
