"""The lists of voter files, of their villages, and of doubtful rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Select, func, literal, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions.models import Region
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.imports.checks import NOWHERE
from modules.sidalih.imports.specs import SOURCES_OF_FILES
from modules.sidalih.imports.wording import SHORT
from modules.sidalih.models import Voter, VoterBatch, VoterBatchVillage
from modules.sidalih.queries.imports import VILLAGE, masked_numbers
from modules.sidalih.wording import DOUBTS, SOURCES
from modules.sidalih.workflow import VOTER


def region_name(batch: VoterBatch) -> str:
    """The region of a file, as people call it."""
    if not batch.region:
        return _("seluruh Indonesia")
    maps = select(Election.map_id).where(Election.id == batch.election_id).scalar_subquery()
    name = db.session.scalar(select(Region.name).where(Region.map_id == maps, Region.code == batch.region))
    return title_region(name) if name else batch.region


def batches_table(statement: Select[Any]) -> Table:
    """Files; ``statement`` selects (batch, election)."""

    def count(name: str, label: Any, attribute: str, **more: Any) -> Column:
        return Column(
            name,
            label,
            f"VoterBatch.{attribute}",
            kind="number",
            sort=getattr(VoterBatch, attribute),
            **more,
        )

    return Table(
        statement,
        [
            Column(
                "nomor",
                _l("Nomor"),
                "VoterBatch.id",
                sort=VoterBatch.id,
                head=True,
                link=lambda row: url_for("sidalih.batch", batch_id=row.VoterBatch.id),
            ),
            Column("berkas", _l("Berkas"), "VoterBatch.file_name", sort=VoterBatch.file_name),
            Column("pemilu", _l("Pemilu"), "election", hidden=True),
            Column("wilayah", _l("Wilayah"), lambda row: row.VoterBatch.region or _("nasional")),
            Column("sumber", _l("Sumber"), lambda row: str(SOURCES[row.VoterBatch.source])),
            count("masuk", _l("Baris masuk"), "received"),
            count("diterima", _l("Diterima"), "accepted"),
            count("ditolak", _l("Ditolak"), "rejected"),
            count("sama", _l("Sama"), "duplicate"),
            count("diperiksa", _l("Perlu diperiksa"), "doubtful"),
            Column("oleh", _l("Dibawa oleh"), "VoterBatch.actor", hidden=True),
            Column("waktu", _l("Waktu"), "VoterBatch.created_at", kind="moment", sort=VoterBatch.created_at),
        ],
        caption=_l("Berkas pemilih di wilayah Anda"),
        empty=_l("Belum ada berkas pemilih. Impor DP4 untuk memulai daftar."),
        filters=[
            Filter(
                "sumber",
                _l("Sumber"),
                [(source, SOURCES[source]) for source in SOURCES_OF_FILES],
                lambda chosen, value: chosen.where(VoterBatch.source == value),
            )
        ],
        search=(VoterBatch.file_name,),
        sort="-nomor",
        name="berkas-pemilih",
    )


def villages_table(batch: VoterBatch, statement: Select[Any]) -> Table:
    """The balance by village; ``statement`` selects (balance, village, district)."""

    def count(name: str, label: Any, attribute: str) -> Column:
        return Column(
            name,
            label,
            f"VoterBatchVillage.{attribute}",
            kind="number",
            sort=getattr(VoterBatchVillage, attribute),
        )

    return Table(
        statement,
        [
            Column(
                "kode",
                _l("Kode"),
                lambda row: (
                    _("tidak terbaca")
                    if row.VoterBatchVillage.village_code == NOWHERE
                    else row.VoterBatchVillage.village_code
                ),
                sort=VoterBatchVillage.village_code,
                head=True,
            ),
            Column("desa", _l("Desa/kelurahan"), lambda row: title_region(row.village)),
            Column("kecamatan", _l("Kecamatan"), lambda row: title_region(row.district)),
            count("masuk", _l("Baris masuk"), "received"),
            count("diterima", _l("Diterima"), "accepted"),
            count("ditolak", _l("Ditolak"), "rejected"),
            count("sama", _l("Sama"), "duplicate"),
            Column("seimbang", _l("Seimbang"), _balances, cell=_mark),
            count("berubah", _l("Mengubah"), "changed"),
            count("diperiksa", _l("Diperiksa"), "doubtful"),
        ],
        caption=_l("Rekonsiliasi per desa/kelurahan: masuk = diterima + ditolak + sama"),
        empty=_l("Berkas ini tidak memuat satu desa pun."),
        filters=[
            Filter(
                "hanya",
                _l("Hanya"),
                [
                    ("ditolak", _l("yang ditolak sebagian")),
                    ("berubah", _l("yang mengubah data")),
                    ("diperiksa", _l("yang perlu diperiksa")),
                ],
                lambda chosen, value: chosen.where(
                    {
                        "ditolak": VoterBatchVillage.rejected,
                        "berubah": VoterBatchVillage.changed,
                        "diperiksa": VoterBatchVillage.doubtful,
                    }[value]
                    > 0
                ),
            )
        ],
        search=lambda chosen, text: chosen.where(
            VILLAGE.name.icontains(text, autoescape=True)
            | func.starts_with(VoterBatchVillage.village_code, text)
        ),
        search_hint=_l("Cari desa/kelurahan atau kode"),
        name=f"rekonsiliasi-berkas-{batch.id}",
    )


def _balances(row: Any) -> str:
    b = row.VoterBatchVillage
    return _("ya") if b.received == b.accepted + b.rejected + b.duplicate else _("tidak")


def _mark(row: Any) -> Markup:
    b = row.VoterBatchVillage
    look = "ok" if b.received == b.accepted + b.rejected + b.duplicate else "stop"
    return Markup('<span class="state state-{}">{}</span>').format(look, _balances(row))


def doubtful_table(statement: Select[Any], elections: Sequence[tuple[str, str]]) -> Table:
    """Rows with a doubt; ``statement`` selects (voter, election, village). NIK masked, no download."""
    masks: dict[int, str] = {}

    def masked(row: Any) -> str:
        if row.Voter.id not in masks:
            masks.update(masked_numbers([r.Voter for r in table.page.rows]))
        return masks.get(row.Voter.id, "")

    table = Table(
        statement,
        [
            Column("nama", _l("Nama"), "Voter.name", sort=Voter.name, head=True, link=_voter_page),
            Column("keraguan", _l("Yang perlu diperiksa"), _doubts),
            Column("nik", _l("NIK"), masked),
            Column("jk", _l("L/P"), "Voter.sex"),
            Column("tahun", _l("Tahun lahir"), "Voter.birth_year", sort=Voter.birth_year),
            Column(
                "desa", _l("Desa/kelurahan"), lambda row: title_region(row.village), sort=Voter.village_code
            ),
            Column("rtrw", _l("RT/RW"), lambda row: f"{row.Voter.rt}/{row.Voter.rw}"),
            Column("tps", _l("TPS"), lambda row: (row.Voter.tps_code or "")[10:] or None),
            Column("nomor", _l("Nomor"), "Voter.id", sort=Voter.id, hidden=True),
            Column("status", _l("Status"), lambda row: VOTER.state_label(row.Voter.state), hidden=True),
            Column("pemilu", _l("Pemilu"), "election", hidden=True),
        ],
        caption=_l("Data pemilih yang perlu diperiksa"),
        empty=_l("Tidak ada data pemilih yang diragukan di wilayah Anda."),
        filters=[
            Filter(
                "keraguan",
                _l("Yang perlu diperiksa"),
                [
                    (code, label)
                    for code, label in DOUBTS.items()
                    if not code.endswith(("_length", "_digits"))
                ],
                lambda chosen, value: chosen.where(literal(value) == func.any(Voter.doubts)),
            ),
            Filter(
                "pemilu",
                _l("Pemilu"),
                elections,
                lambda chosen, value: chosen.where(Election.code == value),
            ),
        ],
        search=lambda chosen, text: chosen.where(
            Region.name.icontains(text, autoescape=True) | func.starts_with(Voter.village_code, text)
        ),
        search_hint=_l("Cari desa/kelurahan atau kodenya"),
        name="data-perlu-diperiksa",
        exports=(),
    )
    return table


def _doubts(row: Any) -> str:
    """The doubts in a few words each; the filter above the table has the whole sentences."""
    return "; ".join(str(SHORT.get(code, code)) for code in row.Voter.doubts)


def _voter_page(row: Any) -> str:
    return url_for("sidalih.voter", voter_id=row.Voter.id)
