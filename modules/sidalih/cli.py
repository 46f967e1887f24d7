"""``flask sidalih``: the group, and the import. Other commands stand in ``modules/sidalih/commands``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from electsys.commands import acting, election_named
from electsys.errors import command
from electsys.intake import Asked, FileFacts, Staging, file_options, run_cli
from modules.sidalih.imports.checks import check_voters, region_of
from modules.sidalih.imports.deliveries import summary
from modules.sidalih.imports.specs import SOURCES_OF_FILES, STAGING, spec_for
from modules.sidalih.operations.imports import import_voters
from modules.sidalih.permissions import COMPILE

sidalih = AppGroup("sidalih", help="Daftar pemilih.")

#: Who acts in the demo where nobody is named.
DEMO_ACTOR = "operator.ri"


@sidalih.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--source", type=click.Choice(SOURCES_OF_FILES), default="dp4", show_default=True)
@click.option("--region", help="Wilayah berkas (kode KPU); tanpa ini wilayah akun.")
@file_options
def import_command(file: Path, election: str, source: str, region: str | None, asked: Asked) -> None:
    """Import a voter file (DP4, DPB, or an earlier DPT) into the list of an election."""
    with command():
        found, actor = election_named(election), acting(asked.name, demo=DEMO_ACTOR)
        place = region_of(actor, COMPILE) if region is None else region
        if not place.isdigit() and place:
            raise click.UsageError(f"--region adalah kode wilayah, bukan {place!r}.")

    def apply(staging: Staging) -> str:
        facts = FileFacts.of(file)
        return summary(import_voters(staging, found, region=place, source=source, file=facts, actor=actor))

    sys.exit(
        run_cli(
            spec_for(found, place),
            apply,
            file,
            check=lambda staging: check_voters(staging, found, place, actor=actor),
            table=STAGING,
            **asked.how,
        )
    )
