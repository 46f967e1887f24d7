"""What a page of a form is made of. Lengths are millimetres from the upper left corner of the page.

The same shapes drive printing and reading: the typesetter draws them, the reader looks where they are.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Rect:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h

    def holds(self, other: Rect) -> bool:
        """Whether another rectangle lies inside, edges included."""
        slack = 1e-6
        return (
            self.x - slack <= other.x
            and self.y - slack <= other.y
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def meets(self, other: Rect) -> bool:
        """Whether both share an area."""
        slack = 1e-6
        return (
            self.x < other.right - slack
            and other.x < self.right - slack
            and self.y < other.bottom - slack
            and other.y < self.bottom - slack
        )


@dataclass(frozen=True)
class Bubble:
    """A circle to blacken: the digit's place (0 is the leftmost) and the value it stands for."""

    digit: int
    value: int
    x: float
    y: float
    r: float


@dataclass(frozen=True)
class CellBox:
    """One number on the page: the boxes of its digits, its bubbles, and what to show beside a field."""

    name: str
    ref: str
    label: str
    role: str
    digits: tuple[Rect, ...]
    bubbles: tuple[Bubble, ...]
    #: The number alone, with its bubbles.
    crop: Rect
    #: The whole printed row, with its words: what an entry page shows.
    row: Rect


@dataclass(frozen=True)
class Marker:
    """A corner mark. ``aruco`` is of DICT_4X4_50; its id tells page and corner. ``square`` is solid black.

    Corners: 0 upper left, 1 upper right, 2 lower right, 3 lower left.
    """

    id: int
    corner: int
    box: Rect
    kind: Literal["aruco", "square"] = "aruco"


@dataclass(frozen=True)
class Text:
    """Printed words in their box."""

    box: Rect
    text: str
    size: float = 8
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"
    valign: Literal["top", "horizon", "bottom"] = "horizon"
    luma: int = 0
    italic: bool = False


@dataclass(frozen=True)
class Field:
    """A place for words that differ by TPS (``provinsi``, ``tps`` ...)."""

    name: str
    box: Rect
    size: float = 9


@dataclass(frozen=True)
class Fill:
    """A filled or framed rectangle; ``fill`` and ``stroke`` are grey levels 0..255, None is none."""

    box: Rect
    fill: int | None = None
    stroke: int | None = None
    width: float = 0.2


@dataclass(frozen=True)
class Page:
    """One page of a form: numbered from 1."""

    number: int
    of: int
    width: float
    height: float
    markers: tuple[Marker, ...]
    qr: Rect | None
    cells: tuple[CellBox, ...]
    texts: tuple[Text, ...] = ()
    fields: tuple[Field, ...] = ()
    fills: tuple[Fill, ...] = ()

    def cell(self, name: str) -> CellBox:
        """The cell of a name; KeyError when this page has none."""
        for cell in self.cells:
            if cell.name == name:
                return cell
        raise KeyError(name)

    def as_data(self) -> dict[str, Any]:
        """The page as plain values, for the typesetter or another program."""
        return asdict(self)
