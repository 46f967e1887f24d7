"""The queue of registrations that wait: what a party sees of its place, what KPU sees of all."""

from __future__ import annotations

import datetime as dt

import pytest

from modules.sipol.models import PartyRegistration, PartySubmission
from modules.sipol.queries.registrations import waiting_submissions
from modules.sipol.queries.submissions import places_in_queue, queue_of
from tests.pages import Html, count_queries
from tests.sipol.conftest import party, registration

FIRST = dt.datetime(2022, 8, 14, 16, 20, tzinfo=dt.UTC)


def waits(
    session, minutes: int, state: str = "diajukan", outcome: str = "menunggu", **more
) -> PartySubmission:
    """A registration that was submitted so many minutes after the first."""
    row = registration(session, state, **more)
    sent = PartySubmission(
        registration_id=row.id,
        kind="pendaftaran",
        counts={"member_digest": "00" * 32},
        digest=bytes(32),
        outcome=outcome,
        decided_at=None if outcome == "menunggu" else FIRST,
        submitted_at=FIRST + dt.timedelta(minutes=minutes),
    )
    session.add(sent)
    session.flush()
    return sent


@pytest.fixture
def line(session):
    """Five in the queue of KPU, made out of order; two others that do not stand in it."""
    made = {minutes: waits(session, minutes) for minutes in (20, 0, 30, 10)}
    made[40] = waits(session, 10)  # at the same instant as another: the one that came first goes first
    waits(session, 5, "vermin", outcome="lengkap")
    waits(session, 1, of=party(session, kind="lokal_aceh"), region="11")
    return [made[m] for m in (0, 10, 40, 20, 30)]


def of(session, sent) -> PartyRegistration:
    """The registration of a submission."""
    return session.get_one(PartyRegistration, sent.registration_id)


def test_each_knows_its_place(session, line):
    found = [queue_of(sent, of(session, sent)) for sent in line]
    assert [(q.position, q.waiting, q.since) for q in found] == [(n, 5, FIRST) for n in range(1, 6)]
    places = places_in_queue(waiting_submissions())
    assert [places[sent.id] for sent in line] == [(n, 5) for n in range(1, 6)]


def test_the_local_party_stands_in_a_line_of_its_own(session, line):
    places = places_in_queue(waiting_submissions())
    [local] = [s for s, r in waiting_submissions() if r.region == "11"]
    assert places[local.id] == (1, 1)
    assert queue_of(local, of(session, local))[:2] == (1, 1)


def test_who_does_not_wait_has_no_place(session, line):
    first, second = line[:2]
    row = of(session, first)
    row.state, first.outcome, first.decided_at = "vermin", "lengkap", FIRST
    session.flush()
    assert queue_of(first, row) is None
    assert queue_of(second, of(session, second))[:2] == (1, 4)


def test_the_party_reads_its_place(session, client, login, make_account, line):
    third = line[2]
    login(client, make_account("admin_parpol_pusat", party=of(session, third).party_id))
    page = Html(client.get(f"/partai/pengajuan/{third.id}").text).text()
    assert "nomor 3 dari 5 yang menunggu; yang pertama sejak 14 Agustus 2022 23.20 WIB" in page
    own = client.get("/partai/pengajuan").text
    assert "3 dari 5" in own
    assert "4 dari 5" not in own


def test_kpu_sees_the_whole_line(session, client, login, make_account, line):
    login(client, make_account("operator_kpu_ri"))
    client.get("/partai/pengajuan")
    with count_queries(20):
        html = Html(client.get("/partai/pengajuan").text)
    tiles = html.text(html.with_class("tiles")[0])
    assert "6 menunggu pemeriksaan" in tiles
    assert "0 masuk dalam satu jam terakhir" in tiles
    assert "14 Agustus 2022 23.20 WIB yang paling lama menunggu" in tiles
    page = html.text()
    assert [n for n in range(1, 7) if f"{n} dari 5" in page] == [1, 2, 3, 4, 5]
    assert "1 dari 1" in page


def test_an_empty_line_says_so(client, login, make_account):
    login(client, make_account("operator_kpu_ri"))
    page = client.get("/partai/pengajuan").text
    assert "Tidak ada pendaftaran yang menunggu" in page
    assert "tiles" not in page
