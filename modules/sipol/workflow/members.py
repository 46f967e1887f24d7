"""What becomes of a member's row. Every move carries an event (``event_id``): the database demands it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.sipol.models import PartyMember as Row
from modules.sipol.permissions import EDIT_MEMBERS, VERIFY

MEMBER = Workflow(
    "sipol_member",
    Row,
    "state",
    (
        *(
            Transition(source, "withdraw", "ditarik", EDIT_MEMBERS, reason=True, label=_l("Tarik anggota"))
            for source in ("baru", "ms", "bms")
        ),
        *(
            Transition(source, "accept", "ms", VERIFY, label=_l("Memenuhi syarat"))
            for source in ("baru", "bms")
        ),
        Transition("baru", "defer", "bms", VERIFY, reason=True, label=_l("Belum memenuhi syarat")),
        *(
            Transition(source, "refuse", "tms", VERIFY, reason=True, label=_l("Tidak memenuhi syarat"))
            for source in ("baru", "bms")
        ),
        # A judgement that is taken back at the desk: to where the round began.
        *(
            Transition(source, "undo", "baru", VERIFY, label=_l("Batalkan putusan"))
            for source in ("ms", "bms", "tms")
        ),
        *(
            Transition(source, "undo_repair", "bms", VERIFY, label=_l("Batalkan putusan perbaikan"))
            for source in ("ms", "tms")
        ),
        # Another party claims the same person, or a citizen objects: the state waits for people again.
        Transition("ms", "spoil", "bms", None, reason=True, label=_l("Diragukan kembali")),
        # A decision on an objection or a hearing, and a ruling.
        *(
            Transition(source, "strike", "tms", None, reason=True, label=_l("Dicoret"))
            for source in ("baru", "ms", "bms")
        ),
        *(
            Transition(source, "restore", "ms", None, reason=True, label=_l("Dipulihkan"))
            for source in ("bms", "tms")
        ),
    ),
    scope=lambda row: Scope(region=row.village_code, party=row.party_id, election=row.election_id),
    scope_clause=within(region=Row.village_code, party=Row.party_id, election=Row.election_id),
    label=_l("Anggota partai"),
    labels={
        "baru": _l("belum diverifikasi"),
        "ms": _l("memenuhi syarat"),
        "bms": _l("belum memenuhi syarat"),
        "tms": _l("tidak memenuhi syarat"),
        "ditarik": _l("ditarik"),
    },
)
