"""``flask sirekap publish``."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from electsys import errors
from electsys.web.formats import angka
from modules.sirekap.cli import sirekap
from modules.sirekap.publication.publishing import publish_election


@sirekap.command("publish")
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--to", "address", required=True, metavar="DIR|URL", help="Folder atau alamat fsspec.")
@click.option("--all", "everything", is_flag=True, help="Tulis ulang semuanya, bukan hanya yang berubah.")
@click.option("--region", help="Hanya wilayah ini dan di atasnya (gladi); kode, mis. 1201.")
def publish(election: str, address: str, everything: bool, region: str | None) -> None:
    """Publish the whole public side as static files; only what changed is written."""
    with errors.command():
        done = publish_election(election, address, everything=everything, region=region)
    if done.stopped:
        click.echo(_("Publikasi sedang dihentikan; yang terbit hanya pemberitahuannya."))
    click.echo(
        _(
            "%(written)s dari %(files)s berkas ditulis; log %(size)s catatan.",
            written=angka(done.written),
            files=angka(done.files),
            size=angka(done.size),
        )
    )
