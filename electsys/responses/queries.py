"""Reads of responses: by receipt and code for their senders, as a queue for officers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, text, true

from electsys.db import db
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.privacy import unseal_fields
from electsys.regions.models import Region
from electsys.regions.queries import CURRENT
from electsys.responses import kinds, rules, workflow
from electsys.responses.models import PublicResponse
from electsys.responses.operations import code_index
from electsys.workflow import within

_inside = within(
    region=PublicResponse.region, party=PublicResponse.party_id, election=PublicResponse.election_id
)


def by_code(number: str, code: str) -> PublicResponse | None:
    """The response of a receipt and its code, as people typed them; None where the two do not belong."""
    wanted = code_index(rules.plain_receipt(number), rules.plain_code(code))
    return db.session.scalars(
        select(PublicResponse).from_statement(text("select * from response_by_code(:wanted)")),
        {"wanted": wanted},
    ).one_or_none()


def response(response_id: int) -> PublicResponse | None:
    """A response inside the reader's regions."""
    return db.session.get(PublicResponse, response_id)


def contents(row: PublicResponse) -> dict[str, str]:
    """What the sender wrote: name, contact, text, NIK, the kind's own answers. For the module that acts."""
    return unseal_fields(row.sealed, table="public_response", row=row.id)


def visible(account: Any, permission: str) -> ColumnElement[bool]:
    """The responses that an account may see: by the room's and the kind's permission, where the row lies."""
    room = grants.scopes(account, permission)
    parts = [
        and_(PublicResponse.kind == kind.name, _inside(grants.scopes(account, kind.permission)))
        for kind in kinds.ALL.values()
    ]
    return and_(_inside(room), or_(false(), *parts))


def may_see(row: PublicResponse, account: Any) -> bool:
    """The same for one response and its kind's permission."""
    kind = kinds.ALL.get(row.kind)
    return kind is not None and grants.can(
        account, kind.permission, Scope(row.region, row.party_id, row.election_id)
    )


def queue(account: Any, permission: str = workflow.READ) -> Any:
    """The queue with the name of each area: open ones first, the nearest deadline on top."""
    return (
        select(PublicResponse, Region.name.label("region_name"))
        .outerjoin(
            Region, and_(Region.map_id == CURRENT, Region.code == func.left(PublicResponse.region, 10))
        )
        .where(visible(account, permission))
        .order_by(PublicResponse.decided_at.is_not(None), PublicResponse.due_at)
    )


def waiting(account: Account) -> tuple[int, dt.datetime | None]:
    """How many open responses an account can decide, and the nearest deadline."""
    row = db.session.execute(
        select(func.count(), func.min(PublicResponse.due_at)).where(
            PublicResponse.decided_at.is_(None), visible(account, workflow.DECIDE)
        )
    ).one()
    return row[0], row[1]


def waiting_of(account: Any, kind: str) -> int:
    """How many open responses of a kind an account can see."""
    open_ones = (PublicResponse.kind == kind, PublicResponse.decided_at.is_(None))
    return db.session.scalar(select(func.count()).where(*open_ones, visible(account, workflow.READ))) or 0


def of_nik(nik_index: bytes, only: Sequence[str] = ()) -> Select[Any]:
    """The responses about a person, for the module that asks (inside the reader's regions)."""
    wanted = PublicResponse.kind.in_(only) if only else true()
    return select(PublicResponse).where(PublicResponse.nik_index == nik_index, wanted)
