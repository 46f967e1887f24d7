"""Apa yang dikatakan catatan log: surat suara, formulir TPS, D.Hasil, dan jumlahnya di setiap wilayah.

Log dibaca sekali, ubin demi ubin, oleh dua proses bila panjang.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from log import WIDTH, Key, Log, Wrong, hashed

#: Pemilihan dengan daftar partai; di pemilihan lain yang dipilih orang.
LISTS = ("dpr", "dprd_prov", "dprd_kabko")
#: D.Hasil: formulir di atasnya, dan panjang kode wilayah di sana.
ABOVE = {"D.Kec": ("D.Kab", 4), "D.Kab": ("D.Prov", 2), "D.Prov": ("D.Nas", 0), "D.PPLN": ("D.Nas", 0)}
#: D.Hasil terakhir setiap pemilihan; di pemilihan lain D.Nas.
TOP = {"dprd_prov": "D.Prov", "gubernur": "D.Prov", "dprd_kabko": "D.Kab", "bupati_walikota": "D.Kab"}
LEVELS = (0, 2, 4, 6, 10)
DIGITS = {"provinsi": 2, "kabko": 4, "kecamatan": 6, "desa": 10, "tps": 13}
ABROAD = "99"
UNKNOWN = -1
#: Akhir nama kolom jumlah satu partai seperti tertulis di formulir; ia tidak dijumlahkan ke atas.
WRITTEN = "_jumlah"
Values = dict[str, Any]
#: Yang diperiksa, yang tertulis, dan yang seharusnya menurut catatan.
Claims = Iterator[tuple[str, object, object]]


@cache
def party(column: str) -> str:
    """Kolom partai dari kolom calonnya: suara_4_2 dijumlahkan di suara_4."""
    found = re.fullmatch(r"(suara_\d+)_\d+", column)
    return found[1] if found else column


@cache
def is_vote(column: str) -> bool:
    return re.fullmatch(r"suara_\d+(_\d+)?", column) is not None


def column(number: object, candidate: object = None) -> str:
    return f"suara_{number}" if candidate is None else f"suara_{number}_{candidate}"


def only_votes(values: Values) -> Values:
    return {c: v for c, v in values.items() if is_vote(c)}


def some(values: Values) -> Values:
    """Tanpa nol: kolom yang tidak ada sama dengan kolom yang nol."""
    return {c: v for c, v in values.items() if v}


def by_party(values: Values) -> Values:
    """Suara partai dan calonnya bersama."""
    sums: Values = {}
    for name, n in values.items():
        sums[party(name)] = sums.get(party(name), 0) + (n or 0)
    return sums


class Contest:
    """Satu pemilihan menurut log."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        #: Wilayah yang memilih kepala daerahnya -> baris surat suaranya, seperti ``lines``.
        self.heads: dict[str, set[tuple]] = {}
        self.ballots: dict[str, dict] = {}  # dapil, wilayah kepala daerah, atau "" -> surat suara terbaru
        self.columns: dict[str, str] = {}  # id calon -> kolomnya
        self.lines: set[tuple] = set()  # (id, nomor, nomor calon) yang pernah ada di surat suara
        #: TPS -> [yang dihitung, yang terbaru, status, nomor catatan, urutan]; formulir = (kolom, angka)
        self.forms: dict[str, list] = {}
        self.sorted: list[str] = []
        self.sums: dict[str, dict[tuple, list[int]]] = {}  # wilayah -> kolom -> 4 pencacah, lalu jumlah

    def add_ballot(self, body: dict) -> None:
        areas = body.get("areas", [])
        self.ballots[body.get("dapil") or "".join(areas)] = body
        rows = {(line["id"], line["number"], line.get("candidate")) for line in body["lines"]}
        self.lines |= rows
        if "dapil" not in body:
            self.heads |= dict.fromkeys(areas, rows)
        for line in body["lines"]:
            candidate = line.get("candidate")
            if candidate is not None or self.kind not in LISTS:
                self.columns[line["id"]] = column(line["number"], candidate)

    def lines_at(self, code: str) -> set[tuple]:
        """Baris yang ada di surat suara suatu wilayah, atau di mana pun bila bukan kepala daerah."""
        return next((rows for region, rows in self.heads.items() if code.startswith(region)), self.lines)

    def total(self) -> None:
        """Jumlahkan formulir ke desa, lalu ke kecamatan, kabupaten/kota, provinsi, nasional."""
        for tps, (counted, newest, status, _index, _seq) in self.forms.items():
            names = (counted or newest)[0]
            here = self.sums.setdefault(tps[:10], {})
            sums = here.get(names) or here.setdefault(names, [0] * (4 + len(names)))
            sums[0] += 1
            sums[1] += counted is not None
            sums[2] += status == "anomali"
            sums[3] += status == "belum_lengkap"
            if counted:
                row = counted[1] if UNKNOWN not in counted[1] else [max(v, 0) for v in counted[1]]
                sums[4:] = map(int.__add__, sums[4:], row)
        for village in [code for code in self.sums if len(code) == 10]:
            for names, sums in self.sums[village].items():
                for length in LEVELS[:-1]:
                    above = self.sums.setdefault(village[:length], {})
                    into = above.setdefault(names, [0] * len(sums))
                    into[:] = map(int.__add__, into, sums)

    def at(self, *codes: str, wide: bool = False) -> tuple[list[int], Values]:
        """Pencacah dan jumlah beberapa wilayah bersama.

        ``wide``: seperti beberapa dapil dijumlahkan, menurut partai. Calon DPD lain di setiap provinsi;
        suara mereka tidak dijumlahkan.
        """
        counters, values = [0] * 4, {}
        for code in codes:
            for names, row in self.sums.get(code, {}).items():
                counters = [*map(int.__add__, counters, row)]
                for name, n in zip(names, row[4:]):
                    values[name] = values.get(name, 0) + n
        values = {c: v for c, v in values.items() if not c.endswith(WRITTEN)}
        if wide and self.kind == "dpd":
            return counters, {c: v for c, v in values.items() if not is_vote(c)}
        return counters, by_party(values) if wide else values

    def is_wide(self, columns: Iterable[str]) -> bool:
        """Apakah kolom-kolom ini milik beberapa dapil bersama: tanpa calon, atau tanpa suara sama sekali."""
        votes = [c for c in columns if is_vote(c)]
        return not votes or (self.kind in LISTS and all(party(c) == c for c in votes))

    def areas(self, dapil: str) -> list[str]:
        """Wilayah satu dapil, menurut catatan surat suaranya."""
        return self.ballots[dapil].get("areas", []) if dapil in self.ballots else []

    def inside(self, part: str) -> list[str]:
        """TPS di satu dapil, atau di wilayah surat suaranya, yang ada dalam log."""
        if not self.sorted:
            self.sorted = sorted({*self.forms, *(tps for kind, tps in CORRECTIONS if kind == self.kind)})
        return [
            tps
            for area in self.areas(part) or [""]
            for tps in self.sorted[bisect_left(self.sorted, area) : bisect_left(self.sorted, area + ":")]
        ]

    def form(self, tps: str, *, counted: bool = False) -> Values | None:
        """Formulir TPS: yang terbaru, atau ``counted`` yang dihitung bila ada."""
        found = self.forms.get(tps)
        if found is None:
            return None
        names, row = (found[0] if counted else None) or found[1]
        if UNKNOWN in row:
            return {c: None if v == UNKNOWN else v for c, v in zip(names, row)}
        return dict(zip(names, row))


