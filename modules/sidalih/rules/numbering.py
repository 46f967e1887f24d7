"""The order of a polling station's list (domain.md 5.3, ``no_urut``): by address, family and head.

The file of the civil registry does not say who heads a family, so the list takes the oldest man who is or was
married, without one the oldest; the family stands where its head lives. The set-based writer
(modules.sidalih.operations.lists) says the same in SQL, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """What decides a voter's place in the list. ``family`` None is a voter without a family card."""

    id: int
    family: int | None
    rw: str
    rt: str
    address: str
    sex: str
    marital_status: str
    birth_year: int


def rank(line: Line) -> tuple[bool, int, int]:
    """The order inside a family: a man who is or was married, then by year of birth."""
    return (not (line.sex == "L" and line.marital_status in ("S", "P")), line.birth_year, line.id)


def in_order(lines: Iterable[Line]) -> list[int]:
    """The voters of one polling station in the order of their numbers, 1 for the first.

    Families stand by RW, RT and address of their head; two at one address by the head's own row. Texts
    compare bytewise, as the database's collation "C" does.
    """
    families: dict[tuple[bool, int], list[Line]] = {}
    for line in lines:
        families.setdefault(
            (line.family is None, line.id if line.family is None else line.family), []
        ).append(line)
    placed = [sorted(family, key=rank) for family in families.values()]
    return [line.id for family in sorted(placed, key=_place) for line in family]


def _place(family: Sequence[Line]) -> tuple[bytes, bytes, bytes, int]:
    head = family[0]
    return (head.rw.encode(), head.rt.encode(), head.address.encode(), head.id)
