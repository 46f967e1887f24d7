"""The migration and the models say the same."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from electsys.db import Base, db

TABLES = {"rate_bucket", "pow_spent", "public_response", "public_response_file"}


def test_migration_and_models_agree(session):
    context = MigrationContext.configure(
        db.engine,
        opts={"include_object": lambda obj, name, kind, *_: kind != "table" or name in TABLES},
    )
    assert compare_metadata(context, Base.metadata) == []
