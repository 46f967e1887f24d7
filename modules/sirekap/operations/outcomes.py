"""Outcomes as rows: computed from the locked D.Hasil, written into a draft in place of what was there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.sirekap.models import (
    Determination,
    DeterminationPart,
    DeterminationResult,
    DeterminationTie,
)
from modules.sirekap.queries import inputs
from modules.sirekap.rules.determination import CHAMBERS, HEADS, Outcome, determine
from modules.sirekap.traces import part_trace, steps_trace, summary_of


@dataclass(frozen=True)
class Computed:
    """An outcome with what it rests on."""

    recaps: list[list[int]]
    applied: inputs.Applied
    outcome: Outcome


def compute(contest: Contest, area: str, row: Determination | None) -> Computed:
    """The outcome of the official votes, with what the plenary decided about ``row`` so far."""
    found = inputs.official(contest, area)
    if not found.is_final:
        raise Refused(
            _("Rekapitulasi belum disahkan seluruhnya: %(n)s D.Hasil tingkat akhir masih terbuka.",
              n=len(found.waiting))
            if found.waiting
            else _("Belum ada rekapitulasi yang disahkan untuk pemilihan ini."),
            hint=_("Hasil hanya dihitung dari D.Hasil yang sudah disahkan sampai tingkat akhirnya."),
            status=409,
        )  # fmt: skip
    applied = inputs.law_of(contest, area)
    if applied.shown.get("kursi_metode", ["sainte_lague"])[0] != "sainte_lague":
        raise Refused(_("Metode kursi menurut pengaturan belum dapat dihitung; hanya Sainte-Laguë."))
    parts = inputs.parts_of(contest, area, found)
    without = [part.key for part in parts if contest.kind in (*CHAMBERS, "dpd") and not part.seats]
    if without:
        raise Refused(_("Jumlah kursi dapil %(codes)s belum diketahui.", codes=", ".join(without)))
    if contest.kind in HEADS and any(len(part.lines) == 1 for part in parts):
        raise Refused(
            _("Surat suara pasangan tunggal belum memuat kolom kosong."),
            hint=_("Pasangan tunggal diundi melawan kolom kosong di Silon, lalu surat suaranya dibekukan."),
            status=409,
        )
    try:
        outcome = determine(parts, applied.law, _decided(row))
    except ValueError as problem:
        raise Refused(
            _("Tidak ada suara sah yang dapat dihitung di %(place)s.", place=str(problem) or "-"), status=409
        ) from None
    recaps = sorted([recap, version] for recap, version in found.recaps.values())
    return Computed(recaps, applied, outcome)


def _decided(row: Determination | None) -> dict[str, list[str]]:
    if row is None:
        return {}
    rows = db.session.scalars(select(DeterminationTie).where(DeterminationTie.determination_id == row.id))
    return {tie.place: tie.decided for tie in rows if tie.decided}


def write(row: Determination, computed: Computed, actor: Actor) -> None:
    """Write an outcome into the draft, in place of what was there."""
    outcome = computed.outcome
    row.recaps, row.law, row.summary = computed.recaps, computed.applied.shown, summary_of(outcome)
    row.valid, row.open_ties = sum(found.part.valid for found in outcome.parts), len(outcome.ties)
    row.computed_by, row.computed_at = actor.account_id, calendar.utc_now()
    _write_rows(row, outcome)
    record(
        "sirekap:determination:compute",
        f"determination:{row.id}",
        actor=actor,
        details={
            "parts": len(outcome.parts),
            "valid": row.valid,
            "ties": row.open_ties,
            "version": row.version,
        },
        region=row.area or None,
        election_id=row.election_id,
    )


def _write_rows(row: Determination, outcome: Outcome) -> None:
    for model in (DeterminationResult, DeterminationPart):
        db.session.execute(delete(model).where(model.determination_id == row.id))
    db.session.execute(
        delete(DeterminationTie).where(
            DeterminationTie.determination_id == row.id, DeterminationTie.decided.is_(None)
        )
    )
    names = _names(outcome)
    for tie in outcome.ties:
        stale = db.session.scalars(
            select(DeterminationTie).where(
                DeterminationTie.determination_id == row.id, DeterminationTie.place == tie.place
            )
        ).one_or_none()
        if stale is not None:
            # What was decided no longer separates those who tie now: it is asked again.
            db.session.delete(stale)
            db.session.flush()
        db.session.add(
            DeterminationTie(
                determination_id=row.id,
                place=tie.place,
                tied=[[key, names.get((tie.place, key), key)] for key in tie.tied],
                places=tie.places,
                steps=steps_trace(tie.steps),
            )
        )
    parts = {}
    for found in outcome.parts:
        part = DeterminationPart(
            determination_id=row.id,
            key=found.part.key,
            name=found.part.name,
            dapil_id=found.part.dapil,
            region=found.part.region,
            seats=found.part.seats,
            valid=found.part.valid,
            trace=part_trace(found),
        )
        parts[found.part.key] = part
        db.session.add(part)
    db.session.flush()
    rows: list[dict[str, Any]] = [
        {
            "determination_id": row.id,
            "part_id": parts[found.part.key].id,
            "participant_id": won.participant,
            "candidate_number": won.candidate,
            "name": won.name,
            "votes": won.votes,
            "seats": won.seats,
            "rank": won.rank,
            "elected": won.elected,
            "spread": dict(won.spread),
        }
        for found in outcome.parts
        for won in found.rows
    ]
    if rows:
        db.session.execute(insert(DeterminationResult), rows)
    db.session.flush()
    db.session.expire(row, ["parts", "ties"])


def _names(outcome: Outcome) -> dict[tuple[str, str], str]:
    """Names of those who tie, by place and key."""
    names: dict[tuple[str, str], str] = {}
    for tie in outcome.ties:
        kind, _sep, rest = tie.place.partition(":")
        key, _sep, party = rest.partition(":")
        for found in outcome.parts:
            if found.part.key != key:
                continue
            for line in found.part.lines:
                if kind == "calon" and str(line.number) == party and line.candidate is not None:
                    names[tie.place, str(line.candidate)] = line.name
                elif kind != "calon" and line.candidate is None:
                    names[tie.place, str(line.participant)] = line.name
    return names
