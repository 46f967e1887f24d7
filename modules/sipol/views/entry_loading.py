"""What the URLs of a party's entry pages name, with the scope in which it lies; 404 where there is none."""

from __future__ import annotations

from flask import abort

from electsys.db import db
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity.access import Scope
from modules.sipol.models import PartyBoard, PartyDocument, PartyOfficer, PartyRegistration
from modules.sipol.places import CENTRE, Place, place_of, registration_of


def load_place(election: str, party: int, region: str = CENTRE) -> tuple[Place, Scope]:
    """The place of a URL."""
    found = by_code(election)
    row = registration_of(found.id, party) if found else None
    if found is None or row is None:
        abort(404)
    try:
        place = place_of(row, "" if region == CENTRE else region, found)
    except Refused:
        abort(404)
    return place, place.scope


def load_board(board_id: int) -> tuple[PartyBoard, Scope]:
    """A board, in its area and party."""
    board = db.session.get(PartyBoard, board_id)
    if board is None:
        abort(404)
    return board, _scope(board)


def load_officer(officer_id: int) -> tuple[PartyOfficer, Scope]:
    """An officer, in the area and party of the board; the second lock hides those of others."""
    officer = db.session.get(PartyOfficer, officer_id)
    if officer is None:
        abort(404)
    board = db.session.get_one(PartyBoard, officer.board_id)
    return officer, _scope(board)


def load_document(document_id: int) -> tuple[PartyDocument, Scope]:
    """A document, in its area and party."""
    document = db.session.get(PartyDocument, document_id)
    if document is None:
        abort(404)
    return document, _scope(document)


def place_at(row: PartyBoard | PartyDocument) -> Place:
    """The place of a row."""
    return place_of(db.session.get_one(PartyRegistration, row.registration_id), row.region)


def _scope(row: PartyBoard | PartyDocument) -> Scope:
    registration = db.session.get_one(PartyRegistration, row.registration_id)
    return Scope(row.region, row.party_id, registration.election_id)
