"""Publication of all five contests while forms arrive, and the whole tree once.

First everything of the regions at hand is written (the reference, in the same run: plain writes of the same
files); then ``--rate`` forms a second are counted for ``--seconds`` while publication runs again and again.
What is asked: how far behind what is published is, from the moment that a form counts to the moment that the
list of contents that rests on it lies at the target; each second's forms are of one contest after another.
``--national`` takes all 822,116 TPS of the president, and a province of the others.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench._figures import bench_app, emit, percentile

NAME = "publish"
REGIONS = ("1201", "3171")


def measure(app: Any, folder: Path, asked: Any) -> list[bool]:
    """All figures, in order."""
    from bench._five import bring, open_others
    from bench.import_results import prepare
    from electsys.db import db
    from modules.sirekap.publication.publishing import publish_election
    from modules.situng.demo import tps_codes

    regions = ("",) if asked.national else REGIONS
    contest = prepare(() if asked.national else REGIONS)
    codes = [code for region in regions for code in tps_codes(contest.election_id, region)]
    inside = [code for code in codes if code.startswith(asked.others)]
    contests = {contest.id: codes} | {each.id: inside for each in open_others(asked.others)}
    for contest_id, own in contests.items():
        bring(contest_id, own, 1)
    start = time.perf_counter()
    for region in regions:
        done = publish_election("pemilu-2024", str(folder), region=region)
    whole = time.perf_counter() - start
    plain = copy_plain(folder)
    emit(NAME, "forms", sum(map(len, contests.values())), "forms")
    emit(NAME, "files", done.files, "files")
    emit(NAME, "first_files_per_second", done.files / whole, "1/s", reference=done.files / plain)
    emit(NAME, "first_to_plain_writes", whole / plain, "ratio", reference=1)
    behind, touched = while_forms_arrive(app, contests, folder, asked)
    db.session.commit()
    emit(NAME, "touched_files", percentile(touched, 0.5), "files", reference=done.files)
    return [
        emit(NAME, "behind_p50", percentile(behind, 0.5), "s"),
        emit(NAME, "behind_most", max(behind), "s", goal=60),
    ]


def copy_plain(folder: Path) -> float:
    """Write the same files once more, each to a new name: what the disk can do, in seconds."""
    other = folder.with_name(f"{folder.name}-plain")
    start = time.perf_counter()
    try:
        for path in folder.rglob("*"):
            if path.is_file():
                place = other / path.relative_to(folder)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(path.read_bytes())
        return time.perf_counter() - start
    finally:
        shutil.rmtree(other, ignore_errors=True)


def while_forms_arrive(
    app: Any, contests: dict[int, list[str]], folder: Path, asked: Any
) -> tuple[list[float], list[float]]:
    """Seconds from a form that counts to its publication, and files that each publication touched."""
    from sqlalchemy import text

    from bench._five import bring
    from electsys.db import db
    from modules.sirekap.publication.publishing import publish_election

    waiting: list[tuple[float, int]] = []
    end = time.perf_counter() + asked.seconds

    def arrive() -> None:
        with app.app_context():
            for turn in range(asked.seconds):
                begun = time.perf_counter()
                contest_id, codes = list(contests.items())[turn % len(contests)]
                first = turn * asked.rate % max(1, len(codes) - asked.rate)
                bring(contest_id, codes[first : first + asked.rate], turn + 2)
                entries = db.session.scalar(text("select count(*) from leaf_entry"))
                db.session.commit()
                waiting.append((time.perf_counter(), int(entries or 0)))
                time.sleep(max(0, 1 - (time.perf_counter() - begun)))
                if time.perf_counter() > end:
                    break

    thread = threading.Thread(target=arrive)
    thread.start()
    behind: list[float] = []
    touched: list[float] = []
    while thread.is_alive() or waiting:
        as_of_before = len(waiting)
        done = publish_election("pemilu-2024", str(folder))
        now = time.perf_counter()
        covered = [each for each in waiting if each[1] <= done.as_of]
        waiting[:] = [each for each in waiting if each[1] > done.as_of]
        behind += [now - at for at, _ in covered]
        if covered:
            touched.append(float(done.written))
        elif not as_of_before:
            time.sleep(0.2)
    thread.join()
    return behind, touched


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--national", action="store_true")
    parser.add_argument("--others", default="1201", help="region of the other four contests")
    parser.add_argument("--rate", type=int, default=60, help="forms a second")
    parser.add_argument("--seconds", type=int, default=120)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="electsys-publish-", dir="/var/tmp"))
    try:
        with bench_app() as app:
            results = measure(app, folder, asked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
