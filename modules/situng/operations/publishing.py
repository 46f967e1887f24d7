"""An agreed capture becomes an immutable version, and its form moves to it."""

from __future__ import annotations

import hashlib

import rfc8785
from sqlalchemy import text

from electsys.db import db
from electsys.ledger import Actor
from modules.situng.counting import OF_FORM
from modules.situng.models import Capture, ResultVersion
from modules.situng.operations.leaves import Provenance, log_versions
from modules.situng.operations.telling import tell_accepted
from modules.situng.operations.totals import move_forms, open_if_closed, share_contest
from modules.situng.queries.contests import ContestCount


def publish_capture(
    capture: Capture, count: ContestCount, photos: list[str], *, actor: Actor
) -> ResultVersion:
    """Write the version of a capture and let it count, or stand outside totals, by its own verdict.

    One transaction: the deltas of the village are appended as the form moves, so that no form counts twice.
    """
    open_if_closed(count.contest_id, actor=actor)
    share_contest(count.contest_id)
    lock = text("select pg_advisory_xact_lock(20240216, hashtext(:form))")
    db.session.execute(lock, {"form": f"{capture.contest_id}:{capture.tps_code}"})
    version = ResultVersion(
        province=capture.province,
        contest_id=capture.contest_id,
        tps_code=capture.tps_code,
        batch_id=None,
        capture_round=capture.round,
        source="entri",
        photos=photos,
        vote_kind=capture.vote_kind,
        cells=capture.cells,
        votes=capture.votes,
        sums=capture.sums,
        complete=capture.complete,
        faults=capture.faults,
        warnings=capture.warnings,
    )
    db.session.add(version)
    db.session.flush()
    key = {"province": capture.province, "tps": capture.tps_code, "version": version.id}
    move_forms(count, OF_FORM, key)
    log_versions(count, OF_FORM, key | {"contest": count.contest_id}, _provenance(capture, photos))
    tell_accepted(count, version, source="entri", actor=actor)
    return version


def _provenance(capture: Capture, photos: list[str]) -> Provenance:
    """Who entered and who agreed; the entries by their hash: two that are alike can be seen as such."""
    return Provenance(
        entered_by=capture.first_person,
        confirmed_by=capture.third_person or capture.second_person,
        entry1=_hash(capture.first_cells, capture.first_votes, capture.first_sums),
        entry2=_hash(capture.second_cells, capture.second_votes, capture.second_sums),
        photos=photos,
    )


def _hash(cells: list[int | None] | None, votes: list[int | None] | None, sums: list[int | None]) -> str:
    return hashlib.sha256(rfc8785.dumps([cells, votes, *([sums] if sums else [])])).hexdigest()
