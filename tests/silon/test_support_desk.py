"""Supporters at the desk, their papers, and the history of their flags (domain.md 4.3, 4.5)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from electsys import verification
from electsys.documents import open_file, store_file
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.verification.models import VerificationItem
from electsys.verification.operations import desk
from electsys.verification.registry import JUDGE
from electsys.verification.registry import READ as READ_ITEMS
from modules.silon.models import NominationLiaison, Supporter, SupporterEvent, SupporterFlagEvent
from modules.silon.operations import support_judging as judging
from modules.silon.operations import support_steps, supporters
from modules.silon.operations.supporter_papers import attach_paper, read_paper
from modules.silon.permissions import CONCLUDE, EDIT, READ, RECEIVE, SUBMIT, VERIFY
from modules.silon.queries import support as queries
from modules.silon.queries.support_judging import QUEUE, flags_of, own_causes, show_supporter
from modules.silon.rules import support as rules
from modules.silon.support_words import PAPER_PURPOSE
from tests.silon import conftest as make
from tests.silon import supporting, visiting
from tests.silon.test_support import claim


@pytest.fixture(autouse=True)
def opened(session):
    visiting.open_stages()


@pytest.fixture
def verifier(make_account):
    return make_account(permissions=[VERIFY, READ, READ_ITEMS, JUDGE], region="1201")


@pytest.fixture
def kpu(make_account):
    account = make_account(permissions=[READ, EDIT, SUBMIT, RECEIVE, CONCLUDE], region="12")
    return Actor(account.id, account.name)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(queries, "determined_voters", lambda election, region: 10_853_940)
    monkeypatch.setattr(queries, "demand_of", lambda nomination: rules.Demand(2, 1, 33))


def acting(account) -> Actor:
    return Actor(account.id, account.name)


def items(session, state=None):
    rows = select(VerificationItem).where(VerificationItem.queue == QUEUE).order_by(VerificationItem.id)
    return session.scalars(rows.where(VerificationItem.state == state) if state else rows).all()


def take(account, item, verdict, reason=None, note=None):
    queue = verification.find(QUEUE)
    return desk.decide(queue, item, verdict, actor=acting(account), reason=reason, note=note)


def paper(actor):
    with open_file(visiting.photo()) as file:
        return store_file(file, name="surat.jpg", kind=PAPER_PURPOSE, actor=actor)


# --- the desk ------------------------------------------------------------------------------------


def test_rows_come_to_the_desk_where_they_live_flagged_first(session):
    row = supporting.person(session, "vermin")
    clean = supporting.supporter(session, row)
    odd = supporting.supporter(session, row, flags=["nik"], own_flags=["nik"])
    far = supporting.supporter(
        session, row, village="3171011001", flags=["luar_wilayah"], own_flags=["luar_wilayah"]
    )
    supporting.supporter(session, row, "tms")
    assert judging.open_round(row, actor=make.ACTOR) == 3
    assert judging.open_round(row, actor=make.ACTOR) == 0
    found = {item.subject: (item.region, item.priority, item.round) for item in items(session)}
    assert found == {
        f"supporter:{clean.id}": ("1201", 10, 1),
        f"supporter:{odd.id}": ("1201", 0, 1),
        f"supporter:{far.id}": ("12", 0, 1),
    }


def test_verdicts_move_rows_and_can_be_taken_back(session, verifier):
    row = supporting.person(session, "vermin")
    a, b, c = (supporting.supporter(session, row) for _n in range(3))
    judging.open_round(row, actor=make.ACTOR)
    first, second, third = items(session)
    take(verifier, first, "ms")
    take(verifier, second, "bms", "tanpa_ktp")
    take(verifier, third, "tms", "palsu", "tanda tangan ditiru")
    assert (a.state, b.state, c.state) == ("ms", "bms", "tms")
    event = session.get_one(SupporterEvent, c.event_id)
    assert (event.kind, event.reason, event.note) == ("putus", "palsu", "tanda tangan ditiru")
    with pytest.raises(Refused, match="sudah diputus"):
        take(verifier, first, "tms", "palsu")
    desk.undo(verification.find(QUEUE), third, actor=acting(verifier))
    assert (c.state, third.state) == ("baru", "menunggu")
    with pytest.raises(Refused):
        take(verifier, third, "tms")


def test_only_the_verifier_of_the_place_judges(session, make_account):
    row = supporting.person(session, "vermin")
    supporting.supporter(session, row)
    judging.open_round(row, actor=make.ACTOR)
    stranger = make_account(permissions=[VERIFY, READ, READ_ITEMS, JUDGE], region="1202")
    with pytest.raises(Refused):
        take(stranger, items(session)[0], "ms")


def test_not_yet_waits_for_the_repair_and_is_refused_after_it(session, verifier, kpu, small):
    row = supporting.person(session, "vermin")
    a, b, c = (supporting.supporter(session, row) for _n in range(3))
    judging.open_round(row, actor=make.ACTOR)
    for item in items(session)[1:]:
        take(verifier, item, "bms", "tanpa_ktp")
    done = support_steps.conclude(row, reason="Kurang satu", actor=kpu)
    session.expire_all()
    assert (done.outcome, a.state, b.state, c.state) == ("perbaiki", "ms", "bms", "bms")
    assert items(session, "menunggu") == [], "what nobody judged leaves the desk"
    attach_paper(b, "ktp", paper(kpu), actor=kpu)
    assert (b.state, b.round) == ("baru", 2), "mended, it is judged anew"
    support_steps.hand_in(row, actor=kpu)
    judging.open_round(row, actor=make.ACTOR)
    with pytest.raises(Refused, match="1 pendukung yang diperbaiki"):
        support_steps.conclude(row, actor=kpu)
    again = next(i for i in items(session) if i.subject == f"supporter:{b.id}" and i.round == 2)
    with pytest.raises(Refused, match="memenuhi syarat atau tidak"):
        take(verifier, again, "bms", "tanpa_ktp")
    take(verifier, again, "ms")
    other = next(i for i in items(session) if i.subject == f"supporter:{c.id}" and i.round == 2)
    take(verifier, other, "tms", "tidak_diperbaiki")
    assert support_steps.conclude(row, actor=kpu).outcome == "lanjut"
    session.expire_all()
    assert (b.state, c.state) == ("ms", "tms")


def test_a_round_that_is_over_is_not_judged(session, verifier):
    row = supporting.person(session, "vermin")
    supporting.supporter(session, row)
    judging.open_round(row, actor=make.ACTOR)
    row.support_state = "verfak"
    session.flush()
    with pytest.raises(Refused, match="sudah selesai"):
        take(verifier, items(session)[0], "ms")
    with pytest.raises(Refused, match="Tidak ada verifikasi administrasi"):
        judging.open_round(row, actor=make.ACTOR)


def test_the_sheet_masks_the_number_and_names_what_is_missing(app, session):
    row = supporting.person(session, "vermin")
    one = supporting.supporter(session, row, nik="1201011402907001", flags=["nik"], own_flags=["nik"])
    judging.open_round(row, actor=make.ACTOR)
    with app.test_request_context():
        sheet = show_supporter(items(session)[0])
    said = " ".join(str(line.claimed) for line in sheet.lines)
    assert one.name in said and "1201**********01" in said and "1201011402907001" not in said
    assert "14" not in next(str(x.claimed) for x in sheet.lines if x.claimed == "1990")
    assert len(sheet.warnings) == 3 and not sheet.documents


# --- papers --------------------------------------------------------------------------------------


def test_papers_are_kept_by_version_and_read_with_a_trail(session, kpu):
    row = supporting.person(session)
    one = supporting.supporter(session, row)
    stored = paper(kpu)
    first = attach_paper(one, "ktp", stored, actor=kpu)
    assert attach_paper(one, "ktp", stored, actor=kpu).id == first.id
    second = attach_paper(one, "ktp", paper(kpu), actor=kpu)
    session.expire_all()
    assert (first.current, second.current) == (False, True)
    other = supporting.supporter(session, row)
    with pytest.raises(Refused, match="pendukung lain"):
        attach_paper(other, "ktp", stored, actor=kpu)
    with pytest.raises(Refused):
        attach_paper(other, "kta", paper(kpu), actor=kpu)
    with pytest.raises(Refused, match="bukan dokumen"):
        attach_paper(other, "ktp", visiting.photo(kpu), actor=kpu)
    assert read_paper(second, actor=kpu)
    assert session.scalars(select(Act).where(Act.verb == "silon:paper:read")).one().subject == (
        f"supporter:{one.id}"
    )
    row.support_state = "vermin"
    session.flush()
    with pytest.raises(Refused, match="terkunci"):
        attach_paper(one, "pernyataan", paper(kpu), actor=kpu)


# --- the history of flags --------------------------------------------------------------------------


def test_who_raised_a_flag_when_and_why(session, make_account):
    mine, theirs = supporting.person(session), supporting.person(session, label="LAIN")
    accounts = []
    for row in (mine, theirs):
        account = make_account(permissions=[READ, EDIT, SUBMIT], region="12")
        session.add(NominationLiaison(nomination_id=row.id, account_id=account.id))
        accounts.append(acting(account))
    session.flush()
    first = supporters.add_supporter(mine, claim(occupation="KEPALA DESA"), actor=accounts[0])
    second = supporters.add_supporter(theirs, claim(), actor=accounts[1])
    supporters.withdraw_supporter(second, reason="salah", actor=accounts[1])
    told = [(e.flag, e.raised, e.cause, e.actor) for e in reversed(flags_of(first.id))]
    assert told == [
        ("pekerjaan", True, f"supporter:{first.id}", accounts[0].name),
        ("ganda_eksternal", True, f"supporter:{second.id}", accounts[1].name),
        ("ganda_eksternal", False, f"supporter:{second.id}", accounts[1].name),
    ]
    assert own_causes(mine, flags_of(first.id)) == {f"nomination:{mine.id}", f"supporter:{first.id}"}
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(update(SupporterFlagEvent).values(raised=False))


STEP = st.tuples(
    st.sampled_from(["give", "withdraw", "refuse", "restore"]), st.integers(0, 2), st.integers(0, 4)
)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=4, max_size=14))
def test_flags_and_their_history_equal_a_recomputation_from_zero(session, kpu, steps):
    with session.begin_nested() as savepoint:
        lists = [supporting.person(session, label=label) for label in "ABC"]
        rows: list[Supporter] = []
        for what, at, number in steps:
            if what == "give":
                nik = f"12010114029080{number:02}"
                row = supporting.supporter(session, lists[at], nik=nik)
                supporters.reflag(lists[at], [bytes(row.nik_index)])
                rows.append(row)
            elif rows:
                row = rows[number % len(rows)]
                kind, action = {
                    "withdraw": ("tarik", "withdraw"),
                    "refuse": ("putus", "strike"),
                    "restore": ("putusan", "restore"),
                }[what]
                allowed = {"withdraw": ("baru", "ms", "tms"), "refuse": ("baru", "ms"), "restore": ("tms",)}
                if row.state in allowed[what]:
                    supporters.move_supporter(row, action, kind=kind, reason="uji", actor=kpu)
        session.flush()
        session.expire_all()
        for row in rows:
            assert sorted(row.flags) == _from_zero(rows, row)
            assert _replayed(session, row) == sorted(row.flags)
        savepoint.rollback()


def _from_zero(rows: list[Supporter], row: Supporter) -> list[str]:
    if row.state == "ditarik":
        return []
    active = [r for r in rows if r.state in ("baru", "ms", "bms") and r.nik_index == row.nik_index]
    mine = [r.id for r in active if r.nomination_id == row.nomination_id]
    flags = []
    if row.id in mine and row.id != min(mine):
        flags.append("ganda_internal")
    if any(r.nomination_id != row.nomination_id for r in active):
        flags.append("ganda_eksternal")
    return sorted(flags)


def _replayed(session, row: Supporter) -> list[str]:
    flags: set[str] = set()
    for event in reversed(flags_of(row.id)):
        assert (event.flag in flags) is not event.raised, "a flag comes once before it goes"
        (flags.add if event.raised else flags.discard)(event.flag)
    return sorted(flags)


def test_a_bulk_verdict_frees_the_other_list(session, kpu, small):
    mine, theirs = supporting.person(session, "vermin"), supporting.person(session, "vermin", label="LAIN")
    bad = supporting.supporter(session, mine, nik="1201011402907701", flags=["usia"], own_flags=["usia"])
    good = supporting.supporter(session, theirs, nik="1201011402907701")
    for _n in range(2):
        supporting.supporter(session, mine)
    supporters.reflag(mine, [bytes(bad.nik_index)])
    session.expire_all()
    assert good.flags == ["ganda_eksternal"]
    support_steps.conclude(mine, actor=kpu)
    session.expire_all()
    assert (bad.state, good.flags) == ("tms", [])
    assert flags_of(good.id)[0].cause == f"nomination:{mine.id}"


def test_a_verifier_elsewhere_still_leaves_history_of_both(session):
    """The trigger writes with the owner's rights: the other row lies outside the scope of whoever acts."""
    mine = supporting.person(session)
    theirs = supporting.person(session, label="LAIN")
    a = supporting.supporter(session, mine, nik="1201011402907702")
    supporting.supporter(session, theirs, nik="1201011402907702", village="1202011001")
    session.execute(text("select set_config('app.scope', '1201', true)"))
    supporters.reflag(mine, [bytes(a.nik_index)])
    session.execute(text("select set_config('app.scope', '', true)"))
    assert session.query(SupporterFlagEvent).count() == 2


def test_papers_wait_behind_the_calendar(session, kpu):
    from electsys.elections import calendar
    from electsys.elections.operations import set_times

    row = supporting.person(session)
    one = supporting.supporter(session, row)
    past = dt.datetime.now(dt.UTC) - dt.timedelta(days=9)
    stage = calendar.stage(row.election_id, "dukungan_dpd")
    set_times(stage, past, past + dt.timedelta(days=1), reason="uji", actor=make.ACTOR)
    with pytest.raises(Refused, match="sudah ditutup"):
        attach_paper(one, "ktp", paper(kpu), actor=kpu)
