"""Reads of elections for their pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import selectinload

from electsys.db import db
from electsys.elections.models import CodeEntry, Contest, Election, LegalSetting, Participant, Stage


def by_code(code: str) -> Election | None:
    """An election by its code."""
    return db.session.scalar(select(Election).where(Election.code == code))


def elections() -> Select[Election]:
    """All elections, the newest first."""
    return select(Election).order_by(Election.voting_day.desc())


def contests(election_id: int) -> Sequence[Any]:
    """Contests with the number of their participants."""
    return db.session.execute(
        select(
            Contest.kind, Contest.name, Contest.region_code, func.count(Participant.id).label("participants")
        )
        .outerjoin(Participant)
        .where(Contest.election_id == election_id)
        .group_by(Contest.id)
        .order_by(Contest.id)
    ).all()


def participants(election_id: int) -> Select[Participant]:
    """Participants of all contests, in ballot order."""
    return (
        select(Participant)
        .join(Contest)
        .where(Contest.election_id == election_id)
        .options(selectinload(Participant.contest))
        .order_by(Contest.id, Participant.number, Participant.region_code)
    )


def stages(election_id: int) -> Sequence[Stage]:
    """The calendar, with what its windows are made of."""
    return db.session.scalars(
        select(Stage)
        .where(Stage.election_id == election_id)
        .options(selectinload(Stage.overrides), selectinload(Stage.stops))
        .order_by(Stage.position)
    ).all()


def in_force(election_id: int) -> Select[LegalSetting]:
    """The version of each setting that is in force."""
    newest = (
        select(LegalSetting.key, func.max(LegalSetting.version).label("version"))
        .where(LegalSetting.election_id == election_id)
        .group_by(LegalSetting.key)
        .subquery()
    )
    return (
        select(LegalSetting)
        .join(newest, (newest.c.key == LegalSetting.key) & (newest.c.version == LegalSetting.version))
        .where(LegalSetting.election_id == election_id)
        .order_by(LegalSetting.topic, LegalSetting.label)
    )


def settings_to_confirm() -> Sequence[tuple[str, str, int]]:
    """Elections that are not closed (code, name), and how many settings in force wait to be compared."""
    newest = (
        select(LegalSetting.election_id, LegalSetting.to_confirm)
        .ext(distinct_on(LegalSetting.election_id, LegalSetting.key))
        .order_by(LegalSetting.election_id, LegalSetting.key, LegalSetting.version.desc())
        .subquery()
    )
    rows = db.session.execute(
        select(Election.code, Election.name, func.count())
        .join(newest, newest.c.election_id == Election.id)
        .where(newest.c.to_confirm, Election.state != "selesai")
        .group_by(Election.id)
        .order_by(Election.voting_day.desc())
    )
    return [(code, name, count) for code, name, count in rows]


def versions(election_id: int, key: str) -> Sequence[LegalSetting]:
    """Every version of a setting, the newest first."""
    return db.session.scalars(
        select(LegalSetting)
        .where(LegalSetting.election_id == election_id, LegalSetting.key == key)
        .order_by(LegalSetting.version.desc())
    ).all()


def codes(election_id: int) -> Select[CodeEntry]:
    """The rows of every code table."""
    return (
        select(CodeEntry)
        .where(CodeEntry.election_id == election_id)
        .order_by(CodeEntry.table_code, CodeEntry.position)
    )


def code_entry(election_id: int, table: str, code: str) -> CodeEntry | None:
    """One row of a code table."""
    return db.session.scalar(
        select(CodeEntry).where(
            CodeEntry.election_id == election_id, CodeEntry.table_code == table, CodeEntry.code == code
        )
    )
