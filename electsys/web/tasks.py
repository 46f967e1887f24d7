"""The task list home: rooms name sources, each gives what its reader has to do next.

::

    def waiting(account: Account) -> list[Task]:
        n = queries.waiting_for(account)
        return [Task(_("Berkas menunggu konfirmasi"), url_for("situng.batch_list"), count=n)] if n else []

    tasks.source("situng:batch:confirm", waiting)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from electsys.web.formats import ZONES, angka
from electsys.web.people import may, signed_in

#: From this many days on a deadline is near.
SOON = 3


@dataclass(frozen=True)
class Task:
    """One line: what to do, where, how much of it, until when. ``order`` breaks ties, small first."""

    text: str
    link: str
    count: int | None = None
    deadline: dt.datetime | None = None
    order: int = 50
    zone: str = "WIB"

    def days_left(self, now: dt.datetime) -> int | None:
        """Whole days on the clock of the task's body; negative when late."""
        if self.deadline is None:
            return None
        zone = ZONES[self.zone]
        return (self.deadline.astimezone(zone).date() - now.astimezone(zone).date()).days


Source = Callable[[Any], Iterable[Task]]
_SOURCES: dict[str, tuple[str | None, Source]] = {}


def source(permission: str | None, give: Source) -> None:
    """Let ``give(account)`` add tasks to the home of those who hold ``permission``; twice is once."""
    _SOURCES[f"{give.__module__}.{give.__qualname__}"] = (permission, give)


def todo() -> list[Task]:
    """What the signed-in account has to do: what has a deadline first, the nearest on top."""
    account = signed_in()
    if account is None:
        return []
    given = [
        task for permission, give in list(_SOURCES.values()) if may(permission) for task in give(account)
    ]
    last = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(given, key=lambda t: (t.deadline or last, t.order, t.text))


def due(task: Task, now: dt.datetime | None = None) -> tuple[str, bool] | None:
    """How many days are left, in words, and whether that is near; None without a deadline."""
    days = task.days_left(now or dt.datetime.now(dt.UTC))
    if days is None:
        return None
    if days < 0:
        return _("terlambat %(n)s hari", n=angka(-days)), True
    said = {0: _("hari ini"), 1: _("besok")}.get(days) or _("%(n)s hari lagi", n=angka(days))
    return said, days <= SOON
