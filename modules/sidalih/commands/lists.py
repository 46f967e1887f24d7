"""Commands of lists: set a stage, and count every frozen list once more."""

from __future__ import annotations

import sys

import click
from sqlalchemy import func, select

from electsys.commands import acting, election_named
from electsys.db import db
from electsys.errors import Refused, command
from modules.sidalih.cli import DEMO_ACTOR, sidalih
from modules.sidalih.models import VoterRoll
from modules.sidalih.operations.lists import STAGE_OF, set_stage
from modules.sidalih.queries.checking import differences


@sidalih.command("stage")
@click.argument("action", type=click.Choice(list(STAGE_OF)))
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--region", required=True, help="Kode kabupaten/kota.")
@click.option("--as", "name", help="Akun yang bertindak.")
def stage_command(action: str, election: str, region: str, name: str | None) -> None:
    """Move the list of a kab/kota to its next stage, freezing it."""
    found, actor = election_named(election), None
    with command():
        actor = acting(name, demo=DEMO_ACTOR)
        roll = _roll(found.id, region)
        frozen = set_stage(roll, action, actor=actor)
        db.session.commit()
    click.echo(f"{frozen.stage} ke-{frozen.sequence}: {frozen.total} pemilih, sidik {frozen.digest.hex()}")


@sidalih.command("check-lists")
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--region", default="", help="Hanya wilayah ini.")
def check_command(election: str, region: str) -> None:
    """Count every frozen list again from its entries and compare; exit code 1 where anything differs."""
    found = election_named(election)
    wrong = 0
    rolls = select(VoterRoll).where(
        VoterRoll.election_id == found.id, func.starts_with(VoterRoll.region, region)
    )
    for roll in db.session.scalars(rolls.order_by(VoterRoll.region)):
        for line in differences(roll):
            wrong += 1
            click.echo(line, err=True)
    click.echo(f"{wrong} perbedaan.")
    sys.exit(1 if wrong else 0)


def _roll(election_id: int, region: str) -> VoterRoll:
    roll = db.session.scalars(
        select(VoterRoll).where(VoterRoll.election_id == election_id, VoterRoll.region == region)
    ).one_or_none()
    if roll is None:
        raise Refused("Daftar pemilih kabupaten/kota ini belum dibuka.")
    return roll
