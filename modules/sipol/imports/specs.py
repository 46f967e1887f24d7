"""The columns of a member file (design.md, section 7; domain.md 3.4), with the names that real files have."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.elections.models import Election
from electsys.intake import Choice, Code, Column, Date, Sealing, Spec, Text
from modules.sipol.imports import sealing
from modules.sipol.imports.wording import MESSAGES

#: Name of the staging table.
STAGING = "member_staging"

SEX = {
    **dict.fromkeys(("l", "lk", "laki-laki", "laki laki", "pria", "1"), "L"),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita", "2"), "P"),
}
MARITAL = {
    **dict.fromkeys(("b", "belum", "belum kawin"), "B"),
    **dict.fromkeys(("s", "sudah", "kawin", "sudah kawin"), "S"),
    **dict.fromkeys(("p", "pernah", "pernah kawin", "cerai hidup", "cerai mati"), "P"),
}


def spec_for(election: Election, region: str) -> Spec:
    """The specification of a member file of an election for a region ("" is the nation)."""
    return Spec(
        name="anggota_partai",
        label=_l("Anggota partai politik"),
        columns=(
            _text("nik", 40, _l("Nomor induk kependudukan"), "no_nik", "nomor_nik", "no_ktp"),
            _text("nama", 200, _l("Nama"), "nama_lengkap", "nama_anggota"),
            Column(
                "jenis_kelamin",
                Choice(SEX),
                required=True,
                empty="refuse",
                aliases=("jk", "kelamin", "l_p"),
                label=_l("Jenis kelamin (L atau P)"),
            ),
            _text("tempat_lahir", 100, _l("Tempat lahir"), "tmp_lahir", "tmpt_lahir"),
            _date("tanggal_lahir", _l("Tanggal lahir (TAHUN-BULAN-HARI)"), "tgl_lahir", "tgl_lhr"),
            Column(
                "status_kawin",
                Choice(MARITAL),
                required=True,
                empty="refuse",
                aliases=("kawin", "status_perkawinan", "sts_kawin"),
                label=_l("Status kawin (B, S, atau P)"),
            ),
            _text("pekerjaan", 100, _l("Pekerjaan"), "jenis_pekerjaan"),
            _text("alamat", 300, _l("Alamat"), "alamat_lengkap"),
            Column(
                "kode_desa",
                Code(10),
                required=True,
                empty="refuse",
                aliases=("kode_kelurahan", "kode_desa_kelurahan", "kode_wilayah", "kode_kel"),
                label=_l("Kode desa/kelurahan (10 angka)"),
            ),
            _text("nomor_kta", 60, _l("Nomor KTA"), "no_kta", "kta", "nomor_anggota"),
            _date("tanggal_kta", _l("Tanggal KTA (TAHUN-BULAN-HARI)"), "tgl_kta", required=False),
        ),
        personal=True,
        sealing=Sealing(
            columns=sealing.COLUMNS,
            begin=lambda: sealing.MemberSealer(election, region).seal,
            messages=MESSAGES,
        ),
    )


def _text(name: str, most: int, label: Any, *aliases: str) -> Column:
    return Column(name, Text(most), required=True, empty="refuse", aliases=aliases, label=label)


def _date(name: str, label: Any, *aliases: str, required: bool = True) -> Column:
    empty: Any = "refuse" if required else "unknown"
    return Column(name, Date(), required=required, empty=empty, aliases=aliases, label=label)
