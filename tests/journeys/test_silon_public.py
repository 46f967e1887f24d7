"""A citizen reads a DCS and responds with evidence; the DCT on a phone, with a name that was struck."""

from __future__ import annotations

import urllib.request

import pytest
from sqlalchemy import text

from modules.silon.operations import amendments
from modules.silon.operations.listing_jobs import make_list, make_proof
from tests.silon import conftest as make
from tests.silon import staging

LIST = f"/calon/publik/pemilu-2024/dpr/{make.DAPIL}"
NAMES = (
    *("DRS. ROTUA SIMBOLON, M.SI.", "HENDRA GUNAWAN TANJUNG", "NURHAYATI BR. SITOMPUL, S.H."),
    *("MARULI HUTAGALUNG", "IR. DEWI SARTIKA POHAN", "JONNER MANURUNG"),
)
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def country(live):
    """An announced DCS of four parties in Sumatera Utara II; the candidates that the tests speak of."""
    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    with live.session() as session:
        staging.open_all(session)
        keys = []
        for n in range(4):
            of = make.nomination(session, "rancangan_dcs")
            for number, name in enumerate(NAMES[n % 2 :][:4], 1):
                row = make.candidate(
                    session,
                    of,
                    "ms",
                    number=number,
                    name=name,
                    sex="P" if number in (1, 3) else "L",
                    photo_id=staging.photo(("navy", "teal", "maroon", "olive")[number % 4]).id,
                    profile={"education": ["SMA Negeri 1 Sibolga", "Universitas Sumatera Utara"]},
                    consent=number == 1,
                )
                keys.append(row.id)
        staging.plenaries.determine(
            staging.contest(session), "", "dcs", signer=staging.SIGNER, actor=staging.member(session)
        )
    return keys


def test_a_citizen_reads_the_list_and_responds(live, page, country, axe, screenshot, tmp_path):
    page.goto("/calon/publik")
    axe(page)
    page.get_by_label("Cari calon menurut nama").fill("rotua")
    page.get_by_role("button", name="Cari").click()
    axe(page)
    page.get_by_role("link", name=NAMES[0]).first.click()
    page.get_by_role("heading", name=NAMES[0]).wait_for()
    axe(page)
    page.get_by_role("link", name="Sampaikan tanggapan").click()
    page.get_by_text(NAMES[0]).first.wait_for()
    page.get_by_label("Nama Anda").fill("Siti Rahmawati")
    page.get_by_label("Isi tanggapan").fill("Calon ini masih menjabat kepala desa sampai bulan lalu.")
    proof = tmp_path / "bukti.jpg"
    proof.write_bytes(staging.picture("white"))
    page.get_by_label("Bukti").set_input_files(str(proof))
    axe(page)
    screenshot(page, "calon-tanggapan-isi")
    page.get_by_role("button", name="Kirim").click()
    page.get_by_role("heading", name="sudah kami terima").wait_for()
    axe(page)
    link = page.get_by_role("link", name="/tanggapan/lacak#").get_attribute("href")
    page.goto(link)
    page.get_by_text("diterima").first.wait_for()
    with live.session() as session:
        subject, files = session.execute(
            text(
                "select subject, (select count(*) from public_response_file f where f.response_id = r.id)"
                " from public_response r"
            )
        ).one()
        assert (subject.startswith("candidate:"), files) == (True, 1)


def test_kpu_asks_the_party_and_the_plenary_looks(live, page, country, axe, screenshot, sign_in):
    office = live.account("operator_kpu_ri", username="operator.ri")
    member = live.account("anggota_kpu_ri", username="anggota.ri")
    sign_in(page, office)
    page.goto("/calon/tanggapan")
    axe(page)
    page.get_by_role("link", name="TGP-").first.click()
    axe(page)
    page.get_by_label("Pertanyaan kepada partai").fill("Mohon surat pemberhentian calon sebagai kepala desa.")
    page.get_by_role("button", name="Minta klarifikasi").click()
    page.get_by_text("menunggu sampai").wait_for()
    with live.session() as session:
        nomination = session.execute(text("select id from nomination order by id limit 1")).scalar_one()
    page.goto(f"/calon/pengganti/{nomination}")
    axe(page)
    page.get_by_role("link", name="Keluar dari DCS").first.click()
    axe(page)
    page.context.clear_cookies()
    sign_in(page, member)
    page.goto("/calon/penetapan")
    axe(page)
    page.get_by_role("link", name="KPU RI").first.click()
    axe(page)
    screenshot(page, "penetapan-daftar-calon")
    page.goto(LIST)
    screenshot(page, "dcs")


def test_the_final_list_on_a_phone(live, page, country, axe):
    with live.session() as session:
        session.execute(
            text("update public_response set state = 'ditolak', reason = 'uji', decided_at = now(),"
                 " decided_by = (select min(id) from account)")
        )  # fmt: skip
        staging.to_replacement(session)
        who = staging.member(session)
        staging.listings.advance(staging.contest(session), "", "draft", actor=who)
        session.expire_all()
        staging.plenaries.determine(staging.contest(session), "", "dct", signer=staging.SIGNER, actor=who)
        session.expire_all()
        from modules.silon.models import Candidate

        row = session.get_one(Candidate, country[1])
        listing = amendments.strike_candidate(
            row,
            "meninggal",
            reason="akta kematian 4/2023",
            evidence=staging.evidence(),
            signer=staging.SIGNER,
            actor=who,
        )
        make_list(listing, actor=make.ACTOR)
        from modules.silon.queries.ballots import of_nomination

        make_proof(of_nomination(row.nomination), actor=make.ACTOR)
    page.set_viewport_size(PHONE)
    page.goto(LIST)
    page.get_by_text("Meninggal dunia").first.wait_for()
    axe(page)
    page.set_viewport_size(PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"], wide
    page.get_by_role("link", name="Apa yang berubah?").click()
    page.get_by_text("dicoret").first.wait_for()
    axe(page)
    page.set_viewport_size(PHONE)
    page.goto(LIST)
    page.get_by_role("link", name=NAMES[1]).first.click()
    page.get_by_text("Dicoret dari daftar").wait_for()
