"""Factual verification of supporters: areas are drawn, shared out, visited and closed (domain.md 3.6, 4.3).

Seed, draw, attempts and projection are those of :mod:`electsys.verification`; here stands whose people are
drawn, what a closed sample does to the rows, and when a plenary may conclude.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Text, cast, func, literal, select, text

from electsys import jobs
from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.verification.models import Contact, Sample, SampleMember, SampleSeed
from electsys.verification.operations import contacts, samples
from electsys.verification.queries.samples import seed_of
from electsys.verification.rules.sampling import label_of
from electsys.verification.sampling import find_kind
from modules.silon import support_field_papers as papers
from modules.silon.models import Nomination, Supporter
from modules.silon.operations.supporter_sets import move_all
from modules.silon.permissions import ASSIGN_VISITS
from modules.silon.queries import support_factual as queries
from modules.silon.queries.support import areas_of
from modules.silon.workflow import SUPPORT
from modules.silon.workflow.support import CHECKS

DRAW = "silon.draw_supporters"
CONFIRMED = text("select supporter_confirmed(cast(:contest as smallint), :area, :nik, :own)")
Tell = Callable[[int, int], None]


def require_running(nomination: Nomination, region: str) -> str:
    """The factual step that runs for a list and is open in an area; Refused otherwise."""
    db.session.refresh(nomination, with_for_update={"of": Nomination, "read": True})
    step = nomination.support_state or ""
    if step not in queries.STEPS:
        raise Refused(
            _(
                "Tidak ada verifikasi faktual yang berjalan: dukungan berstatus “%(state)s”.",
                state=SUPPORT.state_label(step or "tms"),
            ),
            status=409,
        )
    calendar.require_open(nomination.election_id, CHECKS[step][0], region)
    return step


def set_seed(election: Election, *, seed: str, source: str, actor: Actor) -> SampleSeed:
    """Enter the seed that was drawn in public, for all samples of supporters in the nation; once for ever."""
    kept = None
    for name in queries.KINDS:
        kind = find_kind(name)
        if kind is not None and (kept is None or seed_of(name, election.id) is None):
            kept = samples.set_seed(kind, election.id, seed=seed, source=source, actor=actor)
    if kept is None:
        raise LookupError("no kind of sample of supporters is registered")
    return kept


# --- the draw ------------------------------------------------------------------------------------


@dataclass
class Drawn:
    """What a draw of a list came to: samples, areas that had theirs before, and why others have none."""

    samples: list[Sample] = field(default_factory=list)
    before: int = 0
    letter_id: int | None = None

    @property
    def people(self) -> int:
        """How many people the samples of this draw have."""
        return sum(sample.size for sample in self.samples)


def begin_draw(nomination: Nomination, *, actor: Actor) -> jobs.Job:
    """Draw all areas of a list as a job. Refused outside a factual step, and before the seed is set."""
    grants.demand(actor, ASSIGN_VISITS, _scope(nomination))
    require_running(nomination, nomination.region)
    _require_seed(nomination)
    return jobs.start(
        DRAW,
        actor=actor,
        subject=f"nomination:{nomination.id}",
        lock=f"{DRAW}:{nomination.id}",
        nomination_id=nomination.id,
    )


def draw(nomination: Nomination, *, actor: Actor, tell: Tell = lambda done, total: None) -> Drawn:
    """Draw the samples of every area of a list that has none; one transaction, one act, one paper.

    Each is drawn by the public seed and its own name, so that it makes no difference when and beside which
    others. Refused where nobody is left to visit.
    """
    grants.demand(actor, ASSIGN_VISITS, _scope(nomination))
    step = require_running(nomination, nomination.region)
    _require_seed(nomination)
    round_ = queries.round_now(nomination, step)
    known = {(s.region, s.kind) for s in queries.samples_of(nomination, (round_,))}
    frames = queries.frames_of(nomination, step)
    if not frames and not known:
        raise Refused(_("Tidak ada pendukung yang dapat didatangi."), status=409)
    drawn = Drawn()
    for n, (area, kinds) in enumerate(frames.items()):
        tell(n, len(frames))
        for name, frame in kinds.items():
            if (area, name) in known:
                drawn.before += 1
                continue
            kind = find_kind(name)
            if kind is None:
                raise LookupError(name)
            drawn.samples.append(
                samples.draw_sample(
                    kind,
                    frame,
                    election_id=nomination.election_id,
                    owner=queries.owner_of(nomination),
                    party_id=None,
                    region=area,
                    round_=round_,
                    # How many there must be is asked of the whole list, not of an area.
                    minimum=0,
                    actor=actor,
                    alone=False,
                )
            )
    tell(len(frames), len(frames))
    if not drawn.samples:
        raise Refused(_("Semua sampel sudah ditarik; sampel tidak ditarik dua kali."), status=409)
    code = nomination.contest.election.code
    drawn.letter_id = papers.draw_minutes(nomination, step, drawn.samples, actor=actor).id
    record(
        "silon:support:draw",
        f"nomination:{nomination.id}",
        actor=actor,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details={
            "step": step,
            "samples": len(drawn.samples),
            "people": drawn.people,
            "digest": papers.digest_of(code, drawn.samples),
            "before": drawn.before,
            "letter": drawn.letter_id,
        },
    )
    return drawn


def label(election: Election, sample: Sample) -> str:
    """The name of a sample that goes into its draw."""
    return label_of(election.code, sample.kind, sample.owner, sample.region, sample.round)


# --- visits --------------------------------------------------------------------------------------


def record_contact(
    person: SampleMember,
    method: str,
    result: str,
    *,
    actor: Actor,
    visited_at: dt.datetime,
    note: str | None = None,
    photo_id: int | None = None,
) -> Contact:
    """Write down an attempt to meet a supporter while the step is open there.

    Who was met needs a photo as proof. Whoever was found to support another candidate there supports nobody
    else: a second confirmation is refused (domain.md 4.3).
    """
    supporter, nomination = subject_of(person)
    sample = db.session.get_one(Sample, person.sample_id)
    require_running(nomination, sample.region)
    _require_one(supporter, nomination, result)
    if photo_id is None and result != "tidak_bertemu":
        raise Refused(
            _("Lampirkan foto bukti pertemuannya."),
            hint=_("Foto pendukung bersama KTP-el, atau tangkapan layar panggilan video."),
            field="foto",
        )
    return contacts.record_contact(
        person, method, result, actor=actor, visited_at=visited_at, note=note, photo_id=photo_id
    )


def correct_contact(
    contact: Contact, result: str, reason: str, *, actor: Actor, note: str | None = None
) -> Contact:
    """Correct an attempt while its step runs; both rows stay to be read."""
    person = db.session.get_one(SampleMember, contact.member_id)
    supporter, nomination = subject_of(person)
    require_running(nomination, db.session.get_one(Sample, person.sample_id).region)
    _require_one(supporter, nomination, result)
    return contacts.correct_contact(contact, result, reason, note=note, actor=actor)


def subject_of(person: SampleMember) -> tuple[Supporter, Nomination]:
    """The supporter behind a place of a sample, and the list; Refused where the row cannot be read."""
    supporter = db.session.get(Supporter, queries.key_of(person.subject))
    if supporter is None:
        raise Refused(_("Baris pendukung ini tidak ada."), status=404)
    return supporter, db.session.get_one(Nomination, supporter.nomination_id)


def _require_one(supporter: Supporter, nomination: Nomination, result: str) -> None:
    if result != "membenarkan":
        return
    # Two visits at once must not both find nobody.
    name = f"supporter:{nomination.contest_id}:{nomination.region}:{bytes(supporter.nik_index).hex()}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 44))))
    values = {
        "contest": nomination.contest_id,
        "area": nomination.region,
        "nik": bytes(supporter.nik_index),
        "own": nomination.id,
    }
    if db.session.scalar(CONFIRMED, values):
        raise Refused(
            _("Orang ini sudah menyatakan mendukung calon lain saat didatangi."),
            hint=_("Satu orang mendukung satu calon. Catat hasilnya “menyangkal”, atau minta hasil yang"
                   " terdahulu dibetulkan."),
            field="hasil",
            status=409,
        )  # fmt: skip


# --- the end of an area, and of the step -----------------------------------------------------------


def close_area(nomination: Nomination, region: str, *, actor: Actor) -> list[Sample]:
    """Close the samples of an area in which everybody is decided, with their minutes.

    Who was found to be none is refused, with the visit's finding as reason; all others stand.
    """
    grants.demand(actor, ASSIGN_VISITS, Scope(region, None, nomination.election_id))
    step = require_running(nomination, region)
    found = [
        sample
        for sample in queries.samples_of(nomination, (queries.round_now(nomination, step),))
        if sample.region == region
    ]
    running = [sample for sample in found if sample.state == "berjalan"]
    if not found:
        raise Refused(_("Sampel wilayah ini belum ditarik."), status=409)
    if not running:
        raise Refused(_("Sampel wilayah ini sudah ditutup."), status=409)
    for sample in running:
        samples.close_sample(sample, actor=actor)
    _strike(nomination, running, actor)
    letter = papers.area_minutes(nomination, step, region, found, actor=actor)
    for sample in running:
        sample.letter_id = letter.id
    db.session.flush()
    record(
        "silon:support:close_area",
        f"nomination:{nomination.id}",
        actor=actor,
        region=region,
        election_id=nomination.election_id,
        details={
            "step": step,
            "size": sum(s.size for s in running),
            "found": sum(s.found_ms or 0 for s in running),
            "projection": sum(s.projection or 0 for s in running),
        },
    )
    return running


def _strike(nomination: Nomination, closed: list[Sample], actor: Actor) -> None:
    here = select(SampleMember.subject).where(
        SampleMember.sample_id.in_([sample.id for sample in closed]), SampleMember.state == "tms"
    )
    subject: Any = literal("supporter:") + cast(Supporter.id, Text)
    reason = (
        select(func.min(SampleMember.reason))
        .where(SampleMember.sample_id.in_([sample.id for sample in closed]), SampleMember.subject == subject)
        .correlate(Supporter)
        .scalar_subquery()
    )
    keys = [queries.key_of(each) for each in db.session.scalars(here)]
    if keys:
        which = Supporter.id.in_(keys) & (Supporter.state == "ms")
        move_all(nomination, which, "strike", "tms", reason, kind="faktual", actor=actor)


def require_done(nomination: Nomination) -> None:
    """Refuse the plenary of a factual step while an area is not drawn, or not closed."""
    step = nomination.support_state or ""
    names = areas_of(nomination)
    found = queries.areas_of(nomination, step, queries.frame_sizes(nomination, step))
    left = [area.code for area in found if area.state != "ditutup"]
    if left:
        some = ", ".join(names.get(code, code) for code in left[:3])
        raise Refused(
            _("Verifikasi faktual belum selesai di %(n)s wilayah: %(some)s.", n=len(left), some=some),
            hint=_("Tarik sampelnya, catat semua kunjungan, lalu tutup setiap wilayah."),
            status=409,
        )


def _require_seed(nomination: Nomination) -> None:
    if seed_of(queries.main_kind(nomination), nomination.election_id) is None:
        raise Refused(
            _("Bilangan undian belum ditetapkan."),
            hint=_("KPU RI menetapkannya sekali untuk seluruh sampel, sesudah ditarik terbuka."),
            status=409,
        )


def _scope(nomination: Nomination) -> Scope:
    return Scope(nomination.region, None, nomination.election_id)
