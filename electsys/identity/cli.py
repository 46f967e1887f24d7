"""Commands of identity: accounts, grants, roles."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import actor_named
from electsys.identity.models import Account, Role
from electsys.identity.operations import (
    create_account,
    create_first_admin,
    give_grant,
    issue_activation,
    seed_roles,
)
from electsys.identity.queries.accounts import nobody_yet
from electsys.identity.queries.roles import holder_counts, roles
from electsys.identity.views.urls import activation_link
from electsys.ledger import Actor

group = AppGroup("identity", help="Accounts, grants and roles.")


def _finish(done: str) -> None:
    db.session.commit()
    click.echo(done)


@group.command("create-account")
@click.argument("username")
@click.option("--name", required=True, help="Who holds the account.")
@click.option("--email", required=True)
@click.option("--as", "acting", help="The account that acts. Left out only for the very first account.")
def create_account_command(username: str, name: str, email: str, acting: str | None) -> None:
    """Create an account and print its one-time activation link.

    On an empty installation the account becomes the first admin.
    """
    try:
        if acting is None and nobody_yet():
            account = create_first_admin(username, name=name, email=email, password=None)
            actor = Actor.system("akun-pertama")
        elif acting is None:
            raise click.UsageError("Say who acts: --as ACCOUNT.")
        else:
            actor = actor_named(acting)
            account = create_account(username, name=name, email=email, password=None, actor=actor)
        token = issue_activation(account, actor=actor)
    except Refused as refusal:
        raise click.ClickException(_said(refusal)) from refusal
    _finish(f"{account.username}: {activation_link(token)}")


@group.command("grant")
@click.argument("username")
@click.argument("role")
@click.option("--region", default="", help="Region code; left out it is the whole nation.")
@click.option("--party", type=int, help="Number of the party, for roles of parties.")
@click.option("--election", help="Code of the election, such as pemilu-2024; left out it is every one.")
@click.option("--as", "acting", required=True, help="The account that acts.")
def grant_command(
    username: str, role: str, region: str, party: int | None, election: str | None, acting: str
) -> None:
    """Give an account a role in a region."""
    try:
        account = db.session.scalar(select(Account).where(Account.username == username))
        found = db.session.scalar(select(Role).where(Role.name == role))
        if account is None or found is None:
            raise click.UsageError(
                f"There is no {'account ' + username if account is None else 'role ' + role}."
            )
        grant = give_grant(
            account,
            found,
            actor=actor_named(acting),
            region=region,
            party_id=party,
            election_id=_election(election),
        )
    except Refused as refusal:
        raise click.ClickException(_said(refusal)) from refusal
    _finish(f"{username}: {role} {region or 'nasional'} (#{grant.id})")


def _election(code: str | None) -> int | None:
    if code is None:
        return None
    from electsys.elections.models import Election

    found = db.session.scalar(select(Election.id).where(Election.code == code))
    if found is None:
        raise click.UsageError(f"There is no election {code}.")
    return found


@group.command("roles")
@click.option("--seed", is_flag=True, help="Install the roles of the catalogue that are missing.")
def roles_command(seed: bool) -> None:
    """List the roles: how many hold each, and what it allows."""
    if seed:
        seed_roles(actor=Actor.system("peran"))
        db.session.commit()
    counts = holder_counts()
    for role in roles():
        click.echo(f"{role.name:<24} {counts.get(role.id, 0):>7}  {', '.join(role.permissions)}")


def _said(refusal: Refused) -> str:
    return " ".join(str(part) for part in (refusal.message, refusal.hint) if part)


def init_app(app: Flask) -> None:
    """Join the commands to the app."""
    app.cli.add_command(group)
