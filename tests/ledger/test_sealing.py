"""The chain: every act sealed exactly once, and every touch found."""

from __future__ import annotations

import hashlib
import json
import random
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from electsys.db import db
from electsys.ledger import Act, Actor, record, sealing
from electsys.ledger.models import ActSeal
from electsys.ledger.sealing import Finding, verify_chain
from tests.own import settle

BUDI = Actor(7, "budi")


def write(count: int) -> None:
    for n in range(count):
        record("a:b:c", f"x:{n}", actor=BUDI, details={"n": n})
        db.session.commit()


def seal_acts(**options: Any) -> int:
    """Seal all there is."""
    settle()
    return sealing.seal_acts(**options)


def verdict(**options: Any) -> sealing.Verdict:
    with Session(db.engine) as session:
        return verify_chain(session, **options)


def sealed_ids() -> list[int]:
    with Session(db.engine) as session:
        return [i for seal in session.scalars(sa.select(ActSeal)) for i in seal.ids]


def test_batches_are_linked_and_whole(own_app: Any) -> None:
    write(25)
    assert seal_acts(batch_size=10) >= 25
    found = verdict()
    assert found.findings == []
    assert found.batches == 3
    assert found.acts >= 25
    assert found.acts + found.waiting == 25 + 3  # each seal is an act, which a later one covers
    seals = db.session.scalars(sa.select(ActSeal).order_by(ActSeal.batch)).all()
    assert seals[0].previous == bytes(32)
    assert [s.previous for s in seals[1:]] == [s.hash for s in seals[:-1]]
    assert [s.from_xid for s in seals[1:]] == [s.to_xid for s in seals[:-1]]
    assert found.head == seals[-1].hash.hex()


def test_an_idle_system_seals_nothing(own_app: Any) -> None:
    assert seal_acts() == 0
    write(1)
    assert seal_acts() == 1
    assert seal_acts() == 0
    assert verdict().batches == 1


def test_a_transaction_larger_than_a_batch_stays_whole(own_app: Any) -> None:
    for n in range(15):
        record("a:b:c", f"x:{n}", actor=BUDI)
    db.session.commit()
    assert seal_acts(batch_size=4) == 15
    assert verdict().batches == 1


def test_an_act_that_commits_late_is_sealed_later(own_app: Any, own_database: str) -> None:
    """Its id is lower than those of the sealed acts: a chain by id would have lost it."""
    with psycopg.connect(own_database) as slow:
        slow.execute("insert into act (actor, verb, subject) values ('slow', 'a:b:c', 'x:slow')")
        write(5)
        assert sealing.seal_acts() == 0, "an older transaction still runs"
        slow.commit()
    assert seal_acts() == 6
    assert verdict().findings == []
    assert sorted(sealed_ids()) == sorted(set(sealed_ids()))


def test_a_read_does_not_hold_the_sealer_up(own_app: Any, own_database: str) -> None:
    with psycopg.connect(own_database) as reader:
        reader.execute("select count(*) from act")
        write(2)
        assert seal_acts() == 2


def test_under_concurrency_every_act_is_sealed_exactly_once(own_app: Any, own_database: str) -> None:
    """Six writers commit, roll back and dawdle while two sealers run against each other."""
    stop = threading.Event()
    errors: list[BaseException] = []

    def writer(seed: int) -> None:
        chance = random.Random(seed)
        with psycopg.connect(own_database) as conn:
            for n in range(40):
                for _ in range(chance.randint(1, 4)):
                    conn.execute(
                        "insert into act (actor, verb, subject) values ('w', 'a:b:c', %s)", (f"w:{seed}-{n}",)
                    )
                    if chance.random() < 0.3:
                        stop.wait(chance.random() / 200)
                conn.rollback() if chance.random() < 0.2 else conn.commit()

    def sealer() -> None:
        try:
            with own_app.app_context():
                while not stop.is_set():
                    sealing.seal_acts(batch_size=7)
        except BaseException as exc:
            errors.append(exc)

    writers = [threading.Thread(target=writer, args=(n,)) for n in range(6)]
    sealers = [threading.Thread(target=sealer) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for thread in writers:
        thread.join()
    settle()  # a transaction in another database may have held the sealers up until now
    deadline = time.monotonic() + 30
    while verdict().batches <= 5 and not errors and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    for thread in sealers:
        thread.join()
    assert errors == []
    seal_acts()
    ids = sealed_ids()
    with Session(db.engine) as session:
        written = set(session.scalars(sa.select(Act.id).where(Act.verb == "a:b:c")))
    assert len(ids) == len(set(ids))
    assert written <= set(ids)
    found = verdict()
    assert found.findings == []
    assert found.batches > 5


def test_after_a_restore_on_another_server_the_chain_goes_on(own_app: Any, superuser: Any) -> None:
    """The new server counts transactions from somewhere else; its acts form ranges of their own."""
    write(3)
    seal_acts()
    write(2)
    superuser.execute("set session_replication_role = origin")
    superuser.execute("alter table act disable trigger all")
    superuser.execute("alter table act_seal disable trigger all")
    superuser.execute("update act set cluster = 42, xid = xid + 1000000")
    superuser.execute("delete from act_seal")
    write(4)
    assert seal_acts() >= 10  # 6 acts of the other server, 4 of this one, maybe the first seal's own
    found = verdict()
    assert (found.findings, found.batches) == ([], 2)


# --- tampering ------------------------------------------------------------------------------------


@pytest.fixture
def chain(own_app: Any) -> list[int]:
    """Three sealed batches; the ids of the second."""
    write(25)
    seal_acts(batch_size=10)
    return list(db.session.scalars(sa.select(ActSeal.ids).where(ActSeal.batch == 2)).one())


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'lain'",
        "actor = 'siti'",
        "account_id = null",
        "details = '{\"n\": 99}'",
        "at = at + interval '1 microsecond'",
        "region = '11'",
        "xid = xid + 1000000",
        "cluster = 1",
    ],
)
def test_an_edited_act_is_named(chain: list[int], superuser: Any, change: str) -> None:
    superuser.execute(f"update act set {change} where id = %s", (chain[3],))
    assert verdict().findings == [Finding("row_edited", 2, chain[3])]