# --- membaca log ----------------------------------------------------------------------------------

#: Dipakai bersama oleh semua proses: log, banyaknya catatan yang menjadi dasar terbitan, dan isinya.
LOG: Log
UNTIL = 0
CONTESTS: dict[str, Contest] = {}
#: Setiap D.Hasil, keputusan (pemilihan, wilayah), dan pembetulan dalam pleno (pemilihan, TPS): semua versinya
#: sebagai (nomor catatan, isi).
RECAPS: dict[tuple, list] = {}
DECISIONS: dict[tuple, list] = {}
CORRECTIONS: dict[tuple, list] = {}


def read(folder: Path, key: Key | None, manifest: bytes) -> list[str]:
    """Baca log sampai catatan yang menjadi dasar daftar isi ini; kembalikan temuan."""
    global LOG, UNTIL  # noqa: PLW0603  (the workers share them)
    for kept in (CONTESTS, RECAPS, DECISIONS, CORRECTIONS):
        kept.clear()
    spread_of.cache_clear()
    LOG = Log(folder / "log", key)
    UNTIL = based_on(manifest)
    findings = []
    for found in LOG.read(lambda tiles: spread(read_tile, list(tiles), LOG.size, 32)):
        for index, kind, fact in found:
            contest = CONTESTS.get(kind) or CONTESTS.setdefault(kind, Contest(kind))
            if isinstance(fact, tuple):
                findings += [
                    f"catatan {index} (TPS {fact[0]}) {why}" for why in add_form(contest, index, *fact)
                ]
            elif fact["form_type"] == "ballot":
                contest.add_ballot(fact)
            else:
                kept, key = place_of(fact)
                kept.setdefault(key, []).append((index, fact))
    for contest in CONTESTS.values():
        contest.total()
    return [*findings, *LOG.findings, *check_recaps()]


