"""The one way an operation says no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click


class Refused(Exception):
    """An operation refuses: what is wrong, where, and how to put it right, in the reader's words.

    ``message`` says what; ``field`` names the form field, cell or row it belongs to; ``hint`` says
    how to mend it. The web turns it into the form's error summary or an error page, the API into
    JSON, the command line into one line and exit code 1. The transaction is rolled back.
    """

    def __init__(self, message: str, *, field: str | None = None, hint: str | None = None, status: int = 422):
        super().__init__(message)
        self.message = message
        self.field = field
        self.hint = hint
        self.status = status


@contextmanager
def command() -> Iterator[None]:
    """Around the body of a command: a refusal ends it with one line and exit code 1."""
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(" ".join(filter(None, (refusal.message, refusal.hint)))) from None
