"""Reads of pairs: who stands behind them, whether that is enough, and what is known of a contest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Select, func, select

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Contest, Election, Participant
from electsys.elections.standings import Share, shares
from electsys.identity.access import Scope
from electsys.workflow.scoping import within
from modules.sidalih import determined_voters
from modules.silon.checking import age_day, age_exception
from modules.silon.claims import claim_of
from modules.silon.models import Candidate, CandidateDocument, Listing, Nomination, NominationLiaison
from modules.silon.models.candidates import STANDING
from modules.silon.models.pairs import NominationParty, PairDraw
from modules.silon.queries.documents import kinds_for
from modules.silon.rules import pairs as rules
from modules.sipol import Standing, participants

#: The contest whose votes weigh for a pair, and the setting of the age.
BASES = {"ppwp": "dpr", "gubernur": "dprd_prov", "bupati_walikota": "dprd_kabko"}
AGES = {
    "ppwp": "usia_calon_pres",
    "gubernur": "usia_calon_gubernur",
    "bupati_walikota": "usia_calon_bupati",
}
TABLES = {"gubernur": "ambang_pilkada_gubernur", "bupati_walikota": "ambang_pilkada_kabko"}


@dataclass(frozen=True)
class Person:
    """One of the two, and whether the age is reached on the day that counts."""

    candidate: Candidate
    years: int
    old_enough: bool
    #: Younger, but was or is an elected head of a region (MK 90/PUU-XXI/2023): people look at the proof.
    excepted: bool
    #: The document that proves it, where it was handed in.
    proof: CandidateDocument | None = None


@dataclass(frozen=True)
class Judged:
    """What the rules say of a pair."""

    parties: tuple[Standing, ...]
    thresholds: tuple[rules.Threshold, ...]
    persons: tuple[Person, ...]
    day: dt.date | None
    #: DPT of the region, where it is set.
    voters: int | None

    @property
    def backed(self) -> bool:
        """Whether one of the ways to pass is passed."""
        return any(each.passes for each in self.thresholds)


def register_of(nomination: Nomination) -> int:
    """The election whose participants put up pairs: its own, or for a pilkada the last pemilu before it."""
    base = base_contest(nomination) if nomination.contest.election.kind == "pilkada" else None
    return base.election_id if base else nomination.election_id


def parties_of(nomination: Nomination) -> list[Standing]:
    """The parties behind a pair, by their numbers."""
    behind = set(
        db.session.scalars(
            select(NominationParty.party_id).where(
                NominationParty.nomination_id == nomination.id, NominationParty.active
            )
        )
    )
    return [p for p in participants(register_of(nomination)) if p.party_id in behind]


def eligible(nomination: Nomination) -> list[Standing]:
    """The parties that may stand behind a pair: local parties of Aceh only there."""
    local = nomination.region[:2]
    return [
        p
        for p in participants(register_of(nomination))
        if p.region == "" or (p.region == local and nomination.contest.kind != "ppwp")
    ]


def standing(nomination: Nomination) -> list[Candidate]:
    """The persons of a pair that stand: the head, then the deputy."""
    return list(
        db.session.scalars(
            select(Candidate)
            .where(Candidate.nomination_id == nomination.id, Candidate.state.in_(STANDING))
            .order_by(Candidate.number)
        )
    )


def determined(contest_id: int, region: str) -> list[tuple[Nomination, list[Candidate]]]:
    """The pairs that were set, each with its persons: those who stand, and those struck since."""
    rows = ready(contest_id, region, "dct", "perubahan_dct")
    people = db.session.scalars(
        select(Candidate)
        .where(
            Candidate.nomination_id.in_([row.id for row in rows]),
            Candidate.state.in_(("dct", "dicoret", "ms")),
        )
        .order_by(Candidate.number)
    ).all()
    return [(row, [each for each in people if each.nomination_id == row.id]) for row in rows]


def base_contest(nomination: Nomination) -> Contest | None:
    """The contest whose result weighs: of the last election before this one that was a pemilu."""
    kind = BASES[nomination.contest.kind]
    here = db.session.get_one(Election, nomination.election_id)
    return db.session.scalars(
        select(Contest)
        .join(Election, Election.id == Contest.election_id)
        .where(
            Contest.kind == kind,
            Election.kind == "pemilu",
            Election.voting_day < here.voting_day,
        )
        .order_by(Election.voting_day.desc())
        .limit(1)
    ).one_or_none()


def judge(nomination: Nomination) -> Judged:
    """Everything that the rules say of a pair as it stands now; it opens two envelopes for the ages."""
    parties = parties_of(nomination)
    kind, key = nomination.contest.kind, nomination.election_id
    voters = determined_voters(key, nomination.region)
    day = age_day(key, "penetapan_pasangan")
    years = int(settings.value(key, AGES[kind]))
    exception = age_exception(nomination.contest)
    persons = []
    for row in standing(nomination):
        born = claim_of(row).birth_date
        old = born is not None and (day is None or rules.old_enough(born, day, years))
        excepted = not old and exception is not None and exception in row.conditions
        persons.append(Person(row, years, old, excepted, _proof(row, exception) if excepted else None))
    return Judged(
        tuple(parties), tuple(_thresholds(nomination, parties, voters)), tuple(persons), day, voters
    )


def _proof(row: Candidate, condition: str | None) -> CandidateDocument | None:
    """The newest paper of the kind that a condition asks for."""
    kinds = [kind.code for kind in kinds_for(row.nomination, row) if condition in kind.conditions]
    return db.session.scalars(
        select(CandidateDocument)
        .where(
            CandidateDocument.candidate_id == row.id,
            CandidateDocument.kind.in_(kinds),
            CandidateDocument.current,
        )
        .limit(1)
    ).one_or_none()


def _thresholds(
    nomination: Nomination, parties: Sequence[Standing], voters: int | None
) -> list[rules.Threshold]:
    if nomination.support_state is not None:
        return []
    kind, key = nomination.contest.kind, nomination.election_id
    won = _won(nomination, parties)
    votes, seats = sum(w.votes for w in won), sum(w.seats for w in won)
    base = base_contest(nomination)
    everyone = shares(base.id, nomination.region).values() if base else ()
    valid = next((share.valid for share in everyone), 0)
    if kind == "ppwp":
        binds = bool(settings.value(key, "syarat_ambang_capres"))
        terms: tuple[Fraction, Fraction] | None = None
        if binds:
            terms = (
                Fraction(settings.value(key, "ambang_capres_kursi")),
                Fraction(settings.value(key, "ambang_capres_suara")),
            )
        found = rules.presidential(
            parties=len(parties),
            seats=seats,
            all_seats=sum(share.seats for share in everyone),
            votes=votes,
            valid=valid,
            terms=terms,
        )
        return list(found)
    if voters is None:
        return []
    table = settings.value(key, TABLES[kind])
    return [rules.regional(votes=votes, valid=valid, voters=voters, table=table)]


def _won(nomination: Nomination, parties: Sequence[Standing]) -> list[Share]:
    """What the parties behind a pair won in the contest that weighs, in the pair's region."""
    base = base_contest(nomination)
    if base is None:
        return []
    all_of = shares(base.id, nomination.region)
    keys = {p.party_id for p in parties}
    rows = db.session.execute(
        select(Participant.id, Participant.party_id).where(
            Participant.contest_id == base.id, Participant.party_id.in_(keys)
        )
    )
    return [all_of[key] for key, _party in rows if key in all_of]


