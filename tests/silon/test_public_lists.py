"""What everybody reads of lists: pages, files, differences, profiles; and what nobody reads."""

from __future__ import annotations

import csv
import hashlib
import io

import pytest
import rfc8785
from sqlalchemy import func, select

from modules.silon.models import Candidate, Listing
from modules.silon.operations import amendments, listings, replacements
from modules.silon.operations.listing_jobs import make_list
from tests.pages import count_queries
from tests.silon import conftest as make
from tests.silon import staging
from tests.silon.conftest import ACTOR

BASE = "/calon/publik/pemilu-2024"
LIST = f"{BASE}/dpr/{make.DAPIL}"


def test_before_the_first_list_the_page_says_what_comes(session, client):
    page = client.get("/calon/publik")
    assert page.status_code == 200
    assert "Belum ada daftar calon yang diumumkan" in page.text
    assert 'href="/calon/kursi"' in page.text and 'href="/calon/putusan/dilaksanakan"' in page.text


def test_a_draft_is_nobodys_to_read(session, client):
    staging.open_all(session)
    _of, rows = staging.party_list(session)
    listings.draft_listings(staging.contest(session), "", "rancangan_dcs", actor=ACTOR)
    assert client.get(LIST, check=False).status_code == 404
    assert client.get(f"/calon/publik/calon/{rows[0].id}", check=False).status_code == 404
    assert "Belum ada daftar calon" in client.get(BASE).text


def test_from_the_election_to_the_candidate(session, client):
    of, rows = staging.provisional(session, pictures=True)
    assert client.get("/calon/publik").location == BASE
    page = client.get(BASE).text
    assert f'href="{BASE}/dpr"' in page
    assert "Daftar Calon Sementara (DCS)" in page
    assert f'href="{LIST}"' in client.get(f"{BASE}/dpr").text
    answer = client.get(LIST)
    for row in rows:
        assert row.ballot_name in answer.text
        assert f"/calon/publik/calon/{row.id}" in answer.text
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Tapanuli Tengah" in answer.text
    one = client.get(f"/calon/publik/calon/{rows[0].id}").text
    assert "tidak menyetujui riwayat hidupnya" in one
    assert f"/tanggapan/tanggapan_dcs?tentang=candidate:{rows[0].id}" in one.replace("%3A", ":")
    assert of.state == "dcs"


def test_a_profile_is_open_by_consent_and_a_conviction_always(session, client):
    staging.open_all(session)
    of = make.nomination(session, "rancangan_dcs")
    cv = {"education": ["SMA Negeri 1"], "spouse": "RAHASIA KELUARGA", "motivation": "Melayani"}
    open_one = make.candidate(session, of, "ms", profile=cv, consent=True, sex="P")
    shut = make.candidate(
        session, of, "ms", profile=cv, consent=False, conditions=("mantan_terpidana",), sex="P"
    )
    staging.plenaries.determine(
        staging.contest(session), "", "dcs", signer=staging.SIGNER, actor=staging.member(session)
    )
    said = client.get(f"/calon/publik/calon/{open_one.id}").text
    assert "SMA Negeri 1" in said
    assert "Melayani" in said
    assert "RAHASIA KELUARGA" not in said
    hidden = client.get(f"/calon/publik/calon/{shut.id}").text
    assert "SMA Negeri 1" not in hidden
    assert "ya, dan sudah diumumkan" in hidden
    assert "mantan terpidana" in client.get(LIST).text
    told = client.get(f"{LIST}.json").json
    assert [c["profil"]["terpidana"] for c in told["isi"]["calon"]] == [False, True]
    assert "riwayat" not in told["isi"]["calon"][1]["profil"]


