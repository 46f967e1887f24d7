"""Each locked D.Hasil and each correction becomes a leaf of the public log (design.md, section 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from electsys import ledger
from electsys.db import db
from electsys.events import subscribe
from electsys.ledger import Actor
from modules.sirekap.determination_events import ResultDetermined
from modules.sirekap.models import Determination, DeterminationTie, Recap, RecapCorrection
from modules.sirekap.queries import determinations as queries
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
    """What an entry says of a decision: numbers and codes, enough to decide it again from the log alone.

    Participants stand under their ballot number, candidates of a list under both (``4.2``). ``law`` holds the
    settings as they were applied, ``parts`` the seats to give, what each party won, who is elected and whose
    name was struck, ``ties`` the orders that a plenary decided. Names stand on its page.
    """
    names = queries.participants_of(row.contest_id)
    number = {key: str(who.number) for key, who in names.items()}
    results = queries.results_of(row.id)
    struck = queries.struck_lines(row)
    decision = row.summary.get("decision") or {}
    return {
        "contest": row.contest.kind,
        "area": row.area,
        "version": row.version,
        "decision": row.decision_number,
        "by_ruling": row.ruling is not None,
        "ruling_sha256": hashlib.sha256(row.ruling.encode()).hexdigest() if row.ruling else None,
        "valid": row.valid,
        "recaps": row.recaps,
        "law": {key: shown[0] for key, shown in row.law.items()},
        "seats": [[number[party], n] for party, n in row.summary.get("seats", [])],
        "winner": number[decision["winner"]] if decision.get("winner") else None,
        "runoff": [number[party] for party in decision.get("runoff", [])],
        "parts": {
            part.key: {
                "seats": part.seats,
                "won": {
                    number[won.participant_id]: won.seats
                    for won, _who in results.get(part.id, [])
                    if won.candidate_number is None and won.seats
                },
                "elected": [
                    line_key(who.number, won.candidate_number)
                    for won, who in results.get(part.id, [])
                    if won.elected
                ],
                "struck": [line_key(*line) for line in struck.get(part.dapil_id, [])],
            }
            for part in row.parts
        },
        "ties": {tie.place: tie_order(tie, number) for tie in row.ties if tie.decided},
    }


def line_key(number: int, candidate: int | None) -> str:
    """A line of a ballot in public data: ``4``, of a candidate on a list ``4.2``."""
    return str(number) if candidate is None else f"{number}.{candidate}"


def tie_keys(place: str, number: Mapping[int, str]) -> Callable[[object], str]:
    """How those who tie at a place stand in public data: candidates of a list, or participants."""
    kind, _sep, rest = place.partition(":")
    party = rest.rpartition(":")[2]
    return lambda key: f"{party}.{key}" if kind == "calon" else number[int(str(key))]


def tie_order(tie: DeterminationTie, number: Mapping[int, str]) -> list[str]:
    """The order that a plenary decided, in the words of public data."""
    return [*map(tie_keys(tie.place, number), tie.decided or ())]


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
