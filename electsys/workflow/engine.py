"""The engine that moves one row or a set by the transitions of a workflow.

A guard is an SQLAlchemy boolean expression over the model, judged on what is stored before the move, so one
row (``SELECT ... FOR UPDATE``) and a set (``UPDATE ... WHERE``) use the same. What SQL cannot say is written
as a verdict column first. Columns that a CHECK ties to the state travel in the same UPDATE: ``values=``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    func,
    inspect,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from electsys.db import db
from electsys.errors import Refused
from electsys.identity.access import Scope, can
from electsys.ledger.actor import Actor
from electsys.workflow.transitions import Transition

#: Every registered workflow by name.
ALL: dict[str, Workflow] = {}


class Workflow:
    """The states of one column of one model.

    ``scope`` tells where a row lies; ``scope_clause`` says the same for a set, as SQL over a list of scopes;
    ``place`` gives (election id, region code) as SQL where a set passes the calendar gate.
    ``name`` is ``<module>_<resource>``: acts are recorded as ``<module>:<resource>:<action>``.
    """

    def __init__(
        self,
        name: str,
        model: type[Any],
        column: str,
        transitions: Sequence[Transition],
        *,
        scope: Callable[[Any], Scope] = lambda row: Scope(),
        scope_clause: Callable[[list[Scope]], ColumnElement[bool]] | None = None,
        place: Callable[[], tuple[Any, Any]] | None = None,
        label: Any = "",
        labels: Mapping[str, Any] | None = None,
        register: bool = True,
    ):
        self.name = name
        self.model = model
        self.column = column
        self.transitions = tuple(transitions)
        self.scope = scope
        self.scope_clause = scope_clause
        self.place = place
        self.label = label or name
        self.labels = dict(labels or {})
        edges = [(t.source, t.action) for t in self.transitions]
        if twice := sorted({edge for edge in edges if edges.count(edge) > 1}):
            raise ValueError(f"workflow {name}: declared twice: {twice}")
        if register:
            if name in ALL and ALL[name].model is not model:
                raise ValueError(f"workflow {name} is declared by two modules")
            ALL[name] = self

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order of the declaration."""
        return tuple(dict.fromkeys(state for t in self.transitions for state in (t.source, t.target)))

    @property
    def actions(self) -> tuple[str, ...]:
        """Every action, in the order of the declaration."""
        return tuple(dict.fromkeys(t.action for t in self.transitions))

    def state_label(self, state: str) -> str:
        """The state in the reader's words."""
        return str(self.labels.get(state, state.replace("_", " ")))

    def find(self, state: str, action: str) -> Transition | None:
        """The transition that ``action`` makes from ``state``."""
        return next((t for t in self.transitions if (t.source, t.action) == (state, action)), None)

    def verb(self, action: str) -> str:
        """The verb of the trail, such as ``situng:batch:confirm``."""
        return f"{self.name.replace('_', ':', 1)}:{action}"

    # --- one row ---------------------------------------------------------------------------------

    def move(
        self,
        row: Any,
        action: str,
        *,
        actor: Actor,
        reason: str | None = None,
        values: Mapping[str, Any] | None = None,
        locked: bool = False,
        scope: Scope | None = None,
    ) -> Transition:
        """Move one row and write the trail; :class:`Refused` says in words why it may not.

        The row is locked and judged as stored. ``values`` are columns that change with the state. ``locked``
        says that the caller has read the row FOR UPDATE in this transaction and will flush what moves it,
        ``scope`` where it lies: each spares a query.
        """
        if not locked:
            db.session.flush()
            db.session.refresh(row, with_for_update={"of": self.model})
        key = inspect(row).identity
        state = getattr(row, self.column)
        transition = self.find(state, action)
        if transition is None:
            raise Refused(self._not_from(state, action), status=409)
        if problem := self._refusal(transition, scope or self.scope(row), key, actor=actor, reason=reason):
            raise problem
        for name, value in {self.column: transition.target, **(values or {})}.items():
            setattr(row, name, value)
        if not locked:
            db.session.flush()
        self._record(
            f"{self.model.__tablename__}:{':'.join(map(str, key))}",
            transition,
            {"from": state, "to": transition.target},
            scope or self.scope(row),
            actor=actor,
            reason=reason,
        )
        return transition

    def offered(self, row: Any, account: Any) -> list[Transition]:
        """The moves that ``account`` can make now with this row: what its page shows as buttons."""
        db.session.flush()
        key = inspect(row).identity
        scope = self.scope(row)
        mine = [
            t
            for t in self.transitions
            if t.source == getattr(row, self.column) and t.permission and can(account, t.permission, scope)
        ]
        return [t for t in mine if self._stage_problem(t, scope) is None and self._guard_holds(t, key)]

    def why_not(self, row: Any, action: str, account: Any) -> str | None:
        """Why ``account`` cannot make this move now, in words; None if it can."""
        db.session.flush()
        state = getattr(row, self.column)
        transition = self.find(state, action)
        if transition is None:
            return self._not_from(state, action)
        problem = self._refusal(
            transition, self.scope(row), inspect(row).identity, account=account, reason="-"
        )
        return problem.message if problem else None

    def _refusal(
        self,
        transition: Transition,
        scope: Scope,
        key: Any,
        *,
        reason: str | None,
        actor: Actor | None = None,
        account: Any = None,
    ) -> Refused | None:
        """The first thing in the way of a move: right, calendar, guard, reason."""
        if actor is not None:
            account = _account(actor)
        if transition.permission is None:
            if actor is None:
                return Refused(_("Langkah ini hanya terjadi karena putusan atau sistem."), status=403)
        elif not can(account, transition.permission, scope):
            return self._no_right(transition)
        if problem := self._stage_problem(transition, scope):
            return problem
        if not self._guard_holds(transition, key):
            return Refused(
                str(transition.refusal)
                or _("Syarat untuk langkah “%(label)s” belum terpenuhi.", label=_label(transition)),
                status=409,
            )
        return _reason_problem(transition, reason)

    def _guard_holds(self, transition: Transition, key: Any) -> bool:
        if transition.guard is None:
            return True
        # As a condition, not as a value: the planner then sees in which partition the guard looks.
        row = self._select_one(literal(1), key).where(transition.guard_clause())
        return db.session.scalar(row) is not None

    def _stage_problem(self, transition: Transition, scope: Scope) -> Refused | None:
        if transition.stage is None:
            return None
        if scope.election is None:
            raise ValueError(f"workflow {self.name}: a stage needs the election in the scope of the row")
        return _closed(scope.election, transition.stage, scope.region)

    # --- a set -----------------------------------------------------------------------------------

    def move_set(
        self,
        where: ColumnElement[bool],
        action: str,
        *,
        actor: Actor,
        reason: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> int:
        """Move every row of ``where`` that may make the move, in one UPDATE; return how many did.

        Rows in another state, outside the actor's scopes or refused by the guard stay as they are. A stage
        that is closed for any of the rows refuses the whole. One Act carries the count and the digest:
        SHA-256 over the sorted keys.
        """
        ways = [t for t in self.transitions if t.action == action]
        if not ways:
            raise ValueError(f"workflow {self.name} has no action {action!r}")
        for problem in (_reason_problem(t, reason) for t in ways):
            if problem:
                raise problem
        db.session.flush()
        clauses = {t: and_(self._state == t.source, t.guard_clause(), self._in_scope(t, actor)) for t in ways}
        for transition, clause in clauses.items():
            if transition.stage is not None:
                self._require_open_everywhere(transition.stage, and_(where, clause))
        key = func.concat_ws(":", *(cast(column, Text) for column in self._key)).label("key")
        moved = (
            update(self.model)
            .where(where, or_(*clauses.values()))
            .values(
                {
                    self.column: case(*((self._state == t.source, literal(t.target)) for t in ways)),
                    **(values or {}),
                }
            )
            .returning(key)
            .cte("moved")
        )
        joined = func.string_agg(moved.c.key, aggregate_order_by(literal(","), moved.c.key.collate("C")))
        count, digest = db.session.execute(
            select(
                func.count(), func.encode(func.sha256(func.convert_to(joined, "UTF8")), "hex")
            ).select_from(moved)
        ).one()
        db.session.expire_all()
        if count:
            self._record(
                f"{self.model.__tablename__}:*",
                ways[0],
                {
                    "from": [t.source for t in ways],
                    "to": sorted({t.target for t in ways}),
                    "count": count,
                    "digest": digest,
                },
                Scope(),
                actor=actor,
                reason=reason,
            )
        return int(count)

    def _in_scope(self, transition: Transition, actor: Actor) -> ColumnElement[bool]:
        if transition.permission is None:
            return true()
        from electsys.identity.grants import scopes

        account = _account(actor)
        held = scopes(account, transition.permission) if account is not None else []
        if not held:
            raise self._no_right(transition)
        if self.scope_clause is None:
            raise ValueError(f"workflow {self.name} has no scope_clause and cannot move a set")
        return self.scope_clause(held)

    def _require_open_everywhere(self, stage: str, where: ColumnElement[bool]) -> None:
        if self.place is None:
            raise ValueError(f"workflow {self.name} has no place and cannot pass the calendar as a set")
        for election, region in db.session.execute(select(*self.place()).where(where).distinct()).all():
            if problem := _closed(election, stage, region):
                raise problem

    # --- shared ----------------------------------------------------------------------------------

    @property
    def _state(self) -> Any:
        return getattr(self.model, self.column)

    @property
    def _key(self) -> tuple[Any, ...]:
        return tuple(inspect(self.model).primary_key)

    def _select_one(self, what: Any, key: Any) -> Any:
        return (
            select(what)
            .select_from(self.model)
            .where(*(column == value for column, value in zip(self._key, key, strict=True)))
        )

    def _not_from(self, state: str, action: str) -> str:
        known = next((t for t in self.transitions if t.action == action), None)
        return _(
            "“%(label)s” tidak dapat dilakukan: %(what)s ini berstatus “%(state)s”.",
            label=_label(known) if known else action,
            what=str(self.label).lower(),
            state=self.state_label(state),
        )

    def _no_right(self, transition: Transition) -> Refused:
        return Refused(
            _("Anda tidak berwenang melakukan “%(label)s” di wilayah ini.", label=_label(transition)),
            hint=_("Minta bantuan rekan yang berwenang, atau minta hak akses kepada admin."),
            status=403,
        )

    def _record(
        self,
        subject: str,
        transition: Transition,
        details: dict[str, Any],
        scope: Scope,
        *,
        actor: Actor,
        reason: str | None,
    ) -> None:
        from electsys.ledger import record

        if transition.document:
            details["document"] = transition.document
        record(
            self.verb(transition.action),
            subject,
            actor=actor,
            reason=reason,
            details=details,
            region=scope.region,
            election_id=scope.election,
        )


def _label(transition: Transition) -> str:
    return str(transition.label) or transition.action


def _account(actor: Actor) -> Any:
    """The account behind an actor; None for a named job of the system."""
    if actor.account_id is None:
        return None
    from electsys.identity import Account

    return db.session.get(Account, actor.account_id)


def _reason_problem(transition: Transition, reason: str | None) -> Refused | None:
    if transition.reason and not (reason or "").strip():
        return Refused(_("Tuliskan alasannya."), field="reason")
    return None


def _closed(election: int, stage: str, region: str | None) -> Refused | None:
    """Why the stage is not open there; None if it is."""
    from electsys.elections import calendar

    try:
        calendar.require_open(election, stage, region)
    except Refused as problem:
        return problem
    return None
