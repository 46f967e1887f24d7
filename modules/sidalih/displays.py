"""Tables of rolls, living rows, frozen lists and plenaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions import queries as regions
from electsys.regions.models import Tps
from electsys.web.formats import angka, persen, title_region
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.models import AreaCount, VoterRoll
from modules.sidalih.queries.lists import Line
from modules.sidalih.queries.rolls import LivingRow, RollRow
from modules.sidalih.wording import MARKS, STAGES
from modules.sidalih.workflow.rolls import ROLL
from modules.sidalih.workflow.voters import VOTER

LOOKS = {"dpt": "ok", None: "none"}
VOTER_LOOKS = {"sesuai": "ok", "ubah": "info", "baru": "info", "tms": "stop", "potensial": "wait"}


def roll_badge(state: str | None) -> Markup:
    """The state of a roll, in words and colour."""
    words = ROLL.state_label(state) if state else _("belum dibuka")
    return Markup('<span class="state state-{}">{}</span>').format(LOOKS.get(state, "wait"), words)


def voter_badge(state: str) -> Markup:
    """The state of a voter, in words and colour."""
    return Markup('<span class="state state-{}">{}</span>').format(
        VOTER_LOOKS[state], VOTER.state_label(state)
    )


def days(left: int | None) -> str:
    """Days until a stage closes, in words."""
    if left is None or left > 366:
        return ""
    return _("%(n)s hari", n=left) if left >= 0 else _("lewat %(n)s hari", n=-left)


def rolls_table(rows: Sequence[RollRow], left: Mapping[str, int | None]) -> Table:
    """The kab/kota of the reader, with what comes next."""

    def link(row: RollRow) -> str | None:
        return url_for("sidalih.roll", roll_id=row.roll_id) if row.roll_id else None

    return Table(
        rows,
        [
            Column("wilayah", _l("Wilayah"), lambda r: title_region(r.name), sort=True, head=True, link=link),
            Column("kode", _l("Kode"), "code", sort=True, hidden=True),
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda r: ROLL.state_label(r.state) if r.state else _("belum dibuka"),
                cell=lambda r: roll_badge(r.state),
                sort=True,
            ),
            Column(
                "daftar", _l("Daftar terakhir"), lambda r: str(STAGES[r.stage]) if r.stage else "", sort=True
            ),
            Column("pemilih", _l("Pemilih"), "total", kind="number", sort=True),
            Column("sisa", _l("Sisa waktu"), lambda r: days(left.get(r.state or ""))),
            Column("langkah", _l("Langkah berikutnya"), lambda r: next_step(r.state)),
        ],
        caption=_l("Daftar pemilih di wilayah Anda"),
        empty=_l("Tidak ada kabupaten/kota dalam wilayah akun Anda."),
        filters=[
            Filter(
                "keadaan",
                _l("Keadaan"),
                [("-", _l("belum dibuka")), *((state, ROLL.state_label(state)) for state in ROLL.states)],
                lambda row, value: (row.state or "-") == value,
            )
        ],
        search=True,
        name="daftar-pemilih",
    )


def next_step(state: str | None) -> str:
    """What is to be done next with a roll."""
    if state is None:
        return _("Buka daftar, lalu impor DP4")
    found = next((t for t in ROLL.transitions if t.source == state and t.permission), None)
    return str(found.label) if found else _("Layani pindah memilih; lalu PDPB")


def living_table(roll: VoterRoll, election: Election, rows: Sequence[LivingRow]) -> Table:
    """The rows of the areas as they stand today."""
    codes = [row.code for row in rows]
    length = max((len(code) for code in codes), default=6)
    named = station_names(election, codes) if length == 13 else regions.names(codes, election.map_id)

    def link(row: LivingRow) -> str | None:
        if row.code == "-":
            return None
        endpoint = "sidalih.voters" if length >= 10 else "sidalih.area"
        return url_for(endpoint, roll_id=roll.id, code=row.code)

    def name(row: LivingRow) -> str:
        return _("tanpa TPS") if row.code == "-" else title_region(named.get(row.code, row.code))

    def number(key: str, label: Any, *, hidden: bool = False) -> Column:
        return Column(key, label, key, kind="number", sort=True, hidden=hidden)

    return Table(
        rows,
        [
            Column("wilayah", _l("Wilayah"), name, sort=True, head=True, link=link),
            Column("code", _l("Kode"), "code", sort=True, hidden=True),
            number("listed", _l("Pemilih")),
            number("male", _l("L")),
            number("female", _l("P")),
            Column(
                "visited",
                _l("Dicoklit"),
                "visited",
                kind="number",
                sort=True,
                cell=lambda r: f"{angka(r.visited)} ({persen(r.visited, r.listed, 0)})",
            ),
            number("fresh", _l("Baru")),
            number("amended", _l("Diubah")),
            number("struck", _l("TMS")),
            number("unplaced", _l("Tanpa TPS")),
            number("doubtful", _l("Diragukan")),
        ],
        caption=_l("Keadaan hari ini"),
        empty=_l("Belum ada pemilih di wilayah ini. Impor DP4 untuk memulai."),
        search=True,
        size=100,
        name=f"pemilih-{roll.region}",
    )


def station_names(election: Election, codes: Sequence[str]) -> dict[str, str]:
    """TPS code -> name, of one village."""
    real = [code for code in codes if len(code) == 13]
    if not real:
        return {}
    rows = db.session.execute(
        select(Tps.code, Tps.name).where(
            Tps.election_id == election.id, Tps.province == real[0][:2], Tps.code.in_(real)
        )
    )
    return {row.code: row.name for row in rows}


def path_in_roll(roll: VoterRoll, code: str) -> list[tuple[str, str]]:
    """(address, name) of the areas above one, from the kab/kota down."""
    above = [c for n in (4, 6, 10) if n < len(code) for c in (code[:n],)]
    named = regions.names(above)
    return [
        (
            url_for("sidalih.roll", roll_id=roll.id)
            if len(each) == 4
            else url_for("sidalih.area", roll_id=roll.id, code=each),
            title_region(named.get(each, each)),
        )
        for each in above
    ]


def counts_table(
    list_id: int, rows: Sequence[AreaCount], named: Mapping[str, str], marked: Mapping[str, int], name: str
) -> Table:
    """A-Rekap: the areas of a frozen list; ``marked`` are the voters who bear a mark since."""

    def link(row: AreaCount) -> str:
        if len(row.code) == 13:
            return url_for("sidalih.station", list_id=list_id, tps_code=row.code)
        return url_for("sidalih.frozen_area", list_id=list_id, code=row.code)

    def fact(prefix: str) -> Any:
        return lambda row: sum(sum(pair) for key, pair in row.facts.items() if key.startswith(prefix))

    columns = [
        Column(
            "wilayah",
            _l("Wilayah"),
            lambda r: title_region(named.get(r.code, r.code)),
            sort=True,
            head=True,
            link=link,
        ),
        Column("kode", _l("Kode"), "code", sort=True, hidden=True),
        Column("tps", _l("TPS"), "stations", kind="number", sort=True),
        Column("l", _l("L"), "male", kind="number", sort=True),
        Column("p", _l("P"), "female", kind="number", sort=True),
        Column("lp", _l("L+P"), lambda r: r.male + r.female, kind="number", sort=True),
        Column("baru", _l("Baru"), fact("baru"), kind="number", sort=True),
        Column("tms", _l("TMS"), fact("tms_"), kind="number", sort=True),
        Column("ubah", _l("Diubah"), fact("ubah"), kind="number", sort=True),
    ]
    if marked:
        columns += [
            Column("tanda", _l("Bertanda"), lambda r: marked.get(r.code, 0), kind="number", sort=True),
            Column(
                "aktif",
                _l("Aktif"),
                lambda r: r.male + r.female - marked.get(r.code, 0),
                kind="number",
                sort=True,
            ),
        ]
    return Table(
        rows,
        columns,
        caption=_l("Angka daftar yang ditetapkan; baru, TMS, dan diubah dihitung sejak daftar sebelumnya"),
        empty=_l("Tidak ada pemilih di wilayah ini."),
        search=True,
        size=100,
        name=name,
    )


def lines_table(rows: Sequence[Line], name: str, *, opens: bool) -> Table:
    """The lines of a polling station: what is announced (domain.md 5.8), never a number of a person."""

    def link(row: Line) -> str | None:
        return url_for("sidalih.voter", voter_id=row.voter_id) if opens else None

    return Table(
        rows,
        [
            Column("no", _l("No."), "number", kind="number", sort=True),
            Column("nama", _l("Nama"), "name", sort=True, head=True, link=link),
            Column("jk", _l("L/P"), "sex", sort=True),
            Column("usia", _l("Usia"), "age", kind="number", sort=True),
            Column("alamat", _l("Alamat"), "address", sort=True),
            Column("rt", _l("RT"), "rt", sort=True),
            Column("rw", _l("RW"), "rw", sort=True),
            Column(
                "keterangan",
                _l("Keterangan"),
                lambda r: ", ".join(str(MARKS[kind]) for kind in r.marks),
                sort=True,
            ),
        ],
        caption=_l("Usia pada hari pemungutan suara"),
        empty=_l("Tidak ada pemilih di TPS ini dalam daftar ini."),
        search=True,
        size=100,
        name=name,
    )
