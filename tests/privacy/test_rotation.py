"""Rotation: every row under the new key, the old one kept as long as it is needed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from electsys import privacy
from electsys.backup import tools
from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.privacy import keys, rotation
from electsys.privacy.sealed import SEALED

BUDI = Actor(7, "budi")
ROWS = 25


def nik(n: int) -> str:
    return f"12010141079{n:05}"


@pytest.fixture
def filled(
    own_app: Any, own_database: str, probe: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Rows that were sealed in bulk and brought in by COPY, under keys of their own."""
    monkeypatch.setitem(own_app.config, "KEY_DIR", tmp_path)
    keys.add_key(tmp_path / "privacy.json")
    with psycopg.connect(own_database) as conn:
        conn.execute(
            "create table probe"
            " (id bigint generated always as identity primary key, region text, sealed bytea)"
        )
        conn.execute("create table probe_index (id bigint, nik bytea)")
    ids = privacy.reserve_ids("probe", ROWS)
    sealer, index = privacy.Sealer("probe"), privacy.indexer()
    with psycopg.connect(own_database) as conn, conn.cursor() as cursor:
        with cursor.copy("copy probe (id, region, sealed) from stdin (format binary)") as copy:
            copy.set_types(["int8", "text", "bytea"])
            for n, key in enumerate(ids):
                copy.write_row((key, "1201", sealer.seal_fields(key, {"nik": nik(n)})))
        with cursor.copy("copy probe_index from stdin (format binary)") as copy:
            copy.set_types(["int8", "bytea"])
            for n, key in enumerate(ids):
                copy.write_row((key, index(nik(n), "1990-07-01", "SITI")[0]))
    db.session.rollback()
    return own_app


def opened() -> list[str]:
    sealer = privacy.Sealer("probe")
    rows = db.session.execute(sa.text("select id, sealed from probe order by id")).all()
    db.session.rollback()
    return [sealer.unseal_fields(key, bytes(envelope))["nik"] for key, envelope in rows]


def test_every_row_moves_to_the_new_key(filled: Any) -> None:
    assert rotation.uses() == {1: ROWS}
    assert rotation.begin_rotation(actor=BUDI) == 2
    db.session.commit()
    seen: list[tuple[int, int]] = []
    assert rotation.reseal_all(lambda done, total: seen.append((done, total)), batch_size=10) == ROWS
    assert seen == [(10, 25), (20, 25), (25, 25)]
    assert rotation.uses() == {2: ROWS}
    assert opened() == [nik(n) for n in range(ROWS)]
    found = db.session.execute(
        sa.text("select id from probe_index where nik = :index"), {"index": privacy.blind_index(nik(3))}
    )
    assert len(found.all()) == 1  # indexes have keys of their own and need no rotation
    assert db.session.scalar(sa.select(Act.subject).where(Act.verb == "privacy:key:rotate")) == "key:2"


def test_a_rotation_that_was_stopped_goes_on(filled: Any) -> None:
    class KilledError(Exception):
        pass

    def die(done: int, total: int) -> None:
        raise KilledError

    rotation.begin_rotation(actor=BUDI)
    db.session.commit()
    with pytest.raises(KilledError):
        rotation.reseal_all(die, batch_size=10)
    assert rotation.uses() == {1: 15, 2: 10}
    assert opened() == [nik(n) for n in range(ROWS)]
    assert rotation.begin_rotation(actor=BUDI) == 2, "an unfinished rotation gets no third key"
    assert rotation.reseal_all() == 15
    assert rotation.uses() == {2: ROWS}


def test_a_table_that_nobody_declared_stops_everything(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows would be lost with the old key."""
    monkeypatch.delitem(SEALED, "probe")
    before = keys.keyring().current
    with pytest.raises(Refused, match="probe"):
        rotation.begin_rotation(actor=BUDI)
    assert keys.keyring().current == before
    assert filled.test_cli_runner().invoke(args=["privacy", "rotate"]).exit_code == 1


def test_an_old_key_goes_only_when_nothing_needs_it(filled: Any, tmp_path: Path) -> None:
    def retire(version: int, **options: Any) -> None:
        rotation.retire_key(version, actor=BUDI, **options)

    with pytest.raises(Refused, match="masih dipakai"):
        retire(1)
    rotation.begin_rotation(actor=BUDI)
    db.session.commit()
    with pytest.raises(Refused, match="25 baris"):
        retire(1, force=True)
    rotation.reseal_all()
    with pytest.raises(Refused, match="satu hari"):
        retire(1)
    with pytest.raises(Refused, match="Tidak ada"):
        retire(9)
    retire(1, force=True)
    assert list(keys.keyring().seal_roots) == [2]
    assert opened() == [nik(n) for n in range(ROWS)]


def test_the_commands(filled: Any, tmp_path: Path) -> None:
    run = filled.test_cli_runner().invoke
    result = run(args=["privacy", "rotate"])
    assert result.exit_code == 0, result.output
    assert f"{ROWS} baris" in result.output
    result = run(args=["privacy", "keys"])
    assert re.search(r"versi 2 .* 25 baris  \(menyegel\)", result.output), result.output
    for root in keys.keyring().seal_roots.values():
        assert root.hex() not in result.output
    result = run(args=["privacy", "drop-key", "1"])
    assert result.exit_code == 1
    assert run(args=["privacy", "drop-key", "1", "--force"]).exit_code == 0
    assert opened() == [nik(n) for n in range(ROWS)]


def test_the_job_finishes_what_is_left(filled: Any) -> None:
    from electsys import jobs

    rotation.begin_rotation(actor=BUDI)
    job = jobs.start("privacy.rotate", actor=Actor.system("test"), lock="privacy.rotate")
    db.session.commit()
    jobs.run_pending(filled)
    db.session.refresh(job)
    assert (job.state, job.message) == ("selesai", "25 baris disegel ulang.")
    assert rotation.uses() == {2: ROWS}


def test_no_number_stands_in_a_dump(filled: Any, tmp_path: Path) -> None:
    program, environment = tools.tool("pg_dump"), tools._connection()
    dump = subprocess.run(
        [program, "--table=probe", "--table=probe_index"], env=environment, capture_output=True, check=True
    ).stdout
    assert dump.count(b"\\x010001") == ROWS, "the rows are there"
    for n in range(ROWS):
        assert nik(n).encode() not in dump
        assert nik(n).encode().hex().encode() not in dump
