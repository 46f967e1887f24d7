"""The decisions about pairs: one voter (one row is taken out), two voters, and back. Each is an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select, text, true

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account, Person, PersonMerge
from electsys.identity.operations.persons import merge_people, part_people
from electsys.ledger import Actor, record
from modules.sidalih.models import Voter
from modules.sidalih.models.doubles import DoubleCase, DoubleEvent
from modules.sidalih.operations.marks import mark_entry
from modules.sidalih.operations.voters import (
    open_quarter_of,
    restore_voter,
    roll_of,
    strike_voter,
)
from modules.sidalih.permissions import DECIDE_DOUBLES
from modules.sidalih.queries.doubles import sides_of
from modules.sidalih.queries.lists import newest_dpt
from modules.sidalih.workflow.doubles import DOUBLE
from modules.sidalih.workflow.voters import MAKING

#: The code of a double in the table ``tms``.
CODE = "2"
#: How long a pair belongs to who looks at it.
LEASE = timedelta(minutes=10)


def lease_next(
    election_id: int, account: Account, *, region: str = "", skip: list[int] | None = None
) -> DoubleCase | None:
    """The next open pair for this officer, the surest first; it is theirs for ten minutes.

    Pairs that somebody else looks at are passed over, and those of ``skip`` (put off by this officer).
    """
    held = grants.scopes(account, DECIDE_DOUBLES)
    if not held or DOUBLE.scope_clause is None:
        return None
    now = datetime.now(UTC)
    free = or_(
        DoubleCase.leased_until.is_(None), DoubleCase.leased_until < now, DoubleCase.leased_by == account.id
    )
    case = db.session.scalars(
        select(DoubleCase)
        .where(
            DoubleCase.election_id == election_id,
            DoubleCase.state == "terbuka",
            DOUBLE.scope_clause(held),
            DoubleCase.region.startswith(region),
            free,
            DoubleCase.id.not_in(skip) if skip else true(),
        )
        .order_by(DoubleCase.weight.desc().nulls_first(), DoubleCase.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if case is not None:
        case.leased_by, case.leased_until = account.id, now + LEASE
        db.session.flush()
    return case


def keep_row(case: DoubleCase, keep_id: int, *, actor: Actor, reason: str | None = None) -> None:
    """The two are one voter: ``keep_id`` stays, the other row is struck as double (code 2).

    In a frozen DPT the other entry gets the mark ``ganda``; in an open quarter it is struck there. Persons
    behind the rows are merged. Refused where the officer may not strike the other row: hand the pair over.
    """
    if keep_id not in (case.first_id, case.second_id):
        raise Refused(_("Baris itu bukan bagian dari pasangan ini."), field="keep")
    kept, other = _rows(case, keep_id)
    if kept.state == "tms":
        raise Refused(_("Baris yang dipertahankan sudah tidak memenuhi syarat."), status=409)
    reason = (reason or "").strip() or _("Ganda dengan pemilih %(id)s", id=kept.id)
    DOUBLE.move(
        case,
        "keep",
        actor=actor,
        reason=reason,
        values=_decided(actor) | {"keep_id": keep_id, "reason": reason},
    )
    case.how = _take_out(other, reason, actor)
    case.merge_id = _merge(other, kept, actor)
    db.session.flush()
    _event(case, "sama", actor, reason, keep_id)


def part_rows(case: DoubleCase, *, actor: Actor, reason: str | None = None) -> None:
    """The two are two voters: both rows stay, and the pair is never asked again."""
    DOUBLE.move(case, "part", actor=actor, reason=reason, values=_decided(actor) | {"reason": reason})
    _event(case, "berbeda", actor, reason)


def undo_decision(case: DoubleCase, *, actor: Actor, reason: str | None = None) -> None:
    """Take a decision back, with all that it did: the row stands again, the persons are two again."""
    keep_id, how, merge_id = case.keep_id, case.how, case.merge_id
    reason = (reason or "").strip() or _("Putusan dibatalkan")
    nothing: dict[str, Any] = dict.fromkeys(
        ("keep_id", "how", "merge_id", "reason", "decided_by", "decided_at"), None
    )
    DOUBLE.move(case, "undo", actor=actor, reason=reason, values=nothing)
    if keep_id is not None:
        _kept, other = _rows(case, keep_id)
        if merge_id is not None:
            part_people(db.session.get_one(PersonMerge, merge_id), actor=actor, reason=reason)
        _put_back(other, how, reason, actor)
    _event(case, "batal", actor, reason)


def hand_case(case: DoubleCase, region: str, *, actor: Actor, reason: str | None = None) -> None:
    """Let the kab/kota of one of the two rows decide, or take the pair back to where both meet."""
    both = (case.first_village[:4], case.second_village[:4])
    common = _common(case.first_village, case.second_village)
    if region not in (*both, common):
        raise Refused(_("Pasangan ini hanya dapat diserahkan kepada kabupaten/kota salah satu barisnya."))
    grants.demand(actor, DECIDE_DOUBLES, Scope(case.region, election=case.election_id))
    db.session.refresh(case, with_for_update=True)
    if case.state != "terbuka":
        raise Refused(_("Pasangan ini sudah diputus."), status=409)
    case.region, case.leased_by, case.leased_until = region, None, None
    db.session.flush()
    _event(case, "serah", actor, reason)
    record(
        "sidalih:double:hand",
        f"double_case:{case.id}",
        actor=actor,
        reason=reason,
        region=region,
        election_id=case.election_id,
        details={"to": region},
    )


def _common(one: str, other: str) -> str:
    return next((one[:n] for n in (10, 6, 4, 2) if one[:n] == other[:n]), "")


def _decided(actor: Actor) -> dict[str, Any]:
    return {
        "decided_by": actor.account_id,
        "decided_at": func.clock_timestamp(),
        "leased_by": None,
        "leased_until": None,
    }


def _rows(case: DoubleCase, keep_id: int) -> tuple[Voter, Voter]:
    """The row that stays and the other, which is locked; refused where the officer may not touch it."""
    rows = {voter.id: voter for voter in sides_of(case)}
    other_id = case.second_id if keep_id == case.first_id else case.first_id
    mine = select(Voter.id).where(Voter.id == other_id).with_for_update()
    if len(rows) < 2 or db.session.scalar(mine) is None:
        raise Refused(
            _("Baris yang akan dicoret berada di luar wilayah Anda."),
            hint=_("Pertahankan baris itu, atau serahkan pasangan ini kepada KPU wilayahnya."),
            status=403,
        )
    return rows[keep_id], rows[other_id]


def _take_out(voter: Voter, reason: str, actor: Actor) -> str:
    if voter.state == "tms":
        return "none"
    roll = roll_of(voter.election_id, voter.village_code)
    if roll.state in MAKING:
        strike_voter(voter, CODE, actor=actor, reason=reason)
        return "strike"
    if open_quarter_of(voter.election_id, voter.village_code) is not None:
        strike_voter(voter, CODE, actor=actor, action="update_strike", reason=reason)
        return "update_strike"
    dpt = newest_dpt(roll.id)
    if dpt is None:
        raise Refused(_("Daftar ini sudah dibekukan dan belum ada triwulan PDPB yang dibuka."), status=409)
    mark_entry(voter, dpt, "ganda", reason=reason, actor=actor)
    return "mark"


def _put_back(voter: Voter, how: str | None, reason: str, actor: Actor) -> None:
    if how == "mark":
        dpt = newest_dpt(roll_of(voter.election_id, voter.village_code).id)
        if dpt is not None:
            mark_entry(voter, dpt, "batal", reason=reason, actor=actor)
    elif how in ("strike", "update_strike"):
        making = roll_of(voter.election_id, voter.village_code).state in MAKING
        restore_voter(voter, actor=actor, action="restore" if making else "update_restore", reason=reason)


def _merge(other: Voter, kept: Voter, actor: Actor) -> int | None:
    """Let the person of the row that went lead to that of the row that stays."""
    gone, stays = _end(other.person_id), _end(kept.person_id)
    if gone is None or stays is None or gone == stays:
        return None
    return merge_people(gone, stays, actor=actor).id


def _end(person_id: int) -> int | None:
    """Where the redirects of a person end; None where the row lies outside the officer's regions."""
    person = db.session.get(Person, person_id)
    while person is not None and person.redirect_to is not None:
        person = db.session.get(Person, person.redirect_to)
    return person.id if person else None


def _event(case: DoubleCase, kind: str, actor: Actor, reason: str | None, keep_id: int | None = None) -> None:
    db.session.add(
        DoubleEvent(
            case_id=case.id,
            kind=kind,
            keep_id=keep_id,
            reason=reason,
            account_id=actor.account_id,
            actor=actor.name,
        )
    )
    db.session.flush()


def release(case_id: int, account_id: int) -> None:
    """Give a leased pair back to the queue."""
    db.session.execute(
        text(
            "update double_case set leased_by = null, leased_until = null"
            " where id = :case and leased_by = :account and state = 'terbuka'"
        ),
        {"case": case_id, "account": account_id},
    )
