"""Seeded errors through the whole path of entry: what people mistype and machines misread never counts.

10,000 forms: of every number a machine misreads 5 % (and stands by it), each of the two people mistypes 3 %,
independently, without looking a second time, and the third person is as careless. At most one wrong form may
reach a total. 1,000 pairs of TPS whose photos were swapped must all be caught by the QR on the form, and of
100,000 forms that cannot be right none may pass the rules. The reference is what the first entries alone
would have counted wrongly.

Every form goes through the pure functions that decide (two entries compared, the third person's word, the
rules, the reader of the QR). Every tenth form and pair also goes the whole way, through the operations into
the database, and must end there exactly as the functions say. ``--forms``, ``--pairs``, ``--impossible`` make
smaller runs; ``--whole 1`` sends every form the whole way.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import dataclass
from typing import Any

from bench._capture_data import Desk, Values, prepare, qr_photo, slip, typed
from bench._figures import bench_app, emit

NAME = "seeded_errors"
FORMS, PAIRS, IMPOSSIBLE = 10_000, 1_000, 100_000
MISREAD, MISTYPED = 0.05, 0.03
#: Rows that share one transaction: what is measured is what counts, not how fast.
TOGETHER = 50
#: Of so many forms one goes the whole way.
WHOLE = 10


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=FORMS)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--impossible", type=int, default=IMPOSSIBLE)
    parser.add_argument("--whole", type=int, default=WHOLE, help="each how many forms one goes the whole way")
    options = parser.parse_args()
    with bench_app():
        desk = prepare(options.forms + 2 * options.pairs, alone=True)
        good = [
            seeded(desk, desk.codes[: options.forms], options.whole),
            swapped(desk, desk.codes[options.forms :], options.whole),
            impossible(desk, options.impossible),
        ]
    return 0 if all(good) else 1


def seeded(desk: Desk, codes: list[str], whole: int) -> bool:
    """Every form through machine, two people and, where they differ, the third."""
    from electsys.db import db
    from modules.situng.operations.totals import derive_totals

    rng, judge = random.Random(2024), Judge(desk)
    states: dict[str, int] = {}
    truths: dict[str, Values] = {}
    alone = wrong = unlike = 0
    start = time.perf_counter()
    for at, code in enumerate(codes):
        drawn = Drawn.of(clean(desk, code), rng)
        alone += drawn.first != drawn.truth
        state, values = judge.settle(drawn)
        states[state] = states.get(state, 0) + 1
        wrong += state == "diterima" and values != drawn.truth
        if at % whole == 0:
            truths[code] = drawn.truth
            unlike += play(desk, code, drawn) != (state, values)
            if len(truths) % TOGETHER == 0:
                db.session.commit()
    db.session.commit()
    seconds = time.perf_counter() - start
    for state, n in sorted(states.items()):
        emit(NAME, f"forms_{state}", n, "forms")
    emit(NAME, "forms_per_second", len(codes) / seconds, "1/s")
    counted = counted_wrongly(desk, truths)
    return all(
        (
            emit(NAME, "forms_the_whole_way", len(truths), "forms", reference=len(codes)),
            emit(NAME, "whole_way_ends_otherwise", unlike, "forms", goal=0),
            emit(NAME, "wrong_on_the_whole_way", counted, "forms", reference=len(truths), goal=1),
            emit(NAME, "totals_that_differ", len(derive_totals(desk.count.contest_id)), "areas", goal=0),
            emit(NAME, "wrong_forms_in_totals", wrong, "forms", reference=alone, goal=1),
        )
    )


@dataclass(frozen=True)
class Drawn:
    """A form on paper, and what became of it in a machine and in three careless heads."""

    truth: Values
    read: Values
    first: Values
    second: Values
    third: Values

    @classmethod
    def of(cls, truth: Values, rng: random.Random) -> Drawn:
        """Draw everybody's mistakes."""
        read = {name: slip(v, rng) if rng.random() < MISREAD else v for name, v in truth.items()}
        return cls(truth, read, *(typed(truth, rng, MISTYPED) for _ in range(3)))


