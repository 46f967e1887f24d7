"""Each locked D.Hasil and each correction becomes a leaf of the public log (design.md, section 4)."""

from __future__ import annotations

from typing import Any

from electsys import ledger
from electsys.db import db
from electsys.events import subscribe
from modules.sirekap.models import Recap, RecapCorrection
from modules.sirekap.queries.recaps import version_of
from modules.sirekap.recap_events import RecapCorrected, RecapLocked


def join() -> None:
    """Listen to the recap's news."""
    subscribe(RecapLocked, log_lock)
    subscribe(RecapCorrected, log_correction)


def log_lock(event: RecapLocked) -> None:
    """The D.Hasil as it was locked: place, version, digest."""
    _leaf("d_hasil", form_facts(db.session.get_one(Recap, event.recap_id)))


def log_correction(event: RecapCorrected) -> None:
    """Both values of a correction, and the new version of every locked D.Hasil that follows it."""
    made = db.session.get_one(RecapCorrection, event.correction_id)
    _leaf("pembetulan", correction_facts(made))
    for recap_id in event.locked:
        _leaf("d_hasil", form_facts(db.session.get_one(Recap, recap_id)))


def form_facts(recap: Recap) -> dict[str, Any]:
    """What a leaf says of a D.Hasil."""
    version = version_of(recap)
    if version is None:
        raise LookupError(f"recap {recap.id} has no version")
    return {
        "pemilu": recap.election_id,
        "pemilihan": recap.contest.kind,
        "jenjang": recap.tier,
        "wilayah": recap.region,
        "dapil": recap.dapil_id,
        "versi": version.number,
        "suara": list(version.votes),
        "isian": list(version.cells),
        "sha256": version.sha256,
    }


def correction_facts(made: RecapCorrection) -> dict[str, Any]:
    """What a leaf says of a correction."""
    recap = db.session.get_one(Recap, made.recap_id)
    return {
        "pemilu": recap.election_id,
        "pemilihan": recap.contest.kind,
        "tps": made.unit,
        "pembetulan": made.id,
        "sebelum": None if made.before_votes is None else list(made.before_votes),
        "sesudah": list(made.after_votes),
        "isian_sebelum": None if made.before_cells is None else list(made.before_cells),
        "isian_sesudah": list(made.after_cells),
        "alasan": made.reason_code,
        "putusan": made.ruling,
    }


def _leaf(kind: str, facts: dict[str, Any]) -> None:
    """Hand a leaf to the log, where the house keeps one."""
    log_leaf = getattr(ledger, "log_leaf", None)
    if log_leaf is not None:
        log_leaf(kind, facts)
