"""Elected people and those who stand in line, for tests of vacant seats; people are synthetic."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from sqlalchemy import func, select

from electsys.documents import store_file
from electsys.elections.models import Participant, Standing
from modules.silon.models import Listing, ListingEntry
from modules.silon.operations.seats import Vacancy, open_case
from tests.silon import conftest as make

PARTY = 3
NAMES = {1: "AGUS TERPILIH", 2: "BUNGA MELATI", 3: "CITRA LESTARI", 4: "DEDI KURNIA"}
SEXES = {1: "L", 2: "P", 3: "P", 4: "L"}


def participant(session: Any) -> Participant:
    """A party of the ballot of the DPR."""
    contest = make.contest(session)
    return session.scalars(
        select(Participant).where(Participant.contest_id == contest.id, Participant.number == PARTY)
    ).one()


def standing(session: Any, number: int, votes: int, *, elected: bool = False, **spread: int) -> Standing:
    """What a candidate of the party won in Sumatera Utara II."""
    whose = {
        "contest_id": make.contest(session).id,
        "dapil_id": make.dapil(session).id,
        "region_code": "",
        "participant_id": participant(session).id,
        "candidate_number": number,
    }
    before = session.scalar(select(func.count()).select_from(Standing).filter_by(**whose))
    row = Standing(
        **whose,
        version=before + 1,
        votes=votes,
        valid=1_000_000,
        rank=None,
        elected=elected,
        spread=spread,
        source="Keputusan KPU 1206/2024",
    )
    session.add(row)
    session.flush()
    return row


def final_list(session: Any, *, struck: tuple[int, ...] = ()) -> Listing:
    """The final list of the dapil with the party's four, after those that stand there already."""
    there = select(func.count()).where(Listing.contest_id == make.contest(session).id, Listing.stage == "dct")
    of = make.nomination(session, "dct")
    listing = Listing(
        election_id=of.election_id,
        contest_id=of.contest_id,
        dapil_id=of.dapil_id,
        region="",
        stage="dct",
        version=(version := session.scalar(there) + 1),
        reason="" if version == 1 else "uji",
        digest=bytes(32),
        public=True,
        actor="test",
    )
    session.add(listing)
    session.flush()
    for position, (number, name) in enumerate(NAMES.items(), 1):
        who = make.candidate(session, of, "dct", number=number, name=name, sex=SEXES[number])
        session.add(
            ListingEntry(
                listing_id=listing.id,
                position=position,
                nomination_id=of.id,
                candidate_id=who.id,
                participant_number=PARTY,
                participant="Partai",
                number=number,
                name=name,
                sex=SEXES[number],
                residence="KAB. TAPANULI TENGAH",
                struck=number in struck,
                struck_reason="meninggal dunia" if number in struck else None,
            )
        )
    session.flush()
    return listing


def won(session: Any, *votes: int, **more: Any) -> Standing:
    """The final list, its first elected, and the others with ``votes``; the one elected."""
    final_list(session, **more)
    for number, n in enumerate(votes, 2):
        standing(session, number, n)
    return standing(session, 1, 90_000, elected=True)


def letter(session: Any, **changes: Any) -> Vacancy:
    """The letter of the leadership of the chamber."""
    stored = store_file(io.BytesIO(PDF), name="surat.pdf", kind="evidence", actor=make.ACTOR)
    said = {
        "cause": "meninggal",
        "letter_number": "B/123/PIMP/2025",
        "letter_date": dt.date(2025, 3, 3),
        "received_on": dt.date(2025, 3, 4),
        "term_ends": dt.date(2029, 9, 30),
        "file_id": stored.id,
    }
    return Vacancy(**said | changes)


def opened(session: Any, holder: Standing, actor: Any, **changes: Any) -> Any:
    """A case of a holder."""
    return open_case(holder, make.contest(session), "", letter(session, **changes), actor=actor)


def _pdf() -> bytes:
    import pypdfium2

    paper, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    paper.new_page(595, 842)
    paper.save(out)
    paper.close()
    return out.getvalue()


PDF = _pdf()
