"""Seeded errors through the whole path of entry: what people mistype and machines misread never counts.

10,000 forms: of every number a machine misreads 5 % (and stands by it), each of the two people mistypes 3 %,
independently, without looking a second time, and the third person is as careless. At most one wrong form may
reach a total. 1,000 pairs of TPS whose photos were swapped must all be caught by the QR on the form, and of
100,000 forms that cannot be right none may pass the rules. The reference is what the first entries alone
would have counted wrongly. ``--forms``, ``--pairs`` and ``--impossible`` make smaller runs.
"""

from __future__ import annotations

import argparse
import random
import time
from typing import Any

from bench._capture_data import Desk, Values, prepare, qr_photo, slip, typed
from bench._figures import bench_app, emit

NAME = "seeded_errors"
FORMS, PAIRS, IMPOSSIBLE = 10_000, 1_000, 100_000
MISREAD, MISTYPED = 0.05, 0.03
#: Rows that share one transaction: what is measured is what counts, not how fast.
TOGETHER = 50


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=FORMS)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--impossible", type=int, default=IMPOSSIBLE)
    options = parser.parse_args()
    with bench_app():
        desk = prepare(options.forms + 2 * options.pairs)
        good = [
            seeded(desk, desk.codes[: options.forms]),
            swapped(desk, desk.codes[options.forms :]),
            impossible(desk, options.impossible),
        ]
    return 0 if all(good) else 1


def seeded(desk: Desk, codes: list[str]) -> bool:
    """Every form through machine, two people and, where they differ, the third."""
    from electsys.db import db
    from modules.situng.operations.totals import derive_totals

    rng = random.Random(2024)
    states: dict[str, int] = {}
    truths, alone = {}, 0
    start = time.perf_counter()
    for at, code in enumerate(codes):
        truths[code] = truth = clean(desk, code)
        first = typed(truth, rng, MISTYPED)
        alone += first != truth
        state = play(desk, code, truth, first, typed(truth, rng, MISTYPED), rng)
        states[state] = states.get(state, 0) + 1
        if at % TOGETHER == TOGETHER - 1:
            db.session.commit()
    db.session.commit()
    seconds = time.perf_counter() - start
    wrong = counted_wrongly(desk, truths)
    for state, n in sorted(states.items()):
        emit(NAME, f"forms_{state}", n, "forms")
    emit(NAME, "forms_per_second", len(codes) / seconds, "1/s")
    same = emit(NAME, "totals_that_differ", len(derive_totals(desk.count.contest_id)), "areas", goal=0)
    return emit(NAME, "wrong_forms_in_totals", wrong, "forms", reference=alone, goal=1) and same


def clean(desk: Desk, code: str) -> Values:
    """The form as it is on paper."""
    from modules.situng.demo import clean_form

    return clean_form(desk.count, code)


def play(desk: Desk, code: str, truth: Values, first: Values, second: Values, rng: random.Random) -> str:
    """One form from its photo to its state."""
    from electsys.db import db
    from modules.situng import entry
    from modules.situng.models import MachineReading
    from modules.situng.operations.captures import open_capture, settle_difference, submit_entry
    from modules.situng.operations.photos import add_photo

    one, two, three = desk.people
    capture = open_capture(desk.count, code, actor=one)
    photo = add_photo(capture, qr_photo(desk, code), page=1, actor=one).photo
    read = {name: slip(v, rng) if rng.random() < MISREAD else v for name, v in truth.items()}
    cells = {name: {"nilai": v, "yakin": 0.99, "status": "read", "kotak": None} for name, v in read.items()}
    db.session.add(
        MachineReading(
            province=photo.province, photo_id=photo.id, reader="bench", hints=[], cells=cells, unsure=0
        )
    )
    reasons = dict.fromkeys(warnings(), "Sesuai foto")
    submit_entry(capture, first, actor=one, reasons=reasons)
    submit_entry(capture, second, actor=two, reasons=reasons)
    if capture.state == "selisih":
        names = [d.name for d in entry.differences(desk.count, capture)]
        said = {n: slip(truth[n], rng) if rng.random() < MISTYPED else truth[n] for n in names}
        settle_difference(capture, said, actor=three, reasons=reasons)
    return str(capture.state)


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


def swapped(desk: Desk, codes: list[str]) -> bool:
    """Pairs of TPS whose papers were swapped: the photo, and with it every number, is the other one's."""
    from electsys.db import db
    from modules.situng.operations.captures import open_capture, submit_entry
    from modules.situng.operations.photos import add_photo

    one, two, _three = desk.people
    reasons = dict.fromkeys(warnings(), "Sesuai foto")
    caught = pairs = 0
    for a, b in zip(codes[::2], codes[1::2], strict=True):
        pairs += 1
        states = []
        for code, other in ((a, b), (b, a)):
            capture = open_capture(desk.count, code, actor=one)
            add_photo(capture, qr_photo(desk, other), page=1, actor=one)
            values = clean(desk, other)
            for who in (one, two):
                submit_entry(capture, values, actor=who, reasons=reasons)
            states.append((capture.state, "F.120:qr" in capture.faults))
        caught += all(state == "anomali" and named for state, named in states)
        if pairs % TOGETHER == 0:
            db.session.commit()
    db.session.commit()
    return emit(NAME, "swapped_pairs_caught", caught, "pairs", reference=pairs, goal=pairs, least=True)


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
