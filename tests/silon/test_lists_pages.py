"""Pages of a list and its candidates: entry page by page, conflicts, photos, what others may not."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import select

from modules.silon.claims import claim_of
from modules.silon.models import Candidate, Nomination, NominationLiaison
from modules.silon.operations.candidates import change_candidate, standing
from modules.silon.queries.versions import versions_of
from tests.pages import Html, count_queries
from tests.silon import conftest as make
from tests.silon.listing import ENTRY, REPAIR, approved, at, photo, picture, versioned

NIK = "1201015705804123"


@pytest.fixture(autouse=True)
def entry(monkeypatch):
    at(monkeypatch, ENTRY)


@pytest.fixture
def of(session) -> Nomination:
    row = make.nomination(session)
    session.commit()
    return row


@pytest.fixture
def liaison(of, client, login, make_account):
    """The liaison of the party's centre, logged in."""
    account = make_account("admin_parpol_pusat", party=of.party_id)
    login(client, account)
    return account


IDENTITY = {
    "nik": NIK,
    "name": "SITI UJI",
    "title_after": "S.H.",
    "sex": "P",
    "birth_place": "SIBOLGA",
    "birth_date": "1980-05-17",
    "marital_status": "S",
    "religion": "AGAMA UJI",
}


def add(client, of, **changed):
    return client.post(f"/calon/daftar/{of.id}/tambah", data=IDENTITY | changed)


def only(session) -> Candidate:
    [row] = session.scalars(select(Candidate)).all()
    return row


# --- entry -----------------------------------------------------------------------------------------


def test_page_by_page_each_saved_by_itself(session, client, of, liaison):
    first = add(client, of)
    row = only(session)
    assert first.location == f"/calon/bakal/{row.id}/tinggal"
    assert (row.name, row.number, row.ballot_name) == ("SITI UJI", 1, "SITI UJI, S.H.")
    assert claim_of(row).nik == NIK
    home = client.post(
        first.location,
        data={
            "version": "1",
            "address": "JALAN MELATI 4",
            "residence_code": "1201",
            "occupation": "ADVOKAT",
            "phone": "0811",
        },
    )
    assert home.location == f"/calon/bakal/{row.id}/riwayat"
    assert (row.address, row.residence, row.occupation) == ("JALAN MELATI 4", "Tapanuli Tengah", "ADVOKAT")
    assert claim_of(row).phone == "0811"
    cv = client.post(
        home.location,
        data={
            "version": "2",
            "education": "1986-1992 SD Uji\n\n  1992-1995   SMP Uji ",
            "motivation": "Membangun.",
            "children": "2",
            "consent": "y",
        },
    )
    assert cv.location == f"/calon/bakal/{row.id}/keadaan"
    assert row.profile == {
        "education": ["1986-1992 SD Uji", "1992-1995 SMP Uji"],
        "motivation": "Membangun.",
        "children": 2,
    }
    assert row.consent is True
    last = client.post(cv.location, data={"version": "3", "conditions": ["luar_negeri", "mantan_terpidana"]})
    assert last.location == f"/calon/bakal/{row.id}"
    assert row.conditions == ["mantan_terpidana", "luar_negeri"]
    page = client.get(last.location).text
    for said in ("JALAN MELATI 4", "1986-1992 SD Uji", "SITI UJI, S.H.", "1201**********23", "ADVOKAT"):
        assert said in page
    assert NIK not in page and "1980-05-17" not in page and "AGAMA UJI" not in page
    assert [v.version for v in versions_of(row)] == [4, 3, 2, 1]


