"""A machine reads the photo of a page: a suggestion beside the photo, never a result (NA-01)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from modules.situng import layouts
from modules.situng.contest import ContestCount
from modules.situng.reading import CellReading, Expect, PageReading, Unreadable, read_and_rectify

#: Which reader, in the row that keeps what it read.
READER = "electsys 1"


@dataclass(frozen=True)
class Read:
    """What a machine made of a photo."""

    #: The photo set straight, as JPEG; None where nothing could be read.
    picture: bytes | None
    hints: list[str]
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def unsure(self) -> int:
        """Cells that a person must look at first."""
        return sum(cell["status"] == "unsure" for cell in self.cells.values())


class Printed:
    """The pages of a contest's form, as its newest ballot prints them."""

    def __init__(self, count: ContestCount) -> None:
        self.count = count

    def pages(self, key: layouts.FormKey) -> tuple[str, list[layouts.Page]] | None:
        """Form model and pages of a key; None for another contest's."""
        if key.contest != self.count.kind:
            return None
        return self.count.model.code, pages_of(self.count, key.tps[:2])


def pages_of(count: ContestCount, region: str = "") -> list[layouts.Page]:
    """The pages of a contest's form."""
    return layouts.layout(count.model, count.kind, count.printed, region)


def read(content: bytes, count: ContestCount, tps_code: str) -> Read:
    """Read a photo of a form of this contest and TPS. What cannot be read says why, by its code."""
    expect = Expect(tps=tps_code, contest=count.kind, election=count.election_id)
    try:
        page, picture = read_and_rectify(content, models=Printed(count), expect=expect)
    except Unreadable as problem:
        return Read(None, [problem.code])
    cells = {name: _as_json(cell, page) for name, cell in page.cells.items()}
    return Read(picture, list(page.hints), cells)


def _as_json(cell: CellReading, page: PageReading) -> dict[str, Any]:
    width, height = page.size
    row = cell.row
    return {
        "nilai": cell.value,
        "yakin": round(float(cell.confidence), 4),
        "status": cell.status,
        "kotak": [
            round(share, 5) for share in (row.x / width, row.y / height, row.w / width, row.h / height)
        ],
    }
