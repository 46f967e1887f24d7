"""The public pages of the log, its receipts, and the note on a form's page."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from electsys.elections.models import Election
from electsys.ledger import Actor, log, log_keys, log_queries, notes
from electsys.ledger.receipts import receipt_text
from electsys.ledger.witnessing import add_witness

JOB = Actor.system("uji")
PAGE = "/log/pemilu-2024"


@pytest.fixture
def leaf(session):
    """The number of a leaf that stands in a signed checkpoint."""
    election = session.scalars(sa.select(Election.id).where(Election.code == "pemilu-2024")).one()
    facts = {"values": {"suara_1": 17, "suara_2": None}, "photo_sha256": ["a" * 64]}
    log.log_leaf("C.Hasil", election, facts, subject="C.Hasil:uji:1", actor=JOB)
    log.integrate()
    return log_queries.places(election, "C.Hasil:uji:1")[0].index


def test_without_a_log_the_page_says_so(client):
    page = client.get("/log")
    assert "Belum ada catatan" in page.text or page.status_code == 302


def test_checkpoints_key_and_witnesses(client, leaf):
    assert client.get("/log").headers["Location"].endswith(PAGE)
    key = str(notes.Signer("saksi.id", notes.WITNESS, Ed25519PrivateKey.generate()).verifier)
    add_witness(key, "Perludem", actor=JOB)
    page = client.get(PAGE)
    key = str(log_keys.signer("pemilu-2024").verifier)
    assert key in page.text.replace("&#43;", "+")
    assert "Perludem" in page.text
    assert client.get("/log/tidak-ada").status_code == 404


def test_an_entry_with_its_proof(client, leaf):
    page = client.get(f"{PAGE}/{leaf}")
    assert page.status_code == 200 and "suara_1" in page.text and "termasuk di log" in page.text
    paper = client.get(f"{PAGE}/{leaf}.pdf")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")
    for missing in (leaf + 1, 2**70):
        assert client.get(f"{PAGE}/{missing}").status_code == 404


@pytest.mark.parametrize("short", [False, True])
def test_a_receipt_is_checked_on_the_page(session, client, leaf, short):
    election = session.scalars(sa.select(Election.id).where(Election.code == "pemilu-2024")).one()
    whole = client.get(f"{PAGE}/{leaf}.txt").text
    text = receipt_text(log_queries.receipt(election, leaf), short=short)
    assert short or whole == text

    def answer(sent):
        return client.post("/log/periksa", data={"text": sent})

    page = answer(text.replace("\n", "\r\n"))
    assert page.status_code == 200 and "Sah" in page.text
    lines = text.split("\n")
    wrong = {
        "bukan bukti yang utuh": (
            *("", "electsys-bukti/1 x"),
            *(text.replace("index", "indeks"), text.replace("\n\n", "\n")),
        ),
        "log lain": (text.replace("pemilu-2024", "pemilu-2019"),),
        "tidak menuju": (text.replace(f"index {leaf}", f"index {leaf + 1}"),),
        "tanda tangan log": (text.replace(lines[-2], lines[-2][:-12] + "AAAAAAAAAAA="),),
    }
    for said, texts in wrong.items():
        for each in texts:
            found = answer(each)
            assert found.status_code == 422, each
            assert not each or said.lower() in found.text.lower(), (said, each)
