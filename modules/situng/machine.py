"""The door to a machine that reads photos of forms: none is needed, and what it says is a suggestion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from modules.situng.queries.contests import ContestCount

Status = Literal["read", "unsure", "missing"]


@dataclass(frozen=True)
class CellRead:
    """One number as a machine sees it; ``box`` is x, y, width, height as shares of the photo."""

    value: int | None
    confidence: float
    status: Status
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class PageRead:
    """One photo as a machine sees it: cells by the names of a results file."""

    reader: str
    cells: dict[str, CellRead] = field(default_factory=dict)

    @property
    def unsure(self) -> int:
        """Cells that a person must look at first."""
        return sum(cell.status != "read" for cell in self.cells.values())

    def as_json(self) -> dict[str, dict[str, Any]]:
        """The cells as they are kept (:class:`modules.situng.models.MachineReading`)."""
        return {
            name: {
                "nilai": cell.value,
                "yakin": round(cell.confidence, 4),
                "status": cell.status,
                "kotak": list(cell.box) if cell.box else None,
            }
            for name, cell in self.cells.items()
        }


#: Reads the bytes of a photo of a page (its number) of a contest's form; None where it can say nothing.
Reader = Callable[[bytes, ContestCount, int], PageRead | None]

_READER: list[Reader] = []


def install(read: Reader | None) -> None:
    """Let this reader read every photo from now on; None takes it away."""
    _READER[:] = [read] if read is not None else []


def reader() -> Reader | None:
    """The installed reader."""
    return _READER[0] if _READER else None
