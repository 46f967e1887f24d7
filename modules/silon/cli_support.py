"""``flask silon import-supporters``: a file of supporters of a person or an independent pair."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from electsys.db import db
from electsys.errors import command
from electsys.intake import Staging, file_digest, run_cli
from modules.silon.cli import acting
from modules.silon.imports.supporters import STAGING, check_supporters, spec_for
from modules.silon.models import Nomination
from modules.silon.operations.supporter_imports import FileFacts, import_supporters, summary


@click.command("import-supporters")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--nomination", type=int, required=True, help="Nomor pencalonan.")
@click.option("--as", "name", help="Akun yang membawa berkas.")
@click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang disimpan.")
@click.option("--accept-valid", is_flag=True, help="Terima baris yang sahih, tinggalkan yang salah.")
@click.option("--errors", "sheet", type=click.Path(path_type=Path), help="Tempat lembar kesalahan.")
def import_supporters_command(
    file: Path, nomination: int, name: str | None, dry_run: bool, accept_valid: bool, sheet: Path | None
) -> None:
    """Import a file of supporters."""
    with command():
        row = db.session.get(Nomination, nomination)
        if row is None or row.support_state is None:
            raise click.UsageError(f"Tidak ada pencalonan {nomination} yang memerlukan dukungan.")
        actor = acting(name)

    def apply(staging: Staging) -> str:
        facts = FileFacts(file.name, file_digest(file))
        return summary(import_supporters(staging, row, file=facts, actor=actor))

    sys.exit(
        run_cli(
            spec_for(row),
            apply,
            file,
            check=lambda staging: check_supporters(staging, row, actor=actor),
            dry_run=dry_run,
            accept_valid=accept_valid,
            errors=sheet,
            table=STAGING,
        )
    )
