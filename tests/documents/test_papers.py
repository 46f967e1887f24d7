"""Official documents: numbered, typeset, stored, confirmed by anyone with the paper in hand."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re

import pypdfium2
import pytest
import segno
from sqlalchemy import func, select

from electsys.documents import OfficialDocument, issue_document, open_file, render_pdf
from electsys.documents.models import NumberEntry, NumberTemplate
from electsys.documents.operations.papers import cancel_document, number_template
from electsys.documents.papers import area_of, date_in_words, in_words, letterhead
from electsys.documents.pdf import qr_svg
from electsys.errors import Refused
from electsys.ledger import Act
from electsys.regions.models import Region, RegionMap

DAY = dt.date(2024, 3, 4)
DATA = {
    "opening": "Pada hari ini telah dilaksanakan rapat pleno terbuka.",
    "sections": [
        {
            "heading": "Perolehan suara",
            "table": {
                "columns": ["Pasangan calon", "Suara"],
                "numbers": [1],
                "rows": [["01 <b>*_Contoh_*</b> #set", "112.904"], ["Jumlah", "112.904"]],
                "total": True,
            },
        }
    ],
    "signers": [{"role": "Ketua", "name": "Ani Contoh"}, {"role": "Anggota", "name": "Budi Contoh"}],
    "letterhead": {"address": "Jalan Uji Nomor 1, Pandan"},
}


@pytest.fixture(autouse=True)
def places(session):
    for row in (
        RegionMap(id=2024, name="Uji", source="uji", valid_from=dt.date(2023, 1, 1)),
        Region(map_id=2024, code="12", name="SUMATERA UTARA", level=1, parent_code=""),
        Region(map_id=2024, code="1201", name="TAPANULI TENGAH", level=2, parent_code="12"),
        Region(map_id=2024, code="120101", name="BARUS", level=3, parent_code="1201"),
        Region(map_id=2024, code="99", name="LUAR NEGERI", level=1, parent_code=""),
        Region(map_id=2024, code="9901", name="KUALA UJI", level=2, parent_code="99"),
        Region(map_id=2024, code="11", name="ACEH", level=1, parent_code=""),
        Region(map_id=2024, code="1171", name="KOTA BANDA ACEH", level=2, parent_code="11"),
    ):
        session.merge(row)
    session.commit()  # into the test's own transaction: a refused request keeps it


def issue(actor, **options):
    wanted = {
        "unit": "1201",
        "series": "BA",
        "year": 2024,
        "title": "Rekapitulasi tingkat kabupaten",
        "subject": "recap:12",
        "date": DAY,
        "classification": "PL.01.8",
    }
    return issue_document("BA", "berita_acara", DATA, actor=actor, **(wanted | options))


def content(document) -> bytes:
    with open_file(document.file) as file:
        return file.read()


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for page in document:
        words = page.get_textpage()
        pages.append(words.get_text_range())
        words.close()
        page.close()
    document.close()
    return re.sub(r"\s+", " ", " ".join(pages))


def test_a_document_is_numbered_stored_and_recorded(session, actor):
    document = issue(actor)
    assert document.number == "1/PL.01.8-BA/1201/2024"
    assert document.file.sha256 == hashlib.sha256(content(document)).hexdigest()
    assert document.file.origin == "sistem"
    assert document.signers == DATA["signers"]
    act = session.get(Act, document.act_id)
    assert (act.verb, act.region, act.account_id) == ("documents:document:issue", "1201", 7)
    assert act.details["number"] == document.number
    assert "Ani" not in str(act.details)
    assert issue(actor).number == "2/PL.01.8-BA/1201/2024"


def test_the_paper_says_what_was_given(session, actor, app):
    document = issue(actor)
    text = text_of(content(document))
    for words in (
        "KOMISI PEMILIHAN UMUM",
        "KABUPATEN TAPANULI TENGAH",
        "Jalan Uji Nomor 1, Pandan",
        "BERITA ACARA",
        "NOMOR 1/PL.01.8-BA/1201/2024",
        "REKAPITULASI TINGKAT KABUPATEN",
        "rapat pleno terbuka",
        "01 <b>*_Contoh_*</b> #set",  # text stays text, no markup runs
        "112.904",
        "Ani Contoh",
        "Halaman 1 dari 1",
        f"{app.config['BASE_URL']}/dokumen/{document.token}",
    ):
        assert words in text, words


def test_the_qr_carries_the_address_of_the_page(session, actor, app):
    url = f"{app.config['BASE_URL']}/dokumen/abc"
    matrix = segno.make(url, error="m", micro=False).matrix
    size = len(matrix)
    assert f'width="{size}" height="{size}"' in qr_svg(url)
    # Every dark run of the drawing, painted back, is segno's own matrix.
    drawn = [[0] * size for _ in range(size)]
    x = y = 0.0
    for command, args in re.findall(r"([MmhH])([-\d. ]+)", qr_svg(url).partition(' d="')[2]):
        numbers = [float(n) for n in args.split()]
        if command in "Mm":
            x, y = numbers if command == "M" else (x + numbers[0], y + numbers[1])
        else:
            for column in range(int(x), int(x + numbers[0])):
                drawn[int(y)][column] = 1
            x += numbers[0]
    assert drawn == [[int(bool(cell)) for cell in row] for row in matrix]


def test_the_same_data_give_the_same_bytes(session):
    data = {"title": "Uji", "document": FRAME, "date": DAY}
    assert render_pdf("berita_acara", data) == render_pdf("documents/berita_acara", data)


FRAME = {
    "kind": "Keputusan",
    "number": "5 Tahun 2024",
    "title": "Uji",
    "heading": "Keputusan Nomor 5",
    "date_text": "4 Maret 2024",
    "url": "https://contoh.invalid/dokumen/x",
    "qr": qr_svg("https://contoh.invalid/dokumen/x"),
    "letterhead": {"body": "KOMISI PEMILIHAN UMUM", "area": "REPUBLIK INDONESIA"},
}


def test_a_decision_and_a_rehearsal(session):
    pdf = render_pdf(
        "keputusan",
        {
            "document": FRAME,
            "simulation": True,
            "place": "Pandan",
            "menimbang": ["bahwa perlu menetapkan keputusan."],
            "mengingat": ["Undang-Undang Nomor 7 Tahun 2017;", "Peraturan KPU Nomor 5 Tahun 2024."],
            "diktum": ["Menetapkan hasil.", "Keputusan ini mulai berlaku pada tanggal ditetapkan."],
            "signers": [{"role": "Ketua Komisi Pemilihan Umum", "name": "Ani Contoh"}],
            "attachment": {"title": "Daftar", "paragraphs": ["Isi lampiran."]},
        },
    )
    text = text_of(pdf)
    for words in ("KEPUTUSAN", "NOMOR 5 TAHUN 2024", "KESATU", "KEDUA", "Ditetapkan di Pandan", "SIMULASI"):
        assert words in text, words
    assert text.count("SIMULASI") == 2  # on each page
    assert b"pdfaid" in pdf
    assert pdf.startswith(b"%PDF-1.7")


def test_each_era_writes_its_numbers(session, actor):
    assert number_template("produk_hukum", "1201", dt.date(2019, 5, 1)).startswith("{urut}/{klasifikasi}")
    assert number_template("produk_hukum", "1201", dt.date(2010, 5, 1)) == "{urut}/Kpts/KPU/TAHUN {tahun}"
    old = issue(actor, date=dt.date(2019, 5, 21), year=2019, classification="PL.02")
    assert old.number == "1/PL.02-BA/1201/KPU-Kab/V/2019"
    national = issue(actor, unit="", code="13")
    assert national.number == "1/PL.01.8-BA/13/2024"
    with pytest.raises(Refused, match="Belum ada pola"):
        issue(actor, date=dt.date(1999, 1, 1), year=1999)


def test_a_template_of_the_unit_goes_first(session, actor):
    session.add(
        NumberTemplate(
            number_group="naskah",
            unit="1201",
            pattern="{urut_3}/{jenis}/{tahun}",
            valid_from=dt.date(2024, 1, 1),
            source="uji",
        )
    )
    session.flush()
    assert issue(actor).number == "001/BA/2024"
    assert issue(actor, unit="1202").number == "1/PL.01.8-BA/1202/2024"


def test_nothing_half_issued(session, actor, store_folder):
    inner = session.begin_nested()
    with pytest.raises(Exception, match="No such file"):
        issue_document(
            "BA",
            "tidak-ada",
            DATA,
            unit="1201",
            series="BA",
            year=2024,
            title="x",
            subject="x:1",
            actor=actor,
            date=DAY,
        )
    inner.rollback()
    assert session.scalar(select(func.count(NumberEntry.id))) == 0
    assert issue(actor).number.startswith("1/")


def test_a_wrong_year_or_kind_is_a_mistake_of_the_program(session, actor):
    with pytest.raises(ValueError, match="2023"):
        issue(actor, year=2023)
    with pytest.raises(LookupError):
        issue_document(
            "XX",
            "berita_acara",
            DATA,
            unit="",
            series="BA",
            year=2024,
            title="x",
            subject="x:1",
            actor=actor,
            date=DAY,
        )


def test_names_of_satker(session):
    assert letterhead("") == {"body": "KOMISI PEMILIHAN UMUM", "area": "REPUBLIK INDONESIA"}
    assert letterhead("12")["area"] == "PROVINSI SUMATERA UTARA"
    assert letterhead("1171") == {"body": "KOMISI INDEPENDEN PEMILIHAN", "area": "KOTA BANDA ACEH"}
    assert letterhead("120101") == {"body": "PANITIA PEMILIHAN KECAMATAN", "area": "KECAMATAN BARUS"}
    assert letterhead("9901") == {"body": "PANITIA PEMILIHAN LUAR NEGERI", "area": "KUALA UJI"}
    assert area_of("0001") == "0001"


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (14, "empat belas"),
        (20, "dua puluh"),
        (31, "tiga puluh satu"),
        (100, "seratus"),
        (1945, "seribu sembilan ratus empat puluh lima"),
        (2024, "dua ribu dua puluh empat"),
    ],
)
def test_numbers_in_words(n, words):
    assert in_words(n) == words


def test_a_date_in_words():
    assert date_in_words(dt.date(2024, 2, 14)) == (
        "Rabu tanggal empat belas bulan Februari tahun dua ribu dua puluh empat"
    )
    with pytest.raises(ValueError, match="0"):
        in_words(0)


# --- the page behind the QR -------------------------------------------------------------------------


def test_anyone_may_confirm_and_fetch_a_public_document(client, session, actor):
    document = issue(actor)
    page = client.get(f"/dokumen/{document.token}")
    for words in (document.number, document.title, document.file.sha256, "4 Maret 2024", "Ani Contoh"):
        assert words in page.text
    assert client.get(f"/dokumen/{document.token}.json").json == {
        "kind": "Berita Acara",
        "number": document.number,
        "title": document.title,
        "unit": "1201",
        "date": "2024-03-04",
        "status": "terbit",
        "sha256": document.file.sha256,
        "size": document.file.size,
        "content_sha256": document.content_sha256,
        "note": None,
        "whole": True,
        "signatures": [],
        "scans": [],
        "statements": [],
        "file": f"/dokumen/{document.token}/unduh",
    }
    got = client.get(f"/dokumen/{document.token}/unduh")
    assert got.data == content(document)
    assert got.mimetype == "application/pdf"
    assert got.headers["Content-Disposition"] == "attachment; filename=BA-1-PL.01.8-BA-1201-2024.pdf"


def test_a_token_cannot_be_guessed(client, session, actor):
    document = issue(actor)
    assert len(document.token) >= 22
    for token in ("x", "1", document.token[:-1]):
        assert client.get(f"/dokumen/{token}").status_code == 404
        assert client.get(f"/dokumen/{token}/unduh").status_code == 404


def test_a_closed_document_only_confirms_that_it_exists(client, session, actor, make_account, login):
    document = issue(actor, public=False)
    session.commit()
    stranger, own = make_account("operator_kpu_kabko", "1202"), make_account("operator_kpu_kabko", "1201")
    session.commit()
    page = client.get(f"/dokumen/{document.token}")
    assert document.number in page.text
    assert document.file.sha256 in page.text
    assert document.title not in page.text
    assert "Ani Contoh" not in page.text
    assert client.get(f"/dokumen/{document.token}.json").json["title"] is None
    assert client.get(f"/dokumen/{document.token}/unduh").status_code == 403
    login(client, stranger)
    assert client.get(f"/dokumen/{document.token}/unduh").status_code == 403
    login(client, own)
    assert client.get(f"/dokumen/{document.token}/unduh").status_code == 200
    assert document.title in client.get(f"/dokumen/{document.token}").text


def test_a_copy_is_compared_without_javascript(client, session, actor):
    document = issue(actor)
    where = f"/dokumen/{document.token}/periksa"

    def send(data):
        return client.post(where, data={"file": (io.BytesIO(data), "surat.pdf")})

    assert "sama persis dengan yang terdaftar" in send(content(document)).text
    assert "bukan yang terdaftar" in send(content(document) + b" ").text
    empty = client.post(where, data={})
    assert empty.status_code == 422
    assert "Pilih berkasnya" in empty.text


def test_a_cancelled_document_says_so(client, session, actor):
    document = issue(actor)
    cancel_document(document, note="Salah jumlah pada tabel", actor=actor)
    page = client.get(f"/dokumen/{document.token}")
    assert "sudah dibatalkan" in page.text
    assert "Salah jumlah pada tabel" in page.text
    assert session.get(NumberEntry, document.entry_id).status == "batal"
    assert issue(actor).number.startswith("2/")
    with pytest.raises(Refused, match="sudah dibatalkan"):
        cancel_document(document, note="lagi", actor=actor)


def test_the_list_shows_ones_own_units(client, session, actor, make_account, login):
    mine, other = issue(actor, title="Milik kami"), issue(actor, unit="1102", title="Milik orang lain")
    gone = issue(actor, title="Yang batal")
    cancel_document(gone, note="uji", actor=actor)
    province, witness = make_account("operator_kpu_prov", "12"), make_account("saksi", "1201")
    session.commit()
    login(client, province)
    page = client.get("/dokumen")
    assert mine.title in page.text
    assert other.title not in page.text
    assert gone.title not in client.get("/dokumen?status=terbit").text
    assert gone.title in client.get("/dokumen?status=batal").text
    assert mine.title not in client.get("/dokumen?cari=Yang+batal").text
    assert mine.title not in client.get("/dokumen?jenis=SD").text
    assert "Milik kami" in client.get("/dokumen?unduh=csv").text
    login(client, witness)
    assert client.get("/dokumen").status_code == 403
    assert session.scalar(select(func.count(OfficialDocument.id))) == 3
