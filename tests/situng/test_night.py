"""The night of the count: a packet and a second entry that ask little, and a ballot that is kept right."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from werkzeug.exceptions import NotFound

from electsys.elections.models import Ballot, BallotLine, LegalSetting
from modules.situng.operations.captures import lock_form, open_capture
from modules.situng.operations.photos import add_photo
from modules.situng.operations.totals import derive_totals, fold_totals
from modules.situng.queries.captures import latest_round
from modules.situng.queries.contests import count_for_entry
from tests.pages import count_queries
from tests.situng.conftest import CLEAN, TPS
from tests.situng.phones import numbers
from tests.situng.test_capture import A, people, picture  # noqa: F401  (people is a fixture)
from tests.situng.test_entry_pages import DESK, capture_of, send, typist  # noqa: F401  (typist is a fixture)

pytestmark = pytest.mark.usefixtures("own_files")

#: Statements of a packet and of a second entry, those of session and savepoints aside.
PACKET, SECOND = 13, 17


def test_a_packet_asks_little(session, count, phone):
    packet = phone.packet(numbers(count))
    count_for_entry(count.election_id, "ppwp", TPS)  # kept since the first packet of its dapil
    with count_queries(PACKET):
        [answer] = phone.send(packet).json["answers"]
    assert answer["outcome"] == "ok"
    assert capture_of(session, TPS).state == "entri_pertama"


def test_a_second_entry_asks_little_and_counts(session, count, contest, typist):  # noqa: F811
    one, two = typist(), typist("operator_sirekap_ppk", "120101")
    row = open_capture(count, A, actor=one.account)
    add_photo(row, picture(), page=1, actor=one.account)
    session.commit()
    send(one, CLEAN, one.get(f"{DESK}/{A}"))
    page = two.get(f"{DESK}/{A}")
    count_for_entry("pemilu-2024", "ppwp", A)
    with count_queries(SECOND):
        assert send(two, CLEAN, page).status_code == 302
    row = capture_of(session)
    assert row.state == "diterima" and row.claimed_by is None
    fold_totals(contest.id)
    assert derive_totals(contest.id) == []


def test_a_kept_ballot_is_what_a_page_reads(session, count):
    kept = count_for_entry("pemilu-2024", "ppwp", A)
    assert kept is count_for_entry(count.election_id, "ppwp", A)
    assert (kept.columns, kept.model, kept.ballot_id) == (count.columns, count.model, count.ballot_id)
    assert kept.limits is not None


def test_a_new_ballot_and_a_new_limit_are_seen_at_once(session, count):
    kept = count_for_entry(count.election_id, "ppwp", A)
    old = session.scalars(select(BallotLine).where(BallotLine.ballot_id == count.ballot_id)).first()
    ballot = Ballot(contest_id=count.contest_id, version=99, source="uji")
    session.add(ballot)
    session.flush()
    session.add(BallotLine(ballot_id=ballot.id, position=1, participant_id=old.participant_id, name=old.name))
    session.flush()
    fresh = count_for_entry(count.election_id, "ppwp", A)
    assert fresh.ballot_id == ballot.id and len(fresh.lines) == 1 < len(kept.lines)
    limit = session.scalars(
        select(LegalSetting).where(
            LegalSetting.election_id == count.election_id, LegalSetting.key == "maks_pemilih_tps"
        )
    ).one()
    session.execute(
        text(
            "insert into legal_setting (election_id, key, version, topic, label, kind, value, choices,"
            " regulation, reason, created_by) select election_id, key, version + 1, topic, label, kind, '7',"
            " choices, regulation, 'uji', 'uji' from legal_setting where id = :id"
        ),
        {"id": limit.id},
    )
    assert count_for_entry(count.election_id, "ppwp", A).limits.max_voters == 7


def test_where_no_ballot_is_nothing_is_entered(count):
    for kind in ("gubernur", "dprd_kabko"):
        with pytest.raises(NotFound):
            count_for_entry(count.election_id, kind, A)


def test_a_form_is_opened_once_and_locked(session, count):
    row = lock_form(count, TPS)
    assert (row.state, row.round, row.ballot_id) == ("kosong", 1, count.ballot_id)
    assert lock_form(count, TPS) is row is latest_round(count.contest_id, TPS)


def test_an_unknown_tps_has_no_form(count):
    from electsys.errors import Refused

    with pytest.raises(Refused, match="9912999999999"):
        lock_form(count, "9912999999999")
