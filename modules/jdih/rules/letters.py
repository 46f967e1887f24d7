"""The law of letters: who may initial and sign, who may read, between which days a number may stand.

PKPU 2/2021 jo 8/2021 (naskah dinas KPU) and, for archives, UU 43/2009; what the project only knows from
secondary sources is marked [M?] in domain.md 9 and is a setting, not a rule here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

#: Secrecies that only those on the route may read (PKPU 2/2021, sifat rahasia and sangat rahasia).
SECRET = ("rahasia", "sangat_rahasia")
#: How deep a disposition may be passed on; deeper than any satker has offices.
DEEPEST = 5


def route_problem(
    accounts: Sequence[int], *, drafter: int | None, signer: int | None, signer_apart: bool
) -> str | None:
    """What is wrong with a route, as a code; None if nothing is.

    Initials (paraf) are the check of others before the signer (PKPU 2/2021, paraf hierarki): ``own_draft``
    the drafter initials the own draft, ``twice`` an account stands twice, ``signer_initials`` the signer
    initials too, ``own_signature`` drafter and signer are one where the kind demands two.
    """
    if drafter is not None and drafter in accounts:
        return "own_draft"
    if len(set(accounts)) != len(accounts):
        return "twice"
    if signer is not None and signer in accounts:
        return "signer_initials"
    if signer_apart and signer is not None and signer == drafter:
        return "own_signature"
    return None


def may_read(secrecy: str, account: int, on_route: Collection[int | None]) -> bool:
    """Whether an account of the satker may read it: a secret one only if it stands on the route."""
    return secrecy not in SECRET or account in on_route


def backdate_problem(
    day: dt.date, *, today: dt.date, year: int, before: dt.date | None, after: dt.date | None
) -> str | None:
    """Why a number may not be put between two others for a day gone by; None if it may.

    ``future`` the day has not passed, ``year`` it lies in another year than the number, ``early`` before the
    day of the number it follows, ``late`` after that of the next: numbers rise with days [M?].
    """
    if day >= today:
        return "future"
    if day.year != year:
        return "year"
    if before is not None and day < before:
        return "early"
    if after is not None and day > after:
        return "late"
    return None


def years_later(day: dt.date, years: int) -> dt.date:
    """The same day ``years`` later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def retention(archived_on: dt.date, active_years: int, inactive_years: int) -> tuple[dt.date, dt.date]:
    """Last day of the active and of the inactive time (UU 43/2009 art 1 number 22, JRA)."""
    active = years_later(archived_on, active_years)
    return active, years_later(archived_on, active_years + inactive_years)


def stage_of(
    archived_on: dt.date, active_years: int | None, inactive_years: int | None, today: dt.date
) -> str:
    """``aktif``, ``inaktif``, ``habis`` (retention is over: its fate is due, UU 43/2009 art 51 and 53),
    or ``belum`` where its class has no retention yet: nothing is destroyed on a guess.
    """
    if active_years is None or inactive_years is None:
        return "belum"
    active, inactive = retention(archived_on, active_years, inactive_years)
    if today <= active:
        return "aktif"
    return "inaktif" if today <= inactive else "habis"


def deadline_problem(due: dt.date | None, *, today: dt.date, parent_due: dt.date | None) -> str | None:
    """``past`` a disposition is due before today, ``later`` later than the one it passes on."""
    if due is None:
        return None
    if due < today:
        return "past"
    if parent_due is not None and due > parent_due:
        return "later"
    return None
