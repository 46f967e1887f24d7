"""The minutes of verification (MODEL BA.VERMIN.CALON, BA.VERMIN.PERBAIKAN.CALON), by the door of JDIH."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import force_locale

from electsys.db import db
from electsys.documents import date_in_words
from electsys.documents.papers import letterhead, today
from electsys.elections.models import Election
from electsys.ledger import Actor
from electsys.web.formats import angka
from modules.jdih import Letter, draft_minutes
from modules.silon.document_words import OUTCOMES, STATES, STEPS, reasons_words
from modules.silon.finding_words import finding_words
from modules.silon.models import Nomination
from modules.silon.queries.verdicts import Outlook, Row
from modules.silon.submission_papers import where_of, who_of

#: Archive class of candidacy (PKPU 2/2021).
CLASS = "PL.01.4"


def nomination_minutes(seen: Outlook, labels: Mapping[str, Any], *, link: str, actor: Actor) -> Letter:
    """The minutes of a plenary that concluded a round for one nomination."""
    nomination = seen.nomination
    with force_locale("id"):
        step = str(STEPS[nomination.state])
        said = [
            f"Rapat pleno menyimpulkan {step} {who_of(nomination)} untuk {where_of(nomination)}: "
            f"{OUTCOMES[seen.outcome]}.",
            " ".join(
                f"{str(STATES[s]).capitalize()}: {angka(n)} calon." for s, n in seen.counts.items() if n
            ),
        ]
        if seen.own.outcome.reasons:
            said.append(f"Dokumen pencalonan: {reasons_words(seen.own.outcome.reasons, labels)}")
        said += [finding_words(found) for found in seen.findings]
        return _minutes(
            nomination,
            f"Hasil {step} {who_of(nomination)}",
            "BA.VERMIN.PERBAIKAN.CALON" if seen.repaired else "BA.VERMIN.CALON",
            [each for each in said if each],
            seen.candidates,
            labels,
            source_key=f"silon:verdict:{nomination.id}:{seen.round}",
            link=link,
            actor=actor,
        )


def candidate_minutes(row: Row, labels: Mapping[str, Any], *, link: str, actor: Actor) -> Letter:
    """The minutes on one candidate who came in a window after verification."""
    if row.candidate is None:
        raise ValueError("minutes of a candidate need one")
    candidate, nomination = row.candidate, row.candidate.nomination
    with force_locale("id"):
        return _minutes(
            nomination,
            f"Hasil verifikasi administrasi calon pengganti {who_of(nomination)}",
            "BA.VERMIN.CALON",
            [f"Rapat pleno memeriksa calon nomor urut {candidate.number} untuk {where_of(nomination)}."],
            [row],
            labels,
            source_key=f"silon:verdict:candidate:{candidate.id}",
            link=link,
            actor=actor,
        )


def _minutes(
    nomination: Nomination,
    title: str,
    model: str,
    said: Sequence[str],
    rows: Sequence[Row],
    labels: Mapping[str, Any],
    *,
    source_key: str,
    link: str,
    actor: Actor,
) -> Letter:
    election = db.session.get_one(Election, nomination.election_id)
    head = letterhead(nomination.region)
    body = f"{head['body']} {head['area']}".title().replace("Kpu", "KPU")
    title = f"{title} {election.name} (MODEL {model})"
    table = [
        [
            str(row.candidate.number),
            row.candidate.ballot_name,
            str(STATES[row.outcome.state]),
            reasons_words(row.outcome.reasons, labels) or "-",
        ]
        for row in rows
        if row.candidate is not None
    ]
    data = {
        "opening": f"Pada hari ini, {date_in_words(today(nomination.region))}, {body} "
        "melaksanakan rapat pleno.",
        "paragraphs": list(said),
        "table": {
            "caption": title,
            "columns": ["No. urut", "Nama", "Hasil", "Keterangan"],
            "rows": table,
            "numbers": [0],
        },
    }
    return draft_minutes(
        "BA",
        unit=nomination.region,
        title=title,
        data=data,
        subject=f"nomination:{nomination.id}",
        signers=[],
        actor=actor,
        source_key=source_key,
        classification=CLASS,
        link=link,
    )