class Judge:
    """What decides about a form, without a database: the functions that the operations ask."""

    def __init__(self, desk: Desk) -> None:
        from modules.situng.queries.captures import names_of
        from modules.situng.queries.contests import limits

        self.count, self.limits = desk.count, limits(desk.count.election_id)
        self.names = names_of(desk.count)

    def settle(self, drawn: Drawn, *, seen: str | None = None) -> tuple[str, Values]:
        """State and values of a form after two entries and, where they differ, a third person's word."""
        from modules.situng.checks import Around, differing, judge_entry
        from modules.situng.rules import is_complete

        first, second = ([form[n] for n in self.names] for form in (drawn.first, drawn.second))
        agreed = drawn.first | {n: drawn.third[n] for n in differing(self.names, first, second)}
        cells = {name: agreed[name] for name in self.count.model.names}
        votes = [agreed[name] for name in self.count.columns]
        around = Around(photos=("foto",), other_tps=(seen,) if seen else (), read=_sure(drawn.read))
        faults, _warnings = judge_entry(cells, votes, self.count.columns, self.limits, around)
        state = "anomali" if faults else "diterima" if is_complete(cells, votes) else "belum_lengkap"
        return state, {name: agreed[name] for name in self.names}


def _sure(read: Values) -> dict[str, int]:
    return {name: value for name, value in read.items() if value is not None}


def clean(desk: Desk, code: str) -> Values:
    """The form as it is on paper."""
    from modules.situng.demo import clean_form

    return clean_form(desk.count, code)


def play(desk: Desk, code: str, drawn: Drawn) -> tuple[str, Values]:
    """One form the whole way, from its photo; where it ended, with which values."""
    from electsys.db import db
    from modules.situng import entry
    from modules.situng.models import MachineReading
    from modules.situng.operations.captures import open_capture, settle_difference, submit_entry
    from modules.situng.operations.photos import add_photo
    from modules.situng.queries.captures import names_of

    one, two, three = desk.people
    capture = open_capture(desk.count, code, actor=one)
    photo = add_photo(capture, qr_photo(desk, code), page=1, actor=one).photo
    cells = {
        name: {"nilai": v, "yakin": 0.99, "status": "read", "kotak": None} for name, v in drawn.read.items()
    }
    db.session.add(
        MachineReading(
            province=photo.province, photo_id=photo.id, reader="bench", hints=[], cells=cells, unsure=0
        )
    )
    reasons = dict.fromkeys(warnings(), "Sesuai foto")
    submit_entry(capture, drawn.first, actor=one, reasons=reasons, count=desk.count)
    submit_entry(capture, drawn.second, actor=two, reasons=reasons, count=desk.count)
    if capture.state == "selisih":
        said = {d.name: drawn.third[d.name] for d in entry.differences(desk.count, capture)}
        settle_difference(capture, said, actor=three, reasons=reasons)
    numbers = [*(capture.cells or ()), *(capture.votes or ()), *capture.sums]
    return str(capture.state), dict(zip(names_of(desk.count), numbers, strict=True))


def warnings() -> list[str]:
    """Every warning that there is: careless people accept them all."""
    from modules.situng.rules import ALL_RULES

    return [rule.key for rule in ALL_RULES if rule.key.startswith("W.")]


def counted_wrongly(desk: Desk, truths: dict[str, Values]) -> int:
    """Forms that count with a number that is not on the paper."""
    from sqlalchemy import select

    from electsys.db import db
    from modules.situng.models import ResultForm, ResultVersion
    from modules.situng.queries.captures import names_of

    names = names_of(desk.count)
    rows = db.session.execute(
        select(ResultVersion.tps_code, ResultVersion.cells, ResultVersion.votes)
        .join(
            ResultForm,
            (ResultForm.province == ResultVersion.province)
            & (ResultForm.contest_id == ResultVersion.contest_id)
            & (ResultForm.tps_code == ResultVersion.tps_code)
            & (ResultForm.accepted_id == ResultVersion.id),
        )
        .where(ResultVersion.contest_id == desk.count.contest_id)
    )
    return sum(
        dict(zip(names, [*cells, *votes], strict=True)) != truths[code]
        for code, cells, votes in rows
        if code in truths
    )


