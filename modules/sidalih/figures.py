"""Charts and tables of the voter statistics: pyramid, disability, map, comparison of stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys import regions
from electsys.regions.queries import names as region_names
from electsys.web.charts import Area, choropleth
from electsys.web.charts.bars import unique, width
from electsys.web.formats import UNKNOWN, angka, persen, title_region
from electsys.web.tables import Column, Table
from modules.sidalih.queries.statistics import AreaPage, Numbers
from modules.sidalih.rules.small_cells import FEWEST, hide_small, shown_sum

MAPS: dict[str, Any] = {
    "pemilih": _l("Jumlah pemilih"),
    "perempuan": _l("Bagian perempuan"),
    "perubahan": _l("Perubahan sejak daftar sebelumnya"),
}


@dataclass(frozen=True)
class Bar:
    """One age band of the pyramid: its numbers and how far its bars reach, in hundredths of the half."""

    label: str
    male: int
    female: int
    male_width: str
    female_width: str


def pyramid(area: Numbers, bands: Sequence[int]) -> dict[str, Any] | None:
    """The population pyramid, oldest on top; None where the list knows no ages."""
    found = area.starting("umur_")
    if not found:
        return None
    most = max(max(pair) for pair in found.values())
    edges = [*bands[1:], None]
    bars = []
    for low, high in reversed(list(zip(bands, edges, strict=True))):
        male, female = found.get(str(low), (0, 0))
        label = f"{low}+" if high is None else f"{low}–{high - 1}"
        bars.append(Bar(label, male, female, width(male, most), width(female, most)))
    return {"bars": bars, "id": unique("piramida")}


def disabilities(
    area: Numbers, labels: Mapping[str, str], siblings: Sequence[Numbers]
) -> tuple[list[tuple[str, int | None]], int | None]:
    """Kind of disability -> voters, and all of them; small numbers are hidden (None).

    ``siblings`` are the parts of the area above, this one among them: what their table hides is hidden here
    too. Kinds are told for a kab/kota and what lies above; below that they are too few.
    """
    kinds = dict.fromkeys((code for code in labels if code != "0"), 0) | _kinds(area)
    whole = shown_sum(kinds)
    if siblings and hide_small({s.code: _disabled(s) for s in siblings}).get(area.code) is None:
        whole = None
    if whole is None or len(area.code) > 4:
        return [], whole
    shown = hide_small(kinds)
    for kind in kinds:
        beside = hide_small({s.code: _kinds(s).get(kind, 0) for s in siblings})
        if siblings and beside.get(area.code) is None:
            shown[kind] = None
    return [(labels.get(code, code), n) for code, n in shown.items()], whole


def _kinds(area: Numbers) -> dict[str, int]:
    return {code: sum(pair) for code, pair in area.starting("disabilitas_").items()}


def few(n: int | None) -> str:
    """A number as it may be published."""
    return _("kurang dari %(n)s, atau disembunyikan", n=FEWEST) if n is None else angka(n)


def few_short(n: int | None) -> str:
    """The same for a cell."""
    return "*" if n is None else angka(n)


def parts_table(page: AreaPage, link: Callable[[str], str | None]) -> Table:
    """The parts of an area: TPS, men, women, first voters, disability (small numbers hidden)."""
    hidden = hide_small({part.code: _disabled(part) for part in page.parts})
    stations = len(page.area.code) == 10

    def disabled(part: Numbers) -> int | None:
        return hidden[part.code]

    columns = [
        Column(
            "wilayah",
            _l("Wilayah"),
            lambda a: title_region(a.name),
            sort=True,
            head=True,
            link=lambda a: link(a.code),
        ),
        Column("kode", _l("Kode"), "code", sort=True, hidden=True),
        Column("tps", _l("TPS"), "stations", kind="number", sort=True, hidden=stations),
        Column("l", _l("Laki-laki"), "male", kind="number", sort=True),
        Column("p", _l("Perempuan"), "female", kind="number", sort=True),
        Column("lp", _l("Jumlah"), "total", kind="number", sort=True),
    ]
    if not stations:
        columns += [
            Column("pemula", _l("Pemula"), lambda a: a.fact("pemula"), kind="number", sort=True),
            Column(
                "disabilitas",
                _l("Disabilitas"),
                disabled,
                kind="number",
                sort=True,
                cell=lambda a: few_short(disabled(a)),
            ),
        ]
    return Table(
        page.parts,
        columns,
        caption=_l("Pemilih menurut wilayah; * berarti kurang dari 10 atau disembunyikan"),
        empty=_l("Belum ada daftar yang ditetapkan di wilayah ini."),
        search=True,
        size=100,
        name=f"pemilih-{page.stage}-{page.area.code or 'nasional'}",
    )


def _disabled(area: Numbers) -> int:
    return sum(_kinds(area).values())


def comparison_table(
    pages: Mapping[str, AreaPage], labels: Mapping[str, Any], link: Callable[[str], str | None]
) -> Table:
    """The parts of an area in every stage, with what changed from the first to the last."""
    stages = list(pages)
    by_code: dict[str, dict[str, Numbers]] = {}
    for stage, page in pages.items():
        for part in page.parts:
            by_code.setdefault(part.code, {})[stage] = part
    rows = sorted(by_code.items())

    def total(stage: str) -> Callable[[Any], int | None]:
        return lambda row: row[1][stage].total if stage in row[1] else None

    def change(row: Any) -> int | None:
        first, last = row[1].get(stages[0]), row[1].get(stages[-1])
        return last.total - first.total if first and last else None

    def name(row: Any) -> str:
        return title_region(next(iter(row[1].values())).name)

    return Table(
        rows,
        [
            Column("wilayah", _l("Wilayah"), name, sort=True, head=True, link=lambda r: link(r[0])),
            Column("kode", _l("Kode"), lambda r: r[0], sort=True, hidden=True),
            *(Column(s, labels[s], total(s), kind="number", sort=True) for s in stages),
            Column(
                "selisih", _l("Selisih"), change, kind="number", sort=True, cell=lambda r: signed(change(r))
            ),
        ],
        caption=_l("Jumlah pemilih per tahap"),
        empty=_l("Belum ada daftar yang ditetapkan di wilayah ini."),
        search=True,
        size=100,
        name="banding-daftar",
    )


def signed(n: int | None) -> str:
    """A difference with its sign."""
    if n is None:
        return UNKNOWN
    return f"+{angka(n)}" if n > 0 else angka(n).replace("-", "\N{MINUS SIGN}")


def map_of(page: AreaPage, kind: str, before: AreaPage | None) -> Markup | None:
    """The parts of the nation or a province in five steps; None where no outlines are known."""
    if len(page.area.code) > 2:
        return None
    paths, viewbox = regions.outlines(1 if not page.area.code else 2, page.area.code)
    if not paths or not page.parts:
        return None
    there = {part.code: part for part in page.parts}
    named = region_names([code for code in paths if code not in there], page.election.map_id)
    drawn = [there.get(code) or Numbers(code, named.get(code, code)) for code in paths]
    old = {part.code: part.total for part in before.parts} if before else {}
    values = {part.code: _value(part, kind, old) for part in drawn}
    steps, legend = _steps([v for v in values.values() if v is not None], kind)

    def link(part: Numbers) -> str | None:
        if part.code not in there:
            return None
        return url_for("sidalih.statistics", election=page.election.code, stage=page.stage, code=part.code)

    return choropleth(
        [
            Area(
                part.code,
                title_region(part.name),
                paths[part.code],
                _says(part, kind, old),
                link=link(part),
                step=steps(values[part.code]),
            )
            for part in drawn
        ],
        viewbox=viewbox,
        title=MAPS[kind],
        description=_("Setiap wilayah diwarnai dalam lima tingkat, dari terang (kecil) ke gelap (besar)."),
        head=MAPS[kind],
        legend=legend,
    )


def _value(part: Numbers, kind: str, old: Mapping[str, int]) -> int | None:
    """What an area is coloured by: voters, or a share in hundredths of a per cent."""
    if kind == "pemilih":
        return part.total or None
    if kind == "perempuan":
        return 10_000 * part.female // part.total if part.total else None
    was = old.get(part.code)
    return 10_000 * (part.total - was) // was if was else None


def _steps(
    values: Sequence[int], kind: str
) -> tuple[Callable[[int | None], int | None], list[tuple[int, str]]]:
    """Fifths of the values, equal ones together, and the words of the legend."""
    ordered = sorted(set(values))
    edges = [ordered[min(len(ordered) - 1, len(ordered) * k // 5)] for k in range(5)] if ordered else []

    def step(value: int | None) -> int | None:
        if value is None:
            return None
        return max(k for k, edge in enumerate(edges, 1) if value >= edge)

    used = {step(v) for v in values}
    says = [
        (k, _("mulai %(n)s", n=angka(edge) if kind == "pemilih" else _hundredths(edge)))
        for k, edge in enumerate(edges, 1)
        if k in used
    ]
    return step, says


def _hundredths(n: int) -> str:
    sign = "\N{MINUS SIGN}" if n < 0 else ""
    return sign + persen(abs(n), 10_000)


def _says(part: Numbers, kind: str, old: Mapping[str, int]) -> str:
    if not part.rolls:
        return _("belum ada daftar")
    total = _("%(n)s pemilih", n=angka(part.total))
    if kind == "perempuan":
        return _("%(share)s perempuan dari %(total)s", share=persen(part.female, part.total), total=total)
    if kind == "perubahan":
        was = old.get(part.code)
        return f"{signed(part.total - was)}, {total}" if was is not None else total
    return total
