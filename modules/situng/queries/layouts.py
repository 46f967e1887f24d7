"""Printed layouts by the code on a page: which form model and ballot a photo was printed from."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from electsys.db import db
from electsys.elections.models import Ballot, Contest, Election
from electsys.regions.models import Dapil, DapilVillage, Tps
from modules.situng.layouts import FormKey, Page
from modules.situng.queries.printing import CHAMBERS, Form, form_for


class StoredLayouts:
    """The layouts that this database can print; keeps those it has laid out. One a job or command."""

    def __init__(self) -> None:
        self._forms: dict[tuple[int, int, str], Form | None] = {}

    def pages(self, key: FormKey) -> tuple[str, list[Page]] | None:
        """Model and pages of a key: of the ballot whose edition was printed, else of the newest."""
        newest: Form | None = None
        for contest, ballot_id in self._ballots(key):
            place = (contest.id, ballot_id, key.tps[:2])
            if place not in self._forms:
                self._forms[place] = form_for(contest, ballot_id, key.tps)
            form = self._forms[place]
            if form is None:
                continue
            if form.edition == key.edition:
                return form.model.code, form.pages
            newest = newest or form
        return (newest.model.code, newest.pages) if newest else None

    def _ballots(self, key: FormKey) -> list[tuple[Contest, int]]:
        session: Session = db.session()
        election = session.get(Election, key.election)
        if election is None:
            return []
        known = select(Tps.code).where(
            Tps.election_id == key.election, Tps.province == key.tps[:2], Tps.code == key.tps
        )
        if session.scalar(known) is None:
            return []
        contests = [
            contest
            for contest in session.scalars(
                select(Contest).where(Contest.election_id == key.election, Contest.kind == key.contest)
            )
            if key.tps.startswith(contest.region_code)
        ]
        found = []
        for contest in contests:
            here = select(DapilVillage.dapil_id).join(Dapil, Dapil.id == DapilVillage.dapil_id).where(
                DapilVillage.village_code == key.tps[:10],
                Dapil.map_id == election.map_id,
                Dapil.chamber == (contest.kind if contest.kind in CHAMBERS else ""),
            )  # fmt: skip
            ballots = (
                select(Ballot.id)
                .where(
                    Ballot.contest_id == contest.id,
                    or_(Ballot.dapil_id.is_(None), Ballot.dapil_id.in_(here)),
                )
                .order_by(Ballot.dapil_id.nulls_last(), Ballot.version.desc())
            )
            found += [(contest, ballot_id) for ballot_id in session.scalars(ballots)]
        return found
