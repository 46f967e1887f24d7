"""Pages of members: what each reader finds, what a party does there, and what it never learns."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import select, text

from electsys import jobs
from modules.sipol.models import MemberClarification, MemberStatement, PartyMember
from modules.sipol.operations.flags import reflag_members
from tests.pages import count_queries
from tests.sipol import conftest as make
from tests.sipol.membering import ELSEWHERE, ENTRY, FAR, REPAIR, REVIEW, VILLAGE, at

NIK = "1201010903858801"


@pytest.fixture(autouse=True)
def repairs(monkeypatch):
    at(monkeypatch, REPAIR)


@pytest.fixture
def double(session):
    """One person in two parties, in two provinces."""
    rows = [
        make.member(session, make.registration(session, "bms_vermin"), nik=NIK, name="BUDI GANDA", village=v)
        for v in (VILLAGE, FAR)
    ]
    reflag_members(rows, cause="uji", actor=make.ACTOR)
    session.commit()
    return rows


@pytest.fixture
def liaison(session, make_account, login, client):
    def liaison(row, role="operator_parpol_kabko", region="1201"):
        account = make_account(role, region, party=row.party_id)
        login(client, account)
        return account

    return liaison


def test_a_party_reads_its_own_members_masked(session, client, double, liaison):
    ours, theirs = double
    liaison(ours)
    page = client.get(f"/partai/pemilu-2024/{ours.party_id}/anggota")
    assert "BUDI GANDA" in page.text and "1201**********01" in page.text and NIK not in page.text
    assert "ganda eksternal" in page.text
    assert client.get(f"/partai/pemilu-2024/{theirs.party_id}/anggota", check=False).status_code == 403
    assert client.get(f"/partai/anggota/{theirs.id}", check=False).status_code in (403, 404)
    file = client.get(f"/partai/pemilu-2024/{ours.party_id}/anggota?unduh=csv").text
    assert "BUDI GANDA" in file and "1201*" not in file and NIK not in file


def test_the_way_back_to_the_party_is_for_who_may_go_it(session, client, double, liaison):
    ours = double[0]
    base = f"/partai/pemilu-2024/{ours.party_id}"
    for role, region, shown in (("admin_parpol_pusat", "", True), ("operator_parpol_kabko", "1201", False)):
        liaison(ours, role, region)
        for page in ("anggota", "tanda-anggota"):
            way = client.get(f"{base}/{page}").text.split("<h1")[0].split('class="crumbs"')[1]
            assert (f'href="{base}"' in way) is shown, (role, page)


def test_of_a_double_a_party_learns_only_that_it_is_one(session, client, double, liaison):
    ours, theirs = double
    other = session.scalar(text("select short_name from party where id = :id"), {"id": theirs.party_id})
    liaison(ours)
    for path in (
        f"/partai/pemilu-2024/{ours.party_id}/anggota",
        f"/partai/pemilu-2024/{ours.party_id}/tanda-anggota",
        f"/partai/anggota/{ours.id}",
        "/partai/klarifikasi/pemilu-2024",
        "/kotak-masuk",
    ):
        page = client.get(path).text
        assert other not in page and f"/anggota/{theirs.id}" not in page and "3171" not in page
    page = client.get(f"/partai/anggota/{ours.id}").text
    assert "tercatat juga di partai lain" in page and "Unggah surat pernyataan" in page


def test_filters_and_the_mix_of_flags(session, client, double, liaison):
    ours, _theirs = double
    plain = make.member(
        session,
        session.get(make.PartyRegistration, ours.registration_id),
        name="TANPA TANDA",
        village=VILLAGE,
    )
    session.commit()
    liaison(ours)
    base = f"/partai/pemilu-2024/{ours.party_id}"
    shown = client.get(f"{base}/anggota/1201?bendera=ganda_eksternal").text
    assert "BUDI GANDA" in shown and plain.name not in shown
    shown = client.get(f"{base}/anggota/1201?bendera=tanpa").text
    assert "BUDI GANDA" not in shown and plain.name in shown
    mix = client.get(f"{base}/tanda-anggota/1201?unduh=json").json
    assert [(a["anggota"], a["bertanda"], a["ganda_eksternal"], a["nik"]) for a in mix] == [(2, 1, 1, 0)]
    assert client.get(f"{base}/anggota/1202", check=False).status_code == 403


def test_the_number_of_statements_does_not_grow_with_the_list(session, client, double, liaison):
    ours, _theirs = double
    registration = session.get(make.PartyRegistration, ours.registration_id)
    liaison(ours)
    path = f"/partai/pemilu-2024/{ours.party_id}/anggota"
    for _n in range(12):
        make.member(session, registration)
    session.commit()
    client.get(path)
    with count_queries(most=25):
        client.get(path)


def test_a_member_is_entered_changed_and_withdrawn(session, client, liaison, monkeypatch):
    at(monkeypatch, ENTRY)
    registration = make.registration(session, "input")
    session.commit()
    liaison(PartyMember(party_id=registration.party_id))
    path = f"/partai/pemilu-2024/{registration.party_id}/tambah-anggota"
    page = client.get(path)
    fields = {
        "nik": "1201010903858831",
        "name": " budi   baru ",
        "sex": "L",
        "birth_place": "Barus",
        "birth_date": "1985-03-09",
        "marital_status": "S",
        "occupation": "Anggota TNI",
        "address": "Jalan 1",
        "village_code": VILLAGE,
        "card_number": "K-1",
    }
    wrong = client.submit(page, **{**fields, "village_code": ELSEWHERE})
    assert wrong.status_code in (403, 422)
    done = client.submit(client.get(path), **fields)
    assert done.status_code == 302
    [row] = session.scalars(select(PartyMember)).all()
    assert (row.name, row.flags) == ("BUDI BARU", ["pekerjaan"])
    again = client.submit(client.get(path), **fields)
    assert again.status_code == 422 and "sudah menjadi anggota" in again.text
    form = client.get(f"/partai/anggota/{row.id}/ubah")
    assert fields["nik"] not in form.text and "1985" not in form.text.split("<form", 1)[1]
    assert client.submit(form, occupation="Petani").status_code == 302
    session.expire_all()
    assert (row.occupation, row.flags) == ("PETANI", [])
    assert client.submit(client.get(f"/partai/anggota/{row.id}/tarik"), reason="salah").status_code == 302
    session.expire_all()
    assert row.state == "ditarik"
    page = client.get(f"/partai/anggota/{row.id}").text
    assert "Ditarik partai" in page and "salah" in page and "Riwayat tanda" in page


def test_letters_find_their_members_by_card_number(session, client, double, liaison):
    ours, _theirs = double
    liaison(ours)
    path = f"/partai/pemilu-2024/{ours.party_id}/surat-pernyataan"
    form = client.get(path)
    answer = client.post(
        path,
        data={
            "csrf_token": _token(form.text),
            "flag": "ganda_eksternal",
            "letters": [
                (io.BytesIO(_letter()), f"surat {ours.card_number}.png"),
                (io.BytesIO(_letter()), "tanpa nomor.png"),
            ],
        },
        content_type="multipart/form-data",
    )
    assert "1 surat pernyataan diterima" in answer.text and "tanpa nomor.png" in answer.text
    [brought] = session.scalars(select(MemberStatement)).all()
    assert (brought.member_id, brought.flag, brought.state) == (ours.id, "ganda_eksternal", "menunggu")
    page = client.get(f"/partai/anggota/{ours.id}").text
    assert "menunggu putusan" in page


def test_a_file_of_members_goes_in_by_the_pages(app, session, client, liaison, monkeypatch, tmp_path):
    from tests.sipol.membering import row, write_csv

    at(monkeypatch, ENTRY)
    registration = make.registration(session, "input")
    session.commit()
    liaison(PartyMember(party_id=registration.party_id))
    start = client.get("/unggah/anggota_partai")
    assert registration.party.short_name in start.text
    path = write_csv(tmp_path / "anggota.csv", [row(), row(), row(kode_desa=FAR)])
    answer = client.post(
        "/unggah/anggota_partai",
        data={
            "csrf_token": _token(start.text),
            "context": f"{registration.id}:1201",
            "file": (io.BytesIO(path.read_bytes()), "anggota.csv"),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302, answer.text
    address = answer.location
    shown = client.get(address)
    assert client.submit(shown, "kolom").status_code == 302
    jobs.run_pending(app)
    ready = client.get(address)
    assert "provinsi lain" in ready.text
    confirm = client.post(f"{address}/terapkan", data={"mode": "sahih", "csrf_token": _token(ready.text)})
    assert confirm.status_code == 302
    jobs.run_pending(app)
    assert "3 baris = 2 diterima + 1 ditolak" in client.get(address).text
    page = client.get("/partai/berkas-anggota")
    assert "anggota.csv" in page.text
    batch = session.scalar(text("select id from party_batch"))
    assert "Neraca cocok: 3 = 2 + 1 + 0" in client.get(f"/partai/berkas-anggota/{batch}").text


def test_the_office_settles_and_hears(app, session, client, double, make_account, login, monkeypatch):
    ours, theirs = double
    letter = session.scalar(
        text(
            "insert into stored_file (sha256, received_sha256, size, media_type, kind, name, origin)"
            " values (repeat('0', 64), repeat('0', 64), 1, 'application/pdf', 'evidence', 'uji.pdf',"
            " 'unggahan') returning id"
        )
    )
    for row in double:
        session.add(
            MemberStatement(
                member_id=row.id,
                party_id=row.party_id,
                village_code=row.village_code,
                flag="ganda_eksternal",
                file_id=letter,
                state="diterima",
                decided_at=REPAIR,
            )
        )
        session.flush()
    session.commit()
    login(client, make_account("operator_kpu_kabko", "1201"))
    at(monkeypatch, REVIEW)
    page = client.get("/partai/klarifikasi/pemilu-2024")
    assert client.submit(page).status_code == 302
    jobs.run_pending(app)
    [hearing] = session.scalars(select(MemberClarification)).all()
    page = client.get("/partai/klarifikasi/pemilu-2024")
    assert "BUDI GANDA" in page.text and "dipanggil" in page.text
    page = client.get(f"/partai/klarifikasi/orang/{hearing.id}")
    assert page.text.count("1201**********01") == 2 and NIK not in page.text
    answer = client.post(
        f"/partai/klarifikasi/orang/{hearing.id}/catat",
        data={
            "csrf_token": _token(page.text),
            "party": str(theirs.party_id),
            "heard_at": "2022-10-05T10:00",
            "minutes": (io.BytesIO(_letter()), "ba.png"),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302, answer.text
    session.expire_all()
    assert (hearing.state, hearing.party_id) == ("memilih", theirs.party_id)
    assert hearing.heard_at == dt.datetime(2022, 10, 5, 3, 0, tzinfo=dt.UTC)
    assert (ours.state, theirs.state) == ("tms", "baru")
    # The party of the struck row reads why, and not whom the person chose.
    login(client, make_account("operator_parpol_kabko", "1201", party=ours.party_id))
    page = client.get(f"/partai/anggota/{ours.id}").text
    assert "pada klarifikasi orang ini memilih partai lain" in page
    assert client.get(f"/partai/klarifikasi/orang/{hearing.id}", check=False).status_code == 403
    assert "BUDI GANDA" in client.get("/partai/klarifikasi/pemilu-2024").text


def _letter() -> bytes:
    """A picture of a letter."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "PNG")
    return out.getvalue()


def _token(page: str) -> str:
    import re

    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]
