"""Locked D.Hasil as the public log tells of them: one table and one page, from the entries alone."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from sqlalchemy import text

from electsys.db import db
from electsys.regions.queries import names
from modules.sirekap import recap_words
from modules.sirekap.leaves import FORMS
from modules.sirekap.publication.site import Site
from modules.sirekap.publication.snapshot import Snapshot

COLUMNS = (
    *("catatan", "formulir", "pemilihan", "wilayah", "dapil", "versi", "kolom", "suara"),
    *("sha256_formulir", "sidik_catatan"),
)

#: How the form of an entry is called on paper.
CALLED = {short: recap_words.FORMS[tier] for tier, short in FORMS.items()}

#: The newest entry of every D.Hasil, in the order of forms and codes.
_NEWEST = """
    select distinct on (e.subject) l."index", e.body, encode(e.hash, 'hex') as hash
    from leaf_entry e join leaf l on l.entry_id = e.id
    where e.election_id = :e and l."index" < :as_of and e.subject ^@ 'D.'
    order by e.subject, e.seq desc
"""


def write_recaps(site: Site, taken: Snapshot) -> None:
    """``data/rekap.csv`` and ``rekap.html``; nothing before the first plenary has locked one."""
    rows = [
        _row(index, json.loads(bytes(body)), hashed)
        for index, body, hashed in db.session.execute(
            text(_NEWEST), {"e": taken.election.id, "as_of": taken.as_of}
        )
    ]
    if not rows:
        return
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    site.shelf.put("data/rekap.csv", out.getvalue().encode())
    site.page(
        "rekap.html",
        "recaps",
        rows=[row | {"sah": sum(map(int, row["suara"].split()))} for row in rows],
        places=names({row["wilayah"] for row in rows}, taken.election.map_id),
        contests={contest.kind: contest.name for contest in taken.election.contests},
        counted={count.kind for count in taken.counts},
        forms=CALLED,
    )


def _row(index: int, body: dict[str, Any], hashed: str) -> dict[str, Any]:
    return {
        "catatan": index,
        "formulir": body["form_type"],
        "pemilihan": body["contest"],
        "wilayah": body["region"],
        "dapil": body["dapil"],
        "versi": body["version"],
        "kolom": body["columns"],
        "suara": " ".join(map(str, body["votes"])),
        "sha256_formulir": body["sha256"],
        "sidik_catatan": hashed,
    }