def test_the_json_carries_what_its_digest_is_computed_from(session, client):
    of, rows = staging.provisional(session)
    answer = client.get(f"{LIST}.json")
    told = answer.json
    assert hashlib.sha256(rfc8785.dumps(told["isi"])).hexdigest() == told["sidik"]
    assert [c["nama"] for c in told["isi"]["calon"]] == [row.ballot_name for row in rows]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    shape = client.get(f"{LIST}.json?bentuk=sirekap").json
    assert shape[str(of.number)][str(rows[2].id)] == {
        "nama": rows[2].ballot_name,
        "nomor_urut": 3,
        "jenis_kelamin": "P",
        "tempat_tinggal": "KAB. TAPANULI TENGAH",
    }


def test_the_csv_holds_every_name_and_no_formula(session, client):
    staging.open_all(session)
    of = make.nomination(session, "rancangan_dcs")
    row = make.candidate(session, of, "ms", sex="P")
    row.ballot_name = "=HYPERLINK(1)"
    session.flush()
    staging.plenaries.determine(
        staging.contest(session), "", "dcs", signer=staging.SIGNER, actor=staging.member(session)
    )
    [line] = list(csv.DictReader(io.StringIO(client.get(f"{LIST}.csv").text)))
    assert (line["nama"], line["jenis_kelamin"], line["dicoret"]) == ("'=HYPERLINK(1)", "P", "tidak")
    assert int(line["id"]) == row.id


def test_a_struck_name_stays_with_its_number_and_the_old_version_says_that_it_is_old(session, client):
    _of, rows = staging.final(session)
    amendments.strike_candidate(
        rows[0],
        "meninggal",
        reason="akta 1",
        evidence=staging.evidence(),
        signer=staging.SIGNER,
        actor=staging.member(session),
    )
    page = client.get(LIST).text
    assert "DCT" in page
    assert "Meninggal dunia" in page
    assert rows[0].ballot_name in page
    assert "akta 1" not in page  # the record is not the public reason
    old = client.get(f"{LIST}?tahap=dct&versi=1").text
    assert "Ini versi lama" in old
    changes = client.get(f"{LIST}/perbedaan").text
    assert "dicoret" in changes
    assert "dct, versi 1" in changes.lower()
    told = client.get(f"{LIST}/perbedaan?bentuk=json&dari=dct-1&ke=dct-2").json
    assert told["perubahan"] == [
        {
            "perubahan": "dicoret",
            "nomor_peserta": rows[0].nomination.number,
            "peserta": told["perubahan"][0]["peserta"],
            "nomor_urut": 1,
            "nama": rows[0].ballot_name,
            "sebelumnya": None,
            "alasan": "Meninggal dunia",
        }
    ]
    assert told["naskah"]
    candidate = client.get(f"/calon/publik/calon/{rows[0].id}").text
    assert "Dicoret dari daftar" in candidate
    assert "Sampaikan tanggapan" not in candidate


def test_who_left_before_the_final_list_is_told_from_the_provisional_one(session, client):
    _of, rows = staging.provisional(session)
    staging.to_replacement(session)
    replacements.leave_dcs(
        rows[0],
        "resign",
        reason="surat",
        evidence=staging.evidence(),
        actor=staging.member(session, "operator_kpu_ri"),
    )
    who = staging.member(session)
    listings.advance(staging.contest(session), "", "draft", actor=who)
    session.expire_all()
    staging.plenaries.determine(
        staging.contest(session), "", "dct", signer=staging.SIGNER, note="pleno", actor=who
    )
    told = client.get(f"{LIST}/perbedaan?bentuk=json").json
    assert (told["dari"], told["ke"]) == ("dcs-2", "dct-1")
    assert [(c["perubahan"], c["alasan"]) for c in told["perubahan"]] == [("keluar", "Mengundurkan diri")]
    gone = client.get(f"/calon/publik/calon/{rows[0].id}").text
    assert "Tidak lagi dalam daftar yang berlaku" in gone


