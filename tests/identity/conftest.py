"""A small region tree for grants, and an admin."""

from __future__ import annotations

import datetime as dt

import pytest

AREAS = (
    ("12", "SUMATERA UTARA", 1),
    ("1201", "TAPANULI TENGAH", 2),
    ("1202", "TAPANULI UTARA", 2),
    ("120101", "BARUS", 3),
    ("1201012001", "KAMPUNG MUDIK", 4),
    ("31", "DKI JAKARTA", 1),
)


@pytest.fixture
def areas(session):
    """A few areas on one map, whatever the template holds."""
    from sqlalchemy import select

    from electsys.regions.models import Region, RegionMap

    if session.scalar(select(Region.code).where(Region.code == "1201").limit(1)):
        return
    session.add(RegionMap(id=2024, name="uji", valid_from=dt.date(2024, 1, 1)))
    session.flush()
    parents = {1: 0, 2: 2, 3: 4, 4: 6}
    for code, name, level in AREAS:
        session.add(
            Region(map_id=2024, code=code, name=name, level=level, parent_code=code[: parents[level]])
        )
    session.flush()


@pytest.fixture
def admin(make_account, areas):
    """Pusdatin's admin."""
    return make_account("superadmin_pusdatin")


@pytest.fixture
def regional(make_account, areas):
    """An admin of accounts in one kab/kota."""
    return make_account("admin_wilayah", "1201")
