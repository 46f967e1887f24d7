"""The words of machine reading: why a photo was refused, what to tell who took it, why a cell is in doubt."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from modules.situng.reading import Unreadable

REFUSALS = {
    "kosong": (
        _l("Berkas ini kosong."),
        _l("Kirim ulang fotonya."),
    ),
    "bukan_gambar": (
        _l("Berkas ini bukan foto JPEG, PNG, atau WebP."),
        _l("Kirim foto formulirnya, bukan dokumen lain."),
    ),
    "terlalu_besar": (
        _l("Gambar %(width)s × %(height)s piksel melebihi batas %(limit)s juta piksel."),
        _l("Foto ulang dengan resolusi lebih rendah, atau perkecil gambarnya."),
    ),
    "terlalu_kecil": (
        _l("Gambar %(width)s × %(height)s piksel terlalu kecil; sisi pendeknya paling sedikit %(least)s."),
        _l("Kirim foto aslinya, bukan cuplikan atau kiriman yang diperkecil aplikasi percakapan."),
    ),
    "rusak": (
        _l("Berkas gambar ini rusak atau terpotong."),
        _l("Buka fotonya di perangkat Anda untuk memeriksanya, lalu kirim ulang."),
    ),
    "bukan_formulir": (
        _l("Tidak ada formulir yang dikenali pada gambar ini."),
        _l("Foto satu halaman formulir dari atas sampai keempat sudutnya terlihat."),
    ),
    "sebagian": (
        _l("Hanya %(seen)s dari 4 tanda sudut halaman yang terlihat."),
        _l("Foto ulang sampai keempat kotak hitam di sudut halaman masuk ke gambar dan tidak tertutup."),
    ),
    "qr_tidak_terbaca": (
        _l("Kode QR halaman tidak terbaca."),
        _l("Foto ulang lebih dekat, rata, dan terang; jangan menutupi kode QR."),
    ),
    "qr_asing": (
        _l("Kode QR pada halaman ini bukan kode formulir C.Hasil."),
        _l("Pastikan yang difoto halaman formulir C.Hasil."),
    ),
    "qr_versi": (
        _l("Kode QR halaman ini dibuat oleh versi aplikasi yang lain."),
        _l("Perbarui aplikasi, lalu baca ulang fotonya."),
    ),
    "qr_rusak": (
        _l("Kode QR halaman ini rusak atau tidak cocok dengan tanda sudutnya."),
        _l("Foto ulang satu halaman saja; bila tetap demikian, isi angkanya dengan tangan."),
    ),
    "pemilu_lain": (
        _l("Formulir ini dari pemilu lain."),
        _l("Pilih pemilu yang benar, atau foto formulir pemilu ini."),
    ),
    "pemilihan_lain": (
        _l("Formulir ini dari jenis pemilihan lain."),
        _l("Pilih pemilihan yang tertulis pada formulir, atau foto formulir yang benar."),
    ),
    "tps_lain": (
        _l("Formulir ini dari TPS %(found)s, bukan TPS %(wanted)s."),
        _l("Foto formulir TPS %(wanted)s, atau buka TPS %(found)s."),
    ),
    "formulir_tidak_dikenal": (
        _l("TPS atau surat suara pada kode halaman ini tidak ada di basis data."),
        _l("Pastikan pemilunya sudah disiapkan di sini, lalu baca ulang."),
    ),
    "edisi_lain": (
        _l("Formulir ini dicetak dari susunan surat suara yang lain (edisi %(edition)s)."),
        _l("Isi angkanya dengan tangan, atau cetak ulang formulir dari daftar calon yang berlaku."),
    ),
}

HINTS = {
    "gelap": _l("Foto gelap; ambil ulang di tempat yang lebih terang."),
    "buram": _l("Foto buram atau terlalu jauh; ambil ulang lebih dekat dan jangan bergerak."),
    "terpotong": _l("Satu sudut halaman tidak terlihat; ambil ulang sampai keempat sudutnya masuk."),
    "terlipat": _l("Halaman terlipat atau melengkung; ratakan lalu ambil ulang."),
    "qr_tidak_terbaca": _l("Kode QR tidak terbaca; pastikan ini formulir TPS yang benar."),
}

DOUBTS = {
    "lemah": _l("Tulisan atau tanda terlalu lemah"),
    "bertentangan": _l("Angka dalam kotak dan bulatan yang dihitamkan berbeda"),
    "ganda": _l("Lebih dari satu bulatan dihitamkan"),
    "bukan_angka": _l("Tulisan dalam kotak bukan angka yang jelas"),
    "tidak_rapat": _l("Ada kotak kosong di tengah atau di akhir angka"),
    "letak": _l("Kotak tidak ditemukan pada tempatnya"),
    "jumlah": _l("Penjumlahan pada formulir tidak cocok"),
}


def refusal_words(refusal: Unreadable) -> tuple[str, str]:
    """What is wrong with a photo and how to mend it."""
    message, hint = REFUSALS[refusal.code]
    values = {"width": "?", "height": "?", **refusal.values}
    return str(message) % values, str(hint) % values


def photo_words(codes: Iterable[str]) -> list[str]:
    """What a machine has to say about a photo, for whoever took it or enters from it."""
    found = []
    for code in codes:
        if code in HINTS:
            found.append(str(HINTS[code]))
        elif code in REFUSALS:
            message, hint = REFUSALS[code]
            # The values of a refusal are not kept; what needs them is said by the hint alone.
            found.append(str(hint) if "%(" in str(message) else f"{message} {hint}")
    return [words for words in found if "%(" not in words]
