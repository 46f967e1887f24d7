"""``backup`` and ``restore``: everything comes back, or nothing changes."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from electsys import backup, ledger, privacy
from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Act, Actor, record
from electsys.ledger.sealing import seal_acts, verify_chain
from tests.own import settle

BUDI = Actor(7, "budi")
PASSPHRASE = "dua belas bulan setahun"


@pytest.fixture
def filled(house: Any, tmp_path: Path) -> bytes:
    """A house with acts, a seal, two files and a sealed value (returned)."""
    for n in range(3):
        record("a:b:c", f"x:{n}", actor=BUDI)
    db.session.commit()
    settle()
    seal_acts()
    store = tmp_path / "files"
    (store / "ab").mkdir(parents=True)
    (store / "ab" / "abcd").write_bytes(bytes(range(256)) * 5000)
    (store / "empty").write_bytes(b"")
    (tmp_path / "secrets").mkdir(mode=0o700)
    (tmp_path / "secrets" / "secret_key").write_text("s" * 64)
    return privacy.seal("1201014107900001", table="person", row=1)


def wreck(tmp_path: Path, app: Any) -> None:
    """Lose everything: files, keys, and the contents of the database."""
    db.session.remove()
    with psycopg.connect(app.config["DATABASE_URL"], autocommit=True) as conn:
        conn.execute("drop schema public cascade")
        conn.execute("create schema public")
    for name in ("files", "keys", "secrets"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)


def test_a_lost_house_comes_back(house: Any, filled: bytes, tmp_path: Path) -> None:
    archive = tmp_path / "house.backup"
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    manifest = backup.make_backup(archive, PASSPHRASE, actor=BUDI)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    wreck(tmp_path, house)

    restored = backup.restore_backup(archive, PASSPHRASE, actor=BUDI)

    assert restored == manifest
    assert {p: p.read_bytes() for p in before} == before
    assert privacy.unseal(filled, table="person", row=1) == "1201014107900001"
    assert stat.S_IMODE((tmp_path / "keys" / "privacy.json").stat().st_mode) == 0o600
    acts = db.session.scalars(sa.select(Act.subject).order_by(Act.id)).all()
    assert acts[:3] == ["x:0", "x:1", "x:2"]
    assert acts[-1] == "backup:" + manifest["made_at"]
    verdict = verify_chain(db.session(), head=manifest["ledger_head"])
    assert verdict.findings == []
    # The rights came back as well: the application may add to the trail and not change it.
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        db.session.execute(sa.text("update act set reason = 'x'"))
    db.session.rollback()


def test_the_new_house_goes_on_where_the_old_one_stopped(house: Any, filled: bytes, tmp_path: Path) -> None:
    archive = tmp_path / "house.backup"
    backup.make_backup(archive, PASSPHRASE, actor=BUDI)
    wreck(tmp_path, house)
    backup.restore_backup(archive, PASSPHRASE, actor=BUDI)
    record("a:b:c", "x:new", actor=BUDI)
    db.session.commit()
    settle()
    assert seal_acts() > 0
    assert verify_chain(db.session()).findings == []


def test_a_house_in_use_is_replaced_only_by_force(house: Any, filled: bytes, tmp_path: Path) -> None:
    archive = tmp_path / "house.backup"
    backup.make_backup(archive, PASSPHRASE, actor=BUDI)
    record("a:b:c", "x:later", actor=BUDI)
    db.session.commit()
    with pytest.raises(Refused, match="tidak kosong"):
        backup.restore_backup(archive, PASSPHRASE, actor=BUDI)
    assert "x:later" in db.session.scalars(sa.select(Act.subject)).all()
    (tmp_path / "keys" / "privacy.json").write_text("{}")
    backup.restore_backup(archive, PASSPHRASE, force=True, actor=BUDI)
    assert "x:later" not in db.session.scalars(sa.select(Act.subject)).all()
    kept = list((tmp_path / "keys").glob("before-*/privacy.json"))
    assert [k.read_text() for k in kept] == ["{}"]
    assert privacy.unseal(filled, table="person", row=1) == "1201014107900001"


def test_neither_keys_nor_numbers_lie_open_in_the_archive(house: Any, filled: bytes, tmp_path: Path) -> None:
    archive = tmp_path / "house.backup"
    backup.make_backup(archive, PASSPHRASE, actor=BUDI)
    content = archive.read_bytes()
    keys = json.loads((tmp_path / "keys" / "privacy.json").read_text())
    assert keys["index"].encode() not in content
    assert keys["seal"]["1"]["key"].encode() not in content
    assert b"s" * 64 not in content


@pytest.mark.parametrize("passphrase", ["", "short"])
def test_without_a_passphrase_there_is_no_backup(house: Any, tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(Refused, match="Frasa sandi"):
        backup.make_backup(tmp_path / "x", passphrase, actor=BUDI)
    assert not (tmp_path / "x").exists()


def test_a_wrong_passphrase_changes_nothing(house: Any, filled: bytes, tmp_path: Path) -> None:
    archive = tmp_path / "house.backup"
    backup.make_backup(archive, PASSPHRASE, actor=BUDI)
    with pytest.raises(Refused, match="salah"):
        backup.restore_backup(archive, PASSPHRASE + "!", force=True, actor=BUDI)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Act)) >= 4


@pytest.mark.parametrize("part", ["database.dump", "files.tar", "keys.sealed"])
def test_a_damaged_part_is_found_before_anything_is_touched(
    house: Any, filled: bytes, tmp_path: Path, part: str
) -> None:
    archive = tmp_path / "house.backup"
    backup.make_backup(archive, PASSPHRASE, actor=BUDI)
    damaged = tmp_path / "damaged.backup"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == part:
                content[len(content) // 2] ^= 1
            new.writestr(name, bytes(content))
    with pytest.raises(Refused, match=part):
        backup.restore_backup(damaged, PASSPHRASE, force=True, actor=BUDI)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Act)) >= 4
    assert (tmp_path / "files" / "empty").exists()


def test_a_restore_that_fails_half_way_leaves_the_old_database(
    house: Any, filled: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pg_restore dies in the middle of its script; psql must not take that for the end of it."""
    archive = tmp_path / "house.backup"
    backup.make_backup(archive, PASSPHRASE, actor=BUDI)
    record("a:b:c", "x:later", actor=BUDI)
    db.session.commit()
    half = tmp_path / "pg_restore"
    half.write_text(f'#!/bin/sh\n"{backup.tools.tool("pg_restore")}" "$@" | head -c 20000\nexit 1\n')
    half.chmod(0o755)
    tool = backup.tools.tool
    monkeypatch.setattr(
        backup.restoring, "tool", lambda name: str(half) if name == "pg_restore" else tool(name)
    )
    with pytest.raises(Refused, match="pg_restore"):
        backup.restore_backup(archive, PASSPHRASE, force=True, actor=BUDI)
    assert "x:later" in db.session.scalars(sa.select(Act.subject)).all()


