"""Proofs of ballots as PDF: order, numbers, names, pictures; for the participants to look at before print."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from electsys.db import db
from electsys.documents import render_pdf
from electsys.documents.models import StoredFile
from electsys.elections.models import Ballot, BallotLine, Contest, Participant
from electsys.regions.models import Dapil
from modules.silon.listing_papers import picture
from modules.silon.listing_words import OFFICES
from modules.silon.models import ListingEntry


def proof_pdf(ballot: Ballot) -> bytes:
    """The proof of a ballot; the same ballot gives the same bytes."""
    contest = db.session.get_one(Contest, ballot.contest_id)
    dapil = db.session.get(Dapil, ballot.dapil_id) if ballot.dapil_id else None
    with force_locale("id"):
        return render_pdf(
            "silon/ballot_proof",
            {
                "title": f"Surat Suara {OFFICES[contest.kind]}",
                "election": contest.election.name,
                "voting_day": contest.election.voting_day.year,
                "place": dapil.name if dapil else "Indonesia",
                "version": ballot.version,
                "source": ballot.source,
                "simulation": contest.election.kind == "simulasi",
                "date": ballot.frozen_at.date(),
                "photos": contest.kind in ("dpd", "ppwp", "gubernur", "bupati_walikota"),
                "columns": columns_of(ballot),
            },
        )


def columns_of(ballot: Ballot) -> list[dict[str, Any]]:
    """The participants in the order of the ballot, each with its candidates."""
    photos = _photos(ballot)
    found: dict[int, dict[str, Any]] = {}
    rows = db.session.execute(
        select(BallotLine, Participant)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .where(BallotLine.ballot_id == ballot.id)
        .order_by(BallotLine.position)
    )
    for line, of in rows:
        column = found.setdefault(
            of.id,
            {"number": of.number, "name": of.name, "kind": of.kind, "photo": "", "candidates": []},
        )
        stored = photos.get(line.kpu_id or "")
        if of.kind == "partai" and line.candidate_number is not None:
            column["candidates"].append(
                {"number": line.candidate_number, "name": line.name, "struck": line.struck}
            )
        elif of.kind != "partai" and stored is not None:
            column["photo"] = picture(stored)
    return list(found.values())


def _photos(ballot: Ballot) -> dict[str, StoredFile]:
    """The portraits of persons, by the id of their line."""
    keys = [int(k) for k in db.session.scalars(
        select(BallotLine.kpu_id)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .where(BallotLine.ballot_id == ballot.id, Participant.kind == "perseorangan")
    ) if k and k.isdecimal()]  # fmt: skip
    rows = db.session.execute(
        select(ListingEntry.candidate_id, StoredFile)
        .join(StoredFile, StoredFile.id == ListingEntry.photo_id)
        .where(ListingEntry.candidate_id.in_(keys))
    )
    return {str(candidate): stored for candidate, stored in rows}
