"""What lists and the history of a party read about its verification: items, events, conclusions, counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions.queries import names
from electsys.verification.models import VerificationEvent, VerificationItem
from electsys.web.formats import title_region
from modules.sipol.models import (
    MemberEvent,
    PartyBoard,
    PartyDocument,
    PartyMember,
    PartyOffice,
    PartyRegistration,
    PartyVerdict,
)
from modules.sipol.queries.conclusions import sequence_of
from modules.sipol.queries.counts import below
from modules.sipol.queries.requirements import document_entries
from modules.sipol.queries.verdict_items import BOARDS, DOCUMENTS, OFFICES, QUEUES, items_of
from modules.sipol.rules.verdicts import round_of

Item = VerificationItem


def members_by_state(registration: PartyRegistration, region: str) -> list[tuple[str, str | None, int]]:
    """Members of an area by state and, where they are not met, the reason of their last event."""
    reason = MemberEvent.reason
    rows = db.session.execute(
        select(PartyMember.state, reason, func.count())
        .outerjoin(MemberEvent, MemberEvent.id == PartyMember.event_id)
        .where(
            PartyMember.registration_id == registration.id,
            below(PartyMember.village_code, region),
            PartyMember.state != "ditarik",
        )
        .group_by(PartyMember.state, reason)
        .order_by(PartyMember.state, func.count().desc())
    )
    return [(state, why if state in ("bms", "tms") else None, n) for state, why, n in rows]


def items_at(registration: PartyRegistration, region: str, limit: int = 400) -> list[VerificationItem]:
    """Documents, boards and offices that were judged in an area, every round."""
    return list(
        db.session.scalars(
            select(Item)
            .where(
                Item.queue.in_((DOCUMENTS, BOARDS, OFFICES)),
                Item.election_id == registration.election_id,
                Item.party_id == registration.party_id,
                Item.region == region,
            )
            .order_by(Item.queue, Item.subject, Item.round)
            .limit(limit)
        )
    )


def events_of(items: Iterable[VerificationItem]) -> dict[int, list[VerificationEvent]]:
    """What happened to items, by id."""
    found: dict[int, list[VerificationEvent]] = defaultdict(list)
    keys = [item.id for item in items]
    if keys:
        for event in db.session.scalars(
            select(VerificationEvent)
            .where(VerificationEvent.item_id.in_(keys))
            .order_by(VerificationEvent.item_id, VerificationEvent.id)
        ):
            found[event.item_id].append(event)
    return found


def progress_of(registration: PartyRegistration, region: str, round_: int) -> dict[str, tuple[int, int]]:
    """Queue -> (judged, all) in an area, and below where it is above the kab/kota."""
    rows = db.session.execute(
        select(
            Item.queue,
            func.count().filter(Item.state.in_(("ms", "bms", "tms"))),
            func.count().filter(Item.state != "ditarik"),
        )
        .where(*items_of(registration, region, round_))
        .group_by(Item.queue)
    )
    return {queue: (done, total) for queue, done, total in rows}


def history_of(registration: PartyRegistration, region: str) -> list[PartyVerdict]:
    """Everything that was concluded about an area, the newest first."""
    return list(
        db.session.scalars(
            select(PartyVerdict)
            .where(PartyVerdict.registration_id == registration.id, PartyVerdict.region == region)
            .order_by(PartyVerdict.at.desc(), PartyVerdict.id)
        )
    )


def titles_of(items: Iterable[VerificationItem], election: Election) -> dict[int, str]:
    """What each document, board or office is called, by the id of its item."""
    rows = list(items)
    keys: dict[str, dict[int, int]] = defaultdict(dict)
    for item in rows:
        table, _colon, key = item.subject.partition(":")
        keys[table][int(key)] = item.id
    labels = {entry.code: entry.label for entry in document_entries(election.id)}
    found: dict[int, tuple[str, str]] = {}
    for document in _all(PartyDocument, keys["party_document"]):
        found[keys["party_document"][document.id]] = (
            labels.get(document.kind, document.kind),
            document.region,
        )
    for table, model, words in (
        ("party_board", PartyBoard, _("Kepengurusan")),
        ("party_office", PartyOffice, _("Kantor")),
    ):
        for row in _all(model, keys[table]):
            found[keys[table][row.id]] = (words, row.region)
    named = names([region for _words, region in found.values() if region], election.map_id)
    return {
        key: f"{words}, {title_region(named.get(region, region)) if region else _('pusat')}"
        for key, (words, region) in found.items()
    }


def _all(model: Any, keys: Mapping[int, int]) -> Sequence[Any]:
    return db.session.scalars(select(model).where(model.id.in_(keys))).all() if keys else ()


def counts_by_party(election_id: int, where: ColumnElement[bool]) -> dict[int, tuple[int, int]]:
    """Party -> (judged, all) items of every round, inside a reader's scopes."""
    rows = db.session.execute(
        select(
            Item.party_id,
            func.count().filter(Item.state.in_(("ms", "bms", "tms"))),
            func.count().filter(Item.state != "ditarik"),
        )
        .where(Item.queue.in_(QUEUES), Item.election_id == election_id, where)
        .group_by(Item.party_id)
    )
    return {party: (done, total) for party, done, total in rows if party is not None}


def is_open(registration: PartyRegistration) -> bool:
    """Whether the round of the step that runs was opened."""
    step = registration.state
    clauses = items_of(registration, registration.region, round_of(step, sequence_of(registration, step)))
    return bool(db.session.scalar(select(Item.id).where(*clauses).limit(1)))


def steps_done(registration: PartyRegistration) -> set[str]:
    """The steps that found or concluded anything."""
    return set(
        db.session.scalars(
            select(PartyVerdict.step).where(PartyVerdict.registration_id == registration.id).distinct()
        )
    )
