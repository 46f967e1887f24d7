"""The independent verifier on one national contest: 822,116 forms, on two cores.

The forms are simulated as the demo simulates them; the log (tiles, entries, checkpoint) and the JSON and CSV
twins of every area from the village to the nation are written as docs/publication.md says, without a
database. ``verify.py`` then runs as anybody would run it. The reference, in the same run: plain SHA-256 of
the same bytes, on one core. Pages and Sirekap's paths are no more than further files with a hash; they are
measured by ``bench publish``. ``--rows N`` makes a smaller run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench._figures import emit

NAME = "verify"
ROOT = Path(__file__).resolve().parent.parent
NATION = 822_116
IDS = ("100025", "100026", "100027")
STEPS = (2, 4, 6, 10)


def codes(wanted: int) -> Iterator[str]:
    """TPS codes of a country of the shape of Indonesia: its numbers of provinces, kab/kota and so on."""

    def every() -> Iterator[str]:
        for district in range(7277):
            regency = district * 514 // 7277
            province = 11 + regency * 38 // 514
            head = f"{province}{regency % 99 + 1:02d}{district % 99 + 1:02d}"
            for village in range(83_731 * district // 7277, 83_731 * (district + 1) // 7277):
                for tps in range(1, 10 + (village % 5 < 4)):
                    yield f"{head}{village % 9000 + 1000:04d}{tps:03d}"

    seen: set[str] = set()
    for code in every():
        if code not in seen:
            seen.add(code)
            yield code
        if len(seen) == wanted:
            return


def values_of(code: str) -> dict[str, int | None]:
    """One form, with the mistakes that the demo makes."""
    from modules.situng.demo import simulate

    form = simulate(code, len(IDS), 2024)
    for i in range(len(IDS)):
        form[f"suara_{i + 1}"] = form.pop(f"v{i}")
    return dict(sorted(form.items()))


def verdict(values: dict[str, int | None]) -> str:
    """A plain judgement, enough to have all three states."""
    if any(v is None for v in values.values()):
        return "belum_lengkap"
    votes = sum(values[f"suara_{i + 1}"] or 0 for i in range(len(IDS)))
    return "diterima" if votes == values["suara_sah"] else "anomali"


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=NATION)
    rows = parser.parse_args().rows
    folder = Path(tempfile.mkdtemp(prefix="electsys-verify-", dir="/var/tmp"))
    try:
        written = Country(folder).write(islice(codes(rows), rows))
        files = [p for p in folder.rglob("*") if p.is_file()]
        size = sum(p.stat().st_size for p in files)
        start, begun = time.perf_counter(), time.process_time()
        for path in files:
            hashlib.sha256(path.read_bytes()).digest()
        plain, plain_work = time.perf_counter() - start, time.process_time() - begun
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-I", str(ROOT / "verify/verify.py"), str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - start
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if done.returncode:
        print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
    emit(NAME, "forms", written, "forms")
    emit(NAME, "bytes", size / 1e6, "MB", reference=len(files))
    goal = 60 if rows == NATION else None
    results = [
        emit(NAME, "verify", seconds, "s", reference=plain, goal=goal),
        # What the processors worked: on a busy machine the time that passed says little.
        emit(NAME, "verify_work", spent.ru_utime + spent.ru_stime, "s", reference=plain_work),
        emit(NAME, "memory", spent.ru_maxrss / 1024, "MB"),
        emit(NAME, "verify_to_sha256", seconds / plain, "ratio", reference=1),
        emit(NAME, "disagreements", done.returncode, "exit code", goal=0),
    ]
    return 0 if all(results) else 1


class Country:
    """A published country: log, twins, lists of contents."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.hashes: list[bytes] = []
        self.sums: dict[str, list[int]] = {}
        self.parts: dict[str, list[str]] = defaultdict(list)
        self.lists: dict[str, list[str]] = defaultdict(list)
        self.columns: list[str] = []
        self.tile: list[bytes] = []

    def write(self, stations: Iterator[str]) -> int:
        """Everything; return the number of forms."""
        ballot = [{"id": key, "number": n} for n, key in enumerate(IDS, 1)]
        self.leaf({"form_type": "ballot", "contest": "ppwp", "lines": ballot})
        village, count = "", 0
        forms: list[Any] = []
        for code in stations:
            if code[:10] != village and forms:
                self.village(village, forms)
                forms = []
            village = code[:10]
            values = values_of(code)
            self.columns = list(values)
            status = verdict(values)
            index = self.leaf(
                {
                    "v": 1,
                    "election": "uji",
                    "contest": "ppwp",
                    "form_type": "C.Hasil",
                    "seq": 1,
                    "tps_code": code,
                    "status": status,
                    "prev_leaf": None,
                    "values": values,
                    "entered_by": "8a4e2ee6f48195d1",
                    "confirmed_by": "5c2e1fe6f48195d1",
                    "faults": [],
                    "entry1_hash": "0" * 64,
                    "entry2_hash": None,
                    "photo_sha256": [],
                    "warnings": [],
                    "ts": "2024-02-14T18:44:00Z",
                    "vote_kind": "Reguler",
                    "reason_sha256": None,
                }
            )
            forms.append((code, status, values, index))
            count += 1
        self.village(village, forms)
        for length in (6, 4, 2, 0):
            for code in sorted(c for c in self.sums if len(c) == length):
                self.area(code, [self.facts(part) for part in sorted(self.parts[code])])
        self.contents()
        return count

    def leaf(self, body: dict[str, Any]) -> int:
        from electsys.ledger.tiles import tile_path

        entry = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
        self.tile.append(entry)
        self.hashes.append(hashlib.sha256(b"\x00" + entry).digest())
        if len(self.tile) == 256:
            self.put_tile(tile_path("entries", len(self.hashes) // 256 - 1))
        return len(self.hashes) - 1

    def put_tile(self, path: str) -> None:
        self.put(f"log/{path}", b"".join(len(e).to_bytes(2, "big") + e for e in self.tile), listed=False)
        self.tile = []

    def put(self, path: str, content: bytes, *, listed: bool = True) -> None:
        from modules.sirekap.publication.shelf import shard_of

        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        if listed:
            self.lists[shard_of(path)].append(f"{hashlib.sha256(content).hexdigest()}  {path}\n")

    def village(self, code: str, forms: list[Any]) -> None:
        sums = [0] * (4 + len(self.columns))
        for _code, status, values, _index in forms:
            sums[0] += 1
            for place, state in ((1, "diterima"), (2, "anomali"), (3, "belum_lengkap")):
                sums[place] += status == state
            if status == "diterima":
                sums[4:] = [a + (b or 0) for a, b in zip(sums[4:], values.values(), strict=True)]
        for length in (0, *STEPS):
            into = self.sums.setdefault(code[:length], [0] * len(sums))
            into[:] = map(int.__add__, into, sums)
        for above, below in zip((0, *STEPS), STEPS, strict=False):
            if code[:below] not in self.parts[code[:above]]:
                self.parts[code[:above]].append(code[:below])
        listed = [
            {"kode": c, "versi": [{"suara": votes(v), "sel": cells(v)}], "catatan": index}
            for c, _s, v, index in forms
        ]
        self.area(code, listed)
        rows = [",".join(["kode_tps", *self.columns])]
        rows += [",".join([c, *("" if n is None else str(n) for n in v.values())]) for c, _s, v, _i in forms]
        self.put(f"data/ppwp/{way(code)}.csv", "\n".join([*rows, ""]).encode())

    def facts(self, code: str) -> dict[str, Any]:
        row = self.sums[code]
        values = dict(zip(self.columns, row[4:], strict=True))
        counters = ("diterima_formulir", "dihitung", "anomali", "belum_lengkap")
        return {
            "kode": code,
            **dict(zip(counters, row, strict=False)),
            "suara": votes(values),
            "sel": cells(values),
        }

    def area(self, code: str, parts: list[dict[str, Any]]) -> None:
        listed = [{"nomor": n, "id": key} for n, key in enumerate(IDS, 1)]
        data = {"peserta": listed, "wilayah": self.facts(code), "rincian": parts}
        self.put(f"data/ppwp/{way(code)}.json", json.dumps(data, separators=(",", ":")).encode())
        if len(code) < 10:
            head = ["kode", "diterima_formulir", "dihitung", "anomali", "belum_lengkap", *self.columns]
            rows = [
                ",".join(map(str, [each, *self.sums[each]])) for each in (code, *sorted(self.parts[code]))
            ]
            self.put(f"data/ppwp/{way(code)}.csv", "\n".join([",".join(head), *rows, ""]).encode())

    def contents(self) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        from electsys.ledger import notes, tree
        from electsys.ledger.tiles import tile_path

        as_of = len(self.hashes)
        shards, files = {}, 0
        for name, lines in self.lists.items():
            content = "".join(sorted(lines)).encode()
            self.put(name, content, listed=False)
            shards[name] = hashlib.sha256(content).hexdigest()
            files += len(lines)
        manifest = json.dumps({"files": files, "shards": shards}).encode()
        self.put("manifest.json", manifest, listed=False)
        self.leaf({"form_type": "manifest", "sha256": hashlib.sha256(manifest).hexdigest(), "as_of": as_of})
        size = len(self.hashes)
        if self.tile:
            self.put_tile(tile_path("entries", size // 256, size % 256))
        row, level = self.hashes, 0
        while row:
            for index in range(-(-len(row) // 256)):
                part = row[index * 256 : index * 256 + 256]
                self.put(f"log/{tile_path(level, index, len(part))}", b"".join(part), listed=False)
            row = [tree.fold(row[i : i + 256]) for i in range(0, len(row) - len(row) % 256, 256)]
            level += 1
        signer = notes.Signer("uji.example/uji", notes.LOG, Ed25519PrivateKey.generate())
        body = notes.Checkpoint(signer.name, size, tree.fold(self.hashes)).body
        self.put("log/key", f"{signer.verifier}\n".encode(), listed=False)
        self.put("log/witnesses", b"", listed=False)
        self.put("log/checkpoint", f"{body}\n{signer.line(body)}".encode(), listed=False)


def way(code: str) -> str:
    """The way to an area's files."""
    return "/".join(code[:n] for n in STEPS if n <= len(code)) or "nasional"


def votes(values: dict[str, Any]) -> dict[str, Any]:
    """The votes among the values, by ballot number."""
    return {k.removeprefix("suara_"): v for k, v in values.items() if k[6:].isdigit()}


def cells(values: dict[str, Any]) -> dict[str, Any]:
    """The other values."""
    return {k: v for k, v in values.items() if not k[6:].isdigit()}


if __name__ == "__main__":
    sys.exit(main())