def test_a_statement_that_fails_leaves_the_old_database(
    house: Any, filled: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "house.backup"
    backup.make_backup(archive, PASSPHRASE, actor=BUDI)
    monkeypatch.setattr(backup.restoring, "CLEAR", backup.restoring.CLEAR + "select 1/0;")
    with pytest.raises(Refused, match="division by zero"):
        backup.restore_backup(archive, PASSPHRASE, force=True, actor=BUDI)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Act)) >= 4


def test_what_is_no_backup_is_refused(house: Any, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    nothing.write_text("no archive")
    with pytest.raises(Refused, match="rusak atau terpotong"):
        backup.restore_backup(nothing, PASSPHRASE, actor=BUDI)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme", "hello")
    with pytest.raises(Refused, match="bukan cadangan"):
        backup.restore_backup(tmp_path / "other.zip", PASSPHRASE, actor=BUDI)


def test_half_an_archive_is_refused(house: Any, filled: bytes, tmp_path: Path) -> None:
    archive = tmp_path / "house.backup"
    backup.make_backup(archive, PASSPHRASE, actor=BUDI)
    half = tmp_path / "half.backup"
    half.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(Refused, match="rusak atau terpotong") as refusal:
        backup.restore_backup(half, PASSPHRASE, force=True, actor=BUDI)
    assert "zip" not in refusal.value.message
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Act)) >= 4


def test_a_folder_that_is_not_there_is_said(
    house: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(backup.PASSPHRASE_VARIABLE, PASSPHRASE)
    answer = house.test_cli_runner().invoke(args=["backup", str(tmp_path / "tiada" / "b")])
    assert answer.exit_code == 1
    assert "tidak dapat dibaca atau ditulis" in answer.output


def test_the_tools_are_found_without_starting_the_embedded_server(house: Any) -> None:
    assert Path(backup.tools.tool("pg_dump")).exists()
    assert [p for p in backup.tools._wheel() if (p / "pg_dump").exists()]


def test_the_commands(house: Any, filled: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "house.backup"
    monkeypatch.setenv(backup.PASSPHRASE_VARIABLE, PASSPHRASE)
    run = house.test_cli_runner().invoke
    result = run(args=["backup", str(archive)])
    assert result.exit_code == 0, result.output
    assert "database.dump" in result.output
    result = run(args=["restore", str(archive)])
    assert result.exit_code == 1
    assert "--force" in result.output
    result = run(args=["restore", str(archive), "--force"])
    assert result.exit_code == 0, result.output
    monkeypatch.delenv(backup.PASSPHRASE_VARIABLE)
    result = run(args=["backup", str(archive)], input=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert result.exit_code == 0, result.output
    assert PASSPHRASE not in result.output


def test_the_trail_tells_of_both(house: Any, filled: bytes, tmp_path: Path) -> None:
    manifest = backup.make_backup(tmp_path / "b", PASSPHRASE, actor=BUDI)
    act = db.session.scalar(sa.select(ledger.Act).order_by(ledger.Act.id.desc()).limit(1))
    assert act is not None
    assert act.verb == "backup:archive:make"
    assert act.details["files.tar"] == manifest["parts"]["files.tar"]["sha256"]
