"""What a party must have, area by area, and why it is not enough yet (UU 7/2017 art. 173(2); domain.md 3.1).

A kecamatan counts by its board; a kab/kota by its own things (board, office, account, documents, members) and
enough kecamatan; a province by its own and enough kab/kota; the party by its centre and enough provinces. A
local party of Aceh has the province as its centre (UU 11/2006 art. 75). Findings are codes and numbers; their
words stand in :mod:`modules.sipol.requirement_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

#: Digits of a region code at each level: centre, province, kab/kota, kecamatan.
LEVELS = CENTRE, PROVINCE, DISTRICT, SUBDISTRICT = 0, 2, 4, 6
#: Officers without whom a board is none.
CORE = ("ketua", "sekretaris", "bendahara")
#: Facts of the party itself: decree that made it a legal entity, State Gazette, logo (art. 173(2)a, h).
PROFILE = ("sk_menteri", "berita_negara", "lambang")
#: A province of local parties.
ACEH = "11"


@dataclass(frozen=True)
class Law:
    """The values of the law in one election, for one kind of party."""

    #: Share of provinces with a board (b), of kab/kota in each province (c), of kecamatan in each kab/kota.
    provinces: Fraction
    districts: Fraction
    subdistricts: Fraction
    #: Share of women on the board of the centre (e).
    women: Fraction
    #: Members in a kab/kota: at most so many, else this share of its population, rounded so (f).
    members_most: int
    members_share: Fraction
    rounding: str
    #: Digits of a level -> codes of the documents that an area of it must have.
    documents: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


class Area(NamedTuple):
    """What a party has in one area; the centre is the area "". ``core`` are those of :data:`CORE` it has."""

    code: str
    name: str
    population: int | None = None
    board: bool = False
    core: frozenset[str] = frozenset()
    people: int = 0
    women: int = 0
    office: bool = False
    account: bool = False
    documents: frozenset[str] = frozenset()
    members: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is not enough in an area.

    ``aspect`` is ``profil``, ``kepengurusan``, ``inti``, ``perempuan``, ``kantor``, ``rekening``,
    ``dokumen``, ``anggota`` or ``bagian``; ``names`` are what is missing: codes of facts, offices or
    documents, and for ``bagian`` the parts (of ``of``) that do not meet the law yet.
    """

    aspect: str
    needed: int
    found: int
    names: tuple[str, ...] = ()
    of: int = 0

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return self.needed - self.found


class Verdict(NamedTuple):
    """Whether an area meets the law, by its own things and by its parts."""

    area: Area
    gaps: tuple[Gap, ...]
    parts: tuple[Verdict, ...]
    #: Parts that must meet the law, and those that do.
    needed: int
    found: int
    #: Members that the area itself must have; None where it need not have any.
    members_needed: int | None = None

    @property
    def code(self) -> str:
        """The region code; "" is the centre."""
        return self.area.code

    @property
    def meets(self) -> bool:
        """Whether nothing is missing."""
        return not self.gaps

    @property
    def empty(self) -> bool:
        """Whether the party has nothing at all here yet."""
        a = self.area
        own = a.board or a.office or a.account or a.documents or a.members
        return not own and all(part.empty for part in self.parts)

    @property
    def state(self) -> str:
        """``memenuhi``, ``sebagian`` or ``kosong``: the traffic light."""
        return "memenuhi" if self.meets else "kosong" if self.empty else "sebagian"

    def gap(self, aspect: str) -> Gap | None:
        """The gap of an aspect, if there is one."""
        return next((g for g in self.gaps if g.aspect == aspect), None)


@dataclass(frozen=True)
class Requirement:
    """One line of art. 173(2) over the whole party. ``unit`` says what is counted."""

    letter: str
    key: str
    unit: str
    needed: int
    found: int

    @property
    def missing(self) -> int:
        """How many more are needed; 0 where it is met."""
        return max(0, self.needed - self.found)

    @property
    def met(self) -> bool:
        """Whether there is enough."""
        return self.found >= self.needed


