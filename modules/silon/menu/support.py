"""Supporters in words, in the menu, in files, on the task list, and before a submission."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import notices
from electsys.ledger.wording import name_subject, name_verb
from electsys.privacy import SealedColumn, declare_sealed
from electsys.web import navigation
from modules.silon.models import Nomination
from modules.silon.operations.support_steps import CONCLUDED, HANDED_IN
from modules.silon.permissions import READ
from modules.silon.submission_checks import Obstacle, check

VERBS = {
    "silon:supporter:add": _l("Mengisi pendukung"),
    "silon:supporter:import": _l("Mengimpor berkas pendukung"),
    "silon:support:hand_in": _l("Menyerahkan dukungan"),
    "silon:support:conclude": _l("Menyimpulkan dukungan"),
    "silon:support:lapse": _l("Menyatakan dukungan tidak diserahkan"),
}


def join(app: Flask) -> None:
    """Register pages, words, files and the command."""
    from modules.silon.cli import silon
    from modules.silon.cli_support import import_supporters_command
    from modules.silon.imports import supporters as files
    from modules.silon.views import support  # noqa: F401  (the pages register)

    declare_sealed(
        SealedColumn("supporter", _l("Pendukung"), region="village_code", fields=("nik", "birth_date"))
    )
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("supporter", _l("pendukung"))
    name_subject("supporter_batch", _l("berkas pendukung"))
    name_subject("support_step", _l("tahap dukungan"))
    notices.kind(
        HANDED_IN,
        title=_l("Dukungan diserahkan"),
        text=_l("%(who)s menyerahkan dukungan. Mulai verifikasinya."),
        level="tugas",
    )
    notices.kind(
        CONCLUDED,
        title=_l("Dukungan sudah disimpulkan"),
        text=_l("Status dukungan Anda: %(state)s. Baca hasil dan alasannya."),
    )
    navigation.entry(_l("Dukungan perseorangan"), "silon.supports", permission=READ, order=65)
    files.offer()
    if "import-supporters" not in silon.commands:
        silon.add_command(import_supporters_command)


@check("perseorangan")
def supported(nomination: Nomination) -> Iterable[Obstacle]:
    """A person stands for the DPD only once enough people support it (UU 7/2017 art. 183)."""
    if nomination.support_state != "memenuhi":
        yield Obstacle(
            _("Dukungan minimal belum dinyatakan memenuhi syarat."),
            "UU 7/2017:183",
            url_for("silon.support", nomination_id=nomination.id),
        )
