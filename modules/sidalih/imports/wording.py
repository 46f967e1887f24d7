"""The words for what is wrong in a voter file: what, and how to mend it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.privacy.wording import PROBLEMS

_COPY = _l("Salin ke-16 angkanya dari KTP-el atau KK; di Excel beri kolom ini format Teks.")

#: code -> message and hint.
MESSAGES: dict[str, tuple[Any, Any]] = {
    **{code: (PROBLEMS[code], _COPY) for code in ("nik_length", "nik_digits", "nkk_length", "nkk_digits")},
    "number_rounded": (
        _l("Nomor ini telah diubah program lembar kerja menjadi bilangan berpangkat."),
        _l("Di Excel beri kolom ini format Teks, lalu isi lagi ke-16 angkanya."),
    ),
    "nik_unknown": (
        _l("NIK ini tidak dikenal: tidak ada orang dengan nomor ini."),
        _l("Cocokkan ke-16 angkanya dengan KTP-el; bila sama, tanyakan kepada Dukcapil."),
    ),
    "birth_future": (
        _l("Tanggal lahir ada di masa depan."),
        _l("Periksa tahunnya; tulis TAHUN-BULAN-HARI, misalnya 1980-05-17."),
    ),
    "rt_form": (_l("RT dan RW paling banyak 3 angka."), _l("Tulis angkanya saja, misalnya 004.")),
    "tps_form": (
        _l("TPS ini tidak terbaca, atau kodenya milik desa/kelurahan lain."),
        _l("Tulis nomor TPS (001) atau kode 13 angka di desa/kelurahan pemilih; boleh kosong."),
    ),
    "tps_unknown": (
        _l("TPS ini tidak ada di desa/kelurahan itu."),
        _l("Periksa nomornya pada daftar TPS, atau kosongkan; TPS disusun kemudian."),
    ),
    "village_unknown": (
        _l("Kode desa/kelurahan ini tidak ada pada peta pemilu ini."),
        _l("Cari kode 10 angka yang benar pada halaman Wilayah."),
    ),
    "village_outside": (
        _l("Desa/kelurahan ini di luar wilayah berkas."),
        _l("Kirim hanya pemilih wilayah Anda; yang lain diimpor oleh petugas wilayahnya."),
    ),
}

#: Doubts of a row in a few words, for a column; modules.sidalih.wording.DOUBTS has the sentences.
SHORT: dict[str, Any] = {
    "nik_region_unknown": _l("wilayah NIK tidak dikenal"),
    "nik_date_impossible": _l("tanggal NIK tidak mungkin"),
    "nik_date_differs": _l("NIK beda tanggal lahir"),
    "nik_sex_differs": _l("NIK beda jenis kelamin"),
    "nik_serial_zero": _l("nomor urut NIK 0000"),
    "nkk_region_unknown": _l("wilayah NKK tidak dikenal"),
    "nkk_date_impossible": _l("tanggal NKK tidak mungkin"),
    "nkk_serial_zero": _l("nomor urut NKK 0000"),
    "umur_kurang": _l("belum cukup umur"),
    "umur_lebih": _l("umur sangat tinggi"),
    "kawin_muda": _l("kawin sangat muda"),
}