# --- numbers of the law --------------------------------------------------------------------------


def needed_of(total: int, share: Fraction) -> int:
    """How many of ``total`` make at least ``share`` (art. 173(2)b-d): the ceiling, exact.

    >>> [needed_of(n, Fraction(3, 4)) for n in (33, 4, 5, 1, 0)]
    [25, 3, 4, 1, 0]
    """
    return -(-total * share.numerator // share.denominator)


def rounded(value: Fraction, rounding: str) -> int:
    """A number of persons: ``floor``, ``ceil`` or ``half_up``."""
    if rounding == "floor":
        return value.numerator // value.denominator
    if rounding == "ceil":
        return -(-value.numerator // value.denominator)
    if rounding == "half_up":
        return (2 * value.numerator + value.denominator) // (2 * value.denominator)
    raise ValueError(rounding)


def members_needed(population: int | None, law: Law) -> int:
    """Members in a kab/kota: 1,000 or 1/1,000 of the population, whichever is less (art. 173(2)f).

    Where no population is known the higher number holds.
    """
    if population is None:
        return law.members_most
    return min(law.members_most, rounded(population * law.members_share, law.rounding))


# --- the tree ------------------------------------------------------------------------------------


def judge(
    law: Law, areas: Mapping[str, Area], root: str = "", *, profile: Sequence[str] | None = PROFILE
) -> Verdict:
    """The verdict on an area with all its parts. ``areas`` holds every area of the map below ``root``.

    ``profile`` are the facts (:data:`PROFILE`) that the party has; they are asked for at its centre, which is
    ``root``. None leaves them out: ``root`` is a part of the party only.
    """
    below: dict[str, list[str]] = {}
    for code in sorted(areas):
        if code.startswith(root) and code != root:
            below.setdefault(code[:-2], []).append(code)
    return _judge(_Asked(law), areas, below, root, profile)


class _Asked:
    """The law with the documents of each level, looked up once for thousands of areas."""

    def __init__(self, law: Law) -> None:
        self.law = law
        self.documents = {level: documents_of(law, level) for level in LEVELS}
        self.shares = {CENTRE: law.provinces, PROVINCE: law.districts, DISTRICT: law.subdistricts}


def _judge(
    asked: _Asked,
    areas: Mapping[str, Area],
    below: Mapping[str, list[str]],
    code: str,
    profile: Sequence[str] | None,
) -> Verdict:
    area, law, level = areas[code], asked.law, len(code)
    if level == SUBDISTRICT and profile is None:  # thousands of them, and they have no parts
        return Verdict(
            area, tuple(_own_gaps(law, area, None, asked.documents[level], centre=False)), (), 0, 0
        )
    parts = tuple([_judge(asked, areas, below, part, None) for part in below.get(code, ())])
    share = asked.shares.get(level)
    needed = needed_of(len(parts), share) if share is not None else 0
    found = sum(part.meets for part in parts)
    wanted = members_needed(area.population, law) if level == DISTRICT else None
    centre = profile is not None
    demanded = documents_of(law, level, centre=True) if centre else asked.documents[level]
    gaps = [*_own_gaps(law, area, wanted, demanded, centre=centre)]
    if profile is not None and (lacking := tuple(fact for fact in PROFILE if fact not in profile)):
        gaps.insert(0, Gap("profil", len(PROFILE), len(PROFILE) - len(lacking), lacking))
    if found < needed:
        names = tuple(part.area.name for part in parts if not part.meets)
        gaps.append(Gap("bagian", needed, found, names, len(parts)))
    return Verdict(area, tuple(gaps), parts, needed, found, wanted)


def _own_gaps(
    law: Law, area: Area, wanted: int | None, demanded: Sequence[str], *, centre: bool
) -> Iterator[Gap]:
    level = len(area.code)
    if not area.board:
        yield Gap("kepengurusan", 1, 0)
    elif len(area.core) < len(CORE):
        lacking = tuple(office for office in CORE if office not in area.core)
        yield Gap("inti", len(CORE), len(CORE) - len(lacking), lacking)
    if centre and area.board and area.women < needed_of(area.people, law.women):
        yield Gap("perempuan", needed_of(area.people, law.women), area.women, of=area.people)
    if level < SUBDISTRICT:
        if not area.office:
            yield Gap("kantor", 1, 0)
        if not area.account:
            yield Gap("rekening", 1, 0)
    if not area.documents.issuperset(demanded):
        absent = tuple(code for code in demanded if code not in area.documents)
        yield Gap("dokumen", len(demanded), len(demanded) - len(absent), absent)
    if wanted is not None and area.members < wanted:
        yield Gap("anggota", wanted, area.members)


def documents_of(law: Law, level: int, *, centre: bool = False) -> tuple[str, ...]:
    """The documents that an area must have; a province that is the centre needs those of both."""
    levels = dict.fromkeys((CENTRE, level)) if centre else (level,)
    return tuple(dict.fromkeys(code for each in levels for code in law.documents.get(each, ())))


def women_kept(area: Area, law: Law) -> bool:
    """Whether women have their share of a board: recorded below the centre, where it fails nobody (e)."""
    return area.board and area.women >= needed_of(area.people, law.women)


def failing(verdict: Verdict) -> Iterator[Verdict]:
    """Every area that does not meet the law yet, from the top, each before its parts."""
    if verdict.meets:
        return
    yield verdict
    for part in verdict.parts:
        yield from failing(part)


# --- the lines of the article --------------------------------------------------------------------


def requirements(law: Law, centre: Verdict, profile: Sequence[str]) -> tuple[Requirement, ...]:
    """Art. 173(2)a-i over the whole party, and the sum of it all: areas that have everything at once.

    What each province needs more than it has cannot be made good by another; so each counts up to its need.
    """
    local = len(centre.code) == PROVINCE
    provinces = (centre,) if local else centre.parts
    many = 0 if local else centre.needed
    counted = [(p.needed, p.parts) for p in provinces]
    districts = sum(needed for needed, _parts in counted)

    def spread(has: Callable[[Verdict], bool]) -> int:
        return sum(min(needed, sum(map(has, parts))) for needed, parts in counted)

    def everywhere(has: Callable[[Verdict], bool]) -> tuple[int, int]:
        above = 0 if local else min(many, sum(map(has, provinces)))
        return 1 + many + districts, int(has(centre)) + above + spread(has)

    area = centre.area
    rows = [
        Requirement("a", "badan_hukum", "fakta", 2, sum(fact in profile for fact in PROFILE[:2])),
        *([] if local else [Requirement("b", "provinsi", "provinsi", many, sum(map(has_board, provinces)))]),
        Requirement("c", "kabko", "kabko", districts, spread(has_board)),
        Requirement("d", "kecamatan", "kabko", districts, spread(has_subdistricts)),
        Requirement("e", "perempuan", "orang", max(1, needed_of(area.people, law.women)), area.women),
        Requirement("f", "anggota", "kabko", districts, spread(lambda v: v.gap("anggota") is None)),
        Requirement("g", "kantor", "tempat", *everywhere(lambda v: v.area.office)),
        Requirement("h", "lambang", "fakta", 1, int(PROFILE[2] in profile)),
        Requirement("i", "rekening", "tempat", *everywhere(lambda v: v.area.account)),
        Requirement("", "dokumen", "tempat", *everywhere(lambda v: v.gap("dokumen") is None)),
        Requirement("", "lengkap", "kabko", districts, spread(lambda v: v.meets)),
    ]
    return tuple(rows)


def has_board(verdict: Verdict) -> bool:
    """Whether there is a board with the mandatory three."""
    return verdict.area.board and len(verdict.area.core) == len(CORE)


def has_subdistricts(verdict: Verdict) -> bool:
    """Whether a kab/kota has enough kecamatan with a board."""
    return verdict.found >= verdict.needed
