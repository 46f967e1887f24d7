"""The one writer of listings: a version is made as plain values, digested, and kept with its minute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import lazyload

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.elections.models import Contest
from electsys.ledger import Actor, record
from electsys.regions.models import Dapil
from electsys.regions.queries import names
from electsys.web.formats import title_region
from modules.silon.listing_words import PROFILE
from modules.silon.models import Candidate, CandidateDocument, Listing, ListingEntry, Nomination
from modules.silon.portraits import portraits_of
from modules.silon.rules.listings import Entry, content_of, digest_of, in_order
from modules.sipol import participants

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Place:
    """Where a list stands: a dapil, or the whole region of a body."""

    contest: Contest
    dapil: Dapil | None
    region: str
    name: str

    @property
    def code(self) -> str:
        """The place in addresses: code of the dapil, of the region, or ``nasional``."""
        return self.dapil.code if self.dapil else (self.region or "nasional")


@dataclass(frozen=True)
class Prepared:
    """A version that is ready to be kept."""

    place: Place
    stage: str
    version: int
    entries: tuple[Entry, ...]
    content: Mapping[str, Any]
    digest: bytes


def places_of(nominations: Sequence[Nomination]) -> dict[tuple[int | None, str], Place]:
    """The places of nominations, by (id of the dapil, region)."""
    whole = {n.region for n in nominations if n.dapil is None and n.region}
    named = names(sorted(whole), _map_of(nominations)) if whole else {}
    found: dict[tuple[int | None, str], Place] = {}
    for each in nominations:
        key = (each.dapil_id, each.region)
        if key not in found:
            name = (
                each.dapil.name
                if each.dapil
                else (title_region(named.get(each.region, each.region)) if each.region else "Indonesia")
            )
            found[key] = Place(each.contest, each.dapil, each.region, name)
    return found


def prepare(place: Place, stage: str, entries: Iterable[Entry], version: int) -> Prepared:
    """A version of a list: its names in order, and its digest."""
    ordered = in_order(entries)
    content = content_of(ordered, stage=stage, version=version, place=place.code, contest=place.contest.kind)
    return Prepared(place, stage, version, tuple(ordered), content, digest_of(content))


def next_versions(contest_id: int, stage: str, region: str | None = None) -> Callable[[int | None, str], int]:
    """The number of the next version of each place of a contest, by (dapil, region)."""
    wanted = select(Listing.dapil_id, Listing.region, func.max(Listing.version)).where(
        Listing.contest_id == contest_id, Listing.stage == stage
    )
    if region is not None:
        wanted = wanted.where(Listing.region == region)
    rows = db.session.execute(wanted.group_by(Listing.dapil_id, Listing.region))
    last = {(dapil, where): version for dapil, where, version in rows}
    return lambda dapil, where: last.get((dapil, where), 0) + 1


def keep(
    ready: Prepared,
    *,
    reason: str,
    letter_id: int | None,
    public: bool,
    actor: Actor,
    ruling: str | None = None,
) -> Listing:
    """Keep a version; whoever calls has asked the right and moved the states."""
    place = ready.place
    row = Listing(
        election_id=place.contest.election_id,
        contest_id=place.contest.id,
        dapil_id=place.dapil.id if place.dapil else None,
        region=place.region,
        stage=ready.stage,
        version=ready.version,
        reason=reason,
        letter_id=letter_id,
        ruling=ruling,
        digest=ready.digest,
        public=public,
        actor=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    if ready.entries:
        db.session.execute(
            insert(ListingEntry),
            [
                {
                    "listing_id": row.id,
                    "position": position,
                    "nomination_id": e.nomination_id,
                    "candidate_id": e.candidate_id,
                    "participant_number": e.participant_number,
                    "participant": e.participant,
                    "number": e.number,
                    "name": e.name,
                    "sex": e.sex,
                    "residence": e.residence,
                    "photo_id": e.photo_id,
                    "struck": e.struck,
                    "struck_reason": e.struck_reason,
                    "profile": dict(e.profile),
                }
                for position, e in enumerate(ready.entries, 1)
            ],
        )
    record(
        "silon:listing:keep",
        f"listing:{row.id}",
        actor=actor,
        reason=reason or None,
        region=place.region or None,
        election_id=row.election_id,
        details={
            "stage": row.stage,
            "version": row.version,
            "names": len(ready.entries),
            "sha256": ready.digest.hex(),
            "letter": letter_id,
        },
    )
    return row


def entries_of(
    nominations: Sequence[Nomination],
    states: Sequence[str],
    *,
    actor: Actor,
    struck: Mapping[int, str] | None = None,
    portraits: bool = True,
    progress: Progress = lambda done, total: None,
) -> dict[int, list[Entry]]:
    """The names of nominations in these states as the public may read them, by nomination.

    ``struck`` says of a candidate's id why it is struck; those are taken whatever their state.
    """
    struck = dict(struck or {})
    rows = db.session.scalars(
        select(Candidate)
        .options(lazyload(Candidate.nomination))  # they are there: a body has thousands of candidates
        .where(
            Candidate.nomination_id.in_([n.id for n in nominations]),
            Candidate.state.in_(states) | Candidate.id.in_(list(struck)),
        )
        .order_by(Candidate.nomination_id, Candidate.number)
    ).all()
    photos = _photos(rows, actor, progress) if portraits else {}
    called = participant_names(nominations)
    by_id = {n.id: n for n in nominations}
    found: dict[int, list[Entry]] = {n.id: [] for n in nominations}
    for row in rows:
        of = by_id[row.nomination_id]
        photo = photos.get(row.id)
        found[of.id].append(
            Entry(
                nomination_id=of.id,
                candidate_id=row.id,
                participant_number=of.number,
                participant=called[of.id],
                number=row.number,
                name=row.ballot_name,
                sex=row.sex,
                residence=row.residence,
                photo=photo.sha256 if photo else None,
                photo_id=photo.id if photo else None,
                struck=row.id in struck,
                struck_reason=struck.get(row.id),
                profile=open_profile(row),
            )
        )
    return found


def participant_names(nominations: Sequence[Nomination]) -> dict[int, str]:
    """The name of each nomination's party, person or pair."""
    elections = {n.election_id for n in nominations if n.party_id is not None}
    parties = {p.party_id: p.name for e in elections for p in participants(e)}
    return {n.id: parties.get(n.party_id or 0) or n.label or str(n.party_id) for n in nominations}


