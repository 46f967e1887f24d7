"""Public responses to a candidate of the DCS: who it is about, the party's clarification, the decision.

(PKPU 10/2023 art. 71-74.) A response comes in by the room of responses, with receipt, evidence and deadline.
The party reads what KPU asks, never who sent the response. Grounded, it takes the candidate off the list.
"""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from electsys.privacy import scrub
from electsys.responses.events import ResponseDecided
from electsys.responses.kinds import About
from electsys.responses.models import PublicResponse
from modules.silon import listing_papers as papers
from modules.silon.listing_words import LEFT
from modules.silon.models import Candidate, CandidateClarification
from modules.silon.operations.access import demand, who_put_up
from modules.silon.operations.replacements import LEAVES, leave_dcs
from modules.silon.permissions import EDIT, RESPOND
from modules.silon.queries import public, responses
from modules.silon.queries.responses import KIND, candidate_in

#: The window of the public, and of the party's answer.
STAGE, CLARIFY = "tanggapan_dcs", "klarifikasi_dcs"
#: Notices: the party is asked; KPU has the answer; the response was decided.
ASKED, ANSWERED, DECIDED = "silon.response.asked", "silon.response.answered", "silon.response.decided"
SHORTEST = 20


def about(subject: str) -> About | None:
    """Whom a response is about, from what the public may read; None for nobody of an announced DCS.

    Refused outside of the window for responses.
    """
    key = candidate_in(subject)
    found = public.on_provisional(key) if key is not None else None
    if found is None:
        return None
    listing, entry = found
    calendar.require_open(listing.election_id, STAGE, listing.region)
    return About(
        subject=subject,
        label=_("%(name)s, nomor %(n)s, %(party)s", name=entry.name, n=entry.number, party=entry.participant),
        region=listing.region or None,
        election_id=listing.election_id,
        link=f"/calon/publik/calon/{key}",
    )


def ask_party(response: PublicResponse, question: str, *, actor: Actor) -> CandidateClarification:
    """Ask the party about a response, in KPU's own words; it answers until the window closes.

    Numbers of persons in the question are masked. Refused once it was asked, or the response is decided.
    """
    row = _candidate(response)
    grants.demand(actor, RESPOND, Scope(row.region, None, row.election_id))
    text = scrub.mask(" ".join(question.split()))
    if len(text) < SHORTEST:
        raise Refused(_("Tulis pertanyaannya paling sedikit %(n)s huruf.", n=SHORTEST), field="question")
    if response.decided_at is not None:
        raise Refused(_("Tanggapan ini sudah diputus."), status=409)
    if responses.clarification(response.id) is not None:
        raise Refused(_("Partai sudah dimintai klarifikasi atas tanggapan ini."), status=409)
    due = calendar.window(calendar.stage(row.election_id, CLARIFY), row.region).closes
    now = calendar.utc_now()
    if due <= now:
        calendar.require_open(row.election_id, CLARIFY, row.region)
    made = CandidateClarification(
        response_id=response.id,
        candidate_id=row.id,
        nomination_id=row.nomination_id,
        region=row.region,
        party_id=row.party_id,
        question=text,
        asked_by=actor.account_id,
        asked_at=now,
        due_at=due,
    )
    db.session.add(made)
    db.session.flush()
    _note("ask", made, row, actor)
    notify(
        who_put_up(row.nomination),
        ASKED,
        {"number": row.number},
        f"/calon/klarifikasi/{made.id}",
        actor=actor,
    )
    return made


