"""How a board is drawn: bars of stages, a map, the pace, the table of regions. From its file alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys import regions
from electsys.web.charts import Area, Bar, choropleth, line, stack
from electsys.web.charts.maps import STEPS, step_of
from electsys.web.formats import angka, persen, title_region, waktu
from electsys.web.tables import Column, Table
from modules.sirekap.boards import words
from modules.sirekap.boards.content import LENGTHS

Board = dict[str, Any]
#: A board's address, from a region's code.
Way = Callable[[str], str]
#: Tiers from the ground up.
TIERS = tuple(words.TIERS)


def facts(board: Board) -> dict[str, Any]:
    """The numbers at the top: sums over the contests."""
    counts = [each["hitung"] for each in board["pemilihan"] if each["hitung"]]
    sums = {
        key: sum(count[key] for count in counts)
        for key in ("tps", "dihitung", "diterima", "anomali", "belum_lengkap", "belum_diterima")
    }
    states = dict.fromkeys(words.STATES, 0)
    for each in board["pemilihan"]:
        for tier in each["rekap"].values():
            for state, n in tier.items():
                states[state] += n
    return sums | {
        "dhasil": states,
        "semua": sum(states.values()),
        "keberatan": sum(board["keberatan"].values()),
        "menunggu": board["keberatan"].get("diajukan", 0),
    }


def stages(board: Board) -> Markup | None:
    """D.Hasil by contest and tier, each bar by state."""
    bars = [
        Bar(
            _("%(contest)s, %(tier)s", contest=each["nama"], tier=words.TIERS[tier]),
            tuple(each["rekap"][tier].get(state, 0) for state in words.STATES),
        )
        for each in board["pemilihan"]
        for tier in TIERS
        if tier in each["rekap"]
    ]
    if not bars:
        return None
    return stack(
        bars,
        [str(said) for said in words.STATES.values()],
        title=_("D.Hasil menurut jenjang dan keadaan"),
        head=_("Pemilihan dan jenjang"),
    )


def map_of(board: Board, way: Way) -> Markup | None:
    """The regions below the nation or a province: how much of their D.Hasil is locked."""
    code = board["wilayah"]["kode"]
    if len(code) > 2 or code.startswith("99"):
        return None
    paths, viewbox = regions.outlines(1 if not code else 2, code)
    drawn = [part for part in board["bagian"] if part["kode"] in paths]
    if not drawn:
        return None
    missing = len(board["bagian"]) - len(drawn)
    description = _("Makin gelap, makin banyak D.Hasil wilayah itu yang sudah disahkan.")
    if missing:
        description += " " + _("%(n)s wilayah belum mempunyai garis batas dan tidak tergambar.", n=missing)
    return choropleth(
        [
            Area(
                part["kode"],
                title_region(part["nama"]),
                paths[part["kode"]],
                _("%(n)s dari %(total)s D.Hasil disahkan, %(p)s formulir dihitung",
                  n=angka(part["dhasil"]["disahkan"]), total=angka(_forms(part)),
                  p=persen(part["dihitung"], part["formulir"])),
                link=way(part["kode"]),
                step=step_of(part["dhasil"]["disahkan"], _forms(part)),
            )
            for part in drawn
        ],
        viewbox=viewbox,
        title=_("D.Hasil yang disahkan per wilayah"),
        description=description,
        head=_("Kemajuan"),
        legend=[
            (n, _("%(low)s sampai kurang dari %(high)s %%", low=20 * (n - 1), high=20 * n)
             if n < STEPS else _("%(low)s sampai %(high)s %%", low=80, high=100))
            for n in range(1, STEPS + 1)
        ],
    )  # fmt: skip


def _at(*keys: str) -> Callable[[dict[str, Any]], Any]:
    """What stands in a part under these keys."""

    def read(part: dict[str, Any]) -> Any:
        found: Any = part
        for key in keys:
            found = found[key]
        return found

    return read


def _forms(part: dict[str, Any]) -> int:
    return sum(part["dhasil"].values())


def pace(board: Board) -> list[Markup]:
    """How fast: forms that count and D.Hasil that are locked, over the hours; a line needs two points."""
    drawn = []
    for key, title, unit in (
        ("dihitung", _("Formulir TPS yang dihitung"), _("formulir")),
        ("sah", _("D.Hasil yang disahkan tiap jam"), _("D.Hasil")),
    ):
        points = [(_hour(moment), n) for moment, n in board["laju"][key]]
        if len(points) > 1:
            drawn.append(line(points, title=title, head=_("Jam"), unit=unit))
    return drawn


def _hour(moment: str) -> str:
    return waktu(dt.datetime.fromisoformat(moment))


def parts_table(board: Board, way: Way) -> Table:
    """The regions right below."""
    code = board["wilayah"]["kode"]
    return Table(
        board["bagian"],
        [
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda p: title_region(p["nama"]),
                sort=True,
                head=True,
                link=lambda p: way(p["kode"]) if len(p["kode"]) in LENGTHS else None,
            ),
            Column("kode", _l("Kode"), lambda p: p["kode"], sort=True, hidden=True),
            *(
                Column(state, label, _at("dhasil", state), kind="number", sort=True)
                for state, label in (
                    ("disahkan", _l("D.Hasil disahkan")),
                    ("ditutup", _l("Menunggu sah")),
                    ("dibuka", _l("Dibacakan")),
                )
            ),
            Column("dhasil", _l("D.Hasil"), _forms, kind="number", sort=True),
            *(
                Column(key, label, _at(key), kind="number", sort=True)
                for key, label in (
                    ("dihitung", _l("Formulir dihitung")),
                    ("formulir", _l("Formulir")),
                    ("anomali", _l("Anomali")),
                    ("keberatan", _l("Keberatan menunggu")),
                    ("pembetulan", _l("Pembetulan")),
                )
            ),
        ],
        caption=_l("Wilayah di bawahnya"),
        empty=_l("Wilayah ini tidak mempunyai bagian."),
        search=True,
        size=100,
        name=f"papan-{code or 'nasional'}",
    )
