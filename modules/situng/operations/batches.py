"""A results file becomes versions, waits for a second person, and then counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, text

from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.regions.rules import province_of
from modules.situng.contest import ContestCount
from modules.situng.counting import OF_BATCH, in_dapil
from modules.situng.imports import STAGING
from modules.situng.models import ResultBatch
from modules.situng.operations.gate import require_ready
from modules.situng.operations.leaves import log_batch
from modules.situng.operations.telling import tell_correction
from modules.situng.operations.totals import (
    facts_of,
    fold_totals,
    lock_contest,
    move_forms,
    open_if_closed,
    places_of,
)
from modules.situng.queries.contests import contest_count, limits
from modules.situng.surroundings import surrounded
from modules.situng.verdicts import judged
from modules.situng.workflow import BATCH

#: The named job that lets confirmed batches count.
COUNTER = Actor.system("hitung")


@dataclass(frozen=True)
class FileFacts:
    """Provenance of a results file, shown wherever its numbers are."""

    name: str
    sha256: str
    file_id: int | None = None


def open_batch(
    contest: Contest,
    *,
    file: FileFacts,
    region: str,
    actor: Actor,
    mapping: dict[str, str] | None = None,
    source: str = "impor",
    reason: str | None = None,
) -> ResultBatch:
    """Register a results file (or a correction) of a contest before it is read."""
    calendar.require_open(contest.election_id, "penghitungan", region=region or None)
    if actor.account_id is None:
        raise Refused("Hasil hanya dapat dibawa oleh akun petugas, bukan oleh sistem.")
    require_ready(contest.id)
    count = contest_count(contest.id, region)
    batch = ResultBatch(
        contest_id=contest.id,
        ballot_id=count.ballot_id,
        form_model=count.model.code,
        source=source,
        region=region,
        state="dimuat",
        file_id=file.file_id,
        file_name=file.name,
        file_sha256=file.sha256,
        mapping=mapping,
        reason=reason,
        counts={},
        created_by=actor.account_id,
    )
    db.session.add(batch)
    db.session.flush()
    record(
        "situng:batch:open",
        f"result_batch:{batch.id}",
        actor=actor,
        reason=reason,
        region=region,
        election_id=contest.election_id,
        details={"sha256": file.sha256, "source": source},
    )
    return batch


def load_batch(batch: ResultBatch, *, vote_kind: str = "Reguler", actor: Actor) -> dict[str, int]:
    """Turn the staged rows into versions and put the batch before a second person.

    Rows that are empty count as not received; rows that say what the newest version already says are left
    out, unless they break other rules by now (the right photo came, a DPT was set). Nothing moves in any
    total. Runs once: a batch that is already loaded is refused.
    """
    if batch.state != "dimuat":
        raise Refused("Berkas ini sudah dimuat.", status=409)
    count = contest_count(batch.contest_id)
    lock_contest(count.contest_id)
    facts = {"contest": count.contest_id, "batch": batch.id, "kind": vote_kind}
    places = places_of(count, f"select left(kode_tps, 10) from {STAGING}", {})
    for place in places:
        _write_versions(place, facts)
    batch.counts = _counts(places, facts)
    BATCH.move(batch, "submit", actor=actor)
    return batch.counts


def _write_versions(place: ContestCount, facts: dict[str, Any]) -> None:
    """The versions of the staged rows that vote with one ballot."""
    bounds = limits(place.election_id)
    verdict = surrounded(judged(STAGING, place.model, place.columns, bounds, place.ballot), place, STAGING)
    db.session.execute(
        text(
            f"""
            insert into result_version (province, contest_id, tps_code, batch_id, vote_kind,
                cells, votes, sums, complete, faults, warnings, row_number)
            select left(r.kode_tps, 2), :contest, r.kode_tps, :batch, :kind,
                r.cells, r.votes, r.sums, r.complete, r.faults, r.warnings, r.row_number
            from ({verdict}) r
            left join result_form f on f.province = {province_of("r.kode_tps")}
                and f.contest_id = :contest and f.tps_code = r.kode_tps
            left join result_version v on v.province = f.province and v.contest_id = f.contest_id
                and v.tps_code = f.tps_code and v.id = f.latest_id
            where not r.empty and (v.id is null or v.cells <> r.cells or v.votes <> r.votes
                or v.faults <> r.faults
                or (r.sums <> '{{}}' and v.sums <> r.sums))
                {in_dapil("r.kode_tps", place.dapil)}
            """
        ),
        facts | facts_of(place) | {"election": place.election_id},
    )


def _counts(places: list[ContestCount], facts: dict[str, Any]) -> dict[str, int]:
    """Rows and verdicts of a load."""
    every = (
        ", ".join(
            dict.fromkeys(name for p in places for name in (*p.model.names, *p.columns, *p.ballot.sums))
        )
        or "null"
    )
    row = (
        db.session.execute(
            text(
                f"""
                select read.rows, read.empty, read.rows - read.empty - new.new as unchanged, new.*
                from (select count(*) as rows, count(*) filter (where coalesce({every}) is null) as empty
                      from {STAGING}) as read,
                     (select count(*) as new,
                             count(*) filter (where faults <> '{{}}') as flagged,
                             count(*) filter (where faults = '{{}}' and not complete) as incomplete,
                             count(*) filter (where faults = '{{}}' and complete) as clean,
                             count(*) filter (where warnings <> '{{}}') as warned
                      from result_version where batch_id = :batch) as new
                """
            ),
            facts,
        )
        .mappings()
        .one()
    )
    return {name: int(value) for name, value in row.items()}


def confirm_batch(batch: ResultBatch, *, actor: Actor) -> None:
    """A second account confirms the file; it counts once :func:`apply_batch` has run.

    Refused to the account that brought it (also by CHECK in the database).
    """
    if actor.account_id == batch.created_by:
        raise Refused(
            "Berkas ini Anda bawa sendiri; konfirmasi harus oleh akun lain.",
            hint="Minta rekan yang berwenang di wilayah ini untuk memeriksa dan mengonfirmasi.",
            status=403,
        )
    BATCH.move(
        batch,
        "confirm",
        actor=actor,
        values={"confirmed_by": actor.account_id, "confirmed_at": func.now()},
    )


def cancel_batch(batch: ResultBatch, *, reason: str, actor: Actor) -> None:
    """Withdraw a file that waits. Its versions stay on record and never count."""
    BATCH.move(batch, "cancel", actor=actor, reason=reason)


def apply_batch(batch: ResultBatch, *, actor: Actor = COUNTER) -> None:
    """Let a confirmed batch count: move each form to its new version and add up what changed.

    Every form leaves an entry in the public log. One transaction: the difference to what the forms counted
    before is appended as deltas and the forms move, so totals cannot count a form twice, whatever dies in
    between.
    """
    db.session.refresh(batch, with_for_update=True)
    if batch.state == "diterapkan":
        return
    count = contest_count(batch.contest_id)
    lock_contest(count.contest_id)
    open_if_closed(count.contest_id, actor=actor)
    move_forms(count, OF_BATCH, {"batch": batch.id})
    tell_correction(count, batch, actor=actor)
    log_batch(count, batch)
    BATCH.move(batch, "apply", actor=actor, values={"applied_at": func.now()})


def confirm_and_apply(batch: ResultBatch, *, actor: Actor) -> None:
    """Confirm, apply and fold in one go: the command line's ``--approve-as``."""
    confirm_batch(batch, actor=actor)
    apply_batch(batch)
    fold_totals(batch.contest_id)
