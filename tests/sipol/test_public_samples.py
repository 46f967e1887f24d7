"""Samples for everybody: the seed, every sample without a person, and each drawn again."""

from __future__ import annotations

import re

import pytest

from electsys.verification.rules import sampling
from modules.sipol.operations import factual
from modules.sipol.queries import factual as queries
from tests.sipol.visiting import in_factual, people, seed
from tests.sipol.visiting import officer as officer  # noqa: PLC0414  (a fixture)

PAGE = "/partai/publik/pemilu-2024/sampel"


@pytest.fixture
def row(session, election):
    seed(session, election)
    return in_factual(session, 7, needs_factual=True)


@pytest.fixture
def sample(row, officer):
    return factual.draw(row, "1201", actor=officer[1])


def test_without_a_seed_the_page_says_so(client, election):
    shown = client.get(PAGE).text
    assert "Bilangan undian belum ditetapkan" in shown and "3841" in shown
    assert client.get(f"{PAGE}.json").json == {
        "pemilu": "pemilu-2024",
        "undian": None,
        "sampel": [],
        "sesudah": None,
    }


def test_nobody_logs_in_and_nobody_is_named(session, client, row, sample):
    shown = client.get(PAGE).text
    assert "undian uji 31 42 7" in shown and row.party.short_name in shown
    one = client.get(f"{PAGE}/{sample.id}").text
    assert "cocok" in one and "tidak cocok" not in one
    assert sample.frame_digest.hex() in one
    table = client.get(PAGE, query_string={"unduh": "csv"}).text
    told = client.get(f"{PAGE}.json").text
    for text in (shown, one, table, told):
        assert "BUDI UJI" not in text and "party_member" not in text and not re.search(r"\d{16}\b", text)
    start = client.get("/partai/publik/pemilu-2024").text
    assert PAGE in start
    assert f"{PAGE}?partai={row.party_id}" in client.get(f"/partai/publik/pemilu-2024/{row.party_id}").text


def test_whoever_has_the_frame_draws_the_same(session, client, row, sample):
    """By the JSON and the frame alone, with the method as it is written on the page."""
    [line] = client.get(f"{PAGE}.json").json["sampel"]
    frame = [key for key, _village in queries.frame_of(row, "verfak", "1201")]
    assert sampling.frame_digest(frame).hex() == line["sidik_kerangka"]
    number = sampling.number_of(line["undian"], line["nama_sampel"])
    n = sampling.krejcie_morgan(line["kerangka"])
    places = [(number % len(frame) + k * len(frame)) // n + 1 for k in range(n)]
    assert (n, places[0]) == (line["sampel"], line["mulai"])
    assert [p.subject for p in people(session, sample)] == [f"party_member:{frame[p - 1]}" for p in places]


def test_a_stored_sample_that_differs_is_said_so(session, client, row, sample):
    chosen = people(session, sample)
    chosen[0].frame_position, chosen[1].frame_position = (
        chosen[1].frame_position,
        chosen[0].frame_position,
    )
    session.flush()
    assert "tidak cocok" in client.get(f"{PAGE}/{sample.id}").text


def test_filters_and_what_is_not_there(session, client, row, sample):
    assert f"{PAGE}/{sample.id}" in client.get(f"{PAGE}?partai={row.party_id}").text
    other = in_factual(session, 0)
    assert f"{PAGE}/{sample.id}" not in client.get(f"{PAGE}?partai={other.party_id}").text
    assert client.get(f"{PAGE}.json?sesudah={sample.id}").json["sampel"] == []
    assert client.get(f"{PAGE}/{sample.id + 1}").status_code == 404
    assert client.get("/partai/publik/pemilu-1901/sampel").status_code == 404
