"""NA-02 and NA-03: a form that cannot be right is in no total, whoever enters it how often."""

from __future__ import annotations

import random

from bench.seeded_errors import possible, spoilt
from modules.situng.checks import Around, judge_entry
from modules.situng.demo import clean_form
from modules.situng.queries.contests import limits


class Desk:
    def __init__(self, count):
        self.count = count


def test_random_impossible_forms_break_a_rule(count):
    """Judged against sums written by hand; ``bench/seeded_errors.py`` makes 100,000 of them."""
    rng, desk, bounds = random.Random(3), Desk(count), limits(count.election_id)
    truth = clean_form(count, "1201011001001")
    assert possible(desk, truth)
    made = 0
    for _ in range(3000):
        form = spoilt(truth, rng)
        cells = {n: form[n] for n in count.model.names}
        votes = [form[n] for n in count.columns]
        faults, _warnings = judge_entry(cells, votes, count.columns, bounds, Around())
        assert bool(faults) != possible(desk, form), form
        made += bool(faults)
    assert made > 2500


def test_a_small_run_of_the_seeded_errors(count, make_account):
    """The bench's own path with ten forms: what counts is what is on the paper."""
    from bench import _capture_data, seeded_errors
    from electsys.ledger import Actor
    from modules.situng.operations.totals import fold_totals

    people = [make_account(role=role) for role in ("operator_kpu_ri", "operator_kpu_ri", "anggota_kpu_ri")]
    actors = tuple(Actor(p.id, p.username) for p in people)
    codes = [f"1201011001{n:03}" for n in range(1, 4)] + [f"1201011002{n:03}" for n in range(1, 4)]
    desk = _capture_data.Desk(count, codes, actors)
    rng, truths, judge = random.Random(5), {}, seeded_errors.Judge(desk)
    for code in codes:
        drawn = seeded_errors.Drawn.of(seeded_errors.clean(desk, code), rng)
        truths[code] = drawn.truth
        assert seeded_errors.play(desk, code, drawn) == judge.settle(drawn)
    fold_totals(count.contest_id)
    assert seeded_errors.counted_wrongly(desk, truths) == 0


def test_a_swapped_photo_ends_as_the_functions_say(count, make_account):
    from bench import _capture_data, seeded_errors
    from electsys.ledger import Actor

    people = [make_account(role="operator_kpu_ri") for _ in range(2)]
    actors = tuple(Actor(p.id, p.username) for p in (*people, people[0]))
    here, there = "1201011001001", "1201011001002"
    desk = _capture_data.Desk(count, [here, there], actors)
    judged = seeded_errors.judge_swapped(seeded_errors.Judge(desk), desk, here, there)
    assert judged == seeded_errors.send_swapped(desk, here, there) == "anomali"
