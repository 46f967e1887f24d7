"""Plain values: what people type, deadlines, the riddle."""

from __future__ import annotations

import datetime as dt

import pytest

from electsys.responses import rates, rules, work

NOW = dt.datetime(2024, 4, 20, 3, 0, tzinfo=dt.UTC)
KEY, ADDRESS = b"k" * 32, b"a" * 16


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("17-08-1990", dt.date(1990, 8, 17)),
        (" 7/8/1990 ", dt.date(1990, 8, 7)),
        ("1990-08-17", dt.date(1990, 8, 17)),
        ("17.08.1990", dt.date(1990, 8, 17)),
        ("29-02-2000", dt.date(2000, 2, 29)),
        ("29-02-1999", None),
        ("31-04-1990", None),
        ("17-08-1890", None),
        ("17-08-90", None),
        ("kemarin", None),
        ("", None),
        (None, None),
    ],
)
def test_birth_dates_as_people_type_them(typed, day):
    assert rules.parse_day(typed) == day


def test_codes_read_aloud_come_back_the_same():
    assert rules.shown_code("ABCDEFGH0123") == "ABCD-EFGH-0123"
    assert rules.plain_code(" abcd-efgh-o123 ") == "ABCDEFGH0123"
    assert rules.plain_code("IL") == "11"
    assert not set("ILOU") & set(rules.ALPHABET)
    assert rules.plain_number(" 1201 0141.0890-0007") == "1201014108900007"


def test_three_days_are_three_times_24_hours():
    """NA-20: an objection is decided within 3 x 24 hours."""
    due = rules.due(NOW, 3)
    assert due - NOW == dt.timedelta(hours=72)
    assert rules.hours_left(due, NOW) == 72
    assert rules.hours_left(due, due - dt.timedelta(minutes=30)) == 0
    assert rules.hours_left(due, due + dt.timedelta(minutes=1)) == -1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("bukan alamat", "?"),
        (None, "?"),
    ],
)
def test_an_ipv6_household_is_one_address(address, network):
    assert rates.network_of(address) == network


# --- the riddle -----------------------------------------------------------------------------------


def challenge(bits=6, purpose="uji", address=ADDRESS, life=60):
    return work.issue(KEY, purpose, address, bits=bits, expires=NOW + dt.timedelta(seconds=life))


def test_an_answered_challenge_is_a_proof():
    text = challenge()
    proof = work.verify(KEY, "uji", ADDRESS, text, work.solve(text, 6), now=NOW)
    assert (proof.bits, proof.expires, len(proof.nonce)) == (6, NOW + dt.timedelta(seconds=60), 12)
    other = challenge()
    assert proof.nonce != work.verify(KEY, "uji", ADDRESS, other, work.solve(other, 6), now=NOW).nonce


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": "lain"}, "rusak"),
        ({"address": b"b" * 16}, "rusak"),
        ({"key": b"x" * 32}, "rusak"),
        ({"now": NOW + dt.timedelta(seconds=60)}, "kedaluwarsa"),
        ({"answer": "-1"}, "salah"),
        ({"answer": ""}, "salah"),
        ({"answer": "٣"}, "salah"),
        ({"challenge": "bukan tantangan"}, "rusak"),
        ({"challenge": ""}, "rusak"),
        ({"challenge": "AAAA"}, "rusak"),
    ],
)
def test_what_is_no_proof(change, code):
    text = challenge()
    given = {
        "key": KEY,
        "purpose": "uji",
        "address": ADDRESS,
        "challenge": text,
        "answer": work.solve(text, 6),
        "now": NOW,
    } | change
    now = given.pop("now")
    with pytest.raises(work.BadProof) as bad:
        work.verify(*given.values(), now=now)
    assert bad.value.code == code


def test_a_changed_challenge_is_not_ours():
    """Less difficulty, a later end: whatever is changed, the seal breaks."""
    text = challenge(bits=20)
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(work.BadProof):
            work.verify(KEY, "uji", ADDRESS, changed, "0", now=NOW)


def test_a_wrong_number_does_not_answer():
    text = challenge(bits=8)
    wrong = next(str(n) for n in range(1000) if work.zero_bits(text, str(n)) < 8)
    with pytest.raises(work.BadProof, match="salah"):
        work.verify(KEY, "uji", ADDRESS, text, wrong, now=NOW)
