"""Official papers of a registration: MODEL TANDA.TERIMA and MODEL PENGEMBALIAN (PKPU 4/2022, annex IX)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from electsys.elections.models import Election
from electsys.web.formats import angka, waktu
from modules.sipol.models import PartyRegistration, PartySubmission
from modules.sipol.queries.submissions import documents_of

FORMS = {
    "terima": "MODEL TANDA.TERIMA.PENDAFTARAN-PARPOL",
    "kembali": "MODEL PENGEMBALIAN.PENDAFTARAN-PARPOL",
}
TEMPLATES = {"terima": "tanda_terima_parpol", "kembali": "pengembalian_parpol"}
#: Counts of a submission, as papers and pages call them.
COUNTS = {
    "boards": "Kepengurusan",
    "officers": "Pengurus",
    "offices": "Kantor tetap",
    "accounts": "Rekening",
    "documents": "Dokumen",
    "members": "Anggota",
}


def number_of(submission: PartySubmission) -> str:
    """The number that the party quotes until it holds the official receipt."""
    return f"SIPOL-{submission.submitted_at:%Y}-{submission.id:06}"


def moment(value: dt.datetime | None) -> str:
    """A moment as papers have it; empty where there was none."""
    return waktu(value) if value is not None else ""


def data_of(
    election: Election,
    registration: PartyRegistration,
    submission: PartySubmission,
    *,
    reason: str | None,
    signer: str,
) -> dict[str, Any]:
    """What both papers print: the party, when it submitted what, the digest and every document's hash."""
    return {
        "party": registration.party.name,
        "short": registration.party.short_name,
        "election": election.name,
        "simulation": election.kind == "simulasi",
        "reference": number_of(submission),
        "submitted": moment(submission.submitted_at),
        "digest": submission.digest.hex(),
        "member_digest": submission.counts.get("member_digest", ""),
        "counts": [[label, angka(submission.counts.get(key))] for key, label in COUNTS.items()],
        "reason": reason or "",
        "lines": [f"{d.region or 'pusat':<7} {d.kind:<24} {d.sha256}" for d in documents_of(registration)],
        "signers": [{"name": signer, "role": "Petugas penerima pendaftaran"}],
        "place": "Jakarta",
    }