def test_every_page_comes_back_as_it_was_saved(session, client, of, liaison):
    add(client, of)
    row = only(session)
    change_candidate(
        row,
        claim_of(row).with_changes({"profile": {"work": ["A", "B"], "spouse": "X"}, "phone": "0811"}),
        actor=make.ACTOR,
    )
    session.commit()
    for page in ("identitas", "tinggal", "riwayat", "keadaan"):
        path = f"/calon/bakal/{row.id}/{page}"
        html = Html(client.get(path).text)
        form = html.form(path)
        assert NIK not in html.text() and "AGAMA UJI" not in html.text() and "0811" not in html.text()
        before = claim_of(row)
        sent = html.values(form)
        if page == "tinggal":
            sent |= {"residence_code": "1201", "address": "JALAN", "occupation": "GURU"}
        client.post(path, data=sent)
        after = claim_of(row)
        kept = ("nik", "birth_date", "religion", "phone", "name", "profile", "title_after", "ballot_name")
        assert [getattr(after, f) for f in kept] == [getattr(before, f) for f in kept], page


def test_a_name_on_the_ballot_follows_until_it_is_chosen(session, client, of, liaison):
    add(client, of)
    row = only(session)
    path = f"/calon/bakal/{row.id}/identitas"
    client.post(path, data=IDENTITY | {"nik": "", "birth_date": "", "title_after": "S.H., M.H."})
    assert row.ballot_name == "SITI UJI, S.H., M.H."
    home = {"address": "A", "residence_code": "1201", "occupation": "GURU", "ballot_name": "SITI"}
    client.post(f"/calon/bakal/{row.id}/tinggal", data=home)
    client.post(path, data=IDENTITY | {"nik": "", "birth_date": "", "title_after": ""})
    assert (row.ballot_name, row.title_after) == ("SITI", "")


