"""Groups of rows that may be one person: connected components."""

from __future__ import annotations

from collections.abc import Iterable

from modules.sidalih.linkage.pairs import Double


def clusters(pairs: Iterable[Double]) -> list[tuple[int, ...]]:
    """The rows of all pairs in groups, each sorted, the groups by their first row.

    Rows joined by a chain of pairs are in one group even if the ends were no pair themselves.
    """
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        parent.setdefault(row, row)
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for pair in pairs:
        one, other = root(pair.record_id), root(pair.other_record_id)
        if one != other:
            parent[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for row in parent:
        groups.setdefault(root(row), []).append(row)
    return sorted(tuple(sorted(group)) for group in groups.values())
