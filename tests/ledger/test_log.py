"""The public log: entries in their writers' transactions, gapless leaves, signed checkpoints."""

from __future__ import annotations

import json
import threading

import psycopg
import pytest
import rfc8785
import sqlalchemy as sa

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.ledger import Actor, log, log_keys, notes, tree
from electsys.ledger.log_models import Leaf, LeafEntry, LogCheckpoint, LogNode

JOB = Actor.system("uji")


@pytest.fixture
def election(session):
    """The election of the template."""
    return session.scalars(sa.select(Election.id).where(Election.code == "pemilu-2024")).one()


def leave(election, n=1, subject="decision:ppwp", **facts):
    return [
        log.log_leaf("decision", election, {"n": i} | facts, subject=subject, actor=JOB) for i in range(n)
    ]


def test_an_entry_is_canonical_and_names_the_one_before(session, election):
    first, second = leave(election, 2)
    assert first.hash == tree.leaf_hash(first.body), "the database hashes as the standard says"
    body = json.loads(second.body)
    assert second.body == rfc8785.dumps(body)
    assert (body["seq"], body["prev_leaf"]) == (2, first.hash.hex())
    assert (body["election"], body["form_type"]) == ("pemilu-2024", "decision")
    assert (body["entered_by"], body["entered_by_role"]) == (None, "sistem:uji")
    assert json.loads(first.body)["prev_leaf"] is None


def test_people_stand_as_role_and_pseudonym(session, election, make_account):
    account = make_account(role="operator_kpu_kabko", region="1201")
    actor = Actor(account.id, account.username)
    body = json.loads(log.log_leaf("decision", election, {}, subject="x", actor=actor).body)
    assert body["entered_by_role"] == "operator_kpu_kabko"
    assert len(body["entered_by"]) == 16 and account.username not in str(body)
    assert log.pseudonym(election, account.id) == body["entered_by"]
    assert log.pseudonym(election + 1, account.id) != body["entered_by"], "logs cannot be joined by it"


@pytest.mark.parametrize("wrong", [{"note": "NIK 1201011505800001"}, {"seq": 4}])
def test_no_number_of_a_person_and_no_field_of_the_log(session, election, wrong):
    with pytest.raises(ValueError, match="log"):
        log.log_leaf("decision", election, wrong, subject="x", actor=JOB)


def test_integration_is_gapless_and_grows_the_tree(session, election):
    before = log.size_of(session, election)
    leave(election, 5)
    assert log.size_of(session, election) == before
    assert log.integrate(batch=2) >= 5
    size = log.size_of(session, election)
    rows = session.scalars(sa.select(Leaf).where(Leaf.election_id == election).order_by(Leaf.index)).all()
    assert [row.index for row in rows] == list(range(size))
    assert log.integrate() == 0
    checkpoint = session.get(LogCheckpoint, (election, size))
    assert checkpoint.root == tree.fold([row.hash for row in rows])
    note = notes.parse(checkpoint.note)
    assert note.signed_by(log_keys.signer("pemilu-2024").verifier)
    assert (note.checkpoint.size, note.checkpoint.origin) == (size, log_keys.origin_of("pemilu-2024"))


