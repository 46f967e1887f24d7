"""Reads of supporters: how far a list has come, area by area, and its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select, text

from electsys.db import db
from electsys.elections import settings
from electsys.privacy import Sealer, mask_nik
from electsys.regions.models import Region
from modules.sidalih import determined_voters
from modules.silon.models import Nomination, Supporter, SupportStep
from modules.silon.models.supporters import COUNTED
from modules.silon.rules import support as rules

#: Contest -> (setting of the minimum, setting of the spread, level of the areas that are spread over).
DEMANDS = {
    "dpd": ("dukungan_dpd", "sebaran_dpd", 2),
    "gubernur": ("ambang_pilkada_gubernur", "sebaran_pilkada", 2),
    "bupati_walikota": ("ambang_pilkada_kabko", "sebaran_pilkada", 3),
}


@dataclass(frozen=True)
class Standing:
    """How far a list has come. ``demand`` is None where no DPT of the area is set yet."""

    progress: rules.Progress | None
    counted: int
    by_area: dict[str, int]
    given: int
    flags: dict[str, int]
    voters: int | None


#: The setting of how many new supporters replace each that is lacking.
PENALTIES = {"dpd": "denda_dukungan"}
#: Steps in which the first factual round is over: what counts is its projection and what came after it.
AFTER = ("perbaikan_kedua", "vermin_kedua", "verfak_kedua")


def cycle_of(nomination: Nomination) -> int:
    """1, and one more for every time that a ruling opened the support again after it had ended."""
    ended = select(func.count()).where(
        SupportStep.nomination_id == nomination.id, SupportStep.outcome == "tms"
    )
    n = int(db.session.scalar(ended) or 0)
    return max(n, 1) if nomination.support_state == "tms" else n + 1


def repair_of(nomination: Nomination) -> rules.Repair | None:
    """What the repair that runs asks for, by what its plenary found lacking; None outside a repair."""
    step = nomination.support_state or ""
    if step not in ("perbaikan", "perbaikan_kedua"):
        return None
    counts = db.session.scalars(
        select(SupportStep.counts)
        .where(SupportStep.nomination_id == nomination.id, SupportStep.outcome == "perbaiki")
        .order_by(SupportStep.id.desc())
        .limit(1)
    ).first()
    found = counts or {}
    lacking = max(int(found.get("minimum") or 0) - int(found.get("counted") or 0), 0)
    factor = settings.value(
        nomination.election_id, PENALTIES.get(nomination.contest.kind, "denda_dukungan_pilkada")
    )
    given = sum(
        _rows_by_area(
            nomination,
            ("baru", "ms"),
            Supporter.round == rules.given_round(step, cycle_of(nomination)),
        ).values()
    )
    return rules.Repair(lacking, int(factor), given)


def digits_of(nomination: Nomination) -> int:
    """Digits of the areas over which support is spread: kab/kota, or kecamatan in a kab/kota."""
    return 4 if DEMANDS[nomination.contest.kind][2] == 2 else 6


def areas_of(nomination: Nomination) -> dict[str, str]:
    """The areas over which support is spread: code -> name."""
    rows = db.session.execute(
        select(Region.code, Region.name)
        .where(
            Region.map_id == nomination.contest.election.map_id,
            Region.level == DEMANDS[nomination.contest.kind][2],
            func.starts_with(Region.code, nomination.region),
        )
        .order_by(Region.code)
    )
    return {row[0]: row[1] for row in rows}


def demand_of(nomination: Nomination) -> rules.Demand | None:
    """What is asked, by the DPT of the area; None where none is set yet."""
    voters = determined_voters(nomination.election_id, nomination.region)
    if voters is None:
        return None
    minimum, spread, _level = DEMANDS[nomination.contest.kind]
    table = settings.value(nomination.election_id, minimum)
    share = Fraction(settings.value(nomination.election_id, spread))
    judge = rules.dpd if nomination.contest.kind == "dpd" else rules.independent
    return judge(voters, len(areas_of(nomination)), table, share)


def standing_of(
    nomination: Nomination, *, only: Sequence[str] = ("baru", "ms"), field: bool = False
) -> Standing:
    """How far a list has come now; ``only`` are the states that count (after vermin: ``ms`` alone).

    Once the first factual round is over its projection stands for the rows that it was drawn from, and what
    came in the second repair is added. ``field`` counts what visits found and nothing else: for the plenary
    of a factual round, and for a list whose support is concluded.
    """
    from modules.silon.queries.support_factual import projected

    step, cycle = nomination.support_state or "", cycle_of(nomination)
    first = rules.sample_round("verfak", cycle)
    if field:
        rounds = (first,) if step == "verfak" else (first, first + 1)
        by_area = projected(nomination, rounds)
    elif step in AFTER:
        later = Supporter.round == rules.given_round("perbaikan_kedua", cycle)
        by_area = _added(projected(nomination, (first,)), _rows_by_area(nomination, only, later))
    else:
        by_area = _rows_by_area(nomination, only)
    by_area = {code: n for code, n in sorted(by_area.items()) if n}
    asked = demand_of(nomination)
    given = db.session.scalar(
        select(func.count()).where(Supporter.nomination_id == nomination.id, Supporter.state != "ditarik")
    )
    flags = db.session.execute(
        text(
            "select f, count(*) from supporter, unnest(flags) f"
            " where nomination_id = :n and state <> 'ditarik' group by f order by f"
        ),
        {"n": nomination.id},
    )
    return Standing(
        rules.progress(asked, by_area) if asked else None,
        sum(by_area.values()),
        by_area,
        int(given or 0),
        {row[0]: int(row[1]) for row in flags},
        determined_voters(nomination.election_id, nomination.region),
    )


def _rows_by_area(nomination: Nomination, only: Sequence[str], *more: Any) -> dict[str, int]:
    """Rows that count, by the areas over which support is spread."""
    area = func.left(Supporter.village_code, digits_of(nomination))
    rows = db.session.execute(
        select(area, func.count())
        .where(
            Supporter.nomination_id == nomination.id,
            Supporter.state.in_(only),
            text(COUNTED),
            Supporter.area == func.left(Supporter.village_code, func.length(Supporter.area)),
            *more,
        )
        .group_by(area)
    )
    return {row[0]: int(row[1]) for row in rows}


def _added(first: dict[str, int], second: dict[str, int]) -> dict[str, int]:
    return {code: first.get(code, 0) + second.get(code, 0) for code in first.keys() | second.keys()}


def rows_of(nomination: Nomination) -> Select[Any]:
    """The rows of a list with the name of the village."""
    village = (
        select(Region.name)
        .where(Region.map_id == nomination.contest.election.map_id, Region.code == Supporter.village_code)
        .scalar_subquery()
    )
    return select(Supporter, village.label("village")).where(Supporter.nomination_id == nomination.id)


def masked(rows: Sequence[Supporter]) -> dict[int, str]:
    """The masked NIK of each row."""
    sealer = Sealer("supporter")
    return {row.id: mask_nik(sealer.unseal_fields(row.id, bytes(row.sealed))["nik"]) for row in rows}


def steps_of(nomination: Nomination) -> list[SupportStep]:
    """What was handed in and concluded, in its order."""
    return list(
        db.session.scalars(
            select(SupportStep).where(SupportStep.nomination_id == nomination.id).order_by(SupportStep.id)
        )
    )


def digest_of(nomination: Nomination) -> bytes:
    """SHA-256 over the blind indexes of all rows that stand, in ascending order: the list, naming nobody."""
    digest = hashlib.sha256()
    rows = db.session.scalars(
        select(Supporter.nik_index)
        .where(Supporter.nomination_id == nomination.id, Supporter.state != "ditarik")
        .order_by(Supporter.nik_index, Supporter.id)
        .execution_options(yield_per=10_000)
    )
    for index in rows:
        digest.update(bytes(index))
    return digest.digest()
