"""The pages of those who vote elsewhere: from the counter to the page behind the QR."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from electsys.identity.permissions import ALL
from electsys.intake import stage
from electsys.privacy import unseal_fields
from electsys.regions.loading import load_tps
from modules.sidalih import letters, people_files
from modules.sidalih.models import Quarter, Voter
from modules.sidalih.models.abroad import VoterTransfer
from modules.sidalih.models.moves import VoterDpk, VoterMove, VoterPlace
from modules.sidalih.operations.moves import issue_move
from modules.sidalih.permissions import COMPILE, EDIT, MOVE, READ, READ_DOUBLES
from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, VILLAGE, claims
from tests.sidalih.move_examples import stored_move
from tests.sidalih.moving import freeze, nik_of, tps_at, voter_at

NEW = f"/pemilih/pindah/baru?desa={OTHER_VILLAGE}"


def picture() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(content, "JPEG")
    content.seek(0)
    return content


@pytest.fixture
def office(session, client, make_account, login):
    """Log in an account with some permissions: ``office(*permissions, region="1201")``."""

    def enter(*permissions, region="1201"):
        assert set(permissions) <= set(ALL)
        account = make_account(permissions=list(permissions), region=region)
        session.commit()
        login(client, account)
        return account

    return enter


@pytest.fixture
def voter(session):
    found = voter_at(session)
    freeze(session, [found])
    return found


def apply_for(client, voter, **changes):
    facts = {
        "target": OTHER_VILLAGE + "001",
        "nik": nik_of(voter),
        "reason_code": "tugas",
        "served": "asal",
        "evidence": (picture(), "surat-tugas.jpg"),
    }
    return client.post(NEW, data=facts | changes, content_type="multipart/form-data")


def test_a_move_from_the_counter_to_the_letter(session, client, office, voter):
    office(READ, MOVE)
    assert "Belum ada yang pindah memilih" in client.get("/pemilih/pindah").text
    assert "Langkah 1 dari 3" in client.get("/pemilih/pindah/baru").text
    page = client.get(NEW)
    assert "TPS 006" in page.text and nik_of(voter) not in page.text
    answer = apply_for(client, voter)
    assert answer.status_code == 302
    move = session.scalars(select(VoterMove)).one()
    assert answer.location.endswith(f"/pemilih/pindah/{move.id}")
    page = client.get(f"/pemilih/pindah/{move.id}")
    assert "Langkah 3 dari 3" in page.text and voter.name in page.text
    assert (
        nik_of(voter) not in page.text and f"{nik_of(voter)[:4]}**********{nik_of(voter)[-2:]}" in page.text
    )
    assert client.get(f"/pemilih/pindah/{move.id}/surat").status_code == 409
    assert client.get(f"/pemilih/surat-pindah/{move.token}", check=False).status_code == 404
    client.post(f"/pemilih/pindah/{move.id}/terbitkan")
    assert client.get(f"/pemilih/pindah/{move.id}/surat").data.startswith(b"%PDF")
    assert client.get(f"/pemilih/pindah/{move.id}/bukti").status_code == 200
    recap = client.get("/pemilih/pindah/rekap?wilayah=1201").text
    assert "BARUS" in recap.upper()
    listed = client.get("/pemilih/pindah?arah=masuk&unduh=csv").text
    assert voter.name in listed and nik_of(voter) not in listed


def test_a_refusal_stands_at_its_field_and_shows_nobody(client, office, voter):
    office(READ, MOVE)
    page = apply_for(client, voter, nik="1201015705809999")
    assert page.status_code == 422
    assert "tidak ada dalam DPT" in page.text and "DPK" in page.text
    assert voter.name not in page.text
    page = client.post(NEW, data={})
    assert page.status_code == 422 and "Pilih TPS tujuan" in page.text


def test_the_page_behind_the_qr_shows_no_person(session, client, office):
    move = stored_move(session, "diterbitkan")
    session.commit()
    page = client.get(f"/pemilih/surat-pindah/{move.token}")
    assert page.status_code == 200
    assert "Surat ini berlaku" in page.text and move.target_tps in page.text
    nik = unseal_fields(bytes(move.sealed), table="voter_move", row=move.id)["nik"]
    assert move.name not in page.text and nik not in page.text and move.origin_tps not in page.text
    move.state, move.cancelled_at = "dibatalkan", move.issued_at
    session.commit()
    assert "sudah dibatalkan" in client.get(f"/pemilih/surat-pindah/{move.token}").text


def test_the_letter_reads(session, app, election):
    move = stored_move(session, "diterbitkan")
    with app.test_request_context():
        content = letters.letter_pdf(election, move, reason="Bertugas", signer="Petugas Uji", unit="1201")
    document = pypdfium2.PdfDocument(content)
    words = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    nik = unseal_fields(bytes(move.sealed), table="voter_move", row=move.id)["nik"]
    assert move.name in words and move.target_tps in words and f"/pemilih/surat-pindah/{move.token}" in words
    assert "KOMISI PEMILIHAN UMUM KABUPATEN TAPANULI TENGAH" in words
    assert nik not in words and f"{nik[:4]}**********{nik[-2:]}" in words
    assert words.count("tidak") >= 4  # of five ballots one is given


def test_taking_back_wants_a_reason(session, client, office, voter):
    office(READ, MOVE)
    apply_for(client, voter)
    move = session.scalars(select(VoterMove)).one()
    page = client.post(f"/pemilih/pindah/{move.id}/batalkan", data={"reason": ""})
    assert page.status_code == 422
    client.post(f"/pemilih/pindah/{move.id}/batalkan", data={"reason": "Batal berangkat"})
    assert "dibatalkan" in client.get(f"/pemilih/pindah/{move.id}").text
    session.expire_all()
    assert move.state == "dibatalkan"


def test_a_full_station_is_said_before_and_after(session, client, office, election, actor_with):
    office(READ, MOVE)
    move = stored_move(session)
    tps_at(session, move.target_tps).cap = 1
    other = voter_at(session, move.target_tps)
    freeze(session, [session.get(Voter, (move.voter_id, "12")), other])
    issue_move(move, actor=actor_with(MOVE))
    session.commit()
    page = client.get(f"/pemilih/pindah/{move.id}").text
    assert "sudah penuh" in page
    assert "penuh (-1)" in client.get(f"/pemilih/pindah/baru?desa={VILLAGE}").text


def test_another_office_does_not_see_a_move(session, client, office):
    move = stored_move(session)
    office(READ, MOVE, region="3171")
    assert client.get(f"/pemilih/pindah/{move.id}", check=False).status_code in (403, 404)
    assert move.name not in client.get("/pemilih/pindah").text
    assert client.get("/pemilih/pindah/rekap?wilayah=1201", check=False).status_code == 403


def test_a_special_place_is_opened_and_filled(session, client, office, roll):
    office(READ, EDIT, COMPILE)
    resident = voter_at(session, OTHER_VILLAGE + "002")
    session.commit()
    assert "Lapas Uji" not in client.get("/pemilih/lokasi-khusus").text
    facts = {"village": VILLAGE, "kind": "lapas", "name": "Lapas Uji", "address": "Jalan 1", "body": "Kepala"}
    answer = client.post("/pemilih/lokasi-khusus/baru", data=facts)
    place = session.scalars(select(VoterPlace)).one()
    assert answer.location.endswith(f"/{place.tps_code}")
    assert "Tempelkan daftar NIK" in client.get(answer.location).text
    assert "Lapas Uji" in client.get("/pemilih/lokasi-khusus?jenis=lapas").text
    page = client.post(
        f"{answer.location}/penghuni", data={"niks": f"{nik_of(resident)}\n12", "reason_code": ""}
    )
    assert "dikeluarkan dari daftar asal" in page.text and "16 angka" in page.text
    assert nik_of(resident) not in page.text
    assert resident.name in client.get(f"{answer.location}?unduh=csv").text


def test_the_dpk_page_by_page(session, client, office, roll):
    office(READ, EDIT, READ_DOUBLES)
    known = voter_at(session, OTHER_VILLAGE + "001")
    freeze(session, [known])
    session.commit()
    assert "Belum ada baris DPK" in client.get("/pemilih/dpk").text
    facts = claims()
    sent = {
        "tps_code": VILLAGE + "001",
        "nik": facts.nik,
        "name": "siti uji",
        "birth_place": "Barus",
        "birth_date": "1980-05-17",
        "sex": "P",
        "marital_status": "S",
        "address": "Jalan 1",
        "rt": "1",
        "rw": "2",
        "disability": "0",
    }
    assert client.post("/pemilih/dpk/baru", data=sent).status_code == 302
    assert client.post("/pemilih/dpk/baru", data=sent).status_code == 422
    client.post("/pemilih/dpk/baru", data=sent | {"nik": nik_of(known), "name": "siti ganda"})
    fresh, double = session.scalars(select(VoterDpk).order_by(VoterDpk.id)).all()
    assert "1 pemilih DPK terdaftar" in client.get("/pemilih/dpk").text
    report = client.get("/pemilih/dpk/ganda").text
    assert "SITI GANDA" in report and "SITI UJI" not in report
    assert "Bawaslu memeriksa" in client.get(f"/pemilih/dpk/{double.id}").text
    session.add(Quarter(roll_id=roll.id, year=2025, number=1, opening=1))
    session.commit()
    client.post(f"/pemilih/dpk/{fresh.id}/masukkan")
    session.refresh(fresh)
    assert fresh.state == "dimutakhirkan"
    client.post(f"/pemilih/dpk/{double.id}/batalkan", data={"reason": "Salah ketik"})
    assert "Tidak ada pemilih DPK" in client.get("/pemilih/dpk/ganda").text


def test_a_city_abroad_page_by_page(session, client, office, roll):
    load_tps("pemilu-2024", actor=ACTOR, only=("9901",))
    home = voter_at(session)
    office(READ, EDIT, region="9901")
    assert "Abu Dhabi" in client.get("/pemilih/luar-negeri").text
    sent = {
        "passport": "X1234567",
        "nik": nik_of(home),
        "name": home.name,
        "birth_place": "Barus",
        "birth_date": "1980-05-17",
        "sex": "P",
        "marital_status": "S",
        "address": "Al Nahyan 1",
        "rt": "0",
        "rw": "0",
        "tps_code": "9901010001010",
        "disability": "0",
    }
    assert client.post("/pemilih/luar-negeri/pemilu-2024/9901/baru", data=sent).status_code == 302
    page = client.get("/pemilih/luar-negeri/pemilu-2024/9901").text
    assert "Kotak suara keliling" in page and "X1234567" not in page
    away = session.scalars(select(Voter).where(Voter.province == "99")).one()
    assert home.name in client.get("/pemilih/luar-negeri/pemilu-2024/9901/ganda").text
    way = f"/pemilih/luar-negeri/pemilu-2024/9901/ganda/{away.id}/{home.id}"
    assert client.post(way, data={"reason": ""}).status_code == 422
    assert client.post(way, data={"reason": "Bekerja"}).status_code == 302
    page = client.get("/pemilih/luar-negeri/pemilu-2024/9901/ganda").text
    assert "Sudah dikeluarkan" in page and "Tidak ada pemilih kota ini" in page
    transfer = session.scalars(select(VoterTransfer)).one()
    assert (
        client.post(f"/pemilih/pindah-daftar/{transfer.id}/batalkan", data={"reason": "Pulang"}).status_code
        == 302
    )
    session.refresh(transfer)
    assert transfer.undone_at is not None


# --- files -------------------------------------------------------------------------------------------

HEADER = (
    "nik,paspor,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,status_kawin,alamat,metode,kode_tps,disabilitas"
)


def staged(session, election, tmp_path, spec, lines, header=HEADER):
    path = tmp_path / "berkas.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    return stage(session.connection(), path, spec(election), people_files.STAGING)


class Handed:
    """What the intake hands over."""

    def __init__(self, staging, context, actor, file):
        self.staging, self.context, self.actor, self.file, self.mapping = staging, context, actor, file, {}


class File:
    id, name, sha256 = None, "ppln.csv", "0" * 64


def test_a_file_of_a_ppln(session, election, tmp_path, actor_with):
    load_tps("pemilu-2024", actor=ACTOR, only=("9901",))
    nik = claims().nik
    lines = [
        f"{nik},X1234567,Siti Satu,Barus,1980-05-17,P,S,Al Nahyan 1,TPSLN,9901010001002,0",
        ",Y1234567,Budi Dua,Barus,1985-05-17,L,S,Al Nahyan 2,POS,9901010001001,",
        ",Y1234567,Budi Lagi,Barus,1985-05-17,L,S,Al Nahyan 2,POS,9901010001001,",
        ",Z1234567,Ani Tiga,Barus,1985-05-17,P,S,Al Nahyan 3,KSK,9901010001001,",
        ",,Tanpa Nomor,Barus,1985-05-17,P,S,Al Nahyan 4,POS,9901010001001,",
        "12,,Nik Salah,Barus,2999-05-17,P,S,Al Nahyan 5,POS,1201011001001,",
    ]
    staging = staged(session, election, tmp_path, people_files.abroad_spec, lines)
    handed = Handed(staging, f"{election.id}:9901", actor_with(EDIT, region="9901"), File)
    people_files._check_abroad(handed)
    found = {(e.row_number, e.code) for e in staging.errors()}
    assert found == {
        (3, "duplicate"),
        (4, "duplicate"),
        (5, "method_differs"),
        (6, "number_missing"),
        (7, "nik_length"),
        (7, "future"),
        (7, "tps_unknown"),
    }
    raw = session.connection().exec_driver_sql(f"select * from {people_files.STAGING}").all()
    assert nik not in str(raw) and "SITI" not in str(raw)
    staging.discard_bad()
    outcome = people_files._apply_abroad(handed)
    assert outcome.values == {"election": "pemilu-2024", "city": "9901"}
    voter = session.scalars(select(Voter).where(Voter.province == "99")).one()
    assert (voter.name, voter.tps_code, voter.rt) == ("SITI SATU", "9901010001002", "000")
    again = staged(session, election, tmp_path, people_files.abroad_spec, lines[:1])
    people_files._check_abroad(Handed(again, f"{election.id}:9901", handed.actor, File))
    assert {e.code for e in again.errors()} == {"known"}


def test_a_file_of_the_dpk(session, election, tmp_path, actor_with):
    known = voter_at(session, OTHER_VILLAGE + "001")
    freeze(session, [known])
    header = HEADER.replace("paspor,", "").replace("metode,", "")
    lines = [
        f"{claims().nik},Siti Satu,Barus,1980-05-17,P,S,Jalan 1,{VILLAGE}001,0",
        f"{nik_of(known)},Siti Dua,Barus,1980-05-17,P,S,Jalan 1,{VILLAGE}001,0",
        f"{claims().nik},Siti Jauh,Barus,1980-05-17,P,S,Jalan 1,3171011001001,0",
    ]
    staging = staged(session, election, tmp_path, people_files.dpk_spec, lines, header)
    handed = Handed(staging, f"{election.id}:1201", actor_with(EDIT), File)
    people_files._check_dpk(handed)
    assert {(e.row_number, e.code) for e in staging.errors()} == {(4, "tps_unknown")}
    staging.discard_bad()
    outcome = people_files._apply_dpk(handed)
    assert "1 di antaranya" in str(outcome.message)
    rows = session.scalars(select(VoterDpk).order_by(VoterDpk.id)).all()
    assert [row.found_tps for row in rows] == [None, known.tps_code]
