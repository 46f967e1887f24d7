"""The words of members' pages: flags in short, fields, kinds and reasons of what happened to a row."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from modules.sipol.operations import clarifications as settled
from modules.sipol.verdict_words import FLAG_WORDS, MEMBER_REASONS
from modules.sipol.workflow import MEMBER

#: Flags in a word or two, for columns; FLAG_WORDS has the sentences.
FLAGS: dict[str, Any] = {
    "ganda_identik": _l("ganda identik"),
    "potensi_ganda": _l("potensi ganda"),
    "ganda_eksternal": _l("ganda eksternal"),
    "usia": _l("usia"),
    "pekerjaan": _l("pekerjaan"),
    "nik": _l("NIK"),
}
#: The same at the head of a column.
HEADS: dict[str, Any] = {
    "ganda_identik": _l("Ganda identik"),
    "potensi_ganda": _l("Potensi ganda"),
    "ganda_eksternal": _l("Ganda eksternal"),
    "usia": _l("Usia"),
    "pekerjaan": _l("Pekerjaan"),
    "nik": _l("NIK"),
}
#: How a party mends a flag (domain.md 3.5).
CURES: dict[str, Any] = {
    "ganda_identik": _l("Tarik salah satu baris; tidak perlu surat."),
    "potensi_ganda": _l("Betulkan datanya, tarik salah satu baris, atau unggah surat pernyataan anggota."),
    "ganda_eksternal": _l(
        "Unggah surat pernyataan bertanda tangan bahwa ia anggota partai Anda, atau tarik."
    ),
    "usia": _l("Unggah surat pernyataan dan buku nikah bila ia pernah kawin, atau tarik."),
    "pekerjaan": _l("Unggah surat pernyataan dan bukti bahwa ia tidak lagi dalam pekerjaan itu, atau tarik."),
    "nik": _l("Betulkan NIK-nya, atau unggah surat pernyataan dan KTP-el."),
}
LOOKS = {"baru": "none", "ms": "ok", "bms": "wait", "tms": "stop", "ditarik": "none"}
FIELDS: dict[str, Any] = {
    "nik": _l("NIK"),
    "name": _l("Nama"),
    "sex": _l("Jenis kelamin"),
    "birth_place": _l("Tempat lahir"),
    "birth_date": _l("Tanggal lahir"),
    "marital_status": _l("Status perkawinan"),
    "occupation": _l("Pekerjaan"),
    "address": _l("Alamat"),
    "village_code": _l("Kode desa/kelurahan (10 angka)"),
    "card_number": _l("Nomor KTA"),
    "card_date": _l("Tanggal KTA"),
}
KINDS: dict[str, Any] = {
    "ubah": _l("Data diubah"),
    "tarik": _l("Ditarik partai"),
    "putus": _l("Diputus verifikator"),
    "pernyataan": _l("Surat pernyataan"),
    "klarifikasi": _l("Klarifikasi"),
    "tanggapan": _l("Tanggapan masyarakat"),
    "putusan": _l("Putusan"),
}
REASONS: dict[str, Any] = {
    **{reason.code: reason.text for reason in MEMBER_REASONS},
    "data_diubah": _l("data diubah sesudah memenuhi syarat"),
    settled.KEPT_ELSEWHERE: _l("partai lain yang mengunggah surat pernyataan orang ini"),
    settled.NO_STATEMENT: _l("tidak satu partai pun mengunggah surat pernyataan orang ini"),
    settled.CHOSE_OTHER: _l("pada klarifikasi orang ini memilih partai lain"),
    settled.CHOSE_NONE: _l("pada klarifikasi orang ini tidak memilih partai mana pun"),
    settled.NOT_BROUGHT: _l("tidak dihadirkan pada klarifikasi sampai batas waktunya"),
}
STATEMENTS: dict[str, Any] = {
    "menunggu": _l("menunggu putusan"),
    "diterima": _l("diterima"),
    "ditolak": _l("ditolak"),
}
HEARINGS: dict[str, Any] = {
    "dipanggil": _l("dipanggil"),
    "memilih": _l("memilih satu partai"),
    "tidak_satu_pun": _l("tidak memilih"),
    "tidak_hadir": _l("tidak hadir"),
}
HEARING_LOOKS = {"dipanggil": "wait", "memilih": "ok", "tidak_satu_pun": "info", "tidak_hadir": "stop"}


def badge(state: str) -> Markup:
    """The state of a member, in words and colour."""
    return Markup('<span class="state state-{}">{}</span>').format(LOOKS[state], MEMBER.state_label(state))


def hearing_badge(state: str) -> Markup:
    """The state of a hearing, in words and colour."""
    return Markup('<span class="state state-{}">{}</span>').format(HEARING_LOOKS[state], HEARINGS[state])


def flags_text(flags: list[str]) -> str:
    """Flags in a line."""
    return ", ".join(str(FLAGS[flag]) for flag in flags)


__all__ = ["CURES", "FIELDS", "FLAGS", "FLAG_WORDS", "KINDS", "REASONS", "STATEMENTS"]
