"""Tables of coklit: areas, stations with their Pantarlih, houses of a station."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from electsys.web.formats import angka, persen, title_region
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.displays import roll_badge
from modules.sidalih.models import VisitConflict, VoterRoll
from modules.sidalih.queries.visits import House
from modules.sidalih.workflow.rolls import ROLL

#: How a visit was recorded.
SOURCES = {"gawai": _l("dengan gawai"), "kertas": _l("dari kertas")}
#: States of a conflict.
CONFLICTS: dict[str, Any] = {
    "terbuka": _l("menunggu putusan"),
    "dicatat": _l("sudah diputus dan dicatat"),
    "dibuang": _l("daftar tetap seperti adanya"),
    "diulang": _l("rumah dikunjungi lagi"),
}


def places_table(
    areas: Sequence[tuple[VoterRoll, str]],
    named: Mapping[str, str],
    address: Callable[[VoterRoll, str], str],
) -> Table:
    """The areas of a reader who has several."""
    return Table(
        areas,
        [
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda row: title_region(named.get(row[1][:10], row[1])),
                sort=True,
                head=True,
                link=lambda row: address(*row),
            ),
            Column("kode", _l("Kode"), lambda row: row[1], sort=True, hidden=True),
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda row: ROLL.state_label(row[0].state),
                cell=lambda row: roll_badge(row[0].state),
                sort=True,
            ),
        ],
        caption=_l("Wilayah Anda"),
        empty=_l("Daftar pemilih di wilayah Anda belum dibuka. KPU Kabupaten/Kota membukanya lebih dulu."),
        search=True,
        name="coklit",
    )


def areas_table(roll: VoterRoll, code: str, rows: Sequence[Any], named: Mapping[str, str]) -> Table:
    """Kecamatan or villages."""
    return Table(
        rows,
        [
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda r: title_region(named.get(r.code, r.code)),
                sort=True,
                head=True,
                link=lambda r: url_for("sidalih.visit_area", roll_id=roll.id, code=r.code),
            ),
            Column("kode", _l("Kode"), "code", sort=True),
            Column("tps", _l("TPS"), "stations", kind="number", sort=True),
            Column("dibagi", _l("TPS dibagi"), "given", kind="number", sort=True),
            *_houses(),
            Column("pemilih", _l("Pemilih"), "voters", kind="number", sort=True),
            Column("belum", _l("Belum dicoklit"), "waiting", kind="number", sort=True),
            Column("terakhir", _l("Kiriman terakhir"), "last", kind="moment", sort=True),
        ],
        caption=_l("Kemajuan coklit"),
        empty=_l("Belum ada pemilih di wilayah ini. Impor DP4 lebih dulu."),
        search=True,
        size=100,
        name=f"coklit-{code}",
    )


def _houses() -> list[Column]:
    return [
        Column("rumah", _l("Rumah"), "houses", kind="number", sort=True),
        Column(
            "dikunjungi",
            _l("Dikunjungi"),
            lambda r: min(r.visited, r.houses),
            kind="number",
            sort=True,
            cell=lambda r: (
                f"{angka(min(r.visited, r.houses))} ({persen(min(r.visited, r.houses), r.houses, 0)})"
            ),
        ),
    ]


def stations_table(roll: VoterRoll, code: str, rows: Sequence[Any], named: Mapping[str, str]) -> Table:
    """The stations of a village with their Pantarlih and what was found."""

    def number(key: str, label: Any) -> Column:
        return Column(key, label, key, kind="number", sort=True)

    return Table(
        rows,
        [
            Column(
                "tps",
                _l("TPS"),
                lambda r: named.get(r.tps_code, r.tps_code[-3:]),
                sort=True,
                head=True,
                link=lambda r: url_for("sidalih.visit_station", roll_id=roll.id, code=r.tps_code),
            ),
            Column("kode", _l("Kode"), "tps_code", sort=True),
            Column("pantarlih", _l("Pantarlih"), lambda r: r.person or _("belum dibagi"), sort=True),
            *_houses(),
            number("sesuai", _l("Sesuai")),
            number("ubah", _l("Diubah")),
            number("baru", _l("Baru")),
            number("tms", _l("TMS")),
            number("potensial", _l("Belum")),
            Column("terakhir", _l("Kiriman terakhir"), "last", kind="moment", sort=True),
        ],
        caption=_l("TPS dan Pantarlih"),
        empty=_l("Belum ada pemilih yang mempunyai TPS di desa/kelurahan ini. Susun TPS lebih dulu."),
        filters=[
            Filter(
                "pembagian",
                _l("Pembagian"),
                [("sudah", _l("sudah dibagi")), ("belum", _l("belum dibagi"))],
                lambda row, value: (row.account_id is not None) == (value == "sudah"),
            )
        ],
        search=True,
        size=100,
        name=f"coklit-{code}",
    )


def houses_table(
    roll: VoterRoll, code: str, houses: Sequence[House], sources: Mapping[int, str], *, records: bool
) -> Table:
    """The houses of a station in the order of the route; no name of anybody.

    ``sources`` tells how each was visited last; ``records`` lets the reader enter one from paper.
    """

    def state(house: House) -> str:
        return _("selesai") if house.visited else _("belum")

    return Table(
        [(n, house) for n, house in enumerate(houses, 1)],
        [
            Column("rute", _l("Rute"), lambda r: r[0], kind="number", sort=True),
            Column(
                "alamat",
                _l("Alamat"),
                lambda r: r[1].address,
                sort=True,
                head=True,
                link=lambda r: (
                    url_for("sidalih.visit_house", roll_id=roll.id, code=code, house=r[1].id)
                    if records
                    else None
                ),
            ),
            Column("rt", _l("RT"), lambda r: r[1].rt, sort=True),
            Column("rw", _l("RW"), lambda r: r[1].rw, sort=True),
            Column("pemilih", _l("Pemilih"), lambda r: len(r[1].voters), kind="number", sort=True),
            Column("kunjungan", _l("Kunjungan"), lambda r: state(r[1]), sort=True),
            Column("cara", _l("Dicatat"), lambda r: SOURCES.get(sources.get(r[1].id, ""), ""), sort=True),
        ],
        caption=_l("Rumah"),
        empty=_l("Belum ada pemilih di TPS ini."),
        filters=[
            Filter(
                "kunjungan",
                _l("Kunjungan"),
                [("selesai", _l("selesai")), ("belum", _l("belum"))],
                lambda row, value: row[1].visited == (value == "selesai"),
            ),
            Filter(
                "cara",
                _l("Dicatat"),
                list(SOURCES.items()),
                lambda row, value: sources.get(row[1].id) == value,
            ),
        ],
        search=True,
        name=f"rumah-{code}",
    )


def conflicts_table(roll: VoterRoll, code: str, query: Select[Any], named: Mapping[str, str]) -> Table:
    """Visits that did not fit the list; no name of a voter."""
    return Table(
        query,
        [
            Column(
                "tps",
                _l("TPS"),
                lambda r: (
                    f"{title_region(named.get(r.tps_code[:10], r.tps_code[:10]))}, TPS {r.tps_code[-3:]}"
                ),
                head=True,
                link=lambda r: url_for("sidalih.visit_conflict", conflict_id=r.id),
            ),
            Column("kode", _l("Kode"), "tps_code", sort=VisitConflict.tps_code, hidden=True),
            Column("masuk", _l("Diterima"), "received_at", kind="moment", sort=VisitConflict.id),
            Column("pantarlih", _l("Pantarlih"), "actor"),
            Column("berubah", _l("Pemilih berubah"), lambda r: len(r.voters), kind="number"),
            Column("keadaan", _l("Keadaan"), lambda r: str(CONFLICTS[r.state])),
            Column("oleh", _l("Diputus oleh"), "decided_by"),
            Column("alasan", _l("Alasan"), "reason", hidden=True),
        ],
        caption=_l("Kunjungan yang berbenturan"),
        empty=_l("Tidak ada benturan. Kunjungan yang tidak cocok lagi dengan daftar muncul di sini."),
        filters=[
            Filter(
                "keadaan",
                _l("Keadaan"),
                list(CONFLICTS.items()),
                lambda statement, value: statement.where(VisitConflict.state == value),
            )
        ],
        name=f"benturan-{code}",
    )
