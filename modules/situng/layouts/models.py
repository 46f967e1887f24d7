"""Form models: the printed forms of a count as data files (domain.md 6.1).

A model names its cells and, for each, the reference and the words printed on the paper. A name is a
*role*, the same on every form and in a results file (``pengguna_dptb``: voters who moved, whatever a form
calls them):
the law speaks of roles, so that a form with other references or rows (C1 of 2019, C.Hasil-KWK) is judged
by the same rules. A new form is a new file in ``form_models/``; no code knows a form by its name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parents[1] / "form_models"
COLUMN_LABELS = {"l": "L", "p": "P", "j": "Jumlah"}

#: Cells that every form has: totals and warnings rest on them.
NEEDED = frozenset(
    (
        *("pemilih_dpt_j", "pengguna_dpt_j", "pengguna_total_j", "surat_suara_diterima"),
        *("suara_sah", "suara_tidak_sah", "suara_total"),
    )
)

#: What a vote cell counts: a pair or person, the party alone, one candidate, the party with its candidates.
VoteRole = Literal["suara", "suara_partai", "suara_calon", "jumlah_partai"]


@dataclass(frozen=True)
class Cell:
    """One number of the form: its column name, printed reference, and label in Indonesian."""

    name: str
    ref: str
    label: str
    #: The name without its column.
    role: str = ""
    #: ``l``, ``p``, ``j``, or "" where the row has one number only.
    column: str = ""


@dataclass(frozen=True)
class Row:
    """A printed row: one number, or three (men, women, both)."""

    name: str
    ref: str
    label: str
    #: The words on the paper, which are longer than the label on a screen.
    printed: str
    columns: tuple[str, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The row's numbers, left to right."""
        return tuple(
            Cell(
                f"{self.name}_{column}" if column else self.name,
                self.ref,
                f"{self.label} ({COLUMN_LABELS[column]})" if column else self.label,
                self.name,
                column,
            )
            for column in self.columns
        )


@dataclass(frozen=True)
class Section:
    """A part of the form under one heading; ``votes`` stands for the lines of the ballot."""

    ref: str
    title: str
    rows: tuple[Row, ...] = ()
    votes: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a ballot as a form prints it; a party's line is followed by those of its candidates."""

    number: int
    name: str
    #: ``pasangan``, ``partai`` or ``perseorangan``.
    kind: str = "pasangan"
    candidate: int | None = None
    #: Struck after the DCT: still printed, its votes go to the party (domain.md 6.3).
    struck: bool = False


@dataclass(frozen=True)
class VoteCell:
    """One number of section IV."""

    name: str
    ref: str
    label: str
    role: VoteRole
    line: Line


