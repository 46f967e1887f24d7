"""What was judged in one area of a party so far, as the rules of verdicts want it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions.models import Region
from modules.sipol.models import (
    PartyAccount,
    PartyBoard,
    PartyDocument,
    PartyMember,
    PartyOffice,
    PartyOfficer,
    PartyRegistration,
)
from modules.sipol.models.members import COUNTED
from modules.sipol.queries.counts import below
from modules.sipol.queries.verdict_items import judged
from modules.sipol.rules.requirements import Law
from modules.sipol.rules.verdicts import PROOFS, Facts


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
