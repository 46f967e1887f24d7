"""Token buckets and the guard: what one address, one device, one proof can get."""

from __future__ import annotations

import datetime as dt
import os
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import func, select, text

from electsys.errors import Refused
from electsys.responses import checks, guard, rates, settings, work
from electsys.responses.forms import question
from electsys.responses.guard import TooMany, Visitor
from electsys.responses.models import RateBucket, SpentProof
from tests.responses import toy

START = dt.datetime(2024, 4, 20, 3, 0, tzinfo=dt.UTC)


def after(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def take(seconds: float = 0, **more) -> bool:
    return rates.take("uji", b"k", **({"rate": 0.5, "burst": 3, "at": after(seconds)} | more))


def test_a_bucket_gives_its_burst_and_then_its_rate(session):
    assert [take() for _n in range(5)] == [True, True, True, False, False]
    assert [take(1.9), take(2), take(2)] == [False, True, False]
    # However long nobody asks, no more than the burst is saved.
    assert [take(10_000) for _n in range(4)] == [True, True, True, False]


def test_a_cost_is_taken_whole_or_not_at_all(session):
    assert take(cost=2) and not take(cost=2) and take(cost=1)
    with pytest.raises(ValueError, match="can never be taken"):
        take(cost=4)


def test_buckets_and_keys_do_not_share(session):
    assert all(take() for _n in range(3)) and not take()
    assert rates.take("uji", b"l", rate=0.5, burst=3, at=START)
    assert rates.take("lain", b"k", rate=0.5, burst=3, at=START)


def test_the_wait_is_told_in_whole_seconds(session):
    asked = [rates.wait("uji", b"k", rate=0.5, burst=3, at=START) for _n in range(4)]
    assert asked == [0, 0, 0, 2]


def test_a_clock_that_jumps_back_locks_nobody_out(session):
    """Asked an hour ago by the new clock: the bucket counts as empty, not as closed for an hour."""
    assert take(3600)
    assert [take(0), take(1.9), take(2), take(4)] == [False, False, True, True]


def test_a_refused_asking_writes_nothing(session):
    for _n in range(3):
        take()
    before = session.execute(text("select ctid, xmin, xmax from rate_bucket where bucket = 'uji'")).one()
    assert not any(take() for _n in range(20))
    assert (
        session.execute(text("select ctid, xmin, xmax from rate_bucket where bucket = 'uji'")).one() == before
    )


def test_many_at_once_get_no_more_than_the_burst(database):
    """Eight connections ask one bucket at the same time, committing each."""
    asked = "select rate_take('ramai', 'k', 0.0001, 30, 1, clock_timestamp())"

    def ask(_n):
        with psycopg.connect(database, autocommit=True) as connection:
            return sum(connection.execute(asked).fetchone()[0] == 0 for _m in range(25))

    try:
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(ask, range(8))) == 30
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("delete from rate_bucket where bucket = 'ramai'")


def test_the_tables_write_no_log_and_know_no_address(session):
    rates.take("uji", rates.address_key("203.0.113.7"), rate=1, burst=3)
    kinds = session.execute(
        text("select relname, relpersistence from pg_class where relname in ('rate_bucket', 'pow_spent')")
    ).all()
    assert dict(tuple(row) for row in kinds) == {"rate_bucket": "u", "pow_spent": "u"}
    [key] = session.scalars(select(RateBucket.key))
    assert len(key) == 16 and b"203" not in key


def test_the_sweep_forgets_what_says_nothing(session):
    rates.take("tua", b"k", rate=1, burst=3, at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    rates.take("muda", b"k", rate=0.001, burst=3)
    session.add(SpentProof(nonce=b"1" * 12, expires_at=START))
    session.add(SpentProof(nonce=b"2" * 12, expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=4)))
    session.flush()
    assert rates.sweep() == 2
    assert session.scalars(select(RateBucket.bucket)).all() == ["muda"]
    assert session.scalars(select(SpentProof.nonce)).all() == [b"2" * 12]


# --- the guard ------------------------------------------------------------------------------------


def proof(bits: int = 30) -> work.Proof:
    return work.Proof(os.urandom(12), dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5), bits)


def guesses(
    count: int, address: str, device: str | None = None, *, plain: bool = False, every: float = 0
) -> int:
    """How many of ``count`` guesses get an answer; refused ones cost the guesser nothing."""
    answered = 0
    for n in range(count):
        asked = question(f"{1201010101900000 + n}", "lahir", "1990-01-01")
        try:
            guard.ask(
                checks.ALL["uji"],
                asked,
                Visitor.of(address, device),
                None if plain else proof(),
                at=START,
            )
        except TooMany:
            continue
        answered += 1
    return answered


def test_one_address_gets_its_burst(session):
    assert guesses(1500, "203.0.113.7") == 60
    assert guesses(3, "203.0.113.8") == 3


def test_new_devices_do_not_help_an_address(session):
    answered = sum(guesses(1, "203.0.113.7", guard.new_device()) for _n in range(300))
    assert answered == 60


def test_new_addresses_of_one_ipv6_household_do_not_help(session):
    assert sum(guesses(1, f"2001:db8:1:2::{n:x}") for n in range(1, 100)) == 60


