"""What documents add up to: the candidate, the nomination, the rounds."""

from __future__ import annotations

import itertools

import pytest

from modules.silon.rules.verdicts import (
    BLOCKING,
    Facts,
    Judged,
    Outcome,
    Reason,
    conclude,
    move_of,
    outcome_of,
    round_after,
    spared,
    waits,
)

OK, BAD = Outcome("ms"), Outcome("tms", (Reason("x"),))


def doc(state, need="wajib", kind="ijazah"):
    wrong = state in ("bms", "tms")
    return Judged(kind, need, state, "tidak_terbaca" if wrong else None, "kabur" if wrong else None)


@pytest.mark.parametrize("repaired", [False, True])
def test_met_only_where_every_required_document_is_right(repaired):
    worse = "tms" if repaired else "bms"
    assert conclude(Facts((doc("ms"), doc("ms", kind="kta"))), repaired=repaired) == OK
    for state in (None, "menunggu", "bms", "tms"):
        found = conclude(Facts((doc("ms"), doc(state, kind="kta"))), repaired=repaired)
        assert found.state == worse and [r.kind for r in found.reasons] == ["kta"]


def test_a_document_that_is_not_there_says_so_and_a_note_goes_with_its_reason():
    found = conclude(Facts((doc(None), doc("bms", kind="kta"))), repaired=False)
    assert found.reasons == (Reason("tidak_ada", "ijazah"), Reason("tidak_terbaca", "kta", "kabur"))


@pytest.mark.parametrize("flag", BLOCKING)
def test_a_double_candidacy_or_too_few_years_is_not_mended_by_papers(flag):
    found = conclude(Facts((doc("ms"),), (flag, "bukan_pemilih")), repaired=True)
    assert found == Outcome("tms", (Reason(flag),))


@pytest.mark.parametrize("flag", ["bukan_anggota", "anggota_lain", "bukan_pemilih", "pekerjaan", "nik"])
def test_other_flags_are_judged_with_the_document_that_answers_them(flag):
    assert conclude(Facts((doc("ms"),), (flag,)), repaired=True).met


@pytest.mark.parametrize("need", ["opsional", "susulan"])
@pytest.mark.parametrize("state", [None, "bms", "tms"])
def test_what_is_not_required_now_fails_nobody(need, state):
    facts = Facts((doc("ms"), doc(state, need, "skck")))
    assert conclude(facts, repaired=True).met
    assert [d.kind for d in spared(facts.documents)] == ([] if state is None else ["skck"])


def test_anything_unjudged_waits_whatever_its_need():
    assert waits(Facts((doc("menunggu", "opsional"),)))
    assert not waits(Facts((doc(None), doc("ms"), doc("bms"))))


def test_before_the_repair_anything_sends_a_nomination_back():
    for kind in ("daftar", "perseorangan", "pasangan"):
        first = {"repaired": False, "breaks": False}
        assert outcome_of(kind, OK, [OK, OK], **first) == "clear"
        assert outcome_of(kind, OK, [OK, BAD], **first) == "defer"
        assert outcome_of(kind, BAD, [OK], **first) == "defer"
        assert outcome_of(kind, OK, [], **first) == "defer"
        assert outcome_of(kind, OK, [OK], repaired=False, breaks=True) == "defer"


def test_after_it_a_list_goes_on_with_those_who_are_met_and_a_pair_only_whole():
    after = {"repaired": True, "breaks": True}
    assert outcome_of("daftar", OK, [OK, BAD], **after) == "clear"
    assert outcome_of("daftar", OK, [BAD, BAD], **after) == "fail"
    assert outcome_of("daftar", BAD, [OK], **after) == "fail"
    assert outcome_of("daftar", OK, [], **after) == "fail"
    assert outcome_of("pasangan", OK, [OK, BAD], **after) == "fail"
    assert outcome_of("pasangan", OK, [OK, OK], **after) == "clear"
    assert outcome_of("perseorangan", OK, [OK], **after) == "clear"


def test_moves_of_a_candidate_are_moves_of_its_workflow():
    from modules.silon.workflow import CANDIDATE

    for state, target in itertools.product(("baru", "ms", "bms"), ("ms", "bms", "tms")):
        move = move_of(state, Outcome(target))
        if move is not None:
            assert CANDIDATE.find(state, move).target == target
        else:
            assert state == target or (state, target) == ("ms", "bms")


def test_rounds_come_in_pairs():
    assert [round_after(last, repaired=False) for last in range(5)] == [1, 3, 3, 5, 5]
    assert [round_after(last, repaired=True) for last in range(5)] == [2, 2, 4, 4, 6]
