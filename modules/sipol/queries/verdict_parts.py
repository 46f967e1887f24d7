"""The parts of an area (provinces of the nation, kab/kota of a province) and how each was concluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions.models import Region
from electsys.regions.rules import OVERSEAS
from modules.sipol.models import PartyBoard, PartyOffice, PartyRegistration, PartyVerdict
from modules.sipol.queries.conclusions import BEFORE, verdicts_of
from modules.sipol.queries.counts import below
from modules.sipol.queries.verdict_items import Item, items_of
from modules.sipol.rules.verdicts import round_of


def present(registration: PartyRegistration, region: str) -> set[str]:
    """The parts of an area where the party has a board, an office, or anything that was judged."""
    digits = len(region) + 2
    if digits > 4:
        return set()
    codes: set[str] = set()
    for model in (PartyBoard, PartyOffice):
        codes |= set(
            db.session.scalars(
                select(func.left(model.region, digits))
                .where(
                    model.registration_id == registration.id,
                    below(model.region, region),
                    func.length(model.region) >= digits,
                )
                .distinct()
            )
        )
    return codes


def parts_states(
    registration: PartyRegistration,
    step: str,
    sequence: int,
    region: str,
    rows: Mapping[str, Sequence[PartyVerdict]],
) -> dict[str, str | None]:
    """Every part of an area on the map -> its verdict in a step; None where there is none.

    In a step after a repair a part that was met before, and in which nothing came up again, stays met.
    """
    map_id = db.session.get_one(Election, registration.election_id).map_id
    codes = db.session.scalars(
        select(Region.code)
        .where(
            Region.map_id == map_id,
            Region.level == len(region) // 2 + 1,
            func.starts_with(Region.code, region),
            ~func.starts_with(Region.code, OVERSEAS),
        )
        .order_by(Region.code)
    ).all()
    ends = {
        code: next((row.state for row in rows.get(code, ()) if row.aspect == "akhir"), None) for code in codes
    }
    if step in BEFORE:
        carried = _carried(registration, step, sequence, region, rows)
        ends = {code: state or carried.get(code) for code, state in ends.items()}
    return ends


def _carried(
    registration: PartyRegistration,
    step: str,
    sequence: int,
    region: str,
    rows: Mapping[str, Sequence[PartyVerdict]],
) -> dict[str, str]:
    before = verdicts_of(registration, BEFORE[step], sequence)
    touched = set(rows)
    if step.startswith("vermin"):
        touched |= set(
            db.session.scalars(
                select(Item.region)
                .where(*items_of(registration, region, round_of(step, sequence)))
                .distinct()
            )
        )
    met = {
        code for code, found in before.items() for row in found if row.aspect == "akhir" and row.state == "ms"
    }
    return {code: "ms" for code in met if not any(place.startswith(code) for place in touched)}
