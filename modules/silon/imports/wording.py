"""The words for what is wrong in a file of candidates: what, and how to mend it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.privacy.wording import PROBLEMS

_COPY = _l("Salin ke-16 angkanya dari KTP-el; di Excel beri kolom ini format Teks.")

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
    "birth_missing": (
        _l("Baris ini ber-NIK tanpa tanggal lahir."),
        _l("Isi tanggal lahir seperti di KTP-el."),
    ),
    "name_sign": (
        _l("Nama memuat tanda yang bukan huruf atau tanda baca nama."),
        _l("Tulis nama seperti di KTP-el: huruf, titik, koma, apostrof, dan tanda hubung."),
    ),
    "village_unknown": (
        _l("Desa/kelurahan ini tidak ada pada peta pemilu ini."),
        _l("Tulis kode KPU 10 angka; lihat halaman wilayah."),
    ),
    "dapil_unknown": (
        _l("Tidak ada dapil dengan kode ini untuk pemilihan ini."),
        _l("Periksa kodenya pada halaman daerah pemilihan; kode dapil bukan kode wilayah."),
    ),
    "party_unknown": (
        _l("Tidak ada partai peserta dengan nomor ini."),
        _l("Nomor urut partai tertera pada halaman peserta pemilu."),
    ),
    "party_local": (
        _l("Partai lokal Aceh hanya untuk DPRA dan DPRK di Aceh (UU 11/2006 Pasal 80)."),
        _l("Hapus baris ini, atau perbaiki nomor partainya."),
    ),
    "outside": (
        _l("Dapil atau partai ini di luar wewenang akun Anda."),
        _l("Kirim hanya daftar partai dan wilayah Anda."),
    ),
    "number_double": (
        _l("Nomor urut ini ada juga di baris %(detail)s dalam daftar yang sama."),
        _l("Setiap calon mempunyai nomor sendiri: 1, 2, 3 dan seterusnya."),
    ),
    "person_double": (
        _l("NIK ini ada juga di baris %(detail)s dalam daftar yang sama."),
        _l("Satu orang hanya satu kali dalam suatu daftar."),
    ),
    "beyond_seats": (
        _l("Nomor urut melebihi %(detail)s, jumlah calon paling banyak di dapil ini."),
        _l("Hapus calon yang melebihi jumlah kursi (UU 7/2017 Pasal 244)."),
    ),
    "number_taken": (
        _l("Nomor urut ini sudah dipakai calon lain dalam daftar: %(detail)s."),
        _l("Tarik atau ubah calon itu dahulu, atau sertakan ia dalam berkas dengan nomor lain."),
    ),
    "list_locked": (
        _l("Daftar ini sudah diajukan; berkas hanya mengisi daftar yang masih disiapkan."),
        _l("Pada masa perbaikan, ubah calon satu per satu pada halaman daftarnya."),
    ),
    "stage_closed": (
        _l("Tahapan pengajuan calon tidak sedang dibuka di wilayah ini."),
        _l("Lihat jadwal pada halaman tahapan."),
    ),
    "list_in_process": (
        _l("Daftar ini sedang diproses di Silon; DCT-nya ditetapkan di sini."),
        _l("Berkas DCT hanya untuk daftar yang ditetapkan di luar sistem ini."),
    ),
    "published_differs": (
        _l("Nomor ini sudah tercatat atas nama lain dalam DCT: %(detail)s."),
        _l("DCT hanya berubah dengan versi baru dan alasannya, bukan dengan berkas."),
    ),
}
