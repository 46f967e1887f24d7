"""What the URLs of lists and candidates name, with the scope in which it lies; 404 where there is none."""

from __future__ import annotations

from typing import NamedTuple

from flask import abort
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from electsys.regions.models import Dapil
from modules.silon.models import Candidate, CandidateVersion, Nomination, NominationSubmission
from modules.silon.operations.access import require_reader, scope_of
from modules.silon.queries.lists import newest_election, party_of
from modules.sipol import Standing


class Place(NamedTuple):
    """Where a party may begin a list."""

    election: Election
    contest: Contest
    dapil: Dapil
    party: Standing


def load_election(election: str | None = None) -> Election:
    """The election of a URL, or the one that people work on."""
    return (by_code(election) if election else newest_election()) or abort(404)


def load_place(election: str, party: int, dapil_id: int) -> tuple[Place, Scope]:
    """A dapil in which a party may stand."""
    found = by_code(election) or abort(404)
    dapil = db.session.get(Dapil, dapil_id)
    standing = party_of(found.id, party)
    if dapil is None or standing is None or dapil.map_id != found.map_id:
        abort(404)
    contest = db.session.scalars(
        select(Contest).where(Contest.election_id == found.id, Contest.kind == dapil.chamber)
    ).one_or_none()
    if contest is None:
        abort(404)
    return Place(found, contest, dapil, standing), Scope(dapil.body_code, party, found.id)


def load_nomination(nomination_id: int) -> tuple[Nomination, Scope]:
    """A nomination; of a person or a pair only for its own liaison, KPU and those who oversee."""
    row = db.session.get(Nomination, nomination_id)
    if row is None:
        abort(404)
    require_reader(current_user, row)
    return row, scope_of(row)


def load_candidate(candidate_id: int) -> tuple[Candidate, Scope]:
    """A candidate; the second lock hides those of others."""
    row = db.session.get(Candidate, candidate_id)
    if row is None:
        abort(404)
    require_reader(current_user, row.nomination)
    return row, scope_of(row)


class AtPage(NamedTuple):
    """A page of a candidate's entry."""

    candidate: Candidate
    page: str


def load_page(candidate_id: int, page: str) -> tuple[AtPage, Scope]:
    """A candidate at a page of its entry."""
    row, scope = load_candidate(candidate_id)
    return AtPage(row, page), scope


class AtVersion(NamedTuple):
    """A version of what was said of a candidate."""

    candidate: Candidate
    version: CandidateVersion


def load_version(candidate_id: int, number: int) -> tuple[AtVersion, Scope]:
    """A version by its number."""
    row, scope = load_candidate(candidate_id)
    version = db.session.scalars(
        select(CandidateVersion).where(
            CandidateVersion.candidate_id == row.id, CandidateVersion.version == number
        )
    ).one_or_none()
    if version is None:
        abort(404)
    return AtVersion(row, version), scope


class Sent(NamedTuple):
    """A submission with its nomination."""

    submission: NominationSubmission
    nomination: Nomination


def load_submission(submission_id: int) -> tuple[Sent, Scope]:
    """A submission, where its nomination lies."""
    row = db.session.get(NominationSubmission, submission_id)
    if row is None:
        abort(404)
    nomination, scope = load_nomination(row.nomination_id)
    return Sent(row, nomination), scope