def based_on(manifest: bytes) -> int:
    """Ukuran log yang menjadi dasar terbitan: dicatat di log bersama sidik daftar isinya."""
    digest = hashlib.sha256(manifest).hexdigest()
    for tile in reversed(LOG.tiles):
        for entry in reversed(LOG.entries(tile)):
            if digest.encode() in entry and (body := json.loads(entry))["form_type"] == "manifest":
                return body["as_of"]
    raise Wrong("manifest.json: sidiknya tidak ada dalam log; daftar isi ini tidak pernah diterbitkan")


def read_tile(index: int) -> tuple[bytes, list[tuple]]:
    """Satu ubin catatan: sidiknya, dan yang perlu diketahui darinya."""
    entries, found, first = LOG.entries(index), [], index * WIDTH
    for place, entry in enumerate(entries[: max(0, UNTIL - first)], first):
        body = json.loads(entry)
        if "tps_code" in body:
            values = body["values"] | body.get("party_sums", {})
            form = same(tuple(values)), array("q", [UNKNOWN if v is None else v for v in values.values()])
            fact = (body["tps_code"], body["seq"], body["prev_leaf"], body["status"], form)
            found.append((place, body["contest"], fact))
        elif body["form_type"] in ("ballot", "decision", "correction", "D.Nas", *ABOVE):
            found.append((place, body["contest"], body))
    return hashed(entries), found


def add_form(
    contest: Contest, index: int, tps: str, seq: int, prev: str | None, status: str, form: tuple
) -> Iterator[str]:
    """Versi baru sebuah formulir; ia harus menunjuk versi sebelumnya."""
    counted, _newest, _status, before, last = contest.forms.get(tps) or (None, None, "", None, 0)
    form = same(form[0]), form[1]
    contest.forms[tps] = [form if status == "diterima" else counted, form, status, index, seq]
    if seq != last + 1:
        yield f"urutannya {seq}, seharusnya {last + 1}"
    if prev != (None if before is None else LOG.leaves[before].hex()):
        yield "tidak menunjuk catatan sebelumnya"


@cache
def same(names: tuple) -> tuple:
    """Satu salinan nama kolom untuk semua formulir."""
    return names


def spread(work: Callable[[Any], Any], tasks: list, size: int, chunk: int) -> Iterator[Any]:
    """Kerjakan berurutan, atau bila banyak dengan dua proses; hasilnya tetap berurutan."""
    if size < 20_000:
        yield from map(work, tasks)
        return
    with multiprocessing.get_context("fork").Pool(min(2, os.cpu_count() or 1)) as pool:
        yield from pool.imap(work, tasks, chunk)


def recap_key(body: dict) -> tuple[str, str, str, str]:
    """Formulir D.Hasil yang mana: jenis, pemilihan, wilayah, dapil."""
    return body["form_type"], body["contest"], body["region"], str(body["dapil"] or "")


def place_of(body: dict) -> tuple[dict, tuple]:
    """Di mana D.Hasil, keputusan, atau pembetulan disimpan."""
    if body["form_type"] == "decision":
        return DECISIONS, (body["contest"], body["area"])
    if body["form_type"] == "correction":
        return CORRECTIONS, (body["contest"], body["tps"])
    return RECAPS, recap_key(body)


