"""The writers of supporters one by one: give, withdraw, judge; flags follow for everyone concerned."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select, text

from electsys.db import db
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.privacy import blind_index, reserve_ids
from modules.silon.models import Nomination, Supporter, SupporterEvent
from modules.silon.models.supporters import ACTIVE
from modules.silon.operations.access import demand
from modules.silon.permissions import EDIT
from modules.silon.queries.support import cycle_of
from modules.silon.rules.support import given_round
from modules.silon.support_claims import Judge, SupporterClaim, columns_of, is_unknown, refuse_faults
from modules.silon.workflow import SUPPORT, SUPPORTER
from modules.silon.workflow.support import HANDED

REFLAG = text("select supporter_reflag(cast(:contest as smallint), :area, cast(:niks as bytea[]))")
#: Settings of the transaction from which the trigger writes who changed flags, and why.
BECAUSE = text(
    "select set_config('app.flag_cause', :cause, true), set_config('app.flag_account', :account, true),"
    " set_config('app.flag_actor', :actor, true)"
)


def because(cause: str, actor: Actor) -> None:
    """Say what changes flags from here on, such as ``supporter:12``, and who did it."""
    account = "" if actor.account_id is None else str(actor.account_id)
    db.session.execute(BECAUSE, {"cause": cause, "account": account, "actor": actor.name})


def round_now(nomination: Nomination) -> int:
    """The round of the rows that are given now."""
    return given_round(nomination.support_state or "penyerahan", cycle_of(nomination))


def require_open(nomination: Nomination, *, actor: Actor) -> Nomination:
    """The nomination, locked, if supporters may be given or taken away now; else Refused."""
    demand(actor, EDIT, nomination)
    db.session.flush()
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    handed = HANDED.get(nomination.support_state or "")
    if handed is None:
        raise Refused(
            _(
                "Daftar pendukung terkunci: %(state)s.",
                state=SUPPORT.state_label(nomination.support_state or "tms"),
            ),
            hint=_("Pendukung dapat diisi selama penyerahan dan masa perbaikan."),
            status=409,
        )
    calendar.require_open(nomination.election_id, handed[1], nomination.region)
    return nomination


def add_supporter(nomination: Nomination, claim: SupporterClaim, *, actor: Actor) -> Supporter:
    """Give one supporter. The same NIK twice in one list is refused here: it would count once anyway."""
    require_open(nomination, actor=actor)
    refuse_faults(claim, nomination)
    index = blind_index(claim.nik)
    same = select(Supporter.id).where(
        Supporter.nomination_id == nomination.id, Supporter.nik_index == index, Supporter.state.in_(ACTIVE)
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Refused(_("NIK ini sudah ada dalam daftar pendukung Anda."), field="nik", status=409)
    denied = select(Supporter.id).join(SupporterEvent, SupporterEvent.id == Supporter.event_id)
    denied = denied.where(
        Supporter.nomination_id == nomination.id,
        Supporter.nik_index == index,
        Supporter.state == "tms",
        SupporterEvent.kind == "faktual",
    )
    if db.session.scalar(denied.limit(1)) is not None:
        raise Refused(
            _("Pendukung ini dinyatakan tidak memenuhi syarat dalam verifikasi faktual."),
            hint=_("Serahkan pendukung lain; yang sudah didatangi tidak diserahkan lagi."),
            field="nik",
            status=409,
        )
    own = Judge(nomination).own_flags(
        claim.nik, claim.birth_date, claim.sex, claim.marital_status, claim.occupation, claim.village_code
    )
    if is_unknown(nomination.election_id, index, claim.village_code):
        own.append("bukan_pemilih")
    [key] = reserve_ids("supporter", 1)
    row = Supporter(
        id=key,
        nomination_id=nomination.id,
        election_id=nomination.election_id,
        contest_id=nomination.contest_id,
        area=nomination.region,
        round=round_now(nomination),
        own_flags=own,
        flags=own,
        **columns_of(claim, key),
    )
    because(f"supporter:{key}", actor)
    db.session.add(row)
    db.session.flush()
    reflag(nomination, [index])
    _note("add", row, actor)
    return row


def withdraw_supporter(row: Supporter, *, reason: str, actor: Actor) -> None:
    """Take a supporter off the list; the row and its past stay."""
    nomination = db.session.get_one(Nomination, row.nomination_id)
    require_open(nomination, actor=actor)
    if nomination.support_state == "perbaikan_kedua" and row.round != round_now(nomination):
        raise Refused(
            _("Pendukung ini sudah diverifikasi faktual dan tidak dapat ditarik."),
            hint=_("Dalam perbaikan kedua hanya kekurangannya yang diserahkan."),
            status=409,
        )
    if not reason.strip():
        raise Refused(_("Tulis alasannya."), field="reason")
    move_supporter(row, "withdraw", kind="tarik", reason=reason, actor=actor)


def move_supporter(
    row: Supporter, action: str, *, kind: str, reason: str | None, actor: Actor, note: str | None = None
) -> SupporterEvent:
    """Move a supporter by ``action`` of its workflow, with the event that says why; flags follow."""
    db.session.flush()
    db.session.refresh(row, with_for_update=True)
    before = row.state
    transition = SUPPORTER.find(before, action)
    event = SupporterEvent(
        supporter_id=row.id,
        village_code=row.village_code,
        kind=kind,
        from_state=before,
        to_state=transition.target if transition else before,
        reason=reason,
        note=note,
        account_id=actor.account_id,
        actor=actor.name,
    )
    with db.session.begin_nested():
        db.session.add(event)
        db.session.flush()
        values: dict[str, object] = {"event_id": event.id}
        SUPPORTER.move(row, action, actor=actor, reason=reason, values=values)
        if (before in ACTIVE) != (row.state in ACTIVE):
            because(f"supporter:{row.id}", actor)
            nomination = db.session.get_one(Nomination, row.nomination_id)
            reflag(nomination, [bytes(row.nik_index)])
    return event


def reflag(nomination: Nomination, niks: list[bytes]) -> int:
    """Judge anew everyone who bears one of these numbers in the contest there; how many rows changed."""
    db.session.flush()
    changed = db.session.scalar(
        REFLAG, {"contest": nomination.contest_id, "area": nomination.region, "niks": niks}
    )
    db.session.expire_all()
    return int(changed or 0)


def _note(what: str, row: Supporter, actor: Actor) -> None:
    record(
        f"silon:supporter:{what}",
        f"supporter:{row.id}",
        actor=actor,
        region=row.village_code,
        election_id=row.election_id,
        details={"nomination": row.nomination_id},
    )
