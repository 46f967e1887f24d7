"""How the running count is drawn: bars, map and tables for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import segno
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy import Select

from electsys import regions
from electsys.web.charts import Area, Share, choropleth
from electsys.web.charts import coverage as coverage_bar
from electsys.web.charts import shares as share_bars
from electsys.web.formats import angka, persen, title_region
from electsys.web.tables import Column, Filter, Table
from modules.situng import rules
from modules.situng.contest import ContestCount, Group
from modules.situng.models import ResultBatch
from modules.situng.queries.areas import AreaCount, AreaPage
from modules.situng.queries.forms import TpsForm
from modules.situng.queries.readiness import Check
from modules.situng.workflow import BATCH, SETUP

#: The province code of everything overseas.
ABROAD = "99"

STATES = {
    "diterima": (_l("Dihitung"), "ok"),
    "anomali": (_l("Anomali"), "stop"),
    "belum_lengkap": (_l("Belum lengkap"), "wait"),
    None: (_l("Belum diterima"), "none"),
}


def link(count: ContestCount, code: str) -> str:
    """The page of a region or TPS."""
    return url_for("situng.area", election=count.election_code, kind=count.kind, code=code or "nasional")


def badge(state: str | None) -> Markup:
    """A form's state, in words and colour."""
    words, colour = STATES[state]
    return Markup('<span class="state state-{}">{}</span>').format(colour, words)


def qr_picture(address: str) -> Markup:
    """The QR of an address as a picture for a page; what it leads to stands beside it as a link."""
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return Markup(svg)  # noqa: S704  (drawn by the library, of our own address)


#: What a reader should know of a place that does not vote as most do.
PLACES = {
    "khusus": _l("TPS lokasi khusus: pemilihnya memilih di tempat mereka berada pada hari pemungutan."),
    "tpsln": _l("TPS luar negeri: dihitung KPPSLN, direkapitulasi PPLN."),
    "ksk": _l("Kotak suara keliling: surat suara dijemput ke tempat pemilih, dihitung KPPSLN."),
    "pos": _l("Pemungutan lewat pos: surat suara dikirim pemilih, dihitung KPPSLN."),
}


def place_notes(count: ContestCount, form: TpsForm) -> list[str]:
    """What is different about how this place votes, in words; empty for an ordinary TPS."""
    notes = [str(PLACES[form.kind])] if form.kind in PLACES else []
    if count.dapil and form.code.startswith(ABROAD):
        notes.append(_("Suaranya dihitung pada dapil %(name)s.", name=title_region(count.dapil[2])))
    if rules.vote_system(form.code, count.systems) == rules.NOKEN:
        notes.append(
            _(
                "TPS ini memakai sistem noken: suara diberikan lewat kesepakatan masyarakat. Formulirnya"
                " tetap ditandatangani KPPS dan saksi, dan diperiksa dengan aturan yang sama; bila semua"
                " suara untuk satu peserta, petugas mencocokkannya dengan berita acara kesepakatan (W.119)."
            )
        )
    return notes


def shares(page: AreaPage) -> Markup | None:
    """The candidates' shares of an area; None while nothing counts."""
    if not page.area.total:
        return None
    bars = [
        Share(group.line.name, group.of(page.area.votes) or 0, group.line.color, group.line.number)
        for group in page.count.groups
    ]
    return share_bars(bars, title=_("Suara sah dari TPS yang dihitung"), total=page.area.total)


def coverage(area: AreaCount) -> Markup:
    """How many TPS are in."""
    words = _("%(n)s dari %(total)s TPS dihitung", n=angka(area.accepted), total=angka(area.expected))
    return coverage_bar(area.accepted, area.received, area.expected, label=words)


def map_of(page: AreaPage) -> Markup | None:
    """The parts of a nation or province, coloured by who leads; None where no outlines are known."""
    if len(page.area.code) > 2:
        return None
    paths, viewbox = regions.outlines(1 if not page.area.code else 2, page.area.code)
    drawn = [part for part in page.parts if part.code in paths]
    if not drawn:
        return None
    missing = len(page.parts) - len(drawn)
    description = _("Setiap wilayah diwarnai menurut peserta yang unggul dari TPS yang dihitung.")
    if missing:
        description += " " + _("%(n)s wilayah belum mempunyai garis batas dan tidak tergambar.", n=missing)
    return choropleth(
        [
            Area(
                part.code,
                title_region(part.name),
                paths[part.code],
                _says(page.count, part),
                link=link(page.count, part.code),
                leader=leader(page.count, part),
            )
            for part in drawn
        ],
        viewbox=viewbox,
        title=_("Unggul sementara per wilayah"),
        description=description,
        head=_("Unggul"),
        leaders=[Share(g.line.short_name, 0, g.line.color, g.line.number) for g in page.count.groups],
    )


