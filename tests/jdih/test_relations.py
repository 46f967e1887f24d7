"""Status is a function of the set of relations; no circle can be made (UU 12/2011; Permenkumham 8/2019)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.jdih.rules import relations as rules
from modules.jdih.rules.relations import Law, Relation

COUNT = 7


def law(id, type="peraturan", kind="pkpu", year=2020, rank=6, counts=True):
    return Law(id, type, kind, year, rank, counts)


LAWS = {id: law(id, year=2010 + id) for id in range(COUNT)} | {
    COUNT: law(COUNT, "putusan", "putusan_mk", 2030, 13),
    COUNT + 1: law(COUNT + 1, "monografi", "monografi", 2020, 21),
}


def status_of(target, *relations, laws=LAWS):
    return rules.statuses(laws, relations)[target]


@pytest.mark.parametrize(
    ("kind", "outcome", "status"),
    [
        ("mencabut", None, "dicabut"),
        ("mencabut_sebagian", None, "dicabut_sebagian"),
        ("mengubah", None, "diubah"),
        ("melaksanakan", None, "berlaku"),
        ("menetapkan_perppu", None, "berlaku"),
        ("menguji", "membatalkan", "tidak_berlaku"),
        ("menguji", "membatalkan_sebagian", "dicabut_sebagian"),
        ("menguji", "menafsirkan", "diubah"),
        ("menguji", "menolak", "berlaku"),
    ],
)
def test_each_kind_gives_its_status(kind, outcome, status):
    source = COUNT if kind == "menguji" else 3
    assert status_of(1, Relation(source, kind, 1, outcome)) == status
    assert status_of(source, Relation(source, kind, 1, outcome)) == "berlaku"


def test_what_has_no_status_gets_none():
    assert status_of(COUNT + 1) is None


def test_the_strongest_prevails():
    every = [
        Relation(3, "mengubah", 1),
        Relation(4, "mencabut_sebagian", 1),
        Relation(COUNT, "menguji", 1, "membatalkan"),
        Relation(5, "mencabut", 1),
    ]
    for n, status in enumerate(["diubah", "dicabut_sebagian", "tidak_berlaku", "dicabut"], start=1):
        assert status_of(1, *every[:n]) == status
        assert status_of(1, *reversed(every[:n])) == status


def test_a_draft_or_withdrawn_source_does_not_count():
    laws = LAWS | {3: law(3, counts=False)}
    assert status_of(1, Relation(3, "mencabut", 1), laws=laws) == "berlaku"


def test_revoking_a_revocation_revives_nothing():
    # UU 12/2011, lampiran II: what was revoked stays so when the revoking law is revoked in turn.
    relations = [Relation(3, "mencabut", 1), Relation(5, "mencabut", 3)]
    assert [status_of(id, *relations) for id in (1, 3, 5)] == ["dicabut", "dicabut", "berlaku"]


def test_an_amendment_falls_with_what_it_amends():
    # PKPU 6/2017, amended by PKPU 6/2019, revoked by PKPU 3/2025.
    first, amendment, new = 1, 2, 5
    relations = [Relation(amendment, "mengubah", first), Relation(new, "mencabut", first)]
    assert status_of(amendment, relations[0]) == "berlaku"
    assert status_of(amendment, *relations) == "dicabut"
    # One that amends something living besides stands.
    assert status_of(amendment, *relations, Relation(amendment, "mengubah", 0)) == "berlaku"


def test_an_amendment_of_an_amendment_falls_too():
    relations = [Relation(2, "mengubah", 1), Relation(3, "mengubah", 2), Relation(5, "mencabut", 1)]
    assert [status_of(id, *relations) for id in (1, 2, 3)] == ["dicabut", "dicabut", "dicabut"]


@pytest.mark.parametrize(
    ("new", "known", "code"),
    [
        (Relation(1, "mencabut", 1), [], "itself"),
        (Relation(3, "mencabut", 1), [Relation(3, "mencabut", 1)], "twice"),
        (Relation(1, "mencabut", 3), [Relation(3, "mencabut", 1)], "circle"),
        (Relation(1, "mengubah", 3), [Relation(3, "mencabut", 1)], "circle"),
        (Relation(1, "mengubah", 3), [Relation(3, "mengubah", 2), Relation(2, "mengubah", 1)], "circle"),
        (Relation(1, "melaksanakan", 3), [Relation(3, "melaksanakan", 1)], "circle"),
        (Relation(1, "menguji", 3, "menolak"), [], "types"),
        (Relation(COUNT, "mencabut", 1), [], "types"),
        (Relation(1, "mengubah", COUNT), [], "types"),
        (Relation(1, "mengubah", COUNT + 1), [], "types"),
        (Relation(COUNT + 1, "melaksanakan", 1), [], "types"),
        (Relation(1, "menetapkan_perppu", 3), [], "types"),
        (Relation(1, "menghapus", 3), [], "types"),
        (Relation(COUNT, "menguji", 1), [], "outcome"),
        (Relation(COUNT, "menguji", 1, "mengabulkan"), [], "outcome"),
        (Relation(3, "mengubah", 1, "menolak"), [], "outcome"),
    ],
)
def test_refusals(new, known, code):
    found = rules.refusal(new, LAWS, known)
    assert found is not None and found[0] == code


@pytest.mark.parametrize(
    ("new", "known"),
    [
        (Relation(3, "mengubah", 1), [Relation(3, "mencabut_sebagian", 1)]),
        (Relation(3, "melaksanakan", 1), [Relation(1, "melaksanakan", 0)]),
        (Relation(1, "melaksanakan", 3), [Relation(3, "mengubah", 1)]),
        (Relation(3, "melaksanakan", COUNT), []),
        (Relation(COUNT, "menguji", 1, "menolak"), []),
    ],
)
def test_what_may_be(new, known):
    assert rules.refusal(new, LAWS, known) is None


def test_a_law_makes_a_perppu_permanent():
    laws = {1: law(1, kind="perppu", rank=2), 2: law(2, kind="uu", rank=1)}
    assert rules.refusal(Relation(2, "menetapkan_perppu", 1), laws, []) is None


def test_the_way_round_a_circle_is_told():
    known = [Relation(3, "mengubah", 2), Relation(2, "mencabut", 1), Relation(5, "mengubah", 3)]
    assert rules.refusal(Relation(1, "mengubah", 3), LAWS, known) == ("circle", (3, 2, 1))


def test_doubts():
    higher, lower = law(1, kind="uu", year=2017, rank=1), law(2, year=2023, rank=6)
    laws = {1: higher, 2: lower}
    assert rules.doubts(Relation(2, "mengubah", 1), laws) == ["lower"]
    assert rules.doubts(Relation(1, "mencabut", 2), laws) == ["newer"]
    assert rules.doubts(Relation(2, "melaksanakan", 1), laws) == []
    assert rules.doubts(Relation(2, "mengubah", 3), laws | {3: law(3, year=2023)}) == []


CHANGES = st.builds(
    Relation,
    st.integers(0, COUNT - 1),
    st.sampled_from(["mengubah", "mencabut", "mencabut_sebagian", "melaksanakan"]),
    st.integers(0, COUNT - 1),
)


def entered(attempts):
    """What the register holds after somebody has tried to enter these, in this order."""
    held = []
    for new in attempts:
        if rules.refusal(new, LAWS, held) is None:
            held.append(new)
    return held


@given(st.lists(CHANGES, max_size=30), st.randoms())
def test_status_does_not_depend_on_the_order(attempts, random):
    held = entered(attempts)
    shuffled = list(held)
    random.shuffle(shuffled)
    assert rules.statuses(LAWS, held) == rules.statuses(LAWS, shuffled)
    assert rules.statuses(LAWS, held) == rules.statuses(LAWS, [*held, *held])


@given(st.lists(CHANGES, max_size=40))
def test_no_circle_can_be_made(attempts):
    held = entered(attempts)
    for alike in (rules.CHANGING, {"melaksanakan"}):
        onward = {id: {r.target for r in held if r.source == id and r.kind in alike} for id in LAWS}
        left = set(onward)
        while ends := {id for id in left if not onward[id] & left}:
            left -= ends
        assert not left, f"a circle among {left}"


@given(st.lists(CHANGES, max_size=30))
def test_a_revoked_document_stays_revoked_and_nothing_dies_without_cause(attempts):
    held = entered(attempts)
    found = rules.statuses(LAWS, held)
    amends = {}
    for r in held:
        if r.kind == "mengubah":
            amends.setdefault(r.source, set()).add(r.target)
    for id in range(COUNT):
        revoked = any(r.kind == "mencabut" and r.target == id for r in held)
        fallen = bool(amends.get(id)) and all(found[t] == "dicabut" for t in amends[id])
        assert (found[id] == "dicabut") == (revoked or fallen)
