"""Reads for building polling stations: a village's voters, families, TPS; an overview of a kab/kota."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.regions.models import Tps
from modules.sidalih.models import Voter, VoterEvent
from modules.sidalih.models.tps import TpsChange, TpsProposal, TpsProposalFamily
from modules.sidalih.models.voters import LISTED
from modules.sidalih.rules.tps import Family, Station
from modules.sidalih.rules.tps_flows import WrongTps, check_wrong_tps

#: The law's cap, where an election names none (UU 7/2017 art. 350).
LAW_CAP = 500


def cap_of(election_id: int) -> int:
    """Most voters of a TPS of this election."""
    for key in ("maks_pemilih_tps", "maks_pemilih_tps_uu"):
        try:
            found = settings.value(election_id, key)
        except LookupError:
            continue
        if found:
            return int(found)
    return LAW_CAP


# --- what the rules take -------------------------------------------------------------------------


class PlacedVoter(NamedTuple):
    """A voter as the building of TPS sees it: no name, no number."""

    id: int
    family: int | None
    rw: str
    rt: str
    address: str
    tps_code: str | None


@dataclass(frozen=True)
class Site:
    """A TPS in use, with its voters."""

    code: str
    name: str
    cap: int
    special: bool
    address: str | None
    voters: int

    @property
    def number(self) -> str:
        """The three digits that people call it by."""
        return self.code[-3:]

    @property
    def over(self) -> int:
        """Voters beyond the cap."""
        return max(0, self.voters - self.cap)

    @property
    def station(self) -> Station:
        """As the rules take it."""
        return Station(self.code, self.cap, self.special)


@dataclass(frozen=True)
class VillageFacts:
    """Everything that a proposal is made of."""

    families: list[Family]
    #: Family -> its voters who are placed together (without those at special sites).
    members: dict[int, list[int]]
    sites: list[Site]
    cap: int
    #: Names the state of the placement: who stands where.
    digest: bytes

    @property
    def stations(self) -> list[Station]:
        """The TPS as the rules take them."""
        return [s.station for s in self.sites]


def _listed(election_id: int, village: str) -> tuple[Any, ...]:
    return (
        Voter.election_id == election_id,
        Voter.province == village[:2],
        Voter.village_code == village,
        Voter.state.in_(LISTED),
    )


def sites(election_id: int, village: str) -> list[Site]:
    """The TPS of a village that are in use, with the number of their listed voters (two queries)."""
    cap = cap_of(election_id)
    rows_held = db.session.execute(
        select(Voter.tps_code, func.count()).where(*_listed(election_id, village)).group_by(Voter.tps_code)
    )
    held: dict[str | None, int] = dict(rows_held.all())
    rows = db.session.scalars(
        select(Tps)
        .where(
            Tps.election_id == election_id,
            Tps.province == village[:2],
            Tps.village_code == village,
            Tps.state == "aktif",
        )
        .order_by(Tps.code)
    )
    return [
        Site(t.code, t.name, t.cap or cap, t.kind == "khusus", t.address, held.get(t.code, 0)) for t in rows
    ]


def village_facts(election_id: int, village: str, *, lock: bool = False) -> VillageFacts:
    """The families and TPS of a village. ``lock`` holds the voters' rows until the transaction ends."""
    statement = (
        select(Voter.id, Voter.family, Voter.rw, Voter.rt, Voter.address, Voter.tps_code)
        .where(*_listed(election_id, village))
        .order_by(Voter.id)
    )
    rows = db.session.execute(statement.with_for_update() if lock else statement).all()
    voters = [PlacedVoter(*row) for row in rows]
    found = sites(election_id, village)
    families, members = as_families(voters, {s.code for s in found if s.special})
    return VillageFacts(families, members, found, cap_of(election_id), digest_of(voters))


def digest_of(voters: Iterable[PlacedVoter]) -> bytes:
    """SHA-256 over who stands where, in the order of ids."""
    total = hashlib.sha256()
    for v in voters:
        total.update(f"{v.id}:{v.tps_code or ''}\n".encode())
    return total.digest()


