"""Calendar, settings and code tables change only with a reason, leave a trail, and take effect at once."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from sqlalchemy import select

from electsys.elections import calendar, operations, queries, settings
from electsys.elections.models import CodeEntry
from electsys.errors import Refused
from electsys.ledger import Actor
from electsys.ledger.models import Act

ACTOR = Actor.system("uji")
DAY = dt.timedelta(days=1)


@pytest.fixture
def election(session):
    return queries.by_code("pemilu-2024")


@pytest.fixture
def stage(election):
    return calendar.stage(election.id, "kampanye")


def last_act(session):
    return session.scalars(select(Act).order_by(Act.id.desc()).limit(1)).one()


def test_a_new_value_is_a_new_version_in_force_at_once(session, election):
    before = settings.current(election.id, "ambang_parlemen")
    operations.set_setting(before, "5 %", reason="putusan MK", actor=ACTOR)
    assert settings.value(election.id, "ambang_parlemen") == Fraction(1, 20)
    assert [v.value for v in queries.versions(election.id, "ambang_parlemen")] == ["5 %", "4 %"]
    act = last_act(session)
    assert (act.verb, act.subject) == ("elections:setting:change", "legal_setting:ambang_parlemen")


@pytest.mark.parametrize(
    ("value", "reason", "field", "said"),
    [
        ("lima", "x", "value", "bukan nilai"),
        ("0,04", "x", "value", "sama dengan"),
        ("5 %", " ", "reason", "Wajib"),
    ],
)
def test_what_is_no_change_is_refused(session, election, value, reason, field, said):
    now = settings.current(election.id, "ambang_parlemen")
    with pytest.raises(Refused, match=said) as refused:
        operations.set_setting(now, value, reason=reason, actor=ACTOR)
    assert refused.value.field == field
    assert len(queries.versions(election.id, "ambang_parlemen")) == 1


def test_who_looked_at_an_older_version_must_look_again(session, election):
    stale = settings.current(election.id, "maks_pemilih_tps")
    operations.set_setting(stale, "600", reason="a", actor=ACTOR)
    with pytest.raises(Refused, match="baru saja diubah"):
        operations.set_setting(stale, "500", reason="b", actor=ACTOR)


def test_an_override_holds_in_its_region_and_the_longest_wins(session, election, stage):
    now = calendar.utc_now()
    assert not calendar.is_open(election.id, "kampanye", "1201")
    facts = {"minute": "BA 7", "reason": "banjir", "actor": ACTOR}
    operations.override_times(stage, "12", now - DAY, now + DAY, **facts)
    operations.override_times(stage, "1202", now - 2 * DAY, now - DAY, **facts)
    session.expire_all()
    assert calendar.is_open(election.id, "kampanye", "1201")
    assert not calendar.is_open(election.id, "kampanye", "120201")
    assert not calendar.is_open(election.id, "kampanye", "31")


def test_a_stopped_clock_closes_the_stage_and_moves_its_end(session, election):
    stage = calendar.stage(election.id, "penghitungan")
    facts = {"minute": "BA 1", "reason": "gempa"}
    stop = operations.stop_clock(stage, "1201", **facts, actor=ACTOR)
    session.expire_all()
    with pytest.raises(Refused, match="sedang dihentikan"):
        calendar.require_open(election.id, "penghitungan", "120101")
    calendar.require_open(election.id, "penghitungan", "3171")
    with pytest.raises(Refused, match="sudah dihentikan"):
        operations.stop_clock(stage, "1201", **facts, actor=ACTOR)
    stop.stopped_at -= dt.timedelta(hours=5)
    end = calendar.window(calendar.stage(election.id, "penghitungan"), "31").closes
    operations.resume_clock(stage, stop, actor=ACTOR)
    session.expire_all()
    calendar.require_open(election.id, "penghitungan", "120101")
    moved = calendar.window(calendar.stage(election.id, "penghitungan"), "1201").closes - end
    assert dt.timedelta(hours=5) <= moved < dt.timedelta(hours=5, minutes=1)
    with pytest.raises(Refused, match="dijalankan lagi"):
        operations.resume_clock(stage, stop, actor=ACTOR)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"minute": ""}, "minute"), ({"reason": " "}, "reason"), ({"region": "97"}, "region")],
)
def test_an_override_needs_a_minute_a_reason_and_a_region(session, stage, change, field):
    given = {"region": "12", "minute": "BA", "reason": "x"} | change
    now = calendar.utc_now()
    with pytest.raises(Refused) as refused:
        operations.override_times(stage, opens=now, closes=now + DAY, **given, actor=ACTOR)
    assert refused.value.field == field


def test_times_run_forward(session, stage):
    now = calendar.utc_now()
    with pytest.raises(Refused, match="sesudah waktu buka"):
        operations.set_times(stage, now, now, reason="x", actor=ACTOR)
    operations.set_times(stage, now - DAY, now + DAY, reason="PKPU baru", actor=ACTOR)
    assert calendar.is_open(stage.election_id, "kampanye", "31")


def test_codes_are_added_changed_and_put_out_of_use_but_never_deleted(session, election):
    facts = {"label": "Hak pilih dicabut", "detail": "", "actor": ACTOR, "reason": "MK", "regulation": "MK 1"}
    entry = operations.save_code(election, "tms", None, code="9", active=True, **facts)
    assert entry.position == 9
    with pytest.raises(Refused, match="sudah ada"):
        operations.save_code(election, "tms", None, code="9", active=True, **facts)
    operations.save_code(election, "tms", entry, code="9", active=False, **facts)
    assert session.get(CodeEntry, entry.id).active is False
    act = last_act(session)
    assert (act.subject, act.reason) == (f"code_entry:{entry.id}", "MK")
    assert act.details == {
        "label": "Hak pilih dicabut",
        "active": False,
        "regulation": "MK 1",
        "confirmed": True,
    }
    with pytest.raises(Refused) as refused:
        operations.save_code(election, "tms", entry, code="9", active=True, **facts | {"reason": " "})
    assert refused.value.field == "reason"
