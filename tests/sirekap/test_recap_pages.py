"""The pages of a plenary, by the people who use them; and the public D.Hasil with its twins."""

from __future__ import annotations

import csv
import hashlib
import io

import pypdfium2
import pytest
import rfc8785

from electsys.documents import OfficialDocument, open_file
from modules.sirekap.models import Objection, RecapCorrection
from modules.sirekap.operations.objections import file_objection
from modules.sirekap.operations.papers import issue_papers
from modules.sirekap.operations.recaps import close_recap, open_recap, read_unit
from modules.sirekap.queries.recaps import Obstacles, readings, sheet
from tests.pages import count_queries
from tests.sirekap.ladder import PNG
from tests.sirekap.test_corrections import mandate, moved

TPS = "1201011001001"
VILLAGE = TPS[:10]


@pytest.fixture
def kecamatan(world):
    """A kecamatan that reads the president's contest."""
    recap = world.recap("ppwp", "120101")
    open_recap(recap, actor=world.people["120101"][0])
    world.session.commit()
    return recap


def test_the_plenary_page_leads_through_the_contests(world, client, login):
    first, _ = world.accounts["120101"]
    login(client, first)
    assert client.get("/rekap").location == "/rekap/uji-rekap/120101"
    with count_queries(40):
        page = client.get("/rekap/uji-rekap/120101")
    assert "PPWP" in page.text and "Belum dibuka" in page.text and "0/4" in page.text
    recap = world.recap("ppwp", "120101")
    assert "Buka pembacaan" in client.get(f"/rekap/d/{recap.id}").text
    answer = client.post(f"/rekap/d/{recap.id}/langkah/open")
    assert answer.status_code == 302
    page = client.get(f"/rekap/d/{recap.id}")
    assert "bagian belum dibacakan" in page.text and "4/4" not in page.text and "2/2" in page.text
    dpr = world.recap("dprd_kabko", "120101")
    refused = client.post(f"/rekap/d/{dpr.id}/langkah/open", check=False)
    assert refused.status_code == 422 and "dibuka lebih dahulu" in refused.text


def test_reading_closing_and_locking_by_two_people(world, kecamatan, client, login):
    first, second = world.accounts["120101"]
    login(client, first)
    address = f"/rekap/d/{kecamatan.id}"
    page = client.get(f"{address}/bagian/{VILLAGE}")
    assert "satu kolom satu TPS" in page.text and "TPS 001" in page.text
    villages = list(readings(kecamatan))
    answer = client.post(f"{address}/bagian/{villages[0]}/baca", data={"panel": "1"})
    assert answer.location == f"{address}/bagian/{villages[1]}"
    assert client.post(f"{address}/bagian/{villages[0]}/baca").status_code == 422
    client.post(f"{address}/bagian/{villages[1]}/baca")
    assert client.post(f"{address}/putus/close").status_code == 302
    page = client.get(address)
    assert "Anda yang menutupnya" in page.text and "Sahkan dan kunci" not in page.text
    assert client.post(f"{address}/putus/lock").status_code == 422
    signed = client.post(
        f"{address}/tanda-tangan",
        data={"ttd-role": "ketua", "ttd-name": "Ketua PPK", "ttd-signed": "ya", "ttd-mandate": ""},
    )
    assert signed.status_code == 302
    login(client, second)
    assert "Sahkan dan kunci" in client.get(address).text
    assert client.post(f"{address}/putus/lock").status_code == 302
    assert "Disahkan" in client.get(address).text


def test_after_a_reading_comes_a_village_that_can_be_read(world, kecamatan, client, login, monkeypatch):
    login(client, world.accounts["120101"][0])
    first, second = readings(kecamatan)
    address = f"/rekap/d/{kecamatan.id}"
    assert f'href="{address}/bagian/{first}">Bacakan berikutnya' in client.get(address).text
    waits = Obstacles(missing=(f"{second}001",), unread=(second,))
    monkeypatch.setattr("modules.sirekap.views.recap.forms.obstacles", lambda recap: waits)
    assert client.post(f"{address}/bagian/{first}/baca").location == address


