"""kill -9 of worker, server and database in the midst of an import, which `dev.py run` survives."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import psycopg
import pytest
from sqlalchemy import select

ROOT = Path(__file__).resolve().parents[1]
STEP = "pg_sleep(4)"


class Suite:
    """`dev.py run` in a process of its own, on data of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.log = home, home.parent / "run.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "ELECTSYS_TESTING")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "dev.py", "run", "--port", str(self.port)],
                cwd=ROOT,
                env=env | {"ELECTSYS_HOME": str(home)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.until(lambda: "Ctrl-C" in self.log.read_text(), 180)

    def until(self, what, seconds=90):
        """Wait for something; the end of the log says why it did not come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if what():
                return
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            time.sleep(0.1)
        pytest.fail("waited too long:\n" + (self.home / "logs/worker.log").read_text()[-6000:])

    def kill(self, *words: str) -> None:
        """kill -9 of the processes whose command holds one of the words, in one blow."""
        if "postgres" in words:
            postmaster = int((self.home / "pgdata/postmaster.pid").read_text().split()[0])
            victims = [psutil.Process(postmaster), *psutil.Process(postmaster).children(recursive=True)]
        else:
            victims = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            if any(word in " ".join(child.cmdline()) for word in words):
                victims.append(child)
        assert victims
        for victim in victims:
            try:
                victim.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:  # it went with its master
                continue
        psutil.wait_procs(victims, timeout=10)

    def url(self) -> str:
        return f"postgresql://electsys_owner:@/electsys?host={self.home / 'pgdata'}"

    def ask(self, sql: str):
        """One row as the owner; None while the server is away."""
        try:
            with psycopg.connect(self.url(), autocommit=True) as connection:
                return connection.execute(sql).fetchone()
        except psycopg.OperationalError:
            return None

    def do(self, sql: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql)

    def busy_writing(self) -> bool:
        row = self.ask("select count(*) from pg_stat_activity where wait_event = 'PgSleep'")
        return bool(row and row[0])

    def answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/sehat", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    place = Path("/var/tmp") if Path("/var/tmp").is_dir() else tmp_path_factory.mktemp("faults")
    home = place / f"electsys-faults-{os.getpid()}" / "home"
    home.mkdir(parents=True)
    home.parent.chmod(0o755)
    running = None
    try:
        running = Suite(home)
        yield running
    finally:
        if running:
            running.process.send_signal(signal.SIGINT)
            running.process.wait(60)
        lock = home / "pgdata/postmaster.pid"
        if lock.exists():  # dev.py was killed, and the database lives on for the next start
            postmaster = psutil.Process(int(lock.read_text().split()[0]))
            postmaster.send_signal(signal.SIGINT)
            psutil.wait_procs([postmaster], timeout=30)
        subprocess.run(["rm", "-rf", str(home.parent)], check=False)


def test_killed_in_the_middle_of_an_import_and_of_the_count(suite, tmp_path, monkeypatch):
    from electsys import create_app, jobs
    from electsys.db import db
    from electsys.documents import store_file
    from electsys.identity import actor_named
    from electsys.intake.operations import confirm_file, match_columns, receive_file
    from electsys.intake.registry import KINDS
    from modules.situng.demo import tps_codes, write_results
    from modules.situng.jobs import lock_of
    from modules.situng.models import ResultBatch
    from modules.situng.operations.batches import confirm_batch
    from modules.situng.operations.totals import derive_totals
    from modules.situng.queries.contests import contest_by_code, contest_count

    suite.do(
        "create function slowly() returns trigger language plpgsql"
        f" as 'begin perform {STEP}; return null; end'"
    )
    for table in ("result_version", "total_delta"):
        suite.do(
            f"create trigger slowly after insert on {table} for each statement execute function slowly()"
        )
    monkeypatch.setenv("ELECTSYS_HOME", str(suite.home))
    app = create_app(DATABASE_URL=suite.url())

    path = tmp_path / "hasil.csv"
    with app.app_context():
        count = contest_count(contest_by_code("pemilu-2024", "ppwp").id)
        rows = write_results(count, tps_codes(count.election_id, "1201"), path, seed=7)
        actor = actor_named("operator.1201")
        with path.open("rb") as content:
            stored = store_file(content, name="hasil.csv", kind="table", actor=actor)
        row = receive_file(KINDS["hasil"], str(count.contest_id), stored, actor=actor)
        match_columns(row, {name: name for name in row.header}, actor=actor)
        db.session.commit()
        key = row.id
        suite.until(lambda: _state(suite, key) == "siap")
        db.session.expire_all()
        confirm_file(row, "semua", actor=actor)
        db.session.commit()
        db.session.remove()

        suite.until(suite.busy_writing)
        suite.kill("jobs work", "gunicorn")
        suite.until(lambda: _state(suite, key) == "selesai")
        suite.until(suite.answers)

        batch = db.session.scalars(select(ResultBatch).order_by(ResultBatch.id.desc()).limit(1)).one()
        of_it = f"contest_id = {count.contest_id}"
        assert suite.ask(f"select count(*) from result_batch where source = 'impor' and {of_it}") == (2,), (
            "demo's and ours"
        )
        assert batch.counts["rows"] == rows == 1099
        twice = "select count(*), count(distinct tps_code) from result_version where batch_id = "
        assert suite.ask(twice + str(batch.id)) == (batch.counts["new"],) * 2
        second, batch_id = actor_named("anggota.1201"), batch.id
        confirm_batch(batch, actor=second)
        jobs.start(
            "situng.apply",
            actor=second,
            subject=f"result_batch:{batch.id}",
            lock=lock_of(batch.contest_id),
            batch_id=batch.id,
        )
        db.session.commit()
        db.session.remove()

        suite.until(suite.busy_writing)
        suite.kill("postgres", "jobs work", "gunicorn")
        state = f"select state from result_batch where id = {batch_id}"
        suite.until(lambda: suite.ask(state) == ("diterapkan",))
        suite.until(lambda: suite.ask("select count(*) from total_delta") == (0,))
        suite.until(suite.answers)

        assert derive_totals(count.contest_id) == []
        counted = suite.ask(
            "select sum(v.votes[1]), sum(v.votes[2]), sum(v.votes[3]), count(*) from result_form f"
            f" join result_version v on v.id = f.accepted_id and v.province = f.province where f.{of_it}"
        )
        kept = suite.ask(
            "select votes[1], votes[2], votes[3], accepted from region_total"
            f" where code = '' and area = 'wilayah' and {of_it}"
        )
        assert counted == kept
        assert kept[3] <= 1099
        ends = f"select count(*) from job where subject = 'result_batch:{batch_id}' and state = 'selesai'"
        suite.until(lambda: suite.ask(ends) == (1,))
        db.session.remove()
        db.engine.dispose()
    assert re.search("PostgreSQL died; starting it again", suite.log.read_text())


def _state(suite, key):
    row = suite.ask(f"select state from intake_file where id = {key}")
    return row and row[0]


def test_a_closed_terminal_leaves_nothing_running(suite):
    """Closing the window (SIGHUP) stops all that `dev.py run` started."""
    postmaster = psutil.Process(int((suite.home / "pgdata/postmaster.pid").read_text().split()[0]))
    started = [*psutil.Process(suite.process.pid).children(recursive=True), postmaster]
    assert len(started) > 3
    suite.process.send_signal(signal.SIGHUP)
    assert suite.process.wait(60) == 0
    _gone, left = psutil.wait_procs(started, timeout=60)
    assert [p for p in left if p.status() != psutil.STATUS_ZOMBIE] == []
    assert "alembic" not in suite.log.read_text(), "the log of migrations is no news to a newcomer"


def test_kill_9_of_dev_itself_leaves_no_process_on_the_port(suite):
    """A second start, whose web and worker go with `dev.py`; the database waits for the next."""
    again = Suite(suite.home)
    children = psutil.Process(again.process.pid).children(recursive=True)
    assert any("gunicorn" in " ".join(child.cmdline()) for child in children)
    assert again.answers()
    again.process.kill()
    again.process.wait()
    _gone, left = psutil.wait_procs(children, timeout=60)
    assert [p for p in left if p.status() != psutil.STATUS_ZOMBIE] == []
    assert not again.answers()
