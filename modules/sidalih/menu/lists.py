"""Lists, plenaries, quarters and statistics in the menu, on task lists and in trails."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.events import subscribe
from electsys.ledger.wording import name_verb
from modules.jdih import RulingIssued
from modules.sidalih.operations.rolls import reopen_by_ruling

VERBS = {
    "sidalih:roll:open": _l("Membuka daftar pemilih"),
    "sidalih:list:freeze": _l("Membekukan daftar pemilih"),
    "sidalih:list:mark": _l("Memberi tanda pada DPT"),
    "sidalih:recap:determine": _l("Menetapkan rekapitulasi daftar pemilih"),
    "sidalih:quarter:open": _l("Membuka triwulan PDPB"),
    "sidalih:voter:add": _l("Menambah pemilih"),
    "sidalih:voter:place": _l("Menempatkan pemilih di TPS"),
}


def join(app: Flask) -> None:
    """Register the pages, words, menu entries, tasks and jobs of this part."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    subscribe(RulingIssued, reopen_by_ruling)