def test_a_sealed_field_is_taken_away_by_a_dash(session, client, of, liaison):
    add(client, of)
    row = only(session)
    path = f"/calon/bakal/{row.id}/identitas"
    client.post(path, data=IDENTITY | {"nik": "", "birth_date": "", "religion": "-"})
    assert claim_of(row).religion == "" and claim_of(row).nik == NIK


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"nik": "12010157058041"}, "nik", "NIK terdiri atas 16 angka; yang diisi 14 tanda."),
        ({"nik": "12010157058O4123"}, "nik", "NIK hanya terdiri atas angka."),
        ({"nik": ""}, "nik", "Wajib diisi."),
        ({"name": "SITI <script>alert(1)</script>"}, "name", "bukan huruf atau tanda baca nama"),
        ({"name": ""}, "name", "Wajib diisi."),
        ({"birth_date": ""}, "birth_date", "Isi dengan tanggal"),
        ({"birth_date": "1980-02-30"}, "birth_date", "Isi dengan tanggal"),
        ({"birth_date": "2035-01-01"}, "birth_date", "Tanggal lahir ada di masa depan."),
        ({"sex": "X"}, "sex-0", "Pilih salah satu dari daftar."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(session, client, of, liaison, changed, field, said):
    answer = add(client, of, **changed)
    assert answer.status_code == 422
    html = Html(answer.text)
    [summary] = html.with_class("error-summary")
    assert said in html.text(summary)
    assert [a.get("href") for a in summary.iter("a")] == [f"#{field}"]
    assert html.by_id(field) is not None
    assert "<script>alert" not in answer.text
    assert session.scalars(select(Candidate)).all() == []


def test_a_nik_with_blanks_is_taken(session, client, of, liaison):
    add(client, of, nik=" 1201 0157 0580 4123 ")
    assert claim_of(only(session)).nik == NIK


def test_two_browsers_are_told_of_one_another(session, client, of, liaison):
    add(client, of)
    row = only(session)
    path = f"/calon/bakal/{row.id}/tinggal"
    first = Html(client.get(path).text)
    sent = first.values(first.form(path)) | {"address": "A", "residence_code": "1201", "occupation": "GURU"}
    change_candidate(row, claim_of(row).with_changes({"address": "JALAN ORANG LAIN"}), actor=make.ACTOR)
    session.commit()
    told = client.post(path, data=sent)
    assert told.status_code == 422
    assert "sudah mengubah data SITI UJI" in told.text and "Yang diubah orang lain" in told.text
    assert "JALAN ORANG LAIN" in told.text
    assert row.address == "JALAN ORANG LAIN"
    again = Html(told.text)
    kept = again.values(again.form(path))
    assert kept["address"] == "A"  # what was typed is not lost
    assert client.post(path, data=kept).status_code == 302
    assert row.address == "A"


def test_closed_calendar_and_locked_state(session, client, of, liaison, monkeypatch):
    at(monkeypatch, dt.datetime(2023, 5, 20, tzinfo=dt.UTC))
    answer = add(client, of)
    assert answer.status_code == 422 and "sudah ditutup pada" in answer.text
    page = client.get(f"/calon/daftar/{of.id}").text
    assert "sudah ditutup" in page and "Tambah calon" not in page
    of.state = "diajukan"
    session.commit()
    assert "terkunci: statusnya “diajukan”" in client.get(f"/calon/daftar/{of.id}").text


# --- the list --------------------------------------------------------------------------------------


def test_the_list_counts_and_judges(session, client, of, liaison):
    for sex in "LLL":
        versioned(make.candidate(session, of, sex=sex))
    session.commit()
    page = Html(client.get(f"/calon/daftar/{of.id}").text).text()
    assert f"3 dari {of.dapil.seats} kursi; perempuan 0 dari 1 yang disyaratkan" in page
    assert "Nomor 1-3: tidak ada perempuan" in page
    assert "UU 7/2017" in page and "belum disetujui pimpinan pusat" in page


def test_the_order_by_one_step_and_as_a_whole(session, client, of, liaison):
    a, b, c = (versioned(make.candidate(session, of, sex=sex)) for sex in "LPL")
    session.commit()
    html = Html(client.get(f"/calon/daftar/{of.id}").text)
    buttons = {
        each.get("data-move"): each.get("value")
        for each in html.all("button")
        if each.get("data-move") and html.text(each).endswith(c.name)
    }
    assert buttons["-1"] == f"{a.id},{c.id},{b.id}"
    path = f"/calon/daftar/{of.id}/urutan"
    assert client.post(path, data={"order": buttons["-1"]}).location == f"/calon/daftar/{of.id}"
    assert [row.id for row in standing(of)] == [a.id, c.id, b.id]
    told = client.post(path, data={"order": f"{a.id},{c.id}"})
    assert told.status_code == 422 and "harus memuat setiap calon satu kali" in told.text
    assert client.post(path, data={"order": ""}).status_code == 422


def test_a_withdrawn_candidate_leaves_no_gap_in_a_draft(session, client, of, liaison):
    a, _b, _c = (versioned(make.candidate(session, of)) for _n in range(3))
    session.commit()
    path = f"/calon/bakal/{a.id}/tarik"
    assert client.post(path, data={"reason": ""}).status_code == 422
    assert client.post(path, data={"reason": "mundur"}).location == f"/calon/daftar/{of.id}"
    assert (a.state, [r.number for r in standing(of)]) == ("ditarik", [1, 2])
    page = client.get(f"/calon/bakal/{a.id}").text
    assert "mundur" in page and "Tarik calon" not in page


def test_a_whole_list_is_withdrawn_and_begun_again(session, client, of, liaison):
    path = f"/calon/daftar/{of.id}/tarik"
    assert client.post(path, data={"reason": "salah dapil"}).location == "/calon/"
    assert of.state == "ditarik"
    begin = f"/calon/pemilu-2024/mulai/{of.party_id}/{of.dapil_id}"
    assert client.post(begin).location != f"/calon/daftar/{of.id}"


def test_a_page_of_many_names_costs_what_one_of_few_does(session, client, of, liaison):
    versioned(make.candidate(session, of))
    session.commit()
    path = f"/calon/daftar/{of.id}"
    client.get(path)
    with count_queries(99) as few:
        client.get(path)
    for _n in range(6):
        versioned(make.candidate(session, of, sex="P"))
    session.commit()
    with count_queries(len(few)):
        client.get(path)


# --- the photo -------------------------------------------------------------------------------------


def upload(client, row, content, name="foto.jpg"):
    data = {"photo": (io.BytesIO(content), name)}
    answer = client.post(f"/calon/bakal/{row.id}/foto", data=data, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the client keeps a large body in a file, open
    return answer


def test_a_photo_is_taken_and_shown(session, client, of, liaison):
    row = versioned(make.candidate(session, of))
    session.commit()
    assert upload(client, row, picture()).location == f"/calon/bakal/{row.id}"
    shown = client.get(f"/calon/bakal/{row.id}/pas-foto")
    assert shown.mimetype == "image/jpeg" and shown.data[:2] == b"\xff\xd8"
    shown.close()
    assert f"/calon/bakal/{row.id}/pas-foto" in client.get(f"/calon/daftar/{of.id}").text


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\xff\xd8" + bytes(40_000_000), "foto.jpg", "Foto 40,0 MB: paling besar 5,0 MB."),
        (b"<!doctype html><title>x</title><h1>ijazah</h1>", "foto.jpg", "yang diterima: JPEG, PNG"),
        (b"", "foto.jpg", "Berkas ini kosong."),
        (picture()[:2000], "foto.jpg", "rusak atau terpotong"),
    ],
)
def test_a_wrong_photo_is_refused_exactly(session, client, of, liaison, content, name, said):
    row = versioned(make.candidate(session, of))
    session.commit()
    answer = upload(client, row, content, name)
    assert answer.status_code == 422
    html = Html(answer.text)
    [summary] = html.with_class("error-summary")
    assert said in html.text(summary)
    assert row.photo_id is None


