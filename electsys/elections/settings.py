"""Read the legal settings of an election as typed values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from electsys.db import db
from electsys.elections import rules
from electsys.elections.models import LegalSetting


def current(election_id: int, key: str) -> LegalSetting | None:
    """The version of a setting that is in force, with its article and history fields."""
    return db.session.scalars(
        select(LegalSetting)
        .where(LegalSetting.election_id == election_id, LegalSetting.key == key)
        .order_by(LegalSetting.version.desc())
        .limit(1)
    ).one_or_none()


def value(election_id: int, key: str) -> Any:
    """The value of a setting: int, Fraction, date, time, bool, text, list or dict by its kind.

    None means that the law sets no value. An unknown key is a mistake of the program: LookupError.
    """
    setting = current(election_id, key)
    if setting is None:
        raise LookupError(f"no legal setting {key!r} in election {election_id}")
    return typed(setting)


def several(election_id: int, *keys: str) -> dict[str, Any]:
    """As :func:`value`, of several keys by one query: key -> value of those that the election has."""
    rows = db.session.scalars(
        select(LegalSetting)
        .where(LegalSetting.election_id == election_id, LegalSetting.key.in_(keys))
        .ext(distinct_on(LegalSetting.key))
        .order_by(LegalSetting.key, LegalSetting.version.desc())
    )
    return {row.key: typed(row) for row in rows}


def typed(setting: LegalSetting) -> Any:
    """The typed value of one version."""
    return rules.parse(setting.kind, setting.value, setting.choices.split())
