"""DuckDB checks a file and streams it through a pipe into COPY; no more than a buffer is in memory."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import duckdb
from flask_babel import gettext as _

from electsys.intake import checks
from electsys.intake.reading import Table

if TYPE_CHECKING:
    from electsys.intake.staging import Staging

#: Pieces in which DuckDB's output is handed to COPY, and seconds between two words of progress.
PIECE = 1 << 18
PAUSE = 0.5


class Copier:
    """One file on its way into the tables of one :class:`Staging`."""

    def __init__(
        self,
        duck: duckdb.DuckDBPyConnection,
        file: Table,
        staging: Staging,
        tell: Callable[[int, int, str], None],
    ):
        self.duck, self.file, self.staging, self.tell = duck, file, staging, tell
        positions = staging.header.positions
        #: column -> (raw cell, name of its typed value, name of its error code)
        self.cells = {
            c: (f"c{positions[c.name]}", f"v{positions[c.name]}", f"e{positions[c.name]}")
            for c in staging.header.columns
            if c.name in positions
        }
        self.typed = ", ".join(
            f"{checks.value(raw, c.kind)} as {v}" for c, (raw, v, _e) in self.cells.items()
        )
        self.wrong = ", ".join(f"{checks.error(raw, v, c)} as {e}" for c, (raw, v, e) in self.cells.items())
        self.plain = file.sql()
        self.numbered = (
            f"(select row_number() over () + {file.first_row - 1} as row_number, * from {file.sql()})"
        )

    def _checked(self, source: str) -> str:
        """``source`` with typed values (``v0``...) and error codes (``e0``...) beside the cells."""
        return f"(select *, {self.wrong} from (select *, {self.typed} from {source}))"

    def run(self) -> None:
        """Copy the rows, then the errors of cells, of record lengths and of double keys."""
        staging = self.staging
        names = ", ".join(f'"{c.name}"' for c in self.cells)
        values = ", ".join(v for _raw, v, _e in self.cells.values())
        self._stream(
            f"select row_number, {values} from {self._checked(self.numbered)} where {self.file.filled()}",
            f"{staging.table} (row_number, {names})",
            _("Menyalin baris"),
        )
        staging.raw.execute(f"analyze {staging.table}")
        self.tell(self.file.rows, self.file.rows, _("Memeriksa isi"))
        for query in (self._cell_errors(), self._length_errors(), self._doubles()):
            if query:
                self._stream(query, staging.error_table)
        staging.raw.execute(f"analyze {staging.error_table}")

    def _cell_errors(self) -> str | None:
        wrong = " or ".join(f"{e} is not null" for _raw, _v, e in self.cells.values())
        found = self.duck.execute(
            f"select 1 from {self._checked(self.plain)} where ({wrong}) limit 1"
        ).fetchone()
        if not found:
            return None
        personal = self.staging.spec.personal
        each = ", ".join(
            f"case when {e} is not null then "
            f"{{'n': '{c.name}', 'v': {'null' if personal else f'left({raw}, 100)'}, 'e': {e}}} end"
            for c, (raw, _v, e) in self.cells.items()
        )
        return (
            "select row_number, p.n, p.v, p.e, null from (select row_number, "
            f"unnest(list_filter([{each}], lambda p: p is not null)) as p "
            f"from {self._checked(self.numbered)} "
            f"where ({wrong}) and {self.file.filled()})"
        )

    def _length_errors(self) -> str | None:
        if not self.file.rewritten:
            return None
        width = len(self.file.header)
        return (
            "select row_number, '', null, "
            f"case when cells::integer < {width} then 'row_short' else 'row_long' end, cells "
            f"from {self.numbered} where cells is not null"
        )

    def _doubles(self) -> str | None:
        by_name = {c.name: v for c, (_raw, v, _e) in self.cells.items()}
        key = self.staging.spec.key
        if not key or not set(key) <= set(by_name):
            return None
        values = ", ".join(by_name[name] for name in key)
        known = " and ".join(f"{by_name[name]} is not null" for name in key)
        source = f"(select * from {self._checked(self.plain)} where {known})"
        double = f"select {values} from {source} group by {values} having count(*) > 1"
        if not self.duck.execute(f"{double} limit 1").fetchone():
            return None
        shown = "null" if self.staging.spec.personal else f"concat_ws(' ', {values})"
        return (
            f"select row_number, '{key[0]}', {shown}, 'duplicate', "
            f"coalesce(lag(row_number) over same, lead(row_number) over same) "
            f"from {self._checked(self.numbered)} where ({values}) in ({double}) "
            f"window same as (partition by {values} order by row_number)"
        )

    def _stream(self, query: str, target: str, stage: str = "") -> None:
        """Run ``query`` in DuckDB and COPY what it yields into ``target``."""
        reading, writing = os.pipe()
        failure: list[BaseException] = []

        def produce() -> None:
            try:
                self.duck.execute(f"copy ({query}) to '/dev/fd/{writing}' (format csv, header false)")
            except BaseException as problem:
                failure.append(problem)
            finally:
                os.close(writing)

        producer = threading.Thread(target=produce, name="intake-duckdb")
        done, told = 0, time.monotonic()
        with os.fdopen(reading, "rb", buffering=0) as stream:
            producer.start()
            try:
                with (
                    self.staging.raw.cursor() as cursor,
                    cursor.copy(f"copy {target} from stdin (format csv)") as copy,
                ):
                    while piece := stream.read(PIECE):
                        copy.write(piece)
                        done += piece.count(b"\n")
                        if stage and time.monotonic() - told > PAUSE:
                            self.tell(min(done, self.file.rows), self.file.rows, stage)
                            told = time.monotonic()
                    producer.join()
                    if failure:
                        raise failure[0]
            finally:
                with suppress(OSError):
                    stream.close()  # a producer that is still writing ends with a broken pipe
                producer.join()
