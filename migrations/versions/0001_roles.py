"""Extensions, and the rights that the application's role gets on every table to come."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("pg_trgm", "unaccent", "btree_gist"):
        op.execute(f"create extension if not exists {name}")
    op.execute("grant usage on schema public to electsys_app")
    op.execute(
        "alter default privileges for role electsys_owner in schema public "
        "grant select, insert, update, delete on tables to electsys_app"
    )
    op.execute(
        "alter default privileges for role electsys_owner in schema public "
        "grant usage, select on sequences to electsys_app"
    )


def downgrade() -> None:
    op.execute(
        "alter default privileges for role electsys_owner in schema public "
        "revoke usage, select on sequences from electsys_app"
    )
    op.execute(
        "alter default privileges for role electsys_owner in schema public "
        "revoke select, insert, update, delete on tables from electsys_app"
    )
    op.execute("revoke usage on schema public from electsys_app")
    for name in ("btree_gist", "unaccent", "pg_trgm"):
        op.execute(f"drop extension if exists {name}")
