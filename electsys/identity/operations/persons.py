"""The writers of people: find or claim one, decide conflicts, merge and part again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select, text

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import IdentityConflict, Person, PersonMerge
from electsys.identity.rules import Facts, another_human, differences
from electsys.ledger import Actor, record
from electsys.privacy import (
    blind_index,
    blind_index_birth,
    blind_index_name,
    normalise_name,
    reserve_ids,
    seal_fields,
    unseal_fields,
)

RESOLVE = "identity:conflict:resolve"


@dataclass(frozen=True)
class Claim:
    """What a form says of a human. ``subject`` is the row that claims, such as ``voter:12``."""

    subject: str
    name: str
    nik: str | None = None
    nkk: str | None = None
    birth_date: dt.date | None = None
    birth_year: int | None = None
    sex: str | None = None
    birth_place: str | None = None
    marital_status: str | None = None
    home_region: str | None = None
    address: str | None = None
    rt: str | None = None
    rw: str | None = None
    disability: str | None = None


class Claimed(NamedTuple):
    """The person of a claim, whether the row is new, and the conflict that it opened."""

    person: Person
    new: bool
    conflict: IdentityConflict | None


def find_or_claim_person(claim: Claim, *, actor: Actor) -> Claimed:
    """The person with the NIK of a claim, or a new one.

    A claim that agrees with what is known is that person. One whose name alone is spelled otherwise is
    that person too, and people look at it. One that disagrees about birth date or sex gets a row of its
    own until people decide. Who was merged leads to the person that stands now. Without a NIK there is
    nothing to find by: the claim is a new person.
    """
    if claim.nik is None:
        return Claimed(_create(claim, actor), True, None)
    index = blind_index(claim.nik)
    # Two claims with one new NIK at once must not both find nobody.
    db.session.execute(
        text("select pg_advisory_xact_lock(:n)"), {"n": int.from_bytes(index[:8], "big", signed=True)}
    )
    rows = _by_nik(index)
    known = [person for person in rows.values() if person.nik_index == index]
    if not known:
        return Claimed(_create(claim, actor), True, None)
    judged = [(_differences(person, claim), person) for person in known]
    differs, alike = min(judged, key=lambda each: (len(each[0]), each[1].redirect_to is not None))
    person = alike
    while person.redirect_to is not None:
        person = rows[person.redirect_to]
    if not differs:
        return Claimed(person, False, None)
    birth_agrees = claim.birth_date is not None and alike.nik_birth_index == blind_index_birth(
        claim.nik, claim.birth_date
    )
    other = _create(claim, actor) if another_human(differs, birth_date_agrees=birth_agrees) else None
    conflict = _open_conflict(person, other, differs, claim, actor)
    return Claimed(other or person, other is not None, conflict)


def _by_nik(index: bytes) -> dict[int, Person]:
    """The people with a NIK and those whom they lead to, by key, wherever they live.

    It is the database's own door past row security.
    """
    found = select(Person).from_statement(text("select * from person_by_nik(:index)").bindparams(index=index))
    return {person.id: person for person in db.session.scalars(found)}


def _differences(person: Person, claim: Claim) -> list[str]:
    born = None
    if person.sealed is not None:
        born = unseal_fields(person.sealed, table="person", row=person.id).get("birth_date")
    return differences(
        Facts(normalise_name(person.name), dt.date.fromisoformat(born) if born else None, person.sex),
        Facts(normalise_name(claim.name), claim.birth_date, claim.sex),
    )


def _create(claim: Claim, actor: Actor) -> Person:
    [key] = reserve_ids("person", 1)
    secret = {
        "nik": claim.nik,
        "nkk": claim.nkk,
        "birth_date": claim.birth_date.isoformat() if claim.birth_date else None,
        "disability": claim.disability,
    }
    nik, born = claim.nik, claim.birth_date
    person = Person(
        id=key,
        sealed=seal_fields(secret, table="person", row=key) if any(secret.values()) else None,
        nik_index=blind_index(nik) if nik else None,
        nik_birth_index=blind_index_birth(nik, born) if nik and born else None,
        nik_name_index=blind_index_name(nik, claim.name) if nik else None,
        name=claim.name.strip(),
        birth_year=born.year if born else claim.birth_year,
        sex=claim.sex,
        birth_place=claim.birth_place,
        marital_status=claim.marital_status,
        home_region=claim.home_region,
        address=claim.address,
        rt=claim.rt,
        rw=claim.rw,
        created_at=dt.datetime.now(dt.UTC),
    )
    db.session.add(person)
    db.session.flush()
    record(
        "identity:person:create",
        f"person:{key}",
        actor=actor,
        region=claim.home_region,
        details={"claim": claim.subject},
    )
    return person


def _open_conflict(
    person: Person, other: Person | None, differs: list[str], claim: Claim, actor: Actor
) -> IdentityConflict | None:
    """Put a disagreement into the queue; the same claim of the same row stands there once."""
    same = db.session.scalar(
        select(IdentityConflict).where(
            IdentityConflict.person_id == person.id,
            IdentityConflict.subject == claim.subject,
            IdentityConflict.state == "terbuka",
        )
    )
    if same is not None and other is None:
        return same
    conflict = IdentityConflict(
        person_id=person.id,
        other_id=other.id if other else None,
        differs=differs,
        subject=claim.subject,
        region=claim.home_region,
    )
    db.session.add(conflict)
    db.session.flush()
    record(
        "identity:conflict:open",
        f"identity_conflict:{conflict.id}",
        actor=actor,
        region=claim.home_region,
        details={"person": person.id, "other": conflict.other_id, "differs": differs},
    )
    return conflict


def decide_conflict(conflict: IdentityConflict, *, same: bool, reason: str, actor: Actor) -> None:
    """Decide that the two are one human (their rows are merged) or two."""
    grants.demand(actor, RESOLVE, Scope(conflict.region))
    db.session.refresh(conflict, with_for_update=True)
    if conflict.state != "terbuka":
        raise Refused(_("Benturan ini sudah diputus."), status=409)
    if not reason.strip():
        raise Refused(_("Tulis alasannya."), field="reason")
    conflict.state = "sama" if same else "berbeda"
    conflict.reason, conflict.decided_by = reason.strip(), actor.name
    conflict.decided_at = func.clock_timestamp()
    db.session.flush()
    if same and conflict.other_id is not None:
        merge_people(conflict.other_id, conflict.person_id, actor=actor)
    record(
        "identity:conflict:decide",
        f"identity_conflict:{conflict.id}",
        actor=actor,
        reason=reason,
        region=conflict.region,
        details={"state": conflict.state},
    )


def merge_people(person_id: int, into_id: int, *, actor: Actor) -> PersonMerge:
    """Let one row lead to another; nothing is deleted, and :func:`part_people` undoes it."""
    person, into = _locked(person_id), _locked(into_id)
    if person.redirect_to is not None or into.redirect_to is not None or person.id == into.id:
        raise Refused(_("Catatan orang ini sudah digabungkan."), status=409)
    person.redirect_to = into.id
    merge = PersonMerge(person_id=person.id, into_id=into.id, merged_by=actor.name)
    db.session.add(merge)
    db.session.flush()
    record("identity:person:merge", f"person:{person.id}", actor=actor, details={"into": into.id})
    return merge


def part_people(merge: PersonMerge, *, actor: Actor, reason: str) -> None:
    """Undo a merge: the two rows stand for two humans again."""
    if merge.undone_at is not None:
        raise Refused(_("Penggabungan ini sudah dibatalkan."), status=409)
    if not reason.strip():
        raise Refused(_("Tulis alasannya."), field="reason")
    person = _locked(merge.person_id)
    person.redirect_to = None
    merge.undone_by, merge.undone_at = actor.name, func.clock_timestamp()
    db.session.flush()
    record(
        "identity:person:split",
        f"person:{person.id}",
        actor=actor,
        reason=reason,
        details={"from": merge.into_id},
    )


def _locked(person_id: int) -> Person:
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise Refused(_("Catatan orang itu tidak ada di wilayah Anda."), status=404)
    return person