def test_a_correction_shows_both_values_and_its_photo(world, kecamatan, client, login):
    first, _ = world.accounts["120101"]
    login(client, first)
    address = f"/rekap/d/{kecamatan.id}/betulkan/{TPS}"
    page = client.get(address)
    assert "Sekarang" in page.text
    form = moved(world)
    data = dict(zip(sheet(kecamatan).model.names, form["cells"], strict=True))
    data |= {f"suara_{n}": v for n, v in enumerate(form["votes"], 1)}
    assert client.post(address, data=data).status_code == 422
    data |= {"reason_code": "salah_baca", "reason": "Terbaca terbalik."}
    refused = client.post(address, data=dict(data))
    assert refused.status_code == 422 and "Unggah foto formulir" in refused.text
    data |= {name: (io.BytesIO(PNG), f"{name}.png") for name in ("evidence", "photo")}
    done = client.post(address, data=data)
    assert done.status_code == 302, done.text
    made = world.session.query(RecapCorrection).one()
    page = client.get(f"/rekap/d/{kecamatan.id}")
    before = world.forms["ppwp", TPS][1]
    assert f"<del>{before[0]}</del>" in page.text and "Terbaca terbalik." in page.text
    assert client.get(f"/rekap/pembetulan/{made.id}/gambar").mimetype == "image/png"
    assert client.get(f"/rekap/pembetulan/{made.id}/bukti").status_code == 200
    assert "dibetulkan" in client.get(f"/rekap/d/{kecamatan.id}/bagian/{VILLAGE}").text
    listed = client.get("/rekap/uji-rekap/120101/pembetulan")
    assert TPS in listed.text and "<del>" in listed.text
    # Not public before the lock.
    assert client.get(f"/rekapitulasi/pembetulan/{made.id}/foto").status_code == 404


def test_objections_from_the_projector_and_their_answer(world, kecamatan, client, login, make_account):
    witness = make_account(role="saksi", region="120101")
    given = mandate(world, account=witness)
    overseer = make_account(role="panwascam", region="120101")
    first, _ = world.accounts["120101"]
    world.session.commit()
    login(client, witness)
    wall = client.get(f"/rekap/d/{kecamatan.id}/proyektor/{TPS}")
    assert "recap-wall" in wall.text and f"bagian={TPS}" in wall.text and 'rel="next"' in wall.text
    asked = f"/rekap/d/{kecamatan.id}/keberatan?bagian={TPS}&baris=suara_1"
    assert "01 Peserta 1" in client.get(asked).text
    sent = {"unit": TPS, "row": "suara_1", "mandate": str(given.id), "statement": "Berbeda dari salinan."}
    assert client.post(asked, data=sent).status_code == 302
    login(client, overseer)
    page = client.get(f"/rekap/d/{kecamatan.id}")
    assert "Berbeda dari salinan." in page.text and "Jawab keberatan" not in page.text
    assert client.post(asked, data={"mandate": "", "statement": "Segel rusak."}).status_code == 302
    one, two = world.session.query(Objection).order_by(Objection.id)
    assert client.get(f"/rekap/keberatan/{one.id}").status_code == 403
    login(client, first)
    page = client.get(f"/rekap/d/{kecamatan.id}")
    assert "Terima dan betulkan" in page.text
    assert (
        "Menjawab keberatan" in client.get(f"/rekap/d/{kecamatan.id}/betulkan/{TPS}?keberatan={one.id}").text
    )
    assert client.post(f"/rekap/keberatan/{two.id}", data={"step": "reject"}).status_code == 422
    done = client.post(f"/rekap/keberatan/{two.id}", data={"step": "reject", "outcome": "Segel utuh."})
    assert done.status_code == 302 and two.state == "ditolak"


def test_witnesses_and_attendance(world, client, login):
    first, _ = world.accounts["120101"]
    login(client, first)
    page = client.get("/rekap/uji-rekap/120101/hadir")
    assert "Belum ada saksi" in page.text
    who = next(p for p in world.contests["ppwp"].participants if p.number == 1)
    sent = {
        "participant": str(who.id),
        "name": "Saksi Satu",
        "letter_number": "1/SM",
        "letter_date": "2024-02-14",
        "account": "tidak.ada",
    }
    refused = client.post("/rekap/uji-rekap/120101/mandat", data=sent)
    assert refused.status_code == 422 and "Akun tidak.ada tidak ada" in refused.text
    assert client.post("/rekap/uji-rekap/120101/mandat", data=sent | {"account": ""}).status_code == 302
    page = client.get("/rekap/uji-rekap/120101/hadir")
    assert "Saksi Satu" in page.text
    attend = {"role": "anggota", "name": "Anggota PPK", "mandate": ""}
    assert client.post("/rekap/uji-rekap/120101/hadir", data=attend).status_code == 302
    assert client.post("/rekap/uji-rekap/120101/hadir", data=attend).status_code == 422


