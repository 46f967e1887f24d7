"""``flask sipol``: the group, and the import of members."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from electsys.commands import acting, election_named
from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import command
from electsys.intake import Asked, FileFacts, Staging, file_options, run_cli
from modules.sipol.imports.checks import check_members, region_of
from modules.sipol.imports.specs import STAGING, spec_for
from modules.sipol.models import Party, PartyRegistration
from modules.sipol.operations.member_imports import import_members, summary

sipol = AppGroup("sipol", help="Partai politik.")

#: Who acts in the demo where nobody is named.
DEMO_ACTOR = "partai.pusat"


def registration_named(election: Election, party: str) -> PartyRegistration:
    """The registration of a party: by its ballot number, else the last one, else its short name."""
    mine = select(PartyRegistration).where(PartyRegistration.election_id == election.id)
    ways = [mine.join(Party).where(func.lower(Party.short_name) == party.casefold())]
    if party.isascii() and party.isdecimal() and len(party) < 5:
        ways = [
            mine.where(PartyRegistration.number == int(party)),
            mine.where(PartyRegistration.number.is_(None), PartyRegistration.last_number == int(party)),
            *ways,
        ]
    for way in ways:
        found = db.session.scalars(way.order_by(PartyRegistration.id)).all()
        if found:
            return found[0]
    raise click.UsageError(f"Tidak ada partai {party!r} pada pemilu ini.")


@sipol.command("import-members")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--party", required=True, help="Nomor urut partai, atau singkatannya.")
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--region", help="Wilayah berkas (kode KPU); tanpa ini wilayah akun.")
@file_options
def import_command(file: Path, party: str, election: str, region: str | None, asked: Asked) -> None:
    """Import a file of a party's members."""
    with command():
        found = election_named(election)
        registration, actor = registration_named(found, party), acting(asked.name, demo=DEMO_ACTOR)
        place = region_of(actor, registration) if region is None else region
        if not place.isdigit() and place:
            raise click.UsageError(f"--region adalah kode wilayah, bukan {place!r}.")

    def apply(staging: Staging) -> str:
        facts = FileFacts.of(file)
        return summary(import_members(staging, registration, region=place, file=facts, actor=actor))

    sys.exit(
        run_cli(
            spec_for(found, place),
            apply,
            file,
            check=lambda staging: check_members(staging, registration, place, actor=actor),
            table=STAGING,
            **asked.how,
        )
    )
