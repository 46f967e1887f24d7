"""The words of documents and of their verification: needs, reasons, uploads that wait, conclusions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.verification import Reason as Canned
from modules.silon.finding_words import FLAG_WORDS
from modules.silon.rules.verdicts import ABSENT, Reason

SEXES: dict[str, Any] = {"L": _l("laki-laki"), "P": _l("perempuan")}
MARITAL: dict[str, Any] = {"B": _l("belum kawin"), "S": _l("kawin"), "P": _l("pernah kawin")}
NEEDS: dict[str, Any] = {
    "wajib": _l("wajib"),
    "opsional": _l("tidak wajib"),
    "susulan": _l("boleh menyusul sampai DCT"),
}
#: States of a document.
STATES: dict[str, Any] = {
    "menunggu": _l("belum diperiksa"),
    "ms": _l("memenuhi syarat"),
    "bms": _l("belum memenuhi syarat"),
    "tms": _l("tidak memenuhi syarat"),
}
STEPS: dict[str, Any] = {
    "vermin": _l("verifikasi administrasi"),
    "vermin_perbaikan": _l("verifikasi administrasi perbaikan"),
}
OUTCOMES: dict[str, Any] = {
    "clear": _l("diteruskan ke tahap berikutnya"),
    "defer": _l("dikembalikan untuk diperbaiki"),
    "fail": _l("tidak memenuhi syarat"),
}
FLAGS: Mapping[str, Any] = FLAG_WORDS
#: Why a file of a drop was not placed (modules.silon.rules.naming).
PROBLEMS: dict[str, Any] = {
    "kind_unknown": _l("Jenis dokumennya tidak terbaca dari nama berkas."),
    "number_unknown": _l("Nomor urut calonnya tidak terbaca dari nama berkas."),
    "number_absent": _l("Tidak ada calon dengan nomor urut itu."),
    "name_contradicts": _l("Nomor urut dan nama dalam nama berkas milik calon yang berbeda."),
    "not_asked": _l("Dokumen ini tidak diminta dari calon itu."),
    "closed": _l("Dokumen calon itu sudah memenuhi syarat dan tidak dibuka lagi."),
    "twice": _l("Ada berkas lain untuk tempat yang sama."),
}
OTHER = Canned("lain", _l("Alasan lain, ditulis dalam catatan"))
REASONS = (
    Canned("tidak_terbaca", _l("Dokumen tidak terbaca")),
    Canned("salah_dokumen", _l("Bukan dokumen yang diminta")),
    Canned("tidak_lengkap", _l("Tidak lengkap: ada halaman, tanda tangan, cap, atau meterai yang kurang")),
    Canned("data_beda", _l("Isi dokumen berbeda dengan data calon")),
    Canned("orang_lain", _l("Dokumen milik orang lain")),
    Canned("kedaluwarsa", _l("Dokumen tidak berlaku lagi")),
    Canned("tanpa_legalisasi", _l("Tidak dilegalisasi, atau bukan dari instansi yang berwenang")),
    Canned("tidak_sah", _l("Dokumen tidak sah atau diragukan keasliannya"), for_=("tms",)),
    Canned("tidak_diperbaiki", _l("Tidak diperbaiki dalam masa perbaikan"), for_=("tms",)),
    OTHER,
)
_BY_CODE = {reason.code: reason.text for reason in REASONS}


def canned(code: str | None) -> str:
    """A reason of the desk as people read it; one that is no longer canned stands as it is."""
    if code == ABSENT:
        return _("Dokumen ini tidak ada")
    return str(_BY_CODE.get(code or "", code or ""))


def reason_words(reason: Reason, labels: Mapping[str, Any]) -> str:
    """One reason in a sentence, with the note of the verifier; ``labels`` are the names of the kinds."""
    if reason.kind is None:
        return _("Catatan sistem: %(what)s.", what=FLAGS.get(reason.code, reason.code))
    label = labels.get(reason.kind, reason.kind)
    said = _("%(kind)s: %(why)s", kind=label, why=canned(reason.code))
    note = (reason.note or "").rstrip(". ")
    return f"{said} ({note})." if note else f"{said}."


def reasons_words(reasons: Iterable[Reason], labels: Mapping[str, Any]) -> str:
    """All reasons, one after another."""
    return " ".join(reason_words(reason, labels) for reason in reasons)
