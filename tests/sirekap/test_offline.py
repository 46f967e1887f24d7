"""Work without the centre: a signed workbook leaves, is filled in for days, and comes back once."""

from __future__ import annotations

import base64
import io
import json

import pytest
from sqlalchemy import select, text

from electsys.documents import store_file
from electsys.errors import Refused
from modules.sirekap import recap_seals
from modules.sirekap.models import RecapExport
from modules.sirekap.operations.corrections import Proof, correct_column
from modules.sirekap.operations.exports import export_json, export_workbook, return_file
from modules.sirekap.operations.recaps import close_recap, lock_recap, open_recap
from modules.sirekap.queries.recaps import obstacles, readings, sheet, version_of
from tests.sirekap.ladder import NAMES, batch_of, build, put_forms
from tests.sirekap.workbooks import cell_of, rewrite, write

TPS = "1201011001001"
MISSING = "1201011001002"
LATE = "1201011002002"


@pytest.fixture
def out(session, make_account):
    """A kecamatan that reads the president's contest, two forms missing, and its workbook."""
    world = build(session, make_account, accept=lambda _kind, code: not code.endswith("002"))
    recap = world.recap("ppwp", "120101")
    open_recap(recap, actor=world.people["120101"][0])
    return world, recap, export_workbook(recap, actor=world.people["120101"][0])


def keep(world, content, name="pleno.xlsx"):
    """The file as it comes in."""
    return store_file(io.BytesIO(content), name=name, kind="recap", actor=world.people["120101"][0])


def give_back(world, recap, content, *, photo=True, actor=None):
    return return_file(
        recap,
        keep(world, content),
        photo=world.file() if photo else None,
        actor=actor or world.people["120101"][0],
    )


def numbers(world, content, unit, cells, votes):
    """The cells of a whole TPS column."""
    form = [*zip(NAMES, cells, strict=True), *((f"suara_{n}", v) for n, v in enumerate(votes, 1))]
    return {cell_of(content, key, unit): value for key, value in form}


def read_all(recap, content):
    """Mark every village as read out."""
    return write(content, {f"C{n}": "ya" for n in range(2, len(readings(recap)) + 2)}, sheet=2)


def test_the_workbook_sums_by_formulas_and_carries_a_signed_original(out):
    world, recap, content = out
    with_formula = []
    rewrite(content, "xl/worksheets/sheet1.xml", lambda xml: with_formula.append(xml) or xml)
    assert with_formula[0].count("<f>SUM(") == len(NAMES) + 3
    exported = export_json(recap, actor=world.people["120101"][0])
    assert recap_seals.verifies(exported["berkas"], exported["tanda"], exported["kunci"])
    assert not recap_seals.verifies(
        exported["berkas"] | {"wilayah": "120102"}, exported["tanda"], exported["kunci"]
    )
    assert exported["berkas"]["kolom"][TPS]["isian"] == [
        *world.forms["ppwp", TPS][0],
        *world.forms["ppwp", TPS][1],
    ]


def test_a_plenary_of_48_hours_without_the_centre_loses_nothing(out):
    world, recap, content = out
    session, (first, second) = world.session, world.people["120101"]
    # The centre goes down; two days pass. Everything of that time happens in the workbook.
    session.execute(
        text("update recap set opened_at = opened_at - interval '48 hours' where id = :id"), {"id": recap.id}
    )
    cells, votes = world.forms["ppwp", TPS]
    moved = [votes[0] - 1, votes[1] + 1, votes[2]]
    paper = write(
        content,
        {
            **numbers(world, content, TPS, cells, moved),
            cell_of(content, "alasan_kode", TPS): "salah_baca",
            cell_of(content, "alasan", TPS): "Terbaca terbalik.",
            **numbers(world, content, MISSING, *world.forms["ppwp", MISSING]),
            cell_of(content, "alasan_kode", MISSING): "pengisian_pleno",
            cell_of(content, "alasan", MISSING): "Dibacakan dari C.Hasil kertas.",
            cell_of(content, "tanpa_formulir", LATE): "Pemungutan suara susulan.",
        },
    )
    paper = read_all(recap, paper)
    # The centre is up again: meanwhile a form was sent once more, of a TPS that the plenary left as it was.
    other = f"{LATE[:10]}001"
    form = world.forms["ppwp", other]
    put_forms(session, recap.contest_id, batch_of(session, recap.contest_id), [(other, *form)])
    report = give_back(world, recap, paper)
    assert report.plain() == {
        "dibetulkan": [TPS, MISSING],
        "tanpa_formulir": [LATE],
        "dibacakan": sorted(readings(recap)),
        "benturan": {},
    }
    assert not obstacles(recap)
    close_recap(recap, actor=first)
    lock_recap(recap, actor=second)
    expected = world.expected("ppwp", lambda c: c.startswith("120101") and c != LATE)[1]
    assert list(version_of(recap).votes) == [expected[0] - 1, expected[1] + 1, expected[2]]
    kept = session.scalars(select(RecapExport).where(RecapExport.recap_id == recap.id)).one()
    assert kept.returned_at is not None and kept.report == report.plain() and kept.file_id


