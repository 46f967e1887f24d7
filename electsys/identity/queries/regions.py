"""What this room asks of the region tree."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, select

from electsys.db import db
from electsys.regions.models import Region, Tps


def region_exists(code: str) -> bool:
    """Whether some map has this area, or some election this TPS; "" is the nation."""
    if not code:
        return True
    if len(code) == 13:
        found = select(exists().where(Tps.province == code[:2], Tps.code == code))
    else:
        found = select(exists().where(Region.code == code))
    return bool(db.session.scalar(found))


def region_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of areas and TPS as the newest map has them; unknown ones are left out (two queries)."""
    wanted = {code for code in codes if code}
    rows = db.session.execute(
        select(Region.code, Region.name).where(Region.code.in_(wanted)).order_by(Region.map_id)
    )
    names = {code: name for code, name in rows}  # noqa: C416  (rows are no pairs to the type checker)
    stations = {code for code in wanted if len(code) == 13}
    if stations:
        found = db.session.execute(
            select(Tps.code, Tps.name).where(
                Tps.province.in_({code[:2] for code in stations}), Tps.code.in_(stations)
            )
        )
        names |= {code: name for code, name in found}  # noqa: C416
    return names
