"""Neighbours read from outlines: two areas whose outlines share a stretch of border."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping

Point = tuple[int, int]
Edge = tuple[Point, Point]

_RING = re.compile(r"M(-?\d+),(-?\d+)l([^zM]*)z")


def rings(path: str) -> list[list[Point]]:
    """The closed rings of an outline: SVG path data of whole numbers, ``M x,y l dx,dy ... z``."""
    found = []
    for x, y, steps in _RING.findall(path):
        points = [(int(x), int(y))]
        for step in steps.split():
            dx, dy = step.split(",")
            points.append((points[-1][0] + int(dx), points[-1][1] + int(dy)))
        found.append(points)
    return found


def near_on_map(outlines: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Code -> codes that share a border with it; an island is joined to the area nearest to it.

    Parts of the map that no border joins (islands, groups of islands) are joined by the shortest way across
    the water, so that every area can be reached: whether such a crossing is fit is for people to judge.
    """
    points: dict[str, set[Point]] = {}
    owners: dict[Edge, set[str]] = defaultdict(set)
    for code, path in sorted(outlines.items()):
        shape = rings(path)
        points[code] = {p for ring in shape for p in ring}
        for ring in shape:
            for a, b in itertools.pairwise(ring):
                if a != b:
                    owners[min(a, b), max(a, b)].add(code)
    near: dict[str, set[str]] = {code: set() for code in points}
    for sharing in owners.values():
        for code in sharing:
            near[code] |= sharing - {code}
    _bridge(near, points)
    return {code: frozenset(others) for code, others in near.items()}


def _bridge(near: dict[str, set[str]], points: Mapping[str, set[Point]]) -> None:
    """Join the pieces of the map by the shortest crossings."""
    while len(parts := _parts(near)) > 1:
        first = parts[0]
        rest = set().union(*parts[1:])
        pairs = ((_distance(points[a], points[b]), a, b) for a in sorted(first) for b in sorted(rest))
        _far, a, b = min(pairs)
        near[a].add(b)
        near[b].add(a)


def _parts(near: Mapping[str, set[str]]) -> list[set[str]]:
    left = set(near)
    parts = []
    while left:
        part = {min(left)}
        border = list(part)
        while border:
            found = near[border.pop()] - part
            part |= found
            border += found
        left -= part
        parts.append(part)
    return sorted(parts, key=lambda part: (len(part), min(part)))


def _distance(one: set[Point], other: set[Point]) -> int:
    """The squared distance of the nearest corners; long outlines are sampled."""
    a, b = (sorted(points)[:: max(1, len(points) // 60)] for points in (one, other))
    return min((x - u) ** 2 + (y - v) ** 2 for x, y in a for u, v in b)
