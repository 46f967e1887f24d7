"""The words of vacant seats, in one place."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from modules.silon.rules.ties import DECIDED, STILL_TIED, UNKNOWN
from modules.silon.workflow.seats import SEAT

CAUSES = {
    "meninggal": _l("meninggal dunia"),
    "mengundurkan_diri": _l("mengundurkan diri"),
    "diberhentikan": _l("diberhentikan"),
}
CHECKS = {
    "dct": _l("Tercantum dalam DCT dan tidak dicoret"),
    "anggota": _l("Masih anggota partai pengusung"),
    "syarat": _l("Masih memenuhi syarat calon (pernyataan bermeterai)"),
    "lhkpn": _l("Tanda terima LHKPN"),
    "jabatan": _l("Tidak menduduki kursi atau jabatan yang dilarang"),
}
FOUND = {"ms": _l("terpenuhi"), "tms": _l("tidak terpenuhi"), "belum": _l("belum diperiksa")}
STRATEGIES = {
    "sebaran_kabko": _l("sebaran suara di kabupaten/kota"),
    "sebaran_kecamatan": _l("sebaran suara di kecamatan"),
    "sebaran_desa": _l("sebaran suara di desa/kelurahan"),
    "sebaran_tps": _l("sebaran suara di TPS"),
    "perempuan": _l("calon perempuan didahulukan"),
    "nomor_dct": _l("nomor urut terkecil dalam DCT"),
}
OUTCOMES = {
    DECIDED: _l("memutus"),
    STILL_TIED: _l("masih sama"),
    UNKNOWN: _l("belum dapat dinilai: datanya belum ada"),
}
CHOSEN = {
    "peringkat": _l("menurut peringkat suara"),
    "pleno": _l("diputus rapat pleno"),
    "usulan": _l("diusulkan partai"),
}
STEPS = {
    "klarifikasi": _l("Catat klarifikasi (surat, telepon, pesan, atau video)"),
    "lewati": _l("Lewati calon ini; cari yang berikutnya"),
    "tunda": _l("Tunda karena sengketa partai atau perkara pengadilan"),
    "lanjut": _l("Lanjutkan; hari kerja dihitung lagi dari hari ini"),
    "lantik": _l("Catat pelantikan"),
}
EVENTS = {
    "terima": _l("Surat diterima"),
    "peringkat": _l("Calon berikutnya dicari"),
    "periksa": _l("Syarat diperiksa"),
    "klarifikasi": _l("Klarifikasi"),
    "lewati": _l("Calon dilewati"),
    "tunda": _l("Ditunda"),
    "lanjut": _l("Dilanjutkan"),
    "siap": _l("Ditetapkan dalam pleno"),
    "kirim": _l("Nama dikirim"),
    "lantik": _l("Dilantik"),
    "tolak": _l("Ditolak"),
}
TONES = {
    **dict.fromkeys(("diterima", "verifikasi", "klarifikasi", "tertunda"), "state-wait"),
    **dict.fromkeys(("siap", "dikirim", "dilantik"), "state-ok"),
    "ditolak": "state-stop",
}


def badge(state: str) -> Markup:
    """The state of a case as a coloured word."""
    return Markup('<span class="state {}">{}</span>').format(TONES[state], SEAT.state_label(state))


def why_nobody(trace: dict[str, Any]) -> str:
    """Why there is no next in rank."""
    if trace.get("unknown"):
        return _(
            "Suara %(n)s calon sama, dan %(what)s belum dapat dinilai. Lengkapi datanya, atau putuskan dalam "
            "pleno.",
            n=len(trace["tied"]),
            what=STRATEGIES[trace["unknown"]],
        )
    if trace.get("tied"):
        return _(
            "Suara %(n)s calon sama sampai ketentuan terakhir. Rapat pleno yang memutus.",
            n=len(trace["tied"]),
        )
    return _(
        "Tidak ada lagi calon dengan suara di daftar ini. Partai mengusulkan nama dari dapil terdekat, lalu "
        "dari tingkat di atasnya."
    )
