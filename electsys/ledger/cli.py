"""``flask ledger seal | verify | export``; the public log's commands: ``log_cli.py``."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import rfc8785
from flask import Flask
from flask.cli import AppGroup
from flask_babel import gettext as _
from sqlalchemy import select

from electsys import errors
from electsys.db import db
from electsys.ledger import sealing
from electsys.ledger.models import Act, ActSeal
from electsys.ledger.operations import record
from electsys.ledger.wording import FINDINGS

if TYPE_CHECKING:
    from electsys.ledger.actor import Actor

group = AppGroup("ledger", help="The trail: seal it, prove it, take it out.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    from electsys.ledger import log_cli  # noqa: F401  (it adds its own)

    app.cli.add_command(group)


@group.command()
def seal() -> None:
    """Seal every act whose transaction has ended."""
    count = sealing.seal_acts()
    click.echo(_("%(count)s catatan disegel.", count=count))
    last = db.session.scalar(select(ActSeal).order_by(ActSeal.batch.desc()).limit(1))
    if last:
        click.echo(
            _("Segel terakhir: nomor %(batch)s, sidik %(hash)s", batch=last.batch, hash=last.hash.hex())
        )


@group.command()
@click.option("--head", help="A hash noted earlier; it must still stand in the chain.")
def verify(head: str | None) -> None:
    """Walk the chain and the public logs; name what was edited, removed or put in. Exit 1 if anything was."""
    from electsys.ledger.log_cli import verify_logs

    verdict = sealing.verify_chain(db.session(), head=head)
    for finding in verdict.findings:
        where = _("segel %(batch)s", batch=finding.batch)
        if finding.act_id is not None:
            where += ", " + _("catatan %(id)s", id=finding.act_id)
        click.echo(f"{where}: {FINDINGS[finding.code]} ({finding.code})")
    click.echo(
        _(
            "%(batches)s segel, %(acts)s catatan tersegel, %(waiting)s menunggu. Sidik terakhir: %(head)s",
            batches=verdict.batches,
            acts=verdict.acts,
            waiting=verdict.waiting,
            head=verdict.head,
        )
    )
    with errors.command():
        logs_whole = verify_logs()
    if verdict.findings:
        click.echo(_("Rantai TIDAK utuh: %(count)s temuan.", count=len(verdict.findings)))
    if not logs_whole:
        click.echo(_("Log publik TIDAK utuh."))
    if verdict.findings or not logs_whole:
        sys.exit(1)
    click.echo(_("Rantai utuh."))


@group.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The account that takes the trail out.")
def export(folder: Path, username: str) -> None:
    """Write acts.jsonl and seals.jsonl: the SHA-256 of an act's line is its leaf in its seal."""
    from electsys.identity import actor_named

    with errors.command():
        count, digest = export_to(folder, actor=actor_named(username))
    db.session.commit()
    click.echo(
        _(
            "%(count)s catatan ditulis ke %(folder)s. SHA-256: %(digest)s",
            count=count,
            folder=folder,
            digest=digest,
        )
    )


def export_to(folder: Path, *, actor: Actor) -> tuple[int, str]:
    """Write the whole trail and its seals; return the number of acts and the SHA-256 of their file."""
    folder.mkdir(parents=True, exist_ok=True)
    count, digest = 0, hashlib.sha256()
    with (folder / "acts.jsonl").open("wb") as file:
        query = select(*sealing.COLUMNS).order_by(Act.id).execution_options(yield_per=1000)
        for row in db.session.execute(query):
            line = sealing.canonical(row) + b"\n"
            file.write(line)
            digest.update(line)
            count += 1
    with (folder / "seals.jsonl").open("wb") as file:
        seals = select(ActSeal).order_by(ActSeal.batch).execution_options(yield_per=100)
        for seal in db.session.scalars(seals):
            facts = {c.name: sealing.plain(getattr(seal, c.name)) for c in ActSeal.__table__.c}
            file.write(rfc8785.dumps(facts) + b"\n")
    record(
        "ledger:act:export",
        "act:",
        actor=actor,
        details={"count": count, "sha256": digest.hexdigest()},
    )
    return count, digest.hexdigest()
