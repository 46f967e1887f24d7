"""The words for what is wrong in a member file: what, and how to mend it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.privacy.wording import PROBLEMS

_COPY = _l("Salin ke-16 angkanya dari KTP-el atau KK; di Excel beri kolom ini format Teks.")

#: code -> message and hint.
MESSAGES: dict[str, tuple[Any, Any]] = {
    **{code: (PROBLEMS[code], _COPY) for code in ("nik_length", "nik_digits")},
    "number_rounded": (
        _l("Nomor ini telah diubah program lembar kerja menjadi bilangan berpangkat."),
        _l("Di Excel beri kolom ini format Teks, lalu isi lagi ke-16 angkanya."),
    ),
    "birth_future": (
        _l("Tanggal lahir ada di masa depan."),
        _l("Periksa tahunnya; tulis TAHUN-BULAN-HARI, misalnya 1980-05-17."),
    ),
    "card_future": (
        _l("Tanggal KTA ada di masa depan."),
        _l("Periksa tahunnya, atau kosongkan bila KTA tidak bertanggal."),
    ),
    "card_double": (
        _l("Nomor KTA ini dipakai anggota lain dalam berkas ini (baris %(detail)s)."),
        _l("Setiap anggota mempunyai nomor KTA sendiri. Perbaiki nomor yang salah."),
    ),
    "card_taken": (
        _l("Nomor KTA ini sudah dipakai anggota lain partai Anda."),
        _l("Perbaiki nomornya; bila NIK anggota itu yang salah, ubah lewat halaman anggotanya."),
    ),
    "village_unknown": (
        _l("Kode desa/kelurahan ini tidak ada pada peta pemilu ini."),
        _l("Cari kode 10 angka yang benar pada halaman Wilayah."),
    ),
    "village_province": (
        _l("Desa/kelurahan ini berada di provinsi lain daripada wilayah akun Anda."),
        _l("Kirim hanya anggota wilayah Anda; yang lain diimpor oleh operator wilayahnya atau pusat."),
    ),
    "village_outside": (
        _l("Desa/kelurahan ini di luar wilayah berkas."),
        _l("Kirim hanya anggota wilayah Anda; yang lain diimpor oleh operator wilayahnya atau pusat."),
    ),
}
