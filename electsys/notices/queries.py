"""Reads of the inbox, and who is to be told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import any_, func, literal, or_, select

from electsys.db import db
from electsys.identity.access import Scope
from electsys.identity.models import Account, Grant, Role
from electsys.notices.models import MAIL, Notice, NoticeSetting


def unread_count(account_id: int) -> int:
    """How many notices the account has not read (one query over a partial index)."""
    return (
        db.session.scalar(
            select(func.count(Notice.id)).where(Notice.account_id == account_id, Notice.read_at.is_(None))
        )
        or 0
    )


def inbox(account_id: int, *, unread: bool, page: int, size: int) -> tuple[list[Notice], int]:
    """One page of the inbox, newest first, and how many notices there are in all."""
    mine = select(Notice).where(Notice.account_id == account_id)
    if unread:
        mine = mine.where(Notice.read_at.is_(None))
    total = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    rows = db.session.scalars(mine.order_by(Notice.id.desc()).offset((page - 1) * size).limit(size))
    return list(rows), total


def mail_preference(account_id: int) -> str:
    """When the account wants its mails."""
    setting = db.session.get(NoticeSetting, account_id)
    return setting.mail if setting else MAIL[0]


def holders(permission: str, scope: Scope) -> list[int]:
    """The accounts nearest to ``scope`` that hold ``permission`` there.

    Nearest: those of the kab/kota if there are any, else of the province, else of the nation. So the
    nation is not told what a kab/kota can settle.
    """
    elections = []
    if scope.election is not None:
        elections.append(or_(Grant.election_id.is_(None), Grant.election_id == scope.election))
    rows: list[Any] = list(
        db.session.execute(
            select(Grant.account_id, func.length(Grant.region))
            .join(Role, Role.id == Grant.role_id)
            .join(Account, Account.id == Grant.account_id)
            .where(
                Account.active,
                literal(permission) == any_(Role.permissions),
                func.starts_with(scope.region or "", Grant.region),
                or_(Grant.party_id.is_(None), Grant.party_id == scope.party),
                *elections,
                Grant.valid_from <= func.now(),
                or_(Grant.valid_to.is_(None), Grant.valid_to > func.now()),
            )
        )
    )
    nearest = max((length for _, length in rows), default=0)
    return sorted({account for account, length in rows if length == nearest})
