"""A bulk file in any state, for the generated tests of its workflow."""

from __future__ import annotations

import datetime as dt

from electsys.documents.models import StoredFile
from electsys.identity.operations import create_account
from electsys.intake.models import IntakeFile
from electsys.ledger import Actor
from tests.workflow.examples import example

ENDED = ("selesai", "ditolak", "dibatalkan")
NOW = dt.datetime(2024, 2, 14, 6, 0, tzinfo=dt.UTC)


def prepare(row, action, account):
    """The columns that a CHECK ties to the next state."""
    return {
        "check": {"mapping": {"kode_tps": "kode_tps"}},
        "refuse": {"message": "Ditolak.", "finished_at": NOW},
        "cancel": {"finished_at": NOW},
        "confirm": {"mode": "semua"},
        "finish": {"message": "Selesai.", "finished_at": NOW},
    }.get(action, {})


@example("intake_file", prepare=prepare)
def intake_file(session, state, **more):
    """A file of somebody."""
    owner = create_account(
        f"pembawa.{state}",
        name="Pembawa",
        email=f"{state}@test.invalid",
        password=None,
        actor=Actor.system("uji"),
    )
    stored = StoredFile(
        sha256="0" * 64,
        received_sha256="0" * 64,
        size=1,
        media_type="text/csv",
        kind="table",
        name="uji.csv",
        origin="unggahan",
        account_id=owner.id,
    )
    row = IntakeFile(
        **{
            "spec": "uji",
            "file": stored,
            "state": state,
            "format": {"kind": "csv"},
            "header": ["kode_tps"],
            "mapping": {"kode_tps": "kode_tps"},
            "mode": "semua" if state in ("diterapkan", "selesai") else None,
            "message": "Selesai." if state in ENDED else None,
            "finished_at": NOW if state in ENDED else None,
            "account_id": owner.id,
        }
        | more
    )
    session.add_all([stored, row])
    session.flush()
    return row
