"""The columns of a file of candidates (design.md, section 7), with the names that real files have."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.elections.models import Contest
from electsys.intake import Choice, Column, Date, Integer, Sealing, Spec, Text
from modules.silon.imports import sealing
from modules.silon.imports.wording import MESSAGES

#: Name of the staging table.
STAGING = "candidate_staging"
SEX = {
    **dict.fromkeys(("l", "lk", "laki-laki", "laki laki", "pria"), "L"),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita"), "P"),
}
MARITAL = {
    **dict.fromkeys(("b", "belum", "belum kawin"), "B"),
    **dict.fromkeys(("s", "sudah", "kawin", "sudah kawin"), "S"),
    **dict.fromkeys(("p", "pernah", "pernah kawin", "cerai hidup", "cerai mati"), "P"),
}


def spec_for(contest: Contest) -> Spec:
    """The specification of a file of candidates of a contest of lists."""
    return Spec(
        name="calon",
        label=_l("Calon anggota DPR dan DPRD"),
        columns=(
            _text("kode_dapil", 12, _l("Kode daerah pemilihan"), "dapil", "kd_dapil"),
            _number("nomor_partai", _l("Nomor urut partai"), "no_partai", "partai"),
            _number("nomor_urut", _l("Nomor urut calon"), "no_urut", "nomor_calon"),
            _text("nama", 200, _l("Nama calon"), "nama_lengkap", "nama_calon"),
            Column(
                "jk",
                Choice(SEX),
                required=True,
                empty="refuse",
                aliases=("jenis_kelamin", "kelamin", "l_p"),
                label=_l("Jenis kelamin (L atau P)"),
            ),
            _more("nik", Text(40), _l("Nomor induk kependudukan"), "no_nik", "nomor_nik", "no_ktp"),
            _more("tempat_lahir", Text(100), _l("Tempat lahir"), "tmp_lahir"),
            _more("tanggal_lahir", Date(), _l("Tanggal lahir (TAHUN-BULAN-HARI)"), "tgl_lahir"),
            _more(
                "kabkota_tinggal",
                Text(100),
                _l("Kabupaten/kota tempat tinggal (nama atau kode 4 angka)"),
                *("tempat_tinggal", "kabupaten_kota_tinggal"),
            ),
            _more("status_kawin", Choice(MARITAL), _l("Status kawin (B, S, atau P)"), "status_perkawinan"),
            _more("pekerjaan", Text(100), _l("Pekerjaan"), "jenis_pekerjaan"),
            _more("alamat", Text(300), _l("Alamat"), "alamat_lengkap"),
        ),
        personal=True,
        sealing=Sealing(
            columns=sealing.COLUMNS,
            begin=lambda: sealing.CandidateSealer(contest).seal,
            messages=MESSAGES,
        ),
    )


def _text(name: str, most: int, label: Any, *aliases: str) -> Column:
    return Column(name, Text(most), required=True, empty="refuse", aliases=aliases, label=label)


def _number(name: str, label: Any, *aliases: str) -> Column:
    return Column(name, Integer(1, 999), required=True, empty="refuse", aliases=aliases, label=label)


def _more(name: str, kind: Any, label: Any, *aliases: str) -> Column:
    return Column(name, kind, aliases=aliases, label=label)
