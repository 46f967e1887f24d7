"""Names that are the same, or look alike: of parties, and of areas in the name of a file."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

#: Words that every party has in its name; without them the rest is compared.
COMMON = frozenset({"partai", "republik", "indonesia", "nasional", "rakyat"})
#: From this likeness on two names are said to look alike. [M]
ALIKE = 0.85


def plain(text: str) -> str:
    """Lower case, no accents and marks, single blanks: the form that is compared."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub(r"['`]", "", ascii_)).split())


def likeness(one: str, other: str, floor: float = 0) -> float:
    """How alike two plain texts are, 0 to 1; the order of words does not count.

    Below ``floor`` it may say 0 without looking closer: thousands are compared so.
    """
    matcher = SequenceMatcher(None, one, other)
    # Upper bounds by length and by letters; they hold in any order of the words.
    if floor and (matcher.real_quick_ratio() < floor or matcher.quick_ratio() < floor):
        return 0
    best = matcher.ratio()
    if best == 1 or " " not in one + other:
        return best
    first, second = (" ".join(sorted(text.split())) for text in (one, other))
    return max(best, SequenceMatcher(None, first, second).ratio())


def alike(one: str, other: str) -> bool:
    """Whether two names of parties look alike; they must differ in the main (UU 7/2017 art. 173(2)h).

    "Partai Bulan Bintang" and "Partai Bintang Bulan" do; two names of which only the words that every
    party has are the same do not.
    """
    first, second = plain(one), plain(other)
    if first == second:
        return True
    cores = [" ".join(word for word in text.split() if word not in COMMON) for text in (first, second)]
    if not all(cores):
        return likeness(first, second) >= ALIKE
    return likeness(cores[0], cores[1]) >= ALIKE
