"""The short way to the database, for what must cost next to nothing: rate limits and public checks.

One statement, one round trip, committed by itself: a refused request keeps what it has used up, which a
request's own transaction would roll back. No ORM, no ping, no ``SET LOCAL``: connections of this way act as
``electsys_app`` from their first moment, see no row that has a scope, and do not wait for the disk.
"""

from __future__ import annotations

import os
import queue
from collections.abc import Mapping
from typing import Any, cast

import psycopg
from flask import current_app
from sqlalchemy.engine import Connection

from electsys.db import db

Row = tuple[Any, ...]

#: A statement of this way is planned once a connection: its plan does not depend on who asks.
OPTIONS = (
    "-c role=electsys_app -c app.scope=- -c synchronous_commit=off -c statement_timeout=5000"
    " -c plan_cache_mode=force_generic_plan"
)


def fetch(statement: str, values: Mapping[str, Any]) -> Row | None:
    """The first row of a statement in a transaction of its own; None if there is none.

    A connection that the server has dropped meanwhile (a restart) is replaced once.
    """
    if isinstance(db.engine, Connection):  # the shared connection of a test
        raw = cast("psycopg.Connection[Row]", db.session.connection().connection.driver_connection)
        return raw.execute(statement.encode(), values).fetchone()
    idle = _idle()
    while True:
        try:
            connection, used = idle.get_nowait(), True
        except queue.Empty:
            connection, used = _open(), False
        try:
            row = connection.execute(statement.encode(), values, prepare=True).fetchone()
        except psycopg.OperationalError as problem:
            if not connection.closed and not connection.broken:
                idle.put(connection)  # the statement failed, not the connection
                raise
            connection.close()
            if not used:
                raise DatabaseAway from problem
            continue
        except BaseException:
            connection.close()
            raise
        idle.put(connection)
        return row


def close() -> None:
    """Close the connections that nobody uses: before the database is dropped."""
    idle = _idle()
    while not idle.empty():
        idle.get_nowait().close()


class DatabaseAway(RuntimeError):
    """The server answers nobody."""


def _open() -> psycopg.Connection[Row]:
    return psycopg.connect(current_app.config["DATABASE_URL"], autocommit=True, options=OPTIONS)


def _idle() -> queue.LifoQueue[psycopg.Connection[Row]]:
    """The connections of this process that nobody uses now: never more than it has threads."""
    kept = current_app.extensions.get("electsys.hot")
    if kept is None or kept[0] != os.getpid():
        kept = current_app.extensions["electsys.hot"] = (os.getpid(), queue.LifoQueue())
    return cast("queue.LifoQueue[psycopg.Connection[Row]]", kept[1])