def answer(made: CandidateClarification, said: str, *, evidence: StoredFile | None, actor: Actor) -> None:
    """The party's answer, with a file where it has one; once, before the deadline."""
    row = db.session.get_one(Candidate, made.candidate_id)
    demand(actor, EDIT, row.nomination)
    db.session.refresh(made, with_for_update=True)
    if made.answered_at is not None:
        raise Refused(_("Klarifikasi ini sudah dijawab."), status=409)
    if calendar.utc_now() >= made.due_at:
        raise Refused(
            _("Batas waktu klarifikasi sudah lewat."),
            hint=_("KPU memutus berdasarkan bukti yang ada."),
            status=409,
        )
    text = " ".join(said.split())
    if len(text) < SHORTEST:
        raise Refused(_("Tulis jawaban paling sedikit %(n)s huruf.", n=SHORTEST), field="answer")
    made.answer, made.file_id = text, evidence.id if evidence else None
    made.answered_by, made.answered_at = actor.account_id, dt.datetime.now(dt.UTC)
    db.session.flush()
    _note("answer", made, row, actor)
    notify(
        Holders(RESPOND, row.region, None, row.election_id),
        ANSWERED,
        {"number": row.number},
        f"/calon/tanggapan/{made.response_id}",
        actor=actor,
    )


def decide(event: ResponseDecided) -> None:
    """What follows a decision, in its transaction: a minute; and grounded, the candidate leaves the DCS.

    Refused to be grounded before the party was heard: its answer is there, or its time is over.
    """
    response = db.session.get_one(PublicResponse, event.response_id)
    row = _candidate(response)
    asked = responses.clarification(response.id)
    if event.accepted:
        if asked is None or (asked.answered_at is None and calendar.utc_now() < asked.due_at):
            raise Refused(
                _("Partai politik belum diklarifikasi."),
                hint=_("Minta klarifikasi dahulu; putuskan sesudah dijawab atau batas waktunya lewat."),
                status=409,
            )
        if row.nomination.state not in LEAVES or row.state != "dcs":
            raise Refused(
                _("%(name)s tidak (lagi) dalam DCS: %(state)s.", name=row.name, state=row.state), status=409
            )
        leave_dcs(
            row,
            "fail_dcs",
            kind="tanggapan",
            reason=response.reason or LEFT["tanggapan"],
            public=LEFT["tanggapan"],
            evidence=None,
            response_id=response.id,
            actor=event.actor,
        )
    verdict = "beralasan" if event.accepted else "tidak beralasan"
    letter = papers.candidate_minutes(
        row.region,
        f"Klarifikasi Tanggapan Masyarakat atas Calon Nomor {row.number} ({row.ballot_name})",
        [
            f"Tanggapan masyarakat {response.number} atas {row.ballot_name} telah diklarifikasi.",
            f"Pertanyaan kepada partai politik: {asked.question if asked else '-'}",
            f"Jawaban partai politik: {(asked.answer if asked else None) or 'tidak ada'}",
            f"Rapat pleno menyatakan tanggapan {verdict}: {response.reason}",
        ],
        subject=f"candidate:{row.id}",
        source_key=f"silon:response:{response.id}",
        link=f"/calon/tanggapan/{response.id}",
        actor=event.actor,
    )
    record(
        "silon:response:conclude",
        f"candidate:{row.id}",
        actor=event.actor,
        region=row.region or None,
        election_id=row.election_id,
        details={"response": response.id, "accepted": event.accepted, "letter": letter.id},
    )
    if asked is not None:
        notify(
            who_put_up(row.nomination),
            DECIDED,
            {"number": row.number, "state": row.state},
            f"/calon/klarifikasi/{asked.id}",
            actor=event.actor,
        )


def _candidate(response: PublicResponse) -> Candidate:
    key = candidate_in(response.subject) if response.kind == KIND else None
    row = db.session.get(Candidate, key) if key is not None else None
    if row is None:
        raise Refused(_("Tanggapan ini bukan tentang seorang calon."), status=409)
    return row


def _note(what: str, made: CandidateClarification, row: Candidate, actor: Actor) -> None:
    record(
        f"silon:clarification:{what}",
        f"candidate:{row.id}",
        actor=actor,
        region=row.region or None,
        election_id=row.election_id,
        details={"clarification": made.id, "response": made.response_id},
    )
