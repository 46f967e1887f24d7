"""States of a voter's row.

``potensial`` -> a visit makes it ``sesuai``, ``ubah`` or ``tms``; a found voter is ``baru``. The office
amends, strikes and restores while the list is being made. A frozen list keeps what it held
(modules.sidalih.models.lists); after the DPT only the quarterly update moves a row. Nobody is deleted:
``tms`` is a state with its code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from electsys.workflow.transitions import Guard
from modules.sidalih.models import Quarter, Voter, VoterRoll
from modules.sidalih.models.voters import LISTED
from modules.sidalih.permissions import EDIT, RECORD, VISIT

#: In these states of the roll the office may still change rows.
MAKING = ("penyusunan", "coklit", "dphp", "dps", "dpshp")


def roll_is(*states: str) -> ColumnElement[bool]:
    """Whether the roll of the voter's kab/kota is in one of these states."""
    return exists().where(
        VoterRoll.election_id == Voter.election_id,
        VoterRoll.region == func.left(Voter.village_code, 4),
        VoterRoll.state.in_(states),
    )


def quarter_is_open() -> ColumnElement[bool]:
    """Whether a quarter of the continuous update is open in the voter's kab/kota."""
    return exists().where(
        and_(
            VoterRoll.election_id == Voter.election_id,
            VoterRoll.region == func.left(Voter.village_code, 4),
            Quarter.roll_id == VoterRoll.id,
            Quarter.state == "terbuka",
        )
    )


class _Occasion(NamedTuple):
    """When rows may change: who may, in which stage, on what condition, and what is said otherwise."""

    permission: str
    stage: str
    guard: Guard
    refusal: Any
    reason: bool

    def step(self, state: str, action: str, target: str, label: Any) -> Transition:
        """One transition on this occasion. A new voter stays new, however often the data are mended."""
        return Transition(
            state,
            action,
            "baru" if state == "baru" and target != "tms" else target,
            self.permission,
            stage=self.stage,
            guard=self.guard,
            label=label,
            refusal=self.refusal,
            reason=self.reason,
        )


_VISIT = _Occasion(
    VISIT,
    "coklit",
    lambda: roll_is("coklit"),
    _l("Coklit di kabupaten/kota ini belum dimulai atau sudah selesai."),
    False,
)
#: The same visit, written by the office: from paper, or where a phone's visit did not fit any more.
_RECORD = _VISIT._replace(permission=RECORD)
_OFFICE = _Occasion(
    EDIT,
    "daftar_pemilih",
    lambda: roll_is(*MAKING),
    _l("DPT sudah ditetapkan: daftar tidak berubah lagi. Beri tanda pada DPT, atau lewat PDPB."),
    True,
)
_QUARTER = _Occasion(
    EDIT, "pdpb", quarter_is_open, _l("Belum ada triwulan PDPB yang dibuka di kabupaten/kota ini."), True
)


def _steps() -> Iterator[Transition]:
    for state in (*LISTED, "tms"):
        yield _VISIT.step(state, "confirm", "sesuai", _l("Sesuai"))
        yield _VISIT.step(state, "visit_amend", "ubah", _l("Ubah data (coklit)"))
        yield _RECORD.step(state, "record_confirm", "sesuai", _l("Sesuai (coklit, dicatat kantor)"))
        yield _RECORD.step(state, "record_amend", "ubah", _l("Ubah data (coklit, dicatat kantor)"))
    for state in LISTED:
        yield _VISIT.step(state, "visit_strike", "tms", _l("Tidak memenuhi syarat (coklit)"))
        yield _RECORD.step(
            state, "record_strike", "tms", _l("Tidak memenuhi syarat (coklit, dicatat kantor)")
        )
        yield _OFFICE.step(state, "amend", "ubah", _l("Ubah data"))
        yield _OFFICE.step(state, "strike", "tms", _l("Nyatakan tidak memenuhi syarat"))
        yield _QUARTER.step(state, "update_amend", "ubah", _l("Ubah data (PDPB)"))
        yield _QUARTER.step(state, "update_strike", "tms", _l("Nyatakan tidak memenuhi syarat (PDPB)"))
    yield _OFFICE.step("tms", "restore", "ubah", _l("Pulihkan"))
    yield _QUARTER.step("tms", "update_restore", "ubah", _l("Pulihkan (PDPB)"))


def voter_scope(voter: Voter) -> Scope:
    """A voter lies in the polling station, or in the village where none is given yet."""
    return Scope(region=voter.tps_code or voter.village_code, election=voter.election_id)


VOTER = Workflow(
    "sidalih_voter",
    Voter,
    "state",
    tuple(_steps()),
    scope=voter_scope,
    scope_clause=within(region=func.coalesce(Voter.tps_code, Voter.village_code), election=Voter.election_id),
    place=lambda: (Voter.election_id, Voter.village_code),
    label=_l("Pemilih"),
    labels={
        "potensial": _l("belum dicoklit"),
        "sesuai": _l("sesuai"),
        "ubah": _l("data diubah"),
        "baru": _l("pemilih baru"),
        "tms": _l("tidak memenuhi syarat"),
    },
)
