"""Sixty pairs at the desk of doubles with nothing but a keyboard, one of them taken back."""

from __future__ import annotations

import time
import urllib.request
from collections import Counter

import pytest

from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, VILLAGE, store
from tests.sidalih.examples_doubles import case_of

PASSWORD = "perahu-kertas-di-hulu-52"
PAIRS = 60
#: Five minutes of wall time for all of them, with the pages loading in between.
LIMIT = 300
#: What is decided about a pair, by its place in the order of making: two of three are one voter.
KEYS = ("ArrowLeft", "ArrowRight", "ArrowDown")


@pytest.fixture(scope="module")
def pairs(live):
    """Id of a pair -> (left row, right row, key); and an officer of the kab/kota."""
    from electsys.elections.queries import by_code
    from modules.sidalih.operations.voters import ensure_roll

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.account("operator_kpu_kabko", "1201", username="operator.tapteng", password=PASSWORD)
    found = {}
    with live.session() as session:
        election = by_code("pemilu-2024")
        ensure_roll(election.id, "1201", actor=ACTOR)
        for n in range(PAIRS):
            one = store(session, election, VILLAGE + "001", name=f"SITI RAHMAWATI {n:02d}")
            other = store(session, election, OTHER_VILLAGE + "002", name=f"SITI RACHMAWATI {n:02d}")
            case = case_of(session, one, other, weight=20.0 - n / 10)
            found[case.id] = (one.id, other.id, KEYS[n % len(KEYS)])
    return found


def tab_to(page, words):
    """Press the tabulator until a control with these words has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if words in (page.evaluate("document.activeElement.innerText") or ""):
            return
    raise AssertionError(f"the tabulator does not reach {words!r}")


def press(page, key):
    """Press a key that leads to another page."""
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press(key)


def pair_shown(page):
    """The id of the pair on the page."""
    return int(page.url.partition("?")[0].rpartition("/")[2])


def test_sixty_pairs_by_keyboard(live, page, log_in, pairs, axe, screenshot):
    log_in(page, "operator.tapteng", PASSWORD)
    tab_to(page, "Putuskan pasangan pemilih ganda")
    press(page, "Enter")
    assert f"Periksa {PAIRS} pasangan" in page.inner_text("main")
    axe(page)
    began = time.monotonic()
    tab_to(page, "Periksa")
    press(page, "Enter")
    seen = []
    for turn in range(PAIRS):
        here = pair_shown(page)
        assert here not in seen, "a decided pair is not asked again"
        seen.append(here)
        if turn == 1:
            stopped = time.monotonic()
            axe(page)
            screenshot(page, "ganda-pasangan", full=False)
            began += time.monotonic() - stopped  # what the test looks at is no work of the officer
        press(page, pairs[here][2])
        if turn == 4:  # a slip of the finger, taken back and decided as it should be
            assert pair_shown(page) != here
            press(page, "u")
            assert pair_shown(page) == here
            assert "kedua baris kembali seperti semula" in page.inner_text("main")
            press(page, pairs[here][2])
    spent = time.monotonic() - began
    print(f"{PAIRS} pairs and one undo by keyboard: {spent:.1f} s")
    assert spent <= LIMIT
    assert seen == sorted(pairs), "the heaviest first"
    assert "/pasangan/" not in page.url, "nothing is left"
    outcome(live, pairs)
    page.goto("/pemilih/ganda/pemilu-2024/laporan")
    axe(page)


def outcome(live, pairs):
    """Every pair as its key said, and nothing else touched."""
    from sqlalchemy import select

    from modules.sidalih.models import Voter
    from modules.sidalih.models.doubles import DoubleCase, DoubleEvent

    with live.session() as session:
        states = dict(session.execute(select(Voter.id, Voter.state)).all())
        for case in session.scalars(select(DoubleCase)):
            left, right, key = pairs[case.id]
            kept = {"ArrowLeft": left, "ArrowRight": right, "ArrowDown": None}[key]
            assert (case.state, case.keep_id) == ("berbeda" if kept is None else "sama", kept)
            struck = {"ArrowLeft": {right}, "ArrowRight": {left}, "ArrowDown": set()}[key]
            assert {row for row in (left, right) if states[row] == "tms"} == struck
        codes = session.scalars(select(Voter.tms_code).where(Voter.state == "tms")).all()
        assert Counter(codes) == {"2": 2 * PAIRS // 3}
        told = Counter(session.scalars(select(DoubleEvent.kind)))
        assert told == {"sama": 2 * PAIRS // 3 + 1, "berbeda": PAIRS // 3, "batal": 1}
