"""Voters who vote elsewhere: which ballots they get there, and whether the place holds them.

UU 7/2017 art. 210, 348(4) and 344(2); MK 20/PUU-XVII/2019; domain.md 5.6, 5.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from electsys.regions.rules import OVERSEAS

#: The contests of a general election, in the order of their ballot papers.
CONTESTS = ("ppwp", "dpr", "dpd", "dprd_prov", "dprd_kabko")

#: The detail of a reason (table ``alasan_pindah``) -> stages that are open to it: all reasons until H-30
#: (art. 210), the four special ones until H-7 (MK 20/PUU-XVII/2019).
STAGES = {
    "umum": ("pindah_memilih",),
    "khusus": ("pindah_memilih", "pindah_memilih_khusus"),
}


def ballots(
    origin: str, target: str, dapils: Mapping[str, Mapping[str, str]], contests: Iterable[str] = CONTESTS
) -> tuple[str, ...]:
    """The contests of which a voter of village ``origin`` gets the ballot in village ``target``.

    ``dapils`` holds the dapil of both: village -> chamber -> code of the dapil; ``contests`` are those of the
    election. PPWP is voted on everywhere. The others ask for the same constituency (UU 7/2017 art. 348(4)):
    DPD the province, DPR and DPRD the dapil, DPRD and the heads of regions also the own province or kab/kota.
    A chamber that a village has no dapil of (DPRD kab/kota in Jakarta, DPD and DPRD abroad) is not voted on
    there; a dapil that the map does not know entitles to nothing. Whoever goes abroad from Jakarta II (dapil
    DPR 3102, which holds all voters abroad) keeps the DPR ballot, everybody else has PPWP only.
    """
    here, there = dapils.get(origin, {}), dapils.get(target, {})
    province = origin[:2] == target[:2] != OVERSEAS
    regency = province and origin[:4] == target[:4]

    def shared(chamber: str) -> bool:
        return here.get(chamber) is not None and here.get(chamber) == there.get(chamber)

    entitled = {
        "ppwp": True,
        "dpr": shared("dpr"),
        "dpd": province,
        "dprd_prov": province and shared("dprd_prov"),
        "dprd_kabko": regency and shared("dprd_kabko"),
        "gubernur": province,
        "bupati_walikota": regency,
    }
    return tuple(contest for contest in contests if entitled.get(contest, False))


def spare_ballots(voters: int, share: Fraction) -> int:
    """Ballots beyond one a voter of the DPT: the share (2 %, art. 344(2)) rounded up to a whole ballot.

    >>> spare_ballots(251, Fraction(1, 50))
    6
    """
    return -(-voters * share.numerator // share.denominator)


@dataclass(frozen=True)
class Room:
    """What a polling station holds, in voters; ``wanted`` is contest -> incoming voters who get its ballot.

    Voters who leave free their place and their ballots.
    """

    cap: int
    voters: int
    incoming: int = 0
    outgoing: int = 0
    spare: int = 0
    wanted: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def present(self) -> int:
        """Voters who are expected on the voting day."""
        return self.voters + self.incoming - self.outgoing

    @property
    def free(self) -> int:
        """Places left under the cap; negative when over."""
        return self.cap - self.present

    def papers_left(self, contest: str) -> int:
        """Ballots of a contest that nobody is expected to use; negative when there are too few."""
        return self.spare + self.outgoing - self.wanted.get(contest, 0)

    @property
    def fewest_papers(self) -> int:
        """Ballots left of the contest that is shortest; PPWP, which everybody gets, bounds it."""
        return min(self.papers_left(contest) for contest in ("ppwp", *self.wanted))

    @property
    def over_cap(self) -> bool:
        """Whether more voters are expected than the place may hold (art. 350)."""
        return self.free < 0

    @property
    def short_of_papers(self) -> bool:
        """Whether incoming voters need more ballots than lie there."""
        return self.fewest_papers < 0
