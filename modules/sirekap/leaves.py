"""Each locked D.Hasil and each correction becomes a leaf of the public log (design.md, section 4)."""

from __future__ import annotations

from typing import Any

from electsys import ledger
from electsys.db import db
from electsys.events import subscribe
from electsys.ledger import Actor
from modules.sirekap.determination_events import ResultDetermined
from modules.sirekap.models import Determination, Recap, RecapCorrection
from modules.sirekap.queries.recaps import version_of
from modules.sirekap.recap_events import RecapCorrected, RecapLocked
from modules.situng import form_model


def join() -> None:
    """Listen to the recap's news."""
    subscribe(RecapLocked, log_lock)
    subscribe(RecapCorrected, log_correction)
    subscribe(ResultDetermined, log_decision)


#: What the log calls the D.Hasil of each tier.
FORMS = {"kecamatan": "D.Kec", "kabko": "D.Kab", "provinsi": "D.Prov", "nasional": "D.Nas", "ppln": "D.PPLN"}


def log_lock(event: RecapLocked) -> None:
    """The D.Hasil as it was locked: place, version, sums, digest."""
    _leaf_of_form(db.session.get_one(Recap, event.recap_id), event.actor)


def log_correction(event: RecapCorrected) -> None:
    """Both values of a correction, and the new version of every locked D.Hasil that follows it."""
    made = db.session.get_one(RecapCorrection, event.correction_id)
    recap = db.session.get_one(Recap, made.recap_id)
    _leaf(
        "correction",
        recap.election_id,
        correction_facts(made, recap),
        subject=f"correction:{recap.contest.kind}:{made.unit}",
        actor=event.actor,
    )
    for recap_id in event.locked:
        _leaf_of_form(db.session.get_one(Recap, recap_id), event.actor)


def log_decision(event: ResultDetermined) -> None:
    """A decision: contest, area, version, what it rests on and what follows."""
    row = db.session.get_one(Determination, event.determination_id)
    facts = decision_facts(row)
    subject = f"decision:{row.contest.kind}:{row.area or 'nasional'}"
    _leaf("decision", row.election_id, facts, subject=subject, actor=event.actor)


def decision_facts(row: Determination) -> dict[str, Any]:
    """What an entry says of a decision: numbers, codes and ids; names stand on its page."""
    return {
        "contest": row.contest.kind,
        "area": row.area,
        "version": row.version,
        "decision": row.decision_number,
        "by_ruling": row.ruling is not None,
        "valid": row.valid,
        "recaps": row.recaps,
        "seats": row.summary.get("seats", []),
        "winner": (row.summary.get("decision") or {}).get("winner"),
    }


def _leaf_of_form(recap: Recap, actor: Actor) -> None:
    _leaf(FORMS[recap.tier], recap.election_id, form_facts(recap), subject=form_subject(recap), actor=actor)


def form_subject(recap: Recap) -> str:
    """What the entries of a D.Hasil are filed under."""
    return f"{FORMS[recap.tier]}:{recap.contest.kind}:{recap.region or 'nasional'}:{recap.dapil_id or '-'}"


def form_facts(recap: Recap) -> dict[str, Any]:
    """What an entry says of a D.Hasil."""
    version = version_of(recap)
    if version is None:
        raise LookupError(f"recap {recap.id} has no version")
    names = form_model(recap.form_model).names
    return {
        "contest": recap.contest.kind,
        "region": recap.region,
        "dapil": recap.dapil_id,
        "version": version.number,
        "columns": version.columns,
        "votes": list(version.votes),
        "cells": dict(zip(names, version.cells, strict=True)),
        "sha256": version.sha256,
    }


def correction_facts(made: RecapCorrection, recap: Recap) -> dict[str, Any]:
    """What an entry says of a correction: codes and numbers, never what somebody typed."""
    return {
        "contest": recap.contest.kind,
        "tps": made.unit,
        "correction": made.id,
        "votes_before": None if made.before_votes is None else list(made.before_votes),
        "votes_after": list(made.after_votes),
        "cells_before": None if made.before_cells is None else list(made.before_cells),
        "cells_after": list(made.after_cells),
        "reason": made.reason_code,
        "by_ruling": made.ruling is not None,
    }


def _leaf(kind: str, election_id: int, facts: dict[str, Any], *, subject: str, actor: Actor) -> None:
    """Leave an entry, where the house keeps a public log."""
    log_leaf = getattr(ledger, "log_leaf", None)
    if log_leaf is not None:
        log_leaf(kind, election_id, facts, subject=subject, actor=actor)
