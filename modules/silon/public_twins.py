"""Lists for programs: the whole as JSON with its digest, as CSV, and in the shape of Sirekap's candidates."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from modules.silon.models import ListingEntry
from modules.silon.operations.publishing import kept_entries
from modules.silon.queries.public import Shown
from modules.silon.rules.listings import Change, content_of

#: First signs that a spreadsheet takes for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def list_json(found: Shown, election: str, letter: str | None) -> dict[str, Any]:
    """A version of a list. ``sidik`` is SHA-256 over ``isi`` as canonical JSON (RFC 8785)."""
    entries = kept_entries(found.listing)
    return {
        "pemilu": election,
        "versi": found.listing.version,
        "tahap": found.listing.stage,
        "alasan": found.listing.reason,
        "putusan": found.listing.ruling,
        "naskah": letter,
        "waktu": found.listing.at.isoformat(),
        "sidik": bytes(found.listing.digest).hex(),
        "isi": content_of(
            entries,
            stage=found.listing.stage,
            version=found.listing.version,
            place=found.code,
            contest=found.contest.kind,
        ),
    }


def sirekap_json(found: Shown) -> dict[str, Any]:
    """The candidates as Sirekap publishes them: by party, or by person; four fields each."""
    parties: dict[str, Any] = {}
    persons: dict[str, Any] = {}
    for e in kept_entries(found.listing):
        facts = {
            "nama": e.name,
            "nomor_urut": e.number if found.dapil else e.participant_number,
            "jenis_kelamin": e.sex,
            "tempat_tinggal": e.residence,
        }
        persons[str(e.candidate_id)] = facts
        if e.participant_number is not None:
            parties.setdefault(str(e.participant_number), {})[str(e.candidate_id)] = facts
    return parties if found.dapil else persons


def list_csv(rows: Sequence[ListingEntry]) -> str:
    """The names as a table; no cell becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [
            *("id", "nomor_peserta", "peserta", "nomor_urut", "nama", "jenis_kelamin", "tempat_tinggal"),
            *("terpidana", "dicoret", "alasan"),
        ]
    )
    for e in rows:
        writer.writerow(
            [
                e.candidate_id,
                "" if e.participant_number is None else e.participant_number,
                _plain(e.participant),
                e.number,
                _plain(e.name),
                e.sex,
                _plain(e.residence),
                "ya" if e.profile.get("terpidana") else "tidak",
                "ya" if e.struck else "tidak",
                _plain(e.struck_reason or ""),
            ]
        )
    return out.getvalue()


def changes_json(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """How two versions differ."""
    return [
        {
            "perubahan": c.kind,
            "nomor_peserta": c.entry.participant_number,
            "peserta": c.entry.participant,
            "nomor_urut": c.entry.number,
            "nama": c.entry.name,
            "sebelumnya": c.before.name if c.before and c.kind in ("diganti", "nama") else None,
            "alasan": c.entry.struck_reason,
        }
        for c in changes
    ]


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
