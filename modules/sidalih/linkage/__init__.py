"""Who is twice on the voter list under two numbers: probabilistic linkage with splink, on DuckDB or Spark.

Equal NIKs are found by the blind index; here are the others: a NIK mistyped or issued twice, day and month
changed over, a name spelt otherwise, a second registration after a move. ``find_doubles`` gives pairs with a
match weight and a reason for every point of it (``explain``); a person decides. Twins, families and people
who merely share a name are kept apart. ``docs/linkage.md`` tells how it works and how well.

The records of a run hold NIK and birth dates in clear: they live in memory. DuckDB writes nothing; what Spark
writes goes to the private folder that the caller names, encrypted, and is gone when the run ends.
"""

from __future__ import annotations

from modules.sidalih.linkage.clusters import clusters
from modules.sidalih.linkage.engines import Engine, ListTooLarge, MissingEngine, find_doubles
from modules.sidalih.linkage.model import THRESHOLD
from modules.sidalih.linkage.pairs import Double, explain
from modules.sidalih.linkage.records import Record

__all__ = [
    "THRESHOLD",
    "Double",
    "Engine",
    "ListTooLarge",
    "MissingEngine",
    "Record",
    "clusters",
    "explain",
    "find_doubles",
]
