"""``flask jdih``: the legal basis, the feed."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from electsys.db import db
from electsys.errors import command
from electsys.ledger import Actor
from modules.jdih import feed, indexing
from modules.jdih.models import LawDocument
from modules.jdih.operations.seeding import seed_basis

jdih = AppGroup("jdih", help="Register produk hukum.")


@jdih.command("seed")
def seed() -> None:
    """Register the legal basis of the suite, or what of it is missing."""
    with command():
        documents, relations = seed_basis(actor=Actor.system("dasar-hukum"))
        db.session.commit()
    click.echo(f"{documents} dokumen dan {relations} hubungan ditambahkan ke register.")


@jdih.command("feed")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Berkas tujuan.")
@click.option("--since", "moment", help="Hanya yang berubah sejak saat ini, mis. 2024-03-20T13:05 (WIB).")
def write_feed(out: Path, moment: str | None) -> None:
    """Write the feed for JDIHN to a file; an empty one is refused and the old file stays."""
    with command(), current_app.test_request_context(base_url=current_app.config["BASE_URL"]):
        count = feed.write(out, feed.since(moment) if moment else None)
    click.echo(f"{count} dokumen ditulis ke {out}.")


@jdih.command("index")
def index_all() -> None:
    """Index every published document anew; unread files are left to the workers."""
    documents = db.session.scalars(select(LawDocument.id).order_by(LawDocument.id)).all()
    for n, document_id in enumerate(documents, 1):
        indexing.touch(document_id)
        if n % 100 == 0:
            db.session.commit()
    db.session.commit()
    click.echo(f"{len(documents)} dokumen diindeks.")
