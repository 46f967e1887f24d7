"""The only writer of participants that come from a register of parties: their ballot numbers were drawn.

(The participants that are seeded with an election come from seed.py.)
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Contest, Participant
from electsys.errors import Refused
from electsys.ledger import Actor, record

#: Contests that parties stand in; the local parties of Aceh stand in the last two (UU 11/2006 art. 80).
NATIONAL = ("dpr", "dprd_prov", "dprd_kabko")
LOCAL = ("dprd_prov", "dprd_kabko")


@dataclass(frozen=True)
class PartyOnBallot:
    """A party as a ballot shows it. ``region`` is "" everywhere, "11" for a local party of Aceh."""

    party_id: int
    number: int
    name: str
    short_name: str
    color: str | None = None
    region: str = ""


def admit_party(election_id: int, party: PartyOnBallot, *, actor: Actor) -> list[Participant]:
    """Let a party stand with its number in every contest for parties; the participants, one a contest.

    Done again it changes nothing. A participant of that number and region that is there already, as from a
    seed, is linked to the party of its name. Who may, the caller has checked. Refused where another bears it.
    """
    contests = db.session.scalars(
        select(Contest)
        .where(Contest.election_id == election_id, Contest.kind.in_(LOCAL if party.region else NATIONAL))
        .order_by(Contest.id)
    )
    return [_admit(contest, party, actor) for contest in contests]


def _admit(contest: Contest, party: PartyOnBallot, actor: Actor) -> Participant:
    row = db.session.scalars(
        select(Participant)
        .where(
            Participant.contest_id == contest.id,
            Participant.number == party.number,
            Participant.region_code == party.region,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        row = Participant(
            contest_id=contest.id,
            number=party.number,
            kind="partai",
            name=party.name,
            short_name=party.short_name,
            color=party.color,
            party_id=party.party_id,
            region_code=party.region,
        )
        db.session.add(row)
        db.session.flush()
        _note("add", row, contest, actor)
    elif row.party_id is None and _same(row, party):
        row.party_id = party.party_id
        db.session.flush()
        _note("link", row, contest, actor)
    elif row.party_id != party.party_id:
        raise Refused(
            _("Nomor %(n)s pada %(contest)s sudah dipakai %(name)s.",
              n=party.number, contest=contest.name, name=row.name),
            status=409,
        )  # fmt: skip
    return row


def _same(row: Participant, party: PartyOnBallot) -> bool:
    theirs = {row.name.casefold(), row.short_name.casefold()}
    return bool(theirs & {party.name.casefold(), party.short_name.casefold()})


def _note(what: str, row: Participant, contest: Contest, actor: Actor) -> None:
    record(
        f"elections:participant:{what}",
        f"participant:{row.id}",
        actor=actor,
        region=row.region_code or None,
        election_id=contest.election_id,
        details={"contest": contest.kind, "number": row.number, "party": row.party_id},
    )


def admit_person(
    contest: Contest, *, region: str, number: int, name: str, kpu_id: str | None = None, actor: Actor
) -> Participant:
    """Let a person stand in a region (the DPD in a province) with a number; who may, the caller has checked.

    Done again it changes nothing. Refused where another bears the number.
    """
    row = db.session.scalars(
        select(Participant)
        .where(
            Participant.contest_id == contest.id,
            Participant.number == number,
            Participant.region_code == region,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        row = Participant(
            contest_id=contest.id,
            number=number,
            kind="perseorangan",
            name=name,
            short_name=name,
            kpu_id=kpu_id,
            region_code=region,
        )
        db.session.add(row)
        db.session.flush()
        _note("add", row, contest, actor)
    elif row.kpu_id != kpu_id:
        raise Refused(
            _("Nomor %(n)s pada %(contest)s sudah dipakai %(name)s.",
              n=number, contest=contest.name, name=row.name),
            status=409,
        )  # fmt: skip
    return row


def admit_pair(
    contest: Contest,
    *,
    region: str,
    number: int,
    name: str,
    short_name: str = "",
    blank: bool = False,
    actor: Actor,
) -> Participant:
    """Let a pair (or the ``blank`` column beside a single one) stand with its drawn number.

    Done again it changes nothing; a seed of the same number and name is it. Refused where another bears it.
    Who may, the caller has checked.
    """
    row = db.session.scalars(
        select(Participant)
        .where(
            Participant.contest_id == contest.id,
            Participant.number == number,
            Participant.region_code == region,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        row = Participant(
            contest_id=contest.id,
            number=number,
            kind="pasangan",
            name=name,
            short_name=short_name or name,
            region_code=region,
            blank=blank,
        )
        db.session.add(row)
        db.session.flush()
        _note("add", row, contest, actor)
    elif row.name.casefold() != name.casefold():
        raise Refused(
            _("Nomor %(n)s pada %(contest)s sudah dipakai %(name)s.",
              n=number, contest=contest.name, name=row.name),
            status=409,
        )  # fmt: skip
    return row
