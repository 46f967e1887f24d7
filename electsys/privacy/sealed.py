"""The register of sealed columns: what :func:`reveal` can open and a rotation must walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import LargeBinary, TableClause, column, table


@dataclass(frozen=True)
class SealedColumn:
    """A column of envelopes made by ``Sealer(table)`` with the row's key.

    ``fields`` are the names inside an envelope of :meth:`Sealer.seal_fields`. ``region`` is the
    column with the row's region code, which bounds who may open it (None: the nation's only). ``bound``
    names another table and the column with its key where the envelopes were made for that one: a row that
    was set aside keeps its envelope.
    """

    table: str
    label: Any
    column: str = "sealed"
    key: str = "id"
    region: str | None = None
    fields: tuple[str, ...] = ("nik",)
    bound: tuple[str, str] | None = None

    @property
    def seals(self) -> tuple[str, str]:
        """The table whose name seals the envelopes, and the column here with the key in it."""
        return self.bound or (self.table, self.key)

    @property
    def source(self) -> TableClause:
        """The table for queries that know only its name."""
        names = [self.key, *([self.region] if self.region else [])]
        return table(self.table, column(self.column, LargeBinary), *(column(n) for n in names))


SEALED: dict[str, SealedColumn] = {}


def declare_sealed(column: SealedColumn) -> SealedColumn:
    """Make a table's sealed column known. Each table has one envelope a row."""
    SEALED[column.table] = column
    return column
