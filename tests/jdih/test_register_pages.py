"""Pages of legal staff: what they see, what the forms refuse, whose documents they may touch."""

from __future__ import annotations

import io

import pytest

from electsys.identity.models import Account
from modules.jdih.operations import files, relations
from modules.jdih.queries import register as queries
from tests.jdih.registering import SYSTEM, draft, pdf, published, stored
from tests.pages import count_queries


@pytest.fixture(autouse=True)
def store_folder(app, session, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))


@pytest.fixture
def enter(session, client, make_account, login):
    """Log legal staff of a region in."""

    def enter(region="", role="jdih_pengelola") -> Account:
        account = make_account(role, region)
        session.commit()
        login(client, account)
        return account

    return enter


def path(document, rest=""):
    return f"/jdih/kelola/dokumen/{document.id}{rest}"


def test_an_empty_register_says_what_to_do_next(client, enter):
    enter("1201")
    page = client.get("/jdih/kelola")
    assert "Catat yang pertama" in page.text
    assert "/jdih/kelola/baru" in page.text


def test_the_list_shows_ones_own_satker_and_does_not_ask_once_a_row(client, enter):
    for n in range(12):
        published("kpt_kabko", unit="1201", year=2024, title=f"Milik sendiri {n}")
    draft("kpt_kabko", unit="1202", title="Milik tetangga")
    published("pkpu", title="Milik pusat")
    enter("1201")
    with count_queries(30):
        page = client.get("/jdih/kelola")
    assert "Milik sendiri 11" in page.text
    assert "Milik tetangga" not in page.text and "Milik pusat" not in page.text
    export = client.get("/jdih/kelola?unduh=csv")
    assert export.text.count("Milik sendiri") == 12
    assert "Milik sendiri 3" in client.get("/jdih/kelola?cari=sendiri+3&keadaan=terbit").text


def test_national_staff_see_everything_and_filter_it(client, enter):
    draft("kpt_kabko", unit="1202", title="Dari 1202")
    draft("pkpu", title="Dari pusat")
    enter()
    assert "Dari 1202" in client.get("/jdih/kelola").text
    narrowed = client.get("/jdih/kelola?jenis=pkpu&keadaan=konsep").text
    assert "Dari pusat" in narrowed and "Dari 1202" not in narrowed


def test_kinds_offered_are_those_that_the_satker_issues(client, enter):
    enter("1201")
    page = client.get("/jdih/kelola/baru").text
    assert "Keputusan KPU Kabupaten/Kota" in page and "Artikel Hukum" in page
    assert "Peraturan Komisi Pemilihan Umum" not in page
    assert client.get("/jdih/kelola/baru/pkpu").status_code == 403
    assert client.get("/jdih/kelola/baru/apa").status_code == 404


def test_a_decision_from_the_form_to_publication(client, enter, session):
    enter("1201")
    form = client.get("/jdih/kelola/baru/kpt_kabko")
    assert "KPU Kabupaten Tapanuli Tengah" in form.text
    wrong = client.submit(form, year="24", number="", title="")
    assert wrong.status_code == 422
    done = client.submit(form, year="2024", number="77", title="Penetapan Jadwal Uji", subjects="jadwal\nuji")
    assert done.status_code == 302
    law = queries.by_stem("1201-2024kpt077")
    assert (law.state, law.subjects) == ("konsep", ["jadwal", "uji"])
    assert law.heading == "Tapanuli Tengah (Kabupaten). Komisi Pemilihan Umum"
    page = client.get(done.location)
    assert "Masih konsep" in page.text
    shut = client.submit(page, path(law, "/terbitkan"))
    assert shut.status_code == 302
    session.refresh(law)
    assert law.state == "terbit"
    assert "Tarik dari publikasi" in client.get(path(law)).text


def test_a_used_number_comes_back_with_a_link(client, enter):
    other = draft("kpt_kabko", unit="1201", number="78", year=2024)
    enter("1201")
    form = client.get("/jdih/kelola/baru/kpt_kabko")
    back = client.submit(form, year="2024", number="78", title="Lain")
    assert back.status_code == 422
    assert path(other) in back.text and "Nomor ini sudah dipakai" in back.text


def test_a_doubt_is_ticked_and_then_passes(client, enter):
    draft("kpt_kabko", unit="1201", title="Judul Kembar", year=2024)
    enter("1201")
    form = client.get("/jdih/kelola/baru/kpt_kabko")
    back = client.submit(form, year="2024", number="79", title="judul kembar")
    assert back.status_code == 422
    assert "dengan judul yang sama" in back.text
    again = client.submit(back)
    assert again.status_code == 422, "it must be ticked"
    done = client.submit(again, accepted="title")
    assert done.status_code == 302
    assert queries.by_stem("1201-2024kpt079") is not None


