"""Spark finds what DuckDB finds. Runs only where pyspark and Java are; elsewhere it says what is missing."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from modules.sidalih.linkage import MissingEngine, find_doubles
from modules.sidalih.linkage.engines import spark
from modules.sidalih.linkage.training import made_up, some_villages

LACK = spark.missing()


@pytest.mark.skipif(LACK is not None, reason=LACK or "")
@pytest.mark.filterwarnings("ignore")  # pyspark's own, of its packages
def test_spark_agrees_with_duckdb(tmp_path: Path) -> None:
    records, same = made_up(some_villages(4, 2, skip=11), 600, 3)
    one = find_doubles(records, work=tmp_path / "w")
    other = find_doubles(records, engine="spark", work=tmp_path / "w")
    assert {p[:2] for p in one} == {p[:2] for p in other}
    assert {p[:2] for p in one} >= set(same)
    weights = {p[:2]: p.match_weight for p in one}
    assert sum(abs(weights[p[:2]] - p.match_weight) > 0.001 for p in other) <= 1
    assert list((tmp_path / "w").iterdir()) == []


def test_without_spark_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: None if name == "pyspark" else find_spec(name))
    with pytest.raises(MissingEngine, match="pyspark"):
        find_doubles([], engine="spark", work=tmp_path / "w")
    monkeypatch.setattr(spark, "find_spec", lambda _name: object())
    monkeypatch.setattr(spark.shutil, "which", lambda _name: None)
    with pytest.raises(MissingEngine, match="Java"):
        find_doubles([], engine="spark", work=tmp_path / "w")
    assert list((tmp_path / "w").iterdir()) == []
