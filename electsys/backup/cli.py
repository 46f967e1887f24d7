"""``flask backup`` and ``flask restore``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask_babel import gettext as _

from electsys import errors, ledger
from electsys.backup.archive import PASSPHRASE_VARIABLE
from electsys.backup.making import make_backup
from electsys.backup.restoring import restore_backup


def _passphrase(*, twice: bool) -> str:
    if value := os.environ.get(PASSPHRASE_VARIABLE):
        return value
    return str(click.prompt(_("Frasa sandi cadangan"), hide_input=True, confirmation_prompt=twice))


@contextmanager
def _within_bounds() -> Iterator[None]:
    """Say a full disk or a folder that is not ours in words."""
    try:
        yield
    except OSError as problem:
        raise errors.Refused(
            _(
                "%(path)s tidak dapat dibaca atau ditulis: %(why)s.",
                path=problem.filename or _("Berkas"),
                why=problem.strerror or problem,
            ),
            hint=_("Periksa nama folder, hak akses, dan sisa ruang penyimpanan."),
        ) from problem


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Write database, files and keys into one archive."""
    with errors.command(), _within_bounds():
        manifest = make_backup(file, _passphrase(twice=True), actor=ledger.Actor.system("backup"))
    for name, part in manifest["parts"].items():
        click.echo(f"{name}  {part['size']:,} B  sha256:{part['sha256']}")
    click.echo(_("Cadangan ditulis ke %(file)s.", file=file))
    click.echo(_("SECRET_KEY dan SECURITY_PASSWORD_SALT dari lingkungan tidak ikut; simpanlah tersendiri."))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a database that is not empty.")
def restore_command(file: Path, force: bool) -> None:
    """Bring back database, files and keys from an archive of ``flask backup``."""
    with errors.command(), _within_bounds():
        actor = ledger.Actor.system("restore")
        manifest = restore_backup(file, _passphrase(twice=False), force=force, actor=actor)
    click.echo(
        _(
            "Cadangan %(time)s dipulihkan. Sidik rantai: %(head)s",
            time=manifest["made_at"],
            head=manifest["ledger_head"],
        )
    )