def test_what_the_centre_changed_meanwhile_stays_and_is_reported(out):
    world, recap, content = out
    first, _ = world.people["120101"]
    cells, votes = world.forms["ppwp", TPS]
    here, there = [votes[0] - 1, votes[1] + 1, votes[2]], [votes[0], votes[1] - 1, votes[2] + 1]
    file = world.file()
    correct_column(
        recap, TPS, cells=cells, votes=here, proof=Proof("salah_baca", "Pleno.", file, file), actor=first
    )
    paper = write(
        content,
        {
            **numbers(world, content, TPS, cells, there),
            cell_of(content, "alasan_kode", TPS): "salah_baca",
            cell_of(content, "alasan", TPS): "Luring.",
        },
    )
    report = give_back(world, recap, read_all(recap, paper))
    assert (
        list(report.conflicts) == [TPS, TPS[:10], LATE[:10]] and "berubah di pusat" in report.conflicts[TPS]
    )
    assert report.corrected == []
    assert next(list(c.votes) for c in sheet(recap).columns if c.unit == TPS) == here


def test_a_file_that_changed_nothing_where_the_centre_did_is_no_conflict(out):
    world, recap, content = out
    cells, votes = world.forms["ppwp", TPS]
    file = world.file()
    correct_column(
        recap,
        TPS,
        cells=cells,
        votes=[votes[0] - 1, votes[1] + 1, votes[2]],
        proof=Proof("salah_baca", "Pleno.", file, file),
        actor=world.people["120101"][0],
    )
    report = give_back(world, recap, content)
    assert report.plain() == {"dibetulkan": [], "tanpa_formulir": [], "dibacakan": [], "benturan": {}}


def state_of(world, recap):
    """Everything that a refusal must leave alone."""
    return (
        [(c.unit, c.number) for c in sheet(recap).columns],
        [(u, r.read_at) for u, r in readings(recap).items()],
        world.session.scalar(
            text("select count(*) from recap_correction where recap_id = :i"), {"i": recap.id}
        ),
    )


def test_what_is_refused_is_explained_and_changes_nothing(out):
    world, recap, content = out
    kpu = world.people["1201"][0]
    before = state_of(world, recap)
    parent = world.recap("ppwp", "1201")
    open_recap(parent, actor=kpu)
    total = cell_of(content, "suara_1", "jumlah")
    value = cell_of(content, "suara_1", TPS)
    reason = {cell_of(content, "alasan_kode", TPS): "salah_baca", cell_of(content, "alasan", TPS): "x"}
    votes = world.forms["ppwp", TPS][1]
    payload = json.dumps({"jenis": "pleno-luring", "nomor": "x"}).encode()
    tampered = write(content, {"A3": base64.b64encode(payload).decode()}, sheet=3)
    for bad, words in (
        (tampered, "Tanda tangan berkas ini tidak cocok"),
        (write(content, {total: "=SUM(C1:D1)"}), f"Rumus jumlah pada sel {total} berubah"),
        (write(content, {total: 999}), f"Rumus jumlah pada sel {total} berubah"),
        (write(content, {value: "banyak"}), f"Sel {value} tidak berisi bilangan bulat"),
        (write(content, {value: 1.5}), "bilangan bulat"),
        (write(content, {value: votes[0] + 1} | reason), "belum sesuai satu sama lain"),
        (write(content, {value: votes[0] + 1}), "Pilih alasan"),
        (export_workbook(parent, actor=kpu), "milik D.HASIL KABKO-PPWP wilayah 1201"),
    ):
        with pytest.raises(Refused, match=words) as refused, world.session.begin_nested():
            give_back(world, recap, bad)
        assert refused.value.field == "file"
        assert state_of(world, recap) == before
    with pytest.raises(Refused, match="bukan berkas pleno luring"), world.session.begin_nested():
        give_back(world, recap, _other_workbook())
    with pytest.raises(Refused, match="milik badan"):
        give_back(world, recap, content, actor=kpu)
    give_back(world, recap, content)
    with pytest.raises(Refused, match="sudah pernah dimasukkan"):
        give_back(world, recap, content)
    with pytest.raises(Refused, match="selama rekapitulasi dibacakan"):
        export_workbook(world.recap("ppwp", "120102"), actor=world.people["120102"][0])
    assert state_of(world, recap) == before


def _other_workbook() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("Lain").write(0, 0, "kode_tps")
    book.close()
    return out.getvalue()


def test_a_correction_offline_needs_the_photo_of_the_corrected_form(out):
    world, recap, content = out
    cells, votes = world.forms["ppwp", TPS]
    paper = write(
        content,
        {
            **numbers(world, content, TPS, cells, [votes[0] - 1, votes[1] + 1, votes[2]]),
            cell_of(content, "alasan_kode", TPS): "salah_baca",
            cell_of(content, "alasan", TPS): "Terbalik.",
        },
    )
    with pytest.raises(Refused, match="Unggah foto"):
        give_back(world, recap, paper, photo=False)


def test_a_tier_above_reads_offline_but_never_changes_what_is_locked_below(world):
    for recap in world.units("ppwp", "kecamatan"):
        world.finish(recap)
    parent = world.recap("ppwp", "1201")
    first, _ = world.people["1201"]
    open_recap(parent, actor=first)
    content = export_workbook(parent, actor=first)
    number = cell_of(content, "suara_1", "120101")
    file = keep(world, read_all(parent, write(content, {number: 1})))
    report = return_file(parent, file, photo=None, actor=first)
    assert report.read == ["120102"] and set(report.conflicts) == {"120101"}
    assert "belum ditandai" in report.conflicts["120101"]
