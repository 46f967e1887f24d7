"""Coklit: the day of a visit on paper, and a visit that does not fit the list any more (PKPU 7/2022).

Three values stand side by side: what the list held when the phone fetched it (``base``), what the visit says
(``said``) and what stands now (``now``). A person chooses which of the last two holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: What a visit can find of a voter who is on the list; and somebody who is not.
RIGHT, CHANGED, STRUCK, ELSEWHERE = "sesuai", "ubah", "tms", "tempat"
NEW = "baru"
#: The line of a comparison that is about the finding itself, and the one about the station.
RESULT, STATION = "hasil", "tps_code"
#: States of a row that somebody already judged to be right.
SETTLED = ("sesuai", "ubah", "baru")

IN_FUTURE, OUTSIDE = "depan", "luar"


def paper_day_fault(day: dt.date, today: dt.date, opens: dt.date, closes: dt.date) -> str | None:
    """Why no visit can have been on ``day``: :data:`IN_FUTURE`, :data:`OUTSIDE` the stage, or None."""
    if day > today:
        return IN_FUTURE
    return None if opens <= day <= closes else OUTSIDE


def still_fits(found: str, code: str | None, seen: str, state: str, tms_code: str | None) -> bool:
    """Whether a finding about data that nobody changed stands beside what others found meanwhile.

    Two who both find a row right, or struck for the same reason, agree.
    """
    if state == seen:
        return True
    if found == RIGHT:
        return state in SETTLED
    return found == STRUCK and state == "tms" and tms_code == code


@dataclass(frozen=True)
class Line:
    """One field of one voter: the three values, and whether there is something to choose."""

    field: str
    base: Any
    said: Any
    now: Any
    open: bool


def compare(
    found: str,
    changes: Mapping[str, Any],
    base: Mapping[str, Any],
    now: Mapping[str, Any],
) -> list[Line]:
    """What of a voter wants a decision. ``base`` and ``now`` hold the fields, ``state`` and ``tps_code``.

    Who found a row right, or changed some of it, stands by the other fields as the list held them then.
    Who struck or sent a voter elsewhere judged no field: those that differ are shown, not chosen.
    """
    judges = found in (RIGHT, CHANGED)
    struck = now["state"] == "tms"
    choice = struck if judges else not (found == STRUCK and struck)
    lines = [Line(RESULT, base["state"], found, now["state"], choice)]
    for name, before in base.items():
        if name == "state":
            continue
        said = changes.get(name, before) if judges else None
        if before == now[name] and (not judges or said == before):
            continue
        lines.append(Line(name, before, said, now[name], judges and said != now[name]))
    return lines


def resolve(
    found: str, lines: Sequence[Line], chosen: Container[str], state: str
) -> tuple[str, dict[str, Any]] | None:
    """What is written of a voter when the fields in ``chosen`` are as the visit says; None for nothing.

    A finding and the changes of fields; ``tps_code`` among them sends the voter back to the visit's station.
    """
    if found in (STRUCK, ELSEWHERE):
        return (found, {}) if RESULT in chosen else None
    if state == "tms" and RESULT not in chosen:
        return None
    changes = {line.field: line.said for line in lines if line.open and line.field in chosen}
    changes.pop(RESULT, None)
    if changes.keys() - {STATION}:
        return CHANGED, changes
    return (RIGHT, changes) if changes or state in ("potensial", "tms") else None
