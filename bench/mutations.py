"""Single-bit mutations of a published folder: the independent verifier has to find every one.

A village is published as ``flask sirekap publish`` does it; then, ten thousand times, one bit of one file
is flipped, the verifier runs, and the bit is put back. Bits are drawn with equal chance over files, then over
the bits of the file, so that short files are met as often as long ones. ``--count N`` makes a smaller run.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from bench._figures import bench_app, emit

NAME = "mutations"
ROOT = Path(__file__).resolve().parent.parent
VILLAGE = "1201011001"


def verifier() -> ModuleType:
    """The verifier as a module, so that ten thousand runs do not start ten thousand interpreters."""
    spec = importlib.util.spec_from_file_location("verify", ROOT / "verify/verify.py")
    assert spec and spec.loader
    module = sys.modules["verify"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def agrees(module: Any, folder: Path) -> bool:
    """Whether the verifier finds nothing."""
    with contextlib.redirect_stdout(io.StringIO()):
        return module.check_folder(folder, None) == 0


def mutate(module: Any, folder: Path, count: int, seed: int = 1) -> list[str]:
    """Flip ``count`` bits, one at a time; return those that the verifier did not find."""
    rng = random.Random(seed)
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size)
    missed = []
    for _ in range(count):
        path = rng.choice(files)
        whole = path.read_bytes()
        bit = rng.randrange(len(whole) * 8)
        touched = bytearray(whole)
        touched[bit // 8] ^= 1 << bit % 8
        path.write_bytes(touched)
        if agrees(module, folder):
            missed.append(f"{path.relative_to(folder)} bit {bit}")
        path.write_bytes(whole)
    return missed


def main() -> int:
    """Run and print; exit 1 if a mutation was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    count = parser.parse_args().count
    memory = Path("/dev/shm")  # noqa: S108  (a folder in memory, with a name of its own below)
    place = tempfile.mkdtemp(prefix="electsys-mutations-", dir=memory if memory.is_dir() else None)
    try:
        with bench_app():
            publish(Path(place))
        module = verifier()
        start = time.perf_counter()
        clean = agrees(module, Path(place))
        once = time.perf_counter() - start
        start = time.perf_counter()
        missed = mutate(module, Path(place), count) if clean else ["the folder itself"]
        seconds = time.perf_counter() - start
    finally:
        shutil.rmtree(place, ignore_errors=True)
    for each in missed:
        print(f"missed: {each}", file=sys.stderr)
    emit(NAME, "mutations", count, "bits")
    emit(NAME, "run", seconds, "s", reference=once)
    return 0 if emit(NAME, "missed", len(missed), "bits", goal=0) else 1


def publish(folder: Path) -> None:
    """A village with the forms of all five contests, counted and published, and a correction of each."""
    from bench._five import bring, open_others
    from bench.import_results import prepare
    from modules.sirekap.publication.publishing import publish_election
    from modules.situng.demo import tps_codes

    contest = prepare((VILLAGE[:4],))
    codes = list(tps_codes(contest.election_id, VILLAGE))
    for each in (contest, *open_others(VILLAGE)):
        for seed in (1, 2):  # the second file corrects the first
            bring(each.id, codes, seed)
    publish_election("pemilu-2024", str(folder), region=VILLAGE)


if __name__ == "__main__":
    sys.exit(main())
