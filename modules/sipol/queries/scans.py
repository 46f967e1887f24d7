"""Reads of scans: those of a member, who bears which card, and whose scans are not there yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from electsys.db import db
from electsys.documents.models import StoredFile
from modules.sipol.models import MemberScan, PartyMember, PartyRegistration
from modules.sipol.queries.counts import below
from modules.sipol.queries.members import members_of
from modules.sipol.rules.members import ACTIVE
from modules.sipol.rules.scans import KINDS, MARKS, Match, bare, match_scans, read_name

#: Old versions that a page shows of one member.
MANY = 50


def scans_of(member_id: int) -> Sequence[MemberScan]:
    """All scans of a member, those in force first, the newest before the older."""
    return db.session.scalars(
        select(MemberScan)
        .where(MemberScan.member_id == member_id)
        .options(joinedload(MemberScan.file))
        .order_by(MemberScan.current.desc(), MemberScan.kind, MemberScan.id.desc())
        .limit(MANY)
    ).all()


def scans_in_force(member_id: int) -> dict[str, StoredFile]:
    """Kind -> the file in force, in the order of the kinds."""
    found = {
        scan.kind: scan.file
        for scan in db.session.scalars(
            select(MemberScan)
            .where(MemberScan.member_id == member_id, MemberScan.current)
            .options(joinedload(MemberScan.file))
        )
    }
    return {kind: found[kind] for kind in KINDS if kind in found}


def match_names(registration: PartyRegistration, region: str, names: Sequence[str]) -> list[Match]:
    """Names of files -> members of an area whom the party claims."""
    said = [found for name in names if (found := read_name(name)) is not None]
    return match_scans(names, _bearers(registration, region, {each.card for each in said}))


def _bearers(registration: PartyRegistration, region: str, cards: Iterable[str]) -> dict[str, list[int]]:
    """Bare card number -> ids of the members who bear it.

    Cards as they are written are found by their index; only what is left is compared without its marks.
    """
    wanted = {bare(card): card for card in cards}
    found: dict[str, set[int]] = defaultdict(set)
    if wanted:
        _add(found, registration, region, PartyMember.card_number.in_(list(wanted.values())))
    left = [each for each in wanted if each not in found]
    if left:
        plain = func.translate(func.lower(PartyMember.card_number), MARKS, "")
        _add(found, registration, region, plain.in_(left))
    return {card: sorted(members) for card, members in found.items()}


def _add(found: dict[str, set[int]], registration: PartyRegistration, region: str, which: Any) -> None:
    rows = db.session.execute(
        select(PartyMember.card_number, PartyMember.id).where(
            PartyMember.registration_id == registration.id,
            below(PartyMember.village_code, region),
            PartyMember.state.in_(ACTIVE),
            which,
        )
    )
    for card, member in rows:
        found[bare(card)].add(member)


def names_of(members: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Member -> name and card number, for the answer to a drop."""
    rows = db.session.execute(
        select(PartyMember.id, PartyMember.name, PartyMember.card_number).where(
            PartyMember.id.in_(set(members))
        )
    )
    return {key: (name, card) for key, name, card in rows}


def has(kind: str) -> Any:
    """Whether a member has a scan of a kind in force."""
    return (
        select(MemberScan.id)
        .where(MemberScan.member_id == PartyMember.id, MemberScan.kind == kind, MemberScan.current)
        .exists()
    )


def without_scans(registration: PartyRegistration, region: str) -> Select[Any]:
    """Members whom the party claims and who lack a scan: rows ``(PartyMember, village, kta, ktp)``."""
    statement: Select[Any] = members_of(registration, region)
    both = {kind: has(kind) for kind in KINDS}
    return statement.add_columns(*(there.label(kind) for kind, there in both.items())).where(
        PartyMember.state.in_(ACTIVE), ~(both["kta"] & both["ktp"])
    )
