"""What a bulk file may hold: columns, their kinds, and how the file's header is matched to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

#: A wording that is looked up when it is shown (a lazy gettext) or a plain string.
Label = Any

#: Columns that an error sheet adds; a mended sheet comes back with them and they are passed over.
HELPER_COLUMNS = ("baris", "kesalahan", "saran")


@dataclass(frozen=True)
class Integer:
    """A whole number of digits only, ``min`` to ``max``. Separators are refused, never guessed."""

    min: int = 0
    max: int = 2_147_483_647

    @property
    def sql_type(self) -> str:
        """The type of the staged column."""
        return "integer" if self.min >= -(2**31) and self.max < 2**31 else "bigint"


@dataclass(frozen=True)
class Code:
    """A code of exactly ``digits`` digits, kept as text. A web address that ends in it is taken too."""

    digits: int
    sql_type = "text"


@dataclass(frozen=True)
class Text:
    """Free text of at most ``max`` characters, trimmed."""

    max: int = 1000
    sql_type = "text"


@dataclass(frozen=True)
class Date:
    """A day as YYYY-MM-DD."""

    sql_type = "date"


@dataclass(frozen=True)
class Choice:
    """One of a few words (compared without case); ``map`` gives the value to store for each."""

    map: Mapping[str, str] = field(hash=False)
    sql_type = "text"


@dataclass(frozen=True)
class Sealing:
    """What is copied of a personal file instead of its cells, so that no number reaches the database.

    ``columns`` are the staged columns and their SQL types; ``key`` names those of them that together may
    occur once in a file, in place of ``Spec.key``. ``begin()`` is called once a file and gives the
    function that seals: of rows, each ``(row_number, *cells)`` with the typed cells in the order of
    ``Spec.columns`` (None for one that is empty, wrong or not in the file), it makes rows of the staged
    columns, each with a list of problems at its end, ``"<column>:<code>"``, or None.
    """

    columns: Mapping[str, str] = field(hash=False)
    begin: Callable[[], Callable[[Sequence[tuple[Any, ...]]], Iterable[tuple[Any, ...]]]]
    key: tuple[str, ...] = ()
    #: code -> message and hint, for codes that electsys.intake.problems does not know.
    messages: Mapping[str, tuple[Label, Label]] = field(default_factory=dict, hash=False)


Kind = Integer | Code | Text | Date | Choice


@dataclass(frozen=True)
class Column:
    """One column of a file, or a family of columns.

    ``required`` says that the header must be there, ``empty`` what an empty cell means: not known
    (NULL) or an error. ``aliases`` are other header names that mean this column. With ``pattern``
    (a regular expression on the normalised header, such as ``suara_[0-9]+``) each matching header
    becomes a staged column of that name.
    """

    name: str
    kind: Kind
    required: bool = False
    empty: Literal["unknown", "refuse"] = "unknown"
    aliases: tuple[str, ...] = ()
    pattern: str | None = None
    label: Label = ""


@dataclass(frozen=True)
class Spec:
    """A kind of bulk file.

    ``key`` names the columns that together may occur once in a file. ``max_rows`` refuses a longer
    one. A ``personal`` file never goes back as an error sheet: only row numbers and masked NIK do. It
    lies sealed wherever it lies, and needs a ``sealing`` to be staged.
    """

    name: str
    label: Label
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    max_rows: int | Callable[[], int] | None = None
    personal: bool = False
    sealing: Sealing | None = None

    def row_limit(self) -> int | None:
        """The most rows a file may have, or None."""
        return self.max_rows() if callable(self.max_rows) else self.max_rows

    def find(self, header: str) -> str | None:
        """The name of the column that this header means, or None if it means none."""
        wanted = normalise(header)
        for column in self.columns:
            if column.pattern is None and wanted in map(normalise, (column.name, *column.aliases)):
                return column.name
        if any(c.pattern and re.fullmatch(c.pattern, wanted) for c in self.columns):
            return wanted
        return None

    def column(self, name: str) -> Column | None:
        """The column of this (staged) name; for one of a family, the family under that name."""
        for column in self.columns:
            if column.name == name and column.pattern is None:
                return column
        for column in self.columns:
            if column.pattern and re.fullmatch(column.pattern, name):
                return Column(name, column.kind, empty=column.empty, label=column.label)
        return None

    def missing(self, present: Container[str]) -> list[str]:
        """The required columns that are not among ``present``."""
        return [c.name for c in self.columns if c.required and not c.pattern and c.name not in present]


def normalise(header: str) -> str:
    """``' Suara-01 '`` is ``suara_1``: case, blanks, hyphens and leading zeros do not matter."""
    words = re.sub(r"[\W_]+", "_", header.strip().casefold()).strip("_")
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", words)
