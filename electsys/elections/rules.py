"""Typed values of the law, and whether a stage is open: pure functions of plain values."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

#: What a legal setting may hold; ``None`` is "the law sets no value" (written as an empty text).
Value = int | Fraction | dt.date | dt.time | bool | str | list[Any] | dict[str, Any] | None

#: Hours that a zone is ahead of WIB.
AHEAD = {"WIB": 0, "WITA": 1, "WIT": 2}

_FRACTION = re.compile(r"\d{1,12}(/\d{1,12}|[.,]\d{1,12})?")
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,9})?) ?%")
_OFFSET = re.compile(r"H([+-]\d{1,4})?")


class BadValue(ValueError):
    """A text that is not a value of its kind; ``args[0]`` is the kind that was expected."""


def parse(kind: str, text: str, choices: Sequence[str] = ()) -> Value:
    """The value that ``text`` means. Fractions are exact: "1/25", "0.04", "0,04" and "4 %" are equal.

    An ``offset`` is days from voting day: "H-30" is -30. Raises :class:`BadValue`.
    """
    text = text.strip()
    if not text:
        return None
    try:
        return _PARSERS[kind](text, choices)
    except (ValueError, ZeroDivisionError) as exc:
        raise BadValue(kind) from exc


def _integer(text: str, _: Sequence[str]) -> int:
    if not re.fullmatch(r"-?\d{1,15}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def _fraction(text: str, _: Sequence[str]) -> Fraction:
    if percent := _PERCENT.fullmatch(text):
        return Fraction(percent[1].replace(",", ".")) / 100
    if not _FRACTION.fullmatch(text):
        raise ValueError(text)
    return Fraction(text.replace(",", "."))


def _boolean(text: str, _: Sequence[str]) -> bool:
    return {"ya": True, "tidak": False}[text.lower()] if text.lower() in ("ya", "tidak") else _refuse(text)


def _refuse(text: str) -> bool:
    raise ValueError(text)


def _choice(text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise ValueError(text)
    return text


def _offset(text: str, _: Sequence[str]) -> int:
    found = _OFFSET.fullmatch(text.upper().replace(" ", ""))
    if not found:
        raise ValueError(text)
    return int(found[1] or 0)


def _json(text: str, _: Sequence[str]) -> list[Any] | dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, list | dict):
        raise ValueError(text)
    return value


_PARSERS: dict[str, Any] = {
    "int": _integer,
    "fraction": _fraction,
    "date": lambda text, _: dt.date.fromisoformat(text),
    "time": lambda text, _: dt.time.fromisoformat(text.replace(".", ":")),
    "bool": _boolean,
    "choice": _choice,
    "offset": _offset,
    "json": _json,
}


# --- the calendar --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A span of time in one part of the country: ``region`` is a code prefix, "" is everywhere."""

    region: str
    start: dt.datetime
    #: None while it lasts.
    end: dt.datetime | None


@dataclass(frozen=True)
class Window:
    """When a stage is open for one body; ``stopped_since`` is set while its clock stands still."""

    opens: dt.datetime
    closes: dt.datetime
    stopped_since: dt.datetime | None = None


def window(
    opens: dt.datetime,
    closes: dt.datetime,
    *,
    clock: str,
    zone: str,
    region: str,
    overrides: Iterable[Span],
    stops: Iterable[Span],
    now: dt.datetime,
) -> Window:
    """The times of a stage for a body in ``region``.

    ``opens`` and ``closes`` are instants on the clock of WIB. With ``clock`` "setempat" the same wall
    clock holds in every zone, so WITA opens and closes one hour earlier, WIT two. Of the overrides that
    cover the region the longest prefix wins, then the last given. A stopped clock moves the end by the
    time it stood still inside the window.
    """
    if clock == "setempat":
        ahead = dt.timedelta(hours=AHEAD[zone])
        opens, closes = opens - ahead, closes - ahead
    best: Span | None = None
    for span in overrides:
        covers = region.startswith(span.region) and span.end is not None
        if covers and (best is None or len(span.region) >= len(best.region)):
            best = span
    if best is not None and best.end is not None:
        opens, closes = best.start, best.end
    stopped_since = None
    for start, end in _merged(stops, region):
        if start >= closes or (end is not None and end <= opens):
            continue
        if end is None or (start <= now < end):
            if start <= now:
                stopped_since = start
            continue
        closes += end - max(start, opens)
    return Window(opens, closes, stopped_since)


def _merged(stops: Iterable[Span], region: str) -> list[tuple[dt.datetime, dt.datetime | None]]:
    """The stops that cover a region, in order, overlapping ones joined: time stands still only once."""
    joined: list[tuple[dt.datetime, dt.datetime | None]] = []
    for span in sorted((s for s in stops if region.startswith(s.region)), key=lambda s: s.start):
        if joined:
            start, end = joined[-1]
            if end is None:
                break
            if span.start <= end:
                joined[-1] = (start, None if span.end is None else max(end, span.end))
                continue
        joined.append((span.start, span.end))
    return joined


def is_open(times: Window, now: dt.datetime) -> bool:
    """Whether the stage is open at ``now``: its end does not belong to it, a stopped clock closes it."""
    return times.stopped_since is None and times.opens <= now < times.closes


def lot_of(seed: str, key: int) -> str:
    """The lot of somebody in a public draw: SHA-256, in hexadecimal, of the UTF-8 text ``seed|key``.

    ``key`` is the number of the row that is drawn for. The smallest lot is drawn first: anybody draws again
    with ``sha256sum``.
    """
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()
