"""The arithmetic of a form doubts readings; it never makes one.

A relation whose numbers were all read and that does not hold puts every number of it in doubt that is not
beyond doubt by itself. A relation that holds, or that cannot be checked, changes nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from modules.situng.layouts import CellBox
from modules.situng.reading.places import doubted
from modules.situng.reading.results import CellReading

#: total, parts
Relation = tuple[str, tuple[str, ...]]
Verdict = Literal["holds", "fails", "open"]


def relations(cells: Sequence[CellBox]) -> list[Relation]:
    """The sums that a page's own cells promise (domain.md 6.1): men and women, users, votes."""
    names = {cell.name for cell in cells}
    out: list[Relation] = []
    for name in names:
        if name.endswith("_j") and {f"{name[:-2]}_l", f"{name[:-2]}_p"} <= names:
            out.append((name, (f"{name[:-2]}_l", f"{name[:-2]}_p")))
    for column in ("l", "p", "j"):
        for whole, kinds in (
            ("pengguna_total", ("dpt", "dptb", "dpk")),
            ("pemilih_total", ("dpt", "dptb", "dpk")),
        ):
            head = whole.split("_")[0]
            parts = tuple(f"{head}_{kind}_{column}" for kind in kinds)
            if f"{whole}_{column}" in names and set(parts) <= names:
                out.append((f"{whole}_{column}", parts))
    if {"suara_total", "suara_sah", "suara_tidak_sah"} <= names:
        out.append(("suara_total", ("suara_sah", "suara_tidak_sah")))
    lines = tuple(cell.name for cell in cells if cell.role == "suara")
    if "suara_sah" in names and lines:
        out.append(("suara_sah", lines))
        if {
            "suara_total",
            "suara_tidak_sah",
        } <= names:  # follows from both; it holds while suara_sah is in doubt
            out.append(("suara_total", (*lines, "suara_tidak_sah")))
    for cell in cells:
        if cell.role == "jumlah_partai":
            stem = cell.name.removesuffix("_jumlah")
            parts = tuple(c.name for c in cells if c.name == stem or
                          (c.role == "suara_calon" and c.name.startswith(f"{stem}_")))  # fmt: skip
            if stem in parts:
                out.append((cell.name, parts))
    return out


def verdict(relation: Relation, cells: Mapping[str, CellReading], blank: int | None = 0) -> Verdict:
    """Whether a relation holds. A cell that is empty counts as ``blank``; None leaves the relation open."""
    total, parts = relation
    values = []
    for name in (total, *parts):
        cell = cells[name]
        value = blank if cell.status == "missing" else cell.value
        if value is None:
            return "open"
        values.append(value)
    return "holds" if values[0] == sum(values[1:]) else "fails"


def doubt_failing(
    cells: Mapping[str, CellReading], checked: Iterable[Relation], strict: float
) -> dict[str, CellReading]:
    """Cells under ``strict`` in a relation that fails are no longer read."""
    out = dict(cells)
    for relation in checked:
        if verdict(relation, cells) == "fails":
            for name in (relation[0], *relation[1]):
                if out[name].status == "read" and out[name].confidence < strict:
                    out[name] = doubted(out[name], "jumlah")
    return out


def confirm(
    cells: Mapping[str, CellReading], checked: Sequence[Relation], strict: float
) -> dict[str, CellReading]:
    """For handwriting alone: a number in a sum that holds stays read; one in a sum that fails, and in none
    that holds, is doubted; one that no sum could check must reach ``strict``."""
    held: set[str] = set()
    failed: set[str] = set()
    for relation in checked:
        result = verdict(relation, cells)
        if result == "fails":
            failed.update(_members(relation))
        elif result == "holds" and not _holds_otherwise(relation, cells):
            held.update(_members(relation))
    out = dict(cells)
    for name, cell in cells.items():
        if cell.status != "read" or name in held:
            continue
        if name in failed:
            out[name] = doubted(cell, "jumlah")
        elif cell.confidence < strict:
            out[name] = doubted(cell, "lemah")
    return out


#: A second choice of the model counts from this chance on.
PLAUSIBLE = 0.02


def _members(relation: Relation) -> tuple[str, ...]:
    return relation[0], *relation[1]


def _holds_otherwise(relation: Relation, cells: Mapping[str, CellReading]) -> bool:
    """Whether a hand's habit may have misled both sides alike: in one column of the sum the total and a part
    have second choices that differ from the first ones by the same amount, so that the sum holds for both."""
    total, parts = relation
    for part in parts:
        pairs = zip(reversed(cells[total].digits), reversed(cells[part].digits), strict=False)
        for above, below in pairs:
            if min(above.other_chance, below.other_chance) < PLAUSIBLE:
                continue
            if not (above.text.isdigit() and below.text.isdigit()):
                continue
            if int(above.other) - int(above.text) == int(below.other) - int(below.text):
                return True
    return False
