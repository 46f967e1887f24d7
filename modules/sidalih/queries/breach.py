"""What an account read, and whom it concerns: from the register of disclosures, the trail and the copies.

People are looked for where their numbers were shown in full (reveals), where rows were worked on (acts that
name a voter or a person), and where lists were handed out (copies). Pages with masked rows leave no line a
row; the summary names the regions that the account could page through instead of guessing at rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, or_, select, text

from electsys.db import db
from electsys.identity.models import Grant, Role
from electsys.ledger.models import Act
from electsys.ledger.wording import verb_label
from electsys.privacy import Sealer, mask_nik
from electsys.privacy.models import Disclosure, DisclosureBudget
from electsys.privacy.wording import KINDS
from modules.sidalih.models import Voter, VoterCopy
from modules.sidalih.queries.copies import lines_of
from modules.sidalih.rules.copies import COLUMNS, PROFILES

BATCH = 2000
#: Subjects of the trail and the register that are single rows about a person.
ROWS = ("voter", "person")


@dataclass(frozen=True)
class Sight:
    """One look at one row: when, what of it."""

    at: dt.datetime
    what: str


@dataclass
class Affected:
    """A voter whose data was read, and how."""

    voter_id: int
    nik_masked: str
    name: str
    address: str
    rt: str
    rw: str
    village: str
    tps_code: str | None
    sights: list[Sight] = field(default_factory=list)


@dataclass
class Extent:
    """Everything that a breach reached."""

    affected: dict[int, Affected]
    #: Files that went out: copy, recipient, when, rows.
    files: list[tuple[int, str, dt.datetime, int]]
    #: Rows in full that the budget counted, and refusals of it.
    budget: int
    refusals: int
    #: People of the register of persons who stand in no voter list (looked at all the same).
    others: int
    #: Where the account could page through masked rows: role, region.
    reach: list[tuple[str, str]]


def extent_of(
    *, accounts: Iterable[int], since: dt.datetime, until: dt.datetime, copies: Iterable[int] = ()
) -> Extent:
    """Who was read by these accounts in a time, and in these copies whenever."""
    wanted = sorted(set(accounts))
    seen = _Seen()
    seen.take(_disclosed(wanted, since, until))
    seen.take(_acted(wanted, since, until))
    people, others = _voters(seen)
    files = []
    for copy in _copies(wanted, since, until, copies):
        _add_copy(people, copy)
        files.append((copy.id, copy.recipient, copy.downloaded_at or copy.requested_at, copy.rows or 0))
    return Extent(
        affected=people,
        files=files,
        budget=_spent(wanted, since, until),
        refusals=_refused(wanted, since, until),
        others=others,
        reach=_reach(wanted, since, until),
    )


class _Seen:
    """Sights by row: ``("voter", 12)`` -> [...]."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], list[Sight]] = {}

    def take(self, sights: Iterable[tuple[str, Sight]]) -> None:
        """Add (subject, sight) pairs; subjects that are no single row are left out.

        A voter is ``voter:12`` in the register and, moved by a workflow, ``voter:12:12`` in the trail.
        """
        for subject, sight in sights:
            table, key, *_province = [*subject.split(":"), ""]
            if table in ROWS and key.isdecimal():
                self.rows.setdefault((table, int(key)), []).append(sight)

    def ids(self, table: str) -> list[int]:
        """The rows of a table that were seen."""
        return sorted(key for kind, key in self.rows if kind == table)


def _disclosed(accounts: list[int], since: dt.datetime, until: dt.datetime) -> Iterator[tuple[str, Sight]]:
    rows = db.session.execute(
        select(Disclosure.subject, Disclosure.at, Disclosure.kind).where(
            Disclosure.account_id.in_(accounts),
            Disclosure.at >= since,
            Disclosure.at < until,
            Disclosure.kind == "reveal",
        )
    )
    for subject, at, kind in rows:
        yield subject, Sight(at, str(KINDS[kind]))


