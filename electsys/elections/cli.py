"""``flask elections seed``: the election of 2024."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from electsys.db import db
from electsys.elections.seed import seed_election
from electsys.ledger import Actor

group = AppGroup("elections", help="Elections, calendar, settings.")


@group.command("seed")
@click.option("--real-dates", is_flag=True, help="Do not keep the count open for trying it out.")
def seed(real_dates: bool) -> None:
    """Install the election of 2024, or what of it is missing."""
    election = seed_election(actor=Actor.system("elections-seed"), open_for_demo=not real_dates)
    db.session.commit()
    click.echo(f"{election.code}: {election.name}, {election.voting_day:%d-%m-%Y}")