def as_families(
    voters: Sequence[PlacedVoter], special: set[str]
) -> tuple[list[Family], dict[int, list[int]]]:
    """Voters gathered by family card, named by their first voter; who has no card stands alone.

    RT, RW and address are those of the first member who is not at a special site. ``order`` ranks addresses
    as people count them: house 9 before house 10.
    """
    gathered: dict[tuple[str, int], list[PlacedVoter]] = defaultdict(list)
    for v in voters:
        gathered[("k", v.family) if v.family is not None else ("v", v.id)].append(v)
    ranks = {a: n for n, a in enumerate(sorted({v.address for v in voters}, key=_natural))}
    families: list[Family] = []
    members: dict[int, list[int]] = {}
    for held in gathered.values():
        free = [v for v in held if v.tps_code not in special]
        head = (free or held)[0]
        key = held[0].id
        present = Counter(v.tps_code for v in held if v.tps_code is not None)
        families.append(Family(key, len(held), head.rw, head.rt, ranks[head.address], dict(present)))
        members[key] = [v.id for v in free]
    return families, members


def _natural(address: str) -> list[tuple[int, str]]:
    """Text and numbers apart, numbers by their worth."""
    parts = re.findall(r"\d+|[^\d\s]+", address.casefold())
    return [(int(p), "") if p.isdecimal() and len(p) < 9 else (-1, p) for p in parts]


# --- pages ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FamilyRow:
    """A family on a page: its part in one TPS, and how many of it are elsewhere."""

    key: int
    name: str
    rw: str
    rt: str
    address: str
    here: int
    elsewhere: int


#: Families shown at once; a TPS never has more, voters without a TPS may.
SHOWN = 400


def families_at(election_id: int, village: str, tps_code: str | None) -> tuple[list[FamilyRow], int]:
    """Families with voters in a TPS (None: without one), and how many there are (two queries)."""
    here = Voter.tps_code == tps_code if tps_code else Voter.tps_code.is_(None)
    rows = db.session.execute(
        select(Voter.id, Voter.family, Voter.name, Voter.birth_year, Voter.rw, Voter.rt, Voter.address)
        .where(*_listed(election_id, village), here)
        .order_by(Voter.id)
    ).all()
    gathered: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in rows:
        gathered[("k", row.family) if row.family is not None else ("v", row.id)].append(row)
    found = sorted(gathered.items(), key=lambda kv: (kv[1][0].rw, kv[1][0].rt, _natural(kv[1][0].address)))
    shown = found[:SHOWN]
    cards = [card for (kind, card), _held in shown if kind == "k"]
    counted = db.session.execute(
        select(Voter.family, func.count())
        .where(*_listed(election_id, village), Voter.family.in_(cards))
        .group_by(Voter.family)
    )
    totals: dict[int | None, int] = dict(counted.all())
    made = []
    for (kind, card), held in shown:
        eldest = min(held, key=lambda row: (row.birth_year, row.id))
        total = totals.get(card, len(held)) if kind == "k" else len(held)
        made.append(
            FamilyRow(
                *(held[0].id, eldest.name, held[0].rw, held[0].rt, held[0].address),
                *(len(held), total - len(held)),
            )
        )
    return made, len(found)


def family_of(voter: Voter) -> list[Voter]:
    """The listed voters of a voter's family in its village, itself included."""
    same = Voter.family == voter.family if voter.family is not None else Voter.id == voter.id
    return list(
        db.session.scalars(
            select(Voter)
            .where(*_listed(voter.election_id, voter.village_code), same)
            .order_by(Voter.birth_year, Voter.id)
        )
    )


@dataclass(frozen=True)
class VillageRow:
    """A village in the overview of a kab/kota or kecamatan."""

    code: str
    name: str
    voters: int
    unplaced: int
    stations: int
    over: int
    proposal: str | None
    lower_bound: int | None
    moved: int | None


