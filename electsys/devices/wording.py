"""Words that the phone's scripts show. ``{n}`` and the like are filled in by them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, Any] = {
    # the status line
    "online": _l("daring"),
    "offline": _l("luring"),
    "waiting": _l("{n} menunggu kirim"),
    "waiting_photos": _l("{n} foto menunggu kirim"),
    "waiting_with": _l("{n} menunggu kirim, dengan {m} foto"),
    "none_waiting": _l("tidak ada yang menunggu kirim"),
    "last_sync": _l("tersambung {when}"),
    "never_sync": _l("belum pernah tersambung"),
    "sending": _l("sedang mengirim"),
    "retry": _l("Belum terkirim; dicoba lagi sendiri dalam {n} detik."),
    "kept": _l("Tersimpan di perangkat ini."),
    # the lock
    "pin_short": _l("PIN harus 6 sampai 12 angka."),
    "pin_simple": _l("PIN ini terlalu mudah ditebak. Pilih angka lain."),
    "pin_differs": _l("Kedua PIN belum sama."),
    "pin_wrong": _l("PIN salah. Coba lagi."),
    "pin_wait": _l("Terlalu banyak PIN salah. Tunggu {n} detik."),
    "locked": _l("Terkunci. Masukkan PIN untuk melanjutkan."),
    "opening": _l("Membuka ..."),
    # activation
    "code_short": _l("Kode aktivasi terdiri atas {n} huruf dan angka. Periksa lagi."),
    "activating": _l("Mengaktifkan ..."),
    "fetching": _l("Mengambil data tugas ..."),
    "busy": _l("Perangkat ini masih menyimpan {n} kiriman dari tugas yang sama. Kirim dulu, lalu keluar."),
    "no_support": _l(
        "Peramban ini tidak mendukung penyimpanan aman. Pakai Chrome, Firefox, atau Safari terbaru."
    ),
    "no_network": _l("Belum ada jaringan. Coba lagi saat tersambung; yang sudah diisi tetap ada."),
    "no_bundle": _l("Data tugas belum terambil. Sambungkan ke jaringan, lalu tekan Perbarui data."),
    "fresh": _l("Data tugas sudah yang terbaru."),
    "place": _l("{task}, {place}"),
    "clock": _l(
        "Jam ponsel ini {phone}, jam server {server}. Yang dicatat waktu server; tidak ada yang hilang."
        " Atur jam ponsel ke otomatis bila sempat."
    ),
    # conflicts
    "conflicts": _l("{n} perlu diputuskan"),
    "conflict": _l("Berbenturan"),
    "refused": _l("Ditolak"),
    "made": _l("dicatat {when}"),
    "dismiss": _l("Buang kiriman ini"),
    "dismiss_sure": _l("Ketuk sekali lagi untuk membuang"),
    # taking back
    "withdraw": _l("Batalkan"),
    "withdraw_sure": _l("Ketuk sekali lagi untuk membatalkan"),
    "withdrawn": _l("Catatan dibatalkan; tidak dikirim."),
    "tried": _l("Mungkin sudah sampai di server. Catat lagi untuk membetulkannya."),
    # the end
    "erased": _l("Isi perangkat ini sudah dihapus."),
    "leave_sure": _l("Ketuk sekali lagi: {n} kiriman yang belum terkirim akan hilang."),
    "leave_plain": _l("Ketuk sekali lagi untuk keluar dan menghapus isinya."),
    "task_over": _l("Tugas sudah berakhir. Data tugas dihapus; sisa kiriman masih dikirim sampai {when}."),
    # photos
    "photo_bad": _l("Foto ini tidak dapat dibaca. Ambil foto lagi."),
    "photo_big": _l("Foto ini tidak dapat dikecilkan cukup jauh. Ambil foto lagi."),
    "failed": _l("Terjadi kesalahan pada perangkat ini. Muat ulang halaman; yang tersimpan tetap ada."),
}

VERBS: dict[str, Any] = {
    "devices:activation:issue": _l("membuat kode aktivasi perangkat"),
    "devices:device:activate": _l("mengaktifkan perangkat"),
    "devices:device:revoke": _l("mencabut perangkat"),
    "devices:device:leave": _l("keluar dari perangkat"),
    "devices:bundle:give": _l("mengambil data tugas ke perangkat"),
    "devices:packet:receive": _l("menerima kiriman perangkat"),
    "devices:packet:carry": _l("membawakan kiriman perangkat lewat kode QR"),
}