def open_profile(row: Candidate) -> dict[str, Any]:
    """What everybody may read of a CV: its parts with consent; whether somebody was convicted, always.

    (MK 87/PUU-XX/2022; family and contact are never published.)
    """
    said: dict[str, Any] = {"terpidana": "mantan_terpidana" in row.conditions}
    if row.consent:
        parts = {key: row.profile[key] for key in PROFILE if row.profile.get(key)}
        if parts:
            said["riwayat"] = parts
    return said


def with_changes(entries: Iterable[Entry], struck: Mapping[int, str | None]) -> list[Entry]:
    """A list with names struck (a reason) or restored (None); the rest as it was."""
    return [
        replace(e, struck=struck[e.candidate_id] is not None, struck_reason=struck[e.candidate_id])
        if e.candidate_id in struck
        else e
        for e in entries
    ]


def kept_entries(listing: Listing) -> list[Entry]:
    """The names of a version as they were kept."""
    rows = db.session.execute(
        select(ListingEntry, StoredFile.sha256)
        .outerjoin(StoredFile, StoredFile.id == ListingEntry.photo_id)
        .where(ListingEntry.listing_id == listing.id)
        .order_by(ListingEntry.position)
    )
    return [
        Entry(
            nomination_id=row.nomination_id,
            candidate_id=row.candidate_id,
            participant_number=row.participant_number,
            participant=row.participant,
            number=row.number,
            name=row.name,
            sex=row.sex,
            residence=row.residence,
            photo=sha256,
            photo_id=row.photo_id,
            struck=row.struck,
            struck_reason=row.struck_reason,
            profile=row.profile,
        )
        for row, sha256 in rows
    ]


def _photos(rows: Sequence[Candidate], actor: Actor, progress: Progress) -> dict[int, StoredFile]:
    """The portrait of each candidate: of the photo, else of the document that holds one."""
    sources = {row.id: row.photo_id for row in rows if row.photo_id is not None}
    without = [row.id for row in rows if row.photo_id is None]
    sources |= {
        candidate: file
        for candidate, file in db.session.execute(
            select(CandidateDocument.candidate_id, CandidateDocument.file_id).where(
                CandidateDocument.candidate_id.in_(without),
                CandidateDocument.kind == "pas_foto",
                CandidateDocument.current,
            )
        )
        if candidate is not None
    }
    made = portraits_of(sources.values(), actor=actor, progress=progress)
    return {candidate: made[source] for candidate, source in sources.items() if source in made}


def _map_of(nominations: Sequence[Nomination]) -> int:
    return nominations[0].contest.election.map_id
