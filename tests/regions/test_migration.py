"""The tables of the room agree with its models."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from electsys.db import db

OURS = {
    *(
        "region_map",
        "region",
        "region_successor",
        "tps",
        "dapil",
        "dapil_area",
        "dapil_village",
        "region_gap",
    ),
    *("election", "contest", "participant", "ballot", "ballot_line", "stage", "stage_override"),
    *("clock_stop", "legal_setting", "code_entry"),
}


def test_the_migrations_make_exactly_the_tables_of_the_models(session):
    context = MigrationContext.configure(
        session.connection(),
        opts={
            "compare_type": True,
            "include_name": lambda name, kind, parents: kind != "table" or name in OURS,
            "include_object": lambda obj, name, kind, reflected, to: kind != "table" or name in OURS,
        },
    )
    assert compare_metadata(context, db.metadata) == []
