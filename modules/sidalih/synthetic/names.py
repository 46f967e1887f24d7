"""Names from name parts, by the frequencies with which men and women bear them."""

from __future__ import annotations

import csv
import lzma
import random
import sys
from bisect import bisect
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

DATA = Path(__file__).parent / "data" / "name_parts.csv.xz"

#: Of 100 people, how many have a name of one, two, three, four parts.
LENGTHS = (7, 45, 37, 11)


@cache
def parts() -> tuple[tuple[str, int, int, int, int], ...]:
    """Every part: (text, first of a man's name, later in it, first of a woman's name, later in it)."""
    with lzma.open(DATA, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return tuple((text, *map(int, counts)) for text, *counts in rows)  # type: ignore[misc]


class Drawer:
    """Draws from weighted texts; a bisection a draw."""

    def __init__(self, weights: Sequence[tuple[str, int]]) -> None:
        kept = [(text, weight) for text, weight in weights if weight > 0]
        self.texts = [text for text, _w in kept]
        self.weights = [weight for _text, weight in kept]
        self.sums = list(accumulate(self.weights))
        self.total = self.sums[-1]

    def draw(self, rng: Callable[[], float]) -> str:
        """One text, by weight."""
        return self.texts[bisect(self.sums, rng() * self.total)]


@cache
def drawers() -> dict[str, tuple[Drawer, Drawer]]:
    """Sex -> (first parts, later parts)."""
    return {
        "L": (Drawer([(p[0], p[1]) for p in parts()]), Drawer([(p[0], p[2]) for p in parts()])),
        "P": (Drawer([(p[0], p[3]) for p in parts()]), Drawer([(p[0], p[4]) for p in parts()])),
    }


class Names:
    """A source of names for one stream of people."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng.random
        self._drawers = drawers()
        # Few bear only the commonest parts, which want a second one (MUHAMMAD, SITI).
        self._alone = {
            sex: Drawer([(t, round(100 * w**0.5)) for t, w in zip(d[0].texts, d[0].weights, strict=True)])
            for sex, d in self._drawers.items()
        }
        self._lengths = [s / sum(LENGTHS) for s in accumulate(LENGTHS)]

    def draw(self, sex: str, *, family: str = "") -> str:
        """A full name of one to four parts; ``family`` is a last part taken over from the father."""
        rng = self._rng
        first, later = self._drawers[sex]
        wanted = bisect(self._lengths, rng()) + 1
        if wanted == 1 and not family:
            return self._alone[sex].draw(rng)
        chosen = [first.draw(rng)]
        if family and family not in chosen:
            wanted = max(wanted, 2) - 1
        else:
            family = ""
        while len(chosen) < wanted:
            part = later.draw(rng)
            if part not in chosen:
                chosen.append(part)
        if family and family not in chosen:
            chosen.append(family)
        return " ".join(chosen)


@cache
def _similar(part: str, sex: str) -> tuple[str, ...]:
    """Parts that begin or end like this one and yet are another name: two letters or more differ."""
    column = 2 if sex == "L" else 4
    return tuple(
        text
        for text, *counts in parts()
        if counts[column - 1] > 0
        and (text[:3] == part[:3] or text[-3:] == part[-3:])
        and abs(len(text) - len(part)) < 3
        and distance(text, part) >= 2
    )


def twin_name(rng: random.Random, name: str, sex: str) -> str:
    """The name that parents give to the other twin: it shares parts, or the sound of one."""
    chosen = name.split()
    at = rng.randrange(1, len(chosen)) if len(chosen) > 1 else 0
    near = [text for text in _similar(chosen[at], sex) if text not in chosen]
    while True:
        chosen[at] = rng.choice(near) if near else drawers()[sex][1].draw(rng.random)
        if distance(" ".join(chosen), name) >= 2:
            return " ".join(chosen)


def distance(one: str, other: str) -> int:
    """Letters to insert, drop or change (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


#: Spellings of one name that the registry and people mix.
SPELLINGS = (
    ("MUHAMMAD", "MUHAMAD"), ("MUHAMMAD", "MOHAMMAD"), ("MUHAMMAD", "MOHAMAD"), ("MUHAMMAD", "MUH"),
    ("MUHAMMAD", "MOH"), ("MUHAMMAD", "M"), ("AHMAD", "ACHMAD"), ("AHMAD", "AKHMAD"), ("ABDUL", "ABD"),
    ("OE", "U"), ("DJ", "J"), ("TJ", "C"), ("SJ", "SY"), ("SY", "S"), ("KH", "H"), ("CH", "H"), ("TH", "T"),
    ("DH", "D"), ("DZ", "Z"), ("Y", "I"), ("F", "P"), ("V", "F"), ("Z", "S"), ("Q", "K"), ("NN", "N"),
    ("LL", "L"), ("MM", "M"), ("SS", "S"), ("TT", "T"), ("AH", "A"), ("IE", "I"), ("EE", "I"), ("'", ""),
)  # fmt: skip


def misspelt(rng: random.Random, name: str) -> str:
    """The same name as another clerk wrote it: order, old or new spelling, a slip of the pen; it differs."""
    while True:
        chosen = name.split()
        if len(chosen) > 1 and rng.random() < 0.4:
            chosen = chosen[1:] + chosen[:1]
        if rng.random() < 0.8:
            at = rng.randrange(len(chosen))
            chosen[at] = _respelt(rng, chosen[at])
        if rng.random() < 0.3:
            at = max(range(len(chosen)), key=lambda i: len(chosen[i]))
            chosen[at] = _slip(rng, chosen[at])
        if (written := " ".join(chosen)) != name and all(chosen):
            return written


def _respelt(rng: random.Random, part: str) -> str:
    """Another spelling of one part: whole words for whole words, letters for letters inside a word."""
    ways = []
    for pair in SPELLINGS:
        whole = max(map(len, pair)) > 2
        for old, new in (pair, pair[::-1]):
            if (whole and old == part) or (not whole and old and old in part and (new or len(part) > 3)):
                ways.append(part.replace(old, new, 1))
    return rng.choice(ways) if ways else part


def _slip(rng: random.Random, part: str) -> str:
    """One letter dropped, doubled, changed or changed over with its neighbour; the first one stays."""
    if len(part) < 4:
        return part
    at = rng.randrange(1, len(part) - 1)
    way = rng.randrange(4)
    if way == 0:
        return part[:at] + part[at + 1 :]
    if way == 1:
        return part[:at] + part[at] + part[at:]
    if way == 2:
        return part[:at] + rng.choice("AEIOUNRSTL") + part[at + 1 :]
    return part[:at] + part[at + 1] + part[at] + part[at + 2 :]


def build(source: Path, to: Path = DATA) -> int:
    """Write the project's own file of parts from counts by sex; returns the number of parts."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = [
            (r["token"], int(r["n_depan_L"]), int(r["n_L"]), int(r["n_depan_P"]), int(r["n_P"]))
            for r in csv.DictReader(file)
        ]
    with lzma.open(to, "wt", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("part", "first_L", "later_L", "first_P", "later_P"))
        writer.writerows((t, fl, al - fl, fp, ap - fp) for t, fl, al, fp, ap in sorted(rows))
    return len(rows)


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
