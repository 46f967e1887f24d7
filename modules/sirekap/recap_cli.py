"""``flask sirekap prepare``: the ladder of an election."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Contest
from electsys.elections.queries import by_code
from electsys.errors import command
from electsys.identity import actor_named
from modules.sirekap.operations.ladder import prepare_ladder


def join(app: Flask) -> None:
    """Add the command to Sirekap's group."""
    group = app.cli.commands.get("sirekap")
    if not isinstance(group, AppGroup):
        group = AppGroup("sirekap", help="Recapitulation and publication.")
        app.cli.add_command(group)
    group.add_command(prepare)


@click.command("prepare")
@click.option("--election", required=True, help="Code of the election, such as pemilu-2024.")
@click.option("--contest", help="One contest only, such as ppwp.")
@click.option("--as", "account", required=True, help="Account that acts.")
def prepare(election: str, contest: str | None, account: str) -> None:
    """Make what is missing of the recap ladder: a D.Hasil for each region and frozen ballot."""
    with command():
        found = by_code(election)
        if found is None:
            raise click.ClickException(f"Pemilu {election} tidak ada.")
        statement = select(Contest).where(Contest.election_id == found.id).order_by(Contest.id)
        if contest:
            statement = statement.where(Contest.kind == contest)
        actor = actor_named(account)
        for each in db.session.scalars(statement).all():
            click.echo(f"{each.kind}: {prepare_ladder(each, actor=actor)} D.Hasil baru.")
        db.session.commit()