def test_a_removed_act_is_named(chain: list[int], superuser: Any) -> None:
    superuser.execute("delete from act where id = %s", (chain[3],))
    assert verdict().findings == [Finding("row_removed", 2, chain[3])]


def test_an_act_put_into_the_past_is_named(chain: list[int], superuser: Any) -> None:
    row = superuser.execute(
        "insert into act (actor, verb, subject, xid)"
        " select 'x', 'a:b:c', 'x:1', xid from act where id = %s returning id",
        (chain[3],),
    ).fetchone()
    assert verdict().findings == [Finding("row_added", 2, row[0])]


def test_a_removed_seal_is_named(chain: list[int], superuser: Any) -> None:
    superuser.execute("delete from act_seal where batch = 2")
    assert verdict().findings == [Finding("seal_removed", 2)]


def test_the_last_seal_cannot_be_taken_away(chain: list[int], superuser: Any) -> None:
    superuser.execute("delete from act_seal where batch = 3")
    assert [f.code for f in verdict().findings] == ["seal_removed"]
    assert verdict().findings[0].batch == 3


def test_nor_the_first(chain: list[int], superuser: Any) -> None:
    superuser.execute("delete from act_seal where batch = 1")
    assert verdict().findings == [Finding("seal_removed", 1)]


@pytest.mark.parametrize(
    "change", ["count = count + 1", "hash = sha256('x')", "digest = sha256('x')", "sealed_at = now()"]
)
def test_an_edited_seal_is_named(chain: list[int], superuser: Any, change: str) -> None:
    superuser.execute(f"update act_seal set {change} where batch = 2")
    assert Finding("seal_edited", 2) in verdict().findings


def test_whoever_rewrites_the_whole_chain_is_betrayed_by_a_hash_noted_elsewhere(
    chain: list[int], superuser: Any
) -> None:
    noted = verdict().head
    assert verdict(head=noted).findings == []
    superuser.execute("update act set reason = 'lain' where id = %s", (chain[3],))
    superuser.execute("delete from act_seal")
    superuser.execute("delete from act where verb = 'ledger:batch:seal'")
    seal_acts(batch_size=10)
    assert verdict().findings == []
    assert [f.code for f in verdict(head=noted).findings] == ["head_unknown"]


# --- commands -------------------------------------------------------------------------------------


def test_the_commands_seal_and_verify(own_app: Any, superuser: Any) -> None:
    run = own_app.test_cli_runner().invoke
    write(3)
    settle()
    result = run(args=["ledger", "seal"])
    assert result.exit_code == 0
    assert "3 catatan disegel" in result.output
    result = run(args=["ledger", "verify"])
    assert result.exit_code == 0, result.output
    assert "Rantai utuh" in result.output
    superuser.execute("update act set reason = 'lain' where id = 2")
    result = run(args=["ledger", "verify"])
    assert result.exit_code == 1
    assert "catatan 2: catatan diubah (row_edited)" in result.output


def test_an_exported_line_hashes_to_its_leaf(own_app: Any, tmp_path: Path) -> None:
    from electsys.ledger.cli import export_to

    write(4)
    seal_acts()
    count, digest = export_to(tmp_path, actor=BUDI)
    lines = (tmp_path / "acts.jsonl").read_bytes().splitlines()
    seal = json.loads((tmp_path / "seals.jsonl").read_text().splitlines()[0])
    leaves = "".join(hashlib.sha256(line).hexdigest() for line in lines[:4])
    assert seal["leaves"] == leaves
    assert count == len(lines) == 5
    assert digest == hashlib.sha256((tmp_path / "acts.jsonl").read_bytes()).hexdigest()
    assert db.session.scalar(sa.select(Act.verb).order_by(Act.id.desc()).limit(1)) == "ledger:act:export"


def test_an_export_needs_an_account(own_app: Any, tmp_path: Path) -> None:
    run = own_app.test_cli_runner().invoke
    result = run(args=["ledger", "export", str(tmp_path / "out"), "--as", "nobody"])
    assert result.exit_code == 1
    assert "nobody" in result.output
    assert not (tmp_path / "out").exists()
