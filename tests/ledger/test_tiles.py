"""The log as static files, and what the commands say."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.ledger import Actor, log, log_keys, log_queries, notes, tiles, tree
from electsys.ledger.log_checking import verify_log
from electsys.ledger.log_models import Witness
from electsys.ledger.witnessing import add_witness, take_cosignatures
from electsys.publishing import Target

JOB = Actor.system("uji")


@pytest.fixture
def election(session):
    return session.scalars(sa.select(Election).where(Election.code == "pemilu-2024")).one()


def fill(session, election, subject, count):
    session.execute(
        sa.text(
            "insert into leaf_entry (election_id, subject, seq, body)"
            " select :e, :s, n, convert_to('{\"n\":' || n || '}', 'UTF8') from generate_series(1, :n) n"
        ),
        {"e": election.id, "s": subject, "n": count},
    )
    log.integrate()


def test_the_partial_tile_rule():
    """C2SP tlog-tiles: 70,000 leaves are 273 full tiles and one of 112; 1 and one of 17; one of 1."""
    found = list(tiles.tiles_of(70_000))
    by_level = {level: [(i, w) for lv, i, w in found if lv == level] for level in range(4)}
    assert by_level[0] == [*((i, 256) for i in range(273)), (273, 112)]
    assert by_level[1] == [(0, 256), (1, 17)]
    assert by_level[2] == [(0, 1)]
    assert by_level[3] == []
    assert list(tiles.tiles_of(70_000, known=70_000)) == []
    assert list(tiles.tiles_of(70_001, known=70_000)) == [(0, 273, 113)]
    assert list(tiles.tiles_of(70_144, known=70_000)) == [(0, 273, 256), (1, 1, 18)]
    assert list(tiles.tiles_of(0)) == []


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ((0, 0), "tile/0/000"),
        ((1, 67, 17), "tile/1/067.p/17"),
        (("entries", 1234067), "tile/entries/x001/x234/067"),
        ((0, 1000, 1), "tile/0/x001/000.p/1"),
    ],
)
def test_the_path_of_a_tile(asked, path):
    assert tiles.tile_path(*asked) == path


def files_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_only_what_is_new_is_written(session, election, tmp_path):
    fill(session, election, "a", 300)
    target = Target(str(tmp_path))
    checkpoint = tiles.publish_log(session, election.id, target)
    published = files_of(tmp_path)
    hashes = b"".join(
        published[name] for name in ("log/tile/0/000", f"log/tile/0/001.p/{checkpoint.size - 256}")
    )
    leaves = [hashes[i : i + 32] for i in range(0, len(hashes), 32)]
    assert tree.fold(leaves) == checkpoint.root
    assert published["log/tile/1/000.p/1"] == tree.fold(leaves[:256])
    raw, entries = (
        published["log/tile/entries/000"] + published[f"log/tile/entries/001.p/{len(leaves) - 256}"],
        [],
    )
    while raw:
        size = int.from_bytes(raw[:2], "big")
        entries.append(raw[2 : 2 + size])
        raw = raw[2 + size :]
    assert [tree.leaf_hash(entry) for entry in entries] == leaves
    fill(session, election, "b", 10)
    again = Target(str(tmp_path))
    tiles.publish_log(session, election.id, again)
    assert again.files == 5, "one tile of hashes, one of entries, key, witnesses, checkpoint"
    assert published.items() - files_of(tmp_path).items() == {
        ("log/checkpoint", published["log/checkpoint"])
    }, "what readers of the last checkpoint need still stands"
    fill(session, election, "c", 10)
    tiles.publish_log(session, election.id, Target(str(tmp_path)))
    assert f"log/tile/0/001.p/{checkpoint.size - 256}" not in files_of(tmp_path)


def test_a_log_of_somebody_else_is_not_written_over(session, election, tmp_path):
    fill(session, election, "a", 3)
    tiles.publish_log(session, election.id, Target(str(tmp_path)))
    other = notes.Signer(log_keys.origin_of("pemilu-2024"), notes.LOG, Ed25519PrivateKey.generate())
    body = notes.Checkpoint(other.name, 2, bytes(32)).body
    (tmp_path / "log/checkpoint").write_text(f"{body}\n{other.line(body)}")
    with pytest.raises(ValueError, match="another log"):
        tiles.publish_log(session, election.id, Target(str(tmp_path)))


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "a\n1\n",
        "a\n01\nAAAA\n\n— a AAAA\n",
        "a\n1\n{root}\n\n",
        "a\n1\n{root}\n\n— a b AAAA\n",
        "a\n1\n{root}\nmore\n\n{line}",
        "a\n1\n{root}\n\n{line}x",
        "a\n01\n{root}\n\n{line}",
    ],
)
def test_what_is_no_checkpoint_is_refused(wrong):
    signer = notes.Signer("a", notes.LOG, Ed25519PrivateKey.generate())
    body = notes.Checkpoint("a", 1, bytes(32)).body
    facts = {"root": body.split("\n")[2], "line": signer.line(body)}
    assert notes.parse(f"{body}\n{signer.line(body)}").signed_by(signer.verifier)
    with pytest.raises(notes.NoteError):
        notes.parse(wrong.format(**facts))


def test_keys_are_read_strictly():
    key = notes.Signer("saksi.id", notes.WITNESS, Ed25519PrivateKey.generate()).verifier
    assert notes.Verifier.parse(str(key)) == key
    name, digits, coded = str(key).split("+", 2)
    for wrong in (f"{name}+00000000+{coded}", f"lain+{digits}+{coded}", f"{name}+{digits}+{coded[:-4]}", "x"):
        with pytest.raises(notes.NoteError):
            notes.Verifier.parse(wrong)


def test_witnesses_bring_cosignatures_on_our_checkpoints_alone(session, election, tmp_path):
    fill(session, election, "a", 3)
    checkpoint = log.sign(session, election.id)
    signer = notes.Signer("saksi.id", notes.WITNESS, Ed25519PrivateKey.generate())
    body, _, _rest = checkpoint.note.partition("\n\n")
    line = signer.line(body + "\n", at=1_700_000_000)
    assert take_cosignatures(checkpoint.note + line, actor=JOB) == 0, "of a stranger nothing is kept"
    add_witness(str(signer.verifier), "Perludem", actor=JOB)
    with pytest.raises(Refused, match="sudah terdaftar"):
        add_witness(str(signer.verifier), "Perludem", actor=JOB)
    with pytest.raises(Refused, match="bukan kunci saksi"):
        add_witness(str(log_keys.signer("pemilu-2024").verifier), "KPU", actor=JOB)
    forged = line[:40] + ("A" if line[40] != "A" else "B") + line[41:]
    assert take_cosignatures(checkpoint.note + forged, actor=JOB) == 0
    assert take_cosignatures(checkpoint.note + line, actor=JOB) == 1
    assert take_cosignatures(checkpoint.note + line, actor=JOB) == 0
    note = notes.parse(tiles.signed_note(session, checkpoint))
    assert note.signed_at(signer.verifier) == 1_700_000_000
    ((witness, size, at),) = log_queries.witnesses()
    assert (witness.holder, size, at.year) == ("Perludem", checkpoint.size, 2023)
    fork = notes.Checkpoint(note.checkpoint.origin, checkpoint.size, bytes(32)).body
    with pytest.raises(Refused, match="tidak pernah"):
        take_cosignatures(f"{fork}\n{signer.line(fork, at=1)}", actor=JOB)
    assert session.scalar(sa.select(sa.func.count()).select_from(Witness)) == 1


def test_a_receipt_proves_its_leaf(session, election):
    entry = log.log_leaf("decision", election.id, {}, subject="decision:x", actor=JOB)
    fill(session, election, "a", 20)
    (place,) = log_queries.places(election.id, "decision:x")
    found = log_queries.receipt(election.id, place.index)
    assert (found.body, found.place.hash) == (entry.body, entry.hash)
    tree.check_inclusion(place.index, found.checkpoint.size, entry.hash, found.checkpoint.root, found.proof)
    assert log_queries.receipt(election.id, found.checkpoint.size) is None


def test_the_walk_finds_nothing_in_a_whole_log_and_names_what_was_touched(session, election):
    fill(session, election, "a", 30)
    log.sign(session, election.id)
    leaves, signed, findings = verify_log(session, election)
    assert (leaves, findings) == (log.size_of(session, election.id), []) and signed
    session.connection().exec_driver_sql(
        "set local role electsys_owner; alter table leaf_entry disable trigger user;"
        " update leaf_entry set body = '{}' where id = (select max(id) from leaf_entry)"
    )
    codes = {finding.code for finding in verify_log(session, election)[2]}
    assert codes == {"leaf_edited", "checkpoint_root"}


def test_the_commands(app, session, election, tmp_path):
    fill(session, election, "a", 4)
    run = app.test_cli_runner().invoke
    done = run(args=["ledger", "publish", "--election", "pemilu-2024", "--to", str(tmp_path)])
    assert done.exit_code == 0 and "berkas ditulis" in done.output, done.output
    assert (tmp_path / "log/checkpoint").exists()
    out = tmp_path / "bukti.txt"
    done = run(args=["ledger", "prove", "--election", "pemilu-2024", "--index", "0", "--out", str(out)])
    assert done.exit_code == 0 and out.read_text().startswith("electsys-bukti/1 pemilu-2024\n")
    assert run(args=["ledger", "prove", "--election", "pemilu-2024", "--index", "99999"]).exit_code == 1
    assert run(args=["ledger", "prove", "--election", "tidak-ada", "--index", "0"]).exit_code == 2
    done = run(args=["ledger", "verify"])
    assert "Log publik pemilu-2024" in done.output, done.output
