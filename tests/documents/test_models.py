"""The migration and the models say the same."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from electsys.db import Base, db

TABLES = {
    *("file_limit", "stored_file", "upload", "document_kind", "number_template"),
    *("number_counter", "number_entry", "official_document", "document_signature"),
}


def test_migration_and_models_agree(session):
    context = MigrationContext.configure(
        db.engine,
        opts={
            "compare_server_default": True,
            "include_object": lambda obj, name, kind, *_: kind != "table" or name in TABLES,
        },
    )
    assert compare_metadata(context, Base.metadata) == []
