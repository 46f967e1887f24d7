"""Reads of voters: one row with its past, its lists and its other rows; the search by number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity import grants
from electsys.privacy import Sealer, blind_index
from electsys.regions import queries as regions
from electsys.regions.models import Region
from modules.sidalih.models import ListEntry, ListMark, Voter, VoterEvent, VoterList, VoterPast
from modules.sidalih.queries.rolls import inside
from modules.sidalih.rules.marks import standing

#: What two versions of a row are compared by.
PLAIN = ("name", "birth_place", "sex", "marital_status", "address", "rt", "rw", "ktp_el", "tps_code")
#: Digits of the code of a village.
VILLAGE = 10
SEALED = ("nik", "nkk", "birth_date", "disability", "passport")


@dataclass(frozen=True)
class Change:
    """One field that differs between a version and the next; of sealed fields only that they differ."""

    field: str
    before: str | None
    after: str | None
    sealed: bool


@dataclass(frozen=True)
class Version:
    """A version that was replaced, with what changed then."""

    number: int
    until: Any
    changes: list[Change]


@dataclass(frozen=True)
class Place:
    """A frozen list that holds the voter, with the marks that stand there."""

    frozen: VoterList
    tps_code: str
    number: int
    marks: list[str]


@dataclass(frozen=True)
class Found:
    """A row that bears a number, wherever it lies; ``own`` says whether the reader may open it."""

    id: int
    village: str
    village_name: str
    tps_code: str | None
    state: str
    own: bool


def voters_in(election_id: int, prefix: str) -> Select[Voter]:
    """The rows of a village or a polling station, in the order of the list."""
    return (
        select(Voter)
        .where(*inside(election_id, prefix))
        .order_by(Voter.tps_code, Voter.rw, Voter.rt, Voter.address, Voter.family, Voter.birth_year, Voter.id)
    )


#: Rows that a search by name shows at most.
MOST = 100


def named(election_id: int, prefix: str, words: str, limit: int = MOST) -> Sequence[Voter]:
    """Rows of an area whose name holds these words; at most ``limit``."""
    clauses = [Voter.name.icontains(word, autoescape=True) for word in words.split()[:6]]
    if not clauses:
        return []
    return db.session.scalars(select(Voter).where(*inside(election_id, prefix), *clauses).limit(limit)).all()


def villages_in(election: Election, code: str) -> Sequence[str]:
    """The villages of an area of an election's map; of a polling station, its own."""
    if len(code) >= VILLAGE:
        return [code[:VILLAGE]]
    inside = (Region.code >= code) & (Region.code < code + "~")
    return db.session.scalars(
        select(Region.code).where(Region.map_id == election.map_id, Region.level == 4, inside)
    ).all()


def find_by_nik(nik: str, election_id: int, account: Any, permission: str) -> list[Found]:
    """Every row of an election that bears a NIK: the reader's own open, others by village and state only."""
    rows = _by_nik(nik, election_id)
    named_ = regions.names(row.village_code for row in rows)
    held = [scope.region or "" for scope in grants.scopes(account, permission)]
    return [
        Found(
            row.id,
            row.village_code,
            named_.get(row.village_code, row.village_code),
            row.tps_code,
            row.state,
            any((row.tps_code or row.village_code).startswith(region) for region in held),
        )
        for row in rows
    ]


def registered(nik: str, election_id: int) -> list[tuple[str, str | None, str]]:
    """Where a NIK stands in the voter list of an election: (village, TPS, state) of each row.

    For checks of other modules (domain.md X1, X5: candidates and supporters must be voters); it tells no
    name and no key, and finds nobody without the whole number.
    """
    return [(row.village_code, row.tps_code, row.state) for row in _by_nik(nik, election_id)]


def _by_nik(nik: str, election_id: int) -> Sequence[Any]:
    return db.session.execute(
        text(
            "select id, village_code, tps_code, state from voter_by_nik(cast(:election as smallint), :index)"
        ),
        {"election": election_id, "index": blind_index(nik)},
    ).all()


def events_of(voter: Voter) -> Sequence[VoterEvent]:
    """What happened to a row, the newest first."""
    return db.session.scalars(
        select(VoterEvent)
        .where(VoterEvent.province == voter.province, VoterEvent.voter_id == voter.id)
        .order_by(VoterEvent.id.desc())
        .limit(200)
    ).all()


def versions_of(voter: Voter) -> list[Version]:
    """What the row said before, the newest first, each with what differs from the version after it."""
    past = db.session.scalars(
        select(VoterPast)
        .where(VoterPast.province == voter.province, VoterPast.voter_id == voter.id)
        .order_by(VoterPast.version.desc())
        .limit(50)
    ).all()
    unseal = Sealer("voter").unseal_fields
    found, after = [], _said(voter, unseal(voter.id, bytes(voter.sealed)))
    for row in past:
        before = _said(row, unseal(voter.id, bytes(row.sealed)))
        changes = [
            Change(
                name,
                None if name in SEALED else before[name],
                None if name in SEALED else after[name],
                name in SEALED,
            )
            for name in (*PLAIN, *SEALED)
            if before[name] != after[name]
        ]
        found.append(Version(row.version, row.until, changes))
        after = before
    return found


def _said(row: Any, secret: dict[str, str]) -> dict[str, str | None]:
    return {name: getattr(row, name) for name in PLAIN} | {name: secret.get(name) for name in SEALED}


def lists_with(voter: Voter) -> list[Place]:
    """The frozen lists that hold a voter, in their order."""
    rows = db.session.execute(
        select(VoterList, ListEntry.tps_code, ListEntry.number)
        .join(ListEntry, ListEntry.list_id == VoterList.id)
        .where(ListEntry.province == voter.province, ListEntry.voter_id == voter.id)
        .order_by(VoterList.id)
    ).all()
    written: dict[int, list[str]] = {}
    marks = select(ListMark.list_id, ListMark.kind).where(
        ListMark.province == voter.province, ListMark.voter_id == voter.id
    )
    for list_id, kind in db.session.execute(marks.order_by(ListMark.id)):
        written.setdefault(list_id, []).append(kind)
    return [Place(frozen, tps, n, standing(written.get(frozen.id, []))) for frozen, tps, n in rows]


def other_rows(voter: Voter) -> Sequence[Voter]:
    """Other rows of the same person in the same election, as far as the reader may see them."""
    return db.session.scalars(
        select(Voter)
        .where(
            Voter.person_id == voter.person_id, Voter.election_id == voter.election_id, Voter.id != voter.id
        )
        .order_by(Voter.id)
        .limit(20)
    ).all()


def stations_of(election_id: int, village: str) -> Sequence[tuple[str, str]]:
    """The open polling stations of a village: (code, name)."""
    from electsys.regions.models import Tps

    rows = db.session.execute(
        select(Tps.code, Tps.name)
        .where(
            Tps.election_id == election_id,
            Tps.province == village[:2],
            Tps.village_code == village,
            Tps.state == "aktif",
        )
        .order_by(Tps.code)
    )
    return [(code, name) for code, name in rows]


def age_bands(bands: Sequence[int], voting_year: int) -> list[tuple[int, int, int]]:
    """Bands of age as years of birth: (lower age, first year, last year); by year, hence about right."""
    edges = [*bands[1:], 200]
    return [
        (low, voting_year - high + 1, voting_year - (0 if at == 0 else low))
        for at, (low, high) in enumerate(zip(bands, edges, strict=True))
    ]
