"""``flask silon``: the import of candidates, the check of lists, the recheck of links."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from electsys.commands import acting, election_named
from electsys.db import db
from electsys.elections.models import Contest
from electsys.errors import command
from electsys.intake import Asked, FileFacts, Staging, file_options, run_cli
from modules.silon import list_checks
from modules.silon.imports.checks import check_candidates, is_published, lists_contest
from modules.silon.imports.specs import STAGING, spec_for
from modules.silon.operations.candidate_imports import import_candidates, summary
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


@silon.command("import-candidates")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--contest", "kind", required=True, help="dpr, dprd_prov, atau dprd_kabko.")
@file_options
def import_command(file: Path, election: str, kind: str, asked: Asked) -> None:
    """Import a file of candidates: drafts of a party, or final lists that KPU determined elsewhere.

    Which of both it is follows from the account: a party's fills lists, a member of KPU determines them.
    """
    with command():
        contest, actor = contest_named(election, kind), acting(asked.name, demo=DEMO_ACTOR)
        published = is_published(actor)

    def apply(staging: Staging) -> str:
        facts = FileFacts.of(file)
        return summary(import_candidates(staging, contest, file=facts, actor=actor, published=published))

    sys.exit(
        run_cli(
            spec_for(contest),
            apply,
            file,
            check=lambda staging: check_candidates(staging, contest, actor=actor, published=published),
            table=STAGING,
            **asked.how,
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
        counts = recheck(election_named(election).id, actor=acting(name, demo=DEMO_ACTOR))
        db.session.commit()
        click.echo(
            _(
                "%(candidates)s calon diperiksa; %(raised)s tanda muncul, %(cleared)s tanda hilang.",
                **counts,
            )
        )
