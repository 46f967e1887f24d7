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
    rng, truths = random.Random(5), {}
    for code in codes:
        truths[code] = truth = seeded_errors.clean(desk, code)
        first, second = (_capture_data.typed(truth, rng, 0.03) for _ in range(2))
        seeded_errors.play(desk, code, truth, first, second, rng)
    fold_totals(count.contest_id)
    assert seeded_errors.counted_wrongly(desk, truths) == 0
