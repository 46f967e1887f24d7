"""``flask documents``: check the store."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from flask_babel import gettext as _

from electsys.documents.checking import check_store
from electsys.documents.store import current
from electsys.web.formats import angka, ukuran

cli = AppGroup("documents", help="The store of files.")


@cli.command("check")
@click.option("--remove-orphans", is_flag=True, help="Remove contents that no row names.")
def check(remove_orphans: bool) -> None:
    """Hash every stored file anew; exit 1 if one is missing or changed."""
    with force_locale("id"):
        found = check_store()
        click.echo(
            _(
                "%(count)s isi berkas dihitung ulang (%(size)s).",
                count=angka(found.checked),
                size=ukuran(found.bytes),
            )
        )
        for label, addresses in (
            (_("hilang"), found.missing),
            (_("berubah"), found.changed),
            (_("tanpa pemilik"), found.orphans),
        ):
            for sha256 in addresses:
                click.echo(f"{label}: {sha256}")
        if remove_orphans:
            for sha256 in found.orphans:
                current().remove(sha256)
        if found.sound:
            click.echo(_("Semua berkas utuh."))
    raise SystemExit(0 if found.sound else 1)
