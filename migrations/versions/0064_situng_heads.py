"""The count of a contest that one region holds knows that region and those in it, and no other."""

from __future__ import annotations

from alembic import op

revision = "0064"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "delete from region_total t using contest c where c.id = t.contest_id and c.region_code <> ''"
        " and (t.area = 'dapil' or not t.code ^@ c.region_code)"
    )


def downgrade() -> None:
    """Nothing: ``open_count`` of the older program adds the areas that it wants."""
