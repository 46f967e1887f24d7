"""States of a move to another polling station (DPTb), and of a line of the DPK."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.sidalih.models.moves import VoterDpk, VoterMove
from modules.sidalih.permissions import EDIT, MOVE

#: All reasons until H-30 (UU 7/2017 art. 210), the special ones until H-7 (MK 20/PUU-XVII/2019). A move is
#: taken back until H-7 too: afterwards the ballots are on their way.
MOVING = Workflow(
    "sidalih_move",
    VoterMove,
    "state",
    (
        Transition(
            "diajukan",
            "issue",
            "diterbitkan",
            MOVE,
            stage="pindah_memilih",
            label=_l("Terbitkan surat pindah memilih"),
        ),
        Transition(
            "diajukan",
            "issue_special",
            "diterbitkan",
            MOVE,
            stage="pindah_memilih_khusus",
            guard=lambda: VoterMove.urgency == "khusus",
            label=_l("Terbitkan surat pindah memilih (keadaan khusus)"),
            refusal=_l("Sesudah H-30 hanya keadaan khusus yang dilayani: tugas, sakit, bencana, tahanan."),
        ),
        *(
            Transition(
                state,
                "cancel",
                "dibatalkan",
                MOVE,
                stage="pindah_memilih_khusus",
                label=_l("Batalkan pindah memilih"),
                reason=True,
            )
            for state in ("diajukan", "diterbitkan")
        ),
    ),
    scope=lambda move: Scope(region=move.served_tps, election=move.election_id),
    scope_clause=within(region=VoterMove.served_tps, election=VoterMove.election_id),
    place=lambda: (VoterMove.election_id, VoterMove.served_tps),
    label=_l("Pindah memilih"),
    labels={"diajukan": _l("diajukan"), "diterbitkan": _l("surat terbit"), "dibatalkan": _l("dibatalkan")},
)

DPK = Workflow(
    "sidalih_dpk",
    VoterDpk,
    "state",
    (
        Transition(
            "tercatat",
            "admit",
            "dimutakhirkan",
            EDIT,
            stage="pdpb",
            guard=lambda: VoterDpk.found_tps.is_(None),
            label=_l("Masukkan ke daftar pemilih berkelanjutan"),
            refusal=_l("NIK ini sudah terdaftar dalam DPT atau DPTb: ia tidak menjadi pemilih baru."),
        ),
        Transition("tercatat", "withdraw", "batal", EDIT, label=_l("Batalkan baris DPK"), reason=True),
    ),
    scope=lambda line: Scope(region=line.tps_code, election=line.election_id),
    scope_clause=within(region=VoterDpk.tps_code, election=VoterDpk.election_id),
    place=lambda: (VoterDpk.election_id, VoterDpk.tps_code),
    label=_l("Baris DPK"),
    labels={
        "tercatat": _l("tercatat"),
        "dimutakhirkan": _l("masuk daftar berkelanjutan"),
        "batal": _l("dibatalkan"),
    },
)
