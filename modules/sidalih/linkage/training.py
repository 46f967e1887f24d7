"""Learn how much each answer weighs. A normal run never does; the outcome is a file of the project.

``python -m modules.sidalih.linkage.training`` makes a list of made-up voters, counts u among pairs at random
and m among its known doubles, and writes ``data/parameters.json``. ``train`` with ``labels=None`` learns from
a real list instead, by expectation maximisation, without any truth; nothing of the list but these
frequencies is kept.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from modules.sidalih.linkage.engines import Engine, EngineName, Source, prepare, start
from modules.sidalih.linkage.model import FIXED, PARAMETERS, Parameters, settings
from modules.sidalih.linkage.records import Record
from modules.sidalih.linkage.workplace import workplace
from modules.sidalih.synthetic import Voter, seeded

#: No answer is impossible: the least m and u.
LEAST_M, LEAST_U = 1e-4, 1e-9
#: The least m of what real lists hold and made-up ones may not: slips in a date, a place, the sex.
KNOWN = {
    ("tanggal_lahir", "satu_angka"): 0.01,
    ("tempat_lahir", "mirip"): 0.01,
    ("tempat_lahir", "beda"): 0.0005,
    ("jenis_kelamin", "beda"): 0.001,
}
#: Blocks for learning without truth: what one leaves out, another tells.
LEARN = (("sound", "birth_place"), ("date_key", "village"))


def train(
    source: Source,
    *,
    work: Path,
    labels: Iterable[tuple[int, int]] | None = None,
    engine: EngineName = "duckdb",
    sample: float = 1e7,
) -> Parameters:
    """m and u of every level, from known pairs of one person or, without ``labels``, from the list alone."""
    from splink import Linker

    with workplace(work) as place:
        running = start(engine, place)
        try:
            rows = prepare(running, source)
            model = settings(running.dialect, None, rows)
            linker = Linker(running.api.register("prepared"), model, log_level=None)
            linker.training.estimate_u_using_random_sampling(max_pairs=sample, seed=1)
            if labels is None:
                _learn(linker)
            else:
                _count(linker, running, labels)
            learnt = linker.misc.save_model_to_json()
        finally:
            running.close()
    return _parameters(learnt)


def _learn(linker: Any) -> None:
    from splink import block_on

    for columns in LEARN:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), fix_u_probabilities=True
        )


def _count(linker: Any, running: Engine, labels: Iterable[tuple[int, int]]) -> None:
    import pyarrow as pa

    pairs = list(labels)
    table = pa.table(
        {
            "record_id_l": pa.array([p[0] for p in pairs], pa.int64()),
            "record_id_r": pa.array([p[1] for p in pairs], pa.int64()),
        }
    )
    linker.training.estimate_m_from_pairwise_labels(running.api.register(table, table_name="labels"))


def _parameters(learnt: dict[str, Any]) -> Parameters:
    """m and u of each level that is learnt; a level that nothing was seen of weighs nothing."""
    result: Parameters = {}
    for comparison in learnt["comparisons"]:
        name = comparison["output_column_name"]
        levels = {
            level["label_for_charts"]: (level.get("m_probability"), level.get("u_probability"))
            for level in comparison["comparison_levels"]
            if level["label_for_charts"] != "kosong" and (name, level["label_for_charts"]) not in FIXED
        }
        if not levels:
            continue
        ms = {key: max(_number(m), KNOWN.get((name, key), LEAST_M)) for key, (m, _u) in levels.items()}
        total = sum(ms.values())
        result[name] = {
            key: (round(ms[key] / total, 6), float(f"{max(_number(u), LEAST_U):.4g}"))
            if _number(m) or _number(u)
            else (LEAST_M, LEAST_M)
            for key, (m, u) in levels.items()
        }
    return result


def _number(value: Any) -> float:
    """The value, or 0 where splink has a text, because the level was never seen."""
    return float(value) if isinstance(value, int | float) else 0.0


def records_of(voters: Iterable[Voter], numbers: Iterable[int]) -> Iterator[Record]:
    """Made-up voters as records under these numbers."""
    for number, v in zip(numbers, voters, strict=False):
        yield Record(
            *(number, v.nik, v.nkk, v.nama, v.tempat_lahir, v.tanggal_lahir, v.jenis_kelamin),
            *(v.alamat, v.rt, v.rw, v.kode_desa),
        )


def made_up(villages: Sequence[str], rows: int, seed: int) -> tuple[list[Record], list[tuple[int, int]]]:
    """Records of made-up voters and the pairs among them that are one person."""
    made = seeded(villages, rows, seed=seed, voting_day=dt.date(2024, 2, 14))
    records = list(records_of(made.rows, count(1)))
    return records, [(pair.row, pair.other_row) for pair in made.truth if pair.same]


def some_villages(kabkota: int, each: int, *, skip: int = 0) -> list[str]:
    """Villages of the map: the first ``each`` of every one of ``kabkota`` regions all over the country.

    Another ``skip`` gives other regions.
    """
    from electsys.regions.loading import read

    found: dict[str, list[str]] = {}
    for code, *_rest in read("wilayah_2024"):
        if len(code) == 10 and not code.startswith("99"):
            found.setdefault(code[:4], []).append(code)
    codes = sorted(found)
    step = max(1, len(codes) // kabkota)
    return [village for code in codes[skip % step :: step][:kabkota] for village in found[code][:each]]


def main() -> None:
    """Train on made-up voters and write the parameters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=4711)
    asked = parser.parse_args()
    records, labels = made_up(some_villages(25, 16, skip=5), asked.rows, asked.seed)
    with tempfile.TemporaryDirectory() as work:
        parameters = train(records, work=Path(work), labels=labels)
    text = {
        "how": f"made-up voters: {asked.rows} rows, seed {asked.seed}, {len(labels)} known doubles",
        "parameters": parameters,
    }
    PARAMETERS.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
    print(PARAMETERS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
