"""How far each party has come, for the list of all; an index by which members are counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0033"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
#: As modules.sipol.queries.counts.is_counted says it.
COUNTED = (
    "state not in ('ditarik', 'tms') and response_id is null"
    " and not (flags @> array['ganda_identik']::text[])"
)


def upgrade() -> None:
    op.create_table(
        "party_progress",
        sa.Column("registration_id", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in (
                *("provinces", "provinces_needed", "districts", "districts_needed"),
                *("boards", "members", "gaps"),
            )
        ),
        sa.Column("counted_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_progress_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_party_progress")),
    )
    op.create_index(
        "ix_party_member_counted",
        "party_member",
        ["registration_id", "village_code", "state", "party_id"],
        postgresql_where=sa.text(COUNTED),
    )


def downgrade() -> None:
    op.drop_index("ix_party_member_counted", "party_member")
    op.drop_table("party_progress")
