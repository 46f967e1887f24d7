"""How plans of dapil are shown: marks in words, the map, tables of dapil and of units."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys.regions.outlines import outlines
from electsys.web.charts import Area, Share, choropleth
from electsys.web.formats import UNKNOWN, angka, title_region
from electsys.web.tables import Column, Table
from modules.sidalih.models.dapil import DapilProposal
from modules.sidalih.queries.dapil import Province
from modules.sidalih.rules.dapil import PRINCIPLES, RANGE, share_nation
from modules.sidalih.rules.dapil_near import rings

#: The seven principles of UU 7/2017 art. 185: name, and what the mark measures.
WORDS: dict[str, tuple[Any, Any]] = {
    "kesetaraan": (_l("Kesetaraan nilai suara"), _l("harga kursi termurah banding termahal")),
    "sistem_proporsional": (
        _l("Ketaatan pada sistem proporsional"),
        _l("rata-rata kursi per dapil dari kursi paling banyak"),
    ),
    "proporsionalitas": (_l("Proporsionalitas"), _l("dapil terkecil banding terbesar")),
    "integralitas": (_l("Integralitas wilayah"), _l("dapil yang wilayahnya menyambung")),
    "cakupan_sama": (_l("Cakupan wilayah yang sama"), _l("dapil yang utuh di dalam satu dapil di atasnya")),
    "kohesivitas": (_l("Kohesivitas"), _l("wilayah yang tidak dipecah")),
    "kesinambungan": (_l("Kesinambungan"), _l("penduduk yang dapilnya tetap")),
}
#: Colours of the dapil on the map, told apart by pattern and number as well.
COLOURS = (
    *("#2f5d9b", "#b3541e", "#3f7d4e", "#8a3a78", "#a08a1c", "#4a7f86"),
    *("#96433f", "#5a5aa0", "#7a6a4f", "#2b6d6d", "#a3567a", "#5f7f2b"),
)


class Summary(NamedTuple):
    """A plan in one line."""

    number: int
    dapil: int
    seats: str
    mark: str
    ratio: str
    fault: str
    changed: int


def summary(plan: dict[str, Any], number: int, *, on_map: bool) -> Summary:
    """What tells a plan from another. Pieces are told only where neighbours come from a map."""
    fault = ""
    if plan["out_of_range"]:
        fault = _("jumlah kursi di luar batas")
    elif plan["broken"] and on_map:
        fault = _("wilayah terputus pada peta")
    return Summary(
        number,
        len(plan["groups"]),
        ", ".join(str(g["seats"]) for g in plan["groups"]),
        hundredths(Fraction(*plan["mark"])),
        hundredths(Fraction(*plan["ratio"])),
        fault,
        len(plan["changed"]),
    )


def hundredths(value: Fraction) -> str:
    """A number with two decimals, rounded half up, as Indonesian pages write it."""
    whole, rest = divmod(rounded(value * 100), 100)
    return f"{angka(whole)},{rest:02d}" if angka(1000) == "1.000" else f"{angka(whole)}.{rest:02d}"


def rounded(value: Fraction) -> int:
    """A whole number, rounded half up."""
    return int((2 * value.numerator + value.denominator) // (2 * value.denominator))


class Mark(NamedTuple):
    """One principle: its name, what is measured, the mark of the plan and that of today's dapil."""

    name: str
    measures: str
    value: int | None
    today: int | None


def marks(plan: dict[str, Any], present: dict[str, Any] | None) -> list[Mark]:
    """The seven principles of a plan in the law's order."""
    old = present["marks"] if present else {}
    return [
        Mark(str(WORDS[key][0]), str(WORDS[key][1]), plan["marks"][key], old.get(key)) for key in PRINCIPLES
    ]


def _home(plan: dict[str, Any]) -> dict[str, int]:
    return {code: k for k, group in enumerate(plan["groups"]) for code in group["units"]}


def plan_map(proposal: DapilProposal, number: int) -> Markup | None:
    """The plan on the map; None where no outlines are known (kecamatan)."""
    if not proposal.on_map:
        return None
    plan = proposal.plans[number - 1]
    home = _home(plan)
    paths, box = outlines(2, proposal.body_code)
    parts_of: dict[str, list[str]] = {}
    for unit in proposal.units:
        parts_of.setdefault(unit["whole"] or unit["code"], []).append(unit["code"])
    names = {u["whole"] or u["code"]: u["name"].split(" bagian ")[0] for u in proposal.units}
    areas = []
    largest: dict[int, tuple[int, str]] = {}
    for unit in proposal.units:
        code = unit["whole"] or unit["code"]
        largest[home[unit["code"]]] = max(
            largest.get(home[unit["code"]], (0, "")), (_size(paths.get(code, "")), code)
        )
    for code, path in sorted(paths.items()):
        inside = sorted({home[part] for part in parts_of.get(code, ()) if part in home})
        if not inside:
            continue
        words = ", ".join(_("dapil %(n)s", n=k + 1) for k in inside)
        areas.append(
            Area(
                code,
                title_region(names[code]),
                path,
                words,
                leader=inside[0],
                # One number a dapil, on its largest area: small ones have no room for it.
                label="/".join(str(k + 1) for k in inside if largest[k][1] == code) or None,
                at=_middle(path),
            )
        )
    # What is drawn later covers what is below it: areas with a number come last.
    areas.sort(key=lambda area: area.label is not None)
    return choropleth(
        areas,
        viewbox=box,
        title=_("Rancangan %(n)s", n=number),
        description=_("Setiap wilayah diberi nomor, warna, dan corak dapilnya."),
        head=_("Dapil"),
        leaders=[
            Share(_("Dapil %(n)s: %(seats)s kursi", n=k + 1, seats=g["seats"]), g["seats"], colour_of(k))
            for k, g in enumerate(plan["groups"])
        ],
    )


