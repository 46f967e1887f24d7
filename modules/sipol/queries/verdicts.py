"""What was judged in each area of a party, what still waits there, and what was concluded from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions.models import Region
from electsys.regions.rules import OVERSEAS
from electsys.verification.models import VerificationItem
from modules.sipol.models import (
    PartyAccount,
    PartyBoard,
    PartyDocument,
    PartyMember,
    PartyOffice,
    PartyOfficer,
    PartyRegistration,
    PartyVerdict,
)
from modules.sipol.models.members import COUNTED
from modules.sipol.queries.counts import below
from modules.sipol.queries.requirements import law_of
from modules.sipol.rules.requirements import Law
from modules.sipol.rules.verdicts import (
    PROOFS,
    REPAIRED,
    Aspect,
    Facts,
    Parts,
    conclude,
    factual_aspects,
    judge_area,
    parts_of,
    round_of,
)

Item = VerificationItem
#: Queues of the desk that judge what a party has.
DOCUMENTS, BOARDS, OFFICES = "sipol_dokumen", "sipol_kepengurusan", "sipol_kantor"
MEMBERS, STATEMENTS = "sipol_anggota", "sipol_pernyataan"
QUEUES = (DOCUMENTS, BOARDS, OFFICES, MEMBERS, STATEMENTS)
#: The step before that a verdict is carried over from where nothing was repaired.
BEFORE = {"vermin_perbaikan": "vermin", "verfak_perbaikan": "verfak"}


@dataclass(frozen=True)
class Waiting:
    """Items that keep an area from being concluded: where, of which queue, how many, and why.

    ``kind`` is ``menunggu`` (not judged), ``kedua`` (second look) or ``beda`` (a disagreement).
    """

    region: str
    queue: str
    kind: str
    count: int


@dataclass(frozen=True)
class Outlook:
    """One area in a step: as it stands now, or as it was concluded."""

    region: str
    step: str
    sequence: int
    aspects: tuple[Aspect, ...]
    parts: Parts
    end: Aspect
    waiting: tuple[Waiting, ...]
    #: Parts where the party is and that nobody has concluded.
    pending: tuple[str, ...]
    concluded: PartyVerdict | None
    #: Aspects that the factual step has not found yet.
    missing: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether nothing keeps it from being concluded."""
        return not (self.waiting or self.pending or self.missing or self.concluded)


def newest_election() -> Election | None:
    """The newest election for which a party is registered."""
    return db.session.scalars(
        select(Election)
        .where(Election.id.in_(select(PartyRegistration.election_id)))
        .order_by(Election.voting_day.desc())
        .limit(1)
    ).first()


def sequence_of(registration: PartyRegistration, step: str) -> int:
    """Which time the step is done; 1 is the first. A step and that after its repair share the number.

    It goes up where a ruling sends the party back to a step that was concluded.
    """
    first = BEFORE.get(step, step)
    done = db.session.scalar(
        select(func.max(PartyVerdict.sequence)).where(
            PartyVerdict.registration_id == registration.id,
            PartyVerdict.step == first,
            PartyVerdict.region == registration.region,
            PartyVerdict.aspect == "akhir",
        )
    )
    return (done or 0) + 1 if registration.state == first else done or 1


def verdicts_of(registration: PartyRegistration, step: str, sequence: int) -> dict[str, list[PartyVerdict]]:
    """Everything that a step found and concluded, by area."""
    found: dict[str, list[PartyVerdict]] = defaultdict(list)
    for row in db.session.scalars(
        select(PartyVerdict)
        .where(
            PartyVerdict.registration_id == registration.id,
            PartyVerdict.step == step,
            PartyVerdict.sequence == sequence,
        )
        .order_by(PartyVerdict.region, PartyVerdict.id)
    ):
        found[row.region].append(row)
    return dict(found)


def is_concluded(registration_id: int, step: str, region: str, sequence: int) -> bool:
    """Whether an area was concluded in a step; its items stay as they were judged."""
    return bool(
        db.session.scalar(
            select(PartyVerdict.id).where(
                PartyVerdict.registration_id == registration_id,
                PartyVerdict.step == step,
                PartyVerdict.region == region,
                PartyVerdict.aspect == "akhir",
                PartyVerdict.sequence == sequence,
            )
        )
    )


# --- one area ------------------------------------------------------------------------------------


