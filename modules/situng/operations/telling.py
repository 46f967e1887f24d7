"""Tell the modules on the right which single form counts, and by which version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text

from electsys.db import db
from electsys.events import publish
from electsys.ledger import Actor
from modules.situng.contest import ContestCount
from modules.situng.events import FormAccepted, FormCorrected
from modules.situng.models import ResultBatch, ResultVersion

#: The newest version that counted before ``{version}``, by its own verdict.
PREVIOUS = """
    select max(v.id) from result_version v left join result_batch b on b.id = v.batch_id
    where v.province = :province and v.contest_id = :contest and v.tps_code = :tps and v.id < {version}
      and v.complete and v.faults = '{{}}' and (v.batch_id is null or b.state = 'diterapkan')
"""
_PREVIOUS = text(PREVIOUS.format(version=":version"))


def tell_accepted(
    count: ContestCount,
    tps_code: str,
    version_id: int,
    *,
    previous: int | None,
    source: str,
    vote_kind: str,
    photos: Sequence[str],
    actor: Actor,
) -> None:
    """Publish the event of a version that counts from now on, in place of ``previous``."""
    facts: dict[str, Any] = {
        "actor": actor,
        "contest_id": count.contest_id,
        "election_id": count.election_id,
        "tps_code": tps_code,
        "version_id": version_id,
        "source": source,
        "vote_kind": vote_kind,
        "photos": tuple(photos),
    }
    publish(FormAccepted(**facts) if previous is None else FormCorrected(**facts, previous_id=previous))


def tell_correction(count: ContestCount, batch: ResultBatch, *, actor: Actor) -> None:
    """Publish what a confirmed correction of one form changed."""
    if batch.source != "pembetulan":
        return
    for version in db.session.scalars(select(ResultVersion).where(ResultVersion.batch_id == batch.id)):
        if version.faults or not version.complete:
            continue
        key = {
            "province": version.province,
            "contest": version.contest_id,
            "tps": version.tps_code,
            "version": version.id,
        }
        tell_accepted(
            count,
            version.tps_code,
            version.id,
            previous=db.session.scalar(_PREVIOUS, key),
            source=batch.source,
            vote_kind=version.vote_kind,
            photos=version.photos,
            actor=actor,
        )
