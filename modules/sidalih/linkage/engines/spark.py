"""Linkage on Spark, for a national run: the optional package ``pyspark`` and Java 17 or newer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from modules.sidalih.linkage.engines import MissingEngine
from modules.sidalih.linkage.records import SPARK, Record


def missing() -> str | None:
    """What is not here that Spark needs; None if all is."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed (requirements/spark.lock)"
    if shutil.which("java") is None:
        return "no Java runtime is on the path (17 or newer)"
    return None


class SparkEngine:
    """One Spark session for one run.

    The master is Spark's own setting (``spark.master`` in its defaults, or SPARK_MASTER in its environment);
    without one it runs on this machine. Whatever Spark spills is encrypted.
    """

    dialect = SPARK

    def __init__(self, place: Path) -> None:
        if lack := missing():
            raise MissingEngine(lack)
        from pyspark import SparkConf
        from pyspark.sql import SparkSession
        from splink.backends.spark import SparkAPI, similarity_jar_location

        conf = SparkConf()
        conf.setIfMissing("spark.master", "local[*]")
        conf.setIfMissing("spark.driver.memory", "2g")
        if str(conf.get("spark.master")).startswith("local"):
            conf.setIfMissing("spark.sql.shuffle.partitions", "4")
            conf.setIfMissing("spark.driver.host", "localhost")
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1")
        conf.set("spark.jars", similarity_jar_location())
        conf.set("spark.ui.enabled", "false")
        conf.set("spark.local.dir", str(place))
        conf.set("spark.sql.warehouse.dir", str(place / "warehouse"))
        conf.set("spark.io.encryption.enabled", "true")
        conf.set("spark.log.level", "ERROR")
        conf.set("spark.ui.showConsoleProgress", "false")
        self._session = SparkSession.builder.config(conf=conf).getOrCreate()
        # "persist" keeps what is used again in memory, with encrypted spill; Parquet would write it in clear.
        api: Any = SparkAPI
        self.api = api(spark_session=self._session, break_lineage_method="persist")

    def load(self, source: Any) -> None:
        """Records, or Parquet by path."""
        texts = [f for f in Record._fields if f != "record_id"]
        if isinstance(source, Path):
            data = self._session.read.parquet(str(source))
        else:
            schema = "record_id bigint, " + ", ".join(f"{f} string" for f in texts)
            data = self._session.createDataFrame([tuple(r) for r in source], schema)
        names = ["record_id", *(f"coalesce(cast({f} as string), '') as {f}" for f in texts)]
        data.selectExpr(*names).createOrReplaceTempView("records")

    def table(self, name: str, query: str) -> None:
        """Keep the outcome of a query under a name."""
        self._session.sql(query).persist().createOrReplaceTempView(name)

    def one(self, query: str) -> Any:
        """The single value of a query."""
        row = self._session.sql(query).first()
        return row[0] if row else None

    def rows(self, table: str, prefixes: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        """The rows of a table, of its columns those that begin so."""
        found = self._session.table(table)
        names = [column for column in found.columns if column.startswith(prefixes)]
        for row in found.select(*names).toLocalIterator():
            yield row.asDict()

    def close(self) -> None:
        """End the session."""
        self._session.stop()
