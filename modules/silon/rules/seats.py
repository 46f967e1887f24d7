"""When a seat is filled again, and what the next in rank must bring (PKPU 3/2025; UU 17/2014 art. 242)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from modules.silon.rules.workdays import add_months, add_workdays

#: Why a seat falls vacant.
CAUSES = ("meninggal", "mengundurkan_diri", "diberhentikan")
#: What is asked of the next in rank: in the final list, a member of the party (X21), qualified still, its
#: wealth reported, no other seat. A person of the DPD has no party.
CHECKS = ("dct", "anggota", "syarat", "lhkpn", "jabatan")
FOUND = ("ms", "tms", "belum")


@dataclass(frozen=True)
class Clock:
    """Until when the name must be sent, and whether a seat is filled at all any more."""

    due: dt.date
    too_late: bool


def clock(
    received: dt.date, term_ends: dt.date, *, days: int, months: int, holidays: Collection[dt.date] = ()
) -> Clock:
    """The name goes out within ``days`` working days; no replacement with less than ``months`` to go."""
    return Clock(add_workdays(received, days, holidays), add_months(received, months) > term_ends)


def checks_for(*, has_party: bool) -> tuple[str, ...]:
    """What is checked of a next in rank."""
    return tuple(check for check in CHECKS if has_party or check != "anggota")


def verdict(checks: Mapping[str, str], *, has_party: bool) -> str:
    """``ms`` if everything is found, ``tms`` as soon as one thing fails, else ``belum``."""
    found = [checks.get(check, "belum") for check in checks_for(has_party=has_party)]
    if "tms" in found:
        return "tms"
    return "ms" if set(found) == {"ms"} else "belum"
