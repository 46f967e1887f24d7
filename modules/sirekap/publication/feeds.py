"""Corrections as a feed: a number that changed is never changed in silence."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.sax.saxutils import escape

from flask import current_app
from sqlalchemy import text

from electsys.db import db
from modules.sirekap.publication.site import Site
from modules.sirekap.publication.snapshot import Snapshot

#: Corrections on the page and in the files of the nation; all of a province stand in its own file.
NEWEST = 500
COLUMNS = (
    *("catatan", "waktu", "pemilihan", "kode_tps", "urutan", "status_sebelum", "status", "kolom"),
    *("sebelum", "sesudah", "sha256_alasan", "sidik_catatan", "sidik_sebelum"),
)

_PAIRS = """
    select l."index", e.body, encode(e.hash, 'hex') as hash, b.body as before
    from leaf_entry e
    join leaf l on l.entry_id = e.id
    join leaf_entry b on b.election_id = e.election_id and b.subject = e.subject and b.seq = e.seq - 1
    where e.election_id = :e and e.seq > 1 and l."index" < :as_of and e.subject ^@ 'C.Hasil:' {more}
    order by l."index" desc limit :n
"""


def write_feeds(site: Site, taken: Snapshot, *, known: int | None) -> None:
    """The page, the Atom feed and the CSV files of corrections, where there are new ones."""
    rows = _corrections(taken, NEWEST)
    if known is not None and all(row["catatan"] < known for row in rows):
        return
    site.page("koreksi.html", "corrections", rows=rows)
    site.shelf.put("data/koreksi.csv", _csv(rows))
    site.shelf.put("data/koreksi.atom", _atom(taken, rows))
    fresh = {row["kode_tps"][:2] for row in rows if known is None or row["catatan"] >= known}
    for province in sorted(fresh):
        every = _corrections(taken, 1_000_000, province)
        site.shelf.put(f"data/koreksi/{province}.csv", _csv(every))


def _corrections(taken: Snapshot, most: int, province: str = "") -> list[dict[str, Any]]:
    """Corrected values, one row a cell that changed, newest first."""
    more = "and split_part(e.subject, ':', 3) ^@ :province" if province else ""
    rows = db.session.execute(
        text(_PAIRS.format(more=more)),
        {"e": taken.election.id, "as_of": taken.as_of, "n": most, "province": province},
    )
    found = []
    for index, body, hashed, older in rows:
        new, old = json.loads(bytes(body)), json.loads(bytes(older))
        after, before = ({**body["values"], **body.get("party_sums", {})} for body in (new, old))
        changed = [name for name in after if after[name] != before.get(name)] or [""]
        found += [
            {
                "catatan": index,
                "waktu": new["ts"],
                "pemilihan": new["contest"],
                "kode_tps": new["tps_code"],
                "urutan": new["seq"],
                "status_sebelum": old["status"],
                "status": new["status"],
                "kolom": name,
                "sebelum": before.get(name),
                "sesudah": after.get(name),
                "sha256_alasan": new["reason_sha256"],
                "sidik_catatan": hashed,
                "sidik_sebelum": new["prev_leaf"],
            }
            for name in changed
        ]
    return found


def _csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _atom(taken: Snapshot, rows: list[dict[str, Any]]) -> bytes:
    """Atom (RFC 4287), one entry a correction."""
    base = f"{current_app.config['BASE_URL']}/log/{taken.election.code}"
    entries: dict[int, list[dict[str, Any]]] = {}
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
            f"<entry><title>TPS {first['kode_tps']} ({first['pemilihan']}), catatan {index}</title>"
            f"<id>{escape(base)}/{index}</id><updated>{first['waktu']}</updated>"
            f"<summary>{escape(what or 'status ' + first['status'])}</summary></entry>"
        )
    return ("\n".join([*out, "</feed>"]) + "\n").encode()
