"""A liaison from the last gap to the receipt, and KPU that receives it, in a browser."""

from __future__ import annotations

import urllib.request

import pytest
from sqlalchemy import delete

from tests.sipol import conftest as make
from tests.sipol.portal import complete, members_for, open_stage, small_country

PASSWORD = "perahu-kertas-di-hulu-52"


@pytest.fixture(scope="module")
def party(live):
    """A party that has everything in a small country but an office; its liaison, and KPU."""
    from flask_security import hash_password

    from electsys.elections.queries import by_code
    from modules.sipol.models import PartyOffice
    from modules.sipol.operations.registrations import NewUser, add_user

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.account("operator_kpu_ri", username="operator.pusat", password=PASSWORD)
    with live.session() as session:
        election = by_code("pemilu-2024")
        small_country(session, election)
        open_stage(session, election.id, "pendaftaran_parpol")
        row = complete(session, of=make.party(session, name="Partai Uji Bahari", short_name="PUB"))
        members_for(session, row, 3)
        session.execute(delete(PartyOffice).where(PartyOffice.region == "1201"))
        who = NewUser("penghubung.pub", "Siti Aminah", "siti@pub.invalid")
        account = add_user(row, "admin_parpol_pusat", "", who, actor=make.ACTOR)
        account.password = hash_password(PASSWORD)


def test_from_the_last_gap_to_the_receipt(live, page, log_in, party, axe):
    log_in(page, "penghubung.pub", PASSWORD)
    page.get_by_role("link", name="Lengkapi syarat PUB").click()
    page.get_by_role("heading", name="Langkah berikutnya").wait_for()
    axe(page)
    page.get_by_role("link", name="Isi kantor: Tapanuli Tengah").click()
    fill_office(page)
    page.goto("/partai/saya")
    page.get_by_role("link", name="Periksa dan ajukan").click()
    axe(page)
    page.get_by_label("Saya menyatakan data").check()
    page.get_by_role("button", name="Ajukan sekarang").click()
    page.get_by_text("menunggu pemeriksaan KPU").wait_for()
    axe(page)
    sent = page.url

    page.context.clear_cookies()
    log_in(page, "operator.pusat", PASSWORD)
    page.get_by_role("link", name="Terima atau kembalikan pendaftaran partai").click()
    page.get_by_role("link", name="SIPOL-").click()
    assert page.url == sent
    axe(page)
    page.get_by_role("button", name="Terima: lengkap").click()
    page.get_by_text("diterima, lengkap").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh MODEL TANDA.TERIMA").click()
    path = download.value.path()
    assert path.read_bytes()[:5] == b"%PDF-"


def fill_office(page):
    """Enter the office of Tapanuli Tengah."""
    page.get_by_label("Alamat lengkap").fill("Jalan Melati 4, Pandan")
    page.locator("input[name=tenure][value=milik]").check()
    page.get_by_role("button", name="Simpan").first.click()
    page.get_by_text("Kantor Tapanuli Tengah tersimpan.").wait_for()
