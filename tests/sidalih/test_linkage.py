"""Doubles under two numbers: what is found, what stays apart, what a pair says, what is left on disk."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from modules.sidalih.linkage import THRESHOLD, Double, ListTooLarge, Record, clusters, explain, find_doubles
from modules.sidalih.linkage import engines as engines_module
from modules.sidalih.linkage.model import BLOCKS, COMPARISONS, FIXED, prior, stored_parameters
from modules.sidalih.linkage.pairs import COMPARISON_WORDS, LEVEL_WORDS, RULES, level_key, rule_of
from modules.sidalih.linkage.records import DUCKDB, prepared_sql
from modules.sidalih.linkage.training import some_villages, train
from modules.sidalih.linkage.workplace import workplace
from modules.sidalih.synthetic import seeded

DAY = dt.date(2024, 2, 14)
ROWS = 12_000


@dataclass
class Found:
    """A run over made-up voters and the truth about them."""

    records: dict[int, Record]
    kinds: dict[tuple[int, int], str]
    pairs: dict[tuple[int, int], Double]
    work: Path

    def share(self, kind: str) -> float:
        """How many of the seeded pairs of a kind were found."""
        of_kind = [key for key, k in self.kinds.items() if k == kind]
        assert len(of_kind) >= 40
        return sum(key in self.pairs for key in of_kind) / len(of_kind)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """One run for all tests that look at its outcome; other people than those trained on."""
    made = seeded(
        some_villages(12, 5, skip=9), ROWS, seed=77, voting_day=DAY, doubles=250, twins=80, namesakes=300
    )
    records = [
        Record(
            *(number, v.nik, v.nkk, v.nama, v.tempat_lahir, v.tanggal_lahir, v.jenis_kelamin),
            *(v.alamat, v.rt, v.rw, v.kode_desa),
        )
        for number, v in enumerate(made.rows, 1)
    ]
    work = tmp_path_factory.mktemp("linkage")
    pairs = find_doubles(iter(records), work=work)
    return Found(
        {r.record_id: r for r in records},
        {(pair.row, pair.other_row): pair.kind for pair in made.truth},
        {(p.record_id, p.other_record_id): p for p in pairs},
        work,
    )


@pytest.mark.parametrize("kind", ["nik_salah_ketik", "tanggal_tertukar", "ejaan", "pindah", "nkk_baru"])
def test_seeded_doubles_are_found(found: Found, kind: str) -> None:
    assert found.share(kind) >= 0.97


@pytest.mark.parametrize("kind", ["kembar", "nama_sama"])
def test_twins_and_namesakes_stay_apart(found: Found, kind: str) -> None:
    assert found.share(kind) <= 0.01


def test_hardly_anybody_else_is_joined(found: Found) -> None:
    doubles = {k for k, kind in found.kinds.items() if kind not in ("kembar", "nama_sama")}
    assert len(found.pairs.keys() - doubles) <= 0.02 * len(doubles)


def test_pairs_are_ordered_and_their_waterfall_adds_up(found: Found) -> None:
    weights = [p.match_weight for p in found.pairs.values()]
    assert weights == sorted(weights, reverse=True)
    for pair in found.pairs.values():
        assert pair.record_id < pair.other_record_id
        assert pair.match_weight >= THRESHOLD
        assert sum(r.weight for r in pair.waterfall) == pytest.approx(pair.match_weight, abs=0.01)
        assert [r.comparison for r in pair.waterfall] == ["awal", *COMPARISONS]


def test_the_rule_tells_what_differs(found: Found) -> None:
    told = {"tanggal_tertukar": {"tanggal_tertukar"}, "ejaan": {"ejaan"}, "pindah": {"pindah"}}
    for kind, rules in told.items():
        keys = [k for k, seeded_kind in found.kinds.items() if seeded_kind == kind and k in found.pairs]
        assert {found.pairs[key].rule for key in keys} == rules


def test_nothing_is_left_on_disk(found: Found) -> None:
    assert list(found.work.iterdir()) == []


# --- single facts --------------------------------------------------------------------------------


def record(number: int, **facts: str) -> Record:
    """A voter with a rare name; ``facts`` differ."""
    base = Record(
        number, "3204051708859001", "3204050101109001", "WIRATMOKO GANDASUBRATA", "BANDUNG", "1985-08-17",
        "L", "JL MELATI II NO 7", "004", "002", "3204052001",
    )  # fmt: skip
    return base._replace(**facts)  # type: ignore[arg-type]


def strangers(count: int = 300) -> Iterator[Record]:
    """Others, so that frequencies mean something."""
    made = seeded(
        ["3204052002", "3273012001"], count, seed=5, voting_day=DAY, doubles=0, twins=0, namesakes=0
    )
    for number, v in enumerate(made.rows, 1000):
        yield Record(
            *(number, v.nik, v.nkk, v.nama, v.tempat_lahir, v.tanggal_lahir, v.jenis_kelamin),
            *(v.alamat, v.rt, v.rw, v.kode_desa),
        )


def weight_of(tmp_path: Path, one: Record, other: Record) -> Double | None:
    """The pair of these two among strangers, however light; None where they share no block."""
    pairs = find_doubles([one, other, *strangers()], work=tmp_path / "w", threshold=-200)
    return next((p for p in pairs if (p.record_id, p.other_record_id) == (1, 2)), None)


def test_twins_are_apart_though_all_but_their_names_agrees(tmp_path: Path) -> None:
    pair = weight_of(tmp_path, record(1), record(2, nik="3204051708859002", name="WIRATMADJA GANDASUBRATA"))
    assert pair is not None
    assert pair.match_weight < -20
    assert ("saudara", "kembar") in [(r.comparison, r.level) for r in pair.waterfall]


def test_a_misspelt_name_under_a_number_issued_again_is_no_twin(tmp_path: Path) -> None:
    pair = weight_of(tmp_path, record(1), record(2, nik="3204051708859047", name="GANDASOEBRATA WIRATMOKO"))
    assert pair is not None
    assert pair.match_weight > 10
    assert pair.rule == "ejaan"


def test_father_and_son_of_one_name_are_apart(tmp_path: Path) -> None:
    pair = weight_of(tmp_path, record(1), record(2, nik="3204050309059001", birth_date="2005-09-03"))
    assert pair is not None
    assert pair.match_weight < THRESHOLD
    assert ("saudara", "keluarga") in [(r.comparison, r.level) for r in pair.waterfall]


def test_one_nik_on_two_rows_is_found_whatever_the_name(tmp_path: Path) -> None:
    pair = weight_of(tmp_path, record(1), record(2, name="GANDASUBRATA", nkk="3204059999999999"))
    assert pair is not None
    assert pair.rule == "nik_sama"
    assert pair.match_weight > THRESHOLD


def test_unknown_facts_weigh_nothing(tmp_path: Path) -> None:
    pair = weight_of(tmp_path, record(1), record(2, birth_place="", sex="", nkk="", nik="3204051708859050"))
    assert pair is not None
    weights = {r.comparison: (r.level, r.weight) for r in pair.waterfall}
    assert weights["tempat_lahir"] == weights["jenis_kelamin"] == ("kosong", 0.0)
    assert pair.match_weight > THRESHOLD


def test_a_common_name_weighs_less_than_a_rare_one(tmp_path: Path) -> None:
    common = [record(n, nik=f"32040517088590{n:02d}", name="SITI", village_code="3204052002",
                     birth_date=f"19{n:02d}-01-02") for n in range(10, 60)]  # fmt: skip
    rows = [record(1), record(2, nik="3273011708859009", village_code="3273012001", nkk="3273010101109001"),
            record(3, name="SITI", sex="P", birth_date="1990-05-04", nik="3204054405909001"),
            record(4, name="SITI", sex="P", birth_date="1990-05-04", nik="3273014405909009",
                   village_code="3273012001", nkk="3273010101109002")]  # fmt: skip
    pairs = find_doubles([*rows, *common, *strangers()], work=tmp_path / "w", threshold=-200)
    names = {(p.record_id, p.other_record_id): p.waterfall[1] for p in pairs}
    assert names[1, 2].level == names[3, 4].level == "sama"
    assert names[1, 2].weight - names[3, 4].weight > 3


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("MUHAMMAD YUSUF", "M JUSOEF", False),
        ("MUHAMMAD YUSUF", "MOCH. YUSUF", True),
        ("SOEKARNO DJOJO", "SUKARNO JOYO", False),
        ("SOEKARNO DJAJA", "JAJA SUKARNO", True),
        ("SITI KHOIRIYAH", "SITI HOIRIYAH", True),
        ("ACHMAD SYAIFUL", "AHMAD SAIFUL", True),
        ("NUR AINI", "NUR ANI", False),
        ("BUDI", "BUDIMAN", False),
    ],
)
def test_sounds(one: str, other: str, alike: bool) -> None:
    connection = duckdb.connect()
    connection.execute("create table records (" + ", ".join(f"{f} varchar" for f in Record._fields) + ")")
    for number, name in enumerate((one, other)):
        row = record(number, name=name)
        connection.execute(f"insert into records values ({', '.join('?' * len(row))})", list(map(str, row)))
    sounds = connection.execute(f"select sound from ({prepared_sql('records', DUCKDB)})").fetchall()
    assert (sounds[0] == sounds[1]) is alike


# --- the model -----------------------------------------------------------------------------------


def test_every_level_has_a_weight_and_words(app: object) -> None:
    parameters = stored_parameters()
    for comparison, levels in COMPARISONS.items():
        assert comparison in COMPARISON_WORDS
        for key, _sql in levels:
            if key == "kosong":
                continue
            if (comparison, key) not in FIXED:
                m, u = parameters[comparison][key]
                assert 0 < m <= 1
                assert 0 < u <= 1
            assert key == "beda" or (comparison, key) in LEVEL_WORDS
    assert prior(1_000_000) == pytest.approx(2e-8)
    assert all(len(columns) > 0 for columns in BLOCKS)


def test_explain_says_it_in_words(app: object) -> None:
    from flask_babel import force_locale

    found = dict.fromkeys(COMPARISONS, "beda") | {"nama": "kosong", "rumah": "nkk", "saudara": "bukan"}
    from modules.sidalih.linkage.pairs import Reason

    pair = Double(1, 2, 3.0, rule_of(found), tuple(Reason(c, level, 1.0) for c, level in found.items()))
    with app.test_request_context(), force_locale("id"):  # type: ignore[attr-defined]
        words = explain(pair)
        assert ("Nama", "Tidak diketahui", 1.0) in words
        assert ("Keluarga dan alamat", "Nomor KK sama", 1.0) in words
        assert ("NIK", "Berbeda", 1.0) in words
        assert all(str(text) for text in RULES.values())


def test_levels_are_numbered_from_the_last(app: object) -> None:
    assert level_key("nama", -1) == "kosong"
    assert level_key("nama", 0) == "beda"
    assert level_key("nama", 4) == "sama"


def test_training_without_truth_learns_the_order_of_things(found: Found, tmp_path: Path) -> None:
    learnt = train(list(found.records.values())[:5000], work=tmp_path / "w", sample=1e5)
    for comparison in ("nama", "tanggal_lahir", "nik"):
        levels = learnt[comparison]
        assert all(0 < m <= 1 and 0 < u <= 1 for m, u in levels.values())
        m, u = levels["beda"]
        assert m < u
    m, u = learnt["nama"]["sama"]
    assert m / u > 1000
    assert "saudara" not in learnt


# --- clusters and the private folder -------------------------------------------------------------


def test_clusters_follow_chains() -> None:
    pairs = [Double(a, b, 5.0, "ejaan", ()) for a, b in ((5, 9), (1, 2), (2, 7), (9, 11), (3, 4))]
    assert clusters(pairs) == [(1, 2, 7), (3, 4), (5, 9, 11)]
    assert clusters([]) == []


def test_the_folder_is_private_and_gone_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), workplace(tmp_path / "w") as place:
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "w").stat().st_mode) == 0o700
        (place / "spill").write_text("x")
        1 / 0  # noqa: B018
    assert list((tmp_path / "w").iterdir()) == []


def test_an_open_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "open").chmod(0o755)
    with pytest.raises(PermissionError):
        find_doubles([], work=tmp_path / "open")


def test_a_run_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(engines_module, "counted_parameters", fail)
    with pytest.raises(RuntimeError):
        find_doubles(strangers(10), work=tmp_path / "w")
    assert list((tmp_path / "w").iterdir()) == []


def test_duckdb_writes_nothing_and_refuses_what_does_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules.sidalih.linkage.engines import duckdb as engine_module

    monkeypatch.setattr(engine_module, "MEMORY", "24MB")
    seen: list[Path] = []
    close = engine_module.DuckDBEngine.close

    def look(engine: engine_module.DuckDBEngine) -> None:
        seen.extend(path for path in tmp_path.rglob("*") if path.is_file())
        close(engine)

    monkeypatch.setattr(engine_module.DuckDBEngine, "close", look)
    many = (record(n, nik=f"{n:016d}", name=f"NAMA {n}") for n in range(200_000))
    before = set(Path.cwd().iterdir())
    with pytest.raises(ListTooLarge):
        find_doubles(many, work=tmp_path / "w")
    assert seen == []
    assert set(Path.cwd().iterdir()) - before <= {Path.cwd() / ".pytest_cache"}


@pytest.mark.parametrize("rows", [0, 1])
def test_lists_without_pairs(tmp_path: Path, rows: int) -> None:
    assert find_doubles([record(1)][:rows], work=tmp_path / "w") == []


def test_parquet_and_relations_are_read_too(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [record(1), record(2, nik="3204051708859047"), *strangers(100)]
    columns = dict(zip(Record._fields, map(list, zip(*rows, strict=True)), strict=True))
    table = pa.table(columns)
    pq.write_table(table, tmp_path / "rows.parquet")
    expected = find_doubles(rows, work=tmp_path / "w")
    assert [p[:2] for p in expected] == [(1, 2)]
    assert find_doubles(tmp_path / "rows.parquet", work=tmp_path / "w") == expected
    relation = duckdb.connect().from_arrow(table)
    assert find_doubles(relation, work=tmp_path / "w") == expected
