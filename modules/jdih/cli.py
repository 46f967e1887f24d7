"""``flask jdih``: the legal basis, the feed."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from electsys.db import db
from electsys.errors import command
from electsys.ledger import Actor
from modules.jdih.operations.seeding import seed_basis

jdih = AppGroup("jdih", help="Register produk hukum.")


@jdih.command("seed")
def seed() -> None:
    """Register the legal basis of the suite, or what of it is missing."""
    with command():
        documents, relations = seed_basis(actor=Actor.system("dasar-hukum"))
        db.session.commit()
    click.echo(f"{documents} dokumen dan {relations} hubungan ditambahkan ke register.")
