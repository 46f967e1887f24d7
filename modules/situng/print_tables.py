"""Tables of printing: the jobs of the reader's regions, and the files of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from electsys.web.formats import title_region
from electsys.web.tables import Column, Table
from modules.situng.models import FormPrint


def prints_table(statement: Select[Any]) -> Table:
    """Print jobs, newest first; ``statement`` selects (print, election, place, forms done)."""
    return Table(
        statement,
        [
            Column(
                "nomor",
                _l("Cetak"),
                "FormPrint.id",
                sort=FormPrint.id,
                head=True,
                link=lambda row: url_for("situng.print_job", print_id=row.FormPrint.id),
            ),
            Column("pemilu", _l("Pemilu"), "election"),
            Column("wilayah", _l("Wilayah"), lambda row: title_region(row.place or row.FormPrint.region)),
            Column("kode", _l("Kode"), "FormPrint.region", sort=FormPrint.region),
            Column("formulir", _l("Formulir"), "FormPrint.forms", kind="number", sort=FormPrint.forms),
            Column("siap", _l("Siap dicetak"), "done", kind="number"),
            Column("waktu", _l("Waktu"), "FormPrint.created_at", kind="moment", sort=FormPrint.created_at),
        ],
        caption=_l("Pencetakan di wilayah Anda"),
        empty=_l("Belum ada pencetakan. Pilih wilayah dan pemilihan di atas untuk memulai."),
    )


def print_parts_table(row: FormPrint, parts: Sequence[Any]) -> Table:
    """The PDFs of a print job."""
    return Table(
        list(parts),
        [
            Column(
                "berkas",
                _l("Berkas"),
                lambda p: title_region(p.name or p.FormPrintPart.region),
                head=True,
                link=lambda p: url_for(
                    "situng.print_part", print_id=row.id, position=p.FormPrintPart.position
                ),
            ),
            Column("kode", _l("Kode"), "FormPrintPart.region", sort=True),
            Column("pemilihan", _l("Pemilihan"), "Contest.name", sort=True),
            Column("formulir", _l("Formulir"), "FormPrintPart.forms", kind="number", sort=True),
            Column("halaman", _l("Halaman"), "FormPrintPart.pages", kind="number", sort=True),
            Column("tanpa_dpt", _l("Tanpa DPT"), "FormPrintPart.without_dpt", kind="number", sort=True),
            Column("edisi", _l("Edisi"), "FormPrintPart.edition"),
            Column("waktu", _l("Waktu"), "FormPrintPart.made_at", kind="moment", sort=True),
        ],
        caption=_l("Berkas siap cetak"),
        empty=_l("Berkas pertama sedang dibuat."),
    )
