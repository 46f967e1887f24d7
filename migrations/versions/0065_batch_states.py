"""Situng: a file of results is withdrawn by who brought it; no state of a refusal that nothing leads to."""

from __future__ import annotations

from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

STATES = ("dimuat", "menunggu", "dikonfirmasi", "diterapkan", "dibatalkan")


def upgrade() -> None:
    _states(STATES)


def downgrade() -> None:
    _states((*STATES, "ditolak"))


def _states(states: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_result_batch_state"), "result_batch")
    op.create_check_constraint(op.f("ck_result_batch_state"), "result_batch", f"state in {states}")
