"""A ruling sends a nomination back to a step, or finds a candidate fit (UU 7/2017 art. 466-471; X17).

What a ruling orders on the final list itself is :mod:`modules.silon.operations.amendments`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity import grants
from electsys.ledger import Act, Actor, record
from electsys.notices import notify
from modules.silon.list_events import RoundBegins
from modules.silon.models import Candidate, Listing, ListingEntry, Nomination
from modules.silon.operations import amendments
from modules.silon.operations import publishing as writing
from modules.silon.operations.access import scope_of, who_put_up
from modules.silon.operations.candidate_events import move_candidate
from modules.silon.operations.conclusions import page_of
from modules.silon.operations.listing_jobs import start_papers
from modules.silon.permissions import DETERMINE
from modules.silon.queries.rounds import round_of
from modules.silon.rules.verdicts import REPAIRED
from modules.silon.submission_papers import where_of
from modules.silon.workflow import CANDIDATE, flow_of
from modules.silon.workflow.nominations import REOPENED

#: Notices to those who put up.
REOPEN, RESTORED = "silon.ruling.reopened", "silon.ruling.restored"
APPLY = "silon:ruling:apply"
#: States of a candidate that a ruling finds fit after all; who was struck from the DCT is in amendments.
RESTORABLE = ("tms", "dcs_tms")
#: States that hold a number on the list (``uq_candidate_number``).
HOLDING = ("baru", "ms", "bms", "dcs", "dct", "dicoret")
#: States of a nomination on which nobody can stand.
OVER = ("tms", "ditarik")
#: States of a nomination whose provisional list is before the public.
SHOWN = ("dcs", "tanggapan", "klarifikasi", "penggantian", "rancangan_dct")


@dataclass(frozen=True)
class Ruling:
    """A published ruling on lists, as JDIH told of it."""

    document_id: int
    number: str
    at: dt.datetime


def rulings(limit: int = 100) -> list[Ruling]:
    """The rulings on lists that came, the newest first; published twice is one."""
    acts = db.session.scalars(
        select(Act).where(Act.verb == amendments.HEARD).order_by(Act.id.desc()).limit(limit)
    )
    found: dict[int, Ruling] = {}
    for act in acts:
        key = int(act.subject.partition(":")[2])
        found.setdefault(key, Ruling(key, str((act.details or {}).get("number", "")), act.at))
    return list(found.values())


def reopen_nomination(
    nomination: Nomination, ruling: Ruling, action: str, what: str, *, actor: Actor
) -> None:
    """Send a nomination back to a step, as a ruling orders; its number is the reason, and is public.

    ``action`` is one of :data:`modules.silon.workflow.nominations.REOPENED`, ``what`` says what is ordered.
    What was found before stays; candidates who failed are restored one by one. Refused where the state is
    none that a ruling reopens, and where a later nomination has taken the place.
    """
    grants.demand(actor, DETERMINE, scope_of(nomination))
    if action not in REOPENED:
        raise Refused(_("Pilih tahap yang dibuka kembali."), field="action")
    why = _why(ruling, what)
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    flow = flow_of(nomination)
    if flow.find(nomination.state, action) is None:
        raise Refused(
            _(
                "Pencalonan ini “%(state)s”; putusan tidak membukanya kembali ke tahap itu.",
                state=flow.state_label(nomination.state),
            ),
            field="action",
            status=409,
        )
    if nomination.state == "ditarik" and _follower(nomination):
        raise Refused(
            _("Partai ini sudah mempunyai pencalonan lain di dapil yang sama."),
            hint=_("Buka kembali pencalonan itu, atau tarik dahulu."),
            status=409,
        )
    flow.move(nomination, action, actor=actor, reason=why)
    if nomination.state in REPAIRED:  # back at the verification: what is not met comes to its desk
        publish(RoundBegins(actor=actor, nomination_id=nomination.id, round=round_of(nomination) or 1))
    _record(nomination, f"nomination:{nomination.id}", ruling, why, actor, {"action": action})
    values = {
        "number": ruling.number,
        "where": where_of(nomination),
        "state": str(flow.state_label(nomination.state)),
    }
    notify(who_put_up(nomination), REOPEN, values, page_of(nomination), actor=actor)


def restore_candidate(row: Candidate, ruling: Ruling, what: str, *, actor: Actor) -> Listing | None:
    """Find somebody fit who was not (``tms``, ``dcs_tms``), as a ruling orders; the new version of the DCS.

    Between DCS and DCT the public list gets a version with the ruling's number. After the DCT the candidate
    is ``ms`` and enters the list by :func:`modules.silon.operations.amendments.restore_candidate`. Refused
    while the nomination itself is over, and where somebody else stands at the number.
    """
    nomination = row.nomination
    grants.demand(actor, DETERMINE, scope_of(row))
    why = _why(ruling, what)
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    if row.state not in RESTORABLE:
        raise Refused(
            _("%(name)s “%(state)s”: bukan keadaan yang dipulihkan di sini.",
              name=row.name, state=CANDIDATE.state_label(row.state)),
            hint=_("Calon yang dicoret dari DCT dipulihkan pada halaman Perubahan DCT."),
            status=409,
        )  # fmt: skip
    if nomination.state in OVER:
        raise Refused(
            _("Pencalonan %(name)s sendiri sudah gugur atau ditarik.", name=row.name),
            hint=_("Buka kembali pencalonannya dahulu, sesuai amar putusan."),
            status=409,
        )
    if other := _standing_at(row):
        raise Refused(
            _("Nomor urut %(n)s sudah ditempati %(other)s.", n=row.number, other=other.name),
            hint=_("Keluarkan dahulu calon itu dari daftar, dengan putusan yang sama sebagai alasannya."),
            status=409,
        )
    planned = None
    with db.session.begin_nested():
        if nomination.state in SHOWN:
            planned = _plan(nomination, row, ruling, actor)
        letter = planned.letter.id if planned else None
        move_candidate(row, "restore", kind="putusan", reason=why, letter_id=letter, actor=actor)
        listing = (
            amendments.keep_change(planned, reason=_said(ruling), actor=actor, ruling=ruling.number)
            if planned
            else None
        )
        _record(
            nomination,
            f"candidate:{row.id}",
            ruling,
            why,
            actor,
            {"action": "restore", "place": row.number, "listing": listing.id if listing else None},
        )
    if listing is not None:
        start_papers([listing], actor=actor)
    notify(
        who_put_up(nomination),
        RESTORED,
        {"number": ruling.number, "where": where_of(nomination), "place": row.number},
        page_of(nomination),
        actor=actor,
    )
    return listing


def _why(ruling: Ruling, what: str) -> str:
    if not (what := " ".join(what.split())):
        raise Refused(_("Tulis apa yang diperintahkan putusan itu."), field="reason")
    return _("Putusan %(number)s: %(what)s", number=ruling.number, what=what)


def _said(ruling: Ruling) -> str:
    """What the public list says of the change."""
    return _("Putusan nomor %(number)s", number=ruling.number)


def _follower(nomination: Nomination) -> int | None:
    """Another list of the party in the dapil, begun after this one was withdrawn."""
    if nomination.kind != "daftar":
        return None
    return db.session.scalars(
        select(Nomination.id)
        .where(
            Nomination.contest_id == nomination.contest_id,
            Nomination.dapil_id == nomination.dapil_id,
            Nomination.party_id == nomination.party_id,
            Nomination.state != "ditarik",
        )
        .limit(1)
    ).first()


def _standing_at(row: Candidate) -> Candidate | None:
    return db.session.scalars(
        select(Candidate)
        .where(
            Candidate.nomination_id == row.nomination_id,
            Candidate.number == row.number,
            Candidate.id != row.id,
            Candidate.state.in_(HOLDING),
        )
        .limit(1)
    ).first()


def _plan(nomination: Nomination, row: Candidate, ruling: Ruling, actor: Actor) -> amendments.Planned | None:
    """The next version of the provisional list, with the name back on it or new on it."""
    last = amendments.newest(nomination, "dcs")
    if last is None:
        return None
    added: list[Any] = []
    listed = db.session.scalar(
        select(ListingEntry.position).where(
            ListingEntry.listing_id == last.id, ListingEntry.candidate_id == row.id
        )
    )
    if listed is None:
        found = writing.entries_of([nomination], (), struck={row.id: ""}, actor=actor)[nomination.id]
        added = writing.with_changes(found, {row.id: None})
    return amendments.plan_change(
        nomination,
        "dcs",
        {row.id: None},
        reason=_said(ruling),
        actor=actor,
        added=added,
        ruling=ruling.number,
    )


def _record(
    nomination: Nomination, subject: str, ruling: Ruling, why: str, actor: Actor, details: dict[str, Any]
) -> None:
    record(
        APPLY,
        subject,
        actor=actor,
        reason=why,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details={"document": ruling.document_id, "number": ruling.number, "nomination": nomination.id}
        | details,
    )
