"""``flask silon import-supporters``: a file of supporters of a person or an independent pair."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from electsys.commands import acting
from electsys.db import db
from electsys.errors import command
from electsys.intake import Asked, FileFacts, Staging, file_options, run_cli
from modules.silon.cli import DEMO_ACTOR
from modules.silon.imports.supporters import STAGING, check_supporters, spec_for
from modules.silon.models import Nomination
from modules.silon.operations.supporter_imports import import_supporters, summary


@click.command("import-supporters")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--nomination", type=int, required=True, help="Nomor pencalonan.")
@file_options
def import_supporters_command(file: Path, nomination: int, asked: Asked) -> None:
    """Import a file of supporters."""
    with command():
        row = db.session.get(Nomination, nomination)
        if row is None or row.support_state is None:
            raise click.UsageError(f"Tidak ada pencalonan {nomination} yang memerlukan dukungan.")
        actor = acting(asked.name, demo=DEMO_ACTOR)

    def apply(staging: Staging) -> str:
        facts = FileFacts.of(file)
        return summary(import_supporters(staging, row, file=facts, actor=actor))

    sys.exit(
        run_cli(
            spec_for(row),
            apply,
            file,
            check=lambda staging: check_supporters(staging, row, actor=actor),
            table=STAGING,
            **asked.how,
        )
    )
