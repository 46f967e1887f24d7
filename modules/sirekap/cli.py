"""``flask sirekap``: seats from files of votes."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from electsys.elections.rules import BadValue, parse
from electsys.errors import Refused
from electsys.web.formats import angka
from modules.sirekap import seat_files

sirekap = AppGroup("sirekap", help="Rekapitulasi, kursi, dan publikasi.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@sirekap.command("seats")
@click.option("--votes", type=FILE, required=True, help="kode_dapil, <partai> ...: suara sah.")
@click.option("--seats", type=FILE, required=True, help="kode_dapil, alokasi_kursi.")
@click.option("--threshold", "share", default="0", help="Ambang batas, mis. 0.04, 1/25, atau '4 %'.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Berkas kursi.")
@click.option("--trace", type=click.Path(file_okay=False, path_type=Path), help="Folder jejak perhitungan.")
def seats_command(votes: Path, seats: Path, share: str, out: Path, trace: Path | None) -> None:
    """Seats by the method of Sainte-Lague, with every quotient.

    Ends with 1, and writes no seats, where a file is faulty or a tie for a last seat needs a plenary.
    """
    bar = _share(share)
    try:
        given = seat_files.read_input(votes, seats)
        outcome = seat_files.compute(given, bar)
        if trace:
            seat_files.write_trace(outcome, trace)
        if not outcome.ties:
            seat_files.write_seats(given, outcome, out)
    except seat_files.BadFile as problem:
        click.echo(_("Ditolak: %(message)s", message=problem.message), err=True)
        place = seat_files.write_faults(problem)
        click.echo(_("Lembar kesalahan: %(file)s", file=place), err=True)
        sys.exit(1)
    except Refused as refusal:
        raise click.ClickException(" ".join(filter(None, (refusal.message, refusal.hint)))) from None
    except OSError as problem:
        raise click.ClickException(
            _("Tidak dapat menulis %(file)s: %(why)s.", file=problem.filename, why=problem.strerror)
        ) from None
    _summarise(given, outcome)
    if outcome.ties:
        for code, tie in outcome.ties.items():
            click.echo(
                _("Dapil %(code)s: %(parties)s sama hasil baginya untuk %(n)s kursi terakhir.",
                  code=code, parties=", ".join(tie.tied), n=tie.places),
                err=True,
            )  # fmt: skip
        click.echo(_("Kursi tidak ditulis: rapat pleno menentukan, tidak ada yang ditebak."), err=True)
        sys.exit(1)


def _share(text: str) -> Fraction:
    try:
        found = parse("fraction", text)
    except BadValue:
        found = None
    if not isinstance(found, Fraction) or not 0 <= found <= 1:
        raise click.UsageError(f"--threshold adalah bagian dari 0 sampai 1, mis. 0.04, bukan {text!r}.")
    return found


def _summarise(given: seat_files.Input, outcome: seat_files.Outcome) -> None:
    bar = outcome.threshold
    if given.ignored:
        click.echo(_("Kolom yang bukan partai: %(names)s.", names=", ".join(given.ignored)))
    click.echo(
        _("%(dapil)s dapil, %(seats)s kursi, %(valid)s suara sah; ambang %(needed)s suara.",
          dapil=len(given.votes), seats=sum(given.seats.values()), valid=angka(bar.valid),
          needed=angka(bar.needed))
    )  # fmt: skip
    for party in sorted(bar.passed, key=lambda name: -outcome.total(name)):
        click.echo(f"{party:<12} {angka(bar.votes[party]):>14} {outcome.total(party):>5}")
