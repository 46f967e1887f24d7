"""The words of verification: queues, canned reasons, aspects, steps and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.verification import Reason
from electsys.web.formats import angka
from modules.sipol.models.members import FLAGS

STEPS: dict[str, Any] = {
    "vermin": _l("verifikasi administrasi"),
    "vermin_perbaikan": _l("verifikasi administrasi perbaikan"),
    "verfak": _l("verifikasi faktual"),
    "verfak_perbaikan": _l("verifikasi faktual perbaikan"),
}
ASPECTS: dict[str, Any] = {
    "dokumen": _l("Dokumen"),
    "kepengurusan": _l("Kepengurusan"),
    "perempuan": _l("Keterwakilan perempuan"),
    "kantor": _l("Kantor tetap"),
    "rekening": _l("Rekening"),
    "anggota": _l("Anggota"),
    "akhir": _l("Kesimpulan"),
}
STATES: dict[str, Any] = {
    "ms": _l("memenuhi syarat"),
    "bms": _l("belum memenuhi syarat"),
    "tms": _l("tidak memenuhi syarat"),
}
FLAG_WORDS: dict[str, Any] = {
    "ganda_identik": _l("Ganda identik: tercatat lebih dari sekali dalam partai ini."),
    "potensi_ganda": _l("Potensi ganda: identitas mirip anggota lain partai ini."),
    "ganda_eksternal": _l("Ganda eksternal: tercatat juga di partai lain."),
    "usia": _l("Indikasi usia: belum 17 tahun dan belum pernah kawin pada tanggal acuan."),
    "pekerjaan": _l("Indikasi pekerjaan: tidak boleh menjadi anggota partai."),
    "nik": _l("Indikasi NIK: tidak ada dalam daftar pemilih berkelanjutan, atau tidak sah."),
}
OTHER = Reason("lain", _l("Alasan lain, ditulis dalam catatan"))
UNREADABLE = Reason("tidak_terbaca", _l("Dokumen tidak terbaca"))
DOCUMENT_REASONS = (
    UNREADABLE,
    Reason("salah_dokumen", _l("Bukan dokumen yang diminta")),
    Reason("tidak_lengkap", _l("Dokumen tidak lengkap: ada halaman, tanda tangan, atau cap yang kurang")),
    Reason("kedaluwarsa", _l("Dokumen tidak berlaku lagi")),
    Reason("data_beda", _l("Isi dokumen berbeda dengan data di Sipol")),
    Reason("tidak_sah", _l("Dokumen tidak sah atau bukan milik partai ini"), for_=("tms",)),
    OTHER,
)
BOARD_REASONS = (
    UNREADABLE,
    Reason("sk_beda", _l("Nomor, tanggal, atau masa bakti berbeda dengan SK")),
    Reason("pengurus_beda", _l("Nama atau jabatan pengurus berbeda dengan SK")),
    Reason("inti_kurang", _l("Ketua, sekretaris, atau bendahara tidak ada dalam SK")),
    Reason("perempuan_kurang", _l("Keterwakilan perempuan kurang dari 30 persen")),
    Reason("pengurus_ganda", _l("Pengurus tercatat juga dalam kepengurusan partai lain")),
    Reason("kedaluwarsa", _l("Masa bakti kepengurusan sudah berakhir")),
    Reason("tanda_tangan", _l("SK tidak ditandatangani atau tidak dicap")),
    OTHER,
)
OFFICE_REASONS = (
    UNREADABLE,
    Reason("alamat_beda", _l("Alamat berbeda dengan bukti kantor")),
    Reason("masa_kurang", _l("Sewa atau pinjam pakai berakhir sebelum tahapan terakhir pemilu")),
    Reason("domisili", _l("Keterangan domisili tidak ada atau tidak ditandatangani")),
    Reason("bukti_kurang", _l("Bukti hak atas kantor tidak ada atau tidak lengkap")),
    OTHER,
)
MEMBER_REASONS = (
    Reason("kta", _l("KTA tidak terbaca atau berbeda dengan data")),
    Reason("ktp", _l("KTP-el atau KK tidak terbaca atau berbeda dengan data")),
    Reason("ganda_eksternal", _l("Tercatat juga di partai lain")),
    Reason("potensi_ganda", _l("Diduga ganda dalam partai ini")),
    Reason("usia", _l("Belum 17 tahun dan belum pernah kawin")),
    Reason("pekerjaan", _l("Pekerjaan yang dilarang menjadi anggota partai")),
    Reason("nik", _l("NIK tidak ada dalam daftar pemilih berkelanjutan, atau tidak sah")),
    Reason("ganda_identik", _l("Baris ganda dalam partai ini"), for_=("tms",)),
    Reason("tidak_diperbaiki", _l("Tidak diperbaiki dalam masa perbaikan"), for_=("tms",)),
    Reason("pindaian", _l("Pindaian KTA atau KTP-el belum diunggah")),
    OTHER,
)
STATEMENT_REASONS = (
    UNREADABLE,
    Reason("tanda_tangan", _l("Tidak ditandatangani anggota, atau tanpa meterai")),
    Reason("orang_lain", _l("Pernyataan untuk orang atau partai lain")),
    Reason("bukti_kurang", _l("Bukti pendukung tidak ada")),
    OTHER,
)
assert set(FLAG_WORDS) == set(FLAGS)  # noqa: S101  (a new flag needs its words)


#: Code of what is wrong with an aspect -> its sentence, with the numbers of its details.
WRONG: dict[str, Any] = {
    "tidak_ada": _l("Tidak ada dalam Sipol."),
    "tidak_ms": _l("Diperiksa dan tidak memenuhi syarat; alasannya ada pada butirnya di bawah."),
    "inti_kurang": _l("Belum ada: %(missing)s."),
    "kecamatan_kurang": _l("Kepengurusan %(found)s dari %(of)s kecamatan memenuhi syarat; perlu %(needed)s."),
    "perempuan_kurang": _l("%(women)s perempuan di antara %(people)s pengurus; perlu %(needed)s."),
    "dokumen_kurang": _l("%(found)s dari %(needed)s dokumen memenuhi syarat."),
    "anggota_kurang": _l("%(found)s anggota memenuhi syarat; perlu %(needed)s."),
    "bagian_kurang": _l("%(found)s dari %(of)s wilayah di bawahnya memenuhi syarat; perlu %(needed)s."),
    "aspek_kurang": _l("Belum terpenuhi: %(wanting)s."),
}


def reason_words(reason: str | None, details: Mapping[str, Any]) -> str:
    """Why an aspect is not met, with its numbers, as the party reads it."""
    if reason is None:
        return ""
    if reason not in WRONG:
        return reason
    values = {key: angka(value) for key, value in details.items() if isinstance(value, int)}
    values["missing"] = ", ".join(details.get("missing", ()))
    values["wanting"] = ", ".join(str(ASPECTS[name]).lower() for name in details.get("wanting", ()))
    return str(WRONG[reason]) % values
