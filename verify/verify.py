#!/usr/bin/env python3
"""Memeriksa terbitan hasil pemilu tanpa mempercayai penerbitnya.

    python3 verify.py FOLDER                      seluruh terbitan
    python3 verify.py --receipt BUKTI [FOLDER]    satu bukti; dengan FOLDER juga terhadap log di sana

Hanya pustaka baku Python dan ``cryptography``, dengan tiga berkas di folder yang sama: ``log.py`` (pohon dan
tanda tangan), ``facts.py`` (isi catatan dan jumlahnya), ``seats.py`` (kursi). Tidak satu baris pun dari
program penerbit dipakai: berkas terbitan dibaca apa adanya, setiap sidik (SHA-256, RFC 6962), akar pohon, dan
semua jumlah dari formulir TPS dihitung ulang, lalu dibandingkan. Keluar 0 bila semua cocok, 1 bila ada yang
tidak, 2 bila pemakaiannya salah. Tata letak: docs/publication.md.
"""

from __future__ import annotations

import argparse
import csv
import gc
import hashlib
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import facts
import seats
from facts import (
    CONTESTS,
    LEVELS,
    LISTS,
    RECAPS,
    WRITTEN,
    Claims,
    Contest,
    Values,
    by_party,
    column,
    only_votes,
    party,
    some,
)
from log import Key, Wrong, check_receipt

SIREKAP = {"ppwp": "ppwp", "pdpr": "dpr", "pdpd": "dpd", "pdprdp": "dprd_prov", "pdprdk": "dprd_kabko"}
COUNTERS = ("diterima_formulir", "dihitung", "anomali", "belum_lengkap")
#: Kolom tabel yang bukan angka formulir.
TEXTS = {"kode_tps", "kode", "nama", "status", "kesalahan", "peringatan", "tps", "belum_diterima", *COUNTERS}
#: Kunci Sirekap di antara suara.
META = {"null", "persen", "psu", "status_progress", "jml_suara_total", "jml_suara_partai"}
FOLDER = Path()


def difference(found: object, want: object) -> str:
    """Yang tertulis dan yang seharusnya; dari banyak angka hanya yang berbeda."""
    if isinstance(found, dict) and isinstance(want, dict):
        keys = [k for k in {**found, **want} if found.get(k) != want.get(k)][:9]
        return "; ".join(f"{k} tertulis {found.get(k)}, dari catatan {want.get(k)}" for k in keys)
    return f"tertulis {found}, dari catatan {want}"


def check_shard(task: tuple[str, str]) -> tuple[list[str], int, set[str]]:
    """Satu bagian daftar isi: sidik setiap berkas, lalu angka di dalamnya. (temuan, byte, jalur)"""
    (shard, digest), findings, size, paths = task, [], 0, set()
    raw = optional(FOLDER / shard)
    if raw is None or hashlib.sha256(raw).hexdigest() != digest:
        return [f"{shard}: {'hilang' if raw is None else 'sidiknya berbeda dari daftar isi'}"], 0, paths
    for line in raw.decode().splitlines():
        want, _, path = line.partition("  ")
        paths.add(path)
        content = optional(FOLDER / path)
        size += len(content or b"")
        if content is None or hashlib.sha256(content).hexdigest() != want:
            findings.append(f"{path}: {'hilang' if content is None else 'sidiknya berbeda dari daftar isi'}")
        else:
            findings += check_numbers(path, content)
    return findings, size, paths


def check_numbers(path: str, content: bytes) -> list[str]:
    """Angka satu berkas terhadap jumlah dari catatan; berkas tanpa angka hasil dilewati."""
    try:
        return [f"{path}: {what} {difference(a, b)}" for what, a, b in claims(path, content) if a != b]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as problem:
        return [f"{path}: tidak terbaca ({type(problem).__name__}: {problem})"]


