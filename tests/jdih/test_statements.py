"""The page behind the QR says what the register knows of the paper."""

from __future__ import annotations

import pytest

from electsys.ledger import Actor
from modules.jdih.operations import register, relations
from tests.jdih.registering import SYSTEM, draft
from tests.jdih.test_register_official import issue


@pytest.fixture(autouse=True)
def store_folder(app, session, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))


def page_of(client, paper) -> str:
    return client.get(f"/dokumen/{paper.token}").text


def test_nothing_is_said_of_a_paper_outside_the_register(client, session):
    paper = issue()
    assert "JDIH." not in page_of(client, paper)
    register.register_official(paper, actor=SYSTEM, publish=False)
    assert "Dimuat dalam JDIH" not in page_of(client, paper)


def test_a_paper_in_the_register_leads_there(client, session):
    paper = issue()
    law = register.register_official(paper, actor=SYSTEM)
    page = page_of(client, paper)
    assert "Dimuat dalam JDIH." in page
    assert f'href="/jdih/dokumen/{law.stem}"' in page


@pytest.mark.parametrize(
    ("kind", "words", "look"),
    [("mencabut", "Dicabut dengan", "notice-stop"), ("mengubah", "Diubah dengan", "notice-wait")],
)
def test_a_later_decision_that_touches_it_is_named(client, session, kind, words, look):
    old, new = issue(), issue()
    before = register.register_official(old, actor=SYSTEM)
    after = register.register_official(new, actor=SYSTEM)
    relations.relate(after, kind, before, actor=SYSTEM)
    page = page_of(client, old)
    assert words in page
    assert f'href="/jdih/dokumen/{after.stem}"' in page
    assert look in page
    assert words not in page_of(client, new)


def test_a_draft_that_would_repeal_it_says_nothing_yet(client, session):
    paper = issue()
    law = register.register_official(paper, actor=SYSTEM)
    relations.relate(draft("kpt", unit="", year=2026), "mencabut", law, actor=SYSTEM)
    assert "Dicabut dengan" not in page_of(client, paper)


def test_what_was_withdrawn_says_why(client, session, make_account):
    paper = issue()
    law = register.register_official(paper, actor=SYSTEM)
    account = make_account("jdih_pengelola")
    register.withdraw_document(law, reason="Salah unggah lampiran", actor=Actor(account.id, account.username))
    page = page_of(client, paper)
    assert "Ditarik dari JDIH. Alasan: Salah unggah lampiran" in page
    assert "Dimuat dalam JDIH" not in page
