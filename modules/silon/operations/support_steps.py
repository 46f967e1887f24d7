"""The steps of the support: handed in with a receipt, verified, concluded in plenary (domain.md 4.3)."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import case as sql_case
from sqlalchemy import func, literal, null, or_, select

from electsys.db import db
from electsys.documents import issue_document
from electsys.documents.papers import today
from electsys.elections import calendar
from electsys.elections.calendar import utc_now
from electsys.errors import Refused
from electsys.identity import grants
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from electsys.web.formats import angka
from modules.silon import support_papers as papers
from modules.silon.models import Nomination, NominationLiaison, Supporter, SupportStep
from modules.silon.operations import support_factual, support_judging
from modules.silon.operations.access import demand, scope_of
from modules.silon.operations.supporter_sets import move_all
from modules.silon.permissions import CONCLUDE, RECEIVE, SUBMIT
from modules.silon.queries import support as queries
from modules.silon.rules.support import FATAL, FIELD
from modules.silon.support_words import gaps_of, repair_text
from modules.silon.workflow import SUPPORT
from modules.silon.workflow.support import CHECKS, HANDED

#: Notices: KPU learns that support was handed in, those who are supported what was concluded.
HANDED_IN, CONCLUDED = "silon.support.handed_in", "silon.support.concluded"
CLASS = "PL.01.4"


def hand_in(nomination: Nomination, *, actor: Actor) -> SupportStep:
    """Hand in the list as it stands; the receipt has its number and digest.

    Refused before minimum and spread are reached, and where no DPT says how many those are.
    """
    demand(actor, SUBMIT, nomination)
    db.session.flush()
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    step = nomination.support_state or ""
    if step not in HANDED:
        raise Refused(_("Dukungan tidak dapat diserahkan sekarang."), status=409)
    standing = queries.standing_of(nomination)
    if standing.progress is None:
        raise Refused(
            _("DPT wilayah ini belum ditetapkan: dukungan minimal belum dapat dihitung."), status=409
        )
    repair = queries.repair_of(nomination)
    if repair is not None and repair.missing:
        raise Refused(
            repair_text(repair),
            hint=_("Serahkan %(n)s pendukung baru lagi.", n=angka(repair.missing)),
            status=409,
        )
    if not standing.progress.enough:
        raise Refused(
            _("Dukungan belum cukup: %(gaps)s", gaps=gaps_of(standing.progress)),
            hint=_("Tambah pendukung, atau perbaiki yang bertanda."),
            status=409,
        )
    with db.session.begin_nested():
        SUPPORT.move(nomination, "hand_in", actor=actor)
        row = _step(nomination, step, "ajukan", standing, None, actor)
        with force_locale("id"):
            document = issue_document(
                "SK",
                "tanda_terima_dukungan",
                papers.receipt(nomination, row, standing),
                unit=nomination.region,
                series="calon",
                year=today(nomination.region).year,
                title=f"TANDA.TERIMA.DUKUNGAN {nomination.label}",
                subject=f"support_step:{nomination.id}",
                actor=actor,
                public=False,
                classification=CLASS,
            )
        row.document_id = document.id
        db.session.add(row)
        db.session.flush()
    _record("hand_in", nomination, row, actor)
    support_judging.begin_round(nomination, actor=actor)
    to = Holders(RECEIVE, nomination.region, None, nomination.election_id)
    notify(to, HANDED_IN, {"who": nomination.label}, _page(nomination), actor=actor)
    return row


def conclude(nomination: Nomination, *, reason: str = "", actor: Actor) -> SupportStep:
    """Conclude a step in plenary: the numbers decide, the minutes say them.

    Rows that nobody has judged are judged by their flags: what is no voter, too young, barred, from outside
    or a double of the list itself is refused, everything else stands. Enough of them pass; too few ask for a
    repair where the law gives one, and end the support where it does not; then the reason is demanded.
    """
    grants.demand(actor, CONCLUDE, scope_of(nomination))  # nobody who is supported holds it
    db.session.flush()
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    step = nomination.support_state or ""
    if step not in CHECKS:
        raise Refused(_("Tahap ini tidak disimpulkan dalam pleno."), status=409)
    with db.session.begin_nested():
        field = step in FIELD
        if field:
            support_factual.require_done(nomination)
        else:
            support_judging.require_judged(nomination)
            judge_by_flags(nomination, actor=actor)
        standing = queries.standing_of(nomination, only=("ms",), field=field)
        if standing.progress is None:
            raise Refused(_("DPT wilayah ini belum ditetapkan."), status=409)
        action, outcome = _outcome(step, standing.progress.enough)
        if outcome in ("perbaiki", "tms") and not reason.strip():
            raise Refused(
                _("Dukungan tidak cukup (%(gaps)s). Tulis alasannya.", gaps=gaps_of(standing.progress)),
                field="reason",
            )
        SUPPORT.move(nomination, action, actor=actor, reason=reason or None)
        row = _step(nomination, step, outcome, standing, reason.strip() or None, actor)
        row.letter_id = papers.minutes(nomination, row, standing, actor=actor).id
        db.session.add(row)
        db.session.flush()
        if not field:
            support_judging.withdraw_unjudged(nomination, actor=actor)
    _record("conclude", nomination, row, actor)
    _tell(nomination, actor)
    return row


def lapse(nomination: Nomination, *, reason: str, actor: Actor) -> SupportStep:
    """End the support of a list that was not handed in before its stage closed; the minutes say why."""
    grants.demand(actor, CONCLUDE, scope_of(nomination))  # nobody who is supported holds it
    db.session.flush()
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    if not has_lapsed(nomination):
        raise Refused(_("Masa penyerahannya belum berakhir, atau dukungannya sudah diserahkan."), status=409)
    step = nomination.support_state or ""
    if not reason.strip():
        raise Refused(_("Tulis alasannya."), field="reason")
    with db.session.begin_nested():
        standing = queries.standing_of(nomination)
        row = _step(nomination, step, "tms", standing, reason.strip(), actor)
        SUPPORT.move(nomination, "lapse", actor=actor, reason=reason.strip())
        row.letter_id = papers.minutes(nomination, row, standing, actor=actor).id
        db.session.add(row)
        db.session.flush()
    _record("lapse", nomination, row, actor)
    _tell(nomination, actor)
    return row


def has_lapsed(nomination: Nomination) -> bool:
    """Whether a list waits to be handed in although its stage is over."""
    handed = HANDED.get(nomination.support_state or "")
    if handed is None:
        return False
    times = calendar.window(calendar.stage(nomination.election_id, handed[1]), nomination.region)
    return times.closes < utc_now()


def judge_by_flags(nomination: Nomination, *, actor: Actor) -> int:
    """Judge every row that nobody has judged, by its flags, in one statement; how many.

    What the desk found not met yet waits for the repair; after it, it is refused.
    """
    mine = Supporter.nomination_id == nomination.id
    waiting = mine & (Supporter.state == "baru")
    # Refused first: of a double the first row stands only if it is fit itself.
    refused = waiting & or_(*(Supporter.flags.any_() == flag for flag in FATAL))
    first = sql_case(*((Supporter.flags.any_() == flag, literal(flag)) for flag in FATAL), else_=null())
    moved = move_all(nomination, refused, "strike", "tms", first, actor=actor)
    moved += move_all(nomination, waiting, "stand", "ms", null(), actor=actor)
    if nomination.support_state != "vermin":
        late = mine & (Supporter.state == "bms")
        moved += move_all(nomination, late, "strike", "tms", literal("tidak_diperbaiki"), actor=actor)
    return moved


def _outcome(step: str, enough: bool) -> tuple[str, str]:
    """The action and the outcome of a step."""
    if enough:
        return "pass", "memenuhi" if step.startswith("verfak") else "lanjut"
    return ("repair", "perbaiki") if CHECKS[step][1] else ("fail", "tms")


def _step(
    nomination: Nomination,
    step: str,
    outcome: str,
    standing: queries.Standing,
    reason: str | None,
    actor: Actor,
) -> SupportStep:
    times = select(func.count()).where(SupportStep.nomination_id == nomination.id, SupportStep.step == step)
    asked = standing.progress.demand if standing.progress else None
    return SupportStep(
        nomination_id=nomination.id,
        step=step,
        outcome=outcome,
        sequence=(db.session.scalar(times) or 0) + 1,
        counts={
            "given": standing.given,
            "counted": standing.counted,
            "reached": len(standing.by_area),
            "minimum": asked.minimum if asked else None,
            "areas": asked.areas if asked else None,
            "flags": standing.flags,
        },
        digest=queries.digest_of(nomination),
        reason=reason,
        account_id=actor.account_id,
        actor=actor.name,
    )


def _record(what: str, nomination: Nomination, row: SupportStep, actor: Actor) -> None:
    record(
        f"silon:support:{what}",
        f"nomination:{nomination.id}",
        actor=actor,
        reason=row.reason,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details={"step": row.step, "outcome": row.outcome} | row.counts | {"digest": bytes(row.digest).hex()},
    )


def _tell(nomination: Nomination, actor: Actor) -> None:
    liaisons = db.session.scalars(
        select(NominationLiaison.account_id).where(NominationLiaison.nomination_id == nomination.id)
    ).all()
    values = {"state": SUPPORT.state_label(nomination.support_state or "tms")}
    notify(liaisons, CONCLUDED, values, _page(nomination), actor=actor)


def _page(nomination: Nomination) -> str:
    return f"/calon/dukungan/{nomination.id}"
