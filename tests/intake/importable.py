"""The suite with one more kind of file, whose rows go into a table of the test, slowly.

For a server and a worker of their own (gunicorn tests.intake.importable:app).
"""

from __future__ import annotations

from sqlalchemy import text

from electsys import create_app, intake
from electsys.db import db
from tests.intake.conftest import VOTES


def apply(delivery):
    staging = delivery.staging.table
    db.session.execute(text(f"insert into uji_hasil select {delivery.id}, kode_tps from {staging}"))
    db.session.execute(text("select pg_sleep(3)"))
    return intake.Outcome(f"{delivery.staging.rows} baris masuk.", "intake.own")


intake.register(VOTES, label="Hasil uji", apply=apply, permission="situng:batch:import")
app = create_app()
