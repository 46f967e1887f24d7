"""NA-07: the centre is down for 48 hours, plenaries finish on their files, and nothing is lost or doubled.

Down means down: every connection is cut in the midst of work, PostgreSQL takes no new one, and the
application that goes on afterwards is another one.
"""

from __future__ import annotations

import copy
import io
import json
import os
from datetime import timedelta
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from electsys.db import db
from electsys.documents import store_file
from electsys.elections.models import Contest, Election
from electsys.errors import Refused
from modules.sirekap.models import RecapCorrection, RecapExport
from modules.sirekap.operations.exports import export_json, export_workbook, return_file
from modules.sirekap.operations.recaps import close_recap, lock_recap, open_recap
from modules.sirekap.queries.recaps import readings, version_of
from tests.server import cloned
from tests.sirekap.ladder import NAMES, World, build
from tests.sirekap.test_offline_json import filled
from tests.sirekap.workbooks import cell_of, write

OUTAGE = timedelta(hours=48)


class Centre:
    """The application on a database of its own, that can be killed and started again."""

    def __init__(self, url: str) -> None:
        self.url, self.name = url, urlsplit(url).path[1:]

    def _rule(self, statement: str) -> None:
        with psycopg.connect(os.environ["ELECTSYS_TEST_ADMIN"], autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        from electsys import create_app

        self._rule(f'alter database "{self.name}" allow_connections true')
        self.context = create_app(DATABASE_URL=self.url).app_context()
        self.context.push()

    def kill(self) -> None:
        """Cut everything at once, as a machine that loses its power."""
        self._rule(f'alter database "{self.name}" allow_connections false')
        self._rule(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{self.name}'")

    def leave(self) -> None:
        """What is left of the process goes too."""
        db.session.remove()
        db.engine.dispose()
        self.context.pop()


@pytest.fixture
def centre(worker_id):
    with cloned(f"48_{worker_id}") as url:
        made = Centre(url)
        made.start()
        yield made
        made.leave()


@pytest.fixture
def session(centre):
    """What the builders and factories write with: the centre's own session."""
    return db.session


def again(world) -> World:
    """The same election as the new application finds it; the people and the paper are what they were."""
    election = db.session.scalars(select(Election).where(Election.code == "uji-rekap")).one()
    contests = {
        c.kind: c for c in db.session.scalars(select(Contest).where(Contest.election_id == election.id))
    }
    people = world.people
    return World(db.session, election, contests, world.kecamatan, world.stations, people, {}, world.forms)


def on_paper(content, reasons, forms):
    """The operator of a plenary fills the workbook from the paper: what is missing, and one correction."""
    changes = {}
    for code, (cells, votes) in forms.items():
        for key, value in (
            *zip(NAMES, cells, strict=True),
            *((f"suara_{n}", v) for n, v in enumerate(votes, 1)),
        ):
            changes[cell_of(content, key, code)] = value
        changes[cell_of(content, "alasan_kode", code)] = reasons[code]
        changes[cell_of(content, "alasan", code)] = "Dibaca dari C.Hasil kertas dalam pleno."
    return write(content, changes)


def test_48_hours_without_the_centre(centre, session, make_account):
    world = build(session, make_account, accept=lambda _kind, code: not code.endswith("002"))
    here, there = world.recap("ppwp", "120101"), world.recap("ppwp", "120102")
    for recap in (here, there):
        open_recap(recap, actor=world.people[recap.region][0])
    workbook = export_workbook(here, actor=world.people["120101"][0])
    program = export_json(there, actor=world.people["120102"][0])
    session.commit()
    forms = {code: form for (kind, code), form in world.forms.items() if kind == "ppwp"}
    ids, villages = (here.id, there.id), {r.region: sorted(readings(r)) for r in (here, there)}

    # The power goes in the midst of work: what was not committed is gone, and nobody gets in any more.
    session.execute(text("update recap set version = 7 where id = :id"), {"id": ids[0]})
    centre.kill()
    with pytest.raises(OperationalError):
        session.commit()
    centre.leave()
    with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
        psycopg.connect(centre.url)

    # Two days on files alone: in each plenary missing forms are read from paper, and one number corrected.
    forms = {code: form for code, form in forms.items() if code[:6] in villages}
    missing = {code: form for code, form in forms.items() if code.endswith("002")}
    moved = {}
    for region in villages:
        code = min(c for c in forms if c.startswith(region))
        cells, votes = forms[code]
        moved[code] = (cells, [votes[0] - 1, votes[1] + 1, *votes[2:]])
    codes = dict.fromkeys(missing, "pengisian_pleno") | dict.fromkeys(moved, "salah_baca")
    written = missing | moved
    inside = {code: form for code, form in written.items() if code.startswith("120101")}
    paper = on_paper(workbook, codes, inside)
    rows = {f"C{n}": "ya" for n in range(2, len(villages["120101"]) + 2)}
    paper = write(paper, rows, sheet=2)
    back = copy.deepcopy(program)
    for code, (cells, votes) in written.items():
        if code.startswith("120102"):
            why = {"alasan_kode": codes[code], "alasan": "Dibaca dari C.Hasil kertas dalam pleno."}
            back = filled(back, {code: [*cells, *votes]}, **why)
    back = filled(back, {}, read=villages["120102"])

    # The centre is back, as another process; to it two days have passed.
    centre.start()
    world = again(world)
    for table, column in (("recap", "opened_at"), ("recap_export", "exported_at")):
        db.session.execute(
            text(f"update {table} set {column} = {column} - :ago where {column} is not null"), {"ago": OUTAGE}
        )
    db.session.commit()
    here, there = world.recap("ppwp", "120101"), world.recap("ppwp", "120102")
    assert (here.id, there.id) == ids and here.version == 0
    for recap, content, ending in ((here, paper, "xlsx"), (there, json.dumps(back).encode(), "json")):
        first, second = world.people[recap.region]
        stored = store_file(io.BytesIO(content), name=f"pleno.{ending}", kind="recap", actor=first)
        report = return_file(recap, stored, photo=world.file(), actor=first)
        assert report.conflicts == {}
        assert sorted(report.corrected) == sorted(c for c in written if c.startswith(recap.region))
        assert sorted(report.read) == villages[recap.region]
        close_recap(recap, actor=first)
        lock_recap(recap, actor=second)
        db.session.commit()
        # Whoever sends the same file again changes nothing.
        lagi = store_file(io.BytesIO(content), name=f"lagi.{ending}", kind="recap", actor=first)
        with pytest.raises(Refused), db.session.begin_nested():
            return_file(recap, lagi, photo=world.file(), actor=first)
    for recap in (here, there):
        expected = [0, 0, 0]
        for code, (_cells, votes) in (forms | moved).items():
            if code.startswith(recap.region):
                expected = [a + b for a, b in zip(expected, votes, strict=True)]
        assert list(version_of(recap).votes) == expected
    exports = db.session.scalars(select(RecapExport)).all()
    assert len(exports) == 2 and all(e.returned_at - e.exported_at > OUTAGE for e in exports)
    assert len(db.session.scalars(select(RecapCorrection)).all()) == len(written)
    # The plenary above goes on from there, and the sum of the regency is the sum of the paper.
    regency = world.finish(world.recap("ppwp", "1201"))
    assert list(version_of(regency).votes) == [
        sum(v) for v in zip(*(version_of(r).votes for r in (here, there)), strict=True)
    ]