def pairs_in(election_id: int, scopes: Sequence[Scope], account_id: int | None) -> Select[Nomination]:
    """The pairs of the reader's bodies; a liaison sees its own alone (``account_id``)."""
    inside = within(region=Nomination.region, election=Nomination.election_id)(list(scopes))
    rows = select(Nomination).where(
        Nomination.election_id == election_id, Nomination.kind == "pasangan", inside
    )
    if account_id is not None:
        mine = select(NominationLiaison.nomination_id).where(NominationLiaison.account_id == account_id)
        rows = rows.where(Nomination.id.in_(mine))
    return rows


def ready(contest_id: int, region: str, *states: str) -> list[Nomination]:
    """The pairs of a contest in these states, in the order of their coming."""
    return list(
        db.session.scalars(
            select(Nomination)
            .where(
                Nomination.contest_id == contest_id,
                Nomination.kind == "pasangan",
                Nomination.region == region,
                Nomination.state.in_(states),
            )
            .order_by(Nomination.id)
        )
    )


def draw_of(contest_id: int, region: str) -> PairDraw | None:
    """The draw in force."""
    return db.session.scalars(
        select(PairDraw)
        .where(PairDraw.contest_id == contest_id, PairDraw.region == region)
        .order_by(PairDraw.id.desc())
        .limit(1)
    ).one_or_none()


def listing_of(contest_id: int, region: str) -> Listing | None:
    """The announced pairs in force."""
    return db.session.scalars(
        select(Listing)
        .where(
            Listing.contest_id == contest_id,
            Listing.region == region,
            Listing.dapil_id.is_(None),
            Listing.stage == "dct",
        )
        .order_by(Listing.version.desc())
        .limit(1)
    ).one_or_none()


def contests_of_pairs(election_id: int) -> list[Contest]:
    """Contests in which pairs stand."""
    rows = select(Contest).where(Contest.election_id == election_id, Contest.kind.in_(tuple(BASES)))
    return list(db.session.scalars(rows.order_by(Contest.region_code, Contest.id)))


def waiting_pairs(scopes: Sequence[Scope]) -> int:
    """Pairs of the bodies that wait to be determined."""
    inside = within(region=Nomination.region, election=Nomination.election_id)(list(scopes))
    found = db.session.scalar(
        select(func.count()).where(Nomination.kind == "pasangan", Nomination.state == "rancangan_dct", inside)
    )
    return found or 0
