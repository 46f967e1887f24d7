"""What acts and findings are called on screen. Rooms name their own verbs with :func:`name_verb`."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

VERBS: dict[str, Any] = {
    "ledger:batch:seal": _l("Menyegel catatan"),
    "ledger:act:export": _l("Mengekspor jejak kegiatan"),
    "backup:archive:make": _l("Membuat cadangan"),
    "backup:archive:restore": _l("Memulihkan cadangan"),
}

FINDINGS: dict[str, Any] = {
    "row_edited": _l("catatan diubah"),
    "row_removed": _l("catatan dihapus"),
    "row_added": _l("catatan disisipkan"),
    "seal_edited": _l("segel diubah"),
    "seal_removed": _l("segel dihapus"),
    "head_unknown": _l("sidik segel yang diberikan tidak ada dalam rantai"),
}


def name_verb(verb: str, label: Any) -> None:
    """Give a verb its words, such as ``situng:batch:confirm`` -> "Mengesahkan berkas hasil"."""
    VERBS[verb] = label


def verb_label(verb: str) -> str:
    """The words for a verb; the code itself where nobody has named it."""
    return str(VERBS.get(verb, verb))
