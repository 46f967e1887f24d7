"""``flask sidalih``: the group, and the import. Other commands stand in ``modules/sidalih/commands``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused, command
from electsys.identity import actor_named
from electsys.intake import Staging, columns_of, file_digest, run_cli
from electsys.ledger import Actor
from modules.sidalih.imports.checks import check_voters, region_of
from modules.sidalih.imports.deliveries import summary
from modules.sidalih.imports.specs import SOURCES_OF_FILES, STAGING, spec_for
from modules.sidalih.operations.imports import FileFacts, import_voters
from modules.sidalih.permissions import COMPILE

sidalih = AppGroup("sidalih", help="Daftar pemilih.")

#: Who acts in the demo where nobody is named.
DEMO_ACTOR = "operator.ri"


def election_named(code: str) -> Election:
    """The election of a code; wrong usage where there is none."""
    election = by_code(code)
    if election is None:
        raise click.UsageError(f"Tidak ada pemilu {code!r}.")
    return election


def acting(name: str | None, demo: str = DEMO_ACTOR) -> Actor:
    """The account named by ``--as``; only the demo has a default."""
    if name is None and not current_app.config["DEMO"]:
        raise click.UsageError("Sebut akun yang bertindak: --as AKUN.")
    return actor_named(name or demo)


@sidalih.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--source", type=click.Choice(SOURCES_OF_FILES), default="dp4", show_default=True)
@click.option("--region", help="Wilayah berkas (kode KPU); tanpa ini wilayah akun.")
@click.option("--as", "name", help="Akun yang membawa berkas.")
@click.option("--map", "pairs", multiple=True, metavar="KOLOM=JUDUL", help="Judul berkas untuk sebuah kolom.")
@click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang disimpan.")
@click.option("--accept-valid", is_flag=True, help="Terima baris yang sahih, tinggalkan yang salah.")
@click.option("--errors", "sheet", type=click.Path(path_type=Path), help="Tempat lembar kesalahan.")
def import_command(
    file: Path,
    election: str,
    source: str,
    region: str | None,
    name: str | None,
    pairs: tuple[str, ...],
    dry_run: bool,
    accept_valid: bool,
    sheet: Path | None,
) -> None:
    """Import a voter file (DP4, DPB, or an earlier DPT) into the list of an election."""
    with command():
        found, actor = election_named(election), acting(name)
        place = region_of(actor, COMPILE) if region is None else region
        if not place.isdigit() and place:
            raise click.UsageError(f"--region adalah kode wilayah, bukan {place!r}.")

    def apply(staging: Staging) -> str:
        facts = FileFacts(file.name, file_digest(file))
        return summary(import_voters(staging, found, region=place, source=source, file=facts, actor=actor))

    sys.exit(
        run_cli(
            spec_for(found, place),
            apply,
            file,
            check=lambda staging: check_voters(staging, found, place, actor=actor),
            dry_run=dry_run,
            accept_valid=accept_valid,
            errors=sheet,
            mapping=columns_of(pairs),
            table=STAGING,
        )
    )


__all__ = ["Refused", "acting", "election_named", "sidalih"]
