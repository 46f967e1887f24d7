"""``flask privacy new-key | keys | rotate | drop-key``."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from electsys import errors
from electsys.db import db
from electsys.ledger.actor import Actor
from electsys.privacy import keys, rotation

group = AppGroup("privacy", help="The keys of personal data.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


@group.command("new-key")
def new_key() -> None:
    """Make the key file of a new installation."""
    path = keys.path_of(current_app)
    if path.exists():
        raise click.ClickException(
            _("Berkas kunci %(path)s sudah ada. Untuk menggantinya: flask privacy rotate", path=path)
        )
    keys.add_key(path)
    click.echo(_("Berkas kunci dibuat: %(path)s (hanya dapat dibaca pemiliknya).", path=path))
    click.echo(
        _("Tanpa berkas ini tidak ada NIK yang dapat dibaca lagi. Buat cadangannya sekarang: flask backup")
    )


@group.command("keys")
def show_keys() -> None:
    """List the key versions, how old they are and how many rows need them."""
    with errors.command():
        ring, uses = keys.keyring(), rotation.uses()
    for version, root in sorted(ring.seal_roots.items()):
        click.echo(
            _(
                "versi %(version)s  %(name)s  dibuat %(made)s  %(count)s baris%(state)s",
                version=version,
                name=keys.fingerprint_of(root),
                made=ring.made[version].date().isoformat(),
                count=uses.get(version, 0),
                state=_("  (menyegel)") if version == ring.current else "",
            )
        )


@group.command("rotate")
@click.option("--as", "username", help="The account that orders it (default: the system).")
def rotate(username: str | None) -> None:
    """Make a new key and seal every row again; started again, it goes on where it stopped."""
    with errors.command():
        version = rotation.begin_rotation(actor=_actor(username))
        db.session.commit()
        count = rotation.reseal_all()
    click.echo(
        _("%(count)s baris disegel ulang dengan kunci versi %(version)s.", count=count, version=version)
    )


@group.command("drop-key")
@click.argument("version", type=int)
@click.option("--force", is_flag=True, help="Do not wait a day after the new key was made.")
@click.option("--as", "username", help="The account that orders it (default: the system).")
def drop(version: int, force: bool, username: str | None) -> None:
    """Remove an old key version that no row needs any more."""
    with errors.command():
        rotation.retire_key(version, actor=_actor(username), force=force)
    click.echo(_("Kunci versi %(version)s dihapus.", version=version))


def _actor(username: str | None) -> Actor:
    from electsys.identity import actor_named

    return actor_named(username) if username else Actor.system("privacy")
