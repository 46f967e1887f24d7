"""A party submits what it has, sealed by a digest; KPU receives it, or returns it by the official form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func

from electsys.db import db
from electsys.documents import OfficialDocument, issue_document
from electsys.documents.papers import today
from electsys.documents.signing import sign_pdf
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity.models import Account
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from modules.sipol import submission_papers as papers
from modules.sipol.models import PartyRegistration, PartySubmission
from modules.sipol.operations.judging import begin_round
from modules.sipol.operations.progress import count_progress
from modules.sipol.permissions import RECEIVE, SUBMIT
from modules.sipol.queries import submissions as queries
from modules.sipol.queries.requirements import judgement_of
from modules.sipol.requirement_words import unmet_words
from modules.sipol.rules.submissions import submission_digest
from modules.sipol.workflow import REGISTRATION

#: State of a registration -> what it submits, and by which move.
KINDS = {
    "input": ("pendaftaran", "submit"),
    "dikembalikan": ("pendaftaran", "submit"),
    "bms_vermin": ("perbaikan_vermin", "repair"),
    "bms_verfak": ("perbaikan_verfak", "repair"),
}
#: Archive class of the registration of parties (PKPU 2/2021).
CLASS = "PL.01.1"
SERIES = "parpol"


def submit(registration: PartyRegistration, *, actor: Actor) -> PartySubmission:
    """Submit the registration, or the repair, as it stands at this moment (PKPU 4/2022 art. 16-24).

    The stage decides by the server's clock. Refused while anything is missing from a registration; a repair
    is taken as it is, with what it still lacks on record. From here on the party's data is locked.
    """
    db.session.flush()
    with db.session.begin_nested():
        db.session.refresh(registration, with_for_update={"of": PartyRegistration})
        # Where nothing can be submitted the workflow says so, in its own words.
        kind, action = KINDS.get(registration.state, ("pendaftaran", "submit"))
        REGISTRATION.move(registration, action, actor=actor)
        judged = judgement_of(registration)
        if kind == "pendaftaran" and not judged.meets:
            raise Refused(
                _("Pendaftaran belum dapat diajukan. Belum terpenuhi: %(lines)s.", lines=unmet_words(judged)),
                hint=_("Buka daftar kekurangan, lengkapi, lalu ajukan lagi."),
                status=409,
            )
        documents, members = queries.document_hashes(registration.id), queries.members_digest(registration)
        row = PartySubmission(
            registration_id=registration.id,
            kind=kind,
            sequence=queries.last_sequence(registration.id, kind) + 1,
            counts=queries.counts_of(registration, judged) | {"member_digest": members.hex()},
            digest=submission_digest(documents, members),
            submitted_by=actor.account_id,
        )
        if kind != "pendaftaran":
            # A repair goes on to the verifiers by itself: nobody receives or returns it.
            row.outcome, row.decided_at = "lengkap", func.now()
        db.session.add(row)
        db.session.flush()
        db.session.refresh(row)
        count_progress(registration, judged)
    _record("submit", row, registration, actor, {"kind": kind, "digest": row.digest.hex()})
    if kind == "perbaikan_vermin":
        begin_round(registration, actor=actor)
    if kind == "pendaftaran":
        to = Holders(RECEIVE, registration.region, registration.party_id, registration.election_id)
        notify(to, "sipol.submission.new", _values(registration), _page(row), actor=actor)
    return row


def accept(submission: PartySubmission, *, actor: Actor) -> OfficialDocument:
    """KPU receives a complete registration: the signed receipt with every hash; verification begins.

    Refused where the data is not what was submitted.
    """
    registration = _lock(submission)
    with db.session.begin_nested():
        REGISTRATION.move(registration, "accept", actor=actor)
        documents = queries.document_hashes(registration.id)
        members = queries.members_digest(registration)
        if submission_digest(documents, members) != submission.digest:
            raise Refused(
                _("Isi pendaftaran tidak lagi sama dengan sidik saat diajukan."),
                hint=_("Kembalikan pendaftaran agar partai memeriksa dan mengajukannya lagi."),
                status=409,
            )
        document = _decide(submission, registration, "terima", None, actor)
    begin_round(registration, actor=actor)
    _record("accept", submission, registration, actor, {"document": document.id})
    to = Holders(SUBMIT, registration.region, registration.party_id, registration.election_id)
    notify(to, "sipol.submission.accepted", _values(registration), _page(submission), actor=actor)
    return document


def give_back(submission: PartySubmission, reason: str, *, actor: Actor) -> OfficialDocument:
    """KPU returns a registration by MODEL PENGEMBALIAN, with its reason (PKPU 4/2022 art. 24).

    While the stage is open the party may mend and submit again.
    """
    registration = _lock(submission)
    with db.session.begin_nested():
        REGISTRATION.move(registration, "return", actor=actor, reason=reason)
        document = _decide(submission, registration, "kembali", reason.strip(), actor)
    _record("return", submission, registration, actor, {"document": document.id}, reason=reason)
    to = Holders(SUBMIT, registration.region, registration.party_id, registration.election_id)
    notify(to, "sipol.submission.returned", _values(registration), _page(submission), actor=actor)
    return document


def _lock(submission: PartySubmission) -> PartyRegistration:
    db.session.flush()
    registration = db.session.get_one(PartyRegistration, submission.registration_id)
    db.session.refresh(registration, with_for_update={"of": PartyRegistration})
    db.session.refresh(submission, with_for_update=True)
    if submission.outcome != "menunggu":
        raise Refused(
            _("Pengajuan ini sudah diputus pada %(when)s.", when=papers.moment(submission.decided_at)),
            status=409,
        )
    return registration


def _decide(
    submission: PartySubmission,
    registration: PartyRegistration,
    what: str,
    reason: str | None,
    actor: Actor,
) -> OfficialDocument:
    """The official paper of what KPU said, signed with the key of the installation, under the row."""
    election = db.session.get_one(Election, registration.election_id)
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    name = account.name if account else actor.name
    with force_locale("id"):
        data = papers.data_of(election, registration, submission, reason=reason, signer=name)
        title = f"{papers.FORMS[what]} {registration.party.name}"
        document = issue_document(
            "SK",
            papers.TEMPLATES[what],
            data,
            unit=registration.region,
            series=SERIES,
            year=today(registration.region).year,
            title=title,
            subject=f"party_submission:{submission.id}",
            actor=actor,
            public=False,
            classification=CLASS,
            finish=lambda pdf: sign_pdf(pdf, name=name, reason=title, place="Jakarta"),
        )
    submission.outcome = "lengkap" if what == "terima" else "dikembalikan"
    submission.reason, submission.receipt_id = reason, document.id
    submission.decided_by, submission.decided_at = actor.account_id, dt.datetime.now(dt.UTC)
    db.session.flush()
    return document


def _values(registration: PartyRegistration) -> dict[str, Any]:
    return {"party": registration.party.short_name}


def _page(submission: PartySubmission) -> str:
    return f"/partai/pengajuan/{submission.id}"


def _record(
    what: str,
    row: PartySubmission,
    registration: PartyRegistration,
    actor: Actor,
    details: dict[str, object],
    *,
    reason: str | None = None,
) -> None:
    record(
        f"sipol:submission:{what}",
        f"party_submission:{row.id}",
        actor=actor,
        reason=reason,
        region=registration.region,
        election_id=registration.election_id,
        details=details,
    )
