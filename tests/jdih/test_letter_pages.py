"""Pages of letters: written, routed, numbered, signed and sent by clicks; who sees what."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import select

from electsys.documents import render_pdf
from electsys.documents.papers import today
from electsys.errors import Refused
from modules.jdih.models import Incoming, Letter
from modules.jdih.operations import drafts, numbering, sending, signing
from tests.jdih.lettering import MINUTES, bring, draft
from tests.pages import Html, count_queries


def pdf():
    frame = {"kind": "Uji", "number": "", "title": "U"}
    return render_pdf("berita_acara", {"opening": "Uji", "document": frame})


TYPED = {
    "title": "Penetapan Lokasi TPS",
    "f_menimbang": "bahwa perlu ditetapkan;",
    "f_mengingat": "UU 7/2017\nPKPU 7/2022",
    "f_diktum": "Menetapkan lokasi.\nMulai berlaku hari ini.",
    "f_place": "Pandan",
    "signers": "Ketua Uji; Ketua KPU Kabupaten Tapanuli Tengah",
    "class_code": "HK.03.1",
    "recipients": "12\nBawaslu Kabupaten Tapanuli Tengah",
    "copies": "0",
}


def typed(staff, **more):
    """A decision as its form sends it."""
    chosen = {"signer_id": str(staff.id("signer")), "secrecy": "biasa", "urgency": "biasa", "capacity": ""}
    return TYPED | chosen | more


def said(answer):
    """What a refused page complains about."""
    page = Html(answer.text)
    return [page.text(each) for each in page.with_class("error-summary")] or answer.text[-2000:]


def scan_of(content, name="pindaian.pdf"):
    return {"scan-file": (io.BytesIO(content), name)}


def test_the_whole_way_by_clicks(session, staff, as_):
    client = as_("drafter")
    page = client.get("/jdih/naskah/baru")
    assert "Keputusan" in page.text
    page = client.get("/jdih/naskah/baru/Kpt?satker=1201")
    form = {
        **TYPED,
        "signer_id": str(staff.id("signer")),
        "secrecy": "biasa",
        "urgency": "segera",
        "capacity": "",
    }
    answer = client.post("/jdih/naskah/baru/Kpt?satker=1201", data=form)
    assert answer.status_code == 302, answer.text
    letter = session.scalars(select(Letter)).one()
    assert letter.data["mengingat"] == ["UU 7/2017", "PKPU 7/2022"]
    assert [(r.unit, r.name, r.copy) for r in letter.recipients] == [
        ("12", "KPU Provinsi Sumatera Utara", False),
        (None, "Bawaslu Kabupaten Tapanuli Tengah", False),
        ("", "KPU RI", True),
    ]
    at = f"/jdih/naskah/{letter.id}"
    page = client.get(at)
    assert "Lengkapi" in page.text or "Sebelum diajukan" in page.text
    answer = client.post(
        f"{at}/rute",
        data={
            "account_1": str(staff.id("first")),
            "role_1": "Kasubbag",
            **{f"account_{n}": "" for n in range(2, 7)},
        },
    )
    assert answer.location == at
    answer = client.get(f"{at}/pratinjau.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert client.post(f"{at}/langkah/submit").location == at

    client = as_("first")
    assert "Paraf konsep naskah dinas" in client.get("/").text
    page = client.get(at)
    assert "Bubuhkan paraf" in page.text
    assert client.post(
        f"{at}/langkah/initial", data={"initial-reason": "Baik", "initial-revision": "1"}
    ).location
    client = as_("signer")
    assert "Setujui naskah dinas" in client.get("/").text
    assert client.post(f"{at}/langkah/approve").location == at
    client = as_("clerk")
    assert "Beri nomor naskah dinas" in client.get("/").text
    assert client.post(f"{at}/langkah/number").location == at
    client = as_("signer")
    page = client.get(at)
    assert "Tanda tangani secara elektronik" in page.text
    assert client.post(f"{at}/langkah/sign").location == at
    session.refresh(letter)
    assert letter.state == "ditandatangani"
    page = client.get(at)
    assert letter.document.token in page.text
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert client.get(f"{at}/berkas/{letter.document.file_id}").data.startswith(b"%PDF")

    client = as_("clerk")
    client.get(f"{at}/kirim")
    outside = letter.recipients[1].id
    answer = client.post(f"{at}/kirim", data={f"way_{outside}": "", f"date_{outside}": str(letter.date)})
    assert answer.status_code == 422
    assert "Pilih cara pengiriman" in answer.text
    answer = client.post(f"{at}/kirim", data={f"way_{outside}": "pos", f"date_{outside}": str(letter.date)})
    assert answer.location == at
    session.expire_all()
    assert letter.state == "terkirim"
    assert {row.unit for row in session.scalars(select(Incoming).where(Incoming.letter_id == letter.id))} == {
        "12",
        "",
    }
    assert client.post(f"{at}/langkah/archive").location == at
    assert "belum ditetapkan" in client.get("/jdih/arsip").text
    client.get(at)


def test_a_note_that_is_missing_comes_back_with_the_page(staff, as_):
    letter = bring(staff, "paraf_berjenjang")
    answer = as_("first").post(f"/jdih/naskah/{letter.id}/langkah/return", data={"return-reason": " "})
    assert answer.status_code == 422
    assert "Tuliskan alasannya" in answer.text
    assert Html(answer.text).by_id("return-reason-error") is not None


def test_a_step_of_another_is_refused_with_words(staff, as_):
    letter = bring(staff, "paraf_berjenjang")
    answer = as_("second").post(f"/jdih/naskah/{letter.id}/langkah/initial")
    assert answer.status_code == 403
    assert "giliran" in answer.text
    assert "Bubuhkan paraf" not in as_("second").get(f"/jdih/naskah/{letter.id}").text
    assert as_("second").post(f"/jdih/naskah/{letter.id}/langkah/terbang", check=False).status_code == 404


def test_preview_of_what_is_typed_keeps_nothing(session, staff, as_):
    form = {
        **TYPED,
        "signer_id": str(staff.id("signer")),
        "pratinjau": "1",
        "secrecy": "biasa",
        "urgency": "biasa",
        "capacity": "",
    }
    client = as_("drafter")
    answer = client.post("/jdih/naskah/baru/Kpt?satker=1201", data=form)
    assert answer.mimetype == "application/pdf"
    assert session.scalars(select(Letter)).all() == []
    answer = client.post("/jdih/naskah/baru/Kpt?satker=1201", data=form | {"f_diktum": " "})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "Isi hal"),
        ({"signers": "Tanpa jabatan"}, "nama; jabatan"),
        ({"recipients": "1299"}, "Tidak ada satker berkode 1299"),
        ({"f_diktum": "\n\n"}, "Isi Diktum"),
        ({"class_code": "XX.1"}, "Pilih salah satu"),
        ({"f_attachment_table": "a;b\n1"}, "1 kolom"),
    ],
)
def test_wrong_input_comes_back_with_words(session, staff, as_, change, words):
    form = {
        **TYPED,
        "signer_id": str(staff.id("signer")),
        "secrecy": "biasa",
        "urgency": "biasa",
        "capacity": "",
    }
    answer = as_("drafter").post("/jdih/naskah/baru/Kpt?satker=1201", data=form | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalars(select(Letter)).all() == []


def test_an_edited_draft_keeps_its_words(session, staff, as_):
    letter = draft(staff)
    client = as_("drafter")
    page = client.get(f"/jdih/naskah/{letter.id}/ubah")
    values = Html(page.text).values(Html(page.text).form())
    answer = client.post(f"/jdih/naskah/{letter.id}/ubah", data=values)
    assert answer.location == f"/jdih/naskah/{letter.id}", answer.text
    before = letter.data
    session.refresh(letter)
    assert letter.data == before
    assert letter.revision == 2


# --- secrecy -------------------------------------------------------------------------------------


def test_a_secret_letter_is_for_its_route(session, staff, as_, make_account, client, login):
    letter = bring(staff, "bernomor", secrecy="rahasia", title="Rahasia sekali")
    session.commit()
    at = f"/jdih/naskah/{letter.id}"
    other = make_account(role="naskah_konseptor", region="1201")
    for account in (other, make_account(role="jdih_pengelola", region="12")):
        login(client, account)
        assert "Rahasia sekali" not in client.get("/jdih/naskah").text
        assert "Rahasia sekali" not in client.get("/jdih/naskah?unduh=csv").text
    login(client, other)
    assert client.get(at, check=False).status_code == 404
    for name in ("drafter", "first", "second", "signer"):
        assert "Rahasia sekali" in as_(name).get(at).text
    clerk = as_("clerk")
    page = clerk.get(at)
    assert "Rahasia sekali" not in page.text
    assert "hanya untuk mereka" in page.text
    assert "(rahasia)" in clerk.get("/jdih/naskah").text
    assert "(rahasia)" not in clerk.get("/jdih/naskah?cari=sekali").text
    assert clerk.get(f"{at}/pratinjau.pdf", check=False).status_code == 404
    document = signing.sign_letter(letter, actor=staff.signer)
    session.commit()  # a refused request rolls back what was not
    assert document.public is False
    assert clerk.get(f"{at}/berkas/{document.file_id}", check=False).status_code == 404
    member = make_account(permissions=["documents:document:read"], region="1201")
    login(client, member)
    assert "Rahasia sekali" not in client.get("/dokumen").text
    assert "Rahasia sekali" not in client.get(f"/dokumen/{document.token}").text
    assert client.get(f"/dokumen/{document.token}/unduh", check=False).status_code == 403
    login(client, staff.accounts["signer"])
    assert "Rahasia sekali" not in client.get("/dokumen", check=False).text, "no right to documents at all"


def test_another_satker_sees_nothing(staff, as_, make_account, client, login):
    letter = bring(staff, "bernomor")
    login(client, make_account(role="naskah_penandatangan", region="3171"))
    assert client.get(f"/jdih/naskah/{letter.id}", check=False).status_code == 403
    assert "Penetapan" not in client.get("/jdih/naskah").text


# --- signed by hand ------------------------------------------------------------------------------


def test_signed_by_hand_the_scan_comes_back(session, staff, as_):
    letter = bring(staff, "bernomor", "BA")
    at = f"/jdih/naskah/{letter.id}"
    client = as_("clerk")
    with pytest.raises(Refused, match="Cetak dulu"):
        signing.sign_by_scan(letter, store(staff, pdf()), actor=staff.clerk)
    assert client.post(f"{at}/langkah/print").location == at
    session.refresh(letter)
    assert letter.signature == "basah"
    assert "unggah pindaian" in client.get(at).text.lower() or "pindaian" in client.get(at).text
    with pytest.raises(Refused, match="dicetak"):
        signing.sign_letter(letter, actor=staff.signer)
    answer = client.post(
        f"{at}/pindaian",
        data=scan_of(pdf(), "pindaian.pdf"),
    )
    assert answer.location == at, said(answer)
    session.refresh(letter)
    assert letter.state == "ditandatangani"
    assert [f.role for f in letter.files] == ["pindaian"]
    assert [s.kind for s in letter.document.signatures] == ["basah"]
    answer = client.post(
        f"{at}/pindaian",
        data=scan_of(pdf(), "lagi.pdf"),
    )
    assert answer.status_code == 422
    assert "sudah dilampirkan" in answer.text
    client.get(at)


def test_a_scan_that_is_no_pdf_is_refused(staff, as_):
    letter = bring(staff, "bernomor", "BA")
    signing.print_letter(letter, actor=staff.clerk)
    answer = as_("clerk").post(
        f"/jdih/naskah/{letter.id}/pindaian",
        data=scan_of(b"<script>"),
    )
    assert answer.status_code == 422
    assert letter.state == "bernomor"


def store(staff, content):
    from electsys.documents import store_file

    return store_file(io.BytesIO(content), name="x.pdf", kind="letter_scan", actor=staff.clerk)


def test_an_altered_electronic_signature_is_not_taken_in(staff):
    from electsys.documents import open_file

    other = bring(staff, "ditandatangani", "BA")
    with open_file(other.document.file) as file:
        content = file.read()
    letter = bring(staff, "bernomor", "BA")
    signing.print_letter(letter, actor=staff.clerk)
    at = content.index(b"/Type", 200)
    altered = content[:at] + b"/type" + content[at + 5 :]
    with pytest.raises(Refused):
        signing.sign_by_scan(letter, store(staff, altered), actor=staff.clerk)
    row = signing.sign_by_scan(letter, store(staff, content), actor=staff.clerk)
    assert [s["intact"] for s in row.signatures] == [True]


# --- lists ---------------------------------------------------------------------------------------


def test_the_list_asks_few_questions(staff, as_):
    for n in range(12):
        drafts.draft_letter(
            "BA", unit="1201", head=drafts.Head(f"Rapat {n}"), data=MINUTES, actor=staff.drafter
        )
    client = as_("drafter")
    client.get("/jdih/naskah")
    with count_queries(25):
        assert "Rapat 11" in client.get("/jdih/naskah").text
    for what in ("paraf", "setuju", "nomor", "tanda_tangan", "perbaikan", "kirim", "arsip"):
        client.get(f"/jdih/naskah?tunggu={what}")


def test_empty_lists_say_what_to_do_next(as_):
    assert "Susun naskah" in as_("drafter").get("/jdih/naskah").text
    client = as_("clerk")
    assert "Catat surat masuk" in client.get("/jdih/surat-masuk").text
    assert "Arsipkan" in client.get("/jdih/arsip").text


def test_backdated_number_by_pages(session, staff, as_):
    bring(staff, "ditandatangani", "BA")
    letter = bring(staff, "disetujui", "BA")
    at = f"/jdih/naskah/{letter.id}"
    client = as_("clerk")
    client.get(f"{at}/sisipan")
    yesterday = today("1201") - dt.timedelta(days=1)
    asked = {"date": str(yesterday), "after": "1", "reason": "Terlambat diketik"}
    answer = client.post(f"{at}/sisipan", data=asked)
    assert answer.status_code == 422
    assert "mendahului" in answer.text
    first = session.scalars(select(Letter).where(Letter.state == "ditandatangani")).one()
    first.date = first.document.date = yesterday
    session.flush()
    answer = client.post(f"{at}/sisipan", data=asked)
    assert answer.location == at, said(answer)
    assert "Menunggu izin" in client.get(at).text
    with pytest.raises(Refused, match="sedang diminta"):
        numbering.number_letter(letter, actor=staff.clerk)
    client = as_("signer")
    assert "Putuskan permintaan nomor sisipan" in client.get("/").text
    assert client.post(f"{at}/sisipan/izinkan").location == at
    session.refresh(letter)
    assert letter.number == f"1.a/PP.05-BA/1201/{yesterday.year}"
    assert letter.date == yesterday


def test_archive_pages(staff, as_):
    client = as_("clerk")
    client.get("/jdih/arsip/klasifikasi")
    client.get("/jdih/arsip/klasifikasi/PP.05")
    client.get("/jdih/arsip/klasifikasi/baru")
    client.get("/jdih/naskah/jenis")
    client.get("/jdih/naskah/jenis/BA")
    letter = bring(staff, "ditandatangani", "BA")
    sending.archive_letter(letter, actor=staff.clerk)
    routes = ["?tahap=habis", "?tahap=aktif", "?tahap=inaktif", "?tahap=belum", "?unduh=csv"]
    for route in routes:
        client.get(f"/jdih/arsip{route}")
