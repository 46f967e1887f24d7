"""Lists as plain values: order, digest, difference, numbers by the alphabet, who follows whom."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.silon.rules import listings
from modules.silon.rules.listings import (
    Entry,
    alphabet_numbers,
    content_of,
    difference,
    digest_of,
    in_order,
    plain_name,
)
from modules.silon.rules.lists import Listed, ListFacts
from modules.silon.rules.replacements import must_be_woman, newly_broken


def entry(key: int, *, list_: int = 1, number: int | None = None, **more) -> Entry:
    facts = {
        "nomination_id": list_,
        "candidate_id": key,
        "participant_number": list_,
        "participant": f"Partai {list_}",
        "number": number or key,
        "name": f"CALON {key}",
        "sex": "L",
        "residence": "KOTA MEDAN",
    }
    return Entry(**facts | more)


ENTRIES = st.lists(
    st.builds(
        lambda key, list_, name, struck: entry(
            key, list_=list_, name=name, struck=struck, struck_reason="x" if struck else None
        ),
        st.integers(1, 12),
        st.integers(1, 3),
        st.sampled_from(["ANI", "BUDI", "CICI"]),
        st.booleans(),
    ),
    unique_by=(lambda e: e.candidate_id, lambda e: (e.nomination_id, e.number)),
)


def test_what_the_doctests_say():
    assert doctest.testmod(listings).failed == 0


@given(ENTRIES)
def test_a_list_does_not_differ_from_itself(entries):
    assert difference(entries, entries) == []


@given(ENTRIES, ENTRIES)
def test_every_name_that_came_or_went_is_told_once(before, after):
    """Names that are gone are told as gone or as replaced, new ones as new or as replacing; nobody twice."""
    changes = difference(before, after)
    old, new = {e.candidate_id for e in before}, {e.candidate_id for e in after}
    left = [c.before.candidate_id for c in changes if c.kind in ("keluar", "diganti")]
    came = [c.after.candidate_id for c in changes if c.kind in ("masuk", "diganti")]
    assert sorted(left) == sorted(old - new)
    assert sorted(came) == sorted(new - old)
    both = {e.candidate_id: e for e in before}
    changed = {e.candidate_id for e in after if e.candidate_id in old and e != both[e.candidate_id]}
    assert {c.entry.candidate_id for c in changes if c.kind not in ("masuk", "keluar", "diganti")} == changed


@given(ENTRIES, st.randoms())
def test_the_digest_does_not_depend_on_the_order_of_what_comes_in(entries, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    how = {"stage": "dct", "version": 1, "place": "1202", "contest": "dpr"}
    one, other = (digest_of(content_of(in_order(e), **how)) for e in (entries, shuffled))
    assert one == other


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"name": "CALON SATU"}, "nama"),
        ({"number": 9}, "nomor"),
        ({"photo": "a" * 64}, "foto"),
        ({"residence": "KOTA BINJAI"}, "data"),
        ({"struck": True, "struck_reason": "Meninggal dunia"}, "dicoret"),
    ],
)
def test_each_change_has_its_word(change, kind):
    [found] = difference([entry(1)], [replace(entry(1), **change)])
    assert found.kind == kind


def test_anything_that_is_published_changes_the_digest():
    how = {"stage": "dct", "version": 1, "place": "1202", "contest": "dpr"}
    base = digest_of(content_of([entry(1)], **how))
    for change in ({"name": "X"}, {"sex": "P"}, {"profile": {"terpidana": True}}, {"photo": "b" * 64}):
        assert digest_of(content_of([replace(entry(1), **change)], **how)) != base


def test_numbers_by_the_alphabet():
    assert alphabet_numbers({5: "zul", 6: "Ábdi", 7: "ABDI"}) == {6: 1, 7: 2, 5: 3}
    assert plain_name("  Ir. H. Ó'Neil ") == "ir h o neil"


def people(sexes: str) -> ListFacts:
    return ListFacts([Listed(n, s) for n, s in enumerate(sexes, 1)], seats=10)


def test_only_what_held_before_can_be_newly_broken():
    assert [f.code for f in newly_broken(people("LLP"), people("LLL"))] == ["kuota_perempuan", "zipper"]
    assert newly_broken(people("LLL"), people("LLL")) == []
    assert newly_broken(people("LPP"), people("LLP")) == []


def test_a_woman_for_a_woman_where_the_rule_says_always():
    assert must_be_woman("P", "L", "selalu")
    assert not must_be_woman("P", "P", "selalu")
    assert not must_be_woman("L", "L", "selalu")
    assert not must_be_woman("P", "L", "kuota")
