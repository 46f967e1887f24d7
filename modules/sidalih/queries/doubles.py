"""Pairs as their people see them: lists, one pair side by side, reports by village."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, false, func, literal, or_, select, text, true
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.privacy import mask_nik, mask_nkk, normalise_name
from electsys.regions.models import Region
from modules.sidalih.claims import Claims, claims_of
from modules.sidalih.linkage import Double, explain
from modules.sidalih.linkage.pairs import Reason
from modules.sidalih.models import Voter
from modules.sidalih.models.doubles import DoubleCase, DoubleEvent
from modules.sidalih.rules.voters import age_on

#: Members of a family that a pair's page names at most.
KIN = 12


def cases_in(election_id: int, scopes: Sequence[Scope], map_id: int) -> Select[Any, Any, Any, Any]:
    """Pairs of an election of which a row lies in one of the scopes, the surest and newest first."""
    decider, first, second = aliased(Account), aliased(Region), aliased(Region)
    return (
        select(
            DoubleCase,
            decider.username.label("decider"),
            first.name.label("first"),
            second.name.label("second"),
        )
        .outerjoin(decider, decider.id == DoubleCase.decided_by)
        .outerjoin(first, and_(first.map_id == map_id, first.code == DoubleCase.first_village))
        .outerjoin(second, and_(second.map_id == map_id, second.code == DoubleCase.second_village))
        .where(DoubleCase.election_id == election_id, _touches(scopes))
        .order_by(DoubleCase.weight.desc().nulls_first(), DoubleCase.id)
    )


def _touches(scopes: Sequence[Scope]) -> Any:
    if any(not scope.region for scope in scopes):
        return true()
    parts = [
        or_(
            DoubleCase.first_village.startswith(scope.region),
            DoubleCase.second_village.startswith(scope.region),
        )
        for scope in scopes
    ]
    return or_(false(), *parts)


def open_count(election_id: int, where: Any) -> int:
    """Open pairs that satisfy a condition."""
    return (
        db.session.scalar(
            select(func.count()).where(
                DoubleCase.election_id == election_id, DoubleCase.state == "terbuka", where
            )
        )
        or 0
    )


def decided_since(election_id: int, account_id: int, moment: dt.datetime) -> int:
    """Pairs that an officer has decided since a moment."""
    return (
        db.session.scalar(
            select(func.count()).where(
                DoubleCase.election_id == election_id,
                DoubleCase.decided_by == account_id,
                DoubleCase.decided_at >= moment,
            )
        )
        or 0
    )


def sides_of(case: DoubleCase) -> list[Voter]:
    """The two rows of a pair, the first of the case first; whoever may see the pair sees both."""
    both = select(Voter).from_statement(text("select * from voters_of_case(:case)").bindparams(case=case.id))
    rows = {voter.id: voter for voter in db.session.scalars(both)}
    return [rows[key] for key in (case.first_id, case.second_id) if key in rows]


def history(case: DoubleCase) -> Sequence[DoubleEvent]:
    """What was decided about a pair, in order."""
    return db.session.scalars(
        select(DoubleEvent).where(DoubleEvent.case_id == case.id).order_by(DoubleEvent.id)
    ).all()


def kin_of(voter: Voter) -> Sequence[Any]:
    """Others of the family in the village: name, sex, birth year, TPS."""
    if voter.family is None:
        return []
    return db.session.execute(
        select(Voter.id, Voter.name, Voter.sex, Voter.birth_year, Voter.tps_code)
        .where(
            Voter.election_id == voter.election_id,
            Voter.village_code == voter.village_code,
            Voter.family == voter.family,
            Voter.id != voter.id,
        )
        .order_by(Voter.birth_year, Voter.id)
        .limit(KIN)
    ).all()


# --- side by side ---------------------------------------------------------------------------------


class Word(NamedTuple):
    """A piece of a value, and whether the other side has it too."""

    text: str
    same: bool


@dataclass(frozen=True)
class Line:
    """One line of the comparison: a field, both values in pieces, and what was found (a code)."""

    field: str
    left: list[Word]
    right: list[Word]
    #: ``sama``, ``beda``, ``tertukar``, ``angka`` (then ``places`` names the digits), ``kosong``.
    verdict: str
    places: tuple[int, ...] = ()


def compare(left: Voter, right: Voter, day: dt.date, *, dates: bool) -> list[Line]:
    """Two rows field by field. Numbers stay masked: what differs in them is told by its place.

    ``dates`` says whether the reader may see birth dates; others see the age on the voting day.
    """
    one, other = claims_of(left), claims_of(right)
    return [
        _line("name", one.name, other.name, same=normalise_name(one.name) == normalise_name(other.name)),
        _numbers("nik", one.nik, other.nik, mask_nik),
        _numbers("nkk", one.nkk, other.nkk, mask_nkk),
        _dates(one, other, day, dates=dates),
        _line("birth_place", one.birth_place, other.birth_place),
        _line("sex", one.sex, other.sex),
        _line("marital_status", one.marital_status, other.marital_status),
        _line("address", one.address, other.address),
        _line("rt", f"{one.rt}/{one.rw}", f"{other.rt}/{other.rw}"),
    ]


def _line(field: str, one: str, other: str, *, same: bool | None = None) -> Line:
    mine, theirs = one.split(), other.split()
    verdict = "sama" if (one == other if same is None else same) else "beda"
    return Line(
        field,
        [Word(word, word in theirs) for word in mine],
        [Word(word, word in mine) for word in theirs],
        verdict,
    )


def _numbers(field: str, one: str | None, other: str | None, mask: Any) -> Line:
    places: tuple[int, ...] = ()
    if not one or not other:
        verdict = "kosong"
    elif one == other:
        verdict = "sama"
    else:
        places = tuple(n for n, (a, b) in enumerate(zip(one, other, strict=False), 1) if a != b)
        verdict = "angka"
    same = verdict == "sama"
    return Line(field, [Word(mask(one), same)], [Word(mask(other), same)], verdict, places)


def _dates(one: Claims, other: Claims, day: dt.date, *, dates: bool) -> Line:
    born, theirs = one.birth_date, other.birth_date
    if born == theirs:
        verdict = "sama"
    elif (born.day, born.month, born.year) == (theirs.month, theirs.day, theirs.year):
        verdict = "tertukar"
    else:
        verdict = "beda"
    said = [each.strftime("%d-%m-%Y") if dates else str(age_on(each, day)) for each in (born, theirs)]
    same = verdict == "sama"
    return Line("birth_date" if dates else "age", [Word(said[0], same)], [Word(said[1], same)], verdict)


class Weight(NamedTuple):
    """One comparison of a waterfall in words, and its bar: ``start`` and ``length`` in hundredths of the
    width, zero lying in the middle."""

    name: str
    found: str
    weight: float
    start: float
    length: float


def waterfall(found: DoubleCase) -> list[Weight]:
    """The weights of a pair, drawn to one scale."""
    reasons = tuple(Reason(*part) for part in found.waterfall)
    said = explain(Double(found.first_id, found.second_id, found.weight or 0.0, found.rule, reasons))
    most = max((abs(weight) for _name, _found, weight in said), default=1.0) or 1.0
    bars = []
    for name, what, weight in said:
        length = round(50 * abs(weight) / most, 2)
        bars.append(Weight(name, what, weight, 50.0 if weight >= 0 else 50 - length, length))
    return bars


# --- reports --------------------------------------------------------------------------------------


def report(election_id: int, scopes: Sequence[Scope], map_id: int) -> Select[Any]:
    """Villages with their pairs: open, one voter, two voters, gone. A pair counts in both its villages."""
    sides = [
        select(column.label("village"), DoubleCase.state.label("state"), DoubleCase.rule.label("rule")).where(
            DoubleCase.election_id == election_id
        )
        for column in (DoubleCase.first_village, DoubleCase.second_village)
    ]
    # Both rows in one village: the pair is one.
    sides[1] = sides[1].where(DoubleCase.second_village != DoubleCase.first_village)
    pairs = sides[0].union_all(sides[1]).subquery("pairs")
    inside = or_(
        false(),
        *(pairs.c.village.startswith(s.region) if s.region else literal(value=True) for s in scopes),
    )

    def counted(condition: Any, name: str) -> Any:
        return func.sum(case((condition, 1), else_=0)).label(name)

    return (
        select(
            pairs.c.village,
            Region.name.label("name"),
            Region.path.label("path"),
            counted(pairs.c.rule == "nik_sama", "exact"),
            counted(pairs.c.rule != "nik_sama", "alike"),
            counted(pairs.c.state == "terbuka", "waiting"),
            counted(pairs.c.state == "sama", "one"),
            counted(pairs.c.state == "berbeda", "two"),
            counted(pairs.c.state == "hilang", "gone"),
        )
        .outerjoin(Region, and_(Region.map_id == map_id, Region.code == pairs.c.village))
        .where(inside)
        .group_by(pairs.c.village, Region.name, Region.path)
        .order_by(pairs.c.village)
    )
