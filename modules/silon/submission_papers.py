"""Official papers of a submission: TANDA TERIMA PENGAJUAN and PENGEMBALIAN PENGAJUAN (PKPU 10/2023)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from electsys.elections.models import Election
from electsys.web.formats import angka, title_region, waktu
from modules.silon.candidate_words import SUBMISSIONS
from modules.silon.models import Nomination, NominationSubmission
from modules.silon.queries.documents import kinds_of
from modules.silon.queries.lists import party_of
from modules.silon.queries.submissions import documents_of, name_lines, names_of

FORMS = {"terima": "TANDA.TERIMA.PENGAJUAN", "kembali": "PENGEMBALIAN.PENGAJUAN"}
TEMPLATES = {"terima": "tanda_terima_calon", "kembali": "pengembalian_calon"}
#: Counts of a submission, as papers and pages call them.
COUNTS = {"candidates": "Calon", "women": "Perempuan", "documents": "Dokumen"}


def number_of(submission: NominationSubmission) -> str:
    """The number that those who submit quote."""
    return f"SILON-{submission.submitted_at:%Y}-{submission.id:06}"


def moment(value: dt.datetime | None) -> str:
    """A moment as papers have it; empty where there was none."""
    return waktu(value) if value is not None else ""


def who_of(nomination: Nomination) -> str:
    """Who puts up: the party by its name, or the person or pair."""
    party = party_of(nomination.election_id, nomination.party_id) if nomination.party_id else None
    return party.name if party else nomination.label


def where_of(nomination: Nomination) -> str:
    """The dapil of a list; the contest's area of others."""
    return title_region(nomination.dapil.name) if nomination.dapil else nomination.contest.name


def data_of(
    nomination: Nomination,
    submission: NominationSubmission,
    *,
    reason: str = "",
    signer: str = "",
) -> dict[str, Any]:
    """What both papers print: who submitted what and when, the names in their order, every hash."""
    labels = {kind.code: kind.label for kind in kinds_of(nomination.election_id)}
    election = nomination.contest.election
    rows = names_of(nomination.id)
    return {
        "who": who_of(nomination),
        "contest": nomination.contest.name,
        "where": where_of(nomination),
        "election": election.name,
        "simulation": _simulation(election),
        "what": str(SUBMISSIONS[submission.kind]),
        "reference": number_of(submission),
        "submitted": moment(submission.submitted_at),
        "digest": bytes(submission.digest).hex(),
        "counts": [[label, angka(submission.counts.get(key))] for key, label in COUNTS.items()],
        "names": [[str(row.number), row.ballot_name, row.sex, row.residence] for row in rows],
        "name_lines": name_lines(rows),
        "lines": [
            f"{d.number or '-':>3} {labels.get(d.kind, d.kind)[:44]:<46}{d.sha256}"
            for d in documents_of(nomination.id)
        ],
        "reason": reason,
        "signers": [{"name": signer, "role": "Petugas penerima pengajuan"}] if signer else [],
        "place": "Jakarta" if not nomination.region else where_of(nomination),
    }


def _simulation(election: Election) -> bool:
    return election.kind == "simulasi"
