"""Commands of the web room: the English catalogue."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from electsys.web import catalogue

cli = AppGroup("web", help="Terjemahan antarmuka.")


@cli.command("compile-translations")
def compile_translations() -> None:
    """Compile the English catalogue, if it is newer than its compiled form."""
    for path in catalogue.compile_all():
        click.echo(f"{path}")


@cli.command("extract")
@click.option("--missing", is_flag=True, help="Only print the messages without a translation.")
def extract(missing: bool) -> None:
    """Bring the English catalogue up to date with the messages of code and templates."""
    if not missing:
        catalogue.update()
    left = catalogue.missing()
    for message in left:
        click.echo(message)
    click.echo(f"{len(left)} pesan tanpa terjemahan di {catalogue.PO}")
