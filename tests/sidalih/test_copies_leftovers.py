"""After numbers were opened, lists copied and a breach worked on, no number lies in clear anywhere.

Database files and WAL, a plain dump, a backup, the file store, the kit, the log of an app that fails with a
number in its hands.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from electsys import backup, privacy
from electsys.backup.tools import tool
from electsys.identity.models import Account
from electsys.ledger import Actor
from modules.sidalih.claims import claims_of
from modules.sidalih.models import VoterCanary
from modules.sidalih.operations import copies as operations
from modules.sidalih.operations.breach import Breach, draw_kit
from modules.sidalih.operations.canaries import Canaries
from tests.sidalih.copying import freeze, made, some_voters
from tests.sidalih.leftovers import leftovers
from tests.sidalih.test_red_team import app, session  # noqa: F401  (an app whose transactions are real)

HOME = Path(os.environ.get("ELECTSYS_HOME", "."))


@pytest.fixture
def log(tmp_path):
    """A log file of the whole process."""
    path = tmp_path / "app.log"
    handler = logging.FileHandler(path)
    logging.getLogger().addHandler(handler)
    yield path
    logging.getLogger().removeHandler(handler)
    handler.close()


def test_no_number_lies_in_clear(app, session, make_account, tmp_path, log, monkeypatch):  # noqa: F811
    begun = time.time()
    drawn: list[str] = []
    among = Canaries._nik
    monkeypatch.setattr(Canaries, "_nik", lambda self, *a: drawn.append(among(self, *a)) or drawn[-1])
    voters = some_voters(session, 40)
    freeze(session, voters)
    session.commit()
    numbers = {n for v in voters for n in (claims_of(v).nik, claims_of(v).nkk)}
    thief = make_account("operator_kpu_kabko", region="1201")
    session.commit()
    actor = Actor(thief.id, thief.username)
    for voter in voters[:5]:
        shown = privacy.reveal("voter", voter.id, actor=actor, reason=f"Mencocokkan {claims_of(voter).nik}")
        assert shown in numbers
        logging.getLogger("uji").warning("opened %s", shown)
    copy, first, second = made(app, session, make_account, profile="pengawas", purpose="pengawasan")
    operations.hand_over(copy, actor=first)
    operations.show_password(copy, actor=second)
    session.commit()
    assert len(drawn) == copy.controls == 2
    now = dt.datetime.now(dt.UTC)
    event = Breach(thief.username, now - dt.timedelta(hours=1), now, copies=(copy.id,))
    draw_kit(event, tmp_path / "kit", actor=Actor.system("uji"))
    session.commit()
    try:
        session.execute(VoterCanary.__table__.insert(), {"nik_index": next(iter(numbers)).encode()})
    except Exception:
        logging.getLogger("uji").exception("a statement failed with a number in its hands")
    session.rollback()

    archive = tmp_path / "house.backup"
    backup.make_backup(archive, "dua belas bulan setahun", actor=Actor.system("uji"))
    dump = tmp_path / "plain.sql"
    with dump.open("wb") as out:
        subprocess.run([tool("pg_dump"), "--no-password", app.config["DATABASE_URL"]], stdout=out, check=True)
    with psycopg.connect(os.environ["ELECTSYS_TEST_ADMIN"], autocommit=True) as connection:
        connection.execute("checkpoint")

    assert dump.stat().st_size > 100_000
    assert b"1201**********" in log.read_bytes()
    wanted = numbers | set(drawn)
    assert leftovers([HOME, tmp_path], known=wanted, since=begun) == []
    # The net holds: one number anywhere is found.
    (tmp_path / "x.bin").write_bytes(b"\0" + drawn[0].encode() + b"\0")
    assert len(leftovers([tmp_path], known=wanted)) == 1
    assert session.get(Account, thief.id) is not None
