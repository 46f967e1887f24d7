#!/usr/bin/env python3
"""Memeriksa terbitan hasil pemilu tanpa mempercayai penerbitnya.

    python3 verify.py FOLDER                      seluruh terbitan
    python3 verify.py --receipt BUKTI [FOLDER]    satu bukti; dengan FOLDER juga terhadap log di sana

Hanya pustaka baku Python dan ``cryptography``, dengan berkas di folder yang sama: ``log.py`` (pohon dan tanda
tangan), ``facts.py`` (isi catatan dan jumlahnya), ``seats.py`` (kursi), ``elected.py`` (siapa yang terpilih),
``sirekap.py`` (jalur Sirekap 2024). Tidak satu baris pun dari program penerbit dipakai: berkas dibaca apa
adanya, setiap sidik (SHA-256, RFC 6962), akar pohon, semua jumlah dari formulir TPS, dan semua keputusan dari
D.Hasil dihitung ulang, lalu dibandingkan. Keluar 0 bila semua cocok, 1 bila ada yang tidak, 2 bila
pemakaiannya salah. Tata letak: docs/publication.md.
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
import elected
import facts
import sirekap
from facts import (
    CONTESTS,
    DECISIONS,
    LEVELS,
    LISTS,
    RECAPS,
    WRITTEN,
    Claims,
    Contest,
    Values,
    column,
    some,
)
from log import Key, Wrong, check_receipt

COUNTERS = ("diterima_formulir", "dihitung", "anomali", "belum_lengkap")
#: Kolom tabel yang bukan angka formulir.
TEXTS = {"kode_tps", "kode", "nama", "status", "kesalahan", "peringatan", "tps", "belum_diterima", *COUNTERS}
FOLDER = Path()


def difference(found: object, want: object) -> str:
    """Yang tertulis dan yang seharusnya; dari banyak angka hanya yang berbeda."""
    if isinstance(found, dict) and isinstance(want, dict):
        keys = [k for k in {**found, **want} if found.get(k) != want.get(k)][:9]
        return "; ".join(f"{k} tertulis {found.get(k)}, dari catatan {want.get(k)}" for k in keys)
    return f"tertulis {found}, dari catatan {want}"


def check_shard(task: tuple[str, str]) -> tuple[list[str], int, set[str], set[str]]:
    """Satu bagian daftar isi: sidik setiap berkas, lalu angka di dalamnya. (temuan, byte, jalur, catatan)"""
    (shard, digest), findings, size, paths = task, [], 0, set()
    raw = optional(FOLDER / shard)
    if raw is None or hashlib.sha256(raw).hexdigest() != digest:
        return (
            [f"{shard}: {'hilang' if raw is None else 'sidiknya berbeda dari daftar isi'}"],
            0,
            paths,
            set(),
        )
    for line in raw.decode().splitlines():
        want, _, path = line.partition("  ")
        paths.add(path)
        content = optional(FOLDER / path)
        size += len(content or b"")
        if content is None or hashlib.sha256(content).hexdigest() != want:
            findings.append(f"{path}: {'hilang' if content is None else 'sidiknya berbeda dari daftar isi'}")
        else:
            findings += check_numbers(path, content)
    return findings, size, paths, elected.NOTES


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
    elif first == "data" and parts[0] == "papan" and name != "daftar":
        yield from board(json.loads(content))
    elif first == "data" and parts[0] in CONTESTS and not path.endswith("nist.json"):
        contest, dapil = CONTESTS[parts[0]], "dapil" in parts
        if path.endswith(".json"):
            kind = {"kursi": elected.seat_claims, "terpilih": elected.claims}.get(name)
            data = json.loads(content)
            yield from kind(data, contest) if kind else twin(data, contest, dapil)
            return
        rows = csv.DictReader(io.StringIO(content.decode()))
        if name == "terpilih":
            yield from elected.table(rows, contest, parts[-2] if len(parts) > 2 else "")
        else:
            yield from (
                forms_table(rows, contest) if "kode_tps" in rows.fieldnames else table(rows, contest, dapil)
            )
    elif first == "pemilu" and parts[0] in ("hhcw", "hhcd"):
        contest = CONTESTS.get(sirekap.KINDS[parts[1].removesuffix(".json")])
        if contest is not None:
            data, code = json.loads(content), name if len(parts) > 2 else ""
            station = sirekap.station if len(code) == 13 else sirekap.region
            kind = sirekap.of_dapil if parts[0] == "hhcd" else station
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
    lines = contest.lines_at(own["kode"])
    known = {key for key, *_ in lines} | {tuple(place) for _, *place in lines}
    # Yang tidak ada di surat suara mana pun (partai lokal di provinsi lain) tidak punya suara.
    other = {line for line in listed - lines if line[0] in known or line[1:] in known}
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


def board(data: dict) -> Claims:
    """Kemajuan satu wilayah: formulir setiap pemilihan."""
    for each in data["pemilihan"]:
        if each["hitung"] and (contest := CONTESTS.get(each["kode"])):
            found = [each["hitung"][n] for n in ("diterima", "dihitung", "anomali", "belum_lengkap")]
            # Di atas wilayahnya sendiri pemilihan kepala daerah tampil seluruhnya.
            area = max(data["wilayah"]["kode"], each["wilayah"], key=len)
            yield f"formulir {each['kode']} {area}", found, contest.at(area)[0]


def recap_table(rows: csv.DictReader) -> Claims:
    """Tabel D.Hasil terhadap catatan terbarunya."""
    found = {
        (r["formulir"], r["pemilihan"], r["wilayah"], r["dapil"]): (r["catatan"], r["suara"]) for r in rows
    }
    want = {key: (str(of[-1][0]), " ".join(map(str, of[-1][1]["votes"]))) for key, of in RECAPS.items()}
    yield "D.Hasil:", found, want


# --- perintah -------------------------------------------------------------------------------------


def missing(known: set[str]) -> Iterator[str]:
    """Setiap wilayah dan dapil yang formulirnya ada dalam log harus diterbitkan."""
    for kind, contest in CONTESTS.items():
        held = [c for c in contest.sums if not contest.heads or c.startswith(tuple(contest.heads))]
        ways = ["/".join(code[:n] for n in LEVELS[1:] if n <= len(code)) or "nasional" for code in held]
        for dapil in contest.ballots.keys() - contest.heads.keys():
            if any(code in contest.sums for code in contest.areas(dapil)):
                ways.append(f"dapil/{dapil}")
        for _kind, area in (key for key in DECISIONS if key[0] == kind):
            folder = "".join(f"{area[:n]}/" for n in LEVELS[1:] if n <= len(area))
            ways += [f"{folder}{name}" for name in ("terpilih", *(["kursi"] if kind in LISTS else []))]
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
        print(f"D.Hasil    : {len(RECAPS)} formulir rekapitulasi yang disahkan")
    if DECISIONS:
        print(f"Penetapan  : {len(DECISIONS)} keputusan, diputuskan ulang dari D.Hasil")
    manifest = json.loads(raw)
    known, size, files, notes = {"manifest.json", *manifest["shards"]}, 0, 0, set()
    for found, amount, paths, more in facts.spread(
        check_shard, [*manifest["shards"].items()], manifest["files"], 4
    ):
        findings += found
        known |= paths
        notes |= more
        size, files = size + amount, files + len(paths)
    for base, _folders, names in os.walk(folder):
        way = os.path.relpath(base, folder)
        for path in (name if way == "." else f"{way}/{name}" for name in names):
            if path not in known and not path.startswith("log/"):
                findings.append(f"{path}: berkas ini tidak ada dalam daftar isi")
    if files != manifest["files"]:
        findings.append(f"manifest.json: tertulis {manifest['files']} berkas, ternyata {files}")
    for note in sorted(notes):
        print(f"CATATAN: {note}")
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