def claims(path: str, content: bytes) -> Claims:
    """Yang dikatakan satu berkas, dan yang seharusnya."""
    first, *parts = path.split("/")
    name = parts[-1].partition(".")[0] if parts else ""
    if path == "data/rekap.csv":
        yield from recap_table(csv.DictReader(io.StringIO(content.decode())))
    elif first == "data" and parts[0] in CONTESTS and not path.endswith("nist.json"):
        contest, dapil = CONTESTS[parts[0]], "dapil" in parts
        if path.endswith(".json"):
            data = json.loads(content)
            yield from seats.claims(data, contest) if name == "kursi" else twin(data, contest, dapil)
        else:
            rows = csv.DictReader(io.StringIO(content.decode()))
            yield from (
                forms_table(rows, contest) if "kode_tps" in rows.fieldnames else table(rows, contest, dapil)
            )
    elif first == "pemilu" and parts[0] in ("hhcw", "hhcd"):
        contest = CONTESTS.get(SIREKAP[parts[1].removesuffix(".json")])
        if contest is not None:
            data, code = json.loads(content), name if len(parts) > 2 else ""
            kind = of_dapil if parts[0] == "hhcd" else station if len(code) == 13 else region
            yield from kind(data, contest, code)


# --- JSON dan CSV setiap halaman ------------------------------------------------------------------


def area(code: str, counters: list, numbers: Values, want: tuple[list[int], Values]) -> Claims:
    yield f"hitungan formulir {code}:", counters, want[0]
    yield f"jumlah {code}:", some(numbers), some(want[1])


def table(rows: csv.DictReader, contest: Contest, dapil: bool) -> Claims:
    """Satu wilayah dan bagian-bagiannya; baris pertama dari dapil adalah dapil itu sendiri."""
    names = [name for name in rows.fieldnames or () if name not in TEXTS]
    wide = contest.is_wide(names)
    for n, row in enumerate(rows):
        codes = contest.areas(row["kode"]) if dapil and n == 0 else [row["kode"]]
        counters, numbers = [int(row[n]) for n in COUNTERS], {n: int(row[n]) for n in names}
        yield from area(row["kode"], counters, numbers, contest.at(*codes, wide=wide))


def forms_table(rows: csv.DictReader, contest: Contest) -> Claims:
    """Formulir satu desa."""
    names = [name for name in rows.fieldnames or () if name not in TEXTS]
    for row in rows:
        found = {c: int(row[c]) if row[c] else None for c in names}
        yield f"TPS {row['kode_tps']}:", found, contest.form(row["kode_tps"]) or dict.fromkeys(found)


def numbers_of(data: dict) -> Values:
    written = {f"{column(number)}{WRITTEN}": v for number, v in data.get("jumlah_partai", {}).items()}
    return (
        data["sel"] | written | {column(number.replace(".", "_")): v for number, v in data["suara"].items()}
    )


def twin(data: dict, contest: Contest, dapil: bool) -> Claims:
    """Satu wilayah dengan bagian-bagiannya, atau satu desa dengan formulirnya."""
    own, parts = data["wilayah"], data["rincian"]
    listed = {(line["id"], line["nomor"], line.get("calon")) for line in data["peserta"]}
    known = {key for key, *_ in contest.lines} | {tuple(place) for _, *place in contest.lines}
    # Yang tidak ada di surat suara mana pun (partai lokal di provinsi lain) tidak punya suara.
    other = {line for line in listed - contest.lines if line[0] in known or line[1:] in known}
    yield "daftar peserta, bukan seperti di surat suara:", other, set()
    wide, village = contest.is_wide(numbers_of(own)), len(own["kode"]) == 10
    for each in [own, *(() if village else parts)]:
        codes = contest.areas(own["kode"]) if dapil and each is own else [each["kode"]]
        counters = [each[n] for n in COUNTERS]
        yield from area(each["kode"], counters, numbers_of(each), contest.at(*codes, wide=wide))
    forms = [part for part in parts if part["versi"]] if village else []
    if village:
        yield "banyaknya formulir", len(forms), contest.at(own["kode"])[0][0]
    for form in forms:
        tps = form["kode"]
        yield f"formulir {tps}:", numbers_of(form["versi"][0]), contest.form(tps)
        yield f"nomor catatan {tps}", form["catatan"], contest.forms[tps][3]


