"""Machine reading of forms: our own printed pages as phone photos at three strengths, and real C1 of 2019.

    python3 dev.py bench read_form [PAGES] [WORKERS]

2,000 pages by default: printed by the project's template, filled with digits that no network trained on
and with bubbles blackened in five ways, then bent, turned, tilted, shaded, blurred, made noisy and stored as
JPEG. A few cells carry a trap: one bubble contradicts its digit on purpose; such a cell must never be read.
With READ_FORM_SEED=N parts of a run go to several processes (N in steps of 100). The reference of the speed
is the plain detection of the corner marks on the same photos, by OpenCV with its defaults.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import sys
import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path

from bench._figures import emit

NAME = "read_form"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
DIGITS = SHARED / "digits" / "mnist10k_npm.csv.gz"
FORMS = SHARED / "forms" / "c1_2019"
TPS = [f"3171010001{n:03d}" for n in range(1, 9)]


def upper_bound(wrong: int, read: int, trust: float = 0.95) -> float:
    """The rate that a count of ``wrong`` among ``read`` does not exceed, with that trust (exact, Poisson)."""
    low, high = 0.0, 50.0 + 4 * wrong
    for _step in range(80):
        mean = (low + high) / 2
        tail = sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(wrong + 1))
        low, high = (mean, high) if tail > 1 - trust else (low, mean)
    return high / max(1, read)


def read_pages(task: tuple[str, int, int]) -> tuple[Counter[str], list[str]]:
    """Make and read some pages of one strength; counts of cells and seconds, and what was wrong."""
    import cv2
    import numpy as np

    from bench import _photos as photos
    from modules.situng.reading import Unreadable, read_page
    from modules.situng.reading.picture import open_grey

    cv2.setNumThreads(1)
    strength, pages, seed = task
    rng, digits, models = np.random.default_rng(seed), photos.held_out(DIGITS), photos.Printed()
    contest = ("ppwp", "dpd", "dpr", "dpr")
    blanks = {c: photos.printed(c, TPS[seed % len(TPS)]) for c in set(contest)}
    plain = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for n in range(pages):
        data, blank, truth = photos.make(blanks[contest[n % 4]], digits, rng, strength)
        start = time.process_time()
        try:
            reading = read_page(data, models=models)
        except Unreadable as refusal:
            counts["refused"] += 1
            counts["unsure"] += len(truth.values)
            counts["cells"] += len(truth.values)
            faults.append(f"{strength} {seed} {n}: {refusal.code}")
            continue
        finally:
            counts["pages"] += 1
            counts["read_ms"] += round((time.process_time() - start) * 1000)
        start = time.process_time()
        plain.detectMarkers(open_grey(data))
        counts["plain_ms"] += round((time.process_time() - start) * 1000)
        if (reading.tps_code, reading.page) != (blank.tps, blank.page.number):
            faults.append(f"{strength} {seed} {n}: {reading.tps_code} {reading.page}")
            counts["misplaced"] += 1
        for name, value in truth.values.items():
            cell = reading.cells[name]
            if name in truth.traps:
                counts["traps"] += 1
                counts["traps_read"] += cell.status == "read"
                continue
            counts["cells"] += 1
            for doubt in cell.doubts:
                counts[f"doubt {doubt}"] += 1
            if cell.status == "read":
                counts["read"] += 1
                if cell.value != value:
                    counts["wrong"] += 1
                    faults.append(f"{strength} {seed} {n}: {name} {value} read {cell.value} {cell.digits}")
            elif cell.status == "missing" and value is None:
                counts["empty"] += 1
            else:
                counts["unsure"] += 1
    return counts, faults


def own_forms(pages: int, workers: int) -> None:
    """The figures of our own printed forms."""
    block = max(1, min(20, pages // 6))
    strengths = ("light", "middle", "heavy")
    first = int(os.environ.get("READ_FORM_SEED", "0"))
    tasks = [(strengths[n % 3], block, first + n) for n in range(math.ceil(pages / block))]
    sums: dict[str, Counter[str]] = {s: Counter() for s in strengths}
    with get_context("spawn").Pool(workers) as pool:
        for task, (counts, faults) in zip(tasks, pool.imap(read_pages, tasks), strict=True):
            sums[task[0]] += counts
            if sys.stderr.isatty() or os.environ.get(
                "READ_FORM_SEED"
            ):  # a part of a run that others complete
                print(f"# {task[0]} {json.dumps(counts)}", file=sys.stderr, flush=True)
            for fault in faults:
                print(f"# {fault}", file=sys.stderr, flush=True)
    for strength, counts in sums.items():
        cells = max(1, counts["cells"] - counts["empty"])
        emit(NAME, f"{strength}: pages", counts["pages"], "pages")
        emit(NAME, f"{strength}: cells read", counts["read"] / cells, "share")
        goal = 0.05 if strength == "middle" else None
        emit(NAME, f"{strength}: cells unsure", counts["unsure"] / cells, "share", goal=goal)
        emit(NAME, f"{strength}: cells wrong among read", counts["wrong"], "cells")
        emit(NAME, f"{strength}: pages refused", counts["refused"], "pages")
        print(f"# {strength} {dict(counts)}", file=sys.stderr)
    total = sum(sums.values(), Counter())
    emit(NAME, "cells read", total["read"], "cells", goal=30_000 if pages >= 2000 else None, least=True)
    rate = total["wrong"] / max(1, total["read"])
    emit(NAME, "wrong among read", rate, "share", goal=1e-4)
    bound = upper_bound(total["wrong"], total["read"])
    print(f"# upper 95 % bound of wrong among read: {bound:.6f}", file=sys.stderr)
    emit(NAME, "wrong among read, upper 95 % bound, per 10,000", bound * 10_000, "cells", goal=1.0)
    emit(
        NAME, "contradictions on purpose that were read", total["traps_read"], f"of {total['traps']}", goal=0
    )
    speed = total["pages"] / max(0.001, total["read_ms"] / 1000)
    plain = (total["pages"] - total["refused"]) / max(0.001, total["plain_ms"] / 1000)
    emit(NAME, "speed on one core", speed, "pages/s", reference=plain)
    emit(NAME, "time of a page to that of plain marker detection", plain / speed, "ratio")


def real_forms() -> None:
    """Sections IV and V of the twelve forms of 2019: 180 digits in 60 cells."""
    from bench import _photos as photos
    from modules.situng.reading import read_page

    counts: Counter[str] = Counter()
    with (FORMS / "labels.csv").open(encoding="utf-8") as file:
        labels = list(csv.DictReader(file))
    columns = {"suara_01": "suara_1", "suara_02": "suara_2"}
    for row in labels:
        reading = read_page((FORMS / f"{row['key']}_X02.png").read_bytes(), models=photos.Printed())
        line = []
        for column in ("suara_01", "suara_02", "suara_sah", "suara_tidak_sah", "suara_total"):
            cell = reading.cells[columns.get(column, column)]
            right = cell.value == int(row[column])
            verdict = "unsure" if cell.status != "read" else "read" if right else "wrong"
            counts[verdict] += len(cell.digits)
            seen = "".join(d.text or "·" for d in cell.digits)
            line.append(f"{row[column]} {seen} {verdict} {cell.confidence:.3f} {','.join(cell.doubts)}")
        print(f"# {row['key']}: {' | '.join(line)}", file=sys.stderr)
    total = counts.total()
    emit(NAME, "C1 2019: digits read", counts["read"] / total, "share", goal=0.8, least=True)
    emit(NAME, "C1 2019: digits unsure", counts["unsure"] / total, "share")
    emit(NAME, "C1 2019: digits wrong", counts["wrong"], f"of {total}", goal=0)


def main() -> None:
    """Run both parts; each needs the shared data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=int, nargs="?", default=2000)
    parser.add_argument("workers", type=int, nargs="?", default=2)
    given = parser.parse_args()
    if not DIGITS.exists():
        print(f"{NAME}: {DIGITS} is absent; nothing to write on the forms with.", file=sys.stderr)
        return
    if FORMS.exists():
        real_forms()
    if given.pages:
        own_forms(given.pages, given.workers)


if __name__ == "__main__":
    main()
