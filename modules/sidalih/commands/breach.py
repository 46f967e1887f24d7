"""``flask sidalih breach | trace-leak``: what to do when data walked out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from electsys import errors
from electsys.db import db
from electsys.identity import actor_named
from electsys.ledger import Actor
from modules.sidalih.operations.breach import Breach, deadline_of, draw_kit
from modules.sidalih.operations.leaks import trace_leak

WIB = ZoneInfo("Asia/Jakarta")


class Moment(click.ParamType[dt.datetime]):
    """A day or a time of a day, in WIB where no zone is written."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        """ISO 8601, such as 2024-02-14 or 2024-02-14T13:00."""
        if isinstance(value, dt.datetime):
            return value
        try:
            moment = dt.datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(_("Tulis waktu seperti 2024-02-14 atau 2024-02-14T13:00."), param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=WIB)


@click.command("breach")
@click.option("--account", help="The account whose reading is looked into.")
@click.option("--from", "since", type=Moment(), required=True, help="From when (WIB).")
@click.option("--to", "until", type=Moment(), required=True, help="Until when (WIB).")
@click.option("--export", "copies", type=int, multiple=True, help="A copy that leaked; may be given again.")
@click.option("--known", type=Moment(), help="When it became known: the 3 x 24 hours begin (default: now).")
@click.option("--unit", default="", help="Region code of the KPU that writes the letters (default: KPU RI).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="A new folder.")
@click.option("--as", "username", help="The account that orders it (default: the system).")
@with_appcontext
def breach(
    account: str | None,
    since: dt.datetime,
    until: dt.datetime,
    copies: tuple[int, ...],
    known: dt.datetime | None,
    unit: str,
    out: Path,
    username: str | None,
) -> None:
    """Who was read, letters to them, notices to the agency and the public (UU 27/2022 art. 46)."""
    event = Breach(account, since, until, copies, known, unit)
    with errors.command():
        extent = draw_kit(event, out, actor=_actor(username), tell=click.echo)
        db.session.commit()
    click.echo(
        _(
            "%(n)s orang terdampak, %(files)s berkas keluar, %(full)s nomor dibuka lengkap.",
            n=len(extent.affected),
            files=len(extent.files),
            full=extent.budget,
        )
    )
    click.echo(
        _("Beri tahu mereka dan lembaga paling lambat %(when)s.", when=deadline_of(event).astimezone(WIB))
    )
    click.echo(_("Berkas: %(path)s (hapus setelah surat terkirim).", path=out))


@click.command("trace-leak")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", default="", help="Only copies of this kab/kota.")
@click.option("--as", "username", help="The account that orders it (default: the system).")
@with_appcontext
def leak(file: Path, region: str, username: str | None) -> None:
    """Which copy a leaked CSV came from. Exit code 1 if no copy stands beyond chance."""
    from modules.sidalih.models import VoterCopy

    with errors.command():
        traced = trace_leak(file, actor=_actor(username), region=region)
        db.session.commit()
    click.echo(_("%(n)s baris dibaca.", n=traced.rows))
    for verdict in traced.verdicts[:3]:
        click.echo(
            _(
                "salinan %(id)s: urutan %(order)s, spasi %(space)s, baris kendali %(canaries)s",
                id=verdict.copy,
                order=f"{verdict.order:.1f}",
                space=f"{verdict.spacing:.1f}",
                canaries=traced.canaries.get(verdict.copy, 0),
            )
        )
    if traced.copy_id is None:
        raise click.ClickException(_("Tidak ada salinan yang dapat ditunjuk dengan pasti."))
    copy = db.session.get_one(VoterCopy, traced.copy_id)
    click.echo(
        _(
            "Berkas ini berasal dari salinan %(id)s, diserahkan kepada %(recipient)s (dikenali dari %(by)s).",
            id=copy.id,
            recipient=copy.recipient,
            by=traced.by,
        )
    )


def _actor(username: str | None) -> Actor:
    return actor_named(username) if username else Actor.system("sidalih")


COMMANDS = (breach, leak)
