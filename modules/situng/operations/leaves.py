"""Every form that is applied leaves an entry in the public log, one or 800,000 in one statement.

The canonical JSON (RFC 8785) is written by the database: keys in the order of their code units, whole
numbers as they are, texts as ``to_json`` escapes them, which is how the standard does. A test holds it
against the reference implementation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy import text

from electsys.db import db
from electsys.elections.models import Contest
from electsys.ledger import Actor, log_leaf
from electsys.ledger.log import pseudonym
from modules.situng.contest import ContestCount
from modules.situng.counting import in_dapil
from modules.situng.models import FormPhoto, ResultBatch
from modules.situng.operations.totals import facts_of, places_of

KIND, CORRECTION = "C.Hasil", "correction"


@dataclass(frozen=True)
class Provenance:
    """Who wrote, who confirmed, and what stands behind it: SHA-256 in hexadecimal, never the thing itself."""

    entered_by: int | None
    confirmed_by: int | None
    #: The hash of the first entry (of a file, its own) and of the second, independent one.
    entry1: str | None = None
    entry2: str | None = None
    photos: Sequence[str] = ()
    #: Whether it corrects what counted before, with what reason somebody typed; its hash alone is logged.
    correction: bool = False
    reason: str | None = None
    batch: int | None = None


def subject_of(kind: str, tps_code: str) -> str:
    """What the entries of a form are filed under."""
    return f"{KIND}:{kind}:{tps_code}"


def photo_subject_of(kind: str, tps_code: str) -> str:
    """What the entries of photos are filed under that came after their numbers."""
    return f"photo:{kind}:{tps_code}"


def log_photo(photo: FormPhoto, contest: Contest, *, actor: Actor) -> None:
    """Leave an entry for a photo whose form is published already: the form's own entry does not name it."""
    log_leaf(
        "photo",
        contest.election_id,
        {
            "contest": contest.kind,
            "tps": photo.tps_code,
            "round": photo.round,
            "page": photo.page,
            "photo_sha256": photo.sha256,
        },
        subject=photo_subject_of(contest.kind, photo.tps_code),
        actor=actor,
    )


def log_batch(count: ContestCount, batch: ResultBatch) -> int:
    """Leave an entry for every version of a batch (a file, a correction), as its forms move."""
    return log_versions(
        count,
        "batch_id = :batch",
        {"batch": batch.id},
        Provenance(
            entered_by=batch.created_by,
            confirmed_by=batch.confirmed_by,
            entry1=batch.file_sha256 or None,
            correction=batch.source == "pembetulan",
            reason=batch.reason,
            batch=batch.id,
        ),
    )


def log_versions(count: ContestCount, which: str, facts: Mapping[str, Any], provenance: Provenance) -> int:
    """Leave an entry for the versions that ``which`` names, one or 800,000, in the caller's transaction.

    ``which`` is a condition on ``result_version`` and ``facts`` its parameters, such as
    ``province = :province and tps_code = :tps and id = :version``. Call it under the lock with which the
    forms move. Returns how many entries were written.
    """
    facts = {**facts, **leaf_facts(count, provenance)}
    chosen = f"contest_id = :log_contest_id and {which}"
    places = places_of(count, f"select left(tps_code, 10) from result_version where {chosen}", facts)
    return sum(_log_on_ballot(place, chosen, facts) for place in places)


def _log_on_ballot(count: ContestCount, chosen: str, facts: Mapping[str, Any]) -> int:
    """The entries of the versions that vote with one ballot."""
    versions = f"(select * from result_version where {chosen}{in_dapil('tps_code', count.dapil)})"
    statement = write_leaves(count.model.names, count.columns, count.ballot.sums, versions)
    return int(db.session.execute(text(statement), {**facts, **facts_of(count)}).rowcount)  # type: ignore[attr-defined]


def write_leaves(cells: Sequence[str], votes: Sequence[str], sums: Sequence[str], versions: str) -> str:
    """Writes the entries of ``versions`` (a table or subquery); parameters are :func:`leaf_facts`."""
    return f"""
        insert into leaf_entry (election_id, subject, seq, body)
        select :log_election_id, :log_prefix || v.tps_code, coalesce(last.seq, 0) + 1,
               convert_to({_object(_fields(cells, votes, sums))}, 'UTF8')
        from {versions} as v
        left join lateral (
            select e.seq, e.hash from leaf_entry e
            where e.election_id = :log_election_id and e.subject = :log_prefix || v.tps_code
            order by e.seq desc limit 1
        ) as last on true
        order by v.tps_code
    """


