"""Every benchmark still starts: mypy reads its insides, this its door.

What a bench measures is run by hand at full size (``dev.py bench``); the heavy checks of some run smaller
beside their module's tests.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

BENCHES = sorted(path.stem for path in (Path(__file__).parents[1] / "bench").glob("[a-z]*.py"))


@pytest.mark.parametrize("name", BENCHES)
def test_a_bench_says_what_it_measures(name, monkeypatch, capsys):
    bench = importlib.import_module(f"bench.{name}")
    assert bench.__doc__
    monkeypatch.setattr("sys.argv", [name, "--help"])
    with pytest.raises(SystemExit) as left:
        bench.main()
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert " ".join(bench.__doc__.split())[:60] in " ".join(said.split())


def test_a_figure_is_one_line_with_its_goal(capsys):
    from bench._figures import emit

    assert emit("b", "f", 2, "s", reference=1, goal=3)
    assert not emit("b", "f", 2, "s", goal=3, least=True)
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "bench": "b",
        "figure": "f",
        "value": 2,
        "unit": "s",
        "reference": 1,
        "goal": 3,
        "ok": True,
    }
    assert second["ok"] is False
