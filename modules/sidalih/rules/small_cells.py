"""Small cells: how few people with a disability live somewhere is not told (UU 27/2022; trust-and-ux.md D3).

A number below ten is hidden, and so is as much beside it that the sum of the row does not give it away.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

#: The fewest people that a published cell holds.
FEWEST = 10

Key = TypeVar("Key", bound=Hashable)


def hide_small(cells: Mapping[Key, int], *, summed: bool = True) -> dict[Key, int | None]:
    """The cells as they may be published; None is hidden, nought stays.

    ``summed`` says that readers know the sum of the cells: then one hidden cell alone, or several that hold
    fewer than ten together, would still be told by subtraction, and the next smallest is hidden as well.
    """
    hidden = {key for key, n in cells.items() if 0 < n < FEWEST}
    rest = sorted((n, str(key), key) for key, n in cells.items() if n >= FEWEST)
    while summed and hidden and rest and (len(hidden) < 2 or sum(cells[k] for k in hidden) < FEWEST):
        hidden.add(rest.pop(0)[2])
    return {key: None if key in hidden else n for key, n in cells.items()}


def shown_sum(cells: Mapping[Key, int]) -> int | None:
    """The sum of the cells as it may be published."""
    total = sum(cells.values())
    return None if 0 < total < FEWEST else total
