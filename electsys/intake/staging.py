"""From a file into a temporary table of typed columns, with every error kept beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from flask_babel import gettext as _
from sqlalchemy import text
from sqlalchemy.engine import Connection

from electsys.documents.sealing import Source
from electsys.errors import Refused
from electsys.intake.copying import PROBLEMS, Copier, Survey, survey
from electsys.intake.mapping import Header, match
from electsys.intake.problems import RowError, word
from electsys.intake.reading import Table, connect, open_table
from electsys.intake.specs import Label, Spec

Progress = Callable[[int, int, str], None]
#: Pieces in which DuckDB's output is handed to COPY.
PIECE = 1 << 18


@dataclass
class Staging:
    """A staged file: the temporary table ``table`` and its errors.

    The table has ``row_number bigint`` and every column of the specification by its name and type;
    one that the file lacks is NULL throughout, so is a cell that is wrong. Of a personal file it has the
    columns of the sealing instead. It lives until
    :meth:`drop` or the end of the connection.
    """

    connection: psycopg.Connection[Any] | Connection
    spec: Spec
    table: str
    header: Header
    rows: int
    messages: dict[str, tuple[Label, Label]] = field(default_factory=dict)
    #: What a module's check keeps for its apply, such as counts of the rows that are about to be discarded.
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def raw(self) -> psycopg.Connection[Any]:
        """The driver's connection."""
        return _raw(self.connection)

    @property
    def error_table(self) -> str:
        """``row_number, column_name, value, code, detail``: one row an error."""
        return f"{self.table}_error"

    def add_errors(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        messages: Mapping[str, tuple[Label, Label]] | None = None,
    ) -> int:
        """Add the errors that a query of the module finds; return how many.

        ``sql`` selects ``row_number, column_name, value, code`` and, if need be, ``detail``, in this
        order; ``%(detail)s`` in a message is filled from it.
        ``messages`` words the codes: message and hint. Parameters are named ``:name`` on an
        SQLAlchemy connection and ``%(name)s`` on a psycopg one.
        """
        self.messages.update(messages or {})
        statement = f"insert into {self.error_table} select * from ({sql}) found"
        if isinstance(self.connection, Connection):
            return self.connection.execute(text(statement), parameters or {}).rowcount
        return self.connection.execute(statement, parameters or {}).rowcount

    @property
    def error_count(self) -> int:
        """Number of errors (of cells and rows)."""
        return self._number(f"select count(*) from {self.error_table}")

    @property
    def bad_rows(self) -> int:
        """Number of rows with at least one error."""
        return self._number(f"select count(distinct row_number) from {self.error_table}")

    def errors_by_code(self) -> list[tuple[str, str, int]]:
        """Error code, its message and the number of times it occurs, most frequent first."""
        rows = self.raw.execute(
            f"select code, min(column_name), count(*) from {self.error_table} group by 1 order by 3 desc, 1"
        ).fetchall()
        return [(c, word(c, self.spec.column(n), "…", self.messages)[0], count) for c, n, count in rows]

    def first_errors(self, limit: int = 100) -> list[RowError]:
        """The first errors by row."""
        return list(self._select(f"limit {int(limit)}"))

    def errors(self) -> Iterator[RowError]:
        """All errors by row, streamed."""
        return self._select("")

    def _select(self, tail: str) -> Iterator[RowError]:
        order = {c.name: i for i, c in enumerate(self.header.columns)}
        with self.raw.cursor(name="intake_errors") as cursor:
            cursor.execute(
                f"select row_number, column_name, value, code, detail from {self.error_table} "
                f"order by row_number, array_position(%s::text[], column_name) nulls first, code {tail}",
                (list(order),),
            )
            for row, column, written, code, detail in cursor:
                value = None if self.spec.personal else written
                message, hint = word(code, self.spec.column(column), detail, self.messages)
                yield RowError(row, column, value, code, message, hint)

    def discard_bad(self) -> int:
        """Take the rows with errors out of the table, so that only valid ones are left; how many."""
        return self.raw.execute(
            f"delete from {self.table} where row_number in (select row_number from {self.error_table})"
        ).rowcount

    def drop(self) -> None:
        """Remove the two tables."""
        self.raw.execute(f"drop table if exists pg_temp.{self.table}, pg_temp.{self.error_table}")

    def _number(self, sql: str) -> int:
        found = self.raw.execute(sql).fetchone()
        return int(found[0]) if found else 0


def stage(
    connection: psycopg.Connection[Any] | Connection,
    path: Source | str,
    spec: Spec,
    table: str,
    *,
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Staging:
    """Read ``path`` into the temporary table ``table`` of this connection and check every cell.

    ``mapping`` (header name -> column name, or "" to pass a column over) goes before the proposal
    made from the header. ``progress(done, total, stage)`` is told the rows copied. Raises
    :class:`Refused` if the file is no table, a required column is missing or it is too long;
    everything else is an error of a row, kept on the returned :class:`Staging`.

    Of a personal file only what its sealing makes reaches the database, not even a temporary table sees
    more.
    """
    if spec.personal and spec.sealing is None:
        raise TypeError(f"{spec.name}: a personal file is staged sealed")
    tell = progress or (lambda done, total, stage: None)
    with tempfile.TemporaryDirectory(prefix="intake-") as name:
        folder = Path(name)
        tell(0, 0, _("Membaca berkas"))
        with connect(folder, spec) as duck:

            def look(file: Table) -> tuple[Header, Survey]:
                header = match(spec, file.header, mapping)
                header.refuse_incomplete()
                return header, survey(duck, file, header)

            _form, file, (header, found) = open_table(
                Path(path) if isinstance(path, str) else path, spec, folder, look
            )
            refuse_too_many(found.rows, spec)
            words = dict(spec.sealing.messages) if spec.sealing else {}
            staging = Staging(connection, spec, table, header, found.rows, words)
            _create_tables(staging)
            Copier(duck, file, found, staging, tell).run()
    return staging


def refuse_too_many(rows: int, spec: Spec) -> None:
    """Raise :class:`Refused` if a file of ``rows`` rows is longer than the specification allows."""
    limit = spec.row_limit()
    if limit is not None and rows > limit:
        raise Refused(
            _("Berkas ini berisi %(rows)d baris; paling banyak %(limit)d.", rows=rows, limit=limit),
            hint=_("Periksa apakah ini berkas yang dimaksud."),
        )


def _create_tables(staging: Staging) -> None:
    staging.drop()
    columns = {c.name: c.kind.sql_type for c in staging.header.columns}
    if staging.spec.sealing:
        columns = {**staging.spec.sealing.columns, PROBLEMS: "text[]"}
    typed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    staging.raw.execute(f"create temporary table {staging.table} (row_number bigint not null, {typed})")
    staging.raw.execute(
        f"create temporary table {staging.error_table} (row_number bigint not null, "
        "column_name text not null, value text, code text not null, detail text)"
    )


def _raw(connection: psycopg.Connection[Any] | Connection) -> psycopg.Connection[Any]:
    if isinstance(connection, Connection):
        driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        return driver
    return connection
