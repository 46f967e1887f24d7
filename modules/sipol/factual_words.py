"""The words of factual verification: what a visitor is asked, and what is wrong where the answer is no."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from modules.sipol import verdict_words

QUESTIONS: dict[str, Any] = {
    "alamat": _l("Alamatnya benar seperti dalam Sipol"),
    "digunakan": _l("Kantor ditempati dan dipakai partai"),
    "papan": _l("Papan nama terpasang (dicatat saja)"),
    "sampai_akhir": _l("Hak pakainya sampai tahapan terakhir pemilu terbukti"),
    "hadir_ketua": _l("Ketua hadir dan menunjukkan KTP-el serta KTA"),
    "hadir_sekretaris": _l("Sekretaris hadir dan menunjukkan KTP-el serta KTA"),
    "hadir_bendahara": _l("Bendahara hadir dan menunjukkan KTP-el serta KTA"),
    "sesuai_sk": _l("Pengurus yang ditemui sesuai SK kepengurusan"),
    "cocok": _l("Pengurus perempuan yang ditemui sesuai daftar pengurus"),
}
#: Codes of what visits find wrong, beside those of the administrative step.
WRONG: dict[str, Any] = {
    "alamat_beda": _l("Alamat kantor berbeda dengan yang dalam Sipol."),
    "tidak_digunakan": _l("Kantor tidak ditempati atau tidak dipakai partai."),
    "masa_kurang": _l("Hak pakai kantor tidak sampai tahapan terakhir pemilu."),
    "sk_beda": _l("Pengurus yang ditemui berbeda dengan SK kepengurusan."),
    "perempuan_beda": _l("Pengurus perempuan yang ditemui berbeda dengan daftar pengurus."),
    "tidak_hadir": _l("Tidak hadir: %(missing)s."),
}


def join() -> None:
    """Let the pages of verdicts say these codes in words."""
    verdict_words.WRONG.update(WRONG)
