"""Code 8 (domain.md 5.4): a voter in the wrong TPS of the right village is placed anew, never struck.

So inside a village the code 8 moves must net to nought: who leaves one TPS comes into another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

#: The TMS code of a voter who stands in the wrong TPS of the right village.
WRONG_TPS = "8"


@dataclass(frozen=True)
class WrongTps:
    """The code 8 moves of one village: who left a TPS must have come into another of the same village."""

    village: str
    #: TPS -> (voters that left it, voters that came into it).
    flows: dict[str, tuple[int, int]]
    #: Voters marked with code 8 and placed nowhere yet.
    pending: int
    #: Voters whose new TPS lies in another village: not a code 8, but a 4 (moved).
    outside: int

    @property
    def net(self) -> int:
        """Voters gained less voters lost by the village; nought when every one of them is placed anew."""
        return sum(came - left for left, came in self.flows.values())

    @property
    def balanced(self) -> bool:
        """Whether nobody was lost or gained on the way."""
        return self.net == 0 and not self.pending and not self.outside

    def __str__(self) -> str:
        lines = [f"{self.village}  keluar  masuk  selisih"]
        lines += [
            f"{code}  {left:6}  {came:5}  {came - left:+7}" for code, (left, came) in self.flows.items()
        ]
        verdict = "nol" if self.balanced else "TIDAK NOL"
        return "\n".join(
            [
                *lines,
                f"selisih desa {self.net:+d} ({verdict})",
                f"belum ditempatkan {self.pending}, ke desa lain {self.outside}",
            ]
        )


def check_wrong_tps(village: str, moves: Iterable[tuple[str, str | None]]) -> WrongTps:
    """Judge the code 8 moves of a village: (TPS left, TPS entered or None while the voter waits)."""
    left: Counter[str] = Counter()
    came: Counter[str] = Counter()
    pending = outside = 0
    for source, target in moves:
        left[source] += 1
        if target is None:
            pending += 1
        elif not target.startswith(village):
            outside += 1
        else:
            came[target] += 1
    flows = {code: (left[code], came[code]) for code in sorted(left.keys() | came.keys())}
    return WrongTps(village, flows, pending, outside)
