"""How the module joins the app: sealed columns, words, menu, pages, commands."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.ledger.wording import name_subject
from electsys.privacy import SealedColumn, declare_sealed
from electsys.web import navigation
from modules.sidalih import models, public, workflow  # noqa: F401  (tables and states register themselves)
from modules.sidalih.menu import copies as copies_menu
from modules.sidalih.menu import doubles as doubles_menu
from modules.sidalih.menu import imports as imports_menu
from modules.sidalih.menu import lists as lists_menu
from modules.sidalih.menu import moves as moves_menu
from modules.sidalih.menu import tps as tps_menu
from modules.sidalih.menu import visits as visits_menu
from modules.sidalih.views import bp

SUBJECTS = {
    "voter": _l("pemilih"),
    "voter_roll": _l("daftar pemilih"),
    "voter_list": _l("daftar pemilih yang ditetapkan"),
    "voter_batch": _l("berkas pemilih"),
    "voter_quarter": _l("triwulan PDPB"),
    "voter_semester": _l("semester PDPB"),
    "limited_visit": _l("sampel coktas"),
    "voter_recap": _l("rekapitulasi daftar pemilih"),
}


def join(app: Flask) -> None:
    """Register everything with the ground floor."""
    fields = ("nik", "nkk", "birth_date", "disability", "passport")
    declare_sealed(SealedColumn("voter", _l("Pemilih"), region="village_code", fields=fields))
    # Rows that were replaced are sealed under the voter's key; nobody opens them by hand.
    declare_sealed(
        SealedColumn(
            "voter_past",
            _l("Data pemilih sebelum diubah"),
            region="village_code",
            fields=(),
            bound=("voter", "voter_id"),
        )
    )
    for table, label in SUBJECTS.items():
        name_subject(table, label)
    navigation.section("sidalih", _l("Daftar pemilih"))
    navigation.section("sidalih", _l("Pemilih dan peserta"), group="publik")
    public.join()
    imports_menu.join(app)
    lists_menu.join(app)
    tps_menu.join(app)
    copies_menu.join(app)
    moves_menu.join(app)
    doubles_menu.join(app)
    visits_menu.join(app)
    app.register_blueprint(bp)  # last: a lane's views are imported by its join, above this line