def test_full_subtrees_are_kept_and_carry_the_proofs(session, election):
    start = log.size_of(session, election)
    session.execute(
        sa.text(
            "insert into leaf_entry (election_id, subject, seq, body)"
            " select :e, 'many', n, convert_to('{\"n\":' || n || '}', 'UTF8') from generate_series(1, 1400) n"
        ),
        {"e": election},
    )
    log.integrate(batch=333)
    size = start + 1400
    leaves = session.scalars(
        sa.select(Leaf.hash).where(Leaf.election_id == election).order_by(Leaf.index)
    ).all()
    kept = session.execute(
        sa.select(LogNode.level, LogNode.index, LogNode.hash).order_by(LogNode.index)
    ).all()
    assert [(1, i, tree.fold(leaves[256 * i : 256 * i + 256])) for i in range(size // 256)] == kept
    read = log.nodes(session, election)
    root = tree.root(read, size)
    assert root == tree.fold(leaves)
    for index in (0, 255, 256, 700, size - 1):
        tree.check_inclusion(index, size, leaves[index], root, tree.prove_inclusion(read, index, size))


def test_the_database_refuses_changes_gaps_and_a_second_writer(session, election):
    leave(election, 2)
    log.integrate()
    size = log.size_of(session, election)
    mine = (
        "insert into leaf_entry (election_id, subject, seq, body)"
        f" values ({election}, 'decision:ppwp', 1, '{{}}')"
    )
    attempts = {
        "update leaf set hash = '\\x00'": "denied",
        "insert into leaf_entry (election_id, subject, seq, body, xid) values (1, 'x', 1, '{}', 1)": "denied",
        f"insert into leaf select election_id, {size + 1}, (select min(id) - 1 from leaf_entry), hash"
        " from leaf limit 1": "follows|foreign",
        mine: "uq_leaf_entry_seq",
        "set local role electsys_owner; update leaf set hash = '\\x00'": "append-only",
        "set local role electsys_owner; delete from leaf_entry": "append-only",
        "set local role electsys_owner; truncate log_checkpoint": "append-only",
    }
    for statement, said in attempts.items():
        with pytest.raises(sa.exc.DBAPIError, match=said), session.begin_nested():
            session.connection().exec_driver_sql(statement)


def test_without_a_key_nothing_is_signed(app, session, election, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "KEY_DIR", tmp_path)
    for name in ("DEMO", "TESTING"):
        monkeypatch.setitem(app.config, name, False)
    leave(election)
    with pytest.raises(Refused, match="Kunci log") as refusal:
        log.integrate()
    assert "keygen" in refusal.value.hint
    place = log_keys.make()
    assert place.stat().st_mode & 0o777 == 0o600
    log.integrate()
    with pytest.raises(Refused, match="sudah ada"):
        log_keys.make()
    place.chmod(0o644)
    with pytest.raises(Refused, match="dibaca orang lain"):
        log_keys.signer("pemilu-2024")
    place.chmod(0o600)
    place.write_text("{}")
    with pytest.raises(Refused, match="rusak"):
        log_keys.signer("pemilu-2024")


def test_two_that_sign_at_once_sign_once(own_app, own_database):
    """A publication and the job that integrates: the second waits and takes what the first has signed."""
    with psycopg.connect(own_database, autocommit=True) as conn:
        conn.execute(
            "insert into region_map (id, name, source, valid_from) values (1, 'peta', '', '2020-01-01')"
        )
        conn.execute(
            "insert into election (code, name, kind, voting_day, map_id)"
            " values ('uji', 'Uji', 'pemilu', '2024-02-14', 1)"
        )
    election = db.session.scalar(sa.select(Election.id))
    db.session.commit()
    signed = []

    def second():
        with own_app.app_context(), sa.orm.Session(db.engine) as session:
            signed.append(log.sign(session, election).note)
            session.commit()

    with sa.orm.Session(db.engine) as first:
        log.log_leaf("decision", election, {}, subject="x", actor=JOB)
        db.session.commit()
        log._integrate_some(first, 10)
        first.commit()
        note = log.sign(first, election).note
        other = threading.Thread(target=second)
        other.start()
        other.join(0.5)
        first.commit()
    other.join(10)
    assert signed == [note]


def test_a_long_transaction_holds_nobody_up_and_is_never_left_out(own_app, own_database):
    with psycopg.connect(own_database, autocommit=True) as conn:
        conn.execute(
            "insert into region_map (id, name, source, valid_from) values (1, 'peta', '', '2020-01-01')"
        )
        conn.execute(
            "insert into election (code, name, kind, voting_day, map_id)"
            " values ('uji', 'Uji', 'pemilu', '2024-02-14', 1)"
        )
    election = db.session.scalar(sa.select(Election.id))
    db.session.commit()
    insert = "insert into leaf_entry (election_id, subject, seq, body) values (%s, %s, 1, '{}')"
    with psycopg.connect(own_database) as slow:
        slow.execute(insert, (election, "slow"))
        for n in range(3):
            log.log_leaf("decision", election, {}, subject=f"quick:{n}", actor=JOB)
            db.session.commit()
            assert log.integrate() == 1
        slow.commit()
    assert log.integrate() == 1
    writers = [threading.Thread(target=_write, args=(own_database, insert, election, n)) for n in range(4)]
    for each in writers:
        each.start()
    done = 0
    while any(each.is_alive() for each in writers):
        done += log.integrate(batch=7)
    done += log.integrate()
    assert done == 100
    rows = db.session.execute(sa.select(Leaf.index, Leaf.entry_id).order_by(Leaf.index)).all()
    assert [index for index, _ in rows] == list(range(104))
    assert {entry for _, entry in rows} == set(db.session.scalars(sa.select(LeafEntry.id)))


def _write(url, insert, election, n):
    with psycopg.connect(url, autocommit=True) as conn:
        for i in range(25):
            conn.execute(insert, (election, f"w:{n}:{i}"))