#: What is the same in every entry of a statement, as canonical JSON: one parameter each.
_SAME = (
    *("batch", "confirmed_by", "contest", "election", "entered_by"),
    *("entry1_hash", "entry2_hash", "form_type", "photo_sha256", "reason_sha256", "v"),
)


def leaf_facts(count: ContestCount, by: Provenance) -> dict[str, Any]:
    """The parameters of :func:`write_leaves`."""
    # What somebody typed stands on the page of the form, where it can be withdrawn; here stands its hash.
    reason = hashlib.sha256(by.reason.encode()).hexdigest() if by.reason else None
    same: dict[str, Any] = {
        "batch": by.batch,
        "confirmed_by": pseudonym(count.election_id, by.confirmed_by),
        "contest": count.kind,
        "election": count.election_code,
        "entered_by": pseudonym(count.election_id, by.entered_by),
        "entry1_hash": by.entry1,
        "entry2_hash": by.entry2,
        "form_type": CORRECTION if by.correction else KIND,
        "photo_sha256": list(by.photos),
        "reason_sha256": reason,
        "v": 1,
    }
    return {f"log_{name}": rfc8785.dumps(same[name]).decode() for name in _SAME} | {
        "log_election_id": count.election_id,
        "log_contest_id": count.contest_id,
        "log_prefix": subject_of(count.kind, ""),
        "log_enterer": by.entered_by,
        "log_confirmer": by.confirmed_by,
    }


def _fields(cells: Sequence[str], votes: Sequence[str], sums: Sequence[str]) -> dict[str, str]:
    """Key -> SQL expression of its canonical JSON."""
    values = {name: f"v.cells[{i}]" for i, name in enumerate(cells, 1)}
    values |= {name: f"v.votes[{i}]" for i, name in enumerate(votes, 1)}
    of_parties = {name: f"coalesce(v.sums[{i}]::text, 'null')" for i, name in enumerate(sums, 1)}
    parties = {"party_sums": _object(of_parties)} if sums else {}
    return (
        {name: f"cast(:log_{name} as text)" for name in _SAME}
        | parties
        | {
            "confirmed_by_role": _role(":log_confirmer"),
            "entered_by_role": _role(":log_enterer"),
            "faults": _codes("v.faults"),
            "prev_leaf": "coalesce('\"' || encode(last.hash, 'hex') || '\"', 'null')",
            "seq": "(coalesce(last.seq, 0) + 1)::text",
            "status": "case when v.faults <> '{}' then '\"anomali\"' when not v.complete"
            " then '\"belum_lengkap\"' else '\"diterima\"' end",
            "tps_code": "'\"' || v.tps_code || '\"'",
            "ts": """'"' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24\\:MI\\:SS"Z"') || '"'""",
            "values": _object({name: f"coalesce({cell}::text, 'null')" for name, cell in values.items()}),
            "version": "v.id::text",
            "vote_kind": "to_json(v.vote_kind)::text",
            "warnings": _codes("v.warnings"),
        }
    )


def _role(account: str) -> str:
    """The newest role of an account (a parameter), as :func:`electsys.ledger.log.role_of` names it."""
    account = f"cast({account} as int)"
    newest = (
        "select r.name from account_grant g join role r on r.id = g.role_id"
        f" where g.account_id = {account} order by g.id desc limit 1"
    )
    return (
        f"case when {account} is null then 'null' else to_json(coalesce(({newest}), 'tanpa_peran'))::text end"
    )


def _object(fields: dict[str, str]) -> str:
    """SQL that writes an object: its keys sorted, nothing between them."""
    parts, ahead = [], "{"
    for key in sorted(fields):
        parts += [f"'{ahead}\"{key}\":'", fields[key]]
        ahead = ","
    return " || ".join([*parts, "'}'"])


def _codes(column: str) -> str:
    """A list of codes such as F.101, which need no escape."""
    return (
        f"case when {column} = '{{}}' then '[]' else '[\"' || array_to_string({column}, '\",\"') || '\"]' end"
    )
