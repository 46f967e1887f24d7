"""The migration and the models of factual verification say the same."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from electsys.db import Base, db

TABLES = {
    *("verification_seed", "verification_sample", "verification_sample_member", "verification_contact"),
    *("verification_contact_photo", "party_factual_check", "party_factual_photo"),
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
