"""The way of a kab/kota's list from the import to the DPT, and of a quarter afterwards."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists, func, literal

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.sidalih.models import Quarter, Voter, VoterRoll
from modules.sidalih.models.voters import LISTED
from modules.sidalih.permissions import COMPILE, DETERMINE


def everybody_has_a_place() -> ColumnElement[bool]:
    """Whether the roll has voters, and each that stands in the list has a polling station."""
    listed = (
        Voter.election_id == VoterRoll.election_id,
        Voter.village_code >= VoterRoll.region,
        Voter.village_code < func.concat(VoterRoll.region, literal(":")),  # ":" follows "9"
        Voter.state.in_(LISTED),
    )
    return exists().where(*listed) & ~exists().where(*listed, Voter.tps_code.is_(None))


NO_PLACE = _l("Masih ada pemilih tanpa TPS, atau daftar ini kosong. Susun TPS lebih dulu.")

ROLL = Workflow(
    "sidalih_roll",
    VoterRoll,
    "state",
    (
        Transition(
            "penyusunan",
            "open_visits",
            "coklit",
            COMPILE,
            stage="coklit",
            guard=everybody_has_a_place,
            label=_l("Turunkan A-Daftar Pemilih dan mulai coklit"),
            refusal=NO_PLACE,
        ),
        Transition(
            "coklit",
            "close_visits",
            "dphp",
            COMPILE,
            stage="penyusunan_dps",
            guard=everybody_has_a_place,
            document="BA",
            label=_l("Tutup coklit dan susun DPHP"),
            refusal=NO_PLACE,
        ),
        Transition(
            "dphp",
            "determine_dps",
            "dps",
            DETERMINE,
            stage="penyusunan_dps",
            guard=everybody_has_a_place,
            document="BA",
            label=_l("Tetapkan DPS dalam pleno"),
            refusal=NO_PLACE,
        ),
        Transition(
            "dps",
            "determine_dpshp",
            "dpshp",
            DETERMINE,
            stage="penyusunan_dpshp",
            guard=everybody_has_a_place,
            document="BA",
            label=_l("Tetapkan DPSHP dalam pleno"),
            refusal=NO_PLACE,
        ),
        Transition(
            "dpshp",
            "repeat_dpshp",
            "dpshp",
            DETERMINE,
            stage="penyusunan_dpshp",
            guard=everybody_has_a_place,
            document="BA",
            label=_l("Tetapkan DPSHP akhir dalam pleno"),
            refusal=NO_PLACE,
        ),
        Transition(
            "dpshp",
            "determine_dpt",
            "dpt",
            DETERMINE,
            stage="penetapan_dpt",
            guard=everybody_has_a_place,
            document="BA",
            label=_l("Tetapkan DPT dalam pleno"),
            refusal=NO_PLACE,
        ),
        # A ruling of a court or of Bawaslu opens the DPT again (domain.md 5.2, X17); nobody does by hand.
        Transition("dpt", "reopen", "dpshp", None, label=_l("Buka kembali DPT karena putusan"), reason=True),
    ),
    scope=lambda roll: Scope(region=roll.region, election=roll.election_id),
    scope_clause=within(region=VoterRoll.region, election=VoterRoll.election_id),
    place=lambda: (VoterRoll.election_id, VoterRoll.region),
    label=_l("Daftar pemilih"),
    labels={
        "penyusunan": _l("penyusunan"),
        "coklit": _l("coklit"),
        "dphp": _l("DPHP"),
        "dps": _l("DPS"),
        "dpshp": _l("DPSHP"),
        "dpt": _l("DPT"),
    },
)

#: A quarter has no election in its scope: the roll's calendar is asked by its operations.
QUARTER = Workflow(
    "sidalih_quarter",
    Quarter,
    "state",
    (
        Transition(
            "terbuka",
            "close",
            "ditutup",
            DETERMINE,
            document="BA",
            label=_l("Tetapkan rekapitulasi triwulan"),
        ),
    ),
    scope=lambda quarter: Scope(region=_region_of(quarter)),
    label=_l("Triwulan PDPB"),
    labels={"terbuka": _l("terbuka"), "ditutup": _l("ditetapkan")},
)


def _region_of(quarter: Quarter) -> str:
    from electsys.db import db

    return db.session.get_one(VoterRoll, quarter.roll_id).region