def outlook(registration: PartyRegistration, step: str, region: str, law: Law | None = None) -> Outlook:
    """An area in a step: what was judged there and what it adds up to, or what was concluded."""
    law = law or law_of(registration)
    sequence = sequence_of(registration, step)
    rows = verdicts_of(registration, step, sequence)
    own = rows.get(region, [])
    last = next((row for row in own if row.aspect == "akhir"), None)
    found = tuple(
        Aspect(row.aspect, row.state, row.reason, row.details) for row in own if row.aspect != "akhir"
    )
    digits, root = len(region), region == registration.region
    if not found and step.startswith("vermin"):
        found = judge_area(facts_of(registration, region, law), law, repaired=REPAIRED[step])
    states = parts_states(registration, step, sequence, region, rows) if digits < 4 else {}
    parts = parts_of(law, digits, root, states)
    missing: tuple[str, ...] = ()
    if step.startswith("verfak") and last is None:
        missing = tuple(set(factual_aspects(0 if root else digits)) - {aspect.name for aspect in found})
    end = conclude(found, parts, repaired=REPAIRED[step])
    if last is not None:
        end = Aspect("akhir", last.state, last.reason, last.details)
    return Outlook(
        region,
        step,
        sequence,
        found,
        parts,
        end,
        tuple(waiting_in(registration, region, round_of(step, sequence))) if last is None else (),
        tuple(sorted(code for code in present(registration, region) if states.get(code) is None)),
        last,
        missing,
    )


def facts_of(registration: PartyRegistration, region: str, law: Law) -> Facts:
    """What was judged in one area so far: the last judgement of each thing that is in force there."""
    digits, root = len(region), region == registration.region
    states = judged(registration, region)
    boards = {
        row.region: row
        for row in db.session.scalars(
            select(PartyBoard).where(
                PartyBoard.registration_id == registration.id,
                below(PartyBoard.region, region) if digits == 4 else PartyBoard.region == region,
            )
        )
    }
    board = boards.get(region)
    office = _one(PartyOffice, registration, region)
    documents = {
        kind: states.get(f"party_document:{key}")
        for key, kind in db.session.execute(
            select(PartyDocument.id, PartyDocument.kind).where(
                PartyDocument.registration_id == registration.id,
                PartyDocument.region == region,
                PartyDocument.current,
            )
        )
    }
    place = _region(registration, region)
    people, women, core = _officers(board)
    wanted = set(law.documents.get(0 if root else digits, ())) - set(PROOFS.values())
    return Facts(
        digits,
        root,
        states.get(f"party_board:{board.id}", "menunggu") if board else None,
        core,
        people,
        women,
        states.get(f"party_office:{office.id}", "menunggu") if office else None,
        _one(PartyAccount, registration, region) is not None,
        documents.get(PROOFS["rekening"]),
        {kind: documents.get(kind) for kind in sorted(wanted)},
        _subdistricts(registration, region) if digits == 4 else 0,
        sum(states.get(f"party_board:{row.id}") == "ms" for code, row in boards.items() if len(code) == 6),
        place.population if place else None,
        members_met(registration, region) if digits == 4 else 0,
    )


def _one(model: Any, registration: PartyRegistration, region: str) -> Any:
    return db.session.scalar(
        select(model).where(model.registration_id == registration.id, model.region == region)
    )


def _officers(board: PartyBoard | None) -> tuple[int, int, frozenset[str]]:
    if board is None:
        return 0, 0, frozenset()
    rows = db.session.execute(
        select(PartyOfficer.office, PartyOfficer.sex).where(PartyOfficer.board_id == board.id)
    ).all()
    women = sum(row.sex == "P" for row in rows)
    return len(rows), women, frozenset(row.office for row in rows if row.office != "anggota")


def _region(registration: PartyRegistration, region: str) -> Region | None:
    map_id = db.session.get_one(Election, registration.election_id).map_id
    return db.session.scalar(select(Region).where(Region.map_id == map_id, Region.code == region))


def _subdistricts(registration: PartyRegistration, region: str) -> int:
    map_id = db.session.get_one(Election, registration.election_id).map_id
    return int(
        db.session.scalar(
            select(func.count()).where(
                Region.map_id == map_id, Region.level == 3, func.starts_with(Region.code, region)
            )
        )
        or 0
    )


