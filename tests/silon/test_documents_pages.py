"""The pages of documents: drop, match, place, one place, reading, and what must be repaired."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from electsys.ledger import Actor
from electsys.verification.operations import desk
from modules.silon.models import CandidateDocument, CandidateUpload
from modules.silon.operations.conclusions import conclude_nomination
from modules.silon.operations.judging import open_round
from modules.silon.permissions import CONCLUDE, EDIT, READ, SUBMIT, VERIFY
from tests.pages import Html, count_queries
from tests.silon import conftest as make
from tests.silon.conftest import ACTOR
from tests.silon.filing import complete, document, items, judge, open_stage
from tests.silon.test_documents import HTML
from tests.sipol.entering import pdf

DESK = ["verification:item:read", "verification:item:judge"]


@pytest.fixture
def row(session, election):
    found = make.nomination(session)
    make.candidate(session, found, name="BUDI UJI")
    make.candidate(session, found, name="SITI UJI", sex="P")
    open_stage(session, found)
    session.commit()
    return found


@pytest.fixture
def sign_in(client, login, make_account):
    def sign_in(*rights, region="", party=None):
        account = make_account(permissions=list(rights), region=region, party=party)
        login(client, account)
        return Actor(account.id, account.username)

    return sign_in


@pytest.fixture
def liaison(sign_in, row):
    return sign_in(READ, EDIT, SUBMIT, party=row.party_id)


def here(row, more=""):
    return f"/calon/pencalonan/{row.id}/dokumen{more}"


def files(*given):
    return {"files": [(io.BytesIO(content), name) for name, content in given]}


def test_the_page_shows_every_place_and_how_much_is_lacking(client, row, liaison):
    with count_queries(60):
        page = Html(client.get(here(row)).text)
    text = page.text()
    assert "25 dokumen wajib belum ada" in text
    assert "BUDI UJI" in text and "Ijazah SMA" in text and "boleh menyusul" not in text


def test_many_files_go_to_their_places_and_the_others_wait(client, session, row, liaison):
    answer = client.post(
        here(row),
        data=files(
            ("01_ijazah.pdf", pdf("a")),
            ("2 ktp siti uji.pdf", pdf("b")),
            ("scan.pdf", pdf("c")),
            ("MODEL B-PENGAJUAN-PARPOL.pdf", pdf("d")),
        ),
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    text = Html(answer.text).text()
    assert "3 berkas ditempatkan, 1 perlu ditempatkan sendiri" in text
    assert "Jenis dokumennya tidak terbaca dari nama berkas" in text
    found = session.scalars(select(CandidateDocument).order_by(CandidateDocument.id)).all()
    assert [d.kind for d in found] == ["ijazah", "ktp_el", "surat_pengajuan"]
    assert found[2].candidate_id is None
    [waiting] = session.scalars(select(CandidateUpload)).all()
    placed = client.post(
        here(row, f"/tempatkan/{waiting.file_id}"), data={"kind": "kta", "number": "2"}, follow_redirects=True
    )
    assert "scan.pdf ditempatkan" in placed.text
    assert client.get(f"/calon/dokumen/{found[0].id}").status_code == 200


def test_a_diploma_that_is_html_is_refused_and_the_rest_is_kept(client, session, row, liaison):
    answer = client.post(
        here(row),
        data=files(("01_ijazah.pdf", HTML), ("01_ktp.pdf", pdf("b"))),
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "01_ijazah.pdf: Isi berkas ini HTML" in Html(answer.text).text()
    session.expire_all()
    assert [d.kind for d in session.scalars(select(CandidateDocument))] == ["ktp_el"]


def test_names_are_matched_before_the_files_are_sent(client, row, liaison):
    answer = client.post(here(row, "/cocokkan"), json={"names": ["1_kta.pdf", "9_kta.pdf", "x.pdf"]})
    one, two, three = answer.get_json()["matches"]
    assert (one["kind"], one["region"], one["region_label"], one["sure"]) == ("kta", "1", "1. BUDI UJI", True)
    assert not two["sure"] and "Tidak ada calon dengan nomor urut itu" in two["why"]
    assert not three["sure"]
    for wrong in ({"names": "x"}, {"names": ["x"] * 501}, {"names": [1]}, []):
        assert client.post(here(row, "/cocokkan"), json=wrong).status_code == 400


def test_an_upload_in_pieces_is_placed_and_asked_twice_answers_the_same(client, session, row, liaison):
    content = pdf("potongan")
    begun = client.post(
        "/unggahan", json={"kind": "candidate_document", "name": "1_kta.pdf", "length": len(content)}
    )
    token = begun.get_json()["token"]
    client.patch(
        f"/unggahan/{token}",
        data=content,
        headers={"Upload-Offset": "0"},
        content_type="application/offset+octet-stream",
    )
    asked = {"token": token, "kind": "kta", "region": "1"}
    first = client.post(here(row, "/berkas"), json=asked).get_json()
    assert first["placed"] and first["receipt"].startswith("TT-") and len(first["sha256"]) == 64
    assert client.post(here(row, "/berkas"), json=asked).get_json() == first
    assert len(session.scalars(select(CandidateDocument.id)).all()) == 1


def test_one_place_takes_one_file(client, session, row, liaison):
    at = here(row, "/1/ijazah")
    assert "Ijazah SMA" in client.get(at).text
    assert "Pilih berkasnya" in client.post(at, data={}).text
    wrong = client.post(at, data={"file": (io.BytesIO(HTML), "i.pdf")}, content_type="multipart/form-data")
    assert wrong.status_code == 422 and "Isi berkas ini HTML" in wrong.text
    done = client.post(
        at,
        data={"file": (io.BytesIO(pdf("x")), "i.pdf")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    assert "diterima. Tanda terima TT-" in Html(done.text).text()
    assert client.get(here(row, "/7/ijazah")).status_code == 404
    assert client.get(here(row, "/1/putusan_pidana")).status_code == 404


def test_a_reader_gets_a_marked_copy_and_another_party_nothing(client, session, row, liaison, sign_in):
    who = session.scalars(select(make.Candidate).where(make.Candidate.name == "BUDI UJI")).one()
    made = document(session, row, who, "ijazah")
    session.commit()
    answer = client.get(f"/calon/dokumen/{made.id}/berkas")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "application/pdf"
    assert client.get(f"/unggahan-saya/{made.file_id}/unduh").status_code in (403, 404)
    sign_in(READ, EDIT, party=row.party_id + 1)
    for path in (f"/calon/dokumen/{made.id}", f"/calon/dokumen/{made.id}/berkas", here(row)):
        assert client.get(path).status_code in (403, 404)


@pytest.fixture
def sent_back(session, row, make_account):
    """The same, judged: the first one's diploma wrong, then sent back by the plenary."""
    complete(session, row)
    row.state = "vermin"
    session.flush()
    open_stage(session, row)
    open_round(row, actor=ACTOR)
    verifier = make_account(permissions=[VERIFY, READ, *DESK])
    actor = Actor(verifier.id, verifier.username)
    from electsys import verification

    for item in items(session, row):
        found = session.get(CandidateDocument, int(item.subject.partition(":")[2]))
        who = session.get(make.Candidate, found.candidate_id or 0)
        if found.kind == "ijazah" and who.number == 1:
            desk.decide(
                verification.find(item.queue),
                item,
                "bms",
                actor=actor,
                reason="tanpa_legalisasi",
                note="Cap sekolah tidak ada.",
            )
    judge(session, row, actor)
    plenary = make_account(permissions=[CONCLUDE, READ])
    conclude_nomination(row, "defer", actor=Actor(plenary.id, plenary.username))
    open_stage(session, row)
    session.commit()
    return row


