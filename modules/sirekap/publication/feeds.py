"""Corrections as a feed: a number that changed is never changed in silence.

Three kinds of change are told: a form of a TPS (``formulir``), a column that a plenary or a ruling corrected
(``pleno``, ``putusan``), and a decision that replaced another (``penetapan``).
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.sax.saxutils import escape

from flask import current_app
from sqlalchemy import text

from electsys.db import db
from modules.sirekap.publication.ballots import Ballots
from modules.sirekap.publication.site import Site
from modules.sirekap.publication.snapshot import Snapshot

#: Corrections on the page and in the files of the nation; all of a province stand in its own file.
NEWEST = 500
COLUMNS = (
    *("catatan", "waktu", "pemilihan", "kode_tps", "urutan", "status_sebelum", "status", "kolom"),
    *("sebelum", "sesudah", "sha256_alasan", "sidik_catatan", "sidik_sebelum", "jenis", "wilayah"),
)
Row = dict[str, Any]

#: Entries of a kind, newest first, each with the entry of its subject before it.
_ENTRIES = """
    select l."index", e.body, encode(e.hash, 'hex') as hash, b.body as before
    from leaf_entry e
    join leaf l on l.entry_id = e.id
    left join leaf_entry b on b.election_id = e.election_id and b.subject = e.subject and b.seq = e.seq - 1
    where e.election_id = :e and e.seq >= :first and l."index" < :as_of and e.subject ^@ :kind
      and split_part(e.subject, ':', 3) ^@ :province
    order by l."index" desc limit :n
