"""``flask situng``: import results, check the running count."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from electsys.db import db
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.identity import actor_named
from electsys.intake import Staging, columns_of
from electsys.intake.cli import name_ignored, report
from electsys.ledger import Actor
from modules.situng.imports import stage_results
from modules.situng.models import ResultBatch
from modules.situng.operations.batches import (
    FileFacts,
    confirm_and_apply,
    load_batch,
    open_batch,
)
from modules.situng.operations.gate import require_ready
from modules.situng.operations.totals import derive_totals, open_count
from modules.situng.queries.contests import contest_by_code, contest_count, contests_of_kind
from modules.situng.queries.people import region_of

situng = AppGroup("situng", help="Hasil TPS dan hitungan berjalan.")

#: Who acts in the demo where nobody is named.
DEMO_BRINGER, DEMO_CONFIRMER = "operator.ri", "anggota.ri"


def _contest(election: str, kind: str) -> Contest:
    kind, _sign, region = kind.partition(":")
    contest = contest_by_code(election, kind, region)
    if contest is None and (several := contests_of_kind(election, kind)):
        chosen = f"{kind}:{several[0].region_code}"
        raise click.UsageError(f"Ada {len(several)} pemilihan {kind!r}; sebut wilayahnya, mis. {chosen}.")
    if contest is None:
        raise click.UsageError(f"Pemilu {election!r} tidak mempunyai pemilihan {kind!r}.")
    return contest


def _actor(name: str | None, demo: str) -> Actor | None:
    """The account named on the command line; only the demo has a default."""
    return actor_named(name or demo) if name or current_app.config["DEMO"] else None


def _say(done: int, total: int, stage: str) -> None:
    if sys.stderr.isatty() and total:
        click.echo(f"\r{stage} {done * 100 // total} %   ", nl=False, err=True)


@situng.command("import-results")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--contest", "kind", required=True, help="Jenis pemilihan, mis. ppwp.")
@click.option("--as", "bringer", help="Akun yang membawa berkas.")
@click.option("--approve-as", "confirmer", help="Akun kedua yang mengonfirmasi; tanpa ini berkas menunggu.")
@click.option("--map", "pairs", multiple=True, metavar="KOLOM=JUDUL", help="Judul berkas untuk sebuah kolom.")
@click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang disimpan.")
@click.option("--accept-valid", is_flag=True, help="Terima baris yang sahih, tinggalkan yang salah.")
@click.option("--errors", "sheet", type=click.Path(path_type=Path), help="Tempat lembar kesalahan.")
def import_results(
    file: Path,
    election: str,
    kind: str,
    bringer: str | None,
    confirmer: str | None,
    pairs: tuple[str, ...],
    dry_run: bool,
    accept_valid: bool,
    sheet: Path | None,
) -> None:
    """Import a results file; it counts once a second account has confirmed it."""
    contest = _contest(election, kind)
    try:
        actor = _actor(bringer, DEMO_BRINGER)
        if actor is None:
            raise click.UsageError("Sebut akun yang membawa berkas: --as AKUN.")
        second = _actor(confirmer, DEMO_CONFIRMER)
        _wait_for_others(contest.id)
        region = region_of(actor)
        staging = stage_results(
            contest_count(contest.id), file, region=region, mapping=columns_of(pairs), progress=_say
        )
        _settle_errors(staging, file, sheet, columns_of(pairs), accept_valid)
        batch = _bring(contest, file, region, staging, columns_of(pairs), actor)
        _tell(batch)
        if dry_run:
            db.session.rollback()
            click.echo("Pemeriksaan saja: tidak ada yang disimpan.")
            return
        if second is not None:
            # With the import in one transaction: a second account that may not confirm leaves no file behind,
            # and a killed command leaves none that is confirmed but never counted.
            confirm_and_apply(batch, actor=second)
        db.session.commit()
        if second is None:
            click.echo(f"Berkas {batch.id} menunggu konfirmasi akun kedua (--approve-as AKUN).")
            return
        click.echo(f"Berkas {batch.id} dikonfirmasi {second.name} dan dihitung.")
    except Refused as refusal:
        db.session.rollback()
        click.echo(f"Ditolak: {refusal.message}", err=True)
        if refusal.hint:
            click.echo(refusal.hint, err=True)
        sys.exit(1)


def _wait_for_others(contest_id: int) -> None:
    """Say so when another import of the contest runs, and wait for it."""
    lock = "select pg_try_advisory_xact_lock(20240214, %s)"
    connection = db.session.connection()
    if not connection.exec_driver_sql(lock, (contest_id,)).scalar_one():
        click.echo("Impor lain dari pemilihan yang sama sedang berjalan; menunggu giliran ...", err=True)
        connection.exec_driver_sql("select pg_advisory_xact_lock(20240214, %s)", (contest_id,))


def _settle_errors(
    staging: Staging, file: Path, sheet: Path | None, mapping: dict[str, str] | None, accept_valid: bool
) -> None:
    """Stop with an error sheet where rows are wrong, or leave those rows out."""
    name_ignored(staging)
    if not staging.error_count:
        return
    report(staging, file, sheet, mapping)
    if not accept_valid:
        click.echo("Tidak ada yang disimpan.", err=True)
        db.session.rollback()
        sys.exit(1)
    staging.discard_bad()


def _bring(
    contest: Contest, file: Path, region: str, staging: Staging, mapping: Any, actor: Actor
) -> ResultBatch:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while piece := source.read(1 << 20):
            digest.update(piece)
    facts = FileFacts(file.name, digest.hexdigest())
    batch = open_batch(contest, file=facts, region=region, mapping=mapping, actor=actor)
    load_batch(batch, actor=actor)
    return batch


def _tell(batch: ResultBatch) -> None:
    c = batch.counts
    click.echo(
        f"{c['rows']} baris: {c['clean']} siap dihitung, {c['flagged']} anomali, "
        f"{c['incomplete']} belum lengkap, {c['empty']} kosong, {c['unchanged']} tidak berubah; "
        f"{c['warned']} dengan peringatan."
    )


@situng.command("open-count")
@click.option("--election", required=True)
@click.option("--contest", "kind", required=True)
@click.option("--as", "name", help="Akun yang bertindak.")
def open_count_command(election: str, kind: str, name: str | None) -> None:
    """Create the running count of every region and dapil of a contest, once its set-up was checked."""
    actor = _actor(name, DEMO_BRINGER)
    if actor is None:
        raise click.UsageError("Sebut akun yang bertindak: --as AKUN.")
    contest = _contest(election, kind)
    try:
        require_ready(contest.id)
    except Refused as refusal:
        click.echo(f"Ditolak: {refusal.message}", err=True)
        click.echo(refusal.hint, err=True)
        sys.exit(1)
    areas = open_count(contest, actor=actor)
    db.session.commit()
    click.echo(f"{areas} wilayah dan dapil siap dihitung.")


@situng.command("recompute")
@click.option("--check", is_flag=True, required=True, help="Bandingkan; angka tidak diubah.")
@click.option("--election", help="Hanya pemilu ini.")
@click.option("--contest", "kind", help="Hanya pemilihan ini.")
def recompute(check: bool, election: str | None, kind: str | None) -> None:
    """Derive every total again from the accepted forms and compare it with the running count."""
    from sqlalchemy import text

    rows = db.session.execute(
        text(
            """
            select c.id, e.code, c.kind from contest c join election e on e.id = c.election_id
            where (cast(:election as text) is null or e.code = :election)
              and (cast(:kind as text) is null or c.kind = :kind)
              and (exists (select from region_total t where t.contest_id = c.id)
                   or exists (select from result_form f where f.contest_id = c.id))
            order by 1
            """
        ),
        {"election": election, "kind": kind},
    ).all()
    wrong = 0
    for contest_id, code, contest_kind in rows:
        differences = derive_totals(contest_id)
        db.session.commit()
        wrong += len(differences)
        verdict = f"{len(differences)} wilayah berbeda" if differences else "cocok"
        click.echo(f"{code} {contest_kind}: {verdict}")
        for d in differences[:20]:
            click.echo(f"  {d.area} {d.code or 'nasional'}: tercatat {d.kept}, seharusnya {d.derived}")
    if not rows:
        click.echo("Belum ada hitungan yang dibuka.")
    sys.exit(1 if wrong else 0)


@situng.command("check-setup")
@click.option("--election", "code", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--as", "bringer", help="Akun yang membawa formulir gladi.")
@click.option("--approve-as", "confirmer", help="Akun kedua yang mengonfirmasinya.")
@click.option("--no-push", is_flag=True, help="Periksa saja, tanpa formulir gladi.")
def check_setup(code: str, bringer: str | None, confirmer: str | None, no_push: bool) -> None:
    """Check an election before it opens, and push one made-up form of each kind to its public page.

    Nothing of the made-up forms is kept. Once all is well, and until the configuration changes, the count may
    be opened. Exits 1 when something fails.
    """
    from sqlalchemy import select

    from electsys.elections.models import Election
    from modules.situng.operations.setup import finish_check, request_check, start_check
    from modules.situng.queries.readiness import FAILED, FINE, Check, check_election

    election = db.session.scalar(select(Election).where(Election.code == code))
    if election is None:
        raise click.UsageError(f"Pemilu {code} tidak ada.")
    if no_push:
        found = check_election(election)
    else:
        actor, second = _actor(bringer, DEMO_BRINGER), _actor(confirmer, DEMO_CONFIRMER)
        if actor is None or second is None:
            raise click.UsageError("Sebut dua akun: --as AKUN --approve-as AKUN, atau pakai --no-push.")
        try:
            row = request_check(election, actor=actor)
            start_check(row, actor=second)
        except Refused as refusal:
            db.session.rollback()
            click.echo(f"Ditolak: {refusal.message}", err=True)
            sys.exit(1)
        finish_check(row, tell=_say)
        db.session.commit()
        found = [Check(**finding) for finding in row.findings]
    for check in found:
        if check.level != FINE:
            click.echo(
                " ".join(
                    filter(None, (f"{check.level.upper()}  {check.subject}: {check.what}", check.advice))
                )
            )
    counts = {level: sum(1 for c in found if c.level == level) for level in ("gagal", "periksa", "beres")}
    click.echo(", ".join(f"{n} {level}" for level, n in counts.items()))
    sys.exit(1 if counts[FAILED] else 0)


@situng.command("read-form")
@click.argument(
    "images", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Berkas CSV hasil."
)
@click.option("--tps", help="Kode TPS 13 angka yang seharusnya difoto; TPS lain ditolak.")
@click.option("--contest", "kind", help="Jenis pemilihan yang seharusnya difoto, mis. ppwp.")
def read_form(images: tuple[Path, ...], out: Path, tps: str | None, kind: str | None) -> None:
    """Read photos of C.Hasil forms; a row a cell. A cell in doubt is `unsure`, never guessed."""
    import csv

    from modules.situng.queries.layouts import StoredLayouts
    from modules.situng.reading import Expect, Unreadable, read_page
    from modules.situng.readings import refusal_words

    layouts, expect = StoredLayouts(), Expect(tps, kind)
    rows: list[list[str]] = []
    refused: list[list[str]] = []
    for image in images:
        try:
            page = read_page(image.read_bytes(), models=layouts, expect=expect)
        except Unreadable as refusal:
            message, hint = refusal_words(refusal)
            refused.append([image.name, refusal.code, message, hint])
            click.echo(f"{image.name}: ditolak ({refusal.code}). {message} {hint}", err=True)
            continue
        for cell in page.cells.values():
            value = "" if cell.value is None else str(cell.value)
            rows.append([image.name, page.form_model, page.tps_code or "", cell.name, value,
                         f"{cell.confidence:.4f}", cell.status])  # fmt: skip
    with out.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["image", "form_model", "kode_tps", "cell", "value", "confidence", "status"])
        sheet.writerows(rows)
    counts = {status: sum(row[-1] == status for row in rows) for status in ("read", "unsure", "missing")}
    click.echo(
        f"{len(images) - len(refused)} dari {len(images)} gambar dibaca; {len(rows)} sel: "
        f"{counts['read']} terbaca, {counts['unsure']} diragukan, {counts['missing']} kosong."
    )
    if refused:
        errors = out.with_name(f"{out.stem}.kesalahan.csv")
        with errors.open("w", encoding="utf-8", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow(["image", "kode", "kesalahan", "saran"])
            sheet.writerows(refused)
        click.echo(f"{len(refused)} gambar ditolak; alasannya di {errors}.", err=True)
        sys.exit(1)
