"""The second look: a public draw of judgements, another account that judges blind, a third that settles."""

from __future__ import annotations

import datetime as dt
import hashlib
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, literal, select, update

from electsys.db import db
from electsys.elections import settings
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.ledger import Actor, record
from electsys.verification.models import SecondDraw, VerificationItem
from electsys.verification.operations.desk import _lock, check_verdict, demand, scope_of, tell, trail
from electsys.verification.registry import Queue
from electsys.verification.rules.desk import second_size

Item = VerificationItem
#: Ids of a frame that are hashed at a time.
CHUNK = 50_000


def draw_second(queue: Queue, *, election_id: int, region: str, seed: str, actor: Actor) -> SecondDraw:
    """Draw the share of the law (``periksa_kedua``) of what was judged under ``region`` since the last draw.

    ``seed`` was drawn in public; whoever has it and the list of judged items draws the same again. Refused
    where nothing was judged, or without a seed.
    """
    grants.demand(actor, queue.settler, Scope(region, election=election_id))
    seed = seed.strip()
    if not seed or len(seed) > 100:
        raise Refused(
            _("Isi bilangan undian yang ditarik terbuka, paling panjang 100 huruf."), field="undian"
        )
    db.session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"draw:{queue.name}:{election_id}", 43)))
    )
    share = Fraction(settings.value(election_id, queue.share))
    until = dt.datetime.now(dt.UTC)
    frame = frame_of(queue, election_id, region, _last(queue, election_id, region), until)
    digest, size = _digest(frame)
    drawn = second_size(size, share)
    if not drawn:
        raise Refused(
            _("Belum ada putusan baru di wilayah ini sejak undian terakhir."),
            hint=_("Tarik undian sesudah ada butir yang diputus."),
            status=409,
        )
    row = SecondDraw(
        election_id=election_id,
        queue=queue.name,
        region=region,
        seed=seed,
        share=str(share),
        frame_size=size,
        size=drawn,
        frame_digest=digest,
        until=until,
        actor=actor.name,
    )
    db.session.add(row)
    rank = func.encode(func.sha256(func.convert_to(func.concat(literal(seed), ":", Item.id), "UTF8")), "hex")
    chosen = select(Item.id).where(frame).order_by(rank).limit(drawn)
    db.session.execute(
        update(Item)
        .where(Item.id.in_(chosen))
        .values(second_look=True)
        .execution_options(synchronize_session=False)
    )
    db.session.flush()
    db.session.expire_all()
    record(
        "verification:draw:make",
        f"verification_draw:{row.id}",
        actor=actor,
        details={"queue": queue.name, "frame": size, "size": drawn, "digest": digest.hex()},
        region=region,
        election_id=election_id,
    )
    return row


def frame_of(
    queue: Queue, election_id: int, region: str, since: dt.datetime | None, until: dt.datetime
) -> ColumnElement[bool]:
    """The judged items that a draw is of."""
    clause = (
        (Item.queue == queue.name)
        & (Item.election_id == election_id)
        & Item.region.startswith(region, autoescape=True)
        & (Item.decided_at <= until)
        & Item.second_look.is_(False)
    )
    return clause & (Item.decided_at > since) if since is not None else clause


def _last(queue: Queue, election_id: int, region: str) -> dt.datetime | None:
    """When the last draw that covers this region was made."""
    return db.session.scalar(
        select(func.max(SecondDraw.until)).where(
            SecondDraw.queue == queue.name,
            SecondDraw.election_id == election_id,
            literal(region).startswith(SecondDraw.region),
        )
    )


def _digest(frame: ColumnElement[bool]) -> tuple[bytes, int]:
    digest, size = hashlib.sha256(), 0
    rows = db.session.execute(
        select(Item.id).where(frame).order_by(Item.id).execution_options(yield_per=CHUNK)
    )
    for (key,) in rows:
        digest.update(f"{key}\n".encode())
        size += 1
    return digest.digest(), size


def look_again(
    queue: Queue,
    item: Item,
    verdict: str,
    *,
    actor: Actor,
    reason: str | None = None,
    note: str | None = None,
) -> bool:
    """The second look of an item, by another account that was not told the first; whether both agree."""
    demand(queue, item, actor)
    _lock(item)
    if not item.second_look or item.decided_at is None or item.second_state is not None:
        raise Refused(_("Butir %(id)s tidak menunggu periksa kedua.", id=item.id), status=409)
    if actor.account_id is None or item.decided_by == actor.account_id:
        raise Refused(
            _("Periksa kedua dilakukan petugas lain daripada yang memutus."),
            hint=_("Ambil butir berikutnya; butir ini menunggu rekan Anda."),
            status=403,
        )
    note = (note or "").strip() or None
    code = check_verdict(queue, item, verdict, reason, note)
    event = tell(item, "periksa_kedua", verdict, actor=actor, reason=code, note=note)
    item.second_state, item.second_by, item.second_at = verdict, actor.account_id, event.at
    item.claimed_by = item.claimed_until = None
    db.session.flush()
    agrees = verdict == item.state
    trail("verification:item:second", item, actor, {"to": verdict, "code": code, "agrees": agrees}, note)
    return agrees


def settle(
    queue: Queue,
    item: Item,
    verdict: str,
    *,
    actor: Actor,
    reason: str | None = None,
    note: str | None = None,
) -> None:
    """Settle a disagreement: a third verifier, or the plenary, says which verdict holds, and why in words.

    Where that is another one than the first, the queue takes the first back and does the new one.
    """
    _lock(item)
    if item.second_state is None or item.second_state == item.state or item.settled_at is not None:
        raise Refused(_("Butir %(id)s tidak menunggu penyelesaian.", id=item.id), status=409)
    if actor.account_id is None or actor.account_id in (item.decided_by, item.second_by):
        raise Refused(
            _("Perbedaan diselesaikan orang ketiga: Anda salah satu dari dua pemeriksanya."),
            hint=_("Minta rekan lain atau anggota KPU menyelesaikannya."),
            status=403,
        )
    if not may_settle(queue, item, actor.account_id):
        demand(queue, item, actor, queue.settler)
    note = (note or "").strip() or None
    if note is None:
        raise Refused(_("Tuliskan dasar penyelesaian."), field="catatan")
    code = check_verdict(queue, item, verdict, reason, note)
    before = item.state
    if verdict != before:
        queue.undone(item, actor)
    event = tell(item, "selesai", verdict, actor=actor, reason=code, note=note)
    item.state, item.reason, item.note = verdict, code, note
    item.settled_by, item.settled_at = actor.account_id, event.at
    db.session.flush()
    if verdict != before:
        queue.decided(item, verdict, code, note, actor)
    trail("verification:item:settle", item, actor, {"from": before, "to": verdict, "code": code}, note)


def may_settle(queue: Queue, item: Item, account_id: int | None) -> bool:
    """Whether an account is a verifier or of the plenary where the item lies, and none of the two."""
    if account_id is None or account_id in (item.decided_by, item.second_by):
        return False
    account, scope = db.session.get(Account, account_id), scope_of(item)
    return any(grants.can(account, permission, scope) for permission in (queue.permission, queue.settler))