def test_metadata_is_edited_with_a_reason_and_versions_stand_side_by_side(client, enter):
    law = published("kpt_kabko", unit="1201", year=2024, title="Judul lama")
    enter("1201")
    form = client.get(path(law, "/ubah"))
    assert client.submit(form, title="Judul baru").status_code == 422
    assert client.submit(form, title="Judul baru", reason="Salah ketik").status_code == 302
    page = client.get(path(law, "/versi"))
    assert "Judul lama" in page.text and "Judul baru" in page.text and "Salah ketik" in page.text
    first = client.get(path(law, "/versi?baru=1&lama=0"))
    assert first.status_code == 200
    assert client.get(path(law, "/versi?baru=99&lama=abc")).status_code == 200


def test_withdrawal_and_return(client, enter):
    law = published("kpt_kabko", unit="1201", year=2024)
    enter("1201")
    form = client.get(path(law, "/tarik"))
    assert client.submit(form, reason=" ").status_code == 422
    assert client.submit(form, reason="Salah unggah").status_code == 302
    assert "Ditarik dari publikasi: Salah unggah" in client.get(path(law)).text
    assert client.submit(client.get(path(law, "/terbitkan-kembali")), reason="Betul").status_code == 302
    assert "Salah unggah" not in client.get(path(law)).text.split("Riwayat")[0]


# --- files ---------------------------------------------------------------------------------------


def test_a_pdf_is_attached_with_its_hash(client, enter):
    law = draft("kpt_kabko", unit="1201", year=2024)
    enter("1201")
    form = client.get(path(law, "/berkas"))
    assert "PDF paling banyak 400 halaman" in form.text
    upload = (io.BytesIO(pdf("Keputusan")), "keputusan.pdf")
    assert client.submit(form, file=upload, role="utama", label="Naskah").status_code == 302
    [row] = files.files_of(law)
    page = client.get(path(law))
    assert row.file.sha256 in page.text
    answer = client.get(path(law, f"/berkas/{row.id}"), check=False)
    assert answer.data.startswith(b"%PDF") and "1201-2024kpt" in answer.headers["Content-Disposition"]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "content",
    [b"bukan PDF sama sekali", SVG, pdf("x")[:200], b"%PDF-1.7\n%%EOF", b"GIF89a" + bytes(50)],
    ids=["text", "svg", "torn", "hollow", "gif"],
)
def test_what_is_no_pdf_is_refused_at_its_field(client, enter, content):
    law = draft("kpt_kabko", unit="1201", year=2024)
    enter("1201")
    form = client.get(path(law, "/berkas"))
    back = client.submit(form, file=(io.BytesIO(content), "naskah.pdf"), role="utama")
    assert back.status_code == 422
    assert "file-error" in back.text
    assert files.files_of(law) == []


def test_a_file_is_replaced_and_detached(client, enter):
    law = draft("kpt_kabko", unit="1201", year=2024)
    row = files.attach_file(law, stored("lama"), role="utama", label="Naskah", actor=SYSTEM)
    enter("1201")
    form = client.get(path(law, f"/berkas/{row.id}/ganti"))
    sent = client.submit(form, file=(io.BytesIO(pdf("baru")), "b.pdf"), reason="Lebih jelas")
    assert sent.status_code == 302
    gone = client.submit(client.get(path(law, f"/berkas/{row.id}/lepas")), reason="Salah")
    assert gone.status_code == 302
    assert files.files_of(law) == []
    assert client.get(path(law, "/berkas/999999/ganti")).status_code == 404


# --- relations -----------------------------------------------------------------------------------


def test_a_relation_by_citation_and_by_words_without_script(client, enter):
    old = published("pkpu", number="981", year=2019, title="Rekapitulasi Lama Uji")
    twin = published("pkpu", number="982", year=2018, title="Rekapitulasi Lama Uji")
    law = published("pkpu", year=2024)
    enter()
    form = client.get(path(law, "/hubungan"))
    assert client.submit(form, kind="mencabut", target="PKPU 981/2019", note="pasal 90").status_code == 302
    assert old.legal_status == "dicabut"
    unclear = client.submit(form, kind="mengubah", target="rekapitulasi lama uji")
    assert unclear.status_code == 422 and "Dokumen mana yang dimaksud?" in unclear.text
    chosen = client.submit(unclear, **{"target-pilih": twin.stem})
    assert chosen.status_code == 302
    assert twin.legal_status == "diubah"
    nothing = client.submit(form, kind="mengubah", target="tidak ada judul ini")
    assert "bila belum ada, catat dulu" in nothing.text
    page = client.get(path(law)).text
    assert "mencabut" in page and "(pasal 90)" in page
    assert "dicabut dengan" in client.get(path(old)).text


