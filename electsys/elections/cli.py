"""``flask elections``: install the election of 2024, keep results that were counted elsewhere."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from electsys.db import db
from electsys.elections.seed import seed_election
from electsys.errors import Refused
from electsys.ledger import Actor

group = AppGroup("elections", help="Elections, calendar, settings.")


@group.command("seed")
@click.option("--real-dates", is_flag=True, help="Do not keep the count open for trying it out.")
def seed(real_dates: bool) -> None:
    """Install the election of 2024, or what of it is missing."""
    election = seed_election(actor=Actor.system("elections-seed"), open_for_demo=not real_dates)
    db.session.commit()
    click.echo(f"{election.code}: {election.name}, {election.voting_day:%d-%m-%Y}")


@group.command("standings")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--election", "code", required=True, help="The election's id, such as pemilu-2024.")
@click.option("--contest", "kind", required=True, help="ppwp, dpr, dpd, dprd_prov, dprd_kabko, ...")
@click.option("--source", required=True, help="The decision that the result comes from.")
@click.option("--as", "username", required=True, help="The account that imports.")
def standings(file: Path, code: str, kind: str, source: str, username: str) -> None:
    """Keep what was won in an election that the house did not count.

    UTF-8 CSV: kode_dapil or kode_wilayah, nomor_partai, nomor_calon (empty for the list), suara, suara_sah,
    and where known kursi, peringkat, terpilih (ya), sebaran_kabko, sebaran_kecamatan, sebaran_desa,
    sebaran_tps. All or nothing.
    """
    from electsys.elections.standing_files import import_standings

    try:
        n = import_standings(file, code, kind, source=source, username=username)
    except Refused as refusal:
        db.session.rollback()
        raise SystemExit(_told(refusal)) from None
    db.session.commit()
    click.echo(f"{n} baris hasil disimpan.")


def _told(refusal: Refused) -> int:
    click.echo(" ".join(filter(None, (str(refusal.message), str(refusal.hint or "")))), err=True)
    return 1
