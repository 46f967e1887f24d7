"""Rows straight into tables: what a bench loads, and the reference of the benches of lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench._figures import timed


def copy(raw: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """COPY rows into a table."""
    with raw.cursor().copy(f"copy {table} ({', '.join(columns)}) from stdin") as out:
        for row in rows:
            out.write_row(row)


def copy_and_join(
    folder: Path, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]], joins: Sequence[str]
) -> float:
    """Seconds to COPY rows into an empty table like ``table``, named ``bare``, and to ask the joins.

    The rows are written to a file first, outside the clock.
    """
    from electsys.db import as_owner, db

    lines = folder / "siap"
    with lines.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write("\t".join(str(cell).replace("\\", "\\\\") for cell in row) + "\n")
    db.session.rollback()  # an open transaction would hold the tables that the foreign keys name
    with as_owner("the reference of a benchmark") as session:
        raw: Any = session.connection().connection.driver_connection
        _like(raw, table)

        def both() -> None:
            with (
                raw.cursor().copy(f"copy bare ({', '.join(columns)}) from stdin") as out,
                lines.open("rb") as source,
            ):
                while piece := source.read(1 << 18):
                    out.write(piece)
            raw.execute("analyze bare")
            for join in joins:
                raw.execute(join).fetchone()
            raw.commit()

        seconds = timed(both)
        raw.execute("drop table bare")
        raw.commit()
    lines.unlink()
    return seconds


def _like(raw: Any, table: str) -> None:
    """An empty table with the columns, checks, indexes and foreign keys of ours; no triggers."""
    raw.execute(f"create table bare (like {table} including all)")
    for name, definition in raw.execute(
        "select conname, pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = %s::regclass and contype = 'f' and conparentid = 0",
        (table,),
    ).fetchall():
        raw.execute(f"alter table bare add constraint {name} {definition}")
    raw.commit()