def villages(election: Election, region: str) -> list[VillageRow]:
    """The villages of an area with what their TPS hold, in one query."""
    rows = db.session.execute(
        text(
            """
            with held as (
                select village_code, tps_code, count(*) as n from voter
                where election_id = :election and province = :province and state = any(:listed)
                  and village_code >= :region and village_code < :region || ':'
                group by village_code, tps_code
            ), voters as (
                select village_code, sum(n) as voters,
                       coalesce(sum(n) filter (where tps_code is null), 0) as unplaced
                from held group by village_code
            ), places as (
                select t.village_code, count(*) as stations,
                       count(*) filter (where h.n > coalesce(t.cap, :cap)) as over
                from tps t left join held h on h.tps_code = t.code
                where t.election_id = :election and t.province = :province and t.state = 'aktif'
                  and t.village_code >= :region and t.village_code < :region || ':'
                group by t.village_code
            )
            select r.code, r.name, coalesce(v.voters, 0), coalesce(v.unplaced, 0), coalesce(s.stations, 0),
                   coalesce(s.over, 0), p.state, (p.score->>'moves_lower_bound')::int,
                   (p.score->>'moved')::int
            from region r
            left join voters v on v.village_code = r.code
            left join places s on s.village_code = r.code
            left join tps_proposal p on p.election_id = :election and p.village_code = r.code
                and p.state = 'menunggu'
            where r.map_id = :map and r.level = 4 and r.code >= :region and r.code < :region || ':'
            order by r.code
            """
        ),
        {
            "election": election.id,
            "province": region[:2],
            "region": region,
            "listed": list(LISTED),
            "cap": cap_of(election.id),
            "map": election.map_id,
        },
    )
    return [VillageRow(r[0], r[1], int(r[2]), int(r[3]), *r[4:]) for r in rows]


def unplaced(election_id: int, village: str) -> int:
    """Listed voters of a village without a TPS."""
    clause = (*_listed(election_id, village), Voter.tps_code.is_(None))
    return db.session.scalar(select(func.count()).select_from(Voter).where(*clause)) or 0


def split_families(election_id: int, village: str) -> int:
    """Families whose members stand in more than one ordinary TPS of the village."""
    special = select(Tps.code).where(
        Tps.election_id == election_id, Tps.village_code == village, Tps.kind == "khusus"
    )
    parted = (
        select(Voter.family)
        .where(*_listed(election_id, village), Voter.family.is_not(None), Voter.tps_code.not_in(special))
        .group_by(Voter.family)
        .having(func.count(Voter.tps_code.distinct()) > 1)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(parted)) or 0


def waiting(election_id: int, village: str) -> TpsProposal | None:
    """The proposal of a village that waits for a decision."""
    return db.session.scalar(
        select(TpsProposal).where(
            TpsProposal.election_id == election_id,
            TpsProposal.village_code == village,
            TpsProposal.state == "menunggu",
        )
    )


def waiting_in(election_id: int, region: str) -> list[int]:
    """Ids of the proposals that wait in an area, village by village."""
    return list(
        db.session.scalars(
            select(TpsProposal.id)
            .where(
                TpsProposal.election_id == election_id,
                TpsProposal.state == "menunggu",
                TpsProposal.village_code >= region,
                TpsProposal.village_code < region + ":",
            )
            .order_by(TpsProposal.village_code)
        )
    )


def families_of(proposal: TpsProposal) -> Select[TpsProposalFamily]:
    """The families that a proposal moves or places."""
    return (
        select(TpsProposalFamily)
        .where(TpsProposalFamily.proposal_id == proposal.id)
        .order_by(TpsProposalFamily.number)
    )


def changes(election_id: int, village: str) -> Select[TpsChange]:
    """What was done to the TPS of a village, the newest first."""
    return (
        select(TpsChange)
        .where(TpsChange.election_id == election_id, TpsChange.village_code == village)
        .order_by(TpsChange.id.desc())
    )


def wrong_tps(election_id: int, village: str) -> WrongTps:
    """The code 8 balance of a village: every event that took a voter from one TPS to another."""
    rows = db.session.execute(
        select(VoterEvent.details["from"].astext, VoterEvent.details["to"].astext)
        .where(
            VoterEvent.election_id == election_id,
            VoterEvent.village_code == village,
            VoterEvent.kind == "tempat",
            VoterEvent.details["from"].astext.is_not(None),
        )
        .order_by(VoterEvent.id)
    )
    return check_wrong_tps(village, [(left, came) for left, came in rows])
