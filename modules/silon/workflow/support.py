"""The support of persons and independent pairs, step by step; and what becomes of a supporter's row."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.silon.models import Nomination
from modules.silon.models.supporters import Supporter
from modules.silon.permissions import CONCLUDE, EDIT, SUBMIT, VERIFY

#: Step -> (stage of the calendar, the repair that follows where too few are left; None: it is over).
CHECKS = {
    "vermin": ("vermin_dukungan_dpd", "perbaikan"),
    "vermin_perbaikan": ("vermin_perbaikan_dukungan_dpd", None),
    "verfak": ("verfak_dukungan_dpd", "perbaikan_kedua"),
    "vermin_kedua": ("vermin_kedua_dukungan_dpd", None),
    "verfak_kedua": ("verfak_kedua_dukungan_dpd", None),
}
#: What follows a step that is passed.
NEXT = {
    "vermin": "verfak",
    "vermin_perbaikan": "verfak",
    "verfak": "memenuhi",
    "vermin_kedua": "verfak_kedua",
    "verfak_kedua": "memenuhi",
}
#: What those who are supported hand in, and when.
HANDED = {
    "penyerahan": ("vermin", "dukungan_dpd"),
    "perbaikan": ("vermin_perbaikan", "perbaikan_dukungan_dpd"),
    "perbaikan_kedua": ("vermin_kedua", "perbaikan_kedua_dukungan_dpd"),
}

SUPPORT = Workflow(
    "silon_support",
    Nomination,
    "support_state",
    (
        *(
            Transition(
                source,
                "hand_in",
                target,
                SUBMIT,
                stage=stage,
                document="TANDA.TERIMA.DUKUNGAN",
                label=_l("Serahkan dukungan"),
            )
            for source, (target, stage) in HANDED.items()
        ),
        *(
            Transition(source, "pass", NEXT[source], CONCLUDE, stage=stage, label=_l("Nyatakan memenuhi"))
            for source, (stage, _repair) in CHECKS.items()
        ),
        *(
            Transition(
                source, "repair", repair, CONCLUDE, stage=stage, reason=True, label=_l("Minta perbaikan")
            )
            for source, (stage, repair) in CHECKS.items()
            if repair
        ),
        *(
            Transition(
                source, "fail", "tms", CONCLUDE, stage=stage, reason=True, label=_l("Nyatakan tidak memenuhi")
            )
            for source, (stage, repair) in CHECKS.items()
            if not repair
        ),
        *(
            Transition(source, "lapse", "tms", CONCLUDE, reason=True, label=_l("Dukungan tidak diserahkan"))
            for source in HANDED
        ),
        # A ruling (UU 7/2017 art. 466-471).
        Transition("tms", "reopen", "vermin", None, reason=True, label=_l("Dibuka kembali oleh putusan")),
    ),
    scope=lambda row: Scope(region=row.region, election=row.election_id),
    scope_clause=within(region=Nomination.region, election=Nomination.election_id),
    place=lambda: (Nomination.election_id, Nomination.region),
    label=_l("Dukungan"),
    labels={
        "penyerahan": _l("penyerahan dukungan"),
        "vermin": _l("verifikasi administrasi dukungan"),
        "perbaikan": _l("perbaikan kesatu dukungan"),
        "vermin_perbaikan": _l("verifikasi administrasi perbaikan dukungan"),
        "verfak": _l("verifikasi faktual kesatu dukungan"),
        "perbaikan_kedua": _l("perbaikan kedua dukungan"),
        "vermin_kedua": _l("verifikasi administrasi perbaikan kedua dukungan"),
        "verfak_kedua": _l("verifikasi faktual kedua dukungan"),
        "memenuhi": _l("dukungan memenuhi syarat"),
        "tms": _l("dukungan tidak memenuhi syarat"),
    },
)

SUPPORTER = Workflow(
    "silon_supporter",
    Supporter,
    "state",
    (
        *(
            Transition(source, "withdraw", "ditarik", EDIT, reason=True, label=_l("Tarik pendukung"))
            for source in ("baru", "ms", "bms", "tms")
        ),
        *(
            Transition(source, "accept", "ms", VERIFY, label=_l("Memenuhi syarat"))
            for source in ("baru", "bms")
        ),
        *(
            Transition(source, "refuse", "tms", VERIFY, reason=True, label=_l("Tidak memenuhi syarat"))
            for source in ("baru", "bms", "ms")
        ),
        *(
            Transition(
                source,
                "defer",
                "bms",
                VERIFY,
                reason=True,
                label=_l("Belum memenuhi syarat, dapat diperbaiki"),
            )
            for source in ("baru", "ms")
        ),
        *(
            Transition(source, "undo", "baru", VERIFY, label=_l("Batalkan putusan"))
            for source in ("ms", "bms", "tms")
        ),
        Transition("tms", "undo_repair", "bms", VERIFY, label=_l("Batalkan putusan perbaikan")),
        Transition("ms", "undo_repair", "bms", VERIFY, label=_l("Batalkan putusan perbaikan")),
        # Another paper, or data that a file changes, in a repair: the row is judged anew.
        Transition("bms", "mend", "baru", EDIT, label=_l("Diperbaiki")),
        # What the plenary finds by flags alone, what visits found, and what a ruling orders.
        *(Transition(source, "stand", "ms", None, label=_l("Dihitung")) for source in ("baru", "bms")),
        *(
            Transition(source, "strike", "tms", None, reason=True, label=_l("Dicoret"))
            for source in ("baru", "ms", "bms")
        ),
        Transition("tms", "restore", "ms", None, reason=True, label=_l("Dipulihkan")),
    ),
    scope=lambda row: Scope(region=row.village_code, election=row.election_id),
    scope_clause=within(region=Supporter.village_code, election=Supporter.election_id),
    label=_l("Pendukung"),
    labels={
        "baru": _l("belum diverifikasi"),
        "ms": _l("memenuhi syarat"),
        "bms": _l("belum memenuhi syarat"),
        "tms": _l("tidak memenuhi syarat"),
        "ditarik": _l("ditarik"),
    },
)
