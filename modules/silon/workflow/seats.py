"""The way of a vacancy to the name that KPU sends (PKPU 3/2025; domain.md 4.7)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.silon.models.seats import SeatCase as Row
from modules.silon.permissions import CONCLUDE, REPLACE

STAGE = "penggantian_antarwaktu"
NOT_QUALIFIED = _l("Belum semua syarat calon pengganti terpenuhi.")

SEAT = Workflow(
    "silon_seat",
    Row,
    "state",
    (
        Transition("diterima", "verify", "verifikasi", REPLACE, stage=STAGE, label=_l("Mulai verifikasi")),
        Transition(
            "verifikasi", "clarify", "klarifikasi", REPLACE, reason=True, label=_l("Minta klarifikasi")
        ),
        Transition("klarifikasi", "verify", "verifikasi", REPLACE, label=_l("Kembali ke verifikasi")),
        *(
            Transition(source, "suspend", "tertunda", REPLACE, reason=True, label=_l("Tunda karena sengketa"))
            for source in ("verifikasi", "klarifikasi")
        ),
        Transition("tertunda", "resume", "verifikasi", REPLACE, reason=True, label=_l("Lanjutkan")),
        *(
            Transition(
                source,
                "prepare",
                "siap",
                CONCLUDE,
                stage=STAGE,
                guard=lambda: Row.qualified.is_(True) & Row.next_name.is_not(None),
                refusal=NOT_QUALIFIED,
                document="BA.PAW",
                label=_l("Tetapkan calon pengganti"),
            )
            for source in ("verifikasi", "klarifikasi")
        ),
        Transition("siap", "send", "dikirim", REPLACE, document="SURAT.PAW", label=_l("Kirim nama")),
        Transition("siap", "reopen", "verifikasi", CONCLUDE, reason=True, label=_l("Batalkan penetapan")),
        Transition("dikirim", "inaugurate", "dilantik", REPLACE, label=_l("Catat pelantikan")),
        *(
            Transition(source, "refuse", "ditolak", CONCLUDE, reason=True, label=_l("Tolak permintaan"))
            for source in ("diterima", "verifikasi", "klarifikasi", "tertunda")
        ),
    ),
    scope=lambda row: Scope(region=row.region, election=row.election_id),
    scope_clause=within(region=Row.region, election=Row.election_id),
    place=lambda: (Row.election_id, Row.region),
    label=_l("Penggantian antarwaktu"),
    labels={
        "diterima": _l("surat diterima"),
        "verifikasi": _l("verifikasi calon pengganti"),
        "klarifikasi": _l("klarifikasi"),
        "tertunda": _l("tertunda oleh sengketa"),
        "siap": _l("calon pengganti ditetapkan"),
        "dikirim": _l("nama dikirim"),
        "dilantik": _l("sudah dilantik"),
        "ditolak": _l("ditolak"),
    },
)