def test_a_picture_of_too_many_pixels_is_refused(session, client, of, liaison):
    row = versioned(make.candidate(session, of))
    session.commit()
    answer = upload(client, row, picture(6000, 5000, kind="PNG"), "foto.png")
    assert answer.status_code == 422 and "melebihi batas 25 juta piksel" in answer.text
    assert row.photo_id is None


# --- others ----------------------------------------------------------------------------------------


def test_another_party_reads_and_changes_nothing(session, client, of, enter):
    row = versioned(make.candidate(session, of))
    row.photo_id = photo().id
    session.commit()
    enter("admin_parpol_pusat", party=of.party_id + 1)
    for path in (
        f"/calon/daftar/{of.id}",
        f"/calon/daftar/{of.id}/tambah",
        f"/calon/daftar/{of.id}/ajukan",
        f"/calon/bakal/{row.id}",
        f"/calon/bakal/{row.id}/identitas",
        f"/calon/bakal/{row.id}/pas-foto",
        f"/calon/bakal/{row.id}/versi",
    ):
        assert client.get(path, check=False).status_code in (403, 404), path


def test_bawaslu_reads_and_changes_nothing(session, client, of, enter):
    row = versioned(make.candidate(session, of))
    session.commit()
    enter("bawaslu_n")
    page = client.get(f"/calon/daftar/{of.id}").text
    assert row.ballot_name in page and "Tambah calon" not in page and "urutan" not in page
    assert "Ubah" not in client.get(f"/calon/bakal/{row.id}").text
    assert client.get(f"/calon/bakal/{row.id}/identitas", check=False).status_code == 403


def test_kpu_opens_a_nik_by_the_door_of_the_house(session, client, of, enter):
    row = versioned(make.candidate(session, of))
    session.commit()
    enter("operator_kpu_ri")
    page = client.get(f"/calon/bakal/{row.id}").text
    assert "Buka dengan alasan" in page and claim_of(row).nik not in page


