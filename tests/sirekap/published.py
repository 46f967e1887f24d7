"""A published village, made once: a database of its own, a file of forms, one publication."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from tests.server import TEMPLATE
from tests.situng.conftest import CLEAN

ROOT = Path(__file__).resolve().parents[2]
VILLAGE = "1201011001"
A, B, C = (f"{VILLAGE}{n:03d}" for n in (1, 2, 3))


@pytest.fixture(scope="module")
def counted_app(worker_id: str) -> Iterator[Any]:
    """The application on a copy of the template, where everything is committed, in its context."""
    from electsys import create_app
    from electsys.db import db, with_database

    admin = os.environ["ELECTSYS_TEST_ADMIN"]
    name = f"electsys_pub_{worker_id}_{os.environ['ELECTSYS_TEST_RUN']}"
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f'drop database if exists "{name}" with (force)')
        conn.execute(f'create database "{name}" template {TEMPLATE} owner electsys_owner')
    app = create_app(DATABASE_URL=with_database(admin, name, user="electsys_owner"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f'drop database "{name}" with (force)')


@pytest.fixture(scope="module")
def house(counted_app: Any, tmp_path_factory: Any) -> Any:
    """Two people, one village's forms counted, and the means to bring more."""
    from electsys.db import db
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account
    from electsys.ledger import Actor
    from modules.situng.imports import stage_results
    from modules.situng.operations.batches import FileFacts, confirm_and_apply, load_batch, open_batch
    from modules.situng.queries.contests import contest_by_code, contest_count

    actor, people = Actor.system("test"), []
    for name, role in (("pembawa", "operator_kpu_kabko"), ("pengesah", "anggota_kpu_kabko")):
        account = create_account(
            name, name="Akun Uji", email=f"{name}@test.invalid", password=None, actor=actor, must_change=False
        )
        found = db.session.query(Role).filter_by(name=role).one()
        db.session.add(Grant(account_id=account.id, role_id=found.id, region="1201", given_by=actor.name))
        db.session.flush()
        people.append(Actor(account.id, name))
    member = db.session.query(Role).filter_by(name="anggota_kpu_ri").one()
    for person in people:
        db.session.add(Grant(account_id=person.account_id, role_id=member.id, region="", given_by=actor.name))
    db.session.commit()
    folder = tmp_path_factory.mktemp("hasil")

    def bring(*rows: dict[str, Any]) -> None:
        contest = contest_by_code("pemilu-2024", "ppwp")
        count = contest_count(contest.id)
        path = folder / "hasil.csv"
        with path.open("w", newline="") as out:
            writer = csv.DictWriter(out, ["kode_tps", *CLEAN])
            writer.writeheader()
            writer.writerows(CLEAN | row for row in rows)
        stage_results(count, path, region="1201")
        batch = open_batch(contest, file=FileFacts("hasil.csv", "5" * 64), region="1201", actor=people[0])
        load_batch(batch, actor=people[0])
        confirm_and_apply(batch, actor=people[1])
        db.session.commit()

    def publish(to: Path, **options: Any) -> Any:
        from modules.sirekap.publication.publishing import publish_election

        return publish_election("pemilu-2024", str(to), **{"region": VILLAGE} | options)

    bring({"kode_tps": A}, {"kode_tps": B, "suara_2": 624}, {"kode_tps": C, "suara_sah": None})
    return SimpleNamespace(app=counted_app, bring=bring, publish=publish, people=people)


@pytest.fixture(scope="module")
def published(house: Any, tmp_path_factory: Any) -> Path:
    """The folder of the first publication; copy it before changing anything."""
    folder: Path = tmp_path_factory.mktemp("terbitan")
    house.publish(folder)
    return folder


def verify(*arguments: Any) -> subprocess.CompletedProcess[str]:
    """Run the verifier as anybody would."""
    return subprocess.run(
        [sys.executable, "-I", str(ROOT / "verify/verify.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file by its path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