def recap_table(rows: csv.DictReader) -> Claims:
    """Tabel D.Hasil terhadap catatan terbarunya."""
    found = {
        (r["formulir"], r["pemilihan"], r["wilayah"], r["dapil"]): (r["catatan"], r["suara"]) for r in rows
    }
    want = {facts.recap_key(b): (str(i), " ".join(map(str, b["votes"]))) for i, b in RECAPS.items()}
    yield "D.Hasil:", found, want


# --- jalur Sirekap 2024 ---------------------------------------------------------------------------


def by_column(row: Values, contest: Contest) -> Values:
    """Suara menurut kolom formulir: partai ditulis dengan nomor urut, orang dan pasangan dengan nomor id."""
    votes = {key: v for key, v in row.items() if key not in META}
    if contest.kind in LISTS:
        return {column(number): v for number, v in votes.items()}
    return {contest.columns.get(key, key): v for key, v in votes.items()}


def by_name(parties: dict, names: dict, contest: Contest) -> Values:
    """Suara setiap partai dan setiap calonnya menurut kolom formulir."""
    own = {column(number): row["jml_suara_partai"] for number, row in parties.items()}
    rows = [(key, v) for row in names.values() for key, v in row.items() if key not in META]
    return own | {contest.columns.get(key, key): v for key, v in rows}


def chart(data: dict, contest: Contest, total: tuple[list[int], Values]) -> Claims:
    """Angka di atas sebuah berkas: formulir yang dihitung, dan suara."""
    (_received, counted, *_others), values = total
    found = None if data["chart"] is None else some(by_column(data["chart"], contest))
    yield "formulir dihitung", data["progres"]["progres"], counted
    yield "suara:", found, some(by_party(only_votes(values))) if counted else None


def row(key: str, data: dict, contest: Contest, counted: int, values: Values) -> tuple[str, object, object]:
    return (
        f"suara {key}:",
        some(by_column(data, contest)),
        some(by_party(only_votes(values))) if counted else {},
    )


def region(data: dict, contest: Contest, code: str) -> Claims:
    yield from chart(data, contest, contest.at(code))
    for key, each in data["table"].items():
        if len(key) == 13:
            counted = contest.forms.get(key, [None])[0] is not None
            yield row(
                key, each, contest, counted, (contest.form(key, counted=True) if counted else None) or {}
            )
        else:
            counters, values = contest.at(key)
            yield row(key, each, contest, counters[1], values)


def of_dapil(data: dict, contest: Contest, code: str) -> Claims:
    """Satu dapil dengan calon-calonnya, atau (0) seluruh negeri menurut dapil."""
    total = contest.at("") if code == "0" else contest.at(*contest.areas(code))
    yield from chart(data, contest, total)
    found = data["table"] or {}
    if code == "0":
        for key, each in found.items():
            counters, values = contest.at(*contest.areas(key))
            yield row(key, each, contest, counters[1], values)
    else:
        yield "suara partai dan calon:", some(by_name(found, found, contest)), some(only_votes(total[1]))
        sums = {column(number): each["jml_suara_total"] for number, each in found.items()}
        yield "jumlah suara partai:", some(sums), some(by_party(only_votes(total[1])))


def station(data: dict, contest: Contest, tps: str) -> Claims:
    """Satu TPS: formulir yang dihitung, atau yang terbaru seperti tertulis."""
    want = only_votes(contest.form(tps, counted=True) or {})
    votes, found = want if any(v is not None for v in want.values()) else None, data["chart"]
    if contest.kind not in LISTS or found is None or votes is None:
        yield "suara:", found and by_column(found, contest), votes
        return
    yield "suara:", by_name(found, data["caleg"], contest), votes
    form = contest.form(tps, counted=True) or {}
    for number, each in found.items():
        own = [v for c, v in votes.items() if party(c) == column(number)]
        total = form.get(f"{column(number)}{WRITTEN}")
        total = total if total is not None else None if None in own else sum(own)
        yield f"jumlah suara partai {number}", each["jml_suara_total"], total