def colour_of(index: int) -> str:
    """The colour of a dapil."""
    return COLOURS[index % len(COLOURS)]


def _size(path: str) -> int:
    """The area that the box around the largest ring covers: enough to tell large from small."""
    shape = rings(path)
    if not shape:
        return 0
    largest = max(shape, key=len)
    xs, ys = [x for x, _y in largest], [y for _x, y in largest]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def _middle(path: str) -> tuple[float, float]:
    """The middle of the largest ring, where its number stands."""
    largest = max(rings(path), key=len)
    xs, ys = [x for x, _y in largest], [y for _x, y in largest]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def dapil_table(proposal: DapilProposal, number: int) -> Table:
    """The dapil of a plan with people, seats and the price of a seat."""
    names = {u["code"]: title_region(u["name"]) for u in proposal.units}
    groups = list(enumerate(proposal.plans[number - 1]["groups"], 1))
    return Table(
        groups,
        [
            Column("dapil", _l("Dapil"), lambda row: row[0], kind="number", head=True),
            Column("wilayah", _l("Wilayah"), lambda row: ", ".join(names[c] for c in row[1]["units"])),
            Column("penduduk", _l("Penduduk"), lambda row: row[1]["population"], kind="number"),
            Column("kursi", _l("Kursi"), lambda row: row[1]["seats"], kind="number"),
            Column(
                "harga",
                _l("Penduduk per kursi"),
                lambda row: rounded(Fraction(row[1]["population"], row[1]["seats"])),
                kind="number",
            ),
        ],
        caption=_l("Dapil rancangan ini"),
        empty=_l("Rancangan ini tidak mempunyai dapil."),
        prefix="dapil",
        exports=(),
    )


def units_table(proposal: DapilProposal, number: int, names: dict[str, str]) -> Table:
    """Every unit with its dapil of the plan and of today: what a download carries."""
    plan = proposal.plans[number - 1]
    home, changed = _home(plan), set(plan["changed"])
    groups = plan["groups"]
    return Table(
        [u | {"dapil": home[u["code"]] + 1} for u in proposal.units],
        [
            Column("kode", _l("Kode"), lambda u: u["code"], sort=True),
            Column("nama", _l("Wilayah"), lambda u: title_region(u["name"]), sort=True, head=True),
            Column("penduduk", _l("Penduduk"), lambda u: u["population"], kind="number", sort=True),
            Column("dapil", _l("Dapil"), lambda u: u["dapil"], kind="number", sort=True),
            Column(
                "kursi_dapil", _l("Kursi dapil"), lambda u: groups[u["dapil"] - 1]["seats"], kind="number"
            ),
            Column(
                "sekarang", _l("Dapil sekarang"), lambda u: title_region(names.get(u["present"], UNKNOWN))
            ),
            Column(
                "berubah",
                _l("Berubah"),
                lambda u: str(_l("ya")) if u["code"] in changed else str(_l("tidak")),
            ),
            Column("desa", _l("Desa/bagian"), lambda u: " ".join(u["villages"]), hidden=True),
        ],
        caption=_l("Wilayah dan dapilnya"),
        empty=_l("Tidak ada wilayah."),
        sort="dapil",
        size=100,
        name=f"rancangan-dapil-{proposal.chamber}-{proposal.body_code}-{number}",
    )


def provinces_table(rows: list[Province], *, may: bool, name: str) -> tuple[Table, bool]:
    """Seats of the DPR by province: today, and by people alone; whether people of a province are unknown."""
    total = sum(row.seats for row in rows)
    people = {row.code: row.people for row in rows if row.people is not None}
    unknown = len(people) < len(rows)
    fewest, _most = RANGE["dpr"]
    fair: dict[str, int] = {}
    if people and not unknown and total >= fewest * len(people):
        fair = share_nation(total, people, fewest=fewest)

    def link(row: Province) -> str | None:
        if row.proposal is not None:
            return url_for("sidalih.dapil_proposal", proposal_id=row.proposal)
        return url_for("sidalih.dapil_new", lembaga="dpr", wilayah=row.code) if may else None

    def says(row: Province) -> str:
        return str(
            _l("lihat usulan") if row.proposal is not None else _l("susun usulan") if may else _l("belum")
        )

    return Table(
        rows,
        [
            Column("provinsi", _l("Provinsi"), lambda r: title_region(r.name), sort=True, head=True),
            Column("kode", _l("Kode"), "code", sort=True, hidden=True),
            Column("penduduk", _l("Penduduk"), "people", kind="number", sort=True),
            Column("dapil", _l("Dapil sekarang"), "dapil", kind="number", sort=True),
            Column("kursi", _l("Kursi sekarang"), "seats", kind="number", sort=True),
            Column(
                "menurut_penduduk",
                _l("Kursi menurut penduduk"),
                lambda r: fair.get(r.code),
                kind="number",
                sort=True,
            ),
            Column(
                "selisih",
                _l("Selisih"),
                lambda r: r.seats - fair[r.code] if r.code in fair else None,
                kind="number",
                sort=True,
            ),
            Column("usulan", _l("Usulan dapil"), says, link=link, export=False),
        ],
        caption=_l("Kursi DPR per provinsi"),
        empty=_l("Peta pemilu ini belum memuat provinsi. Muat wilayahnya lebih dulu."),
        search=True,
        size=100,
        name=name,
    ), unknown