def test_the_liaison_of_one_person_sees_no_other(session, client, login, make_account):
    mine, theirs = (make.nomination(session, kind="perseorangan", label=f"CALON DPD {n}") for n in (1, 2))
    rows = [versioned(make.candidate(session, of)) for of in (mine, theirs)]
    account = make_account("lo_calon_dpd", "12")
    login(client, account)
    session.add(NominationLiaison(nomination_id=mine.id, account_id=account.id))
    session.commit()
    assert client.get(f"/calon/daftar/{mine.id}").status_code == 200
    assert client.get(f"/calon/bakal/{rows[0].id}").status_code == 200
    for path in (
        f"/calon/daftar/{theirs.id}",
        f"/calon/bakal/{rows[1].id}",
        f"/calon/bakal/{rows[1].id}/identitas",
    ):
        assert client.get(path, check=False).status_code == 403, path


# --- versions --------------------------------------------------------------------------------------


def test_versions_are_compared_and_restored(session, client, of, liaison):
    add(client, of)
    row = only(session)
    change_candidate(
        row, claim_of(row).with_changes({"occupation": "GURU", "nik": "1201015705804999"}), actor=make.ACTOR
    )
    session.commit()
    page = client.get(f"/calon/bakal/{row.id}/versi").text
    assert "GURU" in page and "1201**********99" in page and NIK not in page and "5804999" not in page
    path = f"/calon/bakal/{row.id}/versi/1/pulihkan"
    shown = Html(client.get(path).text).text()
    assert "GURU → tidak diisi" in shown
    assert client.post(path, data={"reason": ""}).status_code == 422
    assert client.post(path, data={"reason": "keliru"}).location == f"/calon/bakal/{row.id}/versi"
    assert (row.occupation, row.version, claim_of(row).nik) == ("", 3, NIK)
    assert "Dipulihkan ke versi 1: keliru" in client.get(f"/calon/bakal/{row.id}/versi").text


def test_what_stands_in_the_way_is_listed_with_its_page(session, client, of, liaison):
    row = versioned(make.candidate(session, of))
    session.commit()
    page = client.get(f"/calon/daftar/{of.id}/ajukan").text
    assert "Pimpinan pusat partai belum menyetujui daftar ini." in page
    assert f'href="/calon/bakal/{row.id}"' in page and "kurang Surat pernyataan" in page
    assert "Ajukan sekarang" not in page
    told = client.post(f"/calon/daftar/{of.id}/ajukan", data={"true_data": "y"})
    assert told.status_code == 422 and "Belum dapat diajukan" in told.text


# --- the repair ------------------------------------------------------------------------------------


def test_in_the_repair_the_page_offers_what_is_open(session, client, of, liaison, monkeypatch):
    good, bad = (versioned(make.candidate(session, of, state)) for state in ("ms", "bms"))
    of.state = "perbaikan"
    session.commit()
    at(monkeypatch, REPAIR)
    page = client.get(f"/calon/daftar/{of.id}").text
    assert "Tambah calon" not in page and "data-order" not in page
    assert "Ganti calon" not in client.get(f"/calon/bakal/{good.id}").text
    assert "Ganti calon" in client.get(f"/calon/bakal/{bad.id}").text
    path = f"/calon/bakal/{bad.id}/ganti"
    assert client.post(path, data=IDENTITY).status_code == 422  # no reason
    there = client.post(path, data=IDENTITY | {"reason": "ijazah tidak sah"}).location
    new = standing(of)[-1]
    assert there == f"/calon/bakal/{new.id}/tinggal"
    assert (new.number, new.replaces_id, bad.state) == (2, bad.id, "ditarik")
    answer = client.post(f"/calon/bakal/{good.id}/tarik", data={"reason": "x"})
    assert answer.status_code == 422 and "terkunci" in answer.text
    refused = client.post(
        f"/calon/bakal/{good.id}/ganti", data=IDENTITY | {"reason": "x", "nik": "1201015705804555"}
    )
    assert refused.status_code == 422 and good.state == "ms"
    approved(of)
