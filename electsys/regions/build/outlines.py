"""SVG outlines of kab/kota and provinces from the simplified outlines of 2019."""

from __future__ import annotations

import itertools
from collections import defaultdict
from pathlib import Path
from typing import Any

from electsys.regions.build.tree import features

#: Units a degree; the source is simplified to about 0.01 degrees.
SCALE = 250
WEST, NORTH = 94.5, 6.5

Point = tuple[int, int]
Ring = list[Point]


def outlines(source: Path) -> dict[str, Any]:
    """``{"1": {code: [path, west, north, east, south]}, "2": {...}}`` on the map of 2024."""
    kabko: dict[str, list[Ring]] = {}
    provinces: dict[str, list[list[Ring]]] = defaultdict(list)
    for feature in features(source):
        code = feature["properties"]["kode_2024"]
        rings = _rings(feature["geometry"])
        kabko[code] = rings
        provinces[code[:2]].append(rings)
    return {
        "1": {code: _drawn(dissolve(parts)) for code, parts in sorted(provinces.items())},
        "2": {code: _drawn(rings) for code, rings in sorted(kabko.items())},
    }


def _rings(geometry: dict[str, Any]) -> list[Ring]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [
        _wound([_point(*xy) for xy in ring], i == 0) for polygon in polygons for i, ring in enumerate(polygon)
    ]


def _point(longitude: float, latitude: float) -> Point:
    return round((longitude - WEST) * SCALE), round((NORTH - latitude) * SCALE)


def area2(ring: Ring) -> int:
    """Twice the signed area of a closed ring."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in itertools.pairwise(ring))


def _wound(ring: Ring, outer: bool) -> Ring:
    """The ring without repeated points, outer ones one way round and holes the other."""
    kept = [p for i, p in enumerate(ring) if i == 0 or p != ring[i - 1]]
    return kept if (area2(kept) > 0) == outer else kept[::-1]


def dissolve(parts: list[list[Ring]]) -> list[Ring]:
    """The outline of several areas together: an edge that two of them share in opposite ways is inside."""
    edges: dict[Point, list[Point]] = defaultdict(list)
    for rings in parts:
        for ring in rings:
            for a, b in itertools.pairwise(ring):
                if a in edges[b]:
                    edges[b].remove(a)
                else:
                    edges[a].append(b)
    joined: list[Ring] = []
    for start in list(edges):
        while edges[start]:
            ring = [start]
            while len(ring) == 1 or ring[-1] != start:
                ring.append(edges[ring[-1]].pop())
            joined.append(ring)
    return joined


def _drawn(rings: list[Ring]) -> list[Any]:
    points = [p for ring in rings for p in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    path = "".join(_path(ring) for ring in rings if len(ring) > 3)
    return [path, min(xs), min(ys), max(xs), max(ys)]


def _path(ring: Ring) -> str:
    steps = [f"{x1 - x0},{y1 - y0}" for (x0, y0), (x1, y1) in itertools.pairwise(ring)]
    return f"M{ring[0][0]},{ring[0][1]}l{' '.join(steps)}z"