def judged(registration: PartyRegistration, region: str) -> dict[str, str]:
    """Subject -> its last judgement, of the documents, boards and offices that are judged in a region."""
    rows = db.session.execute(
        select(Item.subject, Item.state)
        .where(
            Item.queue.in_((DOCUMENTS, BOARDS, OFFICES)),
            Item.election_id == registration.election_id,
            Item.region == region,
            Item.party_id == registration.party_id,
            Item.state.in_(("ms", "bms", "tms", "menunggu")),
        )
        .order_by(Item.round)
    )
    return {subject: state for subject, state in rows}  # noqa: C416


def members_met(registration: PartyRegistration, region: str) -> int:
    """Members of an area that were found right and that count (no objection waits, no double row)."""
    return int(
        db.session.scalar(
            select(func.count()).where(
                PartyMember.registration_id == registration.id,
                below(PartyMember.village_code, region),
                PartyMember.state == "ms",
                text(COUNTED),
            )
        )
        or 0
    )


# --- what waits, and the parts ---------------------------------------------------------------------


def items_of(registration: PartyRegistration, region: str, round_: int) -> list[ColumnElement[bool]]:
    """Items of a round that are judged in an area, or anywhere below the centre of the party."""
    where = Item.region == region if len(region) == 4 else below(Item.region, region)
    return [
        Item.queue.in_(QUEUES),
        Item.election_id == registration.election_id,
        Item.party_id == registration.party_id,
        Item.round == round_,
        where,
    ]


def waiting_in(registration: PartyRegistration, region: str, round_: int) -> list[Waiting]:
    """What keeps an area and everything below it from being concluded."""
    seen = Item.second_state.is_not(None)
    kinds: dict[str, ColumnElement[bool]] = {
        "menunggu": Item.state == "menunggu",
        "kedua": Item.second_look.is_(True) & ~seen,
        "beda": seen & (Item.second_state != Item.state) & Item.settled_at.is_(None),
    }
    counts = [func.count().filter(clause) for clause in kinds.values()]
    rows = db.session.execute(
        select(Item.region, Item.queue, *counts)
        .where(*items_of(registration, region, round_), or_(*kinds.values()))
        .group_by(Item.region, Item.queue)
        .order_by(Item.region, Item.queue)
    )
    return [
        Waiting(place, queue, kind, n)
        for place, queue, *numbers in rows
        for kind, n in zip(kinds, numbers, strict=True)
        if n
    ]


def present(registration: PartyRegistration, region: str) -> set[str]:
    """The parts of an area where the party has a board, an office, or anything that was judged."""
    digits = len(region) + 2
    if digits > 4:
        return set()
    codes: set[str] = set()
    for model in (PartyBoard, PartyOffice):
        codes |= set(
            db.session.scalars(
                select(func.left(model.region, digits))
                .where(
                    model.registration_id == registration.id,
                    below(model.region, region),
                    func.length(model.region) >= digits,
                )
                .distinct()
            )
        )
    return codes


def parts_states(
    registration: PartyRegistration,
    step: str,
    sequence: int,
    region: str,
    rows: Mapping[str, Sequence[PartyVerdict]],
) -> dict[str, str | None]:
    """Every part of an area on the map -> its verdict in a step; None where there is none.

    In a step after a repair a part that was met before, and in which nothing came up again, stays met.
    """
    map_id = db.session.get_one(Election, registration.election_id).map_id
    codes = db.session.scalars(
        select(Region.code)
        .where(
            Region.map_id == map_id,
            Region.level == len(region) // 2 + 1,
            func.starts_with(Region.code, region),
            ~func.starts_with(Region.code, OVERSEAS),
        )
        .order_by(Region.code)
    ).all()
    ends = {
        code: next((row.state for row in rows.get(code, ()) if row.aspect == "akhir"), None) for code in codes
    }
    if step in BEFORE:
        carried = _carried(registration, step, sequence, region, rows)
        ends = {code: state or carried.get(code) for code, state in ends.items()}
    return ends


def _carried(
    registration: PartyRegistration,
    step: str,
    sequence: int,
    region: str,
    rows: Mapping[str, Sequence[PartyVerdict]],
) -> dict[str, str]:
    before = verdicts_of(registration, BEFORE[step], sequence)
    touched = set(rows)
    if step.startswith("vermin"):
        touched |= set(
            db.session.scalars(
                select(Item.region)
                .where(*items_of(registration, region, round_of(step, sequence)))
                .distinct()
            )
        )
    met = {
        code for code, found in before.items() for row in found if row.aspect == "akhir" and row.state == "ms"
    }
    return {code: "ms" for code in met if not any(place.startswith(code) for place in touched)}
