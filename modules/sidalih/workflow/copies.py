"""The way of a copy: asked for, approved by another account, made, handed over, expired."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.sidalih.models import VoterCopy
from modules.sidalih.permissions import APPROVE_COPY, REQUEST_COPY

COPY = Workflow(
    "sidalih_copy",
    VoterCopy,
    "state",
    (
        Transition("diminta", "approve", "disetujui", APPROVE_COPY, label=_l("Setujui salinan")),
        Transition("diminta", "refuse", "ditolak", APPROVE_COPY, label=_l("Tolak permintaan"), reason=True),
        # Made by a named job; nobody has the file in clear in hand.
        Transition("disetujui", "build", "dibuat", None, label=_l("Buat berkas terenkripsi")),
        Transition("dibuat", "download", "diunduh", REQUEST_COPY, label=_l("Unduh")),
        Transition("diunduh", "download", "diunduh", REQUEST_COPY, label=_l("Unduh lagi")),
        Transition("dibuat", "expire", "kedaluwarsa", None, label=_l("Kedaluwarsa")),
        Transition("diunduh", "expire", "kedaluwarsa", None, label=_l("Kedaluwarsa")),
    ),
    scope=lambda copy: Scope(region=copy.region, election=copy.election_id),
    scope_clause=within(region=VoterCopy.region, election=VoterCopy.election_id),
    label=_l("Salinan daftar"),
    labels={
        "diminta": _l("menunggu persetujuan"),
        "disetujui": _l("sedang dibuat"),
        "dibuat": _l("siap diunduh"),
        "diunduh": _l("sudah diserahkan"),
        "kedaluwarsa": _l("kedaluwarsa"),
        "ditolak": _l("ditolak"),
    },
)
