"""The invisible mark of a copy: in the order of rows that have no order, and in the spacing of addresses.

Each copy has a key. Two marks are drawn from it for every row, by a keyed hash (BLAKE2b) of what the row
says, so that a leak is read without the database and from any part of it:

- *order*: inside an RT, homes follow each other by the key, and people inside a home. Any two rows of one RT
  that follow each other in the leak vote for the copies whose key puts them so.
- *spacing*: one gap of the address is doubled, or a space follows it, where the key says so.

A leak whose rows were sorted keeps the spacing; one whose spaces were cleaned keeps the order; one that
suffered both is known by its control rows alone (modules.sidalih.operations.leaks). Each channel is a series
of coin tosses for every copy but the right one: the verdict is a test of significance.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from electsys.privacy.indexes import normalise_name

#: How far from chance a copy must stand to be named: about one in 10^9 by chance, for one copy.
THRESHOLD = 6.0
#: Of the rows, how many must show a doubled space before the channel is believed to be alive.
ALIVE = 0.05
#: Bytes of a digest that order.
ORDER = 8


@dataclass(frozen=True)
class Row:
    """The columns of a row that carry marks, as a copy or a leak has them."""

    name: str
    address: str
    rt: str
    rw: str
    #: Village and polling station, as far as known.
    place: str = ""

    @property
    def plain_address(self) -> str:
        """The address without the mark in its spaces."""
        return " ".join(self.address.split()).upper()

    @property
    def block(self) -> tuple[str, str, str]:
        """Inside it the order of rows is the key's."""
        return self.place, _number(self.rw), _number(self.rt)

    @property
    def home(self) -> bytes:
        """Whoever lives at one address stays together."""
        return "|".join(("home", _number(self.rw), _number(self.rt), self.plain_address)).encode()

    @property
    def identity(self) -> bytes:
        """What tells one row from another."""
        parts = ("row", normalise_name(self.name), self.plain_address, _number(self.rt), _number(self.rw))
        return "|".join(parts).encode()


def sort_key(key: bytes, row: Row) -> tuple[tuple[str, str, str], bytes, bytes]:
    """Where a row stands in the copy with this key."""
    return row.block, _digest(key, row.home)[:ORDER], _digest(key, row.identity)[:ORDER]


def spaced(key: bytes, row: Row) -> str:
    """The address with the row's mark in its spaces."""
    digest = _digest(key, row.identity)
    address = " ".join(row.address.split())
    if not _is_marked(digest):
        return address
    gaps = [found.start() for found in re.finditer(" ", address)]
    if not gaps:
        return address + " "
    at = gaps[digest[-1] % len(gaps)]
    return f"{address[:at]} {address[at:]}"


def is_spaced(address: str) -> bool:
    """Whether an address shows the mark."""
    return "  " in address or address != address.strip()


@dataclass(frozen=True)
class Verdict:
    """How one copy stands to a leak: deviations from chance, channel by channel."""

    copy: int
    order: float
    spacing: float

    @property
    def score(self) -> float:
        """The stronger channel."""
        return max(self.order, self.spacing)


def judge(rows: Sequence[Row], keys: Mapping[int, bytes]) -> list[Verdict]:
    """Every copy with its deviations, the likeliest first; about a millisecond a copy and 1,000 rows."""
    read = [(row.block, row.home, row.identity) for row in rows]
    neighbours = [
        (a_home, b_home) if a_home != b_home else (a, b)
        for (a_block, a_home, a), (b_block, b_home, b) in pairwise(read)
        if a_block == b_block and a != b
    ]
    spaces = [(identity, is_spaced(row.address)) for row, (_b, _h, identity) in zip(rows, read, strict=True)]
    if sum(marked for _what, marked in spaces) < ALIVE * len(spaces):
        spaces = []  # somebody cleaned the spaces
    wanted = {each for pair in neighbours for each in pair} | {identity for identity, _m in spaces}
    found = []
    for copy, key in keys.items():
        of = {what: _digest(key, what) for what in wanted}
        found.append(
            Verdict(
                copy,
                _deviation([of[a][:ORDER] < of[b][:ORDER] for a, b in neighbours]),
                _deviation([_is_marked(of[identity]) == marked for identity, marked in spaces]),
            )
        )
    return sorted(found, key=lambda verdict: -verdict.score)


def named(verdicts: Sequence[Verdict]) -> int | None:
    """The copy that the marks name beyond chance; None where they name none, or more than one alike."""
    if not verdicts or verdicts[0].score < THRESHOLD:
        return None
    if len(verdicts) > 1 and verdicts[1].score >= THRESHOLD and verdicts[0].score < 2 * verdicts[1].score:
        return None
    return verdicts[0].copy


def _deviation(tosses: Sequence[bool]) -> float:
    """How many standard deviations the hits lie above those of a fair coin."""
    return (2 * sum(tosses) - len(tosses)) / math.sqrt(len(tosses)) if tosses else 0.0


def _digest(key: bytes, what: bytes) -> bytes:
    """One keyed hash a row: its first bytes order, the next says whether it is spaced, the last where."""
    return hashlib.blake2b(what, key=key, digest_size=ORDER + 2).digest()


def _is_marked(digest: bytes) -> bool:
    return bool(digest[ORDER] & 1)


def _number(text: str) -> str:
    """RT and RW as they compare: without zeros in front."""
    return text.strip().lstrip("0") or "0"
