"""kill -9 in the middle of a write, a full disk, a large file, a changed store."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from contextlib import contextmanager
from pathlib import Path

import pytest

from electsys.documents import StoredFile, store_file
from electsys.documents.checking import check_store
from electsys.documents.operations import uploads
from electsys.documents.store import STALE, Store, current
from electsys.errors import Refused
from tests.documents.conftest import picture

#: A sender that gives a line and then waits; the parent kills it while it waits.
CHILD = """
import sys, time, pathlib
from flask import Flask
from flask_babel import Babel

class Slow:
    def __init__(self): self.given = 0
    def read(self, n=-1):
        if self.given == 3:
            pathlib.Path(sys.argv[2], "waiting").touch()
            time.sleep(60)
        self.given += 1
        return b"kode_tps,suara\\n" * 1000

app = Flask("uji")
Babel(app)
app.config.update(HOME=pathlib.Path(sys.argv[2]), FILE_STORE=sys.argv[2] + "/files")
with app.app_context():
    if sys.argv[1] == "upload":
        from electsys.documents.operations.uploads import append
        append("token", 10**9, Slow(), at=0)
    else:
        from electsys.documents import kinds
        from electsys.documents.models import FileLimit
        from electsys.documents.operations import files
        kinds.limits = kinds.ALL.__getitem__
        files.store_file(Slow(), name="x.csv", kind="table", actor=None)
"""


def killed_while(doing: str, home) -> None:
    process = subprocess.Popen([sys.executable, "-c", CHILD, doing, str(home)], stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 30
        while not (home / "waiting").exists():
            assert process.poll() is None, process.stderr.read().decode()
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


def test_kill_9_while_storing_leaves_no_half_file(session, store_folder, tmp_path):
    killed_while("store", tmp_path)
    assert list(current().contents()) == []
    drafts = list((store_folder / ".tmp").iterdir())
    assert len(drafts) == 1
    os.utime(drafts[0], (time.time() - STALE - 1,) * 2)
    assert current().sweep() == 1
    assert check_store().sound


def test_kill_9_while_uploading_loses_nothing_that_arrived(session, tmp_path, actor):
    killed_while("upload", tmp_path)
    line = b"kode_tps,suara\n"
    part = uploads.part_of("token")
    arrived = part.stat().st_size
    assert arrived > 0
    assert part.read_bytes() == (line * 3000)[:arrived]
    rest = (line * 4000)[arrived:]
    assert uploads.append("token", len(line) * 4000, io.BytesIO(rest), at=arrived) == len(line) * 4000
    with part.open("rb") as file:
        stored = store_file(file, name="x.csv", kind="table", actor=actor)
    assert stored.received_sha256 == hashlib.sha256(line * 4000).hexdigest()


def test_a_full_disk_is_said_and_leaves_nothing(session, actor, store_folder, monkeypatch):
    @contextmanager
    def on_a_full_disk(self):
        link = self.scratch / "penuh"
        self.scratch.mkdir(parents=True, exist_ok=True)
        link.symlink_to("/dev/full")
        try:
            yield link
        finally:
            link.unlink()

    monkeypatch.setattr(Store, "draft", on_a_full_disk)
    with pytest.raises(Refused, match="penuh") as no:
        store_file(io.BytesIO(b"a,b\n" * 10_000), name="x.csv", kind="table", actor=actor)
    assert no.value.status == 507
    assert list(current().contents()) == []
    assert session.query(StoredFile).count() == 0


def test_a_full_disk_keeps_the_part_of_an_upload(session, tmp_path, monkeypatch):
    (tmp_path / "uploads").mkdir()
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # /dev/full knows no fsync
    uploads.part_of("token").symlink_to("/dev/full")
    with pytest.raises(Refused, match="penuh"):
        uploads.append("token", 10**6, io.BytesIO(b"x" * 10**6), at=0)


def test_another_trouble_of_the_disk_is_not_called_full(session, actor, app, monkeypatch, tmp_path):
    (tmp_path / "berkas").touch()
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "berkas" / "files"))
    with pytest.raises(NotADirectoryError):
        store_file(io.BytesIO(b"a,b\n"), name="x.csv", kind="table", actor=actor)


class Endless(io.RawIOBase):
    """A table of a given size that is nowhere whole."""

    LINE = b"1201010001001,45\n" * 4096

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, n: int = -1) -> bytes:
        piece = self.LINE[: min(n, self.left)]
        self.left -= len(piece)
        return piece


def test_a_large_table_passes_in_bounded_memory(session, actor):
    size = 200_000_000
    tracemalloc.start()
    stored = store_file(Endless(size), name="besar.csv", kind="table", actor=actor)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert stored.size == size
    assert peak < 10_000_000


def test_the_check_finds_what_is_missing_changed_or_nobodys(app, session, actor, store_folder):
    good, lost, changed = (
        store_file(io.BytesIO(picture((40 + n, 40))), name="a.jpg", kind="photo", actor=actor)
        for n in range(3)
    )
    run = app.test_cli_runner().invoke
    assert run(args=["documents", "check"]).exit_code == 0

    def path(sha256):
        return Path(current().path(sha256))

    path(lost.sha256).unlink()
    with path(changed.sha256).open("ab") as file:
        file.write(b"x")
    orphan = "ab" * 32
    path(orphan).parent.mkdir(parents=True)
    path(orphan).write_bytes(b"x")
    result = run(args=["documents", "check"])
    assert result.exit_code == 1
    assert f"hilang: {lost.sha256}" in result.output
    assert f"berubah: {changed.sha256}" in result.output
    assert good.sha256 not in result.output
    assert orphan not in result.output  # young: its transaction may still be open
    os.utime(path(orphan), (1, 1))
    assert f"tanpa pemilik: {orphan}" in run(args=["documents", "check", "--remove-orphans"]).output
    assert check_store().orphans == []
