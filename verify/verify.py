#!/usr/bin/env python3
"""Memeriksa terbitan hasil pemilu tanpa mempercayai penerbitnya.

    python3 verify.py FOLDER                      seluruh terbitan
    python3 verify.py --receipt BUKTI [FOLDER]    satu bukti; dengan FOLDER juga terhadap log di sana

Hanya pustaka baku Python dan ``cryptography``. Program ini tidak memakai satu baris pun dari program
penerbit: ia membaca berkas terbitan apa adanya, menghitung ulang setiap sidik (SHA-256, RFC 6962),
akar pohon, dan semua jumlah dari formulir TPS, lalu membandingkan. Keluar 0 bila semua cocok, 1 bila
ada yang tidak, 2 bila pemakaiannya salah. Tata letak: docs/publication.md.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import csv
import hashlib
import io
import json
import multiprocessing
import os
import sys
from array import array
from fractions import Fraction
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIREKAP = {"ppwp": "ppwp", "pdpr": "dpr", "pdpd": "dpd", "pdprdp": "dprd_prov", "pdprdk": "dprd_kabko"}
WIDTH, UNKNOWN = 256, -1
LEVELS = (0, 2, 4, 6, 10)
COUNTERS = ("diterima_formulir", "dihitung", "anomali", "belum_lengkap")


class Wrong(Exception):
    """Sesuatu tidak seperti seharusnya; pesannya untuk dibaca orang."""


# --- pohon (RFC 6962) dan catatan bertanda tangan (C2SP) ------------------------------------------


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(row: list[bytes]) -> bytes:
    if not row:
        return hashlib.sha256(b"").digest()
    while len(row) > 1:
        row = [node(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)] + row[len(row) & ~1 :]
    return row[0]


def included(index: int, size: int, leaf: bytes, root: bytes, proof: list[bytes]) -> bool:
    here, last = index, size - 1
    if not 0 <= index < size:
        return False
    for part in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            leaf = node(part, leaf)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            leaf = node(leaf, part)
        here, last = here >> 1, last >> 1
    return last == 0 and leaf == root


def decoded(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Wrong("ada base64 yang rusak") from None
    if base64.b64encode(raw).decode() != text:
        raise Wrong("ada base64 yang tidak baku")
    return raw


class Key:
    """Kunci umum: nama+sidik+base64."""

    def __init__(self, text: str):
        name, _, rest = text.partition("+")
        digits, _, coded = rest.partition("+")
        raw = decoded(coded)
        self.name, self.kind, self.raw = name, raw[:1], raw[1:]
        self.id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 33 or self.kind not in (b"\x01", b"\x04") or self.id.hex() != digits:
            raise Wrong(f"kunci {name} tidak sesuai dengan sidiknya sendiri")

    def accepts(self, body: str, signature: bytes) -> bool:
        message = body.encode()
        if self.kind == b"\x04":  # saksi: waktunya ikut ditandatangani
            stamp, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {stamp}\n{body}".encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def checkpoint(text: str, log_key: Key, witnesses: list[Key]) -> tuple[int, bytes, list[str]]:
    """Ukuran, akar, dan nama saksi dari checkpoint yang semua tanda tangannya sah."""
    body, _, tail = text.partition("\n\n")
    lines = body.split("\n")
    if len(lines) != 3 or not tail.endswith("\n") or str(int(lines[1])) != lines[1]:
        raise Wrong("checkpoint tidak berbentuk asal, ukuran, akar, tanda tangan")
    if lines[0] != log_key.name:
        raise Wrong(f"checkpoint dari {lines[0]}, bukan dari {log_key.name}")
    signed = []
    for line in tail[:-1].split("\n"):
        dash, name, coded = ([*line.split(" "), "", ""])[:3]
        raw = decoded(coded)
        key = next((k for k in (log_key, *witnesses) if k.name == name and k.id == raw[:4]), None)
        if dash != "—" or line.count(" ") != 2 or key is None or not key.accepts(body + "\n", raw[4:]):
            raise Wrong(f"tanda tangan {name or '(kosong)'} pada checkpoint tidak sah")
        signed.append(name)
    if signed[0] != log_key.name:
        raise Wrong("log tidak menandatangani checkpointnya sendiri")
    return int(lines[1]), decoded(lines[2]), signed[1:]


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < WIDTH else "")


# --- log ------------------------------------------------------------------------------------------


class Log:
    """Semua catatan, dari byte terbitan; setiap ubin dibandingkan dengan hitungan sendiri."""

    def __init__(self, folder: Path, key: Key | None, report: Report):
        self.folder = folder
        own = Key(one_line(folder / "key"))
        if key is not None and (key.name, key.raw) != (own.name, own.raw):
            raise Wrong("kunci pada terbitan bukan kunci yang Anda berikan")
        self.key = own
        witnesses = [Key(line) for line in plain(folder / "witnesses").split("\n")[:-1]]
        note = plain(folder / "checkpoint")
        self.size, self.root, self.witnesses = checkpoint(note, own, witnesses)
        self.entries: list[bytes] = []
        self.leaves: list[bytes] = []
        self.files = {"key", "witnesses", "checkpoint"}
        for index in range(-(-self.size // WIDTH)):
            width = min(WIDTH, self.size - index * WIDTH)
            self._read(index, width)
        row, level = self.leaves, 0
        while row:
            self._tiles(level, row, report)
            row = [fold(row[i : i + WIDTH]) for i in range(0, len(row) - len(row) % WIDTH, WIDTH)]
            level += 1
        if fold(self.leaves) != self.root:
            report.wrong("akar pohon yang dihitung dari catatan berbeda dari akar yang ditandatangani")
        self._leftovers(report)

    def _read(self, index: int, width: int) -> None:
        path = tile_path("entries", index, width)
        raw, at = (self.folder / path).read_bytes(), 0
        before = len(self.entries)
        while at < len(raw):
            size = int.from_bytes(raw[at : at + 2], "big")
            self.entries.append(raw[at + 2 : at + 2 + size])
            at += 2 + size
        if at != len(raw) or len(self.entries) - before != width:
            raise Wrong(f"log/{path} tidak memuat {width} catatan")
        self.leaves += [hashlib.sha256(b"\x00" + e).digest() for e in self.entries[before:]]
        self.files.add(path)

    def _tiles(self, level: int, row: list[bytes], report: Report) -> None:
        for index in range(-(-len(row) // WIDTH)):
            part = row[index * WIDTH : (index + 1) * WIDTH]
            path = tile_path(level, index, len(part))
            self.files.add(path)
            report.same(f"log/{path}", optional(self.folder / path), b"".join(part))

    def _leftovers(self, report: Report) -> None:
        """Ubin lama yang belum penuh boleh masih ada; isinya harus awal dari ubin yang sekarang."""
        for found in sorted(self.folder.rglob("*")):
            path = found.relative_to(self.folder).as_posix()
            if path in self.files or found.is_dir():
                continue
            want = self._older(path)
            report.same(f"log/{path}", found.read_bytes(), want) if want else report.extra(f"log/{path}")

    def _older(self, path: str) -> bytes | None:
        parts = path.split("/")
        if parts[0] != "tile" or len(parts) < 4 or not parts[-2].endswith(".p") or not parts[-1].isdigit():
            return None
        groups = [*parts[2:-2], parts[-2][:-2]]
        try:
            index = int("".join(g.removeprefix("x") for g in groups))
            level = 0 if parts[1] == "entries" else int(parts[1])
        except ValueError:
            return None
        width, whole = int(parts[-1]), WIDTH**level
        first = index * WIDTH
        if (
            not 0 < width < WIDTH
            or (first + width) * whole > self.size
            or tile_path(parts[1], index, width) != path
        ):
            return None
        if parts[1] == "entries":
            return b"".join(len(e).to_bytes(2, "big") + e for e in self.entries[first : first + width])
        return b"".join(fold(self.leaves[i * whole : (i + 1) * whole]) for i in range(first, first + width))


# --- apa yang dikatakan catatan -------------------------------------------------------------------


class Count:
    """Satu pemilihan: formulir menurut catatan, dan jumlahnya di setiap wilayah."""

    def __init__(self) -> None:
        self.columns: tuple[str, ...] = ()
        self.forms: dict[str, list] = {}  # tps -> [dihitung, terbaru, status terbaru, nomor catatan, urutan]
        self.totals: dict[str, list[int]] = {}
        self.ballot: dict[str, str] | None = None

    def add(self, index: int, body: dict) -> str | None:
        values, columns = body["values"], tuple(body["values"])
        if not self.columns:
            self.columns = columns
        if columns != self.columns:
            return "kolom formulirnya lain dari formulir lain"
        row = array("q", [UNKNOWN if v is None else v for v in values.values()])
        form = self.forms.setdefault(body["tps_code"], [None, None, "", -1, 0])
        if body["seq"] != form[4] + 1:
            return f"urutannya {body['seq']}, seharusnya {form[4] + 1}"
        if body["status"] == "diterima":
            form[0] = row
        form[1:] = [row, body["status"], index, body["seq"]]
        return None

    def total(self) -> None:
        """Jumlahkan ke desa, kecamatan, kabupaten/kota, provinsi, nasional."""
        width = len(self.columns)
        villages: dict[str, list] = {}
        for code, (counted, _latest, status, _index, _seq) in self.forms.items():
            sums = villages.get(code[:10]) or villages.setdefault(code[:10], [0] * (4 + width))
            sums[0] += 1
            sums[1] += counted is not None
            sums[2] += status == "anomali"
            sums[3] += status == "belum_lengkap"
            if counted is not None:
                sums[4:] = [a + b if b > 0 else a for a, b in zip(sums[4:], counted)]
        for code, sums in villages.items():
            for length in LEVELS:
                into = self.totals.setdefault(code[:length], [0] * (4 + width))
                into[:] = map(int.__add__, into, sums)

    def at(self, code: str) -> list[int]:
        return self.totals.get(code) or [0] * (4 + len(self.columns))

    def shown(self, code: str, *, counted: bool) -> dict[str, int | None] | None:
        form = self.forms.get(code)
        row = form and ((form[0] or form[1]) if counted else form[1])
        return {c: None if v == UNKNOWN else v for c, v in zip(self.columns, row)} if row else None


def based_on(log: Log, manifest: bytes) -> int:
    """Ukuran log yang menjadi dasar terbitan: dicatat di log bersama sidik daftar isinya."""
    digest = hashlib.sha256(manifest).hexdigest()
    for entry in reversed(log.entries):
        if digest.encode() in entry:
            body = json.loads(entry)
            if body["form_type"] == "manifest" and body["sha256"] == digest:
                return body["as_of"]
    raise Wrong("manifest.json: sidiknya tidak ada dalam log; daftar isi ini tidak pernah diterbitkan")


def read_facts(log: Log, until: int, report: Report) -> dict[str, Count]:
    """Setiap pemilihan menurut catatan log sampai nomor ``until``."""
    counts: dict[str, Count] = {}
    standing: dict[str, bytes] = {}
    for index, entry in enumerate(log.entries[:until]):
        body = json.loads(entry)
        if body["form_type"] in RECAPS:
            RECAP[body["form_type"], body["contest"], body["region"], body["dapil"]] = index, body
        if body["form_type"] != "ballot" and "tps_code" not in body:
            continue
        count = counts.setdefault(body["contest"], Count())
        if body["form_type"] == "ballot":
            count.ballot = {line["id"]: str(line["number"]) for line in body["lines"]}
            continue
        subject = f"{body['contest']}:{body['tps_code']}"
        before = standing.get(subject)
        if body["prev_leaf"] != (before.hex() if before else None):
            report.wrong(f"catatan {index} tidak menunjuk catatan sebelumnya dari TPS {body['tps_code']}")
        standing[subject] = log.leaves[index]
        if why := count.add(index, body):
            report.wrong(f"catatan {index} (TPS {body['tps_code']}): {why}")
    for count in counts.values():
        count.total()
    return counts


#: D.Hasil: tingkat yang dijumlahkan di atasnya, dan panjang kode wilayahnya.
RECAPS = {
    "D.Kec": ("D.Kab", 4),
    "D.Kab": ("D.Prov", 2),
    "D.Prov": ("D.Nas", 0),
    "D.PPLN": ("D.Nas", 0),
    "D.Nas": ("", 0),
}
RECAP: dict[tuple, tuple[int, dict]] = {}


def check_recaps(report: Report) -> None:
    """Setiap D.Hasil sama dengan jumlah D.Hasil di bawahnya, bila semuanya sudah ada dalam log."""
    below: dict[tuple, list[list[int]]] = {}
    for (form, contest, region, dapil), (_index, body) in RECAP.items():
        above, length = RECAPS[form]
        below.setdefault((above, contest, region[:length], dapil), []).append(body["votes"])
    for key, (index, body) in RECAP.items():
        parts = below.get(key, [])
        if key[0] not in ("D.Kec", "D.PPLN") and len(parts) == body["columns"]:
            where = f"{key[0]} {key[1]} {key[2] or 'nasional'} (catatan {index})"
            report.equal(where, "suara", body["votes"], [sum(column) for column in zip(*parts)])


def check_recap_table(path: str, text: str, report: Report) -> None:
    """Tabel D.Hasil terhadap catatan terbarunya."""
    rows = list(csv.DictReader(io.StringIO(text)))
    want = {
        (form, contest, region, "" if dapil is None else str(dapil)): (
            str(index),
            " ".join(map(str, body["votes"])),
        )
        for (form, contest, region, dapil), (index, body) in RECAP.items()
    }
    found = {
        (r["formulir"], r["pemilihan"], r["wilayah"], r["dapil"]): (r["catatan"], r["suara"]) for r in rows
    }
    report.equal(path, "D.Hasil", found, want)


# --- berkas terbitan ------------------------------------------------------------------------------


class Report:
    """Temuan, dalam kata yang dapat dibaca siapa pun."""

    def __init__(self) -> None:
        self.findings: list[str] = []

    def wrong(self, text: str) -> None:
        self.findings.append(text)

    def extra(self, path: str) -> None:
        self.wrong(f"{path}: berkas ini tidak ada dalam daftar isi")

    def same(self, path: str, found: bytes | None, want: bytes) -> None:
        if found is None:
            self.wrong(f"{path}: hilang")
        elif found != want:
            self.wrong(f"{path}: isinya berbeda dari yang dihitung dari catatan")

    def equal(self, path: str, what: str, found: object, want: object) -> None:
        if found != want:
            self.wrong(f"{path}: {what} tertulis {found}, dari catatan {want}")


def check_shard(task: tuple[str, str, str]) -> tuple[list[str], int, int, set[str]]:
    """Satu bagian daftar isi: sidik setiap berkas, lalu angka di dalamnya. (temuan, berkas, byte, jalur)"""
    root, shard, digest = task
    report, size, paths = Report(), 0, set()
    raw = optional(Path(root, shard))
    if raw is None or hashlib.sha256(raw).hexdigest() != digest:
        report.wrong(f"{shard}: {'hilang' if raw is None else 'sidiknya berbeda dari daftar isi'}")
        return report.findings, 0, 0, paths
    for line in raw.decode().splitlines():
        want, _, path = line.partition("  ")
        paths.add(path)
        content = optional(Path(root, path))
        size += len(content or b"")
        if content is None or hashlib.sha256(content).hexdigest() != want:
            report.wrong(f"{path}: {'hilang' if content is None else 'sidiknya berbeda dari daftar isi'}")
            continue
        try:
            check_numbers(path, content, report)
        except (KeyError, TypeError, ValueError, IndexError) as problem:
            report.wrong(f"{path}: tidak terbaca ({type(problem).__name__}: {problem})")
    return report.findings, len(paths), size, paths


def check_numbers(path: str, content: bytes, report: Report) -> None:
    """Angka satu berkas terhadap jumlah dari catatan; berkas tanpa angka hasil dilewati."""
    parts = path.split("/")
    if path == "data/rekap.csv":
        check_recap_table(path, content.decode(), report)
    elif parts[0] == "data" and len(parts) > 2 and parts[1] in COUNTS:
        count = COUNTS[parts[1]]
        if parts[-1] == "kursi.json":
            check_seats(path, json.loads(content), report)
        elif path.endswith(".csv"):
            check_csv(path, content.decode(), count, report)
        elif path.endswith(".json") and "wilayah" in (data := json.loads(content)):
            check_twin(path, data, count, report)
    elif parts[:2] == ["pemilu", "hhcw"] and SIREKAP.get(parts[2].removesuffix(".json")) in COUNTS:
        code = "" if len(parts) == 3 else parts[-1].removesuffix(".json")
        check_sirekap(
            path, code, json.loads(content), COUNTS[SIREKAP[parts[2].removesuffix(".json")]], report
        )


def check_csv(path: str, text: str, count: Count, report: Report) -> None:
    head, *rows = csv.reader(io.StringIO(text))
    form = head[0] == "kode_tps"
    names = count.columns if form else (*COUNTERS, *count.columns)
    places = [head.index(name) for name in names]
    for row in rows:
        if form:
            want: list = (count.forms.get(row[0]) or [None, [UNKNOWN] * len(names)])[1]
        elif "/dapil/" in path and row is rows[0]:
            want = summed([count.at(each[0]) for each in rows[1:]], count)
        else:
            want = count.at(row[0])
        found = [row[place] for place in places]
        expected = ["" if value == UNKNOWN else str(value) for value in want]
        if found != expected:
            for name, one, other in zip(names, found, expected):
                report.equal(path, f"{name} {'TPS ' if form else ''}{row[0]}", one, other)


def check_twin(path: str, data: dict, count: Count, report: Report) -> None:
    parts = data["rincian"]
    if count.ballot is not None:
        listed = {line["id"]: str(line["nomor"]) for line in data["peserta"]}
        report.equal(path, "daftar peserta", listed, count.ballot)
    for area in [data["wilayah"], *(p for p in parts if "versi" not in p)]:
        if "/dapil/" in path and area is data["wilayah"]:
            want = summed([count.at(p["kode"]) for p in parts], count)
        else:
            want = count.at(area["kode"])
        found = [area[n] for n in COUNTERS]
        report.equal(path, f"hitungan formulir {area['kode']}", found, want[:4])
        numbers = area["sel"] | {f"suara_{n}": v for n, v in area["suara"].items()}
        report.equal(path, f"jumlah {area['kode']}", numbers, dict(zip(count.columns, want[4:])) or numbers)
    for form in (p for p in parts if "versi" in p):
        shown = count.shown(form["kode"], counted=False)
        newest = form["versi"][0] if form["versi"] else None
        numbers = newest and newest["sel"] | {f"suara_{n}": v for n, v in newest["suara"].items()}
        report.equal(path, f"formulir {form['kode']}", numbers, shown)
        if shown:
            report.equal(path, f"nomor catatan {form['kode']}", form["catatan"], count.forms[form["kode"]][3])


def check_sirekap(path: str, code: str, data: dict, count: Count, report: Report) -> None:
    numbers = count.ballot or {}

    def votes(row: dict | None) -> dict[str, int | None] | None:
        return None if row is None else {numbers.get(i, i): v for i, v in row.items() if i not in META}

    def want(row: dict | list[int] | None) -> dict[str, int | None]:
        row = dict(zip(count.columns, row[4:])) if isinstance(row, list) else row or {}
        return {n: row[f"suara_{n}"] for n in numbers.values() if f"suara_{n}" in row}

    if len(code) == 13:
        shown = want(count.shown(code, counted=True))
        report.equal(
            path, "suara", votes(data["chart"]), shown if any(v is not None for v in shown.values()) else None
        )
        return
    total = count.at(code)
    report.equal(path, "formulir dihitung", data["progres"]["progres"], total[1])
    report.equal(path, "suara", votes(data["chart"]), want(total) if total[1] else None)
    for key, row in data["table"].items():
        form = count.forms.get(key)
        part = count.at(key) if len(key) < 13 else [0, form is not None and form[0] is not None]
        found = want(part if len(key) < 13 else count.shown(key, counted=True)) if part[1] else {}
        report.equal(path, f"suara {key}", votes(row), found)


META = {"null", "persen", "psu", "status_progress"}


def check_seats(path: str, data: dict, report: Report) -> None:
    """Ambang batas dan kursi: bilangan ganjil (Sainte-Lague), hitungan pecahan tanpa pembulatan."""
    votes: dict[str, int] = {}
    for dapil in data["dapil"]:
        for party, number in dapil["suara"].items():
            votes[party] = votes.get(party, 0) + number
    limit = Fraction(data["ambang"] or 0)
    passed = {p for p, n in votes.items() if n >= limit * sum(votes.values())}
    report.equal(path, "partai yang memenuhi ambang batas", sorted(data["lolos"]), sorted(passed))
    for dapil in data["dapil"]:
        seats = dict.fromkeys(dapil["suara"], 0)
        drawn = list(dapil.get("undian", ()))
        for _ in range(dapil["kursi"]):
            share = {p: Fraction(n, 2 * seats[p] + 1) for p, n in dapil["suara"].items() if p in passed and n}
            best = [p for p in share if share[p] == max(share.values())]
            if not best:
                break
            chosen = best[0] if len(best) == 1 else next((p for p in drawn if p in best), None)
            if chosen is None:
                report.wrong(
                    f"{path}: kursi dapil {dapil['kode']} seri antara {', '.join(best)} tanpa undian"
                )
                break
            if len(best) > 1:
                drawn.remove(chosen)
            seats[chosen] += 1
        report.equal(
            path,
            f"kursi dapil {dapil['kode']}",
            {p: n for p, n in dapil["hasil"].items() if n},
            {p: n for p, n in seats.items() if n},
        )


COUNTS: dict[str, Count] = {}


def summed(rows: list[list[int]], count: Count) -> list[int]:
    return [sum(column) for column in zip(*rows)] or [0] * (4 + len(count.columns))


def optional(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def plain(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        raise Wrong(f"{path.name}: hilang") from None
    except UnicodeDecodeError:
        raise Wrong(f"{path.name}: bukan teks") from None


def one_line(path: Path) -> str:
    text = plain(path)
    if not text.endswith("\n") or text.count("\n") != 1:
        raise Wrong(f"{path.name}: harus satu baris")
    return text[:-1]


# --- perintah -------------------------------------------------------------------------------------


def check_folder(folder: Path, key: Key | None) -> int:
    report = Report()
    try:
        log = Log(folder / "log", key, report)
        print(f"Log        : {log.size} catatan, tanda tangan {log.key.name} sah, akar {log.root.hex()}")
        print(f"Saksi      : {', '.join(log.witnesses) or 'belum ada yang menandatangani checkpoint ini'}")
        raw = optional(folder / "manifest.json")
        if raw is None:
            raise Wrong("manifest.json: hilang")
        until = based_on(log, raw)
        COUNTS.clear()
        RECAP.clear()
        COUNTS.update(read_facts(log, until, report))
        for kind, count in sorted(COUNTS.items()):
            total = count.at("")
            print(
                f"{kind:<11}: {total[0]} formulir, {total[1]} dihitung, {total[2]} anomali, {total[3]} belum lengkap"
            )
        check_recaps(report)
        if RECAP:
            print(f"D.Hasil    : {len(RECAP)} formulir rekapitulasi yang disahkan")
        manifest = json.loads(raw)
        tasks = [(str(folder), shard, digest) for shard, digest in manifest["shards"].items()]
        known, files, size = {"manifest.json", *manifest["shards"]}, 0, 0
        for findings, n, amount, paths in each_shard(tasks, manifest["files"]):
            report.findings += findings
            files, size = files + n, size + amount
            known |= paths
        for found in walk(folder):
            if found not in known and not found.startswith("log/"):
                report.extra(found)
        check_complete(known, report)
        report.equal("manifest.json", "jumlah berkas", manifest["files"], files)
        print(f"Berkas     : {files} berkas, {size} byte, menurut log sampai catatan {until}")
    except (Wrong, OSError, ValueError, KeyError, TypeError, IndexError) as problem:
        report.wrong(str(problem) if isinstance(problem, Wrong) else f"terbitan tidak terbaca ({problem!r})")
    for finding in report.findings[:200]:
        print(f"TIDAK COCOK: {finding}")
    if len(report.findings) > 200:
        print(f"... dan {len(report.findings) - 200} lagi")
    print("SEMUA COCOK." if not report.findings else f"{len(report.findings)} hal TIDAK COCOK.")
    return 1 if report.findings else 0


def each_shard(tasks: list, files: int) -> list:
    """Setiap bagian daftar isi; banyak berkas dibagi ke dua proses."""
    if files < 20_000:
        return [check_shard(task) for task in tasks]
    with multiprocessing.get_context("fork").Pool(min(2, os.cpu_count() or 1)) as pool:
        return pool.map(check_shard, tasks, chunksize=4)


def check_complete(known: set[str], report: Report) -> None:
    """Setiap wilayah yang formulirnya ada dalam log harus diterbitkan."""
    for kind, count in COUNTS.items():
        for code in count.totals:
            way = "/".join(code[:n] for n in LEVELS[1:] if n <= len(code)) or "nasional"
            if f"data/{kind}/{way}.json" not in known:
                report.wrong(f"data/{kind}/{way}.json: wilayah ini ada dalam log tetapi tidak diterbitkan")


def walk(folder: Path) -> list[str]:
    found = []
    for base, _folders, names in os.walk(folder):
        way = os.path.relpath(base, folder)
        found += [name if way == "." else f"{way}/{name}" for name in names]
    return sorted(found)


def check_receipt(path: Path, folder: Path | None, key: Key | None) -> int:
    try:
        text = plain(path)
        head, _, note = text.partition("\n\n")
        lines = [line.partition(" ") for line in head.split("\n")]
        if (
            lines[0][0] != "electsys-bukti/1"
            or lines[1][0] != "index"
            or lines[2][0] not in ("entry", "leaf")
        ):
            raise Wrong("ini bukan berkas bukti")
        index, entry = int(lines[1][2]), decoded(lines[2][2])
        proof = [decoded(part) for _, _, part in lines[3:]]
        if folder is None and key is None:
            raise Wrong("tanpa FOLDER sebutkan kunci log: --key KUNCI")
        log_key = key or Key(one_line(folder / "log/key"))
        trusted = [Key(line) for line in plain(folder / "log/witnesses").split("\n")[:-1]] if folder else []
        names = {line.split(" ")[1] for line in note.partition("\n\n")[2].split("\n") if line.count(" ") == 2}
        unknown = names - {log_key.name} - {w.name for w in trusted}
        note = "".join(
            f"{line}\n"
            for line in note[:-1].split("\n")
            if line.split(" ")[1:2] not in [[n] for n in unknown]
        )
        size, root, witnesses = checkpoint(note, log_key, trusted)
        whole = lines[2][0] == "entry"
        leaf = hashlib.sha256(b"\x00" + entry).digest() if whole else entry
        if not included(index, size, leaf, root, proof):
            raise Wrong("bukti tidak menuju ke akar yang ditandatangani")
        if folder is not None:
            report = Report()
            log = Log(folder / "log", log_key, report)
            if report.findings or log.size < size or fold(log.leaves[:size]) != root:
                raise Wrong("log di FOLDER bukan kelanjutan dari checkpoint pada bukti ini")
        body = json.loads(entry) if whole else {"sidik catatan": leaf.hex()}
    except (Wrong, OSError, ValueError, KeyError, IndexError) as problem:
        print(f"TIDAK SAH: {problem}")
        return 1
    print(f"SAH: catatan nomor {index} dari {size} ada dalam log {log_key.name}.")
    print(f"Saksi: {', '.join(witnesses) or 'tidak ada'}")
    for name, value in body.items():
        print(f"  {name}: {json.dumps(value, ensure_ascii=False)}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="folder terbitan")
    parser.add_argument("--receipt", type=Path, metavar="BUKTI", help="periksa satu bukti")
    parser.add_argument("--key", help="kunci log dari sumber lain, misalnya koran: nama+sidik+base64")
    asked = parser.parse_args()
    try:
        key = Key(asked.key) if asked.key else None
    except Wrong as problem:
        parser.error(str(problem))
    if asked.receipt:
        return check_receipt(asked.receipt, asked.folder, key)
    if asked.folder is None or not asked.folder.is_dir():
        parser.error("sebutkan folder terbitan")
    return check_folder(asked.folder, key)


if __name__ == "__main__":
    sys.exit(main())
