"""Control rows of a copy: nobody's, each copy's own, and what looking one up tells."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from electsys.ledger import Act
from electsys.notices import Notice
from electsys.privacy import blind_index
from modules.sidalih.claims import claims_of
from modules.sidalih.models import CanaryTouch, Voter, VoterCanary
from modules.sidalih.operations import canaries as rows
from modules.sidalih.operations.canaries import Canaries
from modules.sidalih.queries import copies as queries
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE
from tests.sidalih.copying import (
    ASKS,
    asked,
    bait,
    freeze,
    made,
    some_voters,
    table,
    unlocked,
)


@pytest.fixture
def voters(session, roll):
    return some_voters(session, 12)


@pytest.fixture
def frozen(session, voters):
    return freeze(session, voters)


def strangers(copy, count=4, seed_rows=40):
    """The control rows that a copy would get among some lines."""
    day = dt.date(2024, 2, 14)
    line = next(iter(queries.lines_of(copy.list_id, copy.region)))
    drawn = Canaries(copy.id, {line.tps_code: seed_rows}, count, day)
    return drawn, list(drawn.among(line.tps_code, [line], set()))


def test_control_rows_are_nobody_and_each_copys_own(app, session, frozen, make_account, actor_with):
    first, second = asked(actor_with(ASKS)), asked(actor_with(ASKS))
    ours, mine = strangers(first)
    _theirs, others = strangers(second)
    numbers = [c.line.nik for c in mine]
    assert len(set(numbers)) == 4
    assert all(n.startswith("99") and len(n) == 16 for n in numbers)
    assert all(c.shown_nik.startswith("1201") for c in mine)
    tail = claims_of(
        session.get(Voter, (next(iter(queries.lines_of(first.list_id, VILLAGE))).voter_id, "12"))
    ).nik
    assert {n[12:] for n in numbers} == {tail[12:]}  # a serial that nobody there has would stand out
    assert not {c.line.name for c in mine} & {c.line.name for c in others}
    assert [c.line for c in strangers(first)[1]] == [c.line for c in mine]  # made again, they are the same
    assert all(row["copy_id"] == first.id for row in ours.rows)
    assert blind_index(numbers[0]) == ours.rows[0]["nik_index"]


def test_control_rows_bear_no_name_of_the_village(session, frozen, actor_with):
    copy = asked(actor_with(ASKS))
    _drawn, mine = strangers(copy)
    line = next(iter(queries.lines_of(copy.list_id, copy.region)))
    from electsys.privacy import normalise_name

    known = {normalise_name(c.line.name) for c in mine}
    again = Canaries(copy.id, {line.tps_code: 40}, 4, dt.date(2024, 2, 14))
    assert not {normalise_name(c.line.name) for c in again.among(line.tps_code, [line], known)} & known


def test_only_fingerprints_of_control_rows_are_kept(app, session, frozen, make_account):
    copy, _first, second = made(app, session, make_account, profile="pengawas", purpose="pengawasan")
    kept = session.scalars(sa.select(VoterCanary).where(VoterCanary.copy_id == copy.id)).all()
    assert len(kept) == copy.controls == 2
    names = {line["nama"] for line in table(unlocked(copy, second))[1]}
    found = [n for n in names if queries.name_index(n, VILLAGE) in {bytes(k.name_index) for k in kept}]
    assert len(found) == 2
    with pytest.raises(sa.exc.DatabaseError), session.begin_nested():
        session.execute(sa.text("delete from voter_canary"))


@pytest.fixture
def overseer(make_account):
    return make_account(permissions=["privacy:register:read"])


@pytest.mark.parametrize("where", ["cek", "cari", "pindah", "impor"])
def test_looking_up_a_control_row_names_the_copy_at_once(app, session, frozen, make_account, overseer, where):
    copy, first, _second = made(app, session, make_account)
    index = bytes(bait(session, copy).nik_index)
    assert rows.touched(index, where, actor=first) == copy.id
    [notice] = session.scalars(sa.select(Notice).where(Notice.kind == rows.ALARM)).all()
    assert notice.account_id == overseer.id
    assert (notice.values["copy"], notice.values["recipient"]) == (copy.id, copy.recipient)
    assert notice.link == f"/pemilih/salinan/{copy.id}"
    [touch] = session.scalars(sa.select(CanaryTouch)).all()
    assert (touch.copy_id, touch.place, touch.account_id) == (copy.id, where, first.account_id)
    assert session.scalars(sa.select(Act.details).where(Act.verb == "sidalih:copy:leak")).all() == [
        {"place": where}
    ]
    rows.touched(index, where)
    assert len(session.scalars(sa.select(CanaryTouch)).all()) == 2  # kept, but told once
    assert len(session.scalars(sa.select(Notice).where(Notice.kind == rows.ALARM)).all()) == 1


def test_real_numbers_ring_nothing(app, session, voters, frozen, make_account):
    made(app, session, make_account)
    assert rows.touched(bytes(voters[0].nik_index), "cek") is None
    assert rows.touched_name(voters[0].name, [VILLAGE], "cari") is None
    assert rows.touched_many([bytes(v.nik_index) for v in voters], "impor") == []
    assert session.scalars(sa.select(CanaryTouch)).all() == []


def test_a_file_or_a_name_rings_too(app, session, voters, frozen, make_account):
    copy, _first, second = made(app, session, make_account)
    kept = {bytes(k.name_index) for k in session.scalars(sa.select(VoterCanary))}
    names = [line["nama"] for line in table(unlocked(copy, second))[1]]
    [name, _other] = [n for n in names if queries.name_index(n, VILLAGE) in kept]
    assert rows.touched_name(name.lower(), [VILLAGE + "001"], "cari") == copy.id
    assert rows.touched_name(name, [OTHER_VILLAGE], "cari") is None
    indexes = [bytes(bait(session, copy).nik_index), bytes(voters[0].nik_index)]
    assert rows.touched_many(indexes, "impor") == [copy.id]


def test_a_look_for_a_control_row_is_one_probe(app, session, frozen, make_account):
    copy, _first, _second = made(app, session, make_account)
    session.execute(sa.text("set local enable_seqscan = off"))
    plan = session.execute(
        sa.text("explain select copy_id from voter_canary where nik_index = :i"),
        {"i": bytes(bait(session, copy).nik_index)},
    ).scalars()
    assert "pk_voter_canary" in " ".join(plan)
