"""A table with sealed numbers, and accounts that may or may not open them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from electsys import privacy
from electsys.identity.models import Role
from electsys.identity.operations import give_grant
from electsys.ledger import Actor
from electsys.privacy.sealed import SEALED, SealedColumn

CREATE = """
set local role electsys_owner;
create table probe (id bigint generated always as identity primary key, region text, sealed bytea);
set local role electsys_app;
"""


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> SealedColumn:
    """The declaration of the table ``probe``."""
    column = SealedColumn("probe", "Baris uji", region="region", fields=("nik", "nkk"))
    monkeypatch.setitem(SEALED, "probe", column)
    return column


@pytest.fixture
def row(session: Any, probe: SealedColumn) -> int:
    """The key of one row in region 1201."""
    session.execute(sa.text(CREATE))
    return add_row(session)


def add_row(session: Any, region: str = "120101", nik: str = "1201014107900001") -> int:
    """Seal one row and write it."""
    (key,) = privacy.reserve_ids("probe", 1, session=session)
    envelope = privacy.seal_fields({"nik": nik, "nkk": ""}, table="probe", row=key)
    session.execute(
        sa.text(
            "insert into probe (id, region, sealed) overriding system value values (:id, :region, :sealed)"
        ),
        {"id": key, "region": region, "sealed": envelope},
    )
    return key


@pytest.fixture
def opener(session: Any, make_account: Any) -> Iterator[Any]:
    """Make an account that may open numbers in a region."""
    role = Role(name="pembuka", label="Pembuka", permissions=["privacy:nik:reveal"])
    session.add(role)
    session.flush()

    def make(region: str = "1201", **dimensions: Any) -> Any:
        account = make_account()
        give_grant(account, role, actor=Actor.system("test"), region=region, **dimensions)
        session.flush()
        return account

    yield make
