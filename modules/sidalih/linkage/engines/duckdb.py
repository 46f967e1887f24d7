"""Linkage on DuckDB, wholly in memory.

It never spills: the package as it is installed can only write temporary files in clear (its encryption wants
another cryptographic module). A list that does not fit is refused, not written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from modules.sidalih.linkage.records import DUCKDB, Record

BATCH = 50_000
#: The most memory that DuckDB may take ("8GB"); None is its own rule, four fifths of the machine.
MEMORY: str | None = None


class DuckDBEngine:
    """One in-memory database for one run."""

    dialect = DUCKDB

    def __init__(self, _place: Path) -> None:
        import duckdb
        from splink import DuckDBAPI

        config: dict[str, Any] = {
            "temp_directory": "",
            "max_temp_directory_size": "0B",
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if MEMORY:
            config["memory_limit"] = MEMORY
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute("set enable_progress_bar = false")
        self.api = DuckDBAPI(self._connection)

    def load(self, source: Any) -> None:
        """Records one by one in batches, Parquet by path, an Arrow table or a relation as it is."""
        import duckdb
        import pyarrow as pa

        if isinstance(source, Path):
            files = str(source / "*.parquet") if source.is_dir() else str(source)
            data: Any = self._connection.read_parquet(files)
        elif isinstance(source, duckdb.DuckDBPyRelation):
            data = source.to_arrow_reader()
        elif isinstance(source, pa.Table):
            data = source
        else:
            schema = pa.schema([(f, pa.int64() if f == "record_id" else pa.string()) for f in Record._fields])
            data = pa.RecordBatchReader.from_batches(schema, _batches(source, schema))
        names = ", ".join(
            f if f == "record_id" else f"coalesce(cast({f} as varchar), '') as {f}" for f in Record._fields
        )
        self._connection.register("incoming", data)
        # A view: the records are read once, into what is compared, and never kept as they came.
        self._connection.execute(f"create temp view records as select {names} from incoming")

    def table(self, name: str, query: str) -> None:
        """Make a table from a query."""
        self._connection.execute(f"create table {name} as {query}")
        if name == "prepared":
            self._connection.execute("drop view records")
            self._connection.unregister("incoming")

    def one(self, query: str) -> Any:
        """The single value of a query."""
        rows = self._connection.execute(query).fetchall()
        return rows[0][0] if rows else None

    def rows(self, table: str, prefixes: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        """The rows of a table, of its columns those that begin so."""
        found = self._connection.table(table)
        names = [column for column in found.columns if column.startswith(prefixes)]
        result = self._connection.execute(f"select {', '.join(names)} from {table}")
        while many := result.fetchmany(BATCH):
            for row in many:
                yield dict(zip(names, row, strict=True))

    def close(self) -> None:
        """Close the database; its memory goes with it."""
        self._connection.close()


def _batches(records: Iterable[Record], schema: Any) -> Iterator[Any]:
    import pyarrow as pa

    stream = iter(records)
    while some := list(islice(stream, BATCH)):
        columns = zip(*some, strict=True)
        yield pa.record_batch(
            [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema
        )
