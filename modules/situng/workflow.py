"""States of a batch of results and of a capture, as data (design.md, rule 5).

A form's own state (``diterima``, ``anomali``, ``belum_lengkap``) is no decision of anybody: it follows
from the rules when its batch is applied, in one statement for the whole batch.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select

from electsys.elections.models import Contest
from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow, within
from modules.situng.models import Capture, FormPhoto, ResultBatch, SetupCheck

IMPORT = "situng:batch:import"
CONFIRM = "situng:batch:confirm"
READ = "situng:batch:read"
CORRECT = "situng:form:correct"
#: First and second entry: whoever enters, the other one must be somebody else.
ENTER = "situng:capture:enter"
#: The third person, who decides between two entries that differ.
SETTLE = "situng:capture:settle"
#: Which states wait for whom: the step, and what somebody must hold for it.
STEPS = {"pertama": ("kosong", ENTER), "kedua": ("entri_pertama", ENTER), "ketiga": ("selisih", SETTLE)}
#: Open another round of a form after a decision (PSU, PSL, PSS, recount).
OPEN_ROUND = "situng:round:open"
PRINT = "situng:form:print"


def batch_scope(batch: ResultBatch) -> Scope:
    """A batch lies in the region that it may touch."""
    return Scope(region=batch.region)


def batch_scopes(scopes: list[Scope]) -> ColumnElement[bool]:
    """The batches inside any of these scopes."""
    return or_(*(ResultBatch.region.startswith(scope.region or "") for scope in scopes))


BATCH = Workflow(
    "situng_batch",
    ResultBatch,
    "state",
    (
        Transition("dimuat", "submit", "menunggu", IMPORT, label=_l("Ajukan untuk konfirmasi")),
        Transition("menunggu", "confirm", "dikonfirmasi", CONFIRM, label=_l("Konfirmasi")),
        Transition("menunggu", "cancel", "dibatalkan", IMPORT, label=_l("Batalkan"), reason=True),
        Transition("dikonfirmasi", "apply", "diterapkan", None, label=_l("Hitung")),
    ),
    scope=batch_scope,
    scope_clause=batch_scopes,
    label=_l("Berkas hasil"),
    labels={
        "dimuat": _l("sedang dibaca"),
        "menunggu": _l("menunggu konfirmasi"),
        "dikonfirmasi": _l("sedang dihitung"),
        "diterapkan": _l("dihitung"),
        "dibatalkan": _l("dibatalkan"),
    },
)


def capture_scope(capture: Capture) -> Scope:
    """A capture lies in its TPS and election."""
    from electsys.db import db

    election = db.session.get_one(Contest, capture.contest_id).election_id
    return Scope(region=capture.tps_code, election=election)


def election_of_capture() -> ColumnElement[int]:
    """The election of a capture, as SQL."""
    return select(Contest.election_id).where(Contest.id == Capture.contest_id).scalar_subquery()


def capture_scopes(scopes: list[Scope]) -> ColumnElement[bool]:
    """The captures inside any of these scopes."""
    return within(region=Capture.tps_code, election=election_of_capture())(scopes)


def has_photo() -> ColumnElement[bool]:
    """Whether the form's photo is there: a number without one is never published (NA-06)."""
    return (
        select(FormPhoto.id)
        .where(
            FormPhoto.province == Capture.province,
            FormPhoto.contest_id == Capture.contest_id,
            FormPhoto.tps_code == Capture.tps_code,
            FormPhoto.round == Capture.round,
        )
        .exists()
    )


def _clean() -> ColumnElement[bool]:
    none: list[str] = []
    return Capture.faults == none


STAGE = "penghitungan"
AGREED = _l("Kedua entri belum sama atau fotonya belum ada.")


def _ends(source: str, permission: str | None, by: str = "") -> tuple[Transition, ...]:
    """How a form is settled once people agree on its numbers: it counts, or says why it does not."""
    return (
        Transition(
            source,
            by + "accept",
            "diterima",
            permission,
            stage=STAGE,
            guard=lambda: and_(has_photo(), _clean(), Capture.complete),
            refusal=AGREED,
            label=_l("Terima formulir"),
        ),
        Transition(
            source,
            by + "hold",
            "anomali",
            permission,
            stage=STAGE,
            guard=lambda: and_(has_photo(), ~_clean()),
            refusal=AGREED,
            label=_l("Buka anomali"),
        ),
        Transition(
            source,
            by + "lack",
            "belum_lengkap",
            permission,
            stage=STAGE,
            guard=lambda: and_(has_photo(), _clean(), ~Capture.complete),
            refusal=AGREED,
            label=_l("Catat belum lengkap"),
        ),
    )


CAPTURE = Workflow(
    "situng_capture",
    Capture,
    "state",
    (
        Transition("kosong", "enter", "entri_pertama", ENTER, stage=STAGE, label=_l("Entri pertama")),
        Transition("entri_pertama", "differ", "selisih", ENTER, stage=STAGE, label=_l("Catat selisih")),
        Transition(
            "entri_pertama",
            "wait",
            "menunggu_foto",
            ENTER,
            stage=STAGE,
            guard=lambda: ~has_photo(),
            refusal=_l("Fotonya sudah ada."),
            label=_l("Tunggu foto"),
        ),
        *_ends("entri_pertama", ENTER),
        Transition(
            "selisih",
            "settle_wait",
            "menunggu_foto",
            SETTLE,
            stage=STAGE,
            guard=lambda: ~has_photo(),
            refusal=_l("Fotonya sudah ada."),
            label=_l("Tunggu foto"),
        ),
        *_ends("selisih", SETTLE, "settle_"),
        *_ends("menunggu_foto", None, "photo_"),
    ),
    scope=capture_scope,
    scope_clause=capture_scopes,
    place=lambda: (election_of_capture(), Capture.tps_code),
    label=_l("Entri C.Hasil"),
    labels={
        "kosong": _l("menunggu entri pertama"),
        "entri_pertama": _l("menunggu entri kedua"),
        "selisih": _l("selisih, menunggu orang ketiga"),
        "menunggu_foto": _l("menunggu foto"),
        "diterima": _l("dihitung"),
        "anomali": _l("anomali"),
        "belum_lengkap": _l("belum lengkap"),
    },
)


#: The checks inside any of these scopes.
setup_scopes = within(election=SetupCheck.election_id)

#: A check of the set-up is of the whole election: whoever brings and confirms files of the nation does it.
SETUP = Workflow(
    "situng_setup",
    SetupCheck,
    "state",
    (
        Transition("diminta", "run", "berjalan", CONFIRM, label=_l("Jalankan sebagai orang kedua")),
        Transition("diminta", "withdraw", "dibatalkan", IMPORT, label=_l("Batalkan")),
        Transition("berjalan", "pass", "lulus", None, label=_l("Lulus")),
        Transition("berjalan", "fail", "gagal", None, label=_l("Gagal")),
    ),
    scope=lambda row: Scope(region="", election=row.election_id),
    scope_clause=setup_scopes,
    label=_l("Gladi persiapan"),
    labels={
        "diminta": _l("menunggu orang kedua"),
        "dibatalkan": _l("dibatalkan"),
        "berjalan": _l("sedang berjalan"),
        "lulus": _l("lulus"),
        "gagal": _l("gagal"),
    },
)