def swapped(desk: Desk, codes: list[str], whole: int) -> bool:
    """Pairs of TPS whose papers were swapped: the photo, and with it every number, is the other one's."""
    from electsys.db import db

    judge = Judge(desk)
    caught = pairs = gone = unlike = 0
    for a, b in zip(codes[::2], codes[1::2], strict=True):
        found = [judge_swapped(judge, desk, code, other) for code, other in ((a, b), (b, a))]
        caught += all(state == "anomali" for state in found)
        if pairs % whole == 0:
            gone += 1
            unlike += [send_swapped(desk, code, other) for code, other in ((a, b), (b, a))] != found
            if gone % TOGETHER == 0:
                db.session.commit()
        pairs += 1
    db.session.commit()
    emit(NAME, "pairs_the_whole_way", gone, "pairs", reference=pairs)
    return all(
        (
            emit(NAME, "pairs_that_end_otherwise", unlike, "pairs", goal=0),
            emit(NAME, "swapped_pairs_caught", caught, "pairs", reference=pairs, goal=pairs, least=True),
        )
    )


def judge_swapped(judge: Judge, desk: Desk, code: str, other: str) -> str:
    """Where a form ends whose photo shows another's, read from the picture of that photo's QR."""
    from modules.situng.seeing import see

    seen = see(qr_photo(desk, other).read()).tps_code
    values = clean(desk, other)
    drawn = Drawn(values, values, values, values, values)
    return judge.settle(drawn, seen=None if seen == code else seen)[0]


def send_swapped(desk: Desk, code: str, other: str) -> str:
    """The same, the whole way."""
    from modules.situng.operations.captures import open_capture, submit_entry
    from modules.situng.operations.photos import add_photo

    one, two, _three = desk.people
    reasons = dict.fromkeys(warnings(), "Sesuai foto")
    capture = open_capture(desk.count, code, actor=one)
    add_photo(capture, qr_photo(desk, other), page=1, actor=one)
    for who in (one, two):
        submit_entry(capture, clean(desk, other), actor=who, reasons=reasons, count=desk.count)
    return str(capture.state) if "F.120:qr" in capture.faults else "tanpa F.120"


def impossible(desk: Desk, wanted: int) -> bool:
    """Random forms that cannot be right: how many the rules would let through."""
    from modules.situng.checks import Around, judge_entry
    from modules.situng.queries.contests import limits

    rng = random.Random(7)
    bounds, around = limits(desk.count.election_id), Around()
    leaks = made = 0
    while made < wanted:
        form = spoilt(clean(desk, desk.codes[made % len(desk.codes)]), rng)
        if possible(desk, form):
            continue
        made += 1
        cells = {name: form[name] for name in desk.count.model.names}
        votes = [form[n] for n in desk.count.columns]
        faults, _warnings = judge_entry(cells, votes, desk.count.columns, bounds, around)
        leaks += not faults
    return emit(NAME, "impossible_forms_let_through", leaks, "forms", reference=made, goal=0)


def spoilt(form: Values, rng: random.Random) -> Values:
    """A form with one to four numbers changed at random."""
    changed = dict(form)
    for name in rng.sample(sorted(form), rng.randint(1, 4)):
        changed[name] = rng.choice((rng.randint(0, 999), rng.randint(0, 99_999), slip(form[name], rng)))
    return changed


def possible(desk: Desk, f: dict[str, Any]) -> bool:
    """Whether the sums of a form hold, written once more by hand and not by the rules under test."""
    votes = sum(f[n] for n in desk.count.columns)
    users = ("pengguna_dpt", "pengguna_dptb", "pengguna_dpk")
    unknown = f["pemilih_dpt_j"] == 0 and f["pengguna_total_j"] > 0
    triples = (*users, "pengguna_total", "disabilitas", *(() if unknown else ("pemilih_dpt",)))
    return all(
        (
            *(f[f"{t}_l"] + f[f"{t}_p"] == f[f"{t}_j"] for t in triples),
            *(sum(f[f"{u}_{c}"] for u in users) == f[f"pengguna_total_{c}"] for c in "lpj"),
            f["surat_suara_diterima"]
            == f["surat_suara_digunakan"] + f["surat_suara_rusak"] + f["surat_suara_tidak_digunakan"],
            f["surat_suara_digunakan"] == f["pengguna_total_j"] == f["suara_total"],
            f["suara_total"] == f["suara_sah"] + f["suara_tidak_sah"],
            f["suara_sah"] == votes,
            *(unknown or f[f"pengguna_dpt_{c}"] <= f[f"pemilih_dpt_{c}"] for c in "lpj"),
            *(f[f"disabilitas_{c}"] <= f[f"pengguna_total_{c}"] for c in "lpj"),
            f["pengguna_total_j"] <= f["surat_suara_diterima"],
        )
    )


if __name__ == "__main__":
    raise SystemExit(main())
