"""The movement of a list in a quarter: closing = opening + new + moved in - struck - moved out (PKPU 1/2025).

Magetan 2025: 530,630 + 25,487 - 12,140 = 543,977 (domain.md 5.9). A corrected row moves nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

#: The code of the table ``tms`` for who moved to another desa/kelurahan (domain.md 5.4).
MOVED_HOME = "4"
#: Quarters of a semester, which provinces and the nation recapitulate.
SEMESTERS = {1: (1, 2), 2: (3, 4)}


@dataclass(frozen=True)
class Movement:
    """The numbers of an area in one quarter; they add up by their form."""

    opening: int = 0
    fresh: int = 0
    moved_in: int = 0
    struck: int = 0
    moved_out: int = 0
    amended: int = 0

    @property
    def net(self) -> int:
        """How many more there are at the end."""
        return self.fresh + self.moved_in - self.struck - self.moved_out

    @property
    def closing(self) -> int:
        """How many there are at the end."""
        return self.opening + self.net

    def __add__(self, other: Movement) -> Movement:
        """Two areas in the same quarter: everything is summed."""
        return Movement(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def then(self, later: Movement) -> Movement:
        """The same area in two quarters that follow each other: the opening is the first one's.

        ValueError where the second does not begin where the first ended.
        """
        if self.closing != later.opening:
            raise ValueError(f"{later.opening} does not follow {self.closing}")
        return replace(self + later, opening=self.opening)


def column_of(kind: str, code: str | None, arrived: bool) -> str | None:
    """Where an event of a quarter counts: a field of :class:`Movement`; None moves and corrects nobody.

    ``arrived`` says that a new voter came from another desa/kelurahan of the list. A row that is restored is
    in the list again, hence new to it.
    """
    if kind in ("baru", "pulih"):
        return "moved_in" if arrived and kind == "baru" else "fresh"
    if kind == "masuk":
        return "moved_in"
    if kind == "keluar" or (kind == "tms" and code == MOVED_HOME):
        return "moved_out"
    return {"tms": "struck", "ubah": "amended"}.get(kind)


def follows(year: int, number: int, last: tuple[int, int] | None) -> bool:
    """Whether a quarter comes after the last one that was opened."""
    return 1 <= number <= 4 and (last is None or (year, number) > last)
