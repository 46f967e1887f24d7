"""The table of voters of a village or TPS: masked on screen, without any number of a person in its files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, any_, literal

from electsys.elections.models import Election
from electsys.privacy import Sealer, mask_nik
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.displays import voter_badge
from modules.sidalih.models import Voter
from modules.sidalih.queries.voters import age_bands
from modules.sidalih.rules.voters import age_on
from modules.sidalih.wording import DOUBTS
from modules.sidalih.workflow.voters import VOTER


def voters_table(
    statement: Select[Voter],
    election: Election,
    code: str,
    bands: Sequence[int],
    stations: Sequence[tuple[str, str]],
) -> Table:
    """Voters of one area; what is sealed is opened row by row, for the rows that are shown."""
    opened: dict[int, dict[str, str]] = {}
    sealer = Sealer("voter")

    def secret(row: Voter) -> dict[str, str]:
        if row.id not in opened:
            opened.clear()  # a download streams through; only the row at hand is kept
            opened[row.id] = sealer.unseal_fields(row.id, bytes(row.sealed))
        return opened[row.id]

    def age(row: Voter) -> int:
        return age_on(date.fromisoformat(secret(row)["birth_date"]), election.voting_day)

    columns = [
        Column(
            "nama",
            _l("Nama"),
            "name",
            sort=Voter.name,
            head=True,
            link=lambda r: url_for("sidalih.voter", voter_id=r.id),
        ),
        Column("nik", _l("NIK"), lambda r: mask_nik(secret(r).get("nik")), export=False),
        Column("jk", _l("L/P"), "sex", sort=Voter.sex),
        Column("usia", _l("Usia"), age, kind="number", sort=Voter.birth_year),
        Column("alamat", _l("Alamat"), "address", sort=Voter.address),
        Column("rt", _l("RT"), "rt", sort=Voter.rt),
        Column("rw", _l("RW"), "rw", sort=Voter.rw),
        Column(
            "tps",
            _l("TPS"),
            lambda r: r.tps_code[-3:] if r.tps_code else None,
            sort=Voter.tps_code,
            hidden=len(code) == 13,
        ),
        Column(
            "keadaan",
            _l("Keadaan"),
            lambda r: VOTER.state_label(r.state),
            cell=lambda r: voter_badge(r.state),
            sort=Voter.state,
        ),
        Column("keraguan", _l("Diragukan"), lambda r: " ".join(str(DOUBTS.get(d, d)) for d in r.doubts)),
    ]
    return Table(
        statement,
        columns,
        caption=_l("Pemilih; usia pada hari pemungutan suara"),
        empty=_l("Tidak ada pemilih di sini. Ubah saringan, atau impor DP4 lebih dulu."),
        filters=_filters(election, bands, stations if len(code) == 10 else []),
        search=(Voter.name,),
        search_hint=_l("Cari nama"),
        name=f"pemilih-{code}",
    )


def _filters(election: Election, bands: Sequence[int], stations: Sequence[tuple[str, str]]) -> list[Filter]:
    years = {str(low): (first, last) for low, first, last in age_bands(bands, election.voting_day.year)}
    edges = [*bands[1:], None]

    def by_age(statement: Any, value: str) -> Any:
        first, last = years[value]
        return statement.where(Voter.birth_year.between(first, last))

    def by_tps(statement: Any, value: str) -> Any:
        return statement.where(Voter.tps_code.is_(None) if value == "-" else Voter.tps_code == value)

    return [
        *(
            [
                Filter(
                    "tps",
                    _l("TPS"),
                    [("-", _l("tanpa TPS")), *((code, name) for code, name in stations)],
                    by_tps,
                )
            ]
            if stations
            else []
        ),
        Filter(
            "keadaan",
            _l("Keadaan"),
            [(state, VOTER.state_label(state)) for state in ("potensial", "sesuai", "ubah", "baru", "tms")],
            lambda statement, value: statement.where(Voter.state == value),
        ),
        Filter(
            "ragu",
            _l("Diragukan"),
            [("ya", _l("semua yang diragukan")), *DOUBTS.items()],
            lambda statement, value: statement.where(_doubtful(value)),
        ),
        Filter(
            "jk",
            _l("Jenis kelamin"),
            [("L", _l("Laki-laki")), ("P", _l("Perempuan"))],
            lambda statement, value: statement.where(Voter.sex == value),
        ),
        Filter(
            "umur",
            _l("Umur (menurut tahun lahir)"),
            [
                (str(low), f"{low}+" if high is None else f"{low}-{high - 1}")
                for low, high in zip(bands, edges, strict=True)
            ],
            by_age,
        ),
    ]


def _doubtful(value: str) -> ColumnElement[bool]:
    if value == "ya":
        return Voter.doubts != literal([], Voter.doubts.type)
    return literal(value) == any_(Voter.doubts)