@dataclass(frozen=True)
class FormModel:
    """A printed form: its cells in order. A result's ``cells`` array follows that order."""

    code: str
    name: str
    regulation: str
    cells: tuple[Cell, ...]
    version: int = 1
    #: Kinds of contest that are written on this form.
    contests: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    #: Digits of a number on the paper: three hold what a TPS of up to 999 voters can yield.
    digits: int = 3
    #: ``flow``: laid out here; ``measured``: coordinates taken from a form that others printed.
    kind: str = "flow"
    #: Name of the form and of the contest in the heading, by contest; a region's own name by its prefix.
    forms: Mapping[str, str] = field(default_factory=dict)
    local_forms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    local_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Who counts and signs beside the witnesses, by the prefix of the region.
    signers: Mapping[str, str] = field(default_factory=dict)
    instructions: str = ""
    #: The pages of a measured form, as in the file.
    pages: tuple[Mapping[str, Any], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The cells' column names, in the order of the array."""
        return tuple(cell.name for cell in self.cells)

    def index(self, name: str) -> int:
        """Position of a cell in the array, from 0."""
        return self.names.index(name)

    def title(self, contest: str, region: str = "") -> str:
        """The contest in the heading: a region with a chamber of its own name prints that name."""
        return _nearest(self.local_titles.get(contest, {}), region, self.titles.get(contest, ""))

    def form_name(self, contest: str, region: str = "") -> str:
        """The printed name of the form, such as ``C.HASIL-PPWP``; abroad ``C.HASILLN-PPWP``."""
        return _nearest(self.local_forms.get(contest, {}), region, self.forms.get(contest, self.name))

    def signed_by(self, region: str = "") -> str:
        """Who counts and signs the form, in capitals as printed."""
        return _nearest(self.signers, region, "KELOMPOK PENYELENGGARA PEMUNGUTAN SUARA (KPPS)")


def _nearest(own: Mapping[str, str], region: str, otherwise: str) -> str:
    """The value of the longest prefix of a region."""
    prefix = max((p for p in own if region.startswith(p)), key=len, default=None)
    return own[prefix] if prefix is not None else otherwise


def codes() -> list[str]:
    """Codes of every model that there is."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def models() -> list[FormModel]:
    """Every model that there is."""
    return [form_model(code) for code in codes()]


def model_for(contest: str, preferred: str = "") -> FormModel | None:
    """The model that a contest is written on: the preferred one, else the newest that is printed here."""
    fit = [m for m in models() if contest in m.contests]
    chosen = [m for m in fit if m.code == preferred] or [m for m in fit if m.kind == "flow"]
    return chosen[-1] if chosen else None


@cache
def form_model(code: str = "c_hasil_2024") -> FormModel:
    """Read a form model from its data file; KeyError when there is none of that code."""
    path = FOLDER / f"{code}.toml"
    if code not in codes():
        raise KeyError(code)
    return parse_model(tomllib.loads(path.read_text(encoding="utf-8")))


def parse_model(data: Mapping[str, Any]) -> FormModel:
    """A model of the content of its file; ValueError names what is wrong in it."""
    sections = tuple(
        Section(
            part["ref"],
            part["title"],
            tuple(_row(row) for row in data["cell"] if row["ref"].split(".")[0] == part["ref"]),
            part.get("votes", False),
        )
        for part in data["section"]
    )
    cells = tuple(cell for section in sections for row in section.rows for cell in row.cells)
    if len(cells) != sum(len(row.get("columns", [""])) for row in data["cell"]):
        raise ValueError(f"{data['code']}: a cell belongs to no section")
    if len({cell.name for cell in cells}) != len(cells):
        raise ValueError(f"{data['code']}: two cells bear one name")
    if missing := sorted(NEEDED - {cell.name for cell in cells}):
        raise ValueError(f"{data['code']}: lacks {', '.join(missing)}")
    return FormModel(
        data["code"],
        data["name"],
        data["regulation"],
        cells,
        version=data["version"],
        contests=tuple(data["contests"]),
        sections=sections,
        digits=data.get("digits", 3),
        kind=data.get("kind", "flow"),
        forms=data.get("forms", {}),
        local_forms=data.get("local_forms", {}),
        signers=data.get("signers", {}),
        titles=data.get("titles", {}),
        local_titles=data.get("local_titles", {}),
        instructions=" ".join(data.get("instructions", "").split()),
        pages=tuple(data.get("page", ())),
    )


def _row(row: Mapping[str, Any]) -> Row:
    columns = tuple(row.get("columns", [""]))
    return Row(
        row["name"],
        row["ref"],
        row["label"],
        row.get("printed", row["label"]),
        columns,
    )


def vote_cells(lines: Iterable[Line]) -> tuple[VoteCell, ...]:
    """The numbers of section IV in the order of the paper.

    A pair or person: ``suara_<number>``. A party: ``suara_<party>`` (A.1, the party alone),
    ``suara_<party>_<candidate>`` (A.2) and last ``suara_<party>_jumlah`` (B).
    """
    cells: list[VoteCell] = []
    party: Line | None = None
    for line in lines:
        if party is not None and (line.candidate is None or line.number != party.number):
            cells.append(_party_total(party))
            party = None
        if line.candidate is not None:
            name, ref = f"suara_{line.number}_{line.candidate}", f"IV.{line.number}.A.2.{line.candidate}"
            cells.append(VoteCell(name, ref, f"{line.candidate}. {line.name}", "suara_calon", line))
        elif line.kind == "partai":
            party = line
            cells.append(
                VoteCell(f"suara_{line.number}", f"IV.{line.number}.A.1", line.name, "suara_partai", line)
            )
        else:
            cells.append(VoteCell(f"suara_{line.number}", f"IV.{line.number}", line.name, "suara", line))
    if party is not None:
        cells.append(_party_total(party))
    return tuple(cells)


def _party_total(party: Line) -> VoteCell:
    return VoteCell(
        f"suara_{party.number}_jumlah", f"IV.{party.number}.B", party.name, "jumlah_partai", party
    )
