"""Rounds of verification: which one runs for a nomination, and what was concluded before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select

from electsys.db import db
from modules.silon.models import Nomination, NominationVerdict
from modules.silon.rules.verdicts import REPAIRED, round_after

#: States after verification in which documents of new candidates, and late ones, are still judged.
LATER = ("rancangan_dcs", "dcs", "tanggapan", "klarifikasi", "penggantian", "rancangan_dct")


def last_round(nomination_id: int) -> int:
    """The newest round that was concluded; 0 where none was."""
    return (
        db.session.scalar(
            select(func.max(NominationVerdict.round)).where(NominationVerdict.nomination_id == nomination_id)
        )
        or 0
    )


def round_of(nomination: Nomination) -> int | None:
    """The round that runs; None where nothing is judged."""
    last = last_round(nomination.id)
    if nomination.state in REPAIRED:
        return round_after(last, repaired=REPAIRED[nomination.state])
    if nomination.state in LATER:  # MS or TMS alone, as after a repair
        return last if last and last % 2 == 0 else round_after(last, repaired=True)
    return None


def concluded_at(nomination_id: int, round_: int) -> dt.datetime | None:
    """When a round was concluded; None while it was not."""
    return db.session.scalar(
        select(NominationVerdict.at).where(
            NominationVerdict.nomination_id == nomination_id, NominationVerdict.round == round_
        )
    )


def verdicts_of(nomination_id: int) -> Sequence[NominationVerdict]:
    """Everything that was concluded about a nomination, the newest first."""
    return db.session.scalars(
        select(NominationVerdict)
        .where(NominationVerdict.nomination_id == nomination_id)
        .order_by(NominationVerdict.round.desc())
    ).all()
