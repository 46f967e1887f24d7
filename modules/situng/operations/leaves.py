"""Every form that is applied leaves an entry in the public log, one or 800,000 in one statement.

The canonical JSON (RFC 8785) is written by the database: keys in the order of their code units, whole
numbers as they are, texts as ``to_json`` escapes them, which is how the standard does. A test holds it
against the reference implementation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy import text

from electsys.db import db
from electsys.ledger import Actor
from electsys.ledger.log import pseudonym, role_of
from modules.situng.models import ResultBatch
from modules.situng.queries.contests import ContestCount
from modules.situng.verdicts import vote_column

KIND, CORRECTION = "C.Hasil", "correction"


@dataclass(frozen=True)
class Evidence:
    """What stands behind the forms of a batch: SHA-256 in hexadecimal, never the thing itself.

    A captured form names its photos and the hash of each of its two entries. A results file is one
    entry, by default: its own hash.
    """

    photos: Sequence[str] = ()
    entry1: str | None = None
    entry2: str | None = None


def subject_of(kind: str, tps_code: str) -> str:
    """What the entries of a form are filed under."""
    return f"{KIND}:{kind}:{tps_code}"


def log_batch(count: ContestCount, batch: ResultBatch, evidence: Evidence = Evidence()) -> int:
    """Leave an entry for every version of a batch, in the transaction that lets it count.

    Call it with the contest's lock held, as the forms move. Returns how many entries were written.
    """
    facts: dict[str, Any] = {
        "election": count.election_id,
        "contest": count.contest_id,
        "batch": batch.id,
        "prefix": subject_of(count.kind, ""),
    }
    return int(db.session.execute(text(_statement(count, batch, evidence)), facts).rowcount)  # type: ignore[attr-defined]


def _statement(count: ContestCount, batch: ResultBatch, evidence: Evidence) -> str:
    return f"""
        insert into leaf_entry (election_id, subject, seq, body)
        select :election, :prefix || v.tps_code, coalesce(last.seq, 0) + 1,
               convert_to({_object(_fields(count, batch, evidence))}, 'UTF8')
        from result_version v
        left join lateral (
            select e.seq, e.hash from leaf_entry e
            where e.election_id = :election and e.subject = :prefix || v.tps_code
            order by e.seq desc limit 1
        ) as last on true
        where v.batch_id = :batch
        order by v.tps_code
    """


def _fields(count: ContestCount, batch: ResultBatch, evidence: Evidence) -> dict[str, str]:
    """Key -> SQL expression of its canonical JSON. Constants are written once, here."""
    entered, confirmed = Actor(batch.created_by, ""), Actor(batch.confirmed_by, "")
    values = dict(zip(count.model.names, (f"v.cells[{i}]" for i in range(1, 1 << 20)), strict=False))
    values |= dict(
        zip(map(vote_column, count.numbers), (f"v.votes[{i}]" for i in range(1, 1 << 20)), strict=False)
    )
    return {
        "batch": _constant(batch.id),
        "confirmed_by": _constant(pseudonym(count.election_id, batch.confirmed_by)),
        "confirmed_by_role": _constant(role_of(confirmed, session=db.session)),
        "contest": _constant(count.kind),
        "election": _constant(count.election_code),
        "entered_by": _constant(pseudonym(count.election_id, batch.created_by)),
        "entered_by_role": _constant(role_of(entered, session=db.session)),
        "entry1_hash": _constant(evidence.entry1 or batch.file_sha256 or None),
        "entry2_hash": _constant(evidence.entry2),
        "faults": _codes("v.faults"),
        "form_type": _constant(CORRECTION if batch.source == "pembetulan" else KIND),
        "photo_sha256": _constant(list(evidence.photos)),
        "prev_leaf": "coalesce('\"' || encode(last.hash, 'hex') || '\"', 'null')",
        # What somebody typed stands on the page of the form, where it can be withdrawn; here stands its hash.
        "reason_sha256": "coalesce((select '\"' || encode(sha256(convert_to(reason, 'UTF8')), 'hex') || '\"'"
        " from result_batch where id = :batch), 'null')",
        "seq": "(coalesce(last.seq, 0) + 1)::text",
        "status": "case when v.faults <> '{}' then '\"anomali\"' when not v.complete"
        " then '\"belum_lengkap\"' else '\"diterima\"' end",
        "tps_code": "'\"' || v.tps_code || '\"'",
        "ts": """'"' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24\\:MI\\:SS"Z"') || '"'""",
        "v": "'1'",
        "values": _object({name: f"coalesce({cell}::text, 'null')" for name, cell in values.items()}),
        "version": "v.id::text",
        "vote_kind": "to_json(v.vote_kind)::text",
        "warnings": _codes("v.warnings"),
    }


def _object(fields: dict[str, str]) -> str:
    """SQL that writes an object: its keys sorted, nothing between them."""
    parts, ahead = [], "{"
    for key in sorted(fields):
        parts += [f"'{ahead}\"{key}\":'", fields[key]]
        ahead = ","
    return " || ".join([*parts, "'}'"])


def _constant(value: Any) -> str:
    """A value that is the same in the whole batch: hashes, codes, numbers of our own."""
    literal = rfc8785.dumps(value).decode().replace("'", "''")
    # The statement goes through text(): a colon before a letter would be taken for a parameter.
    return "'" + literal.replace(":", "\\:") + "'"


def _codes(column: str) -> str:
    """A list of codes such as F.101, which need no escape."""
    return (
        f"case when {column} = '{{}}' then '[]' else '[\"' || array_to_string({column}, '\",\"') || '\"]' end"
    )
