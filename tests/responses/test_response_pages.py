"""Pages of responses: the form, the receipt, following it, and the officers' queue."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from electsys.responses import queries
from electsys.responses.models import PublicResponse
from tests.pages import Html, count_queries
from tests.responses import toy
from tests.responses.conftest import PERMISSIONS
from tests.responses.examples import response
from tests.responses.test_responses import png, receive

ANSWERS = {
    "nama": "Budi Santoso",
    "wilayah": "1201011001",
    "hal": "ganda",
    "isi": "Nama saya tertulis dua kali di daftar.",
}


def reference(page):
    """The receipt number and the code of the page that confirms."""
    number, code = (Html(page.text).text(e) for e in Html(page.text).with_class("reference"))
    return number, code


def send(client, **more):
    return client.submit(client.get(f"/tanggapan/{toy.KIND}"), **{**ANSWERS, **more})


def test_somebody_without_an_account_sends_and_follows(client, session, officer):
    sent = send(client)
    assert sent.status_code == 200 and sent.headers["Cache-Control"] == "no-store"
    number, code = reference(sent)
    assert f"/tanggapan/lacak#{number}/{code.replace('-', '')}" in sent.text
    state = client.submit(client.get("/tanggapan/lacak"), nomor=number, kode=code)
    assert state.status_code == 200 and "Diputus paling lambat" in state.text
    row = session.scalars(select(PublicResponse)).one()
    assert (row.region, row.proven, row.number) == ("1201011001", False, number)
    from electsys.ledger import Actor
    from electsys.responses import operations

    operations.decide_response(row, "kabul", code="uji_sah", actor=Actor(officer.id, officer.username))
    session.commit()
    told = client.submit(client.get("/tanggapan/lacak"), nomor=number, kode=code)
    assert "dikabulkan" in told.text and "Keberatan Anda sah." in told.text


def test_the_secret_stands_in_no_address_that_a_server_sees(client):
    sent = send(client)
    _number, code = reference(sent)
    link = next(a.get("href") for a in Html(sent.text).all("a") if "#TGP-" in a.get("href", ""))
    before, _, behind = link.partition("#")
    assert before.endswith("/tanggapan/lacak") and code.replace("-", "") in behind


def test_the_receipt_is_a_pdf_without_names(client):
    import pypdfium2

    sent = send(client, nik=toy.NIK)
    number, code = reference(sent)
    answer = client.submit(sent)
    assert answer.mimetype == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    assert f"tanda-terima-{number}.pdf" in answer.headers["Content-Disposition"]
    text = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()
    assert number in text and code in text and "Keberatan atas daftar uji" in text
    assert "KABUPATEN TAPANULI TENGAH" in text
    assert "Budi" not in text and toy.NIK not in text


def test_a_wrong_code_finds_nothing_and_guessing_is_bounded(client, app, monkeypatch):
    number, _code = reference(send(client))
    wrong = client.submit(client.get("/tanggapan/lacak"), nomor=number, kode="0000-0000-0000")
    assert wrong.status_code == 422 and "tidak cocok" in wrong.text
    unknown = client.submit(client.get("/tanggapan/lacak"), nomor="TGP-2024-999999", kode="0000-0000-0000")
    assert unknown.status_code == 422 and "tidak cocok" in unknown.text
    monkeypatch.setitem(app.config, "RESPONSE_TRACK_BURST", 1)
    page = client.get("/tanggapan/lacak")
    from electsys.responses import rates, settings

    room = settings.allowance("RESPONSE_TRACK")
    assert rates.take("lacak", rates.address_key("127.0.0.1"), rate=room.rate, burst=room.burst)
    refused = client.submit(page, nomor=number, kode="0000-0000-0000")
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"nama": ""}, "Wajib diisi."),
        ({"isi": "Pendek."}, "20"),
        ({"wilayah": "Atlantis Raya"}, "Tidak ada wilayah"),
        ({"hal": None}, "Wajib diisi."),
        ({"nik": "12"}, "NIK harus 16 angka."),
        ({"terlapor": "12"}, "NIK harus 16 angka."),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(client, session, typed, said):
    answer = send(client, **typed)
    assert answer.status_code == 422 and said in answer.text
    if typed.get("nama") != "":
        assert "Budi Santoso" in answer.text
    assert session.scalar(select(func.count()).select_from(PublicResponse)) == 0


def test_files_come_with_the_form(client, session):
    page = client.get(f"/tanggapan/{toy.KIND}")
    data = Html(page.text).values(Html(page.text).form()) | ANSWERS
    data["berkas"] = [(png(), "bukti.png"), (io.BytesIO(b"bukan gambar\0"), "x.png")]
    refused = client.post(f"/tanggapan/{toy.KIND}", data=data, content_type="multipart/form-data", csrf=False)
    assert refused.status_code == 422
    assert session.scalar(select(func.count()).select_from(PublicResponse)) == 0
    data["berkas"] = [(png(), "bukti.png")]
    sent = client.post(f"/tanggapan/{toy.KIND}", data=data, content_type="multipart/form-data", csrf=False)
    assert sent.status_code == 200
    assert len(session.scalars(select(PublicResponse)).one().files) == 1


def test_sending_is_bounded_too(client, app):
    """Without a proof: three; then 429 in plain words."""
    answers = [send(client) for _n in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert "Retry-After" in answers[-1].headers


def test_from_the_answer_of_a_check_in_three_clicks(client, session):
    """NA-20: check, object, send. Nobody types the NIK twice, and the page never shows it."""
    answer = client.submit(client.get("/cek/uji"), nik=toy.NIK, lahir="01-08-1990")
    form = client.submit(answer, f"/tanggapan/{toy.KIND}/mulai")
    assert form.status_code == 200 and "terbukti" in form.text and "1201**********07" in form.text
    assert toy.NIK not in answer.text and toy.NIK not in form.text
    sent = client.submit(form, nama="Siti Rahmawati", hal="pindah", isi="Saya sudah pindah ke Sibolga.")
    assert sent.status_code == 200
    row = session.scalars(select(PublicResponse)).one()
    assert row.proven and row.subject == "uji:7" and row.region == "1201011001"
    assert queries.contents(row)["nik"] == toy.NIK


def test_nothing_is_offered_where_nothing_is_proven(client):
    answer = client.submit(client.get("/cek/uji"), nik=toy.OTHER_NIK, lahir="01-08-1990")
    assert "tiket" not in answer.text
    begun = client.post(f"/tanggapan/{toy.KIND}/mulai", data={"tiket": "x"})
    assert begun.status_code == 409


def test_a_kind_that_needs_a_proof_leads_to_the_checks(client):
    from electsys.responses import register

    register("uji_bukti", label="Uji bukti", permission=toy.PERMISSION, needs_proof=True)
    page = client.get("/tanggapan/uji_bukti")
    assert "Cek dulu data Anda" in page.text and not Html(page.text).with_class("form")


# --- officers -------------------------------------------------------------------------------------


def test_an_officer_works_through_the_queue(client, session, login, officer):
    row = receive(files=[(png(), "bukti.png")]).response
    session.commit()
    login(client, officer)
    assert "Tanggapan masyarakat menunggu keputusan" in client.get("/").text
    queue = client.get("/kelola/tanggapan")
    assert row.number in queue.text and "terlambat" in queue.text
    page = client.get(f"/kelola/tanggapan/{row.id}")
    assert "TPS 001 dan TPS 004" in page.text and page.headers["Cache-Control"] == "no-store"
    file = next(a.get("href") for a in Html(page.text).all("a") if "/berkas/" in a.get("href", ""))
    fetched = client.get(file)
    assert fetched.mimetype == "image/png" and "attachment" in fetched.headers["Content-Disposition"]
    fetched.close()
    taken = client.submit(page, f"/kelola/tanggapan/{row.id}/proses")
    assert taken.status_code == 303
    page = client.get(f"/kelola/tanggapan/{row.id}")
    refused = client.submit(page, f"/kelola/tanggapan/{row.id}/keputusan", decision="kabul")
    assert refused.status_code == 422 and "Pilih atau tuliskan alasannya." in refused.text
    done = client.submit(page, f"/kelola/tanggapan/{row.id}/keputusan", decision="kabul", code="uji_sah")
    assert done.status_code == 303
    session.expire_all()
    assert row.state == "diterima_isinya"
    assert "Keberatan Anda sah." in client.get(f"/kelola/tanggapan/{row.id}").text


def test_numbers_are_masked_on_the_officers_page(client, session, login, officer):
    row = receive(
        {"nik": toy.NIK, "terlapor": toy.OTHER_NIK, "isi": f"NIK {toy.NIK} tertulis dua kali."}
    ).response
    session.commit()
    login(client, officer)
    page = client.get(f"/kelola/tanggapan/{row.id}")
    assert toy.NIK not in page.text and toy.OTHER_NIK not in page.text
    assert page.text.count("1201**********07") == 2 and "1201**********08" in page.text


def test_filters_of_the_queue(client, session, login, officer):
    rows = {state: response(session, state) for state in ("diterima", "ditolak")}
    session.commit()
    login(client, officer)
    for query, shown in (
        ("status=ditolak", {"ditolak"}),
        ("status=diterima", {"diterima"}),
        ("tenggat=lewat", {"diterima"}),
        ("tenggat=dekat", set()),
        (f"jenis={toy.KIND}", {"diterima", "ditolak"}),
    ):
        page = client.get(f"/kelola/tanggapan?{query}").text
        assert {state for state, row in rows.items() if row.number in page} == shown, query
    sheet = client.get("/kelola/tanggapan?unduh=csv").text
    assert rows["ditolak"].number in sheet and "Budi" not in sheet


def test_the_queue_asks_the_database_little(client, session, login, officer):
    for _n in range(30):
        response(session, "diterima")
    session.commit()
    login(client, officer)
    client.get("/kelola/tanggapan")
    with count_queries(14):
        client.get("/kelola/tanggapan")


def test_an_empty_queue_says_what_comes(client, login, officer):
    login(client, officer)
    assert "kotak masuk" in client.get("/kelola/tanggapan").text


def test_other_regions_and_kinds_do_not_exist(client, session, login, make_account):
    row = receive(files=[(png(), "bukti.png")]).response
    other = receive(files=[(png(), "lain.png")]).response
    session.commit()
    for region, permissions in (("3171", PERMISSIONS), ("1201", PERMISSIONS[:2])):
        login(client, make_account(permissions=permissions, region=region))
        for path in ("", f"/berkas/{row.files[0].id}"):
            assert client.get(f"/kelola/tanggapan/{row.id}{path}").status_code == 404
    login(client, make_account(permissions=PERMISSIONS, region="1201"))
    assert client.get(f"/kelola/tanggapan/{row.id}/berkas/{other.files[0].id}").status_code == 404


def test_who_only_reads_cannot_decide(client, session, login, make_account):
    row = receive().response
    session.commit()
    login(client, make_account(permissions=["responses:response:read", toy.PERMISSION], region="1201"))
    page = client.get(f"/kelola/tanggapan/{row.id}")
    assert page.status_code == 200 and "Simpan keputusan" not in page.text
    for step in ("proses", "keputusan"):
        assert client.post(f"/kelola/tanggapan/{row.id}/{step}").status_code == 403
