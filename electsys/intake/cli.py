"""What every import on the command line has in common: the summary, the error sheet, the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import click
from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.intake.problems import RowError
from electsys.intake.sheets import error_sheet
from electsys.intake.specs import Spec
from electsys.intake.staging import Staging, stage

#: Exit codes (design.md, section 7); click itself gives 2 for wrong usage.
DONE, REFUSED = 0, 1
FIRST = 5


class Asked(NamedTuple):
    """What every import on the command line is told (:func:`file_options`)."""

    #: The account of ``--as``.
    name: str | None
    #: How the file is taken: the last arguments of :func:`run_cli`.
    how: dict[str, Any]


def file_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every import of a file takes, handed to the command as ``asked``."""

    @wraps(command)
    def told(
        *,
        name: str | None,
        pairs: tuple[str, ...],
        dry_run: bool,
        accept_valid: bool,
        sheet: Path | None,
        **own: Any,
    ) -> Any:
        how = {"dry_run": dry_run, "accept_valid": accept_valid, "errors": sheet}
        return command(asked=Asked(name, {**how, "mapping": columns_of(pairs)}), **own)

    options = (
        click.option("--as", "name", help="Akun yang membawa berkas."),
        click.option(
            "--map", "pairs", multiple=True, metavar="KOLOM=JUDUL", help="Judul berkas untuk sebuah kolom."
        ),
        click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang disimpan."),
        click.option("--accept-valid", is_flag=True, help="Terima baris yang sahih, tinggalkan yang salah."),
        click.option("--errors", "sheet", type=click.Path(path_type=Path), help="Tempat lembar kesalahan."),
    )
    for option in reversed(options):
        told = option(told)
    return told


def run_cli(
    spec: Spec,
    apply: Callable[[Staging], object],
    path: Path,
    *,
    check: Callable[[Staging], None] | None = None,
    dry_run: bool = False,
    accept_valid: bool = False,
    errors: Path | None = None,
    mapping: Mapping[str, str] | None = None,
    table: str = "intake_staging",
) -> int:
    """Stage ``path``, ``check`` it against our own tables, ``apply`` it, commit; the exit code.

    ``apply`` returns the sentence to print. Errors in rows refuse the file (1) and leave an error
    sheet at ``errors`` or beside the file; with ``accept_valid`` the valid rows go in nevertheless.
    ``dry_run`` does all of it and rolls back.
    """
    try:
        staging = stage(db.session.connection(), path, spec, table, mapping=mapping, progress=say)
        if check is not None:
            check(staging)
        name_ignored(staging)
        if staging.error_count:
            report(staging, path, errors, mapping)
            if not accept_valid:
                db.session.rollback()
                click.echo(_("Tidak ada yang disimpan."), err=True)
                return REFUSED
            staging.discard_bad()
        outcome = apply(staging)
        staging.drop()
    except Refused as refusal:
        db.session.rollback()
        click.echo(_("Ditolak: %(message)s", message=refusal.message), err=True)
        if refusal.hint:
            click.echo(refusal.hint, err=True)
        return REFUSED
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    click.echo(_("%(n)s baris dibaca.", n=staging.rows))
    if outcome:
        click.echo(str(outcome))
    if dry_run:
        click.echo(_("Pemeriksaan saja: tidak ada yang disimpan."))
    return DONE


def report(
    staging: Staging, path: Path, sheet: Path | None = None, mapping: Mapping[str, str] | None = None
) -> Path:
    """Print what is wrong, by kind and the first rows, and write the error sheet; where it lies."""
    target = sheet or path.with_name(f"{path.stem}-kesalahan{path.suffix}")
    click.echo(
        _(
            "%(errors)s kesalahan di %(bad)s dari %(rows)s baris:",
            errors=staging.error_count,
            bad=staging.bad_rows,
            rows=staging.rows,
        ),
        err=True,
    )
    for _code, message, times in staging.errors_by_code():
        click.echo(f"{times:>9}  {message}", err=True)
    for error in staging.first_errors(FIRST):
        click.echo(f"  {_in_words(error)}", err=True)
    try:
        error_sheet(path, staging.errors(), target, staging.spec, mapping=mapping)
    except OSError as problem:  # the folder of the file may not be ours
        click.echo(
            _(
                "Lembar kesalahan tidak dapat ditulis ke %(path)s (%(why)s)."
                " Sebut tempat lain dengan --errors.",
                path=target,
                why=problem.strerror,
            ),
            err=True,
        )
    else:
        click.echo(_("Lembar kesalahan: %(path)s", path=target), err=True)
    return target


def _in_words(error: RowError) -> str:
    """Where, what, what was written, and how to mend it, on one line."""
    where = _("baris %(row)s", row=error.row_number) + (f", {error.column}" if error.column else "")
    written = _("Tertulis: “%(value)s”.", value=error.value) if error.value else ""
    return f"{where}: " + " ".join(filter(None, (error.message, written, error.hint)))


def name_ignored(staging: Staging) -> None:
    """Name the columns of the file that nothing was read from."""
    if staging.header.ignored:
        click.echo(_("Kolom yang diabaikan: %(names)s", names=", ".join(staging.header.ignored)))


def say(done: int, total: int, stage: str) -> None:
    """Progress on a terminal; nothing where the output is read by a program."""
    if sys.stderr.isatty() and total:
        click.echo(f"\r{stage} {done * 100 // total} %   ", nl=done >= total, err=True)


def columns_of(pairs: tuple[str, ...]) -> dict[str, str] | None:
    """The header of each column as ``--map COLUMN=HEADER`` names it; None where nothing is named."""
    mapping = {}
    for pair in pairs:
        column, found, header = pair.partition("=")
        if not found:
            raise click.UsageError(f"--map ditulis KOLOM=JUDUL, bukan {pair!r}.")
        mapping[header] = column
    return mapping or None
