"""The verifier decides every contest as the law's rules do, from a log alone: two programs, one outcome."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.mutations import verifier
from modules.sirekap.rules.determination import Law, Line, Part, determine
from modules.sirekap.rules.offices import PresidentLaw

CHAIN = ["sebaran_kabko", "sebaran_kecamatan", "sebaran_desa", "sebaran_tps"]
#: Two kab/kota, three kecamatan, four villages, six TPS of one dapil.
STATIONS = [f"{village}{n:03d}" for village in ("1201010001", "1201010002", "1201020001") for n in (1,)] + [
    f"1202010001{n:03d}" for n in (1, 2, 3)
]
DIGITS = {"kabko": 4, "kecamatan": 6, "desa": 10, "tps": 13}


@pytest.fixture(scope="module")
def program():
    return verifier()


def log_of(program, kind, lines, forms, law, *, area="", dapil="", seats=None, struck=(), ties=None):
    """A log that holds a ballot, a form a TPS, the D.Hasil of each kecamatan and of the last tier."""
    facts = program.facts
    for kept in (facts.CONTESTS, facts.RECAPS, facts.DECISIONS, facts.CORRECTIONS):
        kept.clear()
    facts.spread_of.cache_clear()
    program.elected.NOTES.clear()
    contest = facts.CONTESTS[kind] = facts.Contest(kind)
    ballot = {"lines": [{"id": str(n), "number": n} | ({"candidate": c} if c else {}) for n, c in lines]}
    ballot |= {"dapil": dapil, "dapil_id": 7, "areas": ["1201", "1202"]} if dapil else {}
    ballot |= {"areas": [area]} if area else {}
    contest.add_ballot(ballot)
    names = tuple(facts.column(n, c) for n, c in lines)
    recaps: dict[tuple, list[int]] = {}
    top = facts.TOP.get(kind, "D.Nas")
    for tps, votes in forms.items():
        contest.forms[tps] = [(names, votes), (names, votes), "diterima", 0, 1]
        for form, code in (
            (top, area),
            ("D.Kec", tps[:6]),
            *([("D.Prov", tps[:2])] if kind == "ppwp" else []),
        ):
            into = recaps.setdefault((form, kind, code, "7" if dapil else ""), [0] * len(votes))
            into[:] = map(int.__add__, into, votes)
    facts.RECAPS.update({key: [(1, {"votes": votes})] for key, votes in recaps.items()})
    part = {"seats": seats, "won": {}, "elected": [], "struck": list(struck)}
    body = {"area": area, "law": law, "parts": {dapil or area: part}, "ties": ties or {}}
    return contest, body


def part_of(lines, forms, *, key, seats=None, struck=(), provinces=None):
    """The same as the rules take it: spread counted here."""

    def spread(at):
        return {
            level: len({tps[:n] for tps, votes in forms.items() if any(votes[i] for i in at)})
            for level, n in DIGITS.items()
        }  # fmt: skip

    totals = [sum(column) for column in zip(*forms.values(), strict=True)]
    made = tuple(
        Line(n, n, c, "x", totals[i], struck=(f"{n}.{c}" if c else str(n)) in struck, spread=spread([i]))
        for i, (n, c) in enumerate(lines)
    )
    parties = {n: spread([i for i, (m, _c) in enumerate(lines) if m == n]) for n, _c in lines}
    return Part(key, "Uji", made, seats=seats, parties=parties, provinces=provinces or {})


few = st.integers(0, 3)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_lists_seats_ranks_and_ties(program, data):
    lines = [(n, c) for n, c in product((1, 2, 3), (None, 1, 2, 3))]
    forms = {tps: data.draw(st.lists(few, min_size=12, max_size=12)) for tps in STATIONS}
    seats = data.draw(st.integers(1, 6))
    struck = data.draw(st.sets(st.sampled_from(["1.1", "2.2"])))
    limit = data.draw(st.sampled_from([Fraction(0), Fraction(1, 4)]))
    law = {"ambang_parlemen": str(limit), "kursi_urutan_seri": json.dumps(CHAIN)}
    law["calon_urutan_seri"] = json.dumps(CHAIN)
    part = part_of(lines, forms, key="1201", seats=seats, struck=struck)
    rules = Law("dpr", threshold=limit, seat_ties=tuple(CHAIN), name_ties=tuple(CHAIN))
    try:
        outcome = determine([part], rules)
    except ValueError:
        return  # no votes at all
    contest, body = log_of(
        program, "dpr", lines, forms, law, dapil="1201", seats=seats, struck=sorted(struck)
    )
    told = program.elected
    won = told.won_seats(contest, 9, body, [])["1201"]
    if any(tie.place.startswith("kursi") for tie in outcome.ties):
        assert sum(won.values()) < seats, "what the law leaves open the verifier leaves open"
        return
    rows = outcome.parts[0].rows
    assert {k: n for k, n in won.items() if n} == {str(r.participant): r.seats for r in rows if r.seats}
    open_lists = {tie.place for tie in outcome.ties}
    for party in (1, 2, 3):
        place = f"calon:1201:{party}"
        votes = told.official_part(contest, body, "1201", 9)[1]
        own = {k: n for k, n in votes.items() if k.startswith(f"{party}.")}
        ties = told.Ties(contest, 9, body, "1201", "calon_urutan_seri", [])
        ranks, elected = told.of_list(ties, place, own, won.get(str(party), 0), struck)
        if place in open_lists:
            continue
        mine = [r for r in rows if r.participant == party and r.candidate]
        assert ranks == {f"{party}.{r.candidate}": r.rank for r in mine}
        assert sorted(elected) == sorted(f"{party}.{r.candidate}" for r in mine if r.elected)
    assert not told.NOTES, "everything was in the log"


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_persons(program, data):
    lines = [(n, None) for n in range(1, 6)]
    forms = {tps: data.draw(st.lists(few, min_size=5, max_size=5)) for tps in STATIONS}
    part = part_of(lines, forms, key="12", seats=2, struck={"3"})
    try:
        outcome = determine([part], Law("dpd", name_ties=tuple(CHAIN)))
    except ValueError:
        return
    law = {"dpd_urutan_seri": json.dumps(CHAIN)}
    contest, body = log_of(program, "dpd", lines, forms, law, dapil="12", seats=2, struck=["3"])
    ties = program.elected.Ties(contest, 9, body, "12", "dpd_urutan_seri", [])
    votes = program.elected.official_part(contest, body, "12", 9)[1]
    ranks, elected = program.elected.of_persons(ties, "dpd:12", votes, 2, ["3"])
    if outcome.ties:
        return
    rows = outcome.parts[0].rows
    assert ranks == {str(r.participant): r.rank for r in rows}
    assert sorted(elected) == sorted(str(r.participant) for r in rows if r.elected)


def same_office(office, decision):
    """Both programs say the same of the pairs."""
    assert office["jenis"] == decision.kind and office["pemenang"] == decision.winner
    assert (
        office["lanjut"] == sorted(decision.runoff) and office["perlu_provinsi"] == decision.provinces_needed
    )
    assert office["kosong"] == decision.blank
    assert office["pasangan"] == {
        t.key: {"suara": t.votes, "cukup": t.majority, "provinsi": t.reached} for t in decision.tests
    }


PRESIDENT = {
    "menang_pres_total": "1/2",
    "menang_pres_prov": "20 %",
    "menang_pres_prov_fraksi": "1/2",
    "pres_urutan_seri": json.dumps(CHAIN),
}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_president(program, data):
    """More than half, a fifth in more than half of the provinces, the second round (UU 7/2017 art. 416)."""
    pairs = data.draw(st.integers(2, 4))
    asked, again = data.draw(st.booleans()), data.draw(st.booleans())
    stations = [f"{province}01010001001" for province in ("11", "12", "31", "99")]
    lines = [(n, None) for n in range(1, pairs + 1)]
    forms = {tps: data.draw(st.lists(few, min_size=pairs, max_size=pairs)) for tps in stations}
    law = PRESIDENT | {
        "menang_pres_dua_pasangan": "ya" if asked else "tidak",
        "putaran_kedua": "ya" if again else "tidak",
    }
    provinces = {tps[:2]: dict(enumerate(v, 1)) for tps, v in forms.items() if not tps.startswith("99")}
    part = part_of(lines, forms, key="", provinces=provinces)
    rule = PresidentLaw(Fraction(1, 2), Fraction(1, 5), Fraction(1, 2), asked)
    rules = Law("ppwp", name_ties=tuple(CHAIN), president=rule, second_round=again)
    try:
        outcome = determine([part], rules)
    except ValueError:
        return
    contest, body = log_of(program, "ppwp", lines, forms, law)
    facts = program.facts
    facts.RECAPS.pop(("D.Prov", "ppwp", "99", ""))
    facts.RECAPS["D.PPLN", "ppwp", "9901", ""] = facts.RECAPS.pop(("D.Kec", "ppwp", "990101", ""))
    ties = program.elected.Ties(contest, 9, body, "", "pres_urutan_seri", [])
    votes = program.elected.official_part(contest, body, "", 9)[1]
    office = program.elected.of_office("ppwp", body, 9, votes, ties, "ppwp:")
    if not outcome.ties:
        same_office(office, outcome.decision)
        assert office["provinsi"] == {c: {str(k): n for k, n in v.items()} for c, v in provinces.items()}


@pytest.mark.parametrize(
    ("area", "votes", "blank", "again"),
    [
        ("1201", (51, 49), True, False),
        ("1201", (50, 50), True, False),
        ("1201", (40, 35, 25), False, False),
        ("31", (40, 35, 25), False, False),  # more than half is asked there (UU 2/2024 art. 10)
        ("31", (51, 35, 14), False, False),
        ("31", (50, 50), False, True),
        ("31", (49, 51), False, True),
        ("1201", (40, 40, 20), False, False),
    ],
)
def test_heads_of_regions(program, area, votes, blank, again):
    kind = "gubernur" if len(area) == 2 else "bupati_walikota"
    lines = [(n, None) for n in range(1, len(votes) + 1)]
    station = f"{area}0000000000"[:13].ljust(13, "1")
    forms = {station: list(votes)}
    law = {
        "menang_kada_tunggal": "1/2",
        "putaran_kedua": "ya" if again else "tidak",
        "kada_urutan_seri": json.dumps(CHAIN),
    } | ({"menang_kada_mayoritas": '{"31": "1/2"}'} if kind == "gubernur" else {})
    part = Part(
        area,
        "Uji",
        tuple(Line(n, n, None, "x", v, blank=blank and n == len(votes)) for n, v in enumerate(votes, 1)),
    )
    rules = Law(kind, majority=Fraction(1, 2) if area == "31" else None, second_round=again)
    outcome = determine([part], rules)
    contest, body = log_of(program, kind, lines, forms, law, area=area)
    if blank:
        contest.ballots[area]["lines"][-1]["blank"] = True
    ties = program.elected.Ties(contest, 9, body, area, "kada_urutan_seri", [])
    votes_of = program.elected.official_part(contest, body, area, 9)[1]
    office = program.elected.of_office(kind, body, 9, votes_of, ties, f"{kind}:{area}")
    if outcome.ties:
        assert office["pemenang"] is None, "nobody is guessed"
    else:
        same_office(office, outcome.decision)


def test_a_plenary_decides_what_nothing_else_does_and_it_is_said(program):
    lines, forms = [(1, None), (2, None), (3, None)], {tps: [2, 2, 1] for tps in STATIONS}
    law = {"dpd_urutan_seri": json.dumps(CHAIN)}
    for order, first in ((["2", "1"], "2"), (["1", "2"], "1")):
        contest, body = log_of(program, "dpd", lines, forms, law, dapil="12", seats=1, ties={"dpd:12": order})
        ties = program.elected.Ties(contest, 9, body, "12", "dpd_urutan_seri", [])
        votes = program.elected.official_part(contest, body, "12", 9)[1]
        assert program.elected.of_persons(ties, "dpd:12", votes, 1, [])[1] == [first]
        assert any("pleno" in note for note in program.elected.NOTES)


def test_spread_that_the_log_does_not_hold_is_taken_as_told_and_said(program):
    lines, forms = [(1, None), (2, None)], {tps: [1, 1] for tps in STATIONS}
    law = {"dpd_urutan_seri": json.dumps(["sebaran_tps"])}
    contest, body = log_of(program, "dpd", lines, forms, law, dapil="12", seats=1)
    contest.forms[STATIONS[0]][0][1][:] = [2, 0]  # the forms no longer add up to the D.Hasil of kecamatan
    told = [{"tempat": "dpd:12", "cara": "sebaran_tps", "nilai": {"1": 5, "2": 6}}]
    votes = program.elected.official_part(contest, body, "12", 9)[1]
    for steps, first in ((told, ["2"]), ([], [])):
        program.elected.NOTES.clear()
        ties = program.elected.Ties(contest, 9, body, "12", "dpd_urutan_seri", steps)
        assert program.elected.of_persons(ties, "dpd:12", votes, 1, [])[1] == first
        assert any("tidak dapat dihitung dari log" in note for note in program.elected.NOTES)


def test_a_correction_in_plenary_counts_in_the_spread(program):
    lines, forms = [(1, None), (2, None)], {tps: [1, 1] for tps in STATIONS}
    contest, _body = log_of(program, "dpd", lines, forms, {}, dapil="12", seats=1)
    program.facts.CORRECTIONS["dpd", STATIONS[0]] = [(5, {"votes_after": [2, 0]})]
    program.facts.RECAPS["D.Kec", "dpd", STATIONS[0][:6], "7"][0][1]["votes"] = [3, 1]
    spread = program.facts.spread_of
    assert spread(contest, "12", 9, "1") == {"provinsi": 1, "kabko": 2, "kecamatan": 3, "desa": 4, "tps": 6}
    assert spread(contest, "12", 9, "2") == {"provinsi": 1, "kabko": 2, "kecamatan": 3, "desa": 3, "tps": 5}
    assert spread(contest, "12", 4, "2") is None, "before the correction the sums of the log do not agree"


def test_a_spread_that_was_told_wrongly_is_found(program):
    lines, forms = [(1, None), (2, None)], {tps: [1, 1] for tps in STATIONS}
    forms[STATIONS[0]], forms[STATIONS[1]] = [2, 0], [0, 2]
    contest, _body = log_of(program, "dpd", lines, forms, {}, dapil="12", seats=1)
    step = {"tempat": "dpd:12", "cara": "sebaran_tps", "nilai": {"1": 5, "2": 5}}
    sex = {"tempat": "dpd:12", "cara": "perempuan", "nilai": {"1": 0, "2": 1}}
    (found,) = program.elected.steps([step, sex], contest, "12", 9)
    assert found[1] == found[2], "what is not in the log is not compared"
    step["nilai"]["2"] = 6
    (found,) = program.elected.steps([step], contest, "12", 9)
    assert found[1] != found[2]
