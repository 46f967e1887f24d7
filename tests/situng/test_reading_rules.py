"""What makes a cell read, unsure or missing: bubbles, places, sums; the command; real C1 of 2019."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.situng.layouts import QrRefused
from modules.situng.reading import Box, CellReading, DigitReading, Unreadable, digits, places, read_page, sums
from modules.situng.reading.bubbles import Line, read_line
from modules.situng.reading.digits import CLASSES, Guess
from modules.situng.reading.ink import SIDE, normalise
from modules.situng.reading.places import Place, settle
from modules.situng.readings import DOUBTS, HINTS, REFUSALS, refusal_words

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "forms"
BOX = Box(0, 0, 10, 10)


def ten(**marks: float) -> np.ndarray:
    values = np.full(10, 0.15, np.float32)
    for name, value in marks.items():
        values[int(name[1:])] = value
    return values


def test_a_line_of_bubbles() -> None:
    assert read_line(ten(b3=0.9)).sign == "3"
    assert read_line(ten()).sign == ""
    weak = read_line(ten(b3=0.31))
    assert (weak.sign, weak.double) == ("?", False)
    double = read_line(ten(b3=0.9, b7=0.7))
    assert (double.sign, double.double) == ("?", True)
    assert read_line(ten(b3=0.9, b4=0.25)).sign == "3"


@given(st.lists(st.floats(0, 1), min_size=10, max_size=10))
def test_a_line_never_names_a_bubble_that_is_not_the_darkest(values: list[float]) -> None:
    line = read_line(np.array(values, np.float32))
    if line.sign.isdigit():
        assert values[int(line.sign)] == pytest.approx(max(values))
        assert line.confidence >= 0.5


def place(written: str, bubble: str | None, sure: float = 0.99) -> Place:
    return Place(Guess(written, sure, "0"), None if bubble is None else Line(bubble, 0.95))


@pytest.mark.parametrize(
    ("marks", "status", "value"),
    [
        ([("1", "1"), ("4", "4"), ("2", "2")], "read", 142),
        ([("x", ""), ("4", "4"), ("2", "2")], "read", 42),
        ([("dash", ""), ("blank", ""), ("0", "0")], "read", 0),
        ([("0", "0"), ("0", "0"), ("7", "7")], "read", 7),
        ([("blank", ""), ("blank", ""), ("blank", "")], "missing", None),
        ([("x", ""), ("x", ""), ("x", "")], "missing", None),
        ([("1", "1"), ("4", "9"), ("2", "2")], "unsure", None),
        ([("1", "1"), ("x", ""), ("2", "2")], "unsure", None),
        ([("1", "1"), ("2", "2"), ("blank", "")], "unsure", None),
        ([("1", "1"), ("blank", "4"), ("2", "2")], "unsure", None),
        ([("1", "1"), ("4", ""), ("2", "2")], "unsure", None),
        ([("other", "1"), ("4", "4"), ("2", "2")], "unsure", None),
        ([("1", "?"), ("4", "4"), ("2", "2")], "unsure", None),
    ],
)
def test_both_agree_or_the_cell_is_unsure(
    marks: list[tuple[str, str]], status: str, value: int | None
) -> None:
    cell = settle("suara_1", [place(w, b) for w, b in marks], BOX, BOX, least=0.5)
    assert (cell.status, cell.value) == (status, value)
    assert bool(cell.doubts) == (status == "unsure")


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_status_is_monotone_in_the_confidence(low: float, high: float) -> None:
    low, high = sorted((low, high))
    weak, firm = (settle("c", [place("4", None, sure)], BOX, BOX, least=0.5) for sure in (low, high))
    assert firm.status == "read" or weak.status == "unsure"
    assert firm.confidence >= weak.confidence


def test_a_cell_whose_print_was_not_found_is_unsure() -> None:
    cell = settle("c", [place("4", "4")], BOX, BOX, least=0.5, placed=False)
    assert (cell.status, cell.doubts) == ("unsure", ("letak",))


def test_a_slanted_one_alone_is_never_beyond_doubt() -> None:
    upright = settle("c", [Place(Guess("1", 1.0, "7"), slant=5)], BOX, BOX, least=0.5)
    leaning = settle("c", [Place(Guess("1", 1.0, "7"), slant=35)], BOX, BOX, least=0.5)
    assert (upright.confidence, leaning.confidence) == (1.0, places.SLANTED)


def read(name: str, value: int, sure: float = 0.9, other: str = "", chance: float = 0.0) -> CellReading:
    reading = tuple(DigitReading(d, sure, d, None, other, chance) for d in str(value))
    return CellReading(name, value, sure, "read", BOX, BOX, reading)


RELATION = ("suara_total", ("suara_sah", "suara_tidak_sah"))


def confirmed(*cells: CellReading) -> dict[str, str]:
    return {n: c.status for n, c in sums.confirm({c.name: c for c in cells}, [RELATION], 0.995).items()}


def test_a_sum_confirms_doubts_or_says_nothing() -> None:
    assert set(confirmed(*map(read, RELATION[1], (140, 3)), read("suara_total", 143)).values()) == {"read"}
    assert set(confirmed(*map(read, RELATION[1], (140, 3)), read("suara_total", 148)).values()) == {"unsure"}
    unclear = CellReading("suara_total", None, 0.3, "unsure", BOX, BOX)
    alone = confirmed(read("suara_sah", 140, 0.9), read("suara_tidak_sah", 3, 0.999), unclear)
    assert alone == {"suara_sah": "unsure", "suara_tidak_sah": "read", "suara_total": "unsure"}


def test_a_sum_that_another_reading_would_fit_as_well_confirms_nothing() -> None:
    # 1 or 7 in the total and in a part: 131 + 1 = 132 and 137 + 1 ... the same hand misleads both sides.
    twins = (
        read("suara_sah", 1, 0.9, "7", 0.2),
        read("suara_tidak_sah", 0),
        read("suara_total", 1, 0.9, "7", 0.2),
    )
    assert set(confirmed(*twins).values()) == {"unsure"}


def test_sums_never_change_a_value() -> None:
    cells = {c.name: c for c in (read("suara_sah", 5), read("suara_tidak_sah", 5), read("suara_total", 11))}
    for out in (sums.confirm(cells, [RELATION], 0.5), sums.doubt_failing(cells, [RELATION], 0.97)):
        assert {c.status for c in out.values()} == {"unsure"}
        assert {c.value for c in out.values()} == {None}
    values = {"suara_sah": 5, "suara_tidak_sah": 5, "suara_total": 11}
    firm = {name: read(name, value, 0.99) for name, value in values.items()}
    assert sums.doubt_failing(firm, [RELATION], 0.97) == firm


def test_the_model_is_small_honest_about_its_split_and_runs() -> None:
    assert digits.MODEL.stat().st_size <= 500_000
    card = json.loads(digits.MODEL.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["classes"] == list(CLASSES)
    assert card["split"]["held out"] == "n % 10 in 8..9"
    out = digits.probabilities([np.zeros((SIDE, SIDE), np.float32)] * 2)
    assert out.shape[0] == 2
    assert out.sum(axis=2) == pytest.approx(1, abs=1e-4)
    assert digits.probabilities([]).shape[0] == 0


def test_ink_is_centred_and_scaled() -> None:
    ink = np.zeros((60, 40), np.uint8)
    ink[30:50, 5:9] = 200
    out = normalise(ink)
    rows, columns = np.nonzero(out > 0.5)
    assert (rows.min() + rows.max(), abs(int(columns.min() + columns.max()) - 27) <= 1) == (27, True)
    assert not normalise(np.zeros((9, 9), np.uint8)).any()


def test_every_code_has_words(app) -> None:  # type: ignore[no-untyped-def]
    with app.test_request_context():
        for code in REFUSALS:
            message, hint = refusal_words(
                Unreadable(code, found="1", wanted="2", seen=1, limit=50, least=600, edition="A")
            )
            assert message.endswith(".")
            assert hint.endswith(".")
        assert all(str(words) for words in (*HINTS.values(), *DOUBTS.values()))
    assert QrRefused("foreign").reason == "foreign"


# --- the command, and real forms ------------------------------------------------------------------


def test_the_command_writes_rows_and_an_error_sheet(app, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    bad = tmp_path / "kucing.jpg"
    bad.write_bytes(b"no picture")
    out = tmp_path / "hasil.csv"
    result = app.test_cli_runner().invoke(args=["situng", "read-form", str(bad), "--out", str(out)])
    assert result.exit_code == 1
    assert "bukan_gambar" in result.output
    assert out.read_text(encoding="utf-8").splitlines() == [
        "image,form_model,kode_tps,cell,value,confidence,status"
    ]
    with (tmp_path / "hasil.kesalahan.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["image"], row["kode"]) == ("kucing.jpg", "bukan_gambar")


class Nothing:
    def pages(self, key):  # type: ignore[no-untyped-def]
        return None


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data/forms is absent")
@pytest.mark.parametrize("key", ["tps05", "tps09"])
def test_real_forms_of_2019_are_read_without_a_wrong_number(key: str) -> None:
    with (SHARED / "c1_2019" / "labels.csv").open(encoding="utf-8") as file:
        label = next(row for row in csv.DictReader(file) if row["key"] == key)
    page = read_page((SHARED / "c1_2019" / f"{key}_X02.png").read_bytes(), models=Nothing())
    assert (page.form_model, page.page, page.of, page.tps_code) == ("c1_ppwp_2019", 2, 2, None)
    truth = {
        name.replace("suara_0", "suara_"): int(v) for name, v in label.items() if name.startswith("suara")
    }
    values = {name: cell.value for name, cell in page.cells.items() if cell.status == "read"}
    assert len(values) >= 3
    assert values == {name: truth[name] for name in values}


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data/forms is absent")
def test_a_form_of_another_election_is_no_form_of_ours() -> None:
    with pytest.raises(Unreadable) as refusal:
        read_page((SHARED / "photos_synthetic_fill" / "pilpres-2024-hal2.jpg").read_bytes(), models=Nothing())
    assert refusal.value.code == "bukan_formulir"
