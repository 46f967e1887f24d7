"""The engines of linkage: DuckDB on one machine, Spark on many. Both run the one model."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from math import log2
from pathlib import Path
from typing import Any, Literal, Protocol

from modules.sidalih.linkage.model import (
    THRESHOLD,
    Parameters,
    counted_parameters,
    prior,
    settings,
    stored_parameters,
)
from modules.sidalih.linkage.pairs import Double, double_from
from modules.sidalih.linkage.records import Dialect, Record, prepared_sql
from modules.sidalih.linkage.workplace import workplace

EngineName = Literal["duckdb", "spark"]

#: Records in memory or streaming, or the path of Parquet with the columns of ``Record``; DuckDB also takes
#: a relation of its own.
Source = Iterable[Record] | Path | Any


#: Columns of a prediction that leave the engine: numbers only, no NIK, no name.
WANTED = ("record_id_", "match_weight", "gamma_", "mw_")


class MissingEngine(RuntimeError):
    """The engine asked for is not installed here; the text says what is missing."""


class ListTooLarge(RuntimeError):
    """The list does not fit into the memory of this machine; a part of it, or Spark, will do."""


class Engine(Protocol):
    """What the run needs of an engine."""

    dialect: Dialect
    api: Any

    def load(self, source: Source) -> None:
        """Make the table ``records``."""

    def table(self, name: str, query: str) -> None:
        """Make a table from a query."""

    def one(self, query: str) -> Any:
        """The single value of a query."""

    def rows(self, table: str, prefixes: tuple[str, ...]) -> Iterable[dict[str, Any]]:
        """The rows of a table, of its columns those that begin so."""

    def close(self) -> None:
        """Let go of memory, files and processes."""


def start(engine: EngineName, place: Path) -> Engine:
    """Start an engine with its files in ``place``; MissingEngine if it is not installed."""
    # splink tells each untrained level and each step; nothing of a list belongs into a log.
    logging.getLogger("splink").setLevel(logging.ERROR)
    if engine == "duckdb":
        from modules.sidalih.linkage.engines.duckdb import DuckDBEngine

        return DuckDBEngine(place)
    from modules.sidalih.linkage.engines.spark import SparkEngine

    return SparkEngine(place)


def prepare(engine: Engine, source: Source) -> int:
    """Load the records and derive what is compared (table ``prepared``); returns their number."""
    engine.load(source)
    engine.table("prepared", prepared_sql("records", engine.dialect))
    return int(engine.one("select count(*) from prepared"))


def find_doubles(
    source: Source,
    *,
    engine: EngineName = "duckdb",
    work: Path,
    threshold: float = THRESHOLD,
    parameters: Parameters | None = None,
) -> list[Double]:
    """All pairs of ``source`` whose match weight reaches ``threshold``, the heaviest first.

    Each row is compared with those that share a block with it. Nothing is trained: ``parameters`` are those
    of the project unless ``training.train`` gave others. ``work`` is a folder that only the caller's account
    may enter; what Spark writes there is encrypted and removed at the end. PermissionError if others may
    enter it, MissingEngine if ``engine`` is not installed, ListTooLarge if DuckDB lacks memory: it writes
    nothing out.
    """
    with workplace(work) as place:
        running = start(engine, place)
        try:
            rows = prepare(running, source)
            if rows < 2:
                return []
            linker, beginning = _linker(running, rows, parameters or stored_parameters())
            found = linker.inference.predict(threshold_match_weight=threshold, warning_mode="never")
            pairs = [double_from(row, beginning) for row in running.rows(found.physical_name, WANTED)]
        except Exception as error:
            if _lacks_memory(error):
                raise ListTooLarge("linkage lacks memory; take a part of the list, or Spark") from None
            raise
        finally:
            running.close()
    return sorted(pairs, key=lambda p: (-p.match_weight, p.record_id, p.other_record_id))


def _lacks_memory(error: BaseException | None) -> bool:
    """Whether DuckDB ran out of memory; splink wraps its errors."""
    while error is not None:
        if type(error).__name__ == "OutOfMemoryException":
            return True
        error = error.__cause__ or error.__context__
    return False


def _linker(running: Engine, rows: int, parameters: Parameters) -> tuple[Any, float]:
    """splink with the model for this list, and the weight that every pair starts with."""
    from splink import Linker

    counted = counted_parameters(parameters, rows, running.one, "prepared")
    model = settings(running.dialect, counted, rows)
    chance = prior(rows)
    linker = Linker(running.api.register("prepared"), model, log_level=None)
    return linker, round(log2(chance / (1 - chance)), 4)
