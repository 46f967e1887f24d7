"""The words of what a party enters: offices, levels, and every problem as (what is wrong, how to mend it)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.privacy.wording import PROBLEMS as NUMBERS

OFFICE_LABELS = {
    "ketua": _l("Ketua"),
    "sekretaris": _l("Sekretaris"),
    "bendahara": _l("Bendahara"),
    "anggota": _l("Anggota pengurus"),
}
LEVEL_LABELS = {
    "pusat": _l("pusat"),
    "provinsi": _l("provinsi"),
    "kabko": _l("kabupaten/kota"),
    "kecamatan": _l("kecamatan"),
}
TENURES = {"milik": _l("Milik sendiri"), "sewa": _l("Sewa"), "pinjam_pakai": _l("Pinjam pakai")}
#: What a board or office says of itself without being wrong.
NOTES = {
    "term_over": _l("Masa bakti kepengurusan ini sudah berakhir. Unggah SK yang berlaku."),
    "term_short": _l("Masa bakti berakhir sebelum hari pemungutan suara. Siapkan SK penggantinya."),
    "ends_early": _l("Masa sewa atau pinjam pakai berakhir sebelum tahapan terakhir pemilu (%(day)s)."),
}
COPY = _l("Salin angkanya dari KTP-el.")
#: code -> (what is wrong, how to mend it).
PROBLEMS: dict[str, tuple[Any, Any]] = {
    **{code: (words, COPY) for code, words in NUMBERS.items() if code.startswith("nik_")},
    "birth_future": (_l("Tanggal lahir ada di masa depan."), _l("Periksa tahunnya.")),
    "birth_impossible": (
        _l("Menurut tanggal lahirnya orang ini lebih dari 110 tahun."),
        _l("Periksa tahunnya."),
    ),
    "too_young": (_l("Menurut tanggal lahirnya orang ini belum 17 tahun."), _l("Periksa tahunnya.")),
    "term_reversed": (
        _l("Masa bakti terbalik: berakhir %(to)s, sebelum dimulai %(from)s."),
        _l("Tukar kedua tanggalnya, atau kosongkan akhir masa bakti bila SK tidak menyebutnya."),
    ),
    "decree_future": (_l("Tanggal SK ada di masa depan."), _l("Salin tanggalnya dari SK.")),
    # Files of boards.
    "number_rounded": (
        _l("NIK ini telah diubah lembar kerja menjadi bilangan berpangkat."),
        _l("Di Excel beri kolom ini format Teks, lalu isi lagi 16 angkanya."),
    ),
    "region_unknown": (
        _l("Kode wilayah ini tidak ada pada peta pemilu ini."),
        _l("Tulis kode KPU: 2, 4, atau 6 angka, atau “pusat”."),
    ),
    "region_outside": (
        _l("Wilayah ini di luar wilayah yang dipilih untuk berkas ini (%(detail)s)."),
        _l("Hapus barisnya, atau minta operator wilayah itu yang mengunggahnya."),
    ),
    "two_officers": (
        _l("Jabatan ini diisi dua orang dalam satu kepengurusan; yang lain di baris %(detail)s."),
        _l("Sisakan satu orang; jabatan lain ditulis “anggota”."),
    ),
    "board_differs": (
        _l("SK atau masa bakti berbeda dari baris %(detail)s untuk kepengurusan yang sama."),
        _l("Tulis nomor SK, tanggal SK, dan masa bakti yang sama di semua baris satu kepengurusan."),
    ),
    "document_missing": (
        _l("Dokumen yang ditunjuk baris ini tidak ada di antara unggahan partai ini."),
        _l("Unggah SK-nya dulu di halaman dokumen, lalu tulis nama berkas atau nomor tanda terimanya."),
    ),
    "document_elsewhere": (
        _l("Dokumen yang ditunjuk baris ini milik wilayah lain (%(detail)s)."),
        _l("Tunjuk SK wilayah ini, atau pindahkan dokumennya ke wilayah yang benar."),
    ),
}
#: Why an upload was not placed from its name.
UPLOADS = {
    "kind_unknown": _l("Jenis dokumennya tidak terbaca dari nama berkas."),
    "area_unknown": _l("Wilayahnya tidak terbaca dari nama berkas."),
    "area_outside": _l("Nama berkas menyebut %(detail)s, di luar wilayah akun Anda."),
    "area_similar": _l("Nama wilayah “%(detail)s” hanya mirip dengan yang diusulkan."),
    "area_ambiguous": _l("Nama berkas cocok dengan %(detail)s wilayah."),
    "area_contradicts": _l("Kode dan nama wilayah pada nama berkas berbeda: namanya %(detail)s."),
    "level_wrong": _l("Dokumen jenis ini tidak diminta pada tingkat wilayah itu."),
    "twice": _l("Ada dua berkas untuk tempat yang sama."),
    "moved": _l("Dilepas dari tempatnya."),
}


def say_upload(problem: str, detail: str | None) -> str:
    """Why an upload waits, in words."""
    return str(UPLOADS.get(problem, problem)) % {"detail": detail or "–"}