# --- perintah -------------------------------------------------------------------------------------


def missing(known: set[str]) -> Iterator[str]:
    """Setiap wilayah dan dapil yang formulirnya ada dalam log harus diterbitkan."""
    for kind, contest in CONTESTS.items():
        held = [c for c in contest.sums if not contest.heads or c.startswith(tuple(contest.heads))]
        ways = ["/".join(code[:n] for n in LEVELS[1:] if n <= len(code)) or "nasional" for code in held]
        for dapil in contest.ballots:
            if any(code in contest.sums for code in (contest.areas(dapil) if dapil else ())):
                ways.append(f"dapil/{dapil}")
        for path in (f"data/{kind}/{way}.json" for way in ways):
            if path not in known:
                yield f"{path}: ada dalam log tetapi tidak diterbitkan"


def optional(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def check(folder: Path, key: Key | None) -> list[str]:
    """Seluruh terbitan; temuannya."""
    global FOLDER
    FOLDER, raw = folder, optional(folder / "manifest.json")
    if raw is None:
        return ["manifest.json: hilang"]
    findings, log = facts.read(folder, key, raw), facts.LOG
    print(f"Log        : {log.size} catatan, tanda tangan {log.key.name} sah, akar {log.root.hex()}")
    print(f"Saksi      : {', '.join(log.witnesses) or 'belum ada yang menandatangani checkpoint ini'}")
    for kind, contest in sorted(CONTESTS.items()):
        if contest.forms:
            n = contest.at("")[0]
            print(f"{kind:<11}: {n[0]} formulir, {n[1]} dihitung, {n[2]} anomali, {n[3]} belum lengkap")
    if RECAPS:
        print(
            f"D.Hasil    : {len({*map(facts.recap_key, RECAPS.values())})} formulir rekapitulasi yang disahkan"
        )
    manifest = json.loads(raw)
    known, size, files = {"manifest.json", *manifest["shards"]}, 0, 0
    for found, amount, paths in facts.spread(
        check_shard, [*manifest["shards"].items()], manifest["files"], 4
    ):
        findings += found
        known |= paths
        size, files = size + amount, files + len(paths)
    for base, _folders, names in os.walk(folder):
        way = os.path.relpath(base, folder)
        for path in (name if way == "." else f"{way}/{name}" for name in names):
            if path not in known and not path.startswith("log/"):
                findings.append(f"{path}: berkas ini tidak ada dalam daftar isi")
    if files != manifest["files"]:
        findings.append(f"manifest.json: tertulis {manifest['files']} berkas, ternyata {files}")
    print(f"Berkas     : {files} berkas, {size} byte, menurut log sampai catatan {facts.UNTIL}")
    return [*findings, *missing(known)]


def check_folder(folder: Path, key: Key | None) -> int:
    """Periksa dan ceritakan; 0 bila semua cocok."""
    try:
        findings = check(folder, key)
    except Wrong as problem:
        findings = [str(problem)]
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as problem:
        findings = [f"terbitan tidak terbaca ({problem!r})"]
    for finding in findings[:200]:
        print(f"TIDAK COCOK: {finding}")
    if len(findings) > 200:
        print(f"... dan {len(findings) - 200} lagi")
    print("SEMUA COCOK." if not findings else f"{len(findings)} hal TIDAK COCOK.")
    return 1 if findings else 0


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
    gc.disable()  # jutaan formulir tetap dipakai sampai akhir: mencari sampah di antaranya percuma
    return check_folder(asked.folder, key)


if __name__ == "__main__":
    sys.exit(main())
