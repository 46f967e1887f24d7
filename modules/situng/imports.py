"""The results file: its columns, and the checks that need our own tables (design.md, section 7)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.db import db
from electsys.intake import Code, Column, Integer, Spec, Staging, stage
from electsys.regions.rules import province_of
from modules.situng.contest import ContestCount
from modules.situng.counting import in_dapil
from modules.situng.operations.totals import places_of
from modules.situng.queries.contests import counts_by_dapil, dapil_in

#: A form shows what was written, so the limit only keeps out what no form can hold.
CELL = Integer(0, 999_999)
STAGING = "result_staging"


def spec_for(count: ContestCount, tps: int, region: str = "") -> Spec:
    """The columns of a results file of this contest; ``tps`` is the most rows it may have.

    Where each dapil has its ballot, a file may hold TPS of several: it has the columns of all that its
    ``region`` touches, and a row fills those of its own.
    """
    return Spec(
        name="hasil",
        label=_l("Hasil penghitungan per TPS"),
        columns=(
            Column("kode_tps", Code(13), required=True, label=_l("Kode TPS (13 angka)")),
            *(Column(cell.name, CELL, label=cell.label) for cell in count.model.cells),
            *_vote_columns(count, region),
        ),
        key=("kode_tps",),
        max_rows=tps,
    )


def _vote_columns(count: ContestCount, region: str) -> list[Column]:
    if not count.by_dapil:
        return [Column(line.column, CELL, required=True, label=line.name) for line in count.lines]
    places = counts_by_dapil(count.contest_id, dapil_in(count, region)).values()
    labels = {line.column: line for place in places for line in place.lines}
    votes = [
        Column(name, CELL, label=line.name if line.candidate is None else line.label)
        for name, line in sorted(labels.items(), key=lambda item: (item[1].number, item[1].candidate or 0))
    ]
    sums = dict.fromkeys(name for place in places for name in place.ballot.sums)
    return [
        *votes,
        *(
            Column(
                name, CELL, label=_l("Jumlah suara partai %(number)s dan calonnya", number=name.split("_")[1])
            )
            for name in sums
        ),
    ]


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
    spec = spec_for(count, tps, region)
    staging = stage(connection, path, spec, STAGING, mapping=mapping, progress=progress)
    check_codes(staging, count, region)
    return staging


def check_codes(staging: Staging, count: ContestCount, region: str) -> None:
    """Refuse rows whose TPS is unknown, belongs to another election, or lies outside ``region``."""
    parameters: dict[str, Any] = {"election": count.election_id, "region": region, "held": count.region}
    staging.add_errors(
        f"""
        select s.row_number, 'kode_tps' as column_name, s.kode_tps as value,
               case when exists (
                   select from tps o where o.province = {province_of("s.kode_tps")} and o.code = s.kode_tps)
                   then 'tps_other_election' else 'tps_unknown' end as code
        from {STAGING} s
        where s.kode_tps is not null and not exists (
            select from tps t where t.election_id = :election and t.province = {province_of("s.kode_tps")}
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
    if count.region:
        staging.add_errors(
            f"""
            select s.row_number, 'kode_tps' as column_name, s.kode_tps as value, 'tps_elsewhere' as code
            from {STAGING} s
            where s.kode_tps not like :held || '%'
            """,
            parameters,
            messages={
                "tps_elsewhere": (
                    _l("TPS ini tidak ikut dalam pemilihan ini."),
                    _l("Pemilihan ini hanya untuk wilayahnya sendiri; pilih pemilihan wilayah TPS itu."),
                )
            },
        )
    if count.by_dapil:
        _check_ballots(staging, count, spec_columns=[c.name for c in staging.spec.columns])


def _check_ballots(staging: Staging, count: ContestCount, *, spec_columns: list[str]) -> None:
    """Refuse rows of TPS without a ballot, and votes for somebody who is not on it (R18 of domain.md)."""
    places = places_of(count, f"select left(kode_tps, 10) from {STAGING}", {})
    facts: dict[str, Any] = {"dapil_known": [place.dapil[0] for place in places if place.dapil]}
    staging.add_errors(
        f"""
        select s.row_number, 'kode_tps' as column_name, s.kode_tps as value, 'no_ballot' as code
        from {STAGING} s
        where s.kode_tps is not null and not exists (
            select from dapil_village m
            where m.village_code = left(s.kode_tps, 10) and m.dapil_id = any(:dapil_known))
        """,
        facts,
        messages={
            "no_ballot": (
                _l("TPS ini tidak memilih dalam pemilihan ini, atau surat suaranya belum ditetapkan."),
                _l("Periksa jenis pemilihan; bila benar, tunggu DCT dapilnya ditetapkan."),
            )
        },
    )
    votes = [name for name in spec_columns if name.startswith("suara_") and name not in count.model.names]
    for place in places:
        foreign = [name for name in votes if name not in {*place.columns, *place.ballot.sums}]
        if not foreign:
            continue
        pairs = ", ".join(f"('{name}', s.{name})" for name in foreign)
        staging.add_errors(
            f"""
            select s.row_number, v.name as column_name, v.votes::text as value, 'not_on_ballot' as code
            from {STAGING} s cross join lateral (values {pairs}) as v (name, votes)
            where v.votes is not null{in_dapil("s.kode_tps")}
            """,
            {"dapil": place.dapil[0] if place.dapil else None},
            messages={
                "not_on_ballot": (
                    _l("Calon ini tidak ada pada surat suara dapil TPS ini."),
                    _l("Kosongkan kolomnya pada baris ini, atau periksa kode TPS."),
                )
            },
        )
