"""A kecamatan's plenary: reading, an objection from the wall, its correction, the lock, the public form."""

from __future__ import annotations

import itertools
import time

import pytest

from tests.sirekap.ladder import PNG, build

TPS = "1201011001001"
VILLAGE = TPS[:10]


@pytest.fixture(scope="module")
def plenary(live):
    """The small election, with a witness of the first pair: ids of recap and people."""
    import datetime as dt

    from sqlalchemy import select

    from electsys.identity.models import Role
    from electsys.identity.operations import create_account, give_grant, seed_roles
    from electsys.ledger import Actor
    from modules.sirekap.operations.witnesses import register_mandate

    number = itertools.count(1)
    with live.session() as session:
        actor = Actor.system("journey")
        seed_roles(actor=actor)

        def make(role, region):
            name = f"{role}.{region or 'ri'}.{next(number)}"
            account = create_account(
                name, name=name, email=f"{name}@test.invalid", password=None, actor=actor, must_change=False
            )
            found = session.scalars(select(Role).where(Role.name == role)).one()
            give_grant(account, found, actor=actor, region=region)
            return account

        world = build(session, make)
        operator, second = world.accounts["120101"]
        witness = make("saksi", "120101")
        register_mandate(
            world.election.id,
            "120101",
            next(p for p in world.contests["ppwp"].participants if p.number == 1),
            name="Saksi Pasangan Satu",
            letter_number="1/SM",
            letter_date=dt.date(2024, 2, 14),
            account=witness,
            actor=world.people["120101"][0],
        )
        return {
            "recap": world.recap("ppwp", "120101").id,
            "operator": operator.id,
            "second": second.id,
            "witness": witness.id,
            "form": world.forms["ppwp", TPS],
        }


def test_a_plenary_with_an_objection_and_a_correction(
    live, page, plenary, sign_in, axe, screenshot, tmp_path
):
    form = f"/rekap/d/{plenary['recap']}"
    photo = tmp_path / "formulir.png"
    photo.write_bytes(PNG)

    sign_in(page, plenary["operator"])
    page.goto("/rekap")
    axe(page)
    page.get_by_role("link", name="PPWP", exact=True).click()
    page.get_by_role("button", name="Buka pembacaan").click()
    page.get_by_text("2 bagian belum dibacakan").wait_for()
    axe(page)

    # The witness objects to one number on the wall.
    page.context.clear_cookies()
    sign_in(page, plenary["witness"])
    page.goto(f"{form}/proyektor/{TPS}")
    axe(page)
    screenshot(page, "rekap-proyektor", full=False)
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/proyektor/{TPS[:-1]}2")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/proyektor/{TPS}")
    page.get_by_role("link", name="Keberatan 01 Peserta 1").click()
    page.get_by_label("Keberatan", exact=True).fill("Salinan kami mencatat satu suara kurang.")
    axe(page)
    page.get_by_role("button", name="Ajukan keberatan").click()
    page.get_by_text("Keberatan dicatat").wait_for()

    # The plenary corrects it at once; the old value stays, struck through.
    page.context.clear_cookies()
    sign_in(page, plenary["operator"])
    page.goto(form)
    page.get_by_role("link", name="Terima dan betulkan").click()
    _cells, votes = plenary["form"]
    page.get_by_label("01 Peserta 1").fill(str(votes[0] - 1))
    page.get_by_label("02 Peserta 2").fill(str(votes[1] + 1))
    page.get_by_label("Alasan", exact=True).select_option("salah_baca")
    page.get_by_label("Penjelasan").fill("Angka 01 dan 02 terbaca terbalik satu.")
    page.get_by_label("Bukti (salinan C.Hasil").set_input_files(photo)
    page.get_by_label("Foto formulir yang").set_input_files(photo)
    page.get_by_text("Tersimpan. Nomor tanda terima:").nth(1).wait_for()
    axe(page)
    page.get_by_role("button", name="Catat pembetulan").click()
    page.get_by_text("Diterima, langsung diperbaiki").wait_for()
    assert page.locator("del", has_text=str(votes[0])).first.is_visible()

    # Village by village, on a narrow screen the table scrolls inside its own region.
    page.goto(f"{form}/bagian/{VILLAGE}")
    axe(page)
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1366, "height": 900})
    screenshot(page, "rekap-desa")
    for _village in range(2):
        page.get_by_role("button", name="Catat sudah dibacakan").click()
        page.get_by_text("Dicatat sudah dibacakan.").wait_for()
    page.get_by_role("button", name="Tutup rekapitulasi").click()
    page.get_by_text("Anda yang menutupnya").wait_for()

    # A second person locks it; the paper follows, and everybody may read it.
    page.context.clear_cookies()
    sign_in(page, plenary["second"])
    page.goto("/")
    page.get_by_role("link", name="Sahkan D.Hasil sebagai orang kedua").first.click()
    axe(page)
    page.get_by_role("button", name="Sahkan dan kunci").click()
    page.get_by_text("Disahkan").first.wait_for()
    end = time.monotonic() + 120
    while page.get_by_text("sedang diterbitkan").count() and time.monotonic() < end:
        time.sleep(1)
        page.goto(form)
    page.get_by_role("link", name="D.HASIL KECAMATAN-PPWP nomor").wait_for()
    page.context.clear_cookies()
    page.goto(f"/rekapitulasi/d/{plenary['recap']}")
    assert page.locator("del", has_text=str(votes[0])).first.is_visible()
    axe(page)
    screenshot(page, "rekap-publik")
    page.goto("/rekapitulasi/uji-rekap/nasional")
    axe(page)