def test_bawaslu_reads_everything_and_writes_nothing(world, kecamatan, client, login, make_account):
    login(client, make_account(role="bawaslu_n", region=""))
    for address in (
        "/rekap/uji-rekap/nasional",
        "/rekap/uji-rekap/1201",
        f"/rekap/d/{kecamatan.id}",
        f"/rekap/d/{kecamatan.id}/bagian/{VILLAGE}",
        f"/rekap/d/{kecamatan.id}/proyektor/{TPS}",
        "/rekap/uji-rekap/120101/hadir",
    ):
        assert client.get(address).status_code == 200, address
    for address in (f"/rekap/d/{kecamatan.id}/langkah/fill", f"/rekap/d/{kecamatan.id}/putus/close"):
        assert client.post(address).status_code == 403


def test_the_public_form_has_twins_that_prove_its_digest(world, kecamatan, client):
    first, _second = world.people["120101"]
    assert client.get(f"/rekapitulasi/d/{kecamatan.id}").status_code == 404
    region = client.get("/rekapitulasi/uji-rekap/120101")
    assert "Sedang dibacakan" in region.text and f"/rekapitulasi/d/{kecamatan.id}" not in region.text
    for village in readings(kecamatan):
        read_unit(kecamatan, village, actor=first)
    world.finish(kecamatan)
    world.session.commit()
    with count_queries(30):
        page = client.get(f"/rekapitulasi/d/{kecamatan.id}")
    assert "Disahkan dua orang" in page.text
    twin = client.get(f"/rekapitulasi/d/{kecamatan.id}.json").json
    assert hashlib.sha256(rfc8785.dumps(twin["isi"])).hexdigest() == twin["sha256"]
    assert twin["isi"]["jumlah_suara"] == world.expected("ppwp", lambda c: c.startswith("120101"))[1]
    rows = list(csv.DictReader(io.StringIO(client.get(f"/rekapitulasi/d/{kecamatan.id}.csv").text)))
    assert sum(int(r["suara_1"]) for r in rows[:-1]) == int(rows[-1]["suara_1"])
    assert client.get("/rekapitulasi").location == "/rekapitulasi/uji-rekap/nasional"
    assert client.get("/rekapitulasi/uji-rekap/nasional").status_code == 200
    assert client.get("/rekapitulasi/uji-rekap/120101/pembetulan").status_code == 200
    assert client.get("/rekapitulasi/uji-rekap/5301").status_code == 404


def test_a_locked_form_gets_its_paper_and_minutes(world, kecamatan, client, login):
    first, second = world.people["120101"]
    given = mandate(world)
    objection = file_objection(kecamatan, "Hitung ulang.", mandate=given, actor=first)
    from modules.sirekap.operations.objections import note_objection

    note_objection(objection, "Dicatat.", actor=first)
    world.finish(kecamatan)
    number = issue_papers(kecamatan, actor=second)
    assert number and kecamatan.document_id and kecamatan.minutes_id
    world.session.commit()
    login(client, world.accounts["120101"][0])
    page = client.get(f"/rekap/d/{kecamatan.id}")
    assert number in page.text and "Berita acara pleno" in page.text
    # Who may not read letters gets the word that the minutes are drafted, no link that would be refused.
    assert "/jdih/naskah/" not in page.text
    with open_file(world.session.get_one(OfficialDocument, kecamatan.document_id).file) as file:
        paper = pypdfium2.PdfDocument(file.read())
    begins = paper[0].get_textpage().get_text_bounded()
    assert number in begins and "Pemilih dalam DPT" in begins, "the first page is no empty letterhead"
    assert all(each.get_width() > each.get_height() for each in paper)

    document = world.session.get(OfficialDocument, kecamatan.document_id)
    with open_file(document.file) as file:
        assert file.read(5) == b"%PDF-"


def test_the_workbook_goes_out_and_comes_back_by_the_page(world, kecamatan, client, login):
    login(client, world.accounts["120101"][0])
    address = f"/rekap/d/{kecamatan.id}/luring"
    assert "Belum ada berkas" in client.get(address).text
    book = client.post(f"{address}.xlsx")
    assert book.status_code == 200 and book.data[:2] == b"PK"
    assert client.post(f"{address}.json").json["berkas"]["wilayah"] == "120101"
    answer = client.post(address, data={"file": (io.BytesIO(book.data), "pleno.xlsx")})
    assert answer.status_code == 302, answer.text
    assert "sudah masuk" in client.get(address).text
    again = client.post(address, data={"file": (io.BytesIO(book.data), "pleno.xlsx")})
    assert again.status_code == 422 and "sudah pernah dimasukkan" in again.text


def test_tasks_tell_what_waits(world, kecamatan, client, login):
    first, _second = world.people["120101"]
    for village in readings(kecamatan):
        read_unit(kecamatan, village, actor=first)
    close_recap(kecamatan, actor=first)
    world.session.commit()
    login(client, world.accounts["120101"][1])
    assert "Sahkan D.Hasil sebagai orang kedua" in client.get("/").text
