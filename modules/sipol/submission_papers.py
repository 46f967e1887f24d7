"""Official papers of a registration: MODEL TANDA.TERIMA and MODEL PENGEMBALIAN (PKPU 4/2022, annex IX)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from electsys.elections.models import Election
from electsys.regions.queries import names
from electsys.web.formats import angka, title_region, waktu
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
    documents = documents_of(registration)
    named = names({d.region for d in documents if d.region}, election.map_id)
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
        "documents": [
            [title_region(named.get(d.region, d.region)) if d.region else "Pusat", d.region, d.kind, d.sha256]
            for d in documents
        ],
        "signers": [{"name": signer, "role": "Petugas penerima pendaftaran"}],
        "place": "Jakarta",
    }
