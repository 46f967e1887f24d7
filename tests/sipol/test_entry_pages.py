"""The pages on which a party enters its data: every one is opened, filled, refused and saved."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import select

from electsys.documents.models import StoredFile
from electsys.documents.store import current
from modules.sipol.models import (
    PartyAccount,
    PartyBoard,
    PartyDocument,
    PartyOffice,
    PartyOfficer,
    PartyUpload,
)
from tests.pages import Html, count_queries
from tests.sipol import conftest as make
from tests.sipol.entering import (
    EXECUTABLE,
    FACTS,
    nik,
    officer,
    open_stage,
    pdf,
    picture,
    place,
    registration,
    store,
)


@pytest.fixture
def row(session, election):
    return registration(session, election)


@pytest.fixture
def party(session, client, make_account, login, row):
    """Log in for the party: ``party("operator_parpol_kabko", "1201")``; the base address."""

    def enter(role="admin_parpol_pusat", region=""):
        account = make_account(role, region=region, party=row.party_id)
        session.commit()
        login(client, account)
        return f"/partai/pemilu-2024/{row.party_id}"

    return enter


def upload(content: bytes, name: str):
    return (io.BytesIO(content), name)


BOARD = {
    "decree_number": "SK-1",
    "decree_date": "2022-03-01",
    "term_from": "2022-03-01",
    "term_to": "2027-02-28",
}
OFFICER = {
    "office": "ketua",
    "title": "Ketua DPC",
    "name": "Uji Satu",
    "nik": nik(1, sex="P"),
    "birth_date": "1980-05-17",
    "sex": "P",
    "card_number": "K-1",
}


def test_a_board_from_nothing_to_complete_page_by_page(session, client, party):
    base = party("operator_parpol_kabko", "1201")
    page = client.get(f"{base}/kepengurusan/1201")
    assert "Nomor SK" in page.text and "belum diunggah" in page.text
    answer = client.post(
        f"{base}/kepengurusan/1201", data=BOARD | {"term_to": "2021-01-01", "decree": upload(pdf(), "a.pdf")}
    )
    assert answer.status_code == 422 and "Masa bakti terbalik: berakhir 1 Januari 2021" in answer.text
    assert session.scalars(select(PartyDocument)).all() == []
    answer = client.post(f"{base}/kepengurusan/1201", data=BOARD | {"decree": upload(pdf(), "a.pdf")})
    assert answer.location.endswith("/kepengurusan/1201/pengurus-baru")
    page = client.get(answer.location)
    assert "Belum ada: ketua, sekretaris, bendahara" in page.text
    assert '<option selected value="ketua">' in page.text
    # What is wrong stands at its field, and the number is kept for correction by its owner alone.
    answer = client.post(answer.location, data=OFFICER | {"sex": "L"})
    assert answer.status_code == 422 and "Jenis kelamin di dalam NIK berbeda" in answer.text
    answer = client.post(f"{base}/kepengurusan/1201/pengurus-baru", data=OFFICER)
    assert answer.location.endswith("pengurus-baru")
    assert "UJI SATU tersimpan sebagai Ketua DPC" in client.get(answer.location).text
    for n, office in ((2, "sekretaris"), (3, "bendahara")):
        sent = OFFICER | {"office": office, "nik": nik(n), "sex": "L", "name": f"Uji {n}", "lalu": "kembali"}
        answer = client.post(f"{base}/kepengurusan/1201/pengurus-baru", data=sent)
        assert answer.location.endswith("/kepengurusan/1201")
    page = client.get(f"{base}/kepengurusan/1201")
    assert "Perempuan 1 dari 3 (33%)" in page.text and "memenuhi" in page.text
    assert nik(2) not in page.text and "1201**********02" in page.text
    assert "Belum ada:" not in page.text
    assert "Berikutnya tanpa kepengurusan: Barus" in page.text  # below, for there is no right beside it
    table = client.get(f"{base}/daftar-kepengurusan/1201")
    assert "lengkap" in table.text and "belum ada" in table.text
    csv = client.get(f"{base}/daftar-kepengurusan/1201?unduh=csv").text
    assert "Tapanuli Tengah,1201,kabupaten/kota,lengkap,3" in csv.replace('"', "")
    for state, times in (("lengkap", 1), ("belum", 20), ("kurang", 0), ("tanpa_sk", 0)):
        found = Html(client.get(f"{base}/daftar-kepengurusan/1201?keadaan={state}").text)
        assert len(found.all("tbody")[0].findall("tr") if found.all("tbody") else []) == times, state
    people = client.get(f"{base}/daftar-pengurus/1201")
    assert "UJI SATU" in people.text and nik(1, sex="P") not in people.text


def test_changing_and_removing(session, client, party, row):
    from modules.sipol.operations.boards import add_officer, save_board

    base = party()
    board = save_board(place(row), FACTS, actor=make.ACTOR)
    made = add_officer(board, officer(1), actor=make.ACTOR)
    session.commit()
    page = client.get(f"/partai/pengurus/{made.id}")
    assert "Kosongkan bila tidak berubah" in page.text and nik(1) not in page.text
    sent = OFFICER | {"office": "anggota", "nik": "", "birth_date": "", "name": "Nama Baru", "sex": "L"}
    assert client.post(f"/partai/pengurus/{made.id}", data=sent).location.endswith("/kepengurusan/1201")
    assert "NAMA BARU" in client.get(f"{base}/kepengurusan/1201").text
    assert client.post(f"/partai/pengurus/{made.id}/hapus").status_code == 302
    assert session.scalars(select(PartyOfficer)).all() == []
    assert client.post(f"/partai/kepengurusan/{board.id}/hapus").location.endswith("daftar-kepengurusan/12")
    assert session.scalars(select(PartyBoard)).all() == []
    assert client.get(f"{base}/kepengurusan/1201/pengurus-baru", check=False).status_code == 409


def test_doubles_are_told_without_the_other_party(session, client, party, row):
    from modules.sipol.operations.boards import add_officer, save_board

    rival = make.registration(session, "input", of=make.party(session, name="Partai Saingan Uji"))
    add_officer(save_board(place(rival, "31"), FACTS, actor=make.ACTOR), officer(1), actor=make.ACTOR)
    own = save_board(place(row, "12"), FACTS, actor=make.ACTOR)
    add_officer(own, officer(1, "sekretaris"), actor=make.ACTOR)
    save_board(place(row), FACTS, actor=make.ACTOR)
    base = party()
    sent = OFFICER | {"nik": nik(1), "sex": "L", "name": "Uji Pengurus 1", "lalu": "kembali"}
    answer = client.post(f"{base}/kepengurusan/1201/pengurus-baru", data=sent)
    page = client.get(answer.location).text
    assert "Sekretaris (Sumatera Utara)" in page and "juga tercatat sebagai pengurus partai lain" in page
    assert "juga Sekretaris, Sumatera Utara" in page and "juga pengurus partai lain" in page
    assert "Saingan" not in page


def test_profile_with_its_logo(session, client, party, row):
    base = party()
    facts = {"name": row.party.name, "short_name": row.party.short_name, "color": "#B91C1C"}
    answer = client.post(f"{base}/profil", data=facts | {"logo": upload(EXECUTABLE, "lambang.png")})
    assert answer.status_code == 422 and "Isi berkas ini ELF; yang diterima: PNG, JPEG, SVG" in answer.text
    assert "Mengganti nama berkas tidak mengubah isinya" in answer.text
    make.party(session, name="Partai Ada", short_name="ADA")
    session.commit()
    answer = client.post(f"{base}/profil", data=facts | {"short_name": "ada"})
    assert answer.status_code == 422 and "Singkatan ini sudah dipakai Partai Ada" in answer.text
    answer = client.post(f"{base}/profil", data=facts | {"logo": upload(picture(), "lambang.png")})
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert f"/partai/lambang/{row.party_id}" in page and "#B91C1C" in page
    logo = client.get(f"/partai/lambang/{row.party_id}")
    assert logo.mimetype == "image/png" and logo.data.startswith(b"\x89PNG")
    assert client.get("/partai/lambang/0", check=False).status_code == 404


def test_office_and_account(session, client, party, row):
    base = party("operator_parpol_kabko", "1201")
    sent = {"address": "Jl. Uji 1", "tenure": "sewa", "valid_to": "2023-12-31", "latitude": "1.7425"}
    answer = client.post(f"{base}/kantor/1201", data=sent)
    assert answer.status_code == 422 and "Koordinat hanya diisi sebagian" in answer.text
    sent |= {"longitude": "98.7792", "proof": upload(pdf(), "sewa.pdf"), "photo": upload(picture(), "k.png")}
    answer = client.post(f"{base}/kantor/1201", data=sent)
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "berakhir sebelum tahapan terakhir pemilu (20 Oktober 2024)" in page and "sewa.pdf" in page
    office = session.scalars(select(PartyOffice)).one()
    assert (office.latitude, office.valid_to) == (1.7425, dt.date(2023, 12, 31))
    kinds = set(session.scalars(select(PartyDocument.kind)))
    assert kinds == {"bukti_kantor", "foto_kantor"}
    account = {"bank": "Bank Uji", "number": "abc", "holder": "Budi"}
    assert "hanya berisi angka" in client.post(f"{base}/rekening/1201", data=account).text
    answer = client.post(f"{base}/rekening/1201", data=account | {"number": "0012345"})
    assert "tidak memuat nama partai" in client.get(answer.location).text
    assert session.scalars(select(PartyAccount.number)).one() == "0012345"
    for page in ("kantor", "rekening"):
        assert client.get(f"{base}/{page}/120101", check=False).status_code == 404


def test_many_files_at_once_without_a_script(session, client, party, row):
    base = party()
    page = client.get(f"{base}/dokumen/pusat").text
    assert "Paling besar 10,0 MB; PDF paling banyak 300 halaman" in page
    files = [
        upload(pdf("1"), "sk_kepengurusan_1201.pdf"),
        upload(pdf("2"), "SK DPC Nias.pdf"),
        upload(pdf("3"), "rapat.pdf"),
        upload(EXECUTABLE, "SK DPC 1202.pdf"),
    ]
    answer = client.post(f"{base}/dokumen/pusat", data={"files": files})
    assert answer.status_code == 422 and "SK DPC 1202.pdf: Isi berkas ini ELF" in answer.text
    # What was right is kept all the same, with its receipt.
    rows = session.scalars(select(PartyDocument).order_by(PartyDocument.region)).all()
    assert [(r.region, r.kind) for r in rows] == [("1201", "sk_kepengurusan"), ("1204", "sk_kepengurusan")]
    page = client.get(f"{base}/dokumen/pusat").text
    assert rows[0].file.receipt in page and "Jenis dokumennya tidak terbaca" in page
    assert client.post(f"{base}/dokumen/pusat", data={}).status_code == 422


def test_a_waiting_file_is_placed_or_discarded_by_hand(session, client, party, row):
    base = party()
    files = [upload(pdf(n), f"rapat {n}.pdf") for n in ("a", "b", "c")]
    assert client.post(f"{base}/dokumen/pusat", data={"files": files}).status_code == 302
    first, second, third = session.scalars(select(PartyUpload).order_by(PartyUpload.id)).all()
    way = f"{base}/dokumen/pusat/tempatkan/{first.file_id}"
    for sent, said in (
        ({"kind": "sk_kepengurusan", "region": "Lahusa-Tak-Ada"}, "bukan satu wilayah yang pasti"),
        ({"kind": "sk_kepengurusan", "region": "1299"}, "tidak ada pada peta"),
        ({"kind": "", "region": "1201"}, "Pilih jenis dokumen"),
    ):
        answer = client.post(way, data=sent, check=False)
        assert answer.status_code == 422 and said in answer.text
    sent = {"kind": "sk_kepengurusan", "region": "tapanuli tengah"}
    assert client.post(way, data=sent).status_code == 302
    assert session.scalars(select(PartyDocument.region)).one() == "1201"
    sent = {"kind": "ad_art", "region": "pusat"}
    assert client.post(f"{base}/dokumen/pusat/tempatkan/{second.file_id}", data=sent).status_code == 302
    assert client.post(f"{base}/dokumen/pusat/buang/{third.file_id}").status_code == 302
    page = client.get(f"{base}/dokumen/pusat").text
    assert 'id="tunggu"' not in page
    assert client.post(way, data=sent, check=False).status_code == 404


def test_uploads_in_pieces_are_matched_placed_and_receipted(session, client, party, row):
    base = party("operator_parpol_kabko", "1201")
    names = ["SK DPC 1201.pdf", "SK DPC Nias 1204.pdf", "x.pdf"]
    told = client.post(f"{base}/dokumen/1201/cocokkan", json={"names": names}).get_json()["matches"]
    assert [(m["sure"], m["region"], m["region_label"]) for m in told] == [
        (True, "1201", "Tapanuli Tengah"),
        (False, None, None),
        (False, None, None),
    ]
    assert "1204, di luar wilayah akun Anda" in told[1]["why"]
    for wrong in ({}, {"names": "x"}, {"names": [1]}, {"names": ["x"] * 501}):
        assert client.post(f"{base}/dokumen/1201/cocokkan", json=wrong, check=False).status_code == 400

    def send(content, name):
        begun = client.post(
            "/unggahan", json={"kind": "party_document", "name": name, "length": len(content)}
        ).get_json()
        headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        done = client.patch(f"/unggahan/{begun['token']}", data=content, headers=headers).get_json()
        assert done["file"]["receipt"]
        return begun["token"]

    token = send(pdf("1"), names[0])
    sent = {"token": token, "kind": told[0]["kind"], "region": told[0]["region"]}
    first = client.post(f"{base}/dokumen/1201/berkas", json=sent).get_json()
    assert first["placed"] and first["receipt"].startswith("TT-") and len(first["sha256"]) == 64
    assert client.post(f"{base}/dokumen/1201/berkas", json=sent).get_json() == first
    waits = client.post(f"{base}/dokumen/1201/berkas", json={"token": send(pdf("2"), "x.pdf")}).get_json()
    assert not waits["placed"] and waits["document"] is None
    outside = {"token": send(pdf("3"), names[1]), "kind": "sk_kepengurusan", "region": "1204"}
    answer = client.post(f"{base}/dokumen/1201/berkas", json=outside, headers={"Accept": "application/json"})
    assert answer.status_code == 403 and "Hak akun" in answer.get_json()["title"]
    page = client.get(f"{base}/dokumen/1201").text  # the refused one is not lost: it waits too
    assert "Halamannya tertutup sebelum berkas ini ditempatkan" in page
    left = session.scalars(select(StoredFile).where(StoredFile.name == names[1])).one()
    assert client.post(f"{base}/dokumen/1201/buang/{left.id}").status_code == 302
    assert "Halamannya tertutup" not in client.get(f"{base}/dokumen/1201").text


def test_a_document_with_its_versions_and_a_dead_link(session, client, party, row):
    from modules.sipol.operations.boards import save_board
    from modules.sipol.operations.documents import file_document

    base = party()
    save_board(place(row), FACTS, actor=make.ACTOR)
    old, new = (
        file_document(store(pdf(n), f"{n}.pdf"), place(row), "sk_kepengurusan", actor=make.ACTOR)
        for n in ("lama", "baru")
    )
    session.commit()
    page = client.get(f"/partai/dokumen/{new.id}").text
    assert new.file.received_sha256 in page and "lama.pdf" in page and "versi lama" in page
    assert client.get(f"/partai/dokumen/{new.id}/unduh").data == pdf("baru")
    answer = client.post(
        f"/partai/dokumen/{old.id}/pindahkan", data={"kind": "sk_kepengurusan", "region": "1204"}
    )
    assert answer.status_code == 422 and "sudah digantikan" in answer.text
    moved = client.post(
        f"/partai/dokumen/{new.id}/pindahkan", data={"kind": "sk_kepengurusan", "region": "1204"}
    )
    assert moved.status_code == 302 and "1204" in client.get(f"{base}/dokumen/pusat?unduh=csv").text
    dead = file_document(store(pdf("mati"), "m.pdf"), place(row), "sk_kepengurusan", actor=make.ACTOR)
    session.commit()
    current().remove(dead.file.sha256)
    for way in (f"/partai/dokumen/{dead.id}", f"{base}/kepengurusan/1201", f"{base}/dokumen/1201"):
        assert "hilang dari penyimpanan" in client.get(way).text
    for way in ("?keadaan=lama", "?jenis=ad_art", "?oleh=saya", f"?cari={dead.file.received_sha256[:12]}"):
        assert client.get(f"{base}/dokumen/pusat{way}").status_code == 200


def test_those_who_read_see_no_form_and_a_locked_party_says_why(
    session, client, make_account, login, election, row, party
):
    from modules.sipol.operations.boards import save_board

    save_board(place(row), FACTS, actor=make.ACTOR)
    login(client, make_account("bawaslu_n", ""))
    base = f"/partai/pemilu-2024/{row.party_id}"
    for way in (
        "profil",
        "kepengurusan/1201",
        "kantor/1201",
        "rekening/1201",
        "dokumen/1201",
        "kepengurusan/12",
    ):
        page = client.get(f"{base}/{way}")
        assert page.status_code == 200
        assert not [f for f in Html(page.text).all("form") if f.get("enctype") == "multipart/form-data"], way
    party()
    row.state = "vermin"
    session.commit()
    page = client.get(f"{base}/kepengurusan/1201").text
    assert "Data partai terkunci" in page and "Simpan kepengurusan" not in page
    assert client.post(f"{base}/kepengurusan/1201", data=BOARD).status_code == 422
    open_stage(session, election, "perbaikan_parpol")
    row.state = "bms_vermin"
    session.commit()
    assert "Simpan kepengurusan" in client.get(f"{base}/kepengurusan/1201").text


def test_pages_ask_the_database_the_same_however_much_there_is(session, client, party, row):
    from modules.sipol.operations.boards import add_officer, save_board
    from modules.sipol.operations.documents import file_document, keep_upload
    from modules.sipol.rules.documents import Match

    def fill(first, many):
        board = save_board(place(row), FACTS, actor=make.ACTOR)
        for n in range(first, first + many):
            add_officer(board, officer(n, "anggota"), actor=make.ACTOR)
            for code in ("1201", f"1201{n:02}"):
                stored = store(pdf(f"{n} {code}"), f"{n}.pdf")
                file_document(stored, place(row, code), "sk_kepengurusan", actor=make.ACTOR)
            stored = store(pdf(f"x{n}"), f"x{n}.pdf")
            keep_upload(stored, place(row), Match("x", None, None, "kind_unknown"), actor=make.ACTOR)
        session.commit()

    def asked(way):
        session.expire_all()
        with count_queries(200) as sent:
            assert client.get(way, check=False).status_code == 200
        return len(sent)

    base = party()
    ways = [
        f"{base}/{way}/1201" for way in ("dokumen", "kepengurusan", "daftar-kepengurusan", "daftar-pengurus")
    ]
    fill(1, 1)
    few = [asked(way) for way in ways]
    fill(2, 6)
    assert [asked(way) for way in ways] == few


def test_another_province_is_no_page_of_an_operator(client, party):
    base = party("operator_parpol_kabko", "1201")
    for way in ("kepengurusan/1301", "dokumen/1204", "kantor/12"):
        assert client.get(f"{base}/{way}", check=False).status_code == 403
    for way in ("kepengurusan/1299", "kepengurusan/99", "dokumen/abc", "kepengurusan/1201012001"):
        assert client.get(f"{base}/{way}", check=False).status_code == 404
