"""The words of a candidate's data: fields, parts of the CV, conditions, kinds of submissions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

CHAMBERS: dict[str, Any] = {
    "dpr": _l("DPR"),
    "dprd_prov": _l("DPRD provinsi"),
    "dprd_kabko": _l("DPRD kab/kota"),
}
SEXES: dict[str, Any] = {"L": _l("Laki-laki"), "P": _l("Perempuan")}
MARITAL: dict[str, Any] = {"B": _l("Belum kawin"), "S": _l("Kawin"), "P": _l("Pernah kawin")}
#: Fields of a candidate, in the order of the form.
FIELDS: dict[str, Any] = {
    "nik": _l("NIK"),
    "name": _l("Nama lengkap"),
    "title_before": _l("Gelar depan"),
    "title_after": _l("Gelar belakang"),
    "sex": _l("Jenis kelamin"),
    "birth_place": _l("Tempat lahir"),
    "birth_date": _l("Tanggal lahir"),
    "marital_status": _l("Status perkawinan"),
    "religion": _l("Agama"),
    "disability": _l("Ragam disabilitas"),
    "address": _l("Alamat"),
    "residence_code": _l("Kabupaten/kota tempat tinggal"),
    "residence": _l("Nama kabupaten/kota"),
    "ballot_name": _l("Nama di surat suara"),
    "occupation": _l("Pekerjaan"),
    "phone": _l("Nomor telepon"),
    "email": _l("Email"),
    "profile": _l("Riwayat hidup"),
    "consent": _l("Persetujuan publikasi"),
    "conditions": _l("Keadaan khusus"),
    "number": _l("Nomor urut"),
    "photo_id": _l("Pas foto"),
}
#: Parts of the CV (``candidate.profile``): lists of lines first, then texts and the number of children.
PROFILE_LISTS: dict[str, Any] = {
    "education": _l("Riwayat pendidikan"),
    "courses": _l("Kursus dan pelatihan"),
    "organisations": _l("Riwayat organisasi"),
    "work": _l("Riwayat pekerjaan"),
    "awards": _l("Penghargaan"),
}
PROFILE_TEXTS: dict[str, Any] = {"motivation": _l("Motivasi"), "programme": _l("Program usulan")}
#: Of the family; never published.
PROFILE_FAMILY: dict[str, Any] = {"spouse": _l("Nama pasangan"), "children": _l("Jumlah anak")}
PROFILE: dict[str, Any] = PROFILE_LISTS | PROFILE_TEXTS | PROFILE_FAMILY
CONDITIONS: dict[str, Any] = {
    "mantan_terpidana": _l("Pernah dipidana penjara dan sudah mengumumkannya kepada publik"),
    "mengundurkan_diri": _l(
        "Memegang jabatan yang harus ditinggalkan (ASN, TNI, Polri, BUMN, kepala desa, ...)"
    ),
    "pindah_partai": _l("Anggota DPR atau DPRD dari partai lain"),
    "luar_negeri": _l("Bertempat tinggal di luar negeri"),
    "kepala_daerah": _l("Pernah atau sedang menjadi kepala daerah hasil pemilihan"),
}
#: Pages of a candidate's entry, in their order.
PAGES: dict[str, Any] = {
    "identitas": _l("Identitas"),
    "tinggal": _l("Tempat tinggal dan surat suara"),
    "riwayat": _l("Riwayat hidup"),
    "keadaan": _l("Keadaan khusus"),
}
SUBMISSIONS: dict[str, Any] = {
    "pengajuan": _l("Pengajuan calon"),
    "perbaikan": _l("Pengajuan perbaikan"),
    "penggantian_dcs": _l("Pengajuan pengganti calon DCS"),
    "penggantian_dct": _l("Pengajuan pengganti pada rancangan DCT"),
}
OUTCOMES: dict[str, tuple[str, Any]] = {
    "menunggu": ("wait", _l("menunggu pemeriksaan KPU")),
    "lengkap": ("ok", _l("diterima, lengkap")),
    "dikembalikan": ("stop", _l("dikembalikan")),
}
#: Look of each state of a nomination, and of a candidate.
LOOKS = {
    "persiapan": "none",
    "diajukan": "wait",
    "dikembalikan": "stop",
    "perbaikan": "stop",
    "tms": "stop",
    "ditarik": "none",
    "dct": "ok",
    "dcs": "ok",
}
CANDIDATE_LOOKS = {"baru": "none", "ms": "ok", "dcs": "ok", "dct": "ok", "bms": "wait"}
