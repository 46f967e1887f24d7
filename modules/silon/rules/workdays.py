"""Working days and whole months, as deadlines of the law count them."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Collection

SATURDAY = 5


def is_workday(day: dt.date, holidays: Collection[dt.date] = ()) -> bool:
    """Monday to Friday, unless it is a national holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def add_workdays(day: dt.date, n: int, holidays: Collection[dt.date] = ()) -> dt.date:
    """The ``n``-th working day after ``day``, which itself does not count."""
    if n < 0:
        raise ValueError("a deadline lies ahead")
    while n:
        day += dt.timedelta(days=1)
        n -= is_workday(day, holidays)
    return day


def add_months(day: dt.date, n: int) -> dt.date:
    """The same day ``n`` months later, or the last day of a shorter month."""
    month = day.month - 1 + n
    year, month = day.year + month // 12, month % 12 + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))
