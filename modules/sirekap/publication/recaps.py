"""Locked D.Hasil as the public log tells of them: one table and one page, from the entries alone."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from sqlalchemy import select, text

from electsys.db import db
from electsys.regions.models import Dapil
from electsys.regions.queries import names
from modules.sirekap import recap_words
from modules.sirekap.leaves import FORMS
from modules.sirekap.publication.changes import subjects_since
from modules.sirekap.publication.site import Site, way
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


def write_recaps(site: Site, taken: Snapshot, known: int | None) -> None:
    """``data/rekap.csv``; a page for the nation, each province and each kab/kota (``rekap/12/1201.html``).

    Nothing before the first plenary has locked one, nor where none came after the first ``known`` leaves. A
    page shows the D.Hasil of its region and of those right below it.
    """
    fresh = subjects_since(taken, "D.", known)
    if not fresh:
        return
    rows = [
        _row(index, json.loads(bytes(body)), hashed)
        for index, body, hashed in db.session.execute(
            text(_NEWEST), {"e": taken.election.id, "as_of": taken.as_of}
        )
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    site.shelf.put("data/rekap.csv", out.getvalue().encode())
    touched = {page for subject in fresh for page in _pages(_region(subject))}
    shown: dict[str, list[dict[str, Any]]] = defaultdict(list)
    below: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        pages = _pages(row["wilayah"])
        above = [page for page in pages if page != row["wilayah"]]
        for page in touched.intersection([row["wilayah"], *above[-1:]]):
            shown[page].append(row | {"sah": sum(map(int, row["suara"].split()))})
        for upper, page in pairwise(pages):
            below[upper][page] += 1
    told = {row["wilayah"] for own in shown.values() for row in own} | {
        p for own in below.values() for p in own
    }
    places = names(told | touched, taken.election.map_id)
    ids = {row["dapil"] for own in shown.values() for row in own if row["dapil"]}
    dapil = {d.id: d.name for d in db.session.scalars(select(Dapil).where(Dapil.id.in_(ids)))}
    for page in sorted(touched):
        site.page(
            f"rekap/{way(page)}.html" if page else "rekap.html",
            "recaps",
            region=page,
            above=[each for each in _pages(page) if each != page],
            rows=shown[page],
            below=below[page],
            places=places,
            dapil=dapil,
            contests={contest.kind: contest.name for contest in taken.election.contests},
            counted={count.kind for count in taken.counts},
            forms=CALLED,
        )


def _region(subject: str) -> str:
    region = subject.split(":")[2]
    return "" if region == "nasional" else region


def _pages(region: str) -> list[str]:
    """The regions whose pages tell of a region's D.Hasil, from the nation down to at most its kab/kota."""
    return ["", *(region[:n] for n in (2, 4) if n <= len(region))]


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
