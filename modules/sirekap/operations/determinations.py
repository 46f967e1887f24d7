"""Determine results: compute from locked D.Hasil, submit, settle ties in plenary, decide; again by a ruling.

One person submits, another decides (CHECK). What is decided is kept as ``Standing``, from which thresholds of
the next election and replacements read, in the same transaction.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select

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
from modules.sirekap.operations import outcomes
from modules.sirekap.operations.bodies import region_in
from modules.sirekap.permissions import DETERMINE, PREPARE
from modules.sirekap.queries import inputs
from modules.sirekap.queries.determinations import decided_before
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
    computed = outcomes.compute(contest, area, draft)
    if draft is None:
        draft = _begin(contest, area, asked, actor)
    elif ruling:
        draft.ruling = asked
    outcomes.write(draft, computed, actor)
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
    outcomes.write(row, outcomes.compute(row.contest, row.area, row), actor)
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
