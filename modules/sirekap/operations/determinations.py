"""Determine results: compute from locked D.Hasil, submit, settle ties in plenary, decide; again by a ruling.

One person submits, another decides (CHECK). What is decided is kept as ``Standing``, from which thresholds of
the next election and replacements read, in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, select

from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Contest
from electsys.elections.standings import Won as Kept
from electsys.elections.standings import keep_standings
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity import Account, grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from modules.sirekap import determination_papers as papers
from modules.sirekap.determination_events import ResultDetermined
from modules.sirekap.models import (
    Determination,
    DeterminationPart,
    DeterminationResult,
    DeterminationTie,
)
from modules.sirekap.operations.bodies import region_in
from modules.sirekap.permissions import DETERMINE, PREPARE
from modules.sirekap.queries import inputs
from modules.sirekap.queries.determinations import decided_before
from modules.sirekap.rules.determination import CHAMBERS, Outcome, determine
from modules.sirekap.traces import part_trace, steps_trace, summary_of
from modules.sirekap.workflow.determinations import DETERMINATION

#: Kind of contest -> stage in which its result is determined.
STAGES = {"ppwp": "penetapan_ppwp"}
STAGE = "penetapan_kursi"
OPEN = ("konsep", "pleno")


def compute_result(contest: Contest, area: str, *, actor: Actor, ruling: str | None = None) -> Determination:
    """Compute the outcome anew from the official votes, as a draft; an open draft is computed again.

    A second version asks for the ``ruling`` that demands it. Refused while a D.Hasil of the last tier is not
    locked, in an area where the contest is not determined, and by anybody but the area's own body.
    """
    if area not in inputs.areas_of(contest):
        raise Refused(_("Hasil pemilihan ini tidak ditetapkan untuk wilayah itu."), status=404)
    _require_body(contest, area, PREPARE, actor)
    draft = open_draft(contest, area)
    if draft is not None and draft.state == "pleno":
        raise Refused(
            _("Hasil ini sudah di pleno."), hint=_("Kembalikan dahulu bila harus dihitung ulang."), status=409
        )
    before = decided_before(contest.id, area)
    asked = (ruling or "").strip() or (draft.ruling if draft else None)
    if before is not None and not asked:
        raise Refused(
            _("Hasil ini sudah ditetapkan."),
            field="ruling",
            hint=_("Versi baru hanya dibuat atas putusan; tuliskan nomornya."),
            status=409,
        )
    if before is None and asked:
        raise Refused(_("Belum ada hasil yang dapat diubah oleh putusan."), field="ruling", status=409)
    computed = _compute(contest, area, draft)
    if draft is None:
        draft = _begin(contest, area, asked, actor)
    elif ruling:
        draft.ruling = asked
    _fill(draft, computed, actor)
    return draft


def open_draft(contest: Contest, area: str) -> Determination | None:
    """The version that is being prepared."""
    return db.session.scalars(
        select(Determination)
        .where(
            Determination.contest_id == contest.id, Determination.area == area, Determination.state.in_(OPEN)
        )
        .with_for_update()
    ).one_or_none()


def submit_result(row: Determination, *, actor: Actor) -> None:
    """Bring a draft before the plenary. Refused where a D.Hasil changed since it was computed."""
    _require_body(row.contest, row.area, PREPARE, actor)
    _require_fresh(row)
    DETERMINATION.move(
        row, "submit", actor=actor, values={"submitted_by": actor.account_id, "submitted_at": func.now()}
    )


def return_result(row: Determination, *, reason: str, actor: Actor) -> None:
    """Send it back to be computed again."""
    _require_body(row.contest, row.area, DETERMINE, actor)
    DETERMINATION.move(
        row, "return", actor=actor, reason=reason, values={"submitted_by": None, "submitted_at": None}
    )


def drop_result(row: Determination, *, reason: str, actor: Actor) -> None:
    """Drop a draft that is not wanted any more; it stays readable."""
    _require_body(row.contest, row.area, DETERMINE, actor)
    DETERMINATION.move(row, "drop", actor=actor, reason=reason)


def settle_tie(row: Determination, place: str, order: list[str], *, reason: str, actor: Actor) -> None:
    """The plenary puts those who tie in order, with its reason; the outcome is computed again from it."""
    _require_body(row.contest, row.area, DETERMINE, actor)
    db.session.refresh(row, with_for_update={"of": Determination})
    if row.state != "pleno":
        raise Refused(_("Suara yang sama diputuskan dalam pleno."), status=409)
    tie = db.session.scalars(
        select(DeterminationTie).where(
            DeterminationTie.determination_id == row.id, DeterminationTie.place == place
        )
    ).one_or_none()
    if tie is None or tie.decided is not None:
        raise Refused(_("Tidak ada suara sama yang menunggu putusan di sana."), status=409)
    if sorted(order) != sorted(key for key, _name in tie.tied):
        raise Refused(_("Urutkan semua yang sama, masing-masing satu kali."), field="order")
    if not reason.strip():
        raise Refused(_("Tuliskan dasar putusan pleno."), field="reason")
    tie.decided, tie.reason = list(order), reason.strip()
    tie.decided_by, tie.decided_at = actor.account_id, calendar.utc_now()
    db.session.flush()
    _fill(row, _compute(row.contest, row.area, row), actor)
    record(
        "sirekap:determination:settle",
        f"determination:{row.id}",
        actor=actor,
        reason=tie.reason,
        details={"place": place, "order": list(order)},
        region=row.area or None,
        election_id=row.election_id,
    )


def determine_result(row: Determination, *, signer: str, actor: Actor) -> None:
    """Decide in plenary: minutes, the numbered decision with its annex, standings, the news.

    Refused while its stage is closed, unless a ruling demands the version; to the one who submitted it; with
    an open tie; where a D.Hasil changed since.
    """
    _require_body(row.contest, row.area, DETERMINE, actor)
    db.session.refresh(row, with_for_update={"of": Determination})
    if not signer.strip():
        raise Refused(_("Sebut siapa yang menandatangani keputusan."), field="signer")
    if actor.account_id is not None and actor.account_id == row.submitted_by:
        raise Refused(
            _("Anda yang mengajukan hasil ini; orang kedua yang menetapkannya."),
            hint=_("Minta anggota lain menetapkannya dalam pleno."),
            status=403,
        )
    if row.ruling is None:
        calendar.require_open(row.election_id, STAGES.get(row.contest.kind, STAGE), row.area or None)
    _require_fresh(row)
    if row.state == "pleno" and not row.open_ties:
        row.minutes_id = papers.minutes(row, actor=actor).id
        decision = papers.decision(row, signer=signer.strip(), actor=actor)
        row.decision_id = decision.id
        db.session.flush()
        number = decision.number
    else:
        number = None
    DETERMINATION.move(
        row,
        "determine",
        actor=actor,
        values={
            "decided_by": actor.account_id,
            "decided_at": func.now(),
            "decision_number": number,
        },
    )
    source = number or ""
    keep_standings(row.contest, _kept(row), source=source, actor=actor)
    publish(
        ResultDetermined(
            actor=actor,
            determination_id=row.id,
            election_id=row.election_id,
            contest_id=row.contest_id,
            area=row.area,
            version=row.version,
            source=source,
        )
    )


# --- inside ---------------------------------------------------------------------------------------


def _begin(contest: Contest, area: str, ruling: str | None, actor: Actor) -> Determination:
    last = db.session.scalar(
        select(func.max(Determination.version)).where(
            Determination.contest_id == contest.id, Determination.area == area
        )
    )
    row = Determination(
        election_id=contest.election_id,
        contest_id=contest.id,
        area=area,
        version=(last or 0) + 1,
        ruling=ruling,
        recaps=[],
        law={},
        summary={},
        open_ties=0,
        valid=0,
        computed_by=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


@dataclass(frozen=True)
class _Computed:
    """An outcome with what it rests on."""

    recaps: list[list[int]]
    applied: inputs.Applied
    outcome: Outcome


def _compute(contest: Contest, area: str, row: Determination | None) -> _Computed:
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
    try:
        outcome = determine(parts, applied.law, _decided(row))
    except ValueError as problem:
        raise Refused(
            _("Tidak ada suara sah yang dapat dihitung di %(place)s.", place=str(problem) or "-"), status=409
        ) from None
    recaps = sorted([recap, version] for recap, version in found.recaps.values())
    return _Computed(recaps, applied, outcome)


def _decided(row: Determination | None) -> dict[str, list[str]]:
    if row is None:
        return {}
    rows = db.session.scalars(select(DeterminationTie).where(DeterminationTie.determination_id == row.id))
    return {tie.place: tie.decided for tie in rows if tie.decided}


def _fill(row: Determination, computed: _Computed, actor: Actor) -> None:
    """Write an outcome into the draft, in place of what was there."""
    outcome = computed.outcome
    row.recaps, row.law, row.summary = computed.recaps, computed.applied.shown, summary_of(outcome)
    row.valid, row.open_ties = sum(found.part.valid for found in outcome.parts), len(outcome.ties)
    row.computed_by, row.computed_at = actor.account_id, calendar.utc_now()
    _write(row, outcome)
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


def _write(row: Determination, outcome: Outcome) -> None:
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


def _kept(row: Determination) -> list[Kept]:
    rows = db.session.execute(
        select(DeterminationResult, DeterminationPart)
        .join(DeterminationPart, DeterminationPart.id == DeterminationResult.part_id)
        .where(DeterminationResult.determination_id == row.id)
    )
    return [
        Kept(
            participant=won.participant_id,
            votes=won.votes,
            valid=part.valid,
            region=part.region,
            dapil=part.dapil_id,
            candidate=won.candidate_number,
            seats=won.seats,
            rank=won.rank,
            elected=won.elected,
            spread=won.spread,
        )
        for won, part in rows
    ]


def _require_fresh(row: Determination) -> None:
    """Refuse what rests on sums that are not in force any more."""
    found = inputs.official(row.contest, row.area)
    if not found.is_final or sorted([r, v] for r, v in found.recaps.values()) != row.recaps:
        raise Refused(
            _("Rekapitulasi berubah sesudah hasil ini dihitung."),
            hint=_("Hitung ulang dahulu, lalu ajukan lagi."),
            status=409,
        )


def _require_body(contest: Contest, area: str, permission: str, actor: Actor) -> None:
    """Only the body of the area decides: KPU RI for the nation, a DPRD's own KPU, nobody above it."""
    grants.demand(actor, permission, Scope(area, None, contest.election_id))
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    if not region_in(account, area, contest.election_id, permission):
        raise Refused(
            _("Hasil ini ditetapkan oleh badan penyelenggara di wilayahnya; Anda hanya dapat melihatnya."),
            status=403,
        )
