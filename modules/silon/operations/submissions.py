"""Those who put up submit what stands, sealed by a digest; KPU receives it, or returns it by its form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents import OfficialDocument, issue_document
from electsys.documents.papers import today
from electsys.documents.signing import sign_pdf
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity.models import Account
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from modules.silon import submission_papers as papers
from modules.silon.list_events import RoundBegins
from modules.silon.models import Nomination, NominationLiaison, NominationSubmission
from modules.silon.operations.access import OPEN_DURING, demand
from modules.silon.permissions import RECEIVE, SUBMIT
from modules.silon.queries import submissions as queries
from modules.silon.submission_checks import Obstacle, obstacles
from modules.silon.workflow import flow_of

#: State of a nomination -> what it submits, and by which move. A replacement moves nothing: the windows of
#: the provisional and the final list end by themselves.
KINDS: dict[str, tuple[str, str | None]] = {
    "persiapan": ("pengajuan", "submit"),
    "dikembalikan": ("pengajuan", "submit"),
    "perbaikan": ("perbaikan", "repair"),
    "penggantian": ("penggantian_dcs", None),
    "rancangan_dct": ("penggantian_dct", None),
}
#: Archive class of candidacy (PKPU 2/2021).
CLASS = "PL.01.4"
SERIES = "calon"


def submit(nomination: Nomination, *, actor: Actor) -> NominationSubmission:
    """Submit the nomination, its repair or its replacements, as they stand (PKPU 10/2023 art. 26-34).

    The stage decides by the server's clock. Refused while anything stands in the way
    (:mod:`modules.silon.submission_checks`); from here on the data is locked. The receipt carries a number of
    the house and every hash.
    """
    demand(actor, SUBMIT, nomination)
    db.session.flush()
    with db.session.begin_nested():
        db.session.refresh(nomination, with_for_update={"of": Nomination})
        kind, action = KINDS.get(nomination.state, ("pengajuan", "submit"))
        state = nomination.state
        if action is not None:  # where nothing can be submitted the workflow says so, in its own words
            flow_of(nomination).move(nomination, action, actor=actor)
        else:
            calendar.require_open(
                nomination.election_id, OPEN_DURING[nomination.kind][state][-1], nomination.region
            )
        _refuse(obstacles(nomination, kind))
        rows, documents = queries.names_of(nomination.id), queries.documents_of(nomination.id)
        row = NominationSubmission(
            nomination_id=nomination.id,
            kind=kind,
            sequence=queries.last_sequence(nomination.id, kind) + 1,
            counts=queries.counts_of(rows, documents) | {"names": queries.names_digest(rows).hex()},
            digest=queries.submission_digest(rows, documents),
            submitted_by=actor.account_id,
        )
        if kind != "pengajuan":
            # A repair or a replacement goes on to the verifiers: nobody receives or returns it.
            row.outcome, row.decided_at = "lengkap", func.now()
        db.session.add(row)
        db.session.flush()
        db.session.refresh(row)
        _issue(row, nomination, "terima", actor=actor)
    _record("submit", row, nomination, actor, {"kind": kind, "digest": bytes(row.digest).hex()})
    if kind == "perbaikan":
        publish(RoundBegins(actor=actor, nomination_id=nomination.id, round=2))
    to = Holders(RECEIVE, nomination.region, None, nomination.election_id)
    notify(to, f"silon.submission.{kind}", _values(nomination), _page(row), actor=actor)
    return row


def accept(submission: NominationSubmission, *, actor: Actor) -> None:
    """KPU receives a complete submission; the verification begins. Refused where the data is another now."""
    nomination = _lock(submission, actor)
    with db.session.begin_nested():
        flow_of(nomination).move(nomination, "accept", actor=actor)
        rows, documents = queries.names_of(nomination.id), queries.documents_of(nomination.id)
        if queries.submission_digest(rows, documents) != bytes(submission.digest):
            raise Refused(
                _("Isi pencalonan tidak lagi sama dengan sidik saat diajukan."),
                hint=_("Kembalikan pengajuannya agar diperiksa dan diajukan lagi."),
                status=409,
            )
        _decide(submission, "lengkap", None, actor)
    _record("accept", submission, nomination, actor, {})
    publish(RoundBegins(actor=actor, nomination_id=nomination.id, round=1))
    _tell(submission, nomination, "silon.submission.accepted", actor)


def give_back(submission: NominationSubmission, reason: str, *, actor: Actor) -> OfficialDocument:
    """KPU returns a submission by PENGEMBALIAN, with its reason; it may be mended while the stage is open."""
    nomination = _lock(submission, actor)
    with db.session.begin_nested():
        flow_of(nomination).move(nomination, "return", actor=actor, reason=reason)
        document = _issue(submission, nomination, "kembali", actor=actor, reason=reason.strip())
        _decide(submission, "dikembalikan", reason.strip(), actor)
    _record("return", submission, nomination, actor, {"document": document.id}, reason=reason)
    _tell(submission, nomination, "silon.submission.returned", actor)
    return document


def _refuse(found: list[Obstacle]) -> None:
    if found:
        raise Refused(
            _("Belum dapat diajukan: %(what)s", what=" ".join(each.text for each in found[:3])),
            hint=_("Masih ada %(n)s hal lain.", n=len(found) - 3) if len(found) > 3 else None,
            status=409,
        )


def _lock(submission: NominationSubmission, actor: Actor) -> Nomination:
    nomination = db.session.get_one(Nomination, submission.nomination_id)
    demand(actor, RECEIVE, nomination)
    db.session.flush()
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    db.session.refresh(submission, with_for_update=True)
    if submission.outcome != "menunggu":
        raise Refused(
            _("Pengajuan ini sudah diputus pada %(when)s.", when=papers.moment(submission.decided_at)),
            status=409,
        )
    return nomination


def _decide(submission: NominationSubmission, outcome: str, reason: str | None, actor: Actor) -> None:
    submission.outcome, submission.reason = outcome, reason
    submission.decided_by, submission.decided_at = actor.account_id, dt.datetime.now(dt.UTC)
    db.session.flush()


def _issue(
    submission: NominationSubmission, nomination: Nomination, what: str, *, actor: Actor, reason: str = ""
) -> OfficialDocument:
    """The paper of a step under its row: the receipt is the system's, the return is signed by who returns."""
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    name = account.name if account else actor.name
    signed = what == "kembali"
    with force_locale("id"):
        title = f"{papers.FORMS[what]} {papers.who_of(nomination)}"
        document = issue_document(
            "SK",
            papers.TEMPLATES[what],
            papers.data_of(nomination, submission, reason=reason, signer=name if signed else ""),
            unit=nomination.region,
            series=SERIES,
            year=today(nomination.region).year,
            title=title,
            subject=f"nomination_submission:{submission.id}",
            actor=actor,
            public=False,
            classification=CLASS,
            finish=(lambda pdf: sign_pdf(pdf, name=name, reason=title, place="Indonesia"))
            if signed
            else None,
        )
    submission.receipt_id = document.id
    db.session.flush()
    return document


def _tell(submission: NominationSubmission, nomination: Nomination, kind: str, actor: Actor) -> None:
    """Those who put up: a party's people of that body, or the named liaisons of a person or a pair."""
    to: Any = Holders(SUBMIT, nomination.region, nomination.party_id, nomination.election_id)
    if nomination.party_id is None:
        to = db.session.scalars(
            select(NominationLiaison.account_id).where(NominationLiaison.nomination_id == nomination.id)
        ).all()
    notify(to, kind, _values(nomination), _page(submission), actor=actor)


def _values(nomination: Nomination) -> dict[str, Any]:
    return {"who": papers.who_of(nomination), "where": papers.where_of(nomination)}


def _page(submission: NominationSubmission) -> str:
    return f"/calon/pengajuan/{submission.id}"


def _record(
    what: str,
    row: NominationSubmission,
    nomination: Nomination,
    actor: Actor,
    details: dict[str, object],
    *,
    reason: str | None = None,
) -> None:
    record(
        f"silon:submission:{what}",
        f"nomination_submission:{row.id}",
        actor=actor,
        reason=reason,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details=details,
    )
