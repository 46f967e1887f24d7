"""``flask ledger keygen | publish | prove | witness | cosign``: the public log on the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from electsys import errors
from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.ledger import log, log_keys, log_queries
from electsys.ledger.cli import group
from electsys.ledger.log_checking import elections_with_log, verify_log
from electsys.ledger.receipts import receipt_text
from electsys.ledger.tiles import publish_log
from electsys.ledger.witnessing import add_witness, take_cosignatures
from electsys.ledger.wording import LOG_FINDINGS
from electsys.publishing import Target


def _election(code: str) -> Election:
    found = db.session.scalar(select(Election).where(Election.code == code))
    if found is None:
        raise click.UsageError(_("Tidak ada pemilu %(code)s.", code=code))
    return found


@group.command()
def keygen() -> None:
    """Make the key that signs the public log. Once: a log that changes its key loses its witnesses."""
    with errors.command():
        place = log_keys.make()
    click.echo(_("Kunci log ditulis ke %(path)s. Cadangkan bersama kunci lain.", path=place))


@group.command()
@click.option("--election", required=True, help="Code of the election, such as pemilu-2024.")
@click.option("--to", "address", required=True, help="A folder or fsspec address; the log goes into log/.")
def publish(election: str, address: str) -> None:
    """Integrate, sign, and write the tiles that the target lacks."""
    target = Target(address)
    with errors.command():
        log.integrate()
        try:
            checkpoint = publish_log(db.session, _election(election).id, target)
        except ValueError as problem:
            raise Refused(str(problem), status=409) from None
    db.session.commit()
    if checkpoint is None:
        click.echo(_("Log masih kosong; tidak ada yang diterbitkan."))
        return
    click.echo(
        _(
            "%(size)s catatan, akar %(root)s, %(files)s berkas ditulis.",
            size=checkpoint.size,
            root=checkpoint.root.hex(),
            files=target.files,
        )
    )


@group.command()
@click.option("--election", required=True)
@click.option("--index", required=True, type=int, help="Number of the leaf, from 0.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the receipt here.")
def prove(election: str, index: int, out: Path | None) -> None:
    """The receipt of a leaf: its entry, the proof, the signed checkpoint; verify.py --receipt reads it."""
    found = log_queries.receipt(_election(election).id, index)
    if found is None:
        click.echo(_("Catatan nomor %(n)s belum ada dalam checkpoint.", n=index), err=True)
        sys.exit(1)
    if out:
        out.write_text(receipt_text(found))
        click.echo(_("Bukti ditulis ke %(path)s.", path=out))
    else:
        click.echo(receipt_text(found), nl=False)


@group.command()
@click.argument("key")
@click.option("--holder", required=True, help="The organisation behind the key, for readers.")
@click.option("--as", "username", required=True, help="The account that registers the witness.")
def witness(key: str, holder: str, username: str) -> None:
    """Know a witness by its published key (name+hash+base64)."""
    from electsys.identity import actor_named

    with errors.command():
        added = add_witness(key, holder, actor=actor_named(username))
    db.session.commit()
    click.echo(_("Saksi %(name)s terdaftar.", name=added.name))


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The account that brings it.")
def cosign(file: Path, username: str) -> None:
    """Keep the cosignatures that a witness wrote onto one of our checkpoints."""
    from electsys.identity import actor_named

    with errors.command():
        fresh = take_cosignatures(file.read_text(), actor=actor_named(username))
    db.session.commit()
    click.echo(_("%(n)s tanda tangan saksi baru disimpan.", n=fresh))


def verify_logs() -> bool:
    """Walk every public log and say what was found; whether all is whole."""
    whole = True
    with Session(db.engine) as session:
        for election in elections_with_log(session):
            leaves, signed, findings = verify_log(session, election)
            for finding in findings:
                whole = False
                click.echo(
                    _("Log %(code)s, nomor %(n)s: ", code=election.code, n=finding.index)
                    + f"{LOG_FINDINGS[finding.code]} ({finding.code})"
                )
            click.echo(
                _(
                    "Log publik %(code)s: %(leaves)s catatan, %(signed)s checkpoint.",
                    code=election.code,
                    leaves=leaves,
                    signed=signed,
                )
            )
    return whole