def leader(count: ContestCount, area: AreaCount) -> int | None:
    """Which party, pair or person alone leads (a place in ``count.groups``), or None while there is none."""
    votes = [group.of(area.votes) or 0 for group in count.groups]
    top = max(votes, default=0)
    return votes.index(top) if top and votes.count(top) == 1 else None


def _says(count: ContestCount, area: AreaCount) -> str:
    covered = _("%(p)s TPS dihitung", p=persen(area.accepted, area.expected))
    first = leader(count, area)
    if first is None:
        return covered
    group = count.groups[first]
    return f"{group.line.short_name} {persen(group.of(area.votes) or 0, area.total)}, {covered}"


def parts_table(page: AreaPage, name: str) -> Table:
    """The parts of a region: coverage, then votes."""
    count = page.count

    def flagged(area: AreaCount) -> Any:
        return _flagged(count, area)

    return Table(
        page.parts,
        [
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda a: title_region(a.name),
                sort=True,
                head=True,
                link=lambda a: link(count, a.code),
            ),
            Column("kode", _l("Kode"), "code", sort=True, hidden=True),
            Column("dihitung", _l("TPS dihitung"), "accepted", kind="number", sort=True),
            Column("tps", _l("TPS"), "expected", kind="number", sort=True),
            Column(
                "persen",
                "%",
                _percent,
                kind="number",
                sort=True,
                cell=lambda a: persen(a.accepted, a.expected),
            ),
            *(_votes_column(group) for group in count.groups),
            Column("anomali", _l("Anomali"), "flagged", kind="number", sort=True, cell=flagged),
            Column("diterima", _l("Formulir diterima"), "received", kind="number", sort=True, hidden=True),
        ],
        caption=_l("Pilih nama wilayah untuk melihat bagiannya, sampai ke TPS."),
        empty=_l("Wilayah ini tidak mempunyai bagian."),
        search=True,
        size=100,
        name=name,
    )


def _percent(area: AreaCount) -> float:
    return round(100 * area.accepted / area.expected, 2) if area.expected else 0.0


def _votes_column(group: Group) -> Column:
    return Column(
        f"suara-{group.line.number}",
        f"{group.line.number:02d} {group.line.short_name}",
        lambda area: group.of(area.votes),
        kind="number",
        sort=True,
    )


def _flagged(count: ContestCount, area: AreaCount) -> Any:
    if not area.flagged:
        return "0"
    address = url_for(
        "situng.forms", election=count.election_code, kind=count.kind, code=area.code, status="anomali"
    )
    words = _("anomali di %(area)s", area=title_region(area.name))
    return Markup('<a class="state state-stop" href="{}" aria-label="{} {}">{}</a>').format(
        address, angka(area.flagged), words, angka(area.flagged)
    )


def forms_table(count: ContestCount, forms: list[TpsForm], name: str) -> Table:
    """The TPS of a village, each with what is written on its form."""

    def cell(field: str) -> Column:
        at = count.model.index(field)
        labels = {"suara_sah": _l("Sah"), "suara_tidak_sah": _l("Tidak sah"), "suara_total": _l("Jumlah")}
        return Column(field, labels[field], lambda f: _shown(f, "cells", at), kind="number", sort=True)

    def votes(group: Group) -> Column:
        return Column(
            f"suara-{group.line.number}",
            f"{group.line.number:02d} {group.line.short_name}",
            lambda f: group.of(f.shown.votes) if f.shown else None,
            kind="number",
            sort=True,
        )

    return Table(
        forms,
        [
            Column("tps", _l("TPS"), "name", sort=True, head=True, link=lambda f: link(count, f.code)),
            Column("kode", _l("Kode TPS"), "code", sort=True, hidden=True),
            Column("status", _l("Status"), lambda f: str(STATES[f.state][0]), cell=lambda f: badge(f.state)),
            *(votes(group) for group in count.groups),
            *(cell(field) for field in ("suara_sah", "suara_tidak_sah", "suara_total")),
            Column("temuan", _l("Kode temuan"), _codes, cell=_code_links),
        ],
        caption=_l("Angka seperti tertulis. Yang bertanda anomali atau belum lengkap tidak dijumlahkan."),
        empty=_l("Daftar TPS tempat ini belum ada pada data KPU."),
        search=True,
        size=100,
        name=name,
    )


