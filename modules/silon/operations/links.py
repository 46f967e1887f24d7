"""Flags of candidates: what the house finds of somebody who is put up (domain.md 11, X4-X8).

Doubles, membership and the voter list are judged by ``candidate_reflag`` in the database, over the rows of
all parties and regions. Triggers ask for it whatever part of the house adds, changes or moves a candidate;
what lies in the envelope (age, NIK) and in words (occupation) is judged here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import CodeEntry, Contest
from electsys.elections.occupations import Occupations
from electsys.elections.queries import codes
from electsys.ledger import Actor, record
from electsys.privacy import check_nik
from electsys.privacy.rules import WOMEN
from electsys.regions.models import Region
from modules.silon.checking import age_day, age_exception
from modules.silon.claims import CandidateClaim, claim_of
from modules.silon.models import Candidate, Nomination
from modules.silon.rules.persons import AGE_SETTINGS, LIST_AGE, own_flags

REFLAG = text(
    "select party_id, region, raised, cleared from candidate_reflag(cast(:election as smallint),"
    " cast(:niks as bytea[]), cast(:identities as bytea[]), cast(:keys as bigint[]), cast(:own as text[]),"
    " :cause)"
)
HOLD = text("select candidate_hold(cast(:niks as bytea[]), cast(:identities as bytea[]))")
#: Envelopes that are opened at once.
BATCH = 2_000
#: Stage at whose end the age of a pair is measured (MK 70/PUU-XXII/2024).
PAIR_DAY = "penetapan_pasangan"


class Reflagged(NamedTuple):
    """What a recomputation changed in one party and body: flags raised and cleared."""

    party_id: int | None
    region: str
    raised: int
    cleared: int


class Judge:
    """What own flags rest on in a contest, looked up once for many rows."""

    def __init__(self, contest: Contest, regions: Container[str] | None = None) -> None:
        setting = AGE_SETTINGS.get(contest.kind, LIST_AGE)
        self.age = int(settings.value(contest.election_id, setting))
        self.excepting = age_exception(contest)
        stage = (
            PAIR_DAY
            if contest.kind in AGE_SETTINGS
            else settings.value(contest.election_id, "tanggal_acuan_usia")
        )
        self.day: dt.date | None = age_day(contest.election_id, stage)
        rows = db.session.scalars(
            codes(contest.election_id).where(CodeEntry.table_code == "pekerjaan_mundur")
        )
        occupations = Occupations({row.code: row.detail or "" for row in rows})
        self.barred = lru_cache(4096)(lambda written: occupations.barred(written) is not None)
        self._regions = regions

    def flags(self, claim: CandidateClaim) -> list[str]:
        """The flags of a row by itself."""
        return self.own(claim.nik, claim.birth_date, claim.sex, claim.occupation, claim.conditions)

    def own(
        self, nik: str | None, born: dt.date | None, sex: str, occupation: str, conditions: Sequence[str] = ()
    ) -> list[str]:
        """The same of plain values."""
        return own_flags(
            born=born,
            age=self.age,
            on=self.day,
            barred=self.barred(occupation),
            conditions=conditions,
            excepting=self.excepting,
            odd_nik=bool(nik) and self._is_odd(nik or "", born, sex),
        )

    def _is_odd(self, nik: str, born: dt.date | None, sex: str) -> bool:
        regions = self._regions if self._regions is not None else _known(nik)
        if born is not None:  # nearly every row, quickly
            day = born.day + (WOMEN if sex == "P" else 0)
            if nik[6:12] == f"{day:02d}{born:%m%y}" and nik[12:] != "0000" and nik[:6] in regions:
                return False
        return bool(check_nik(nik, birth_date=born, sex="P" if sex == "P" else "L", regions=regions))


def all_regions() -> frozenset[str]:
    """The codes of provinces, kab/kota and kecamatan of every map, for a file of candidates."""
    return frozenset(db.session.scalars(select(Region.code).distinct().where(Region.level < 4)))


def _known(nik: str) -> frozenset[str]:
    """Those that the number of one person could name."""
    asked = (nik[:2], nik[:4], nik[:6])
    return frozenset(db.session.scalars(select(Region.code).distinct().where(Region.code.in_(asked))))


def hold_keys(*rows: Candidate) -> None:
    """Hold the keys of these rows before a change touches them: then nobody waits for each other."""
    values = {
        "niks": [bytes(row.nik_index) for row in rows if row.nik_index is not None],
        "identities": [bytes(row.identity_index) for row in rows if row.identity_index is not None],
    }
    db.session.execute(HOLD, values)


def reflag(candidate_ids: Iterable[int], *, cause: str) -> list[Reflagged]:
    """Judge these candidates and everyone whom they concern, whatever the party.

    ``cause`` names what changed, such as ``candidate:12``; it stands beside every flag that comes or goes.
    """
    db.session.flush()
    elections: dict[int, list[Candidate]] = {}
    for row in _rows(list(candidate_ids)):
        elections.setdefault(row.election_id, []).append(row)
    judges: dict[int, Judge] = {}
    found: list[Reflagged] = []
    for election_id, rows in elections.items():
        own = {row.id: _judge(row, judges).flags(claim_of(row)) for row in rows}
        found += reflag_keys(
            election_id,
            (row.nik_index for row in rows),
            (row.identity_index for row in rows),
            own=own,
            cause=cause,
        )
    return found


def reflag_keys(
    election_id: int,
    niks: Iterable[bytes | None],
    identities: Iterable[bytes | None],
    *,
    own: Mapping[int, Sequence[str]],
    cause: str,
) -> list[Reflagged]:
    """The same by blind indexes; ``own`` gives the flags that rows have of themselves, by candidate."""
    db.session.flush()
    rows = db.session.execute(
        REFLAG,
        {
            "election": election_id,
            "niks": sorted({bytes(key) for key in niks if key is not None}),
            "identities": sorted({bytes(key) for key in identities if key is not None}),
            "keys": list(own),
            "own": [",".join(flags) for flags in own.values()],
            "cause": cause,
        },
    ).all()
    forget_flags()
    return [Reflagged(*row) for row in rows]


def forget_flags() -> None:
    """Let rows in the session read their flags anew: the database wrote them."""
    for each in db.session:
        if isinstance(each, Candidate):
            db.session.expire(each, ["flags"])


def recheck(election_id: int, *, actor: Actor) -> dict[str, int]:
    """Judge every candidate of an election from zero, after settings, members or the voter list changed.

    For a job or a command, which see the whole house. How many candidates, flags raised and cleared.
    """
    ids = db.session.scalars(
        select(Candidate.id).where(Candidate.election_id == election_id).order_by(Candidate.id)
    ).all()
    counts = {"candidates": len(ids), "raised": 0, "cleared": 0}
    for start in range(0, len(ids), BATCH):
        for row in reflag(ids[start : start + BATCH], cause=f"election:{election_id}"):
            counts["raised"] += row.raised
            counts["cleared"] += row.cleared
        for each in [row for row in db.session if isinstance(row, Candidate)]:
            db.session.expunge(each)
    record(
        "silon:candidate:recheck",
        f"election:{election_id}",
        actor=actor,
        election_id=election_id,
        details=dict(counts),
    )
    return counts


def _rows(ids: list[int]) -> list[Candidate]:
    return list(db.session.scalars(select(Candidate).where(Candidate.id.in_(ids)).order_by(Candidate.id)))


def _judge(row: Candidate, judges: dict[int, Judge]) -> Judge:
    """The judge of the row's contest."""
    contest: Contest = db.session.get_one(Nomination, row.nomination_id).contest
    if contest.id not in judges:
        judges[contest.id] = Judge(contest)
    return judges[contest.id]
