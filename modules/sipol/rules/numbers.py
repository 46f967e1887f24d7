"""Open numbers of members, without telling of anybody: small cells are hidden (UU 27/2022).

A number below ten is hidden, and so is as much beside it that a known sum does not give it away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

#: The fewest people that a published cell holds.
FEWEST = 10

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Numbers:
    """Members of a party as they may be published; None is hidden, nought stays."""

    total: int | None
    sexes: Mapping[str, int | None]
    #: (lower bound of the age, sex) -> members.
    ages: Mapping[tuple[int, str], int | None]
    provinces: Mapping[str, int | None]


def hide_small(cells: Mapping[Key, int]) -> dict[Key, int | None]:
    """The cells of one known sum, as they may be published.

    One hidden cell alone, or several that hold fewer than ten together, would be told by subtraction: then
    the next smallest is hidden as well.
    """
    hidden = {key for key, n in cells.items() if 0 < n < FEWEST}
    rest = sorted((n, str(key), key) for key, n in cells.items() if n >= FEWEST)
    while hidden and rest and (len(hidden) < 2 or sum(cells[k] for k in hidden) < FEWEST):
        hidden.add(rest.pop(0)[2])
    return {key: None if key in hidden else n for key, n in cells.items()}


def band_of(age: int, bands: Sequence[int]) -> int:
    """The lower bound of the age's band; the lowest band takes whoever is younger."""
    return max((low for low in bands if low <= age), default=min(bands))


def published(rows: Iterable[tuple[str, str, int, int]], bands: Sequence[int], year: int) -> Numbers:
    """Rows (province, sex, year of birth, members) as open numbers; ages are those reached in ``year``."""
    sexes: Counter[str] = Counter({"L": 0, "P": 0})
    provinces: Counter[str] = Counter()
    ages: Counter[tuple[int, str]] = Counter({(low, sex): 0 for low in bands for sex in "LP"})
    for province, sex, born, n in rows:
        sexes[sex] += n
        provinces[province] += n
        ages[band_of(year - born, bands), sex] += n
    shown = hide_small(sexes)
    total = sum(sexes.values())
    by_age: dict[tuple[int, str], int | None] = {}
    for sex in "LP":
        column = {key: n for key, n in ages.items() if key[1] == sex}
        by_age |= hide_small(column) if shown[sex] is not None else dict.fromkeys(column)
    return Numbers(
        total if total == 0 or total >= FEWEST else None,
        shown,
        dict(sorted(by_age.items())),
        dict(sorted(hide_small(provinces).items())),
    )
