"""``flask silon``: the import of candidates, the check of lists, the recheck of links."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.elections.queries import by_code
from electsys.errors import command
from electsys.identity import actor_named
from electsys.intake import Staging, columns_of, file_digest, run_cli
from electsys.ledger import Actor
from modules.silon import list_checks
from modules.silon.imports.checks import check_candidates, is_published, lists_contest
from modules.silon.imports.specs import STAGING, spec_for
from modules.silon.operations.candidate_imports import FileFacts, import_candidates, summary
from modules.silon.operations.links import recheck
from modules.silon.operations.nominations import CHAMBERS

silon = AppGroup("silon", help="Pencalonan.")

#: Who acts in the demo where nobody is named.
DEMO_ACTOR = "anggota.ri"


def contest_named(code: str, kind: str) -> Contest:
    """The contest of lists of an election; wrong usage where there is none."""
    if kind not in CHAMBERS:
        raise click.UsageError(f"--contest adalah salah satu dari {', '.join(CHAMBERS)}, bukan {kind!r}.")
    contest = lists_contest(election_named(code), kind)
    if contest is None:
        raise click.UsageError(f"Pemilu {code!r} tidak mempunyai pemilihan {kind!r}.")
    return contest


def election_named(code: str) -> Election:
    """The election of a code; wrong usage where there is none."""
    election = by_code(code)
    if election is None:
        raise click.UsageError(f"Tidak ada pemilu {code!r}.")
    return election


def acting(name: str | None) -> Actor:
    """The account named by ``--as``; only the demo has a default."""
    if name is None and not current_app.config["DEMO"]:
        raise click.UsageError("Sebut akun yang bertindak: --as AKUN.")
    return actor_named(name or DEMO_ACTOR)


@silon.command("import-candidates")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--contest", "kind", required=True, help="dpr, dprd_prov, atau dprd_kabko.")
@click.option("--as", "name", help="Akun yang membawa berkas.")
@click.option("--map", "pairs", multiple=True, metavar="KOLOM=JUDUL", help="Judul berkas untuk sebuah kolom.")
@click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang disimpan.")
@click.option("--accept-valid", is_flag=True, help="Terima baris yang sahih, tinggalkan yang salah.")
@click.option("--errors", "sheet", type=click.Path(path_type=Path), help="Tempat lembar kesalahan.")
def import_command(
    file: Path,
    election: str,
    kind: str,
    name: str | None,
    pairs: tuple[str, ...],
    dry_run: bool,
    accept_valid: bool,
    sheet: Path | None,
) -> None:
    """Import a file of candidates: drafts of a party, or final lists that KPU determined elsewhere.

    Which of both it is follows from the account: a party's fills lists, a member of KPU determines them.
    """
    with command():
        contest, actor = contest_named(election, kind), acting(name)
        published = is_published(actor)

    def apply(staging: Staging) -> str:
        facts = FileFacts(file.name, file_digest(file))
        return summary(import_candidates(staging, contest, file=facts, actor=actor, published=published))

    sys.exit(
        run_cli(
            spec_for(contest),
            apply,
            file,
            check=lambda staging: check_candidates(staging, contest, actor=actor, published=published),
            dry_run=dry_run,
            accept_valid=accept_valid,
            errors=sheet,
            mapping=columns_of(pairs),
            table=STAGING,
        )
    )


@silon.command("check")
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--contest", "kind", required=True, help="dpr, dprd_prov, atau dprd_kabko.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Berkas hasil.")
@click.option(
    "--candidates",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Periksa berkas ini, bukan daftar yang ada di Silon.",
)
def check_command(election: str, kind: str, out: Path, file: Path | None) -> None:
    """Check every list of a contest, or of a file, by the law; write what is found."""
    with command():
        contest = contest_named(election, kind)
        checked = list_checks.of_file(contest, file) if file else list_checks.of_contest(contest)
        db.session.rollback()  # nothing of a check stays
        out.parent.mkdir(parents=True, exist_ok=True)
        list_checks.write(checked, out)
        for line in list_checks.explain(checked, contest):
            click.echo(line)
        click.echo(_("Hasil: %(path)s", path=out))


@silon.command("reflag")
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--as", "name", help="Akun yang memintanya.")
def reflag_command(election: str, name: str | None) -> None:
    """Judge the links of every candidate anew, after members or the voter list changed."""
    with command():
        counts = recheck(election_named(election).id, actor=acting(name))
        db.session.commit()
        click.echo(
            _(
                "%(candidates)s calon diperiksa; %(raised)s tanda muncul, %(cleared)s tanda hilang.",
                **counts,
            )
        )