def _acted(accounts: list[int], since: dt.datetime, until: dt.datetime) -> Iterator[tuple[str, Sight]]:
    rows = db.session.execute(
        select(Act.subject, Act.at, Act.verb).where(
            Act.account_id.in_(accounts),
            Act.at >= since,
            Act.at < until,
            or_(*(Act.subject.startswith(f"{table}:") for table in ROWS)),
            Act.verb != "privacy:nik:reveal",  # stands in the register, too
        )
    )
    for subject, at, verb in rows:
        yield subject, Sight(at, verb_label(verb))


def _voters(seen: _Seen) -> tuple[dict[int, Affected], int]:
    """The voters' rows that were seen, those of seen people included; and how many people have none."""
    found: dict[int, Affected] = {}
    reached: set[int] = set()
    sealer = Sealer("voter")
    for column, table in ((Voter.id, "voter"), (Voter.person_id, "person")):
        ids = seen.ids(table)
        for start in range(0, len(ids), BATCH):
            for row in _rows(column.in_(ids[start : start + BATCH])):
                key = row.id if table == "voter" else row.person_id
                each = found.get(row.id) or _affected(row, sealer)
                found[row.id] = each
                each.sights += seen.rows[table, key]
                if table == "person":
                    reached.add(key)
    return found, len(set(seen.ids("person")) - reached)


def _rows(where: ColumnElement[bool]) -> Iterable[Voter]:
    return db.session.scalars(select(Voter).where(where).order_by(Voter.id))


def _affected(row: Voter, sealer: Sealer) -> Affected:
    secret = sealer.unseal_fields(row.id, bytes(row.sealed))
    return Affected(
        voter_id=row.id,
        nik_masked=mask_nik(secret.get("nik")),
        name=row.name,
        address=row.address,
        rt=row.rt,
        rw=row.rw,
        village=row.village_code,
        tps_code=row.tps_code,
    )


def _copies(
    accounts: list[int], since: dt.datetime, until: dt.datetime, copies: Iterable[int]
) -> list[VoterCopy]:
    theirs = and_(
        VoterCopy.requested_by.in_(accounts),
        VoterCopy.downloaded_at >= since,
        VoterCopy.downloaded_at < until,
    )
    query = select(VoterCopy).where(or_(VoterCopy.id.in_(list(copies)), theirs)).order_by(VoterCopy.id)
    return list(db.session.scalars(query))


def _add_copy(people: dict[int, Affected], copy: VoterCopy) -> None:
    """Every voter of a copy; what was read is its columns."""
    columns = ", ".join(str(COLUMNS[c]) for c in PROFILES[copy.profile].columns)
    sight = Sight(copy.downloaded_at or copy.requested_at, f"{PROFILES[copy.profile].label}: {columns}")
    for line in lines_of(copy.list_id, copy.region):
        each = people.get(line.voter_id)
        if each is None:
            each = people[line.voter_id] = Affected(
                voter_id=line.voter_id,
                nik_masked=mask_nik(line.nik),
                name=line.name,
                address=line.address,
                rt=line.rt,
                rw=line.rw,
                village=line.tps_code[:10],
                tps_code=line.tps_code,
            )
        each.sights.append(sight)


def _spent(accounts: list[int], since: dt.datetime, until: dt.datetime) -> int:
    rows = db.session.scalars(
        select(DisclosureBudget.used).where(
            DisclosureBudget.account_id.in_(accounts),
            DisclosureBudget.at >= since,
            DisclosureBudget.at < until,
        )
    )
    return sum(rows)


def _refused(accounts: list[int], since: dt.datetime, until: dt.datetime) -> int:
    rows = db.session.scalars(
        select(Disclosure.id).where(
            Disclosure.account_id.in_(accounts),
            Disclosure.at >= since,
            Disclosure.at < until,
            Disclosure.kind == "refused",
        )
    )
    return len(rows.all())


def _reach(accounts: list[int], since: dt.datetime, until: dt.datetime) -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(Role.label, Grant.region)
        .join(Role, Role.id == Grant.role_id)
        .where(
            Grant.account_id.in_(accounts),
            Grant.valid_from < until,
            or_(Grant.valid_to.is_(None), Grant.valid_to >= since),
            text("exists (select from unnest(role.permissions) p where p like 'sidalih:%')"),
        )
        .order_by(Grant.region)
    )
    return [(label, region) for label, region in rows]
