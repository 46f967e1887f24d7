"""The households of a station: the order of the route, and what a phone carries of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.privacy import Sealer, mask_nik
from modules.sidalih.models import HouseholdVisit, Voter
from modules.sidalih.rules.voters import age_on


@dataclass
class House:
    """One household of a station, in the order of the route."""

    id: int
    address: str
    rt: str
    rw: str
    voters: list[Voter]
    visited: bool


def houses(election_id: int, tps_code: str) -> list[House]:
    """The households of a station by RW, RT and address: the order of the route (A-Daftar Pemilih)."""
    rows = db.session.scalars(
        select(Voter)
        .where(
            Voter.election_id == election_id,
            Voter.village_code == tps_code[:10],
            Voter.tps_code == tps_code,
        )
        .order_by(Voter.rw, Voter.rt, Voter.address, Voter.family, Voter.birth_year, Voter.id)
    ).all()
    done = set(
        db.session.scalars(
            select(HouseholdVisit.house).where(
                HouseholdVisit.election_id == election_id, HouseholdVisit.tps_code == tps_code
            )
        )
    )
    members: dict[int, list[Voter]] = defaultdict(list)
    for voter in rows:
        members[voter.family if voter.family is not None else -voter.id].append(voter)
    return [
        House(key, m[0].address, m[0].rt, m[0].rw, m, key in done or all(v.state != "potensial" for v in m))
        for key, m in members.items()
    ]


def carried(election: Election, tps_codes: Sequence[str]) -> list[dict[str, Any]]:
    """What a phone carries of its households: no number in full and no birth date, but age and mask.

    The visitor holds the KTP-el in hand and compares; a number that is wrong is typed anew.
    """
    sealer = Sealer("voter")
    made = []
    for code in tps_codes:
        for house in houses(election.id, code):
            made.append(
                {
                    "tps": code,
                    "rumah": str(house.id),
                    "alamat": house.address,
                    "rt": house.rt,
                    "rw": house.rw,
                    "selesai": house.visited,
                    "pemilih": [_voter(v, sealer, election) | _elsewhere(v, house) for v in house.voters],
                }
            )
    return made


def _elsewhere(voter: Voter, house: House) -> dict[str, str]:
    """The address of a voter where it is not the house's."""
    if (voter.address, voter.rt, voter.rw) == (house.address, house.rt, house.rw):
        return {}
    return {"alamat": voter.address, "rt": voter.rt, "rw": voter.rw}


def _voter(voter: Voter, sealer: Sealer, election: Election) -> dict[str, Any]:
    secret = sealer.unseal_fields(voter.id, bytes(voter.sealed))
    born = dt.date.fromisoformat(secret["birth_date"])
    return {
        "id": voter.id,
        "versi": voter.version,
        "status": voter.state,
        "nama": voter.name,
        "jk": voter.sex,
        "umur": age_on(born, election.voting_day),
        "tempat_lahir": voter.birth_place,
        "kawin": voter.marital_status,
        "ktp_el": voter.ktp_el or "",
        "disabilitas": secret.get("disability", "0"),
        "nik": mask_nik(secret.get("nik")),
        "nkk_akhir": (secret.get("nkk") or "")[-2:],
        "tms": voter.tms_code or "",
    }


def visits_of(election_id: int, tps_code: str, house: int) -> Sequence[HouseholdVisit]:
    """The visits of one household, newest first."""
    return db.session.scalars(
        select(HouseholdVisit)
        .where(
            HouseholdVisit.election_id == election_id,
            HouseholdVisit.tps_code == tps_code,
            HouseholdVisit.house == house,
        )
        .order_by(HouseholdVisit.id.desc())
        .limit(20)
    ).all()


def last_paper(election_id: int, tps_code: str, account_id: int) -> HouseholdVisit | None:
    """What an account entered last from a station's paper: the next sheet has the same visitor."""
    return db.session.scalars(
        select(HouseholdVisit)
        .where(
            HouseholdVisit.election_id == election_id,
            HouseholdVisit.tps_code == tps_code,
            HouseholdVisit.source == "kertas",
            HouseholdVisit.account_id == account_id,
        )
        .order_by(HouseholdVisit.id.desc())
        .limit(1)
    ).one_or_none()


def following(all_houses: Sequence[House], house: int) -> House | None:
    """The next household of the route that nobody visited, from the start again after the last."""
    places = [h.id for h in all_houses]
    start = places.index(house) + 1 if house in places else 0
    order = [*all_houses[start:], *all_houses[:start]]
    return next((h for h in order if not h.visited and h.id != house), None)


def sources_of(election_id: int, tps_code: str) -> dict[int, str]:
    """How each visited household of a station was recorded last: ``gawai`` or ``kertas``."""
    rows = db.session.execute(
        select(HouseholdVisit.house, HouseholdVisit.source)
        .where(HouseholdVisit.election_id == election_id, HouseholdVisit.tps_code == tps_code)
        .order_by(HouseholdVisit.id)
    )
    return {row.house: row.source for row in rows}
