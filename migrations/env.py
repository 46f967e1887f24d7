"""Alembic's environment: migrations run as electsys_owner, each in its own transaction."""

from __future__ import annotations

import re

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, text

from electsys.db import DatabaseUnavailable, db, demand_version

#: Partitions, and the tables of procrastinate, are not models of ours.
FOREIGN = re.compile(r".*_(p\d\d|default)$|procrastinate_.*|alembic_version")


def include_name(name: str | None, kind: str, parents: object) -> bool:
    return not (kind == "table" and name and FOREIGN.match(name))


def run() -> None:
    engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        try:
            demand_version(connection)
        except DatabaseUnavailable as problem:
            raise SystemExit(f"electsys: {problem}") from None
        connection.execute(text("set role electsys_owner"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_name=include_name,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
