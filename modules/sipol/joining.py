"""How the module joins the app: sealed columns, words, menu, pages, commands."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.ledger.wording import name_subject
from electsys.privacy import SealedColumn, declare_sealed
from electsys.web import navigation
from modules.sipol import models, workflow  # noqa: F401  (tables and states register themselves)
from modules.sipol.menu import draws as draws_menu
from modules.sipol.menu import entry as entry_menu
from modules.sipol.menu import factual as factual_menu
from modules.sipol.menu import members as members_menu
from modules.sipol.menu import portal as portal_menu
from modules.sipol.menu import public as public_menu
from modules.sipol.menu import scans as scans_menu
from modules.sipol.menu import verification as verification_menu
from modules.sipol.views import bp

SUBJECTS = {
    "party": _l("partai politik"),
    "party_registration": _l("pendaftaran partai"),
    "party_board": _l("kepengurusan partai"),
    "party_officer": _l("pengurus partai"),
    "party_office": _l("kantor partai"),
    "party_account": _l("rekening partai"),
    "party_document": _l("dokumen partai"),
    "party_member": _l("anggota partai"),
    "party_batch": _l("berkas anggota partai"),
}


def join(app: Flask) -> None:
    """Register everything with the ground floor."""
    fields = ("nik", "birth_date")
    declare_sealed(SealedColumn("party_member", _l("Anggota partai"), region="village_code", fields=fields))
    declare_sealed(SealedColumn("party_officer", _l("Pengurus partai"), region="region", fields=fields))
    for table, label in SUBJECTS.items():
        name_subject(table, label)
    navigation.section("sipol", _l("Partai politik"))
    navigation.section("sipol", _l("Pemilih dan peserta"), group="publik")
    entry_menu.join(app)
    members_menu.join(app)
    scans_menu.join(app)
    portal_menu.join(app)
    public_menu.join(app)
    verification_menu.join(app)
    factual_menu.join(app)
    draws_menu.join(app)
    app.register_blueprint(bp)  # last: a part's views are imported by its join, above this line
