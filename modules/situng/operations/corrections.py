"""A recorded correction of one form: a batch of one, with reason and evidence, for a second person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from electsys.db import db
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.ledger import Actor
from modules.situng.contest import ContestCount
from modules.situng.imports import STAGING
from modules.situng.models import ResultBatch
from modules.situng.operations.batches import FileFacts, load_batch, open_batch
from modules.situng.queries.listing import waiting_correction


def propose_correction(
    contest: Contest,
    count: ContestCount,
    tps_code: str,
    *,
    cells: dict[str, int | None],
    votes: list[int | None],
    sums: dict[str, int | None] | None = None,
    reason: str,
    evidence: FileFacts,
    actor: Actor,
) -> ResultBatch:
    """Propose new values for one form, one proposal at a time. The old version stays and stays public.

    ``sums`` names the sums of parties, where the ballot has parties. ``reason`` and ``evidence`` (photo or
    minutes that prove the new values) are required; the values count once another account confirmed them.
    """
    if not reason.strip():
        raise Refused("Tuliskan alasan pembetulan.", field="reason")
    if waiting := waiting_correction(contest.id, tps_code):
        raise Refused(
            f"Pembetulan TPS ini sudah menunggu konfirmasi (berkas {waiting}).",
            hint="Tunggu orang kedua, atau batalkan berkas itu lebih dulu.",
            status=409,
        )
    batch = open_batch(
        contest, file=evidence, region=tps_code, actor=actor, source="pembetulan", reason=reason.strip()
    )
    stage_one(count, tps_code, cells, votes, sums)
    counts = load_batch(batch, actor=actor)
    if counts["new"] == 0:
        raise Refused(
            "Tidak ada angka yang berubah.",
            hint="Ubah sekurangnya satu angka, atau kembali tanpa mengajukan pembetulan.",
        )
    return batch


def stage_one(
    count: ContestCount,
    tps_code: str,
    cells: dict[str, int | None],
    votes: list[int | None],
    sums: dict[str, int | None] | None = None,
) -> None:
    """Stage one form as if it were a file of one row."""
    numbers = dict(zip(count.columns, votes, strict=True))
    values: dict[str, Any] = {name: cells.get(name) for name in count.model.names} | numbers
    values |= {name: (sums or {}).get(name) for name in count.ballot.sums}
    columns = ", ".join(f"{name} integer" for name in values)
    db.session.execute(text(f"drop table if exists {STAGING}"))
    db.session.execute(
        text(f"create temp table {STAGING} (row_number bigint, kode_tps text, {columns}) on commit drop")
    )
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    db.session.execute(
        text(f"insert into {STAGING} (row_number, kode_tps, {names}) values (1, :kode_tps, {places})"),
        values | {"kode_tps": tps_code},
    )
