"""Simulated results for the demo and for load tests: most forms right, some wrong as people are wrong.

Every number comes from a seed and the TPS code, so the same call gives the same file. No real result
is used.
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from electsys.db import db
from electsys.demo import ELECTION, Demo, step
from electsys.identity import actor_named
from modules.sidalih import determined_stations
from modules.situng import demo_captures
from modules.situng.contest import ContestCount
from modules.situng.imports import stage_results
from modules.situng.operations.batches import FileFacts, apply_batch, confirm_batch, load_batch, open_batch
from modules.situng.operations.totals import fold_totals
from modules.situng.queries.contests import contest_by_code, contest_count

#: Share of forms, per thousand, that carry each kind of mistake; the rest are clean.
MISTAKES = (
    ("missing", 12),
    ("misread", 6),
    ("sum", 5),
    ("swapped_columns", 4),
    ("ballots", 4),
    ("no_administration", 4),
    ("dpt_zero", 3),
    ("full_turnout", 2),
)

#: Fewer voters than this make no form to look at.
ENOUGH = 50


def tps_codes(election_id: int, prefix: str) -> Iterator[str]:
    """Codes of the TPS of an election inside a region, in order."""
    rows = db.session.execute(
        text("select code from tps where election_id = :election and code like :prefix order by code"),
        {"election": election_id, "prefix": prefix + "%"},
    )
    return (row.code for row in rows)


def write_results(count: ContestCount, codes: Iterable[str], path: Path, *, seed: int = 2024) -> int:
    """Write a results file for these TPS; return the number of rows."""
    votes = count.columns
    rows = 0
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["kode_tps", *count.model.names, *votes])
        voters: dict[str, tuple[int, int]] = {}
        place = ""
        for code in codes:
            if code[:4] != place:
                place = code[:4]
                voters = determined_stations(count.election_id, place)
            form = simulate(code, len(votes), seed, voters.get(code))
            numbers = [form.get(name) for name in count.model.names]
            writer.writerow([code, *numbers, *(form.get(f"v{i}") for i in range(len(votes)))])
            rows += 1
    return rows


def simulate(
    code: str, candidates: int, seed: int, dpt: tuple[int, int] | None = None
) -> dict[str, int | None]:
    """One form: cells by name and votes as ``v0``, ``v1``, ...; None is an empty cell.

    ``dpt`` are its voters in Sidalih: a paper that says others is an anomaly (F.111).
    """
    rng = random.Random(f"{seed}:{code}")  # noqa: S311  (a simulation, not a secret)
    form = _clean(rng, code, candidates, dpt)
    kind = _mistake(rng)
    if kind is not None:
        _spoil(form, kind, rng, candidates)
    return form


def clean_form(
    count: ContestCount, code: str, *, seed: int = 2024, dpt: tuple[int, int] | None = None
) -> dict[str, int | None]:
    """A form without any mistake, by the names of a results file; ``dpt`` are its voters in Sidalih."""
    rng = random.Random(f"{seed}:{code}")  # noqa: S311  (a simulation, not a secret)
    form = _clean(rng, code, len(count.lines), dpt)
    votes = {name: form.pop(f"v{i}") for i, name in enumerate(count.columns)}
    return {name: form.get(name) for name in count.model.names} | votes


def _clean(
    rng: random.Random, code: str, candidates: int, dpt: tuple[int, int] | None = None
) -> dict[str, int | None]:
    drawn = (rng.randint(60, 150), rng.randint(60, 150))
    dpt = dpt if dpt and sum(dpt) >= ENOUGH else drawn
    present = tuple(round(n * rng.uniform(0.68, 0.92)) for n in dpt)
    moved = (rng.choice((0, 0, 0, 1, 2)), rng.choice((0, 0, 0, 1, 2)))
    special = (rng.randint(0, 4), rng.randint(0, 4))
    total = tuple(a + b + c for a, b, c in zip(present, moved, special, strict=True))
    used = sum(total)
    received = sum(dpt) + -(-sum(dpt) // 50)
    spoiled = min(rng.choice((0, 0, 0, 1, 2)), received - used)
    invalid = min(rng.randint(1, 9), used)
    form: dict[str, int | None] = {}
    for name, pair in (
        ("pemilih_dpt", dpt),
        ("pengguna_dpt", present),
        ("pengguna_dptb", moved),
        ("pengguna_dpk", special),
        ("pengguna_total", total),
        ("disabilitas", (rng.choice((0, 0, 1)), rng.choice((0, 0, 1)))),
    ):
        form |= {f"{name}_l": pair[0], f"{name}_p": pair[1], f"{name}_j": sum(pair)}
    form |= {
        "surat_suara_diterima": received,
        "surat_suara_digunakan": used,
        "surat_suara_rusak": spoiled,
        "surat_suara_tidak_digunakan": received - used - spoiled,
        "suara_sah": used - invalid,
        "suara_tidak_sah": invalid,
        "suara_total": used,
    }
    for i, share in enumerate(_shares(rng, code, candidates, used - invalid)):
        form[f"v{i}"] = share
    return form


def _shares(rng: random.Random, code: str, candidates: int, valid: int) -> list[int]:
    """Split valid votes: each region leans its own way, each TPS a little off it."""
    lean = random.Random(f"lean:{code[:4]}")  # noqa: S311
    weights = [lean.uniform(0.5, 2) * rng.uniform(0.6, 1.4) for _ in range(candidates)]
    shares = [int(valid * w / sum(weights)) for w in weights]
    shares[rng.randrange(candidates)] += valid - sum(shares)
    return shares


def _mistake(rng: random.Random) -> str | None:
    draw = rng.randrange(1000)
    for kind, weight in MISTAKES:
        if draw < weight:
            return kind
        draw -= weight
    return None


def _spoil(form: dict[str, int | None], kind: str, rng: random.Random, candidates: int) -> None:
    """Make one realistic mistake in place."""
    value = f"v{rng.randrange(candidates)}"
    if kind == "missing":
        for name in form:
            form[name] = None
    elif kind == "misread":  # a machine's hundreds: 117 becomes 617
        form[value] = (form[value] or 0) + 500
    elif kind == "sum":  # the KPPS added wrongly
        form["suara_total"] = (form["suara_total"] or 0) + rng.choice((-10, -1, 1, 10))
    elif kind == "swapped_columns":  # men and total written in each other's place
        form["pengguna_dpt_l"], form["pengguna_dpt_j"] = form["pengguna_dpt_j"], form["pengguna_dpt_l"]
    elif kind == "ballots":
        form["surat_suara_tidak_digunakan"] = (form["surat_suara_tidak_digunakan"] or 0) + 7
    elif kind == "no_administration":
        for name in [n for n in form if not n.startswith(("v", "suara_"))]:
            form[name] = None
    elif kind == "dpt_zero":
        form |= {"pemilih_dpt_l": 0, "pemilih_dpt_p": 0, "pemilih_dpt_j": 0}
    elif kind == "full_turnout":
        form |= {f"pemilih_dpt_{c}": form[f"pengguna_dpt_{c}"] for c in "lpj"}


@step("situng")
def demo_results(demo: Demo) -> None:
    """Bring a simulated file that a second account confirms."""
    contest = contest_by_code(ELECTION, "ppwp")
    if contest is None:
        return
    brought = db.session.execute(
        text("select exists (select from result_batch where contest_id = :c)"), {"c": contest.id}
    ).scalar_one()
    if brought:
        return
    count = contest_count(contest.id)
    bringer = actor_named("operator.1201" if demo.prefix == "1201" else "operator.ri")
    confirmer = actor_named("anggota.1201" if demo.prefix == "1201" else "anggota.ri")
    with TemporaryDirectory(prefix="demo-") as folder:
        path = Path(folder) / "hasil-simulasi.csv"
        left_out = demo_captures.village(count)
        codes = (c for c in tps_codes(count.election_id, demo.prefix) if c[:10] != left_out)
        rows = write_results(count, codes, path, seed=demo.seed)
        stage_results(count, path, region=demo.prefix)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    batch = open_batch(contest, file=FileFacts(path.name, digest), region=demo.prefix, actor=bringer)
    load_batch(batch, actor=bringer)
    db.session.commit()
    confirm_batch(batch, actor=confirmer)
    db.session.commit()
    apply_batch(batch)
    fold_totals(contest.id)
    demo.say(
        f"{rows} formulir simulasi: {batch.counts['clean']} dihitung, {batch.counts['flagged']} anomali."
    )
