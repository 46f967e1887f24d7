"""The results file: its columns, and the checks that need our own tables (design.md, section 7)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.db import db
from electsys.intake import Code, Column, Integer, Spec, Staging, stage
from modules.situng.queries.contests import ContestCount
from modules.situng.verdicts import vote_column

#: A form shows what was written, so the limit only keeps out what no form can hold.
CELL = Integer(0, 999_999)
STAGING = "result_staging"


def spec_for(count: ContestCount, tps: int) -> Spec:
    """The columns of a results file of this contest; ``tps`` is the most rows it may have."""
    return Spec(
        name="hasil",
        label=_l("Hasil penghitungan per TPS"),
        columns=(
            Column("kode_tps", Code(13), required=True, label=_l("Kode TPS (13 angka)")),
            *(Column(cell.name, CELL, label=cell.label) for cell in count.model.cells),
            *(Column(vote_column(line.number), CELL, required=True, label=line.name) for line in count.lines),
        ),
        key=("kode_tps",),
        max_rows=tps,
    )


def stage_results(
    count: ContestCount,
    path: Path,
    *,
    region: str,
    mapping: dict[str, str] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Staging:
    """Read a results file into the staging table and check its codes against the election.

    ``region`` is the prefix of TPS codes that the file may touch. Errors are collected on the
    returned staging; nothing else is written.
    """
    connection = db.session.connection()
    tps = connection.exec_driver_sql(
        "select count(*) from tps where election_id = %s", (count.election_id,)
    ).scalar_one()
    staging = stage(connection, path, spec_for(count, tps), STAGING, mapping=mapping, progress=progress)
    check_codes(staging, count, region)
    return staging


def check_codes(staging: Staging, count: ContestCount, region: str) -> None:
    """Refuse rows whose TPS is unknown, belongs to another election, or lies outside ``region``."""
    parameters: dict[str, Any] = {"election": count.election_id, "region": region}
    staging.add_errors(
        f"""
        select s.row_number, 'kode_tps' as column_name, s.kode_tps as value,
               case when exists (select from tps o where o.code = s.kode_tps) then 'tps_other_election'
                    else 'tps_unknown' end as code
        from {STAGING} s
        where s.kode_tps is not null and not exists (
            select from tps t where t.election_id = :election and t.province = left(s.kode_tps, 2)
            and t.code = s.kode_tps)
        """,
        parameters,
        messages={
            "tps_unknown": (
                _l("TPS ini tidak ada dalam daftar TPS pemilu ini."),
                _l("Periksa 13 angka kode TPS pada daftar TPS wilayahnya."),
            ),
            "tps_other_election": (
                _l("TPS ini milik pemilu lain."),
                _l("Pilih pemilu yang sesuai, atau perbaiki kode TPS."),
            ),
        },
    )
    staging.add_errors(
        f"""
        select s.row_number, 'kode_tps' as column_name, s.kode_tps as value, 'tps_outside' as code
        from {STAGING} s
        where s.kode_tps not like :region || '%'
        """,
        parameters,
        messages={
            "tps_outside": (
                _l("TPS ini di luar wilayah Anda."),
                _l("Kirim hanya TPS wilayah Anda; baris lain diimpor oleh petugas wilayahnya."),
            )
        },
    )
