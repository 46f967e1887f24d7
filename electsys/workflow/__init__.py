"""Workflow: states and transitions as data, and the one small engine that moves rows by them.

A module declares a :class:`Workflow` in its ``workflow.py``. Buttons (:meth:`Workflow.offered`), rights,
the calendar gate, the trail, the generated tests and the printed diagram all read that one table. One row
moves under a lock (:meth:`Workflow.move`); a set moves in one guarded UPDATE (:meth:`Workflow.move_set`).
"""

from __future__ import annotations

from flask import Flask

from electsys.workflow.engine import ALL, Workflow
from electsys.workflow.scoping import within
from electsys.workflow.transitions import Transition

__all__ = ["ALL", "Transition", "Workflow", "init_app", "within"]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.ledger.wording import moves_with
    from electsys.workflow.cli import cli

    app.cli.add_command(cli)
    moves_with(
        lambda: {
            flow.verb(move.action): f"{flow.label}: {move.label}"
            for flow in ALL.values()
            for move in flow.transitions
        }
    )