"""


def write_feeds(site: Site, contests: list[Ballots], *, known: int | None) -> None:
    """The page, the Atom feed and the CSV files of corrections, where there are new ones."""
    taken = site.taken
    ballots = {each.common.kind: each for each in contests}
    rows = _corrections(taken, ballots, NEWEST)
    if known is not None and all(row["catatan"] < known for row in rows):
        return
    site.page("koreksi.html", "corrections", rows=rows)
    site.shelf.put("data/koreksi.csv", _csv(rows))
    site.shelf.put("data/koreksi.atom", _atom(taken, rows))
    fresh = {row["wilayah"][:2] for row in rows if known is None or row["catatan"] >= known}
    for province in sorted(fresh - {""}):
        every = _corrections(taken, ballots, 1_000_000, province)
        site.shelf.put(f"data/koreksi/{province}.csv", _csv(every))


def _corrections(taken: Snapshot, ballots: dict[str, Ballots], most: int, province: str = "") -> list[Row]:
    """What changed, one row a number, the newest entry first."""
    found: list[Row] = []
    for kind, first, told in (
        ("C.Hasil:", 2, _form),
        ("correction:", 1, lambda new, _old: _column(new, ballots.get(new["contest"]))),
        ("decision:", 2, _decision),
    ):
        facts = {"e": taken.election.id, "as_of": taken.as_of, "n": most, "province": province}
        for index, body, hashed, older in db.session.execute(
            text(_ENTRIES), facts | {"kind": kind, "first": first}
        ):
            new, old = json.loads(bytes(body)), json.loads(bytes(older)) if older else {}
            common = {
                "catatan": index,
                "waktu": new["ts"],
                "pemilihan": new["contest"],
                "urutan": new["seq"],
                "sidik_catatan": hashed,
                "sidik_sebelum": new["prev_leaf"],
            }
            found += [dict.fromkeys(COLUMNS) | common | row for row in told(new, old)]
    return sorted(found, key=lambda row: -row["catatan"])[:most]


def _form(new: Row, old: Row) -> list[Row]:
    """A form of a TPS whose entry replaced another."""
    after, before = ({**body["values"], **body.get("party_sums", {})} for body in (new, old))
    return [
        {
            "jenis": "formulir",
            "wilayah": new["tps_code"],
            "kode_tps": new["tps_code"],
            "status_sebelum": old["status"],
            "status": new["status"],
            "kolom": name,
            "sebelum": before.get(name),
            "sesudah": after.get(name),
            "sha256_alasan": new["reason_sha256"],
        }
        for name in [name for name in after if after[name] != before.get(name)] or [""]
    ]


def _column(new: Row, ballots: Ballots | None) -> list[Row]:
    """A TPS column that a plenary corrected, or that a ruling changed in a D.Hasil already locked."""
    count = ballots.at(new["tps"][:10]) if ballots else None
    found = []
    for what, names in (("votes", count and count.columns), ("cells", count and count.model.names)):
        after, before = new[f"{what}_after"], new[f"{what}_before"] or []
        for i, value in enumerate(after):
            old = before[i] if i < len(before) else None
            if value != old:
                found.append((names[i] if names else f"{what}_{i + 1}", old, value))
    return [
        {
            "jenis": "putusan" if new["by_ruling"] else "pleno",
            "wilayah": new["tps"],
            "kode_tps": new["tps"],
            "status": new["reason"],
            "kolom": name,
            "sebelum": before,
            "sesudah": value,
        }
        for name, before, value in found
    ]


def _decision(new: Row, old: Row) -> list[Row]:
    """A decision that replaced another after a ruling: seats that moved, who is elected now or no more."""
    found: list[tuple[str, Any, Any]] = []
    for key, part in new.get("parts", {}).items():
        before = old.get("parts", {}).get(key, {"won": {}, "elected": []})
        for party in sorted({*part["won"], *before["won"]}, key=int):
            seats = before["won"].get(party, 0), part["won"].get(party, 0)
            if seats[0] != seats[1]:
                found.append((f"kursi {key} partai {party}".replace("  ", " "), *seats))
        for who in sorted({*part["elected"]} ^ {*before["elected"]}):
            now = who in part["elected"]
            found.append((f"terpilih {key} nomor {who}".replace("  ", " "), int(not now), int(now)))
    return [
        {
            "jenis": "penetapan",
            "wilayah": new["area"],
            "kode_tps": "",
            "status_sebelum": old["decision"],
            "status": new["decision"],
            "kolom": name,
            "sebelum": before,
            "sesudah": value,
        }
        for name, before, value in found or [("", None, None)]
    ]


def _csv(rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _atom(taken: Snapshot, rows: list[Row]) -> bytes:
    """Atom (RFC 4287), one entry a correction."""
    base = f"{current_app.config['BASE_URL']}/log/{taken.election.code}"
    entries: dict[int, list[Row]] = {}
    for row in rows:
        entries.setdefault(row["catatan"], []).append(row)
    updated = rows[0]["waktu"] if rows else f"{taken.election.voting_day}T00:00:00Z"
    out = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="id">'
        f"<title>Koreksi hasil: {escape(taken.election.name)}</title><id>{escape(base)}/koreksi</id>"
        f"<updated>{updated}</updated><author><name>KPU</name></author>"
    ]
    for index, cells in entries.items():
        first = cells[0]
        what = "; ".join(f"{c['kolom']}: {c['sebelum']} menjadi {c['sesudah']}" for c in cells if c["kolom"])
        out.append(
            f"<entry><title>{escape(_title(first))}, catatan {index}</title>"
            f"<id>{escape(base)}/{index}</id><updated>{first['waktu']}</updated>"
            f"<summary>{escape(what or _state(first))}</summary></entry>"
        )
    return ("\n".join([*out, "</feed>"]) + "\n").encode()


def _title(row: Row) -> str:
    if row["jenis"] == "penetapan":
        return f"Penetapan {row['wilayah'] or 'nasional'} ({row['pemilihan']})"
    return f"TPS {row['kode_tps']} ({row['pemilihan']})"


def _state(row: Row) -> str:
    if row["jenis"] == "penetapan":
        return f"keputusan {row['status']} menggantikan {row['status_sebelum']}; yang terpilih tetap"
    return f"status {row['status']}"