def check_recaps() -> Iterator[str]:
    """Setiap D.Hasil sama dengan jumlah D.Hasil di bawahnya, bila semuanya sudah ada dalam log."""
    below: dict[tuple, list] = {}
    for (form, contest, region, dapil), versions in RECAPS.items():
        above, length = ABOVE.get(form, ("", 0))
        below.setdefault((above, contest, region[:length], dapil), []).append(versions[-1][1]["votes"])
    for key, versions in RECAPS.items():
        index, body = versions[-1]
        parts = [sum(votes) for votes in zip(*below.get(key, []))]
        if len(below.get(key, [])) == body["columns"] and parts and parts != body["votes"]:
            where = f"{key[0]} {key[1]} {key[2] or 'nasional'} (catatan {index})"
            yield f"{where}: suara tertulis {body['votes']}, dari D.Hasil di bawahnya {parts}"


# --- suara resmi ----------------------------------------------------------------------------------


def line_key(line: dict) -> str:
    """Satu baris surat suara: 4, atau calon 2 dari partai 4: 4.2."""
    return f"{line['number']}.{line['candidate']}" if "candidate" in line else str(line["number"])


def before(versions: list, index: int) -> tuple[int, dict] | None:
    """Versi terbaru sebelum sebuah catatan."""
    return next((version for version in reversed(versions) if version[0] < index), None)


def official(contest: Contest, form: str, region: str, part: str, index: int) -> tuple[int, Values]:
    """Nomor dan suara D.Hasil terbaru sebelum catatan ``index``; ``part`` adalah dapil, atau wilayahnya."""
    ballot = contest.ballots[part]
    found = before(RECAPS.get((form, contest.kind, region, str(ballot.get("dapil_id", ""))), []), index)
    if found is None:
        raise ValueError(f"{form} {region or 'nasional'} {part} tidak ada dalam log")
    return found[0], dict(zip(map(line_key, ballot["lines"]), found[1]["votes"], strict=True))


def regions(form: str, kind: str, index: int, dapil: str = "") -> list[str]:
    """Wilayah dengan D.Hasil ini sebelum catatan ``index``."""
    return [
        region
        for (each, contest, region, of), versions in RECAPS.items()
        if (each, contest, of) == (form, kind, dapil) and before(versions, index)
    ]


@cache
def spread_of(contest: Contest, part: str, index: int, who: str) -> Values | None:
    """Di berapa wilayah setiap tingkat seseorang, atau sebuah partai, mendapat suara.

    Dari formulir dan pembetulan setiap TPS; None bila jumlahnya berbeda dari D.Hasil kecamatan atau PPLN.
    """
    ballot = contest.ballots[part]
    keys = [*map(line_key, ballot["lines"])]
    at = [i for i, key in enumerate(keys) if key == who or ("." not in who and key.startswith(f"{who}."))]
    columns = {column(*keys[i].split(".")) for i in at}
    areas: dict[str, set[str]] = {level: set() for level in DIGITS}
    sums: Values = {}
    for tps in contest.inside(part):
        corrected = before(CORRECTIONS.get((contest.kind, tps), []), index)
        counted = contest.forms[tps][0] if tps in contest.forms else None
        if corrected:
            n = sum(corrected[1]["votes_after"][i] for i in at)
        else:
            n = sum(v for c, v in zip(*counted) if c in columns) if counted else 0
        leaf = tps[:4] if tps[:2] == ABROAD else tps[:6]
        sums[leaf] = sums.get(leaf, 0) + n
        for level, digits in DIGITS.items():
            if n:
                areas[level].add(tps[:digits])
    dapil = str(ballot.get("dapil_id", ""))
    official_sums = {
        region: sum(official(contest, form, region, part, index)[1][keys[i]] for i in at)
        for form in ("D.Kec", "D.PPLN")
        for region in regions(form, contest.kind, index, dapil)
        if dapil or region.startswith(part)
    }
    return (
        {level: len(found) for level, found in areas.items()} if some(official_sums) == some(sums) else None
    )
