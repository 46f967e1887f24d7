"""What a KPPS's phone takes along: the forms of its TPS as data, in the order of the paper.

Small on purpose: a form's rows once a model, the lines of each ballot, the law as sums. No voter is in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from werkzeug.exceptions import NotFound

from electsys.devices.queries import place_name
from electsys.elections.models import Contest, Election
from modules.sidalih import expected_voters
from modules.situng import layouts, wording
from modules.situng.contest import ContestCount
from modules.situng.queries.captures import latest_round, names_of, readings, shown_photos
from modules.situng.queries.contests import contest_count, limits
from modules.situng.queries.printing import Law
from modules.situng.readings import HINTS
from modules.situng.rules import HINTS as LOOKS
from modules.situng.rules import RELATIONS, Hint
from modules.situng.workflow import CAPTURE

#: Beyond the sums: what a phone can judge without a network.
LOOKED_AT = (*LOOKS, Hint("F.111:pemilih_dpt", "", ("pemilih_dpt_l", "pemilih_dpt_p", "pemilih_dpt_j")))


def contests_at(election: Election, tps_code: str) -> list[Contest]:
    """The contests that are voted on at a TPS, in the order of the count."""
    return Law.of(election).contests_in(tps_code)


def counts_at(election: Election, tps_code: str) -> Iterator[ContestCount]:
    """The same with the ballot of the TPS; those without a ballot are left out."""
    for contest in contests_at(election, tps_code):
        try:
            count = contest_count(contest.id, tps_code)
        except NotFound:
            continue
        if count.ballot_id is not None:
            yield count


def order_of(count: ContestCount) -> str:
    """Eight letters that change with the names or the order of a form's numbers."""
    text = f"{count.model.code} {' '.join(names_of(count))}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def pages_of_form(count: ContestCount, tps_code: str) -> int:
    """How many pages the form has."""
    return _pages(count.model.code, count.kind, count.printed, tps_code[:2])


@lru_cache(maxsize=2000)
def _pages(model: str, contest: str, lines: tuple[layouts.Line, ...], region: str) -> int:
    return len(layouts.layout(layouts.form_model(model), contest, lines, region))


def carried(election: Election, tps_code: str) -> dict[str, Any]:
    """The task's data of a TPS."""
    counts = list(counts_at(election, tps_code))
    bounds = limits(election.id)
    dpt = expected_voters(election.id, tps_code)
    return {
        "pemilu": election.name,
        "simulasi": election.kind == "simulasi",
        "kode": tps_code,
        "tempat": place_name(tps_code),
        "dpt": list(dpt) if dpt and any(dpt) else None,
        "batas": {
            "pemilih": bounds.max_voters,
            "cadangan": [bounds.spare_numerator, bounds.spare_denominator],
        },
        "formulir": {count.model.code: _form(count) for count in counts},
        "aturan": [[r.code, str(wording.TITLES[r.code]), r.left, r.op, r.right] for r in RELATIONS],
        "jumlah_partai": str(wording.TITLES["F.108"]),
        "petunjuk": {hint.key: [str(wording.HINT_SENTENCES[hint.key]), hint.touches] for hint in LOOKED_AT},
        "kontes": [_contest(count, tps_code) for count in counts],
    }


def _form(count: ContestCount) -> list[dict[str, Any]]:
    """Sections with their rows: name, reference, label, columns."""
    return [
        {
            "ref": section.ref,
            "judul": section.title.capitalize(),
            "suara": section.votes,
            "baris": [[row.name, row.ref, row.label, row.columns] for row in section.rows],
        }
        for section in count.model.sections
    ]


def _contest(count: ContestCount, tps_code: str) -> dict[str, Any]:
    capture = latest_round(count.contest_id, tps_code)
    photos = shown_photos(capture) if capture is not None else []
    hints = {reading.photo_id: reading.hints for reading in readings(photos)}
    return {
        "p": count.kind,
        "nama": count.name,
        "formulir": count.model.code,
        "judul": count.model.forms.get(count.kind, ""),
        "susunan": order_of(count),
        "halaman": pages_of_form(count, tps_code),
        "dapil": count.dapil[2] if count.dapil else "",
        "suara": [
            [line.column, line.number, line.candidate, line.name, int(line.struck)] for line in count.lines
        ],
        "jumlah": list(count.ballot.sums),
        "keadaan": capture.state if capture is not None else "kosong",
        "kata": str(CAPTURE.state_label(capture.state)) if capture is not None else "",
        "foto": [
            {
                "h": photo.page,
                "tps": photo.seen_tps if photo.seen_tps != tps_code else None,
                "qr": photo.seen_tps is not None,
                "kata": [str(HINTS[code]) for code in hints.get(photo.id, ()) if code in HINTS],
            }
            for photo in photos
        ],
    }
