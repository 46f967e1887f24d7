"""Where each role lands: who it is, what it has to do, and a kind word where there is nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from electsys.identity.catalogue import DEMO_ACCOUNTS
from electsys.web import home
from tests.pages import Html


def landing(client):
    return Html(client.get("/").text)


@pytest.mark.parametrize(("role", "region", "party"), sorted({a[1:] for a in DEMO_ACCOUNTS}, key=str))
def test_every_demo_role_lands_on_a_page_that_leads_on(
    session, client, make_account, login, role, region, party
):
    account = make_account(role, region, party=party)
    session.commit()
    login(client, account)
    page = landing(client)
    assert page.text(page.one("h1")).startswith("Tugas saya ")
    ways = [e for e in page.with_class("way") + page.with_class("card-link") if list(e.iter("a"))]
    assert ways, "no way on"
    assert page.with_class("task") or page.with_class("empty")


def test_a_role_is_named_with_its_place(session, client, make_account, login):
    login(client, make_account("admin_parpol_pusat", party=3))
    page = landing(client)
    assert page.text(page.one("h1")) == "Tugas saya Penghubung partai, pusat, partai 3"
    assert "menyusul" not in page.text(), "parties and candidates have their pages"


def test_whose_system_is_to_come_is_told_so(session, client, make_account, login, monkeypatch):
    absent = [replace(s, page="tidak.ada") if s.name == "sirekap" else s for s in home.SYSTEMS]
    login(client, make_account("pemantau"))
    assert "menyusul" not in landing(client).text(), "the recap has its pages"
    monkeypatch.setattr(home, "SYSTEMS", tuple(absent))
    page = landing(client)
    assert "menyusul" in page.text() and "Rekapitulasi resmi" in page.text(page.one("main"))


def test_an_account_without_a_right_is_told_whom_to_ask(session, client, make_account, login):
    login(client, make_account())
    text = landing(client).text()
    assert "belum diberi hak" in text and "menyusul" not in text
    assert "halaman untuk semua orang" in text and "Hitung suara" in text


def test_an_admin_hands_out_sheets_and_guards_the_own_account(session, client, make_account, login, areas):
    admin = make_account("admin_wilayah", "1201", password="perahu-kertas-di-hulu-52")
    make_account("operator_kpu_kabko", "1201")
    make_account("operator_kpu_kabko", "1202")
    login(client, admin)
    page = landing(client)
    tasks = {page.text(next(t.iter("a"))): page.text(t.find("span")) for t in page.with_class("task")}
    assert tasks["Akun belum diaktifkan pemegangnya: serahkan lembar aktivasinya"] == "1"
    assert "Lindungi akun Anda dengan autentikator atau kunci sandi" in tasks
    admin.tf_primary_method = "authenticator"
    session.commit()
    assert "Lindungi akun" not in landing(client).text()