def test_the_liaison_reads_what_must_be_mended_and_mends_it_there(client, session, sent_back, liaison):
    row = sent_back
    at = f"/calon/pencalonan/{row.id}/perbaikan"
    page = Html(client.get(at).text)
    text = page.text()
    assert "Tidak dilegalisasi, atau bukan dari instansi yang berwenang: Cap sekolah tidak ada." in text
    assert "1. BUDI UJI" in text and "SITI UJI" not in text
    assert "PKPU 10/2023" in text
    done = client.post(
        here(row, "/1/ijazah?dari=perbaikan"),
        data={"file": (io.BytesIO(pdf("baru")), "ijazah.pdf")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    assert "Sudah diunggah lagi; diperiksa sesudah perbaikan diajukan" in Html(done.text).text()
    closed = client.post(
        here(row, "/2/ijazah"),
        data={"file": (io.BytesIO(pdf("lain")), "ijazah.pdf")},
        content_type="multipart/form-data",
    )
    assert closed.status_code == 422 and "sudah memenuhi syarat" in closed.text


def test_nothing_to_mend_says_so(client, session, row, liaison):
    complete(session, row)
    row.state = "vermin"
    session.commit()
    text = Html(client.get(f"/calon/pencalonan/{row.id}/perbaikan").text).text()
    assert "Tidak ada yang harus diperbaiki sejauh ini" in text


def test_the_plenary_sees_what_will_happen_and_concludes(client, session, row, sign_in, make_account):
    complete(session, row)
    row.state = "vermin"
    session.flush()
    open_stage(session, row)
    open_round(row, actor=ACTOR)
    session.commit()
    at = f"/calon/pencalonan/{row.id}/verifikasi"
    sign_in(READ, CONCLUDE)
    with count_queries(70):
        text = Html(client.get(at).text).text()
    assert "Keadaan sementara" in text and "25 dokumen belum diputus" in text
    assert "belum diputus" in client.post(at, data={"outcome": "clear", "plenary": "y"}).text
    verifier = make_account(permissions=[VERIFY, READ, *DESK])
    judge(session, row, Actor(verifier.id, verifier.username))
    session.commit()
    text = Html(client.get(at).text).text()
    assert "Bila disimpulkan sekarang" in text and "2 MS" in text
    assert "Centang sesudah rapat pleno" in client.post(at, data={"outcome": "clear"}).text
    done = client.post(at, data={"outcome": "clear", "plenary": "y"}, follow_redirects=True)
    assert "Disimpulkan: diteruskan ke tahap berikutnya" in done.text
    session.expire_all()
    assert row.state == "rancangan_dcs"
    who = session.scalars(select(make.Candidate).where(make.Candidate.name == "BUDI UJI")).one()
    history = Html(client.get(f"/calon/bakal/{who.id}/verifikasi").text).text()
    assert "memenuhi syarat" in history and "Putaran 1" in history


def test_lists_roll_up_by_party_and_dapil_with_export(client, session, row, sign_in):
    row.state = "vermin"
    make.nomination(session, "vermin", kind="perseorangan")
    session.commit()
    sign_in(READ)
    page = client.get("/calon/verifikasi", follow_redirects=True).text
    assert "Sumatera Utara II" in page and "CALON DPD UJI" in page
    for way in ("partai", "dapil"):
        text = Html(client.get(f"/calon/pemilu-2024/verifikasi?menurut={way}").text).text()
        assert "Belum disimpulkan" in text
        sheet = client.get(f"/calon/pemilu-2024/verifikasi?menurut={way}&unduh=csv")
        assert sheet.status_code == 200 and "MS" in sheet.text.splitlines()[0]


def test_an_empty_house_says_what_comes_next(client, sign_in, election):
    sign_in(READ)
    assert "Belum ada pencalonan yang diverifikasi" in client.get("/calon/verifikasi").text


def test_a_sealed_page_on_the_desk_is_marked_and_stands_in_the_trail(client, session, row, sign_in):
    from electsys.ledger import Act

    who = session.scalars(select(make.Candidate).where(make.Candidate.name == "BUDI UJI")).one()
    document(session, row, who, "ktp_el")
    row.state = "vermin"
    session.flush()
    open_round(row, actor=ACTOR)
    session.commit()
    actor = sign_in(READ, VERIFY, *DESK)
    [item] = items(session, row)
    answer = client.get(f"/verifikasi/butir/{item.id}/berkas/0/1.jpg")
    assert answer.status_code == 200 and answer.mimetype == "image/jpeg"
    act = session.scalars(select(Act).where(Act.verb == "verification:document:read")).one()
    assert (act.account_id, act.subject) == (actor.account_id, f"candidate:{who.id}")
    from electsys.verification import pages

    stored = session.get(CandidateDocument, int(item.subject.partition(":")[2])).file
    assert answer.data != pages.draw_page(stored, 1), "marked with the reader's name"


def test_tasks_tell_who_judges_and_who_concludes(client, session, row, sign_in, make_account):
    complete(session, row)
    row.state = "vermin"
    session.flush()
    open_round(row, actor=ACTOR)
    session.commit()
    sign_in(READ, VERIFY, *DESK)
    assert "Verifikasi: Dokumen calon" in client.get("/").text
    verifier = make_account(permissions=[VERIFY, READ, *DESK])
    judge(session, row, Actor(verifier.id, verifier.username))
    session.commit()
    sign_in(READ, CONCLUDE)
    assert "Simpulkan verifikasi pencalonan dalam pleno" in client.get("/").text
