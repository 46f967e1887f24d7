"""``flask regions load``: the region tree, the dapil, and the TPS of an election."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup
from sqlalchemy import text

from electsys.db import as_owner, db
from electsys.errors import Refused
from electsys.ledger import Actor
from electsys.regions import loading

group = AppGroup("regions", help="Region tree, dapil and polling stations.")


@group.command("load")
@click.option("--election", help="Also load the TPS of this election, e.g. pemilu-2024.")
@click.option(
    "--only", multiple=True, metavar="PREFIX", help="Only TPS whose code starts so; may be repeated."
)
def load(election: str | None, only: tuple[str, ...]) -> None:
    """Load or bring up to date; running it again changes nothing."""
    actor = Actor.system("regions-load")
    start = time.monotonic()
    for table, rows in loading.load_map(actor=actor).rows.items():
        click.echo(f"{table:20} {rows:>9,}")
    if election:
        try:
            click.echo(f"{'tps':20} {loading.load_tps(election, actor=actor, only=only):>9,}")
        except Refused as refusal:
            raise click.ClickException(" ".join(filter(None, (refusal.message, refusal.hint)))) from refusal
    db.session.commit()
    with as_owner("statistics after loading the map") as session:
        session.execute(text("analyze region, dapil, dapil_village, tps"))
    click.echo(f"{time.monotonic() - start:.1f} s")