def _shown(form: TpsForm, array: str, at: int) -> int | None:
    value: int | None = getattr(form.shown, array)[at] if form.shown else None
    return value


def _keys(form: TpsForm) -> list[str]:
    if form.shown is None:
        return []
    return sorted({key.partition(":")[0] for key in (*form.shown.faults, *form.shown.warnings)})


def _codes(form: TpsForm) -> str:
    return " ".join(_keys(form))


def _code_links(form: TpsForm) -> Markup:
    page = url_for("situng.codes")
    return Markup(" ").join(
        Markup('<a class="code" href="{}#{}">{}</a>').format(page, escape(key), key) for key in _keys(form)
    )


BATCH_COLOURS = {"diterapkan": "ok", "dibatalkan": "none"}


def batch_badge(state: str) -> Markup:
    """The state of a results file, in words and colour."""
    words = BATCH.state_label(state).capitalize()
    return Markup('<span class="state state-{}">{}</span>').format(BATCH_COLOURS.get(state, "wait"), words)


def batches_table(statement: Select[Any]) -> Table:
    """Results files, newest first; ``statement`` selects (batch, creator, confirmer)."""

    def count_of(name: str) -> Any:
        return lambda row: row.ResultBatch.counts.get(name)

    return Table(
        statement,
        [
            Column(
                "nomor",
                _l("Berkas"),
                "ResultBatch.id",
                sort=ResultBatch.id,
                head=True,
                link=lambda row: url_for("situng.batch", batch_id=row.ResultBatch.id),
            ),
            Column("nama", _l("Nama berkas"), "ResultBatch.file_name", sort=ResultBatch.file_name),
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda row: BATCH.state_label(row.ResultBatch.state),
                cell=lambda row: batch_badge(row.ResultBatch.state),
                sort=ResultBatch.state,
            ),
            Column("wilayah", _l("Wilayah"), "ResultBatch.region", sort=ResultBatch.region),
            Column("siap", _l("Siap dihitung"), count_of("clean"), kind="number"),
            Column("anomali", _l("Anomali"), count_of("flagged"), kind="number"),
            Column("pembawa", _l("Dibawa oleh"), "creator"),
            Column("pengonfirmasi", _l("Dikonfirmasi oleh"), "confirmer"),
            Column(
                "waktu", _l("Waktu"), "ResultBatch.created_at", kind="moment", sort=ResultBatch.created_at
            ),
        ],
        caption=_l("Berkas hasil di wilayah Anda"),
        empty=_l("Belum ada berkas hasil. Impor berkas pertama untuk memulai hitungan."),
        filters=[
            Filter(
                "keadaan",
                _l("Keadaan"),
                [(state, BATCH.state_label(state)) for state in BATCH.states],
                lambda selected, value: selected.where(ResultBatch.state == value),
            )
        ],
        search=(ResultBatch.file_name,),
        sort="-nomor",
        name="berkas-hasil",
    )


SETUP_COLOURS = {"lulus": "ok", "gagal": "stop", "dibatalkan": "none"}


def setup_badge(state: str) -> Markup:
    """The state of a rehearsal, in words and colour."""
    words = SETUP.state_label(state).capitalize()
    return Markup('<span class="state state-{}">{}</span>').format(SETUP_COLOURS.get(state, "wait"), words)


LEVELS = {"gagal": (_l("Gagal"), "stop"), "periksa": (_l("Periksa"), "wait"), "beres": (_l("Beres"), "ok")}


def checks_table(checks: Sequence[Check]) -> Table:
    """What was checked of an election, what fails first."""
    order = list(LEVELS)

    def level(check: Check) -> Markup:
        words, colour = LEVELS[check.level]
        return Markup('<span class="state state-{}">{}</span>').format(colour, words)

    return Table(
        sorted(checks, key=lambda check: order.index(check.level)),
        [
            Column("yang", _l("Yang diperiksa"), "subject", head=True, sort=True),
            Column("hasil", _l("Hasil"), lambda c: str(LEVELS[c.level][0]), cell=level, sort=True),
            Column("keterangan", _l("Keterangan"), "what"),
            Column("tindakan", _l("Tindakan"), "advice"),
        ],
        caption=_l("Pemeriksaan persiapan"),
        empty=_l("Belum ada pemilu untuk diperiksa."),
    )
