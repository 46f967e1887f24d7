"""The way of a bulk file, as data.

No move carries a permission of its own: which right a file needs is said by its kind
(electsys.intake.registry), and the operations ask for it.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.intake.models import IntakeFile
from electsys.workflow import Transition, Workflow

FILE = Workflow(
    "intake_file",
    IntakeFile,
    "state",
    (
        Transition("cocokkan", "check", "diperiksa", None, label=_l("Periksa berkas")),
        Transition("cocokkan", "cancel", "dibatalkan", None, label=_l("Batalkan")),
        Transition("diperiksa", "ready", "siap", None, label=_l("Catat hasil pemeriksaan")),
        Transition("diperiksa", "refuse", "ditolak", None, label=_l("Tolak berkas")),
        Transition("siap", "match", "cocokkan", None, label=_l("Cocokkan kolom lagi")),
        Transition("siap", "confirm", "diterapkan", None, label=_l("Terapkan")),
        Transition("siap", "cancel", "dibatalkan", None, label=_l("Batalkan")),
        Transition("diterapkan", "finish", "selesai", None, label=_l("Selesaikan")),
        Transition("diterapkan", "refuse", "ditolak", None, label=_l("Tolak berkas")),
    ),
    label=_l("Berkas unggahan"),
    labels={
        "cocokkan": _l("menunggu pencocokan kolom"),
        "diperiksa": _l("sedang diperiksa"),
        "siap": _l("menunggu keputusan Anda"),
        "diterapkan": _l("sedang diterapkan"),
        "selesai": _l("selesai"),
        "ditolak": _l("ditolak"),
        "dibatalkan": _l("dibatalkan"),
    },
)

#: The look of a state on a page.
LOOKS = {
    "cocokkan": "state-wait",
    "diperiksa": "state-info",
    "siap": "state-wait",
    "diterapkan": "state-info",
    "selesai": "state-ok",
    "ditolak": "state-stop",
    "dibatalkan": "",
}
