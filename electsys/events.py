"""News between modules: typed events, handled in the same transaction or by an outbox job.

A module calls doors on its left. What a module on its right, or further left, must hear (a ruling, a changed
DPT, a determined result) travels as an event::

    @dataclass(frozen=True, kw_only=True)
    class RulingIssued(Event):
        case: str

    subscribe(RulingIssued, reopen_candidacies)              # in the publisher's transaction
    subscribe(RulingIssued, tell_everyone, later=True)       # by a job, after the commit

    publish(RulingIssued(actor=actor, case="12-03/PHPU"))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from pydantic import TypeAdapter

from electsys import jobs
from electsys.ledger.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event: ``actor`` is whose act it is. Fields are ids, codes, counts and dates only."""

    actor: Actor


Kind = TypeVar("Kind", bound=Event)
Handler = Callable[[Any], Any]


@dataclass(frozen=True)
class _Subscription:
    kind: type[Event]
    handler: Handler
    later: bool

    @property
    def name(self) -> str:
        """How the outbox finds it again, in another process."""
        return f"{_name(self.kind)} {_name(self.handler)}"


_SUBSCRIPTIONS: dict[str, _Subscription] = {}


def _name(what: Any) -> str:
    return f"{what.__module__}.{what.__qualname__}"


def subscribe(kind: type[Kind], handler: Callable[[Kind], Any], *, later: bool = False) -> None:
    """Call ``handler`` with every event of ``kind``, in the order of subscription; twice is once.

    At once, the handler shares the publisher's transaction: what it refuses is undone together. ``later``
    it runs as a job that only exists if the publisher's transaction commits; it may be run again.
    """
    subscription = _Subscription(kind, handler, later)
    _SUBSCRIPTIONS[subscription.name] = subscription


def publish(event: Event) -> None:
    """Tell every subscriber of this kind of event."""
    for subscription in [s for s in _SUBSCRIPTIONS.values() if isinstance(event, s.kind)]:
        if not subscription.later:
            subscription.handler(event)
            continue
        jobs.start(
            "events.deliver",
            actor=event.actor,
            subject=f"event:{type(event).__name__}",
            subscription=subscription.name,
            event=TypeAdapter(type(event)).dump_python(event, mode="json"),
            kind=_name(type(event)),
        )


@jobs.task("events.deliver", label=_l("Meneruskan kabar"), retry=5)
def deliver(job: jobs.JobHandle, *, subscription: str, event: dict[str, Any], kind: str) -> None:
    """Hand one event to one later handler."""
    found = _SUBSCRIPTIONS[subscription]
    exact = next(c for c in _kinds(found.kind) if _name(c) == kind)
    found.handler(TypeAdapter(exact).validate_python(event))


def _kinds(kind: type[Event]) -> list[type[Event]]:
    return [kind, *(each for child in kind.__subclasses__() for each in _kinds(child))]
