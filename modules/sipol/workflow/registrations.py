"""The way of a party to the ballot (PKPU 4/2022; domain.md 3.2). A ruling reopens a step by an event."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.sipol.models import PartyRegistration as Row
from modules.sipol.permissions import CONCLUDE, DETERMINE, RECEIVE, SUBMIT

#: What may follow a step that verified a party.
FACTUAL = _l("Partai ini wajib diverifikasi faktual.")
NO_FACTUAL = _l("Partai ini tidak wajib diverifikasi faktual.")
#: Steps that a ruling may send a party back to (UU 7/2017 art. 467-471), by action.
REOPENED = {
    "reopen_input": "input",
    "reopen_vermin": "vermin",
    "reopen_verfak": "verfak",
    "reopen_pass": "lolos",
}
LABELS = {
    "akses": _l("mendapat akses"),
    "input": _l("mengisi data"),
    "diajukan": _l("diajukan"),
    "dikembalikan": _l("dikembalikan"),
    "vermin": _l("verifikasi administrasi"),
    "bms_vermin": _l("belum memenuhi syarat, perbaikan administrasi"),
    "vermin_perbaikan": _l("verifikasi administrasi perbaikan"),
    "verfak": _l("verifikasi faktual"),
    "bms_verfak": _l("belum memenuhi syarat, perbaikan faktual"),
    "verfak_perbaikan": _l("verifikasi faktual perbaikan"),
    "lolos": _l("memenuhi syarat"),
    "tms": _l("tidak memenuhi syarat"),
    "peserta": _l("peserta pemilu"),
    "bukan_peserta": _l("bukan peserta pemilu"),
    "berkelanjutan": _l("pemutakhiran berkelanjutan"),
}


def _after(source: str, stage: str, *, repaired: bool, factual: bool) -> tuple[Transition, ...]:
    """How a step of verification ends: passed on, put off for repair (the first round), or failed."""
    ends: list[Transition] = []
    if factual:
        ends.append(
            Transition(source, "clear", "lolos", CONCLUDE, stage=stage, label=_l("Nyatakan memenuhi syarat"))
        )
    else:
        ends += [
            Transition(
                source,
                "pass",
                "verfak",
                CONCLUDE,
                stage=stage,
                guard=lambda: Row.needs_factual.is_(True),
                refusal=NO_FACTUAL,
                label=_l("Teruskan ke verifikasi faktual"),
            ),
            Transition(
                source,
                "clear",
                "lolos",
                CONCLUDE,
                stage=stage,
                guard=lambda: Row.needs_factual.is_(False),
                refusal=FACTUAL,
                label=_l("Nyatakan memenuhi syarat"),
            ),
        ]
    if not repaired:
        waiting = "bms_verfak" if factual else "bms_vermin"
        ends.append(
            Transition(
                source, "defer", waiting, CONCLUDE, stage=stage, reason=True, label=_l("Minta perbaikan")
            )
        )
    ends.append(
        Transition(
            source,
            "fail",
            "tms",
            CONCLUDE,
            stage=stage,
            reason=True,
            label=_l("Nyatakan tidak memenuhi syarat"),
        )
    )
    return tuple(ends)


REGISTRATION = Workflow(
    "sipol_registration",
    Row,
    "state",
    (
        # Made by the first entry of the party itself.
        Transition("akses", "begin", "input", None, label=_l("Mulai mengisi")),
        *(
            Transition(
                source,
                "submit",
                "diajukan",
                SUBMIT,
                stage="pendaftaran_parpol",
                document="TANDA.TERIMA.PENDAFTARAN-PARPOL",
                label=_l("Ajukan pendaftaran"),
            )
            for source in ("input", "dikembalikan")
        ),
        Transition("diajukan", "accept", "vermin", RECEIVE, label=_l("Terima: lengkap")),
        Transition(
            "diajukan",
            "return",
            "dikembalikan",
            RECEIVE,
            document="PENGEMBALIAN.PENDAFTARAN-PARPOL",
            reason=True,
            label=_l("Kembalikan"),
        ),
        *_after("vermin", "vermin_parpol", repaired=False, factual=False),
        Transition(
            "bms_vermin",
            "repair",
            "vermin_perbaikan",
            SUBMIT,
            stage="perbaikan_parpol",
            label=_l("Ajukan perbaikan"),
        ),
        *_after("vermin_perbaikan", "vermin_perbaikan_parpol", repaired=True, factual=False),
        *_after("verfak", "verfak_parpol", repaired=False, factual=True),
        Transition(
            "bms_verfak",
            "repair",
            "verfak_perbaikan",
            SUBMIT,
            stage="perbaikan_verfak_parpol",
            label=_l("Ajukan perbaikan"),
        ),
        *_after("verfak_perbaikan", "verfak_perbaikan_parpol", repaired=True, factual=True),
        *(
            Transition(source, "lapse", "tms", CONCLUDE, reason=True, label=_l("Perbaikan tidak diajukan"))
            for source in ("bms_vermin", "bms_verfak")
        ),
        Transition(
            "lolos",
            "determine",
            "peserta",
            DETERMINE,
            stage="penetapan_parpol",
            label=_l("Tetapkan sebagai peserta"),
        ),
        Transition(
            "tms",
            "exclude",
            "bukan_peserta",
            DETERMINE,
            stage="penetapan_parpol",
            label=_l("Tetapkan bukan peserta"),
        ),
        Transition("peserta", "continue", "berkelanjutan", None, label=_l("Mulai pemutakhiran")),
        *(
            Transition(source, action, target, None, label=_l("Dibuka kembali oleh putusan"))
            for source in ("dikembalikan", "tms", "bukan_peserta")
            for action, target in REOPENED.items()
        ),
    ),
    scope=lambda row: Scope(region=row.region, party=row.party_id, election=row.election_id),
    scope_clause=within(region=Row.region, party=Row.party_id, election=Row.election_id),
    place=lambda: (Row.election_id, Row.region),
    label=_l("Pendaftaran partai"),
    labels=LABELS,
)
