"""The witness: it cosigns a log that grew, and refuses one that shrank, forked or is not signed."""

from __future__ import annotations

import http.server
import json
import shutil
import subprocess
import sys
import threading
from functools import partial

import pytest

from electsys.db import db
from electsys.elections.models import Election
from electsys.ledger import log_keys, notes, tree
from electsys.ledger.tiles import publish_log
from electsys.ledger.witnessing import add_witness, take_cosignatures
from electsys.publishing import Target
from tests.sirekap.published import ROOT, A, counted_app, house, published, verify  # noqa: F401


def witness(*arguments):
    return subprocess.run(
        [sys.executable, str(ROOT / "verify/witness.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def watcher(tmp_path, house):  # noqa: F811
    """A witness with its key and its memory: call it with an address."""
    made = witness("--new-key", "saksi.example/a", tmp_path / "kunci")
    assert made.returncode == 0
    assert (tmp_path / "kunci").stat().st_mode & 0o777 == 0o600
    log_key = str(log_keys.signer("pemilu-2024").verifier)

    def watch(address, key=log_key):
        where = ("--key", tmp_path / "kunci", "--log", key, "--state", tmp_path / "ingatan")
        return witness(*where, "--out", tmp_path / "hasil", address)

    watch.public = made.stdout.strip()
    watch.state, watch.out = tmp_path / "ingatan", tmp_path / "hasil"
    return watch


@pytest.fixture
def grown(published, house, tmp_path):  # noqa: F811
    """Two states of the published log: before and after one more leaf."""
    before, after = tmp_path / "sebelum", tmp_path / "sesudah"
    for folder in (before, after):
        shutil.copytree(published, folder)
    votes = next(_turns)
    house.bring({"kode_tps": A, "suara_1": votes, "suara_sah": 133 + votes, "suara_tidak_sah": 18 - votes})
    house.publish(after)
    return before, after


_turns = iter(range(10, 17))


def test_it_cosigns_what_grew_and_the_publisher_shows_it(watcher, grown, house):  # noqa: F811
    before, after = grown
    first = watcher(before)
    assert first.returncode == 0 and "DITANDATANGANI" in first.stdout, first.stdout
    assert watcher(after).returncode == 0
    note = watcher.out.read_text()
    verifier = notes.Verifier.parse(watcher.public)
    assert notes.parse(note).signed_at(verifier) > 1_700_000_000
    add_witness(watcher.public, "Perludem", actor=house.people[0])
    assert take_cosignatures(note, actor=house.people[0]) == 1
    db.session.commit()
    election = db.session.query(Election.id).filter_by(code="pemilu-2024").scalar()
    publish_log(db.session, election, Target(str(after)))
    db.session.commit()
    done = verify(after)
    assert done.returncode == 0 and "saksi.example/a" in done.stdout, done.stdout


def test_it_refuses_a_log_that_shrank(watcher, grown):
    before, after = grown
    assert watcher(after).returncode == 0
    remembered = watcher.state.read_text()
    done = watcher(before)
    assert done.returncode == 1 and "menyusut" in done.stdout
    assert watcher.state.read_text() == remembered


def test_it_refuses_a_fork_that_the_log_signed_itself(watcher, grown):
    before, after = grown
    assert watcher(before).returncode == 0
    folder = after / "log"
    size = int((folder / "checkpoint").read_text().split("\n")[1])
    tile = folder / f"tile/0/000.p/{size}"
    hashes = tile.read_bytes()
    forged = tree.leaf_hash(b"{}") + hashes[32:]
    tile.write_bytes(forged)
    signer = log_keys.signer("pemilu-2024")
    root = tree.fold([forged[i : i + 32] for i in range(0, len(forged), 32)])
    body = notes.Checkpoint(signer.name, size, root).body
    (folder / "checkpoint").write_text(f"{body}\n{signer.line(body)}")
    done = watcher(after)
    assert done.returncode == 1 and "bercabang" in done.stdout


def test_it_refuses_what_is_not_signed_by_the_log_it_knows(watcher, grown):
    _before, after = grown
    other = notes.Verifier(log_keys.origin_of("pemilu-2024"), notes.LOG, bytes(31) + b"\1")
    done = watcher(after, key=str(other))
    assert done.returncode == 1 and "DITOLAK" in done.stdout and not watcher.out.exists()
    note = (after / "log/checkpoint").read_text()
    (after / "log/checkpoint").write_text(note.partition("\n\n")[0] + "\n\n— lain AAAA\n")
    done = watcher(after)
    assert done.returncode == 1 and "tidak ditandatangani" in done.stdout


def test_it_refuses_tiles_that_do_not_lead_to_the_root(watcher, grown):
    _before, after = grown
    size = int((after / "log/checkpoint").read_text().split("\n")[1])
    tile = after / f"log/tile/0/000.p/{size}"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    assert "tidak menuju" in watcher(after).stdout


def test_it_watches_over_http_and_never_another_log(watcher, grown):
    _before, after = grown
    handler = partial(_Quiet, directory=str(after))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = watcher(f"http://127.0.0.1:{server.server_port}")
        gone = watcher(f"http://127.0.0.1:{server.server_port}/tidak-ada")
        server.shutdown()
    assert done.returncode == 0, done.stdout
    assert gone.returncode == 1 and "tidak dapat diambil" in gone.stdout
    state = json.loads(watcher.state.read_text())
    watcher.state.write_text(json.dumps(state | {"origin": "lain"}))
    assert "mengingat log lain" in watcher(after).stdout


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass


def test_wrong_usage(tmp_path):
    assert witness().returncode == 2
    assert witness("--new-key", "a b", tmp_path / "k").returncode == 1
