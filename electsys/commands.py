"""What the words of a command name: who acts, and in which election."""

from __future__ import annotations

import click
from flask import current_app

from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.identity import actor_named
from electsys.ledger import Actor


def acting(name: str | None, *, demo: str) -> Actor:
    """The account named by ``--as``; only the demo has a default."""
    if name is None and not current_app.config["DEMO"]:
        raise click.UsageError("Sebut akun yang bertindak: --as AKUN.")
    return actor_named(name or demo)


def election_named(code: str) -> Election:
    """The election of a code; wrong usage where there is none."""
    election = by_code(code)
    if election is None:
        raise click.UsageError(f"Tidak ada pemilu {code!r}.")
    return election
