"""The queues of entry as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import func

from electsys.regions.models import Tps
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.situng import wording
from modules.situng.contest import ContestCount
from modules.situng.digits import likely
from modules.situng.displays import link
from modules.situng.entry import PLACES, labels
from modules.situng.models import Capture
from modules.situng.queries import queues
from modules.situng.queries.contests import contest_count
from modules.situng.workflow import CAPTURE

NAMES = {
    queues.MISSING: _l("Belum masuk"),
    "kosong": _l("Menunggu entri pertama"),
    "entri_pertama": _l("Menunggu entri kedua"),
    queues.WAITING: _l("Menunggu foto"),
    queues.UNSURE: _l("Sulit dibaca mesin"),
    queues.DIFFERING: _l("Selisih"),
    queues.ANOMALY: _l("Anomali"),
    queues.SWAPPED: _l("Mungkin tertukar"),
}


#: What an empty queue says: why it is empty, and what to do next.
EMPTY = {
    queues.MISSING: _l("Formulir semua TPS wilayah Anda sudah masuk atau sedang dientri."),
    "kosong": _l("Tidak ada formulir yang menunggu entri pertama. Foto yang baru masuk muncul di sini."),
    "entri_pertama": _l("Tidak ada formulir yang menunggu entri kedua."),
    queues.WAITING: _l("Tidak ada formulir yang menunggu fotonya."),
    queues.UNSURE: _l("Tidak ada foto yang sulit dibaca mesin. Angkanya tetap dientri dua orang."),
    queues.DIFFERING: _l("Tidak ada selisih: semua entri kedua sama dengan yang pertama."),
    queues.ANOMALY: _l("Tidak ada anomali di wilayah Anda."),
    queues.SWAPPED: _l("Tidak ada foto dari TPS lain, dan tidak ada TPS sedesa yang suaranya sama persis."),
}


def queue_table(count: ContestCount, regions: Sequence[str], queue: str) -> Table:
    """The forms that stand in a queue."""
    here: dict[str, Any] = {"election": count.election_code, "kind": count.kind}

    def page(row: Any) -> str:
        if queue == queues.DIFFERING:
            return url_for("situng.capture_settle", **here, code=row.code)
        if queue in (queues.ANOMALY, queues.SWAPPED) and row.state in (
            "anomali",
            "diterima",
            "belum_lengkap",
            None,
        ):
            return link(count, row.code)
        return url_for("situng.capture", **here, code=row.code)

    columns = [
        Column("kode", _l("Kode TPS"), "code", sort=Tps.code, head=True, link=page),
        Column("nama", _l("TPS"), "name"),
        Column("desa", _l("Desa/kelurahan"), lambda row: title_region(row.village), sort=queues.village.name),
        Column(
            "kecamatan", _l("Kecamatan"), lambda row: title_region(row.district), sort=queues.district.name
        ),
    ]
    if queue != queues.MISSING:
        columns.append(
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda row: CAPTURE.state_label(row.state) if row.state else _("dari berkas"),
                hidden=queue not in (queues.UNSURE, queues.SWAPPED),
            )
        )
        columns.append(Column("jenis", _l("Jenis"), "vote_kind", hidden=True))
        columns.append(Column("sejak", _l("Sejak"), "since", kind="moment", sort=Capture.created_at))
    if queue == queues.ANOMALY:
        columns.append(
            Column(
                "temuan",
                _l("Yang bertentangan"),
                lambda row: " ".join(row.faults),
                kind="reasons",
                cell=_faults,
            )
        )
        columns.append(
            Column("cek", _l("Digit yang patut dicek"), lambda row: _likely(count, row), kind="reasons")
        )
        columns.append(
            Column(
                "tindakan", _l("Tindakan"), lambda row: "", cell=lambda row: _mend(here, row), export=False
            )
        )
    if queue == queues.SWAPPED:
        columns.append(Column("qr", _l("TPS pada QR foto"), "seen"))
        columns.append(
            Column(
                "kembar",
                _l("Suara sama dengan tetangganya"),
                lambda row: _("ya") if row.alike else "",
                cell=lambda row: _neighbours(here, row),
            )
        )
    if queue == queues.UNSURE:
        columns.append(Column("ragu", _l("Isian yang diragukan"), "unsure", kind="number"))
    return Table(
        queues.forms_waiting(count, regions, queue),
        columns,
        caption=NAMES[queue],
        empty=EMPTY[queue],
        filters=[
            Filter(
                "lama",
                _l("Menunggu"),
                [("60", _l("lebih dari 1 jam")), ("240", _l("lebih dari 4 jam"))],
                lambda statement, value: statement.where(
                    Capture.created_at < func.now() - func.make_interval(0, 0, 0, 0, 0, int(value))
                ),
            )
        ]
        if queue != queues.MISSING
        else [],
        search=(queues.village.name, queues.district.name, Tps.code),
        search_hint=_l("Cari desa, kecamatan, atau kode TPS"),
        name=f"antrean-{count.kind}-{queue}",
    )


def _neighbours(here: dict[str, Any], row: Any) -> Markup | str:
    """The village, where the two forms stand side by side."""
    if not row.alike:
        return ""
    address = url_for("situng.area", election=here["election"], kind=here["kind"], code=row.code[:10])
    return Markup('<a href="{}">{}</a>').format(address, _("bandingkan TPS sedesa"))


def _faults(row: Any) -> Markup:
    codes = dict.fromkeys(map(wording.code_of, row.faults))
    page = url_for("situng.codes")
    return Markup(" ").join(
        Markup('<a class="code" href="{}#{}" title="{}">{}</a>').format(page, c, wording.TITLES[c], c)
        for c in codes
    )


def _likely(count: ContestCount, row: Any) -> str:
    """The first likely digit in words; nothing where no single change mends the form."""
    if row.cells is None or row.votes is None:
        return ""
    if count.by_dapil:
        count = contest_count(count.contest_id, row.code)
    votes = dict(zip(count.columns, row.votes, strict=True))
    cells = dict(zip(count.model.names, row.cells, strict=True))
    sums = dict(zip(count.ballot.sums, row.sums, strict=False))
    found = likely(cells | sums, votes, most=1, parties=count.ballot.parties)
    if not found:
        return ""
    mend = found[0]
    return f"{labels(count)[mend.name]}: {PLACES[mend.place]} ({mend.now} → {mend.then})"


def _mend(here: dict[str, Any], row: Any) -> Markup:
    address = url_for("situng.correct", **here, code=row.code)
    return Markup('<a href="{}">{}<span class="visually-hidden"> {}</span></a>').format(
        address, _("Betulkan"), row.code
    )


def pace_table(count: ContestCount, rows: Sequence[Any]) -> Table:
    """The work by area."""

    def number(name: str, label: Any, field: str) -> Column:
        return Column(name, label, field, kind="number", sort=True)

    def minutes(seconds: Any) -> str:
        return "–" if seconds is None else _("%(n)s menit", n=round(float(seconds) / 60))

    return Table(
        rows,
        [
            Column("wilayah", _l("Wilayah"), lambda r: title_region(r.name or r.code), sort=True, head=True),
            Column("kode", _l("Kode"), "code", hidden=True),
            number("pertama", _l("Menunggu entri pertama"), "waits_first"),
            number("kedua", _l("Menunggu entri kedua"), "waits_second"),
            number("ketiga", _l("Selisih"), "waits_third"),
            number("foto", _l("Menunggu foto"), "waits_photo"),
            number("selesai", _l("Selesai"), "settled"),
            number("jam", _l("Selesai satu jam terakhir"), "last_hour"),
            number("berbeda", _l("Pernah selisih"), "differed"),
            Column("median", _l("Waktu tengah sampai selesai"), lambda r: minutes(r.median)),
            Column("tertua", _l("Tunggu terlama"), lambda r: minutes(r.oldest)),
        ],
        caption=_l("Pekerjaan menurut wilayah; tidak ada petugas yang dihitung."),
        empty=_l("Belum ada formulir yang dientri di wilayah Anda."),
        search=True,
        name=f"kinerja-entri-{count.kind}",
    )