def test_a_search_finds_names_in_force_only(session, client):
    _of, rows = staging.provisional(session)
    word = rows[1].ballot_name.split()[-1]
    page = client.get(f"{BASE}/cari?nama=uji {word}").text
    assert f"/calon/publik/calon/{rows[1].id}" in page
    assert f"/calon/publik/calon/{rows[0].id}" not in page
    assert "Tidak ada calon dengan nama itu" in client.get(f"{BASE}/cari?nama=%25%25%25").text
    assert "paling sedikit 3 huruf" in client.get(f"{BASE}/cari?nama=a").text.lower()


def test_a_name_with_a_tag_is_a_name(session, client):
    staging.open_all(session)
    of = make.nomination(session, "rancangan_dcs")
    row = make.candidate(session, of, "ms", sex="P")
    row.ballot_name = "<script>alert(1)</script>"
    session.flush()
    staging.plenaries.determine(
        staging.contest(session), "", "dcs", signer=staging.SIGNER, actor=staging.member(session)
    )
    for path in (LIST, f"/calon/publik/calon/{row.id}", f"{BASE}/cari?nama=script"):
        assert "<script>alert" not in client.get(path).text


def test_a_portrait_is_served_for_ever_by_its_hash(session, client):
    _of, _rows = staging.provisional(session, pictures=True)
    told = client.get(f"{LIST}.json").json
    digest = told["isi"]["calon"][0]["foto"]
    answer = client.get(f"/calon/publik/foto/{digest}.jpg")
    assert answer.mimetype == "image/jpeg"
    assert "immutable" in answer.headers["Cache-Control"]
    assert hashlib.sha256(answer.data).hexdigest() == digest
    assert client.get(f"/calon/publik/foto/{'0' * 64}.jpg", check=False).status_code == 404


def test_a_photo_as_it_was_uploaded_is_no_portrait(session, client):
    _of, rows = staging.provisional(session, pictures=True)
    from electsys.documents.models import StoredFile

    source = session.get_one(StoredFile, session.get_one(Candidate, rows[0].id).photo_id)
    assert client.get(f"/calon/publik/foto/{source.sha256}.jpg", check=False).status_code == 404


def test_the_pdf_of_a_list_is_there_once_it_was_made(session, client):
    of, _rows = staging.provisional(session, pictures=True)
    listing = staging.newest(session, "dcs", of)
    key = listing.id
    session.commit()  # a refused request rolls back what was not
    assert client.get(f"{LIST}/daftar.pdf", check=False).status_code == 404
    listing = session.get_one(Listing, key)
    make_list(listing, actor=ACTOR)
    answer = client.get(f"{LIST}/daftar.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert "PDF dengan foto" in client.get(LIST).text
    again = make_list(listing, actor=ACTOR)
    assert session.scalar(select(func.count()).select_from(type(again))) == 1


@pytest.mark.parametrize(
    "path",
    [
        f"{BASE}/dpr/9999",
        f"{BASE}/dpr/nasional",
        f"{BASE}/gubernur",
        f"{BASE}/dpr/{make.DAPIL}?tahap=rancangan_dcs",
        f"{BASE}/dpr/{make.DAPIL}?versi=9",
        "/calon/publik/pemilu-1999",
        "/calon/publik/calon/999999999",
    ],
)
def test_what_there_is_not_is_not_found(session, client, path):
    staging.provisional(session)
    assert client.get(path, check=False).status_code == 404


def test_a_page_asks_as_much_of_ten_lists_as_of_one(session, client):
    staging.open_all(session)
    staging.party_list(session)
    staging.plenaries.determine(
        staging.contest(session), "", "dcs", signer=staging.SIGNER, actor=staging.member(session)
    )
    client.get(LIST)
    with count_queries(9):
        client.get(LIST)
    for _n in range(3):
        staging.party_list(session, sexes="LLPLLP")
    staging.plenaries.determine(
        staging.contest(session), "", "dcs", signer=staging.SIGNER, actor=staging.member(session)
    )
    assert session.scalars(select(Listing.version).order_by(Listing.version)).all() == [1, 2]
    with count_queries(9):
        page = client.get(LIST).text
    assert page.count("/calon/publik/calon/") == 18