@pytest.mark.parametrize("seconds", [1, 60, 3600, 86_400])
def test_100_000_guesses_from_one_address_get_fewer_than_200_answers(app, session, seconds):
    """NA-23, at once and spread over an hour or a day; each guess with a proof of work of its own."""
    values = guard._values(guard.CHECKS, Visitor.of("203.0.113.7"), proof(), START)
    spread = guard.ALONE.replace("%(nonce)s::bytea", "substr(sha256(n::text::bytea), 1, 12)").replace(
        "coalesce(%(at)s::timestamptz, clock_timestamp())",
        f"%(at)s::timestamptz + n * interval '{seconds} seconds' / 100000",
    )
    statement = spread.replace(
        "select a.verdict, a.wait from",
        "select a.verdict, count(*) from generate_series(1, 100000) n, lateral",
    )
    raw = session.connection().connection.driver_connection
    verdicts = dict(raw.execute(statement + " group by a.verdict", values).fetchall())
    assert sum(verdicts.values()) == 100_000
    assert 0 < verdicts["boleh"] < 200
    assert set(verdicts) == {"boleh", "tunggu"}


def test_a_device_is_bounded_inside_its_address_and_spares_it(session):
    device = guard.new_device()
    assert guesses(200, "203.0.113.7", device) == 12
    # What the busy device was refused has not used up the address of its neighbours.
    assert guesses(200, "203.0.113.7", guard.new_device()) == 12
    assert guesses(200, "203.0.113.7") == 60 - 24


def test_without_a_proof_the_limit_is_stricter_and_the_same_for_all(session):
    assert guesses(50, "203.0.113.7", plain=True) == 3
    assert guesses(80, "203.0.113.7") == 57


def test_a_proof_counts_once(session):
    asked, visitor, once = question(toy.NIK, "lahir", toy.BORN), Visitor.of("203.0.113.7"), proof()
    assert guard.ask(checks.ALL["uji"], asked, visitor, once) is not None
    with pytest.raises(Refused, match="pernah dipakai") as refused:
        guard.ask(checks.ALL["uji"], asked, visitor, once)
    assert refused.value.status == 409
    assert session.scalar(select(func.count()).select_from(SpentProof)) == 1


def test_a_busy_address_is_given_harder_riddles(app, session):
    visitor = Visitor.of("203.0.113.7")
    easy = guard.challenge("uji", visitor)["bit"]
    assert easy == app.config["CHECK_WORK_BITS"]
    for _n in range(51):
        guard.admit(guard.CHECKS, visitor, proof())
    assert guard.challenge("uji", visitor)["bit"] == easy + 5 == easy + int(51 / 60 * 6)
    assert guard.challenge("uji", Visitor.of("203.0.113.8"))["bit"] == easy
    # A riddle that was asked for in time of quiet does not pass any more; one step less does.
    with pytest.raises(Refused, match="pemeriksaan keamanan yang baru"):
        guard.admit(guard.CHECKS, visitor, proof(easy))
    guard.admit(guard.CHECKS, visitor, proof(easy + 4))


def test_a_proof_is_bound_to_purpose_and_address(session, light):
    visitor = Visitor.of("203.0.113.7")
    given = guard.challenge("uji", visitor)
    answer = work.solve(given["tantangan"], given["bit"])
    assert guard.proof_of("uji", visitor, given["tantangan"], answer).bits == given["bit"]
    for purpose, who in (("data-saya", visitor), ("uji", Visitor.of("203.0.113.8"))):
        with pytest.raises(Refused, match="tidak cocok"):
            guard.proof_of(purpose, who, given["tantangan"], answer)
    assert guard.proof_of("uji", visitor, "", "") is None


def test_an_open_limit_stops_the_start():
    open_doors = settings.DEFAULTS | {"CHECK_ADDRESS_DAILY": 140}
    with pytest.raises(ValueError, match="NA-23"):
        settings.refuse_open_doors(open_doors)
    with pytest.raises(ValueError, match="CHECK_PLAIN_BURST"):
        settings.refuse_open_doors(settings.DEFAULTS | {"CHECK_PLAIN_BURST": 0})
    settings.refuse_open_doors(dict(settings.DEFAULTS))


def test_the_statement_of_a_check_comes_in_the_same_round_trip(session):
    from tests.pages import count_queries

    asked = question(toy.NIK, "lahir", toy.BORN)
    session.execute(text("select set_config('uji.pasangan', :pair, true)"), {"pair": asked.pair.hex()})
    with count_queries(0):  # none by the ORM: one plain statement
        answer = guard.ask(checks.ALL["uji-sql"], asked, Visitor.of("203.0.113.7"), proof())
    assert answer.data == {"tps": "TPS 002"}
    wrong = question(toy.NIK, "lahir", "1990-08-02")
    assert guard.ask(checks.ALL["uji-sql"], wrong, Visitor.of("203.0.113.7"), proof()) is None


def test_who_may_not_ask_learns_nothing_by_the_statement(session):
    asked = question(toy.NIK, "lahir", toy.BORN)
    session.execute(text("select set_config('uji.pasangan', :pair, true)"), {"pair": asked.pair.hex()})
    visitor = Visitor.of("203.0.113.7")
    for _n in range(3):
        assert guard.ask(checks.ALL["uji-sql"], asked, visitor, None) is not None
    with pytest.raises(TooMany) as refused:
        guard.ask(checks.ALL["uji-sql"], asked, visitor, None)
    assert 0 < refused.value.wait <= 7200


@pytest.mark.parametrize(
    "given", [{}, {"look": toy.look, "statement": "select 1"}, {"statement": "select 1"}]
)
def test_a_check_has_one_way_to_look(given):
    with pytest.raises(ValueError, match="look"):
        checks.register("uji-salah", label="x", shows="x", **given)
    assert "uji-salah" not in checks.ALL
