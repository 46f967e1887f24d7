"""Reads of accounts and sessions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true

from electsys.db import db
from electsys.identity.access import Scope
from electsys.identity.grants import is_in_force
from electsys.identity.models import Account, AccountSession, Activation, Grant, LoginLock, Role
from electsys.identity.rules import common_region


def by_identity(identity: str) -> Account | None:
    """The account with that user name or e-mail address."""
    return db.session.scalar(
        select(Account).where(or_(Account.username == identity, Account.email == identity)).limit(1)
    )


def current_grants(account: Account) -> list[Grant]:
    """Grants that hold now or will, oldest first."""
    now = func.clock_timestamp()
    return list(
        db.session.scalars(
            select(Grant)
            .where(Grant.account_id == account.id, or_(Grant.valid_to.is_(None), Grant.valid_to > now))
            .order_by(Grant.id)
        )
    )


def scope_of(account: Account) -> Scope:
    """Where an account lies: who manages accounts there may manage this one.

    It is the region that reaches all its grants, so that nobody resets the password of an account which
    may do more elsewhere. An account without a grant belongs to the nation.
    """
    held = current_grants(account)
    parties = {grant.party_id for grant in held}
    return Scope(common_region(g.region for g in held), parties.pop() if len(parties) == 1 else None)


def within(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """The condition that an account lies in one of these scopes, as :func:`scope_of` would say."""
    conditions: list[ColumnElement[bool]] = [false()]
    held = and_(
        Grant.account_id == Account.id,
        or_(Grant.valid_to.is_(None), Grant.valid_to > func.clock_timestamp()),
    )
    for scope in scopes:
        if not scope.region and scope.party is None:
            return true()
        inside = Grant.region.startswith(scope.region or "", autoescape=True)
        if scope.party is not None:
            inside = and_(inside, Grant.party_id.is_not_distinct_from(scope.party))
        conditions.append(and_(exists().where(held), ~exists().where(held, ~inside)))
    return or_(*conditions)


def listing(scopes: Iterable[Scope]) -> Select[Any]:
    """Accounts in these scopes."""
    return select(Account).where(within(scopes))


def holding(role_id: int) -> ColumnElement[bool]:
    """The condition that an account holds a role now."""
    return exists().where(Grant.account_id == Account.id, Grant.role_id == role_id, is_in_force())


def role_labels(accounts: Iterable[Account]) -> dict[int, list[str]]:
    """What each of these accounts is now, for a list: role and region (one query)."""
    found: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(Grant.account_id, Role.label, Grant.region)
        .join(Role, Role.id == Grant.role_id)
        .where(Grant.account_id.in_([a.id for a in accounts]), is_in_force())
        .order_by(Grant.id)
    )
    for account, label, region in rows:
        found.setdefault(account, []).append(f"{gettext(label)} {region}".strip())
    return found


def roles_now(account_id: int) -> list[tuple[Any, str, int | None]]:
    """What an account is now: role, region and party of each grant in force."""
    rows = db.session.execute(
        select(Role.label, Grant.region, Grant.party_id)
        .join(Grant, Grant.role_id == Role.id)
        .where(Grant.account_id == account_id, is_in_force())
        .order_by(Grant.id)
    )
    return [(gettext(label), region, party) for label, region, party in rows]


def open_sessions(account_id: int) -> list[AccountSession]:
    """The sessions that still let somebody in, latest first."""
    from flask import current_app

    now = func.clock_timestamp()
    return list(
        db.session.scalars(
            select(AccountSession)
            .where(
                AccountSession.account_id == account_id,
                AccountSession.ended_at.is_(None),
                AccountSession.seen_at > now - current_app.config["SESSION_IDLE"],
                AccountSession.created_at > now - current_app.config["SESSION_ABSOLUTE"],
            )
            .order_by(AccountSession.seen_at.desc(), AccountSession.id.desc())
        )
    )


def locked_until(account_id: int) -> Any:
    """Until when the account must wait because of wrong passwords or codes, or None."""
    from electsys.identity.operations import locks

    return db.session.scalar(
        select(func.max(LoginLock.locked_until)).where(
            LoginLock.key.in_([locks.key("account", account_id), locks.key("code", account_id)]),
            LoginLock.locked_until > func.clock_timestamp(),
        )
    )


def waiting_activation(account_id: int) -> Activation | None:
    """The activation link that the account can still use."""
    return db.session.scalar(
        select(Activation).where(
            Activation.account_id == account_id,
            Activation.closed_at.is_(None),
            Activation.expires_at > func.clock_timestamp(),
        )
    )


def not_activated(scopes: Iterable[Scope], *, without_sheet: bool = False) -> Select[Any]:
    """Accounts in these scopes whose holders have no password yet; perhaps only those that have no
    activation sheet either."""
    waiting = listing(scopes).where(Account.active, Account.password.is_(None)).order_by(Account.username)
    if without_sheet:
        usable = exists().where(
            Activation.account_id == Account.id,
            Activation.closed_at.is_(None),
            Activation.expires_at > func.clock_timestamp(),
        )
        waiting = waiting.where(~usable)
    return waiting


def how_many(accounts: Select[Any]) -> int:
    """The number of accounts of a select."""
    return db.session.scalar(select(func.count()).select_from(accounts.order_by(None).subquery())) or 0


def first_roles(accounts: Iterable[Account]) -> dict[int, tuple[Any, str]]:
    """The first role in force of each of these accounts and its region (one query)."""
    rows = db.session.execute(
        select(Grant.account_id, Role.label, Grant.region)
        .join(Role, Role.id == Grant.role_id)
        .where(Grant.account_id.in_([a.id for a in accounts]), is_in_force())
        .order_by(Grant.id.desc())
    )
    return {account: (gettext(label), region) for account, label, region in rows}


def nobody_yet() -> bool:
    """Whether there is no account at all."""
    return not db.session.scalar(select(exists().select_from(Account)))
