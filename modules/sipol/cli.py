"""``flask sipol``: the group, and the import of members."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import command
from electsys.identity import actor_named
from electsys.intake import Staging, columns_of, file_digest, run_cli
from electsys.ledger import Actor
from modules.sipol.imports.checks import check_members, region_of
from modules.sipol.imports.specs import STAGING, spec_for
from modules.sipol.models import Party, PartyRegistration
from modules.sipol.operations.member_imports import FileFacts, import_members, summary

sipol = AppGroup("sipol", help="Partai politik.")

#: Who acts in the demo where nobody is named.
DEMO_ACTOR = "partai.pusat"


def election_named(code: str) -> Election:
    """The election of a code; wrong usage where there is none."""
    election = by_code(code)
    if election is None:
        raise click.UsageError(f"Tidak ada pemilu {code!r}.")
    return election


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


def acting(name: str | None, demo: str = DEMO_ACTOR) -> Actor:
    """The account named by ``--as``; only the demo has a default."""
    if name is None and not current_app.config["DEMO"]:
        raise click.UsageError("Sebut akun yang bertindak: --as AKUN.")
    return actor_named(name or demo)


@sipol.command("import-members")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--party", required=True, help="Nomor urut partai, atau singkatannya.")
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--region", help="Wilayah berkas (kode KPU); tanpa ini wilayah akun.")
@click.option("--as", "name", help="Akun yang membawa berkas.")
@click.option("--map", "pairs", multiple=True, metavar="KOLOM=JUDUL", help="Judul berkas untuk sebuah kolom.")
@click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang disimpan.")
@click.option("--accept-valid", is_flag=True, help="Terima baris yang sahih, tinggalkan yang salah.")
@click.option("--errors", "sheet", type=click.Path(path_type=Path), help="Tempat lembar kesalahan.")
def import_command(
    file: Path,
    party: str,
    election: str,
    region: str | None,
    name: str | None,
    pairs: tuple[str, ...],
    dry_run: bool,
    accept_valid: bool,
    sheet: Path | None,
) -> None:
    """Import a file of a party's members."""
    with command():
        found = election_named(election)
        registration, actor = registration_named(found, party), acting(name)
        place = region_of(actor, registration) if region is None else region
        if not place.isdigit() and place:
            raise click.UsageError(f"--region adalah kode wilayah, bukan {place!r}.")

    def apply(staging: Staging) -> str:
        facts = FileFacts(file.name, file_digest(file))
        return summary(import_members(staging, registration, region=place, file=facts, actor=actor))

    sys.exit(
        run_cli(
            spec_for(found, place),
            apply,
            file,
            check=lambda staging: check_members(staging, registration, place, actor=actor),
            dry_run=dry_run,
            accept_valid=accept_valid,
            errors=sheet,
            mapping=columns_of(pairs),
            table=STAGING,
        )
    )
