"""Reads of plenaries above the kab/kota."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on

from electsys.db import db
from modules.sidalih.models import VoterRecap


def newest_recap(election_id: int, region: str, stage: str) -> VoterRecap | None:
    """The last recapitulation of a stage for a province or the nation."""
    return db.session.scalars(
        select(VoterRecap)
        .where(VoterRecap.election_id == election_id, VoterRecap.region == region, VoterRecap.stage == stage)
        .order_by(VoterRecap.sequence.desc())
        .limit(1)
    ).one_or_none()


def newest_recaps(election_id: int, stage: str) -> dict[str, VoterRecap]:
    """Province -> its last recapitulation of a stage; "" is the nation's."""
    rows = db.session.scalars(
        select(VoterRecap)
        .ext(distinct_on(VoterRecap.region))
        .where(VoterRecap.election_id == election_id, VoterRecap.stage == stage)
        .order_by(VoterRecap.region, VoterRecap.sequence.desc())
    )
    return {recap.region: recap for recap in rows}


def recaps(election_id: int, region: str) -> Select[VoterRecap]:
    """Every recapitulation of a province or the nation, the newest first."""
    return (
        select(VoterRecap)
        .where(VoterRecap.election_id == election_id, VoterRecap.region == region)
        .order_by(VoterRecap.id.desc())
    )