def test_refused_relations_say_why(client, enter):
    old, law = published("pkpu", number="983", year=2019), published("pkpu", number="984", year=2024)
    relations.relate(law, "mencabut", old, actor=SYSTEM)
    enter()
    itself = client.submit(client.get(path(law, "/hubungan")), kind="mencabut", target=law.stem)
    assert "dirinya sendiri" in itself.text and itself.status_code == 422
    circle = client.submit(client.get(path(old, "/hubungan")), kind="mengubah", target="PKPU 984/2024")
    assert "PKPU 983/2019 → PKPU 984/2024 → PKPU 983/2019" in circle.text
    newer = published("pkpu", number="985", year=2025)
    doubt = client.submit(client.get(path(law, "/hubungan")), kind="mengubah", target="PKPU 985/2025")
    assert "lebih baru (2025)" in doubt.text
    assert client.submit(doubt, accepted="newer").status_code == 302
    assert newer.legal_status == "diubah"


def test_a_relation_is_removed_with_a_reason(client, enter):
    old, law = published("pkpu", year=2019), published("pkpu", year=2024)
    row = relations.relate(law, "mencabut", old, actor=SYSTEM)
    enter()
    form = client.get(path(law, f"/hubungan/{row.id}/hapus"))
    assert client.submit(form, reason="Keliru").status_code == 302
    assert old.legal_status == "berlaku"
    assert client.get(path(old, f"/hubungan/{row.id}/hapus")).status_code == 404


def test_a_ruling_tests_a_law(client, enter):
    law, ruling = published("uu", number="986", year=2017), published("putusan_mk", year=2024)
    enter()
    form = client.get(path(ruling, "/hubungan"))
    no_outcome = client.submit(form, kind="menguji", target="UU 986/2017")
    assert no_outcome.status_code == 422 and "outcome-error" in no_outcome.text
    done = client.submit(form, kind="menguji", target="UU 986/2017", outcome="membatalkan_sebagian")
    assert done.status_code == 302
    assert law.legal_status == "dicabut_sebagian"


def test_the_picker_answers_programs(client, enter):
    law = published("pkpu", number="987", year=2024)
    enter("1201")
    assert client.get("/jdih/kelola/cari.json?q=PKPU+987/2024").json[0]["code"] == law.stem
    assert client.get("/jdih/kelola/cari.json").json == []


# --- whose -----------------------------------------------------------------------------------------


def test_a_neighbours_document_is_shut(client, enter):
    law = draft("kpt_kabko", unit="1202", year=2024)
    enter("1201")
    for rest in ("", "/ubah", "/berkas", "/hubungan", "/versi", "/tarik"):
        assert client.get(path(law, rest)).status_code == 403
    assert client.post(path(law, "/terbitkan"), check=False).status_code == 403
    assert client.get("/jdih/kelola/dokumen/99999999").status_code == 404


def test_kinds_are_kept_by_the_nation(client, enter, session):
    enter()
    assert "Peraturan Komisi Pemilihan Umum" in client.get("/jdih/kelola/jenis").text
    form = client.get("/jdih/kelola/jenis/se")
    assert client.submit(form, abbreviation="SE-KPU", aliases="Edaran\nSurat  Edaran").status_code == 302
    new = client.get("/jdih/kelola/jenis-baru")
    given = {"code": "poster", "stem": "poster", "name": "Poster", "abbreviation": "POSTER", "position": "30"}
    assert client.submit(new, type="artikel", unit_digits=["0", "4"], **given).status_code == 302
    twice = client.submit(new, type="artikel", unit_digits=["0"], **given)
    assert twice.status_code == 422 and "sudah ada" in twice.text
    assert "Poster" in client.get("/jdih/kelola/baru").text


def test_kinds_are_shut_to_a_satker(client, enter):
    enter("1201")
    assert client.get("/jdih/kelola/jenis").status_code == 403


def test_the_task_list_counts_drafts(client, enter):
    draft("kpt_kabko", unit="1201", year=2024)
    enter("1201")
    assert "Terbitkan konsep produk hukum" in client.get("/").text
