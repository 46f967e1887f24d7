"""A response in any state, for the generated tests of workflows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from electsys.responses.models import PublicResponse
from tests.responses import toy
from tests.workflow.examples import example

NOW = dt.datetime(2024, 4, 20, 3, 0, tzinfo=dt.UTC)


def decided(account_id: int | None) -> dict[str, Any]:
    """The columns that a decision fills."""
    return {"decided_at": NOW, "decided_by": account_id, "reason": "Alasan uji"}


def prepare(row: Any, action: str, account: Any) -> dict[str, Any]:
    return decided(account.id) if action in ("accept", "reject") else {}


@example("responses_response", prepare=prepare)
def response(session: Any, state: str, **more: Any) -> PublicResponse:
    """An objection from Tapanuli Tengah."""
    from sqlalchemy import select

    from electsys.identity.models import Account
    from electsys.privacy import reserve_ids, seal_fields
    from electsys.responses.operations import code_index

    toy.declare()
    [key] = reserve_ids("public_response", 1)
    content = {"nama": "Budi Santoso", "kontak": "budi@contoh.id", "isi": "Nama saya tertulis dua kali."}
    content |= {"nik": toy.NIK, "hal": "ganda"}
    facts = {
        "id": key,
        "kind": toy.KIND,
        "region": "1201",
        "state": state,
        "sealed": seal_fields(content, table="public_response", row=key),
        "code_index": code_index(f"TGP-{NOW.year}-{key:06d}", "ABCDEFGH0123"),
        "proven": False,
        "created_at": NOW,
        "due_at": NOW + dt.timedelta(days=3),
    }
    if state in ("diterima_isinya", "ditolak"):
        facts |= decided(session.scalar(select(Account.id).limit(1)) or _somebody(session))
    row = PublicResponse(**facts | more)
    session.add(row)
    session.flush()
    return row


def _somebody(session: Any) -> int:
    from electsys.identity.operations import create_account
    from electsys.ledger import Actor

    account = create_account(
        "pemutus",
        name="Pemutus",
        email="pemutus@test.invalid",
        password=None,
        actor=Actor.system("uji"),
        must_change=False,
    )
    return int(account.id)
