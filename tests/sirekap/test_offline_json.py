"""The JSON twin of the plenary's workbook: the same work, the same refusals, nothing half-applied."""

from __future__ import annotations

import copy
import io
import json

import pytest

from electsys.documents import store_file
from electsys.documents.kinds import JSON
from electsys.errors import Refused
from modules.sirekap import recap_seals
from modules.sirekap.operations.corrections import Proof, correct_column
from modules.sirekap.operations.exports import export_json, export_workbook, return_file
from modules.sirekap.operations.recaps import close_recap, open_recap
from modules.sirekap.queries.recaps import obstacles, readings, sheet, version_of
from tests.sirekap.ladder import build
from tests.sirekap.test_offline import LATE, MISSING, TPS, keep, state_of


@pytest.fixture
def out(session, make_account):
    """A kecamatan that reads the president's contest, two forms missing, and its JSON file."""
    world = build(session, make_account, accept=lambda _kind, code: not code.endswith("002"))
    recap = world.recap("ppwp", "120101")
    open_recap(recap, actor=world.people["120101"][0])
    return world, recap, export_json(recap, actor=world.people["120101"][0])


def bring(world, recap, content, *, photo=True, actor=None):
    raw = content if isinstance(content, bytes) else json.dumps(content, indent=1).encode()
    stored = store_file(io.BytesIO(raw), name="pleno.json", kind="recap", actor=world.people["120101"][0])
    assert stored.media_type == JSON
    return return_file(
        recap,
        stored,
        photo=world.file() if photo else None,
        actor=actor or world.people["120101"][0],
    )


def filled(content, changes, read=(), **words):
    """The file with these columns (unit -> numbers) and new sums, as a program would write them."""
    made = copy.deepcopy(content)
    columns = made["isian"]["kolom"]
    for unit, values in changes.items():
        columns[unit] |= {"isian": list(values)} | words
    rows = [column["isian"] for column in columns.values() if column["isian"]]
    made["isian"]["jumlah"] = [sum(v or 0 for v in values) for values in zip(*rows, strict=True)]
    for unit in read:
        made["isian"]["dibacakan"][unit] = {"ya": True, "panel": 1}
    return made


def test_the_file_carries_its_sums_inside_and_outside_the_signature(out):
    _world, recap, content = out
    form = sheet(recap)
    signed = content["berkas"]
    assert signed["jumlah"] == content["isian"]["jumlah"] == [*form.cells, *form.votes]
    assert recap_seals.verifies(signed, content["tanda"], content["kunci"])
    assert not recap_seals.verifies(signed | {"jumlah": [0]}, content["tanda"], content["kunci"])


def test_a_plenary_finished_on_the_json_file_loses_nothing(out):
    world, recap, content = out
    (first, _second), forms = world.people["120101"], world.forms
    cells, votes = forms["ppwp", TPS]
    moved = [votes[0] - 1, votes[1] + 1, votes[2]]
    back = filled(content, {TPS: [*cells, *moved]}, alasan_kode="salah_baca", alasan="Terbalik.")
    paper = [*forms["ppwp", MISSING][0], *forms["ppwp", MISSING][1]]
    back = filled(back, {MISSING: paper}, alasan_kode="pengisian_pleno", alasan="Dari kertas.")
    back["isian"]["kolom"][LATE]["tanpa_formulir"] = "Pemungutan suara susulan."
    report = bring(world, recap, filled(back, {}, read=readings(recap)))
    assert report.plain() == {
        "dibetulkan": [TPS, MISSING],
        "tanpa_formulir": [LATE],
        "dibacakan": sorted(readings(recap)),
        "benturan": {},
    }
    assert {row.panel for row in readings(recap).values()} == {1}
    assert not obstacles(recap)
    close_recap(recap, actor=first)
    expected = world.expected("ppwp", lambda c: c.startswith("120101") and c != LATE)[1]
    assert list(version_of(recap).votes) == [expected[0] - 1, expected[1] + 1, expected[2]]


def test_a_conflict_is_reported_and_the_centre_stays(out):
    world, recap, content = out
    cells, votes = world.forms["ppwp", TPS]
    here, there = [votes[0] - 1, votes[1] + 1, votes[2]], [votes[0], votes[1] - 1, votes[2] + 1]
    file = world.file()
    proof = Proof("salah_baca", "Pleno.", file, file)
    correct_column(recap, TPS, cells=cells, votes=here, proof=proof, actor=world.people["120101"][0])
    back = filled(content, {TPS: [*cells, *there]}, alasan_kode="salah_baca", alasan="Luring.")
    report = bring(world, recap, back)
    assert report.corrected == [] and "berubah di pusat" in report.conflicts[TPS]
    assert next(list(c.votes) for c in sheet(recap).columns if c.unit == TPS) == here


def test_what_is_refused_is_explained_and_changes_nothing(out):
    world, recap, content = out
    kpu = world.people["1201"][0]
    parent = world.recap("ppwp", "1201")
    open_recap(parent, actor=kpu)
    before = state_of(world, recap)
    cells, votes = world.forms["ppwp", TPS]
    whole = [*cells, *votes]
    wrong_sum, tampered, float_, short, deep = (copy.deepcopy(content) for _ in range(5))
    wrong_sum["isian"]["jumlah"][-1] += 1
    tampered["berkas"]["kolom"][TPS]["isian"][0] = 1
    float_["isian"]["kolom"][TPS]["isian"][0] = 1.5
    short["isian"]["kolom"][TPS]["isian"] = whole[1:]
    deep["berkas"]["wilayah"] = json.loads("[" * 400 + "]" * 400)
    unexplained = filled(content, {TPS: [*cells, votes[0] - 1, votes[1] + 1, *votes[2:]]})
    for bad, words in (
        (wrong_sum, "bukan lagi jumlah kolomnya"),
        (tampered, "Tanda tangan berkas ini tidak cocok"),
        (deep, "Tanda tangan berkas ini tidak cocok"),
        (float_, f"Kolom {TPS} tidak berisi bilangan bulat"),
        (short, f"Kolom {TPS} tidak berisi bilangan bulat"),
        (unexplained, "Pilih alasan"),
        (export_json(parent, actor=kpu), "milik D.HASIL KABKO-PPWP wilayah 1201"),
        (b'{"berkas": {}}', "bukan berkas pleno luring"),
        (b'{"berkas"', "bukan berkas pleno luring"),
    ):
        with pytest.raises(Refused, match=words) as refused, world.session.begin_nested():
            bring(world, recap, bad)
        assert refused.value.field == "file"
        assert state_of(world, recap) == before
    bring(world, recap, content)
    with pytest.raises(Refused, match="sudah pernah dimasukkan"):
        bring(world, recap, content)
    assert state_of(world, recap) == before


def test_an_export_comes_back_once_whichever_form_it_has(out):
    """A workbook and a JSON file are two exports; each may return, and neither counts the other twice."""
    world, recap, content = out
    workbook = export_workbook(recap, actor=world.people["120101"][0])
    bring(world, recap, content)
    report = return_file(recap, keep(world, workbook), photo=None, actor=world.people["120101"][0])
    assert report.plain() == {"dibetulkan": [], "tanpa_formulir": [], "dibacakan": [], "benturan": {}}
