"""A stolen account at work: it opens what it may open, as often as it can, and keeps every number it sees.

The benchmark ``leak`` sends it out with the house's own budget, the suite (tests/sidalih/test_red_team.py)
with a small one. Whoever sends it knows the numbers: a page that shows one is found out whatever it calls it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable
from typing import Any

from electsys.privacy.operations import JAKARTA

#: Routes that a walk must not open: they end the session, or make long work, and show nothing.
LEFT_OUT = {"security.logout", "jobs.job_json"}
NUMBER = re.compile(r"(?<!\d)\d{16}(?!\d)")
MASKED = re.compile(r"\d{4}\*{10}\d{2}")


class Clock:
    """The budget's clock in the hand of whoever watches: a thief has the whole day, from six in the morning.

    An alarm rings once a day of Jakarta: begun late, the walk would end on the next.
    """

    def __init__(self) -> None:
        today = dt.datetime.now(JAKARTA).date()
        self.at = dt.datetime.combine(today, dt.time(6), JAKARTA)

    def now(self) -> dt.datetime:
        """What it shows."""
        return self.at

    def minute(self) -> None:
        """A minute goes by."""
        self.at += dt.timedelta(seconds=61)


class Thief:
    """Whoever holds the session: opens pages, keeps what they show.

    ``open`` sends a request; ``enter`` logs in again where a page ended the session.
    """

    def __init__(
        self,
        app: Any,
        open: Callable[..., Any],
        loot: Collection[str],
        enter: Callable[[], Any] = lambda: None,
    ) -> None:
        self.app, self.open, self.loot, self.enter = app, open, loot, enter
        self.seen: set[str] = set()
        self.pages = self.files = 0
        self.masked_in_files: set[str] = set()
        enter()

    def look(self, method: str, path: str, **more: Any) -> tuple[Any, str]:
        """Open one address and take the numbers in what comes back. Logged out, the thief comes in again."""
        answer = self.open(path, method=method, **more)
        if answer.status_code == 302 and "/masuk" in (answer.location or ""):
            self.enter()
            answer = self.open(path, method=method, **more)
        text = plain(answer)
        answer.close()
        if answer.status_code >= 500:
            raise AssertionError((method, path, text[-400:]))
        self.take(text)
        return answer, text

    def take(self, text: str) -> None:
        """Keep the numbers in a text that are worth something."""
        self.seen |= {number for number in NUMBER.findall(text) if number in self.loot}

    def walk(self, account: Any, values: Callable[[Any], Iterable[dict[str, Any]]]) -> None:
        """Every route with GET that this account may open, its tables' downloads included.

        ``values`` gives the arguments with which a rule is opened, none where it cannot be.
        """
        from flask import url_for

        from electsys.identity.access import can, rule_of

        for rule in sorted(self.app.url_map.iter_rules(), key=lambda r: r.rule):
            if "GET" not in (rule.methods or ()) or rule.endpoint in LEFT_OUT:
                continue
            asked = rule_of(self.app, rule.endpoint)
            if (
                asked is not None
                and asked.permission not in (None, "*")
                and not can(account, asked.permission)
            ):
                continue
            for each in values(rule):
                with self.app.test_request_context():
                    path = url_for(rule.endpoint, **each)
                self._open(rule.endpoint, path)

    def _open(self, endpoint: str, path: str) -> None:
        answer, text = self.look("GET", path)
        self.pages += answer.status_code == 200
        offered = set(re.findall(r"unduh=(\w+)", text)) | {"json"} if "unduh=" in text else set()
        for kind in offered:
            got, text = self.look("GET", f"{path}{'&' if '?' in path else '?'}unduh={kind}")
            if got.status_code == 200 and "attachment" in got.headers.get("Content-Disposition", ""):
                self.files += 1
                self.masked_in_files |= {f"{endpoint}: {m}" for m in MASKED.findall(text)}

    def reveal(self, doors: Iterable[tuple[str, int]], clock: Clock) -> int:
        """Open numbers one by one; after a refusal wait a minute and try again. How often it was refused."""
        refused = 0
        for table, row in doors:
            address, form = f"/admin/privasi/buka/{table}/{row}", {"reason": "Mencocokkan KTP-el pemilih"}
            answer, _text = self.look("POST", address, data=form)
            if answer.status_code in (422, 429):
                refused += 1
                clock.minute()
                self.look("POST", address, data=form)
        return refused


def own_values(rule: Any, known: dict[str, list[Any]]) -> list[dict[str, Any]] | None:
    """Arguments of a rule out of the loot itself (``known``); None where it takes others."""
    wanted = set(rule.arguments)
    if not wanted:
        return [{}]
    if not rule.endpoint.startswith(("sidalih.", "privacy.")) or not wanted <= known.keys():
        return None
    first, *rest = sorted(wanted, key=lambda name: -len(known[name]))
    return [{first: value} | {name: known[name][0] for name in rest} for value in known[first]]


def plain(answer: Any) -> str:
    """What a body says, unpacked where it is a workbook."""
    data = answer.get_data()
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return str(data.decode("utf-8", "replace"))
