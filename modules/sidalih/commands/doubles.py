"""``flask sidalih duplicates``: search the list of an election and write the pairs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import click
from flask_babel import gettext as _
from sqlalchemy import select

from electsys.commands import acting, election_named
from electsys.db import as_owner
from electsys.errors import command
from electsys.privacy import Sealer, mask_nik
from modules.sidalih.cli import DEMO_ACTOR, sidalih
from modules.sidalih.linkage import Double, MissingEngine, clusters
from modules.sidalih.models import Voter
from modules.sidalih.models.doubles import DoubleCase
from modules.sidalih.operations.double_search import find_alike, find_same_nik

HEADER = ("cluster", "nik_masked", "record_id", "other_record_id", "match_weight", "rule")
BATCH = 1000


def join() -> None:
    """Add the command to the group."""
    sidalih.add_command(duplicates)


@click.command("duplicates")
@click.option("--election", required=True, help="Kode pemilu, mis. pemilu-2024.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Berkas CSV.")
@click.option("--engine", type=click.Choice(("duckdb", "spark")), default="duckdb", show_default=True)
@click.option("--region", default="", help="Hanya wilayah ini (awal kode KPU); kosong: nasional.")
@click.option("--as", "name", help="Akun yang mencari.")
def duplicates(election: str, out: Path, engine: str, region: str, name: str | None) -> None:
    """Find doubles by NIK and by likeness; open pairs wait in the queue, all of them stand in the file."""
    found = election_named(election)
    actor = acting(name, demo=DEMO_ACTOR)
    with command():
        same = find_same_nik(found.id, region, actor=actor)
        try:
            alike = find_alike(found.id, region, actor=actor, engine=engine)
        except MissingEngine as missing:
            raise click.ClickException(str(missing)) from None
        rows = write_pairs(found.id, [same.id, alike.id], out)
    click.echo(
        _(
            "%(rows)s baris dibandingkan; %(same)s pasangan dengan NIK sama, %(alike)s pasangan dengan data"
            " mirip. %(written)s pasangan ditulis ke %(path)s.",
            rows=alike.rows,
            same=same.pairs,
            alike=alike.pairs,
            written=rows,
            path=out,
        )
    )


def write_pairs(election_id: int, runs: list[int], out: Path) -> int:
    """Write the pairs of these searches, clustered; numbers are masked. Returns how many."""
    with as_owner("sidalih: file of doubles") as session:
        cases = session.execute(
            select(DoubleCase.first_id, DoubleCase.second_id, DoubleCase.weight, DoubleCase.rule).where(
                DoubleCase.election_id == election_id, DoubleCase.run_id.in_(runs)
            )
        ).all()
        of = {}
        for number, members in enumerate(
            clusters(Double(c.first_id, c.second_id, 0.0, c.rule, ()) for c in cases), 1
        ):
            of.update(dict.fromkeys(members, number))
        masks = dict(_masks(session, sorted({c.first_id for c in cases})))
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for c in sorted(cases, key=lambda c: (of[c.first_id], c.first_id, c.second_id)):
            weight = "" if c.weight is None else f"{c.weight:.4f}"
            writer.writerow((of[c.first_id], masks[c.first_id], c.first_id, c.second_id, weight, c.rule))
    return len(cases)


def _masks(session: object, keys: list[int]) -> Iterator[tuple[int, str]]:
    sealer = Sealer("voter")
    for start in range(0, len(keys), BATCH):
        rows = select(Voter.id, Voter.sealed).where(Voter.id.in_(keys[start : start + BATCH]))
        for key, sealed in session.execute(rows):  # type: ignore[attr-defined]
            yield key, mask_nik(sealer.unseal_fields(key, bytes(sealed)).get("nik"))
