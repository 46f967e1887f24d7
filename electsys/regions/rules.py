"""Codes, names and seats of regions as pure functions of plain values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction

#: Length of a code -> level: 0 nation, 1 province, 2 kab/kota, 3 kecamatan, 4 desa/kelurahan, 5 TPS.
LEVELS = {0: 0, 2: 1, 4: 2, 6: 3, 10: 4, 13: 5}
LENGTHS = (0, 2, 4, 6, 10, 13)

#: Digits; overseas, where two digits do not suffice for the cities, letters too: "99AA".
_CODE = re.compile(r"[0-9]*|99[0-9A-Z]*")

#: First digits of the provinces on the clock of WITA and WIT (Keppres 41/1987); the rest is WIB.
WITA = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
WIT = frozenset({"81", "82", "91", "92", "93", "94", "95", "96"})

OVERSEAS = "99"
#: Special sites are numbered from 901.
FIRST_SPECIAL = 901

#: Words for the kind of an area; in a search they say which level is meant, not which name.
TYPE_WORDS = {
    **dict.fromkeys(("prov", "provinsi"), 1),
    **dict.fromkeys(("kab", "kabupaten", "kota", "kotamadya", "kodya", "adm", "administrasi"), 2),
    **dict.fromkeys(("kec", "kecamatan", "distrik"), 3),
    **dict.fromkeys(("desa", "ds", "kel", "kelurahan", "kampung", "nagari", "gampong"), 4),
}
#: Words that are written short as often as long.
LONG_FORMS = {"kep": "kepulauan", "kepulauan": "kepulauan", "p": "pulau", "tj": "tanjung", "tg": "tanjung"}


def province_of(code: str) -> str:
    """SQL: the province of a code, to be compared with a column ``province``.

    A plain ``left(code, 2)`` is of another type and collation than those columns: the server would look for
    each row into the partition of every province, and where its statistics are old read all of them.
    """
    return f'(cast(left({code}, 2) as char(2)) collate "default")'


def level_of(code: str) -> int | None:
    """The level that a code's length tells, or None if it is no code."""
    return LEVELS.get(len(code)) if _CODE.fullmatch(code) else None


def parent_of(code: str) -> str | None:
    """The code one level up; None for the nation."""
    level = level_of(code)
    if level is None:
        raise ValueError(code)
    return code[: LENGTHS[level - 1]] if level else None


def ancestors_of(code: str) -> tuple[str, ...]:
    """Every code above, the nation ("") first."""
    return tuple(code[:n] for n in LENGTHS if n < len(code))


def zone_of(code: str) -> str:
    """The zone of a region's clock: ``WIB``, ``WITA`` or ``WIT``; overseas counts as WIB."""
    province = code[:2]
    return "WITA" if province in WITA else "WIT" if province in WIT else "WIB"


def code_in(text: str) -> str | None:
    """The code, or the first part of one, in a text such as "12.01" or "1201 01"; None if it is not one."""
    bare = re.sub(r"[.\s]", "", text).upper()
    return bare if bare and _CODE.fullmatch(bare) and len(bare) <= LENGTHS[-1] else None


# --- names ---------------------------------------------------------------------------------------


def title_of(name: str) -> str:
    """A name fit to be read: "P A P U A" is printed "PAPUA"."""
    return name.replace(" ", "") if re.fullmatch(r"\w( \w)+", name) else name


def normalise(text: str) -> str:
    """Lower case, no accents and marks, single blanks, short words in full: the form that is compared."""
    plain = unicodedata.normalize("NFKD", title_of(text.strip())).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", " ", re.sub(r"['`]", "", plain)).split()
    return " ".join(LONG_FORMS.get(word, word) for word in words)


def split_query(text: str) -> tuple[list[str], int | None]:
    """The words of a search that are part of a name, and the level that its type words ask for.

    "kab tapteng" is (["tapteng"], 2). Where nothing but type words is left, they are the name.
    """
    words = normalise(text).split()
    names = [word for word in words if word not in TYPE_WORDS]
    if not names:
        return words, None
    levels = [TYPE_WORDS[word] for word in words if word in TYPE_WORDS]
    return names, levels[0] if levels else None


# --- seats ---------------------------------------------------------------------------------------

#: UU 7/2017 art. 188 and 191: most inhabitants -> seats of DPRD provinsi and kab/kota. [M]
LADDER_PROVINCE = (
    *((1_000_000, 35), (3_000_000, 45), (5_000_000, 55), (7_000_000, 65)),
    *((9_000_000, 75), (11_000_000, 85), (20_000_000, 100), (None, 120)),
)
LADDER_KABKO = (
    *((100_000, 20), (200_000, 25), (300_000, 30), (400_000, 35)),
    *((500_000, 40), (1_000_000, 45), (3_000_000, 50), (None, 55)),
)
#: Aceh (UU 11/2006 art. 22) and DKI Jakarta (UU 29/2007 art. 12) have up to 125 % of the ladder. [M]
MORE_SEATS = {"11": Fraction(5, 4), "31": Fraction(5, 4)}
FEWEST, MOST = 3, 12


def seats_of_body(population: int, ladder: Sequence[tuple[int | None, int]], code: str = "") -> int:
    """Seats of a DPRD by the population of its area."""
    seats = next(seats for most, seats in ladder if most is None or population <= most)
    return int(seats * MORE_SEATS.get(code, Fraction(1)))


def share_seats(total: int, populations: Mapping[str, int]) -> dict[str, int]:
    """Seats of each dapil of a DPRD (PKPU 6/2022 art. 12): whole quotients, then largest remainders.

    The divisor (BPPd) is population / seats. A dapil has at least 3 and at most 12 seats, so those that
    would leave the range are set to its edge and the rest is shared again. Ties go to the lower code.
    Raises ValueError where no allocation fits the range.
    """
    if not FEWEST * len(populations) <= total <= MOST * len(populations):
        raise ValueError(f"{total} seats do not fit {len(populations)} dapil")
    fixed: dict[str, int] = {}
    while True:
        free = {code: people for code, people in populations.items() if code not in fixed}
        shared = _largest_remainder(total - sum(fixed.values()), free)
        low = {code for code, seats in shared.items() if seats < FEWEST}
        high = {code for code, seats in shared.items() if seats > MOST}
        if not low and not high:
            return {code: (fixed | shared)[code] for code in populations}
        excess = sum(shared[c] - MOST for c in high) - sum(FEWEST - shared[c] for c in low)
        fixed |= dict.fromkeys(high, MOST) if excess >= 0 and high else dict.fromkeys(low, FEWEST)


def _largest_remainder(total: int, populations: Mapping[str, int]) -> dict[str, int]:
    people = sum(populations.values())
    seats = {code: total * n // people for code, n in populations.items()}
    rest = sorted(populations, key=lambda code: (-(total * populations[code] % people), code))
    for code in rest[: total - sum(seats.values())]:
        seats[code] += 1
    return seats
