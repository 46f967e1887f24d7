"""A row in any state, for each workflow: what the generated tests start from.

A module ships ``tests/<module>/examples.py``::

    @example("situng_batch", prepare=before_the_move)
    def batch(session, state): ...          # add and flush a row in that state, all guards satisfied

``prepare(row, action, account)`` sets, as the operation would, the columns that a CHECK ties to the new
state; it returns them as a dict (they go into the move as ``values``).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.workflow import toy


@dataclass(frozen=True)
class Example:
    """How to make a row in a state, and what else a move writes."""

    build: Callable[[Any, str], Any]
    prepare: Callable[[Any, str, Any], dict[str, Any]]


EXAMPLES: dict[str, Example] = {}


def example(name: str, *, prepare: Callable[[Any, str, Any], dict[str, Any]] = lambda *_: {}) -> Any:
    """Register the builder of a workflow's rows."""

    def register(build: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
        EXAMPLES[name] = Example(build, prepare)
        return build

    return register


def load() -> None:
    """Import the examples of every module and room."""
    for path in sorted(Path(__file__).parent.parent.glob("*/examples.py")):
        importlib.import_module(f"tests.{path.parent.name}.examples")


@example("uji_kertas", prepare=lambda row, action, account: {"accepted_by": 1} if action == "accept" else {})
def paper(session: Any, state: str, **more: Any) -> toy.Paper:
    """A paper of Tapanuli Tengah."""
    row = toy.Paper(
        **{
            "region": "1201",
            "election_id": 1,
            "state": state,
            "accepted_by": 1 if state == "diterima" else None,
        }
        | more
    )
    session.add(row)
    session.flush()
    return row
