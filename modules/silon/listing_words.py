"""Lists in words: stages, contests, what became of a name, why somebody left."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

STAGES = {
    "rancangan_dcs": _l("Rancangan DCS"),
    "dcs": _l("Daftar Calon Sementara (DCS)"),
    "rancangan_dct": _l("Rancangan DCT"),
    "dct": _l("Daftar Calon Tetap (DCT)"),
}
SHORT = {"rancangan_dcs": "rancangan DCS", "dcs": "DCS", "rancangan_dct": "rancangan DCT", "dct": "DCT"}
#: The list as minutes and decisions name it, in Indonesian whatever the reader's language.
OFFICIAL = {"dcs": "Daftar Calon Sementara", "dct": "Daftar Calon Tetap"}
#: Those who stand, as minutes name them.
OFFICES = {
    "ppwp": "Presiden dan Wakil Presiden",
    "dpr": "Anggota Dewan Perwakilan Rakyat",
    "dpd": "Anggota Dewan Perwakilan Daerah",
    "dprd_prov": "Anggota Dewan Perwakilan Rakyat Daerah Provinsi",
    "dprd_kabko": "Anggota Dewan Perwakilan Rakyat Daerah Kabupaten/Kota",
    "gubernur": "Gubernur dan Wakil Gubernur",
    "bupati_walikota": "Bupati dan Wakil Bupati atau Wali Kota dan Wakil Wali Kota",
}
#: Contests in which pairs stand: their list is one of pairs.
PAIRED = ("ppwp", "gubernur", "bupati_walikota")
CHANGES = {
    "masuk": _l("masuk"),
    "keluar": _l("keluar"),
    "diganti": _l("diganti"),
    "dicoret": _l("dicoret"),
    "dipulihkan": _l("dipulihkan"),
    "nomor": _l("nomor urut berubah"),
    "nama": _l("ejaan nama berubah"),
    "foto": _l("foto berubah"),
    "data": _l("keterangan berubah"),
}
LOOKS = {"masuk": "state-ok", "dipulihkan": "state-ok", "diganti": "state-wait", "keluar": "state-stop",
         "dicoret": "state-stop"}  # fmt: skip
#: Why somebody left a list, as everybody reads it: the words of the law, nothing about a person's life.
LEFT = {
    "meninggal": "Meninggal dunia",
    "mengundurkan_diri": "Mengundurkan diri",
    "dcs_tms": "Tidak memenuhi syarat",
    "tanggapan": "Tidak memenuhi syarat berdasarkan tanggapan masyarakat",
    "putusan": "Terbukti bersalah berdasarkan putusan pengadilan yang berkekuatan hukum tetap",
    #: A pair as a whole (UU 10/2016 art. 73, 135A; UU 7/2017 art. 286, 463).
    "pasangan": "Dibatalkan sebagai pasangan calon berdasarkan putusan",
}
REASONS = {
    "meninggal": _l("Meninggal dunia"),
    "mengundurkan_diri": _l("Mengundurkan diri"),
    "dcs_tms": _l("Tidak memenuhi syarat lagi"),
    "putusan": _l("Putusan pengadilan yang berkekuatan hukum tetap"),
}
#: Parts of the CV that are published with consent, in their order; others (family, contact) never are.
PROFILE = {
    "education": _l("Pendidikan"),
    "courses": _l("Kursus dan diklat"),
    "organisations": _l("Organisasi"),
    "work": _l("Pekerjaan"),
    "awards": _l("Penghargaan"),
    "motivation": _l("Motivasi"),
    "programme": _l("Program"),
    "legal_status": _l("Status hukum"),
}
SEXES = {"L": _l("Laki-laki"), "P": _l("Perempuan")}


def stage_of(stage: str, version: int) -> str:
    """ "DCT, versi 2"."""
    return _("%(stage)s, versi %(n)s", stage=SHORT[stage], n=version)
