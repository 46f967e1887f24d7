"""The columns of a voter file (design.md, section 7; domain.md 5.3), with the names that real files have."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.db import db
from electsys.elections.models import CodeEntry, Election
from electsys.elections.queries import codes
from electsys.intake import Choice, Code, Column, Date, Sealing, Spec, Text
from modules.sidalih.imports import sealing
from modules.sidalih.imports.wording import MESSAGES

#: Name of the staging table.
STAGING = "voter_staging"
#: Where a file may come from: the civil registry, the continuous list, the last DPT, a PPLN.
SOURCES_OF_FILES = ("dp4", "dpb", "dpt", "ppln")
#: Region codes abroad begin like this.
ABROAD = "99"

SEX = {
    **dict.fromkeys(("l", "lk", "laki-laki", "laki laki", "pria", "1"), "L"),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita", "2"), "P"),
}
MARITAL = {
    **dict.fromkeys(("b", "belum", "belum kawin"), "B"),
    **dict.fromkeys(("s", "sudah", "kawin", "sudah kawin"), "S"),
    **dict.fromkeys(("p", "pernah", "pernah kawin", "cerai hidup", "cerai mati"), "P"),
}
KTP_EL = {
    **dict.fromkeys(("s", "sudah", "ya", "y", "1"), "S"),
    **dict.fromkeys(("b", "belum", "tidak", "t", "0"), "B"),
}


def spec_for(election: Election, region: str) -> Spec:
    """The specification of a voter file of an election for a region ("" is the nation).

    Abroad there may be no family card, no RT and no RW.
    """
    home: Any = "unknown" if region.startswith(ABROAD) else "refuse"
    return Spec(
        name="pemilih",
        label=_l("Data pemilih (DP4, DPB, DPT)"),
        columns=(
            _text("nkk", 40, _l("Nomor kartu keluarga"), "no_kk", "nomor_kk", "kk", empty=home),
            _text("nik", 40, _l("Nomor induk kependudukan"), "no_nik", "nomor_nik", "no_ktp"),
            _text("nama", 200, _l("Nama"), "nama_lengkap", "nama_pemilih", "nama_lgkp"),
            _text("tempat_lahir", 100, _l("Tempat lahir"), "tmp_lahir", "tmpt_lahir", "tempat_lhr"),
            Column(
                "tanggal_lahir",
                Date(),
                required=True,
                empty="refuse",
                aliases=("tgl_lahir", "tgl_lhr", "tanggal_lhr"),
                label=_l("Tanggal lahir (TAHUN-BULAN-HARI)"),
            ),
            _choice("jenis_kelamin", SEX, _l("Jenis kelamin (L atau P)"), "jk", "kelamin", "l_p"),
            _choice(
                "status_kawin",
                MARITAL,
                _l("Status kawin (B, S, atau P)"),
                *("kawin", "sts_kawin", "status_perkawinan"),
            ),
            _text("alamat", 300, _l("Alamat"), "jalan", "alamat_jalan", "jalan_dukuh"),
            _text("rt", 20, _l("RT"), "no_rt", empty=home),
            _text("rw", 20, _l("RW"), "no_rw", empty=home),
            Column(
                "kode_desa",
                Code(10),
                required=True,
                empty="refuse",
                aliases=("kode_kelurahan", "kode_desa_kelurahan", "kode_wilayah", "kode_kel"),
                label=_l("Kode desa/kelurahan (10 angka)"),
            ),
            _text(
                "tps", 20, _l("TPS (nomor atau kode 13 angka)"), "no_tps", "nomor_tps", "kode_tps", empty=None
            ),
            _choice(
                "disabilitas",
                disabilities(election),
                _l("Kode ragam disabilitas"),
                *("ragam_disabilitas", "difabel", "kode_disabilitas"),
                empty=None,
            ),
            _choice(
                "ktp_el",
                KTP_EL,
                _l("Perekaman KTP-el (S atau B)"),
                *("ktp_elektronik", "status_ktp_el", "e_ktp", "ektp", "ktpel"),
                empty=None,
            ),
            _text("pemilu", 100, _l("Kode pemilu"), "kode_pemilu", "election", empty=None),
        ),
        key=("nik",),
        personal=True,
        sealing=Sealing(
            columns=sealing.COLUMNS,
            begin=lambda: sealing.VoterSealer(election, region).seal,
            key=("nik_index",),
            messages=MESSAGES,
        ),
    )


def disabilities(election: Election) -> dict[str, str]:
    """The words of the election's table of disabilities: its codes and their labels, in lower case."""
    rows = db.session.scalars(codes(election.id).where(CodeEntry.table_code == "disabilitas"))
    found = {word.casefold(): row.code for row in rows for word in (row.code, row.label)}
    return {**found, "tidak": "0", "-": "0"}


def _text(name: str, most: int, label: Any, *aliases: str, empty: Any = "refuse") -> Column:
    """A column of text; ``empty`` None: the column may be missing, and so may its cells."""
    return Column(
        name,
        Text(most),
        required=empty is not None,
        empty=empty or "unknown",
        aliases=aliases,
        label=label,
    )


def _choice(name: str, words: dict[str, str], label: Any, *aliases: str, empty: Any = "refuse") -> Column:
    return Column(
        name,
        Choice(words),
        required=empty is not None,
        empty=empty or "unknown",
        aliases=aliases,
        label=label,
    )
