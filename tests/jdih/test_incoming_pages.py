"""Pages of incoming mail: taken in, handed on, answered and closed by clicks; settings of the archive."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import select

from electsys.documents import render_pdf
from electsys.documents.papers import today
from modules.jdih.models import ArchiveClass, Incoming, Letter, LetterKind
from tests.pages import Html

LETTER = {
    "unit": "1201",
    "sender": "Bawaslu Kabupaten",
    "number": "12/PM.00/2026",
    "title": "Permintaan data TPS",
    "secrecy": "biasa",
    "urgency": "segera",
    "class_code": "",
}


def scan():
    frame = {"kind": "Uji", "number": "", "title": "U"}
    return io.BytesIO(render_pdf("berita_acara", {"opening": "Uji", "document": frame}))


def received(client, **more):
    day = str(today("1201"))
    form = LETTER | {"date": day, "received_on": day, "file": (scan(), "surat.pdf")} | more
    return client.post("/jdih/surat-masuk/baru", data=form)


def test_the_whole_way_by_clicks(session, staff, as_):
    client = as_("clerk")
    client.get("/jdih/surat-masuk/baru")
    answer = received(client)
    row = session.scalars(select(Incoming)).one()
    at = f"/jdih/surat-masuk/{row.id}"
    assert answer.location == at, Html(answer.text).text()[-1500:]
    assert row.agenda == f"1/{today('1201').year}"
    assert client.get(f"{at}/berkas/{row.files[0].file_id}").data.startswith(b"%PDF")
    client = as_("signer")
    assert "Disposisikan surat masuk" in client.get("/").text
    client.get(f"{at}/disposisi")
    due = today("1201") + dt.timedelta(days=2)
    given = {"to": [str(staff.id("first"))], "instruction": "Jawab segera", "due_on": str(due)}
    assert client.post(f"{at}/disposisi", data=given | {"instruction": ""}).status_code == 422
    assert client.post(f"{at}/disposisi", data=given).location == at
    client = as_("first")
    home = client.get("/").text
    assert "Tindak lanjuti disposisi" in home
    assert "2 hari lagi" in home
    [disposition] = row.dispositions
    page = client.get(at)
    assert "Jawab segera" in page.text
    client.get(f"{at}/disposisi?terusan={disposition.id}")
    answer = client.post(f"{at}/tindak-lanjut/{disposition.id}", data={})
    assert answer.status_code == 422
    name = f"report-{disposition.id}-report"
    assert client.post(f"{at}/tindak-lanjut/{disposition.id}", data={name: "Sudah dijawab"}).location == at
    client = as_("drafter")
    assert (
        "Balasan atas surat nomor 12/PM.00/2026"
        in client.get(f"/jdih/naskah/baru/SD?satker=1201&balas={row.id}").text
    )
    client = as_("clerk")
    assert client.post(f"{at}/selesai", data={"close-outcome": ""}).status_code == 422
    assert client.post(f"{at}/selesai", data={"close-outcome": "Dijawab"}).location == at
    assert "Dijawab" in client.get(at).text
    for what in ("registrasi", "disposisi", "tindak_lanjut", "terlambat"):
        client.get(f"/jdih/surat-masuk?tunggu={what}&cari=TPS")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"sender": ""}, "Tulis siapa pengirimnya"),
        ({"date": "besok"}, "Isi dengan tanggal"),
        ({"received_on": "2001-01-01"}, "sebelum tanggal suratnya"),
        ({"file": (io.BytesIO(b"bukan pdf"), "x.pdf")}, "Pindaian surat"),
    ],
)
def test_wrong_input_comes_back_with_words(session, as_, more, words):
    answer = received(as_("clerk"), **more)
    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalars(select(Incoming)).all() == []


def test_a_secret_letter_is_for_those_it_was_handed_to(session, staff, as_):
    received(as_("clerk"), secrecy="rahasia", title="Rahasia sekali")
    row = session.scalars(select(Incoming)).one()
    at = f"/jdih/surat-masuk/{row.id}"
    assert as_("drafter").get(at, check=False).status_code == 404
    assert "Rahasia sekali" not in as_("drafter").get("/jdih/surat-masuk").text
    given = {"to": [str(staff.id("drafter"))], "instruction": "Jawab", "due_on": ""}
    assert as_("signer").post(f"{at}/disposisi", data=given).location == at
    assert "Rahasia sekali" in as_("drafter").get(at).text
    assert as_("officer").get(at, check=False).status_code == 404


def test_classes_and_kinds_are_set_by_the_archive_of_the_nation(session, make_account, login, client, as_):
    assert as_("clerk").get("/jdih/arsip/klasifikasi/PP.05", check=False).status_code == 403
    assert "klasifikasi/PP.05" not in as_("clerk").get("/jdih/arsip/klasifikasi").text
    login(client, make_account(role="arsiparis"))
    assert "klasifikasi/PP.05" in client.get("/jdih/arsip/klasifikasi").text
    form = {
        "name": "Data pemilih",
        "parent": "PP",
        "active_years": "1",
        "inactive_years": "4",
        "source": "JRA",
    }
    answer = client.post("/jdih/arsip/klasifikasi/PP.05", data=form | {"fate": ""})
    assert answer.status_code == 422
    assert "sekaligus" in answer.text
    answer = client.post("/jdih/arsip/klasifikasi/PP.05", data=form | {"fate": "musnah", "active": "y"})
    assert answer.location == "/jdih/arsip/klasifikasi"
    row = session.get(ArchiveClass, "PP.05")
    session.refresh(row)
    assert (row.active_years, row.inactive_years, row.fate, row.to_confirm) == (1, 4, "musnah", False)
    answer = client.post(
        "/jdih/naskah/jenis/BA", data={"series": "BA", "initials": "2", "class_code": "PP.05"}
    )
    assert answer.location == "/jdih/naskah/jenis"
    kind = session.get(LetterKind, "BA")
    session.refresh(kind)
    assert (kind.initials, kind.signer_apart, kind.public, kind.class_code) == (2, False, False, "PP.05")
    assert client.post("/jdih/naskah/jenis/BA", data={"series": "a b", "initials": "2"}).status_code == 422
    assert session.scalars(select(Letter)).all() == []
