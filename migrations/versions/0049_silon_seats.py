"""Silon: seats that fall vacant, and what was done to fill them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only

revision = "0049"
down_revision = "0044"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "seat_case",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("dapil_id", sa.Integer),
        sa.Column("region", CODE, nullable=False),
        sa.Column("voted_in", CODE, nullable=False),
        sa.Column("participant_id", sa.Integer, nullable=False),
        sa.Column("holder_number", sa.SmallInteger),
        sa.Column("holder_name", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("letter_number", sa.Text, nullable=False),
        sa.Column("letter_date", sa.Date, nullable=False),
        sa.Column("letter_file_id", sa.BigInteger, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("term_ends", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("state", sa.Text, server_default="diterima", nullable=False),
        sa.Column("next_number", sa.SmallInteger),
        sa.Column("next_participant_id", sa.Integer),
        sa.Column("next_name", sa.Text),
        sa.Column("chosen_by", sa.Text),
        sa.Column("trace", JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("passed_over", JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("checks", JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("qualified", sa.Boolean, nullable=False),
        sa.Column("waits_until", sa.Date),
        sa.Column("minutes_id", sa.Integer),
        sa.Column("sent_id", sa.Integer),
        sa.Column("sent_at", INSTANT),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('diterima', 'verifikasi', 'klarifikasi', 'tertunda', 'siap', 'dikirim', 'dilantik',"
            " 'ditolak')",
            name=op.f("ck_seat_case_state"),
        ),
        sa.CheckConstraint(
            "cause in ('meninggal', 'mengundurkan_diri', 'diberhentikan')", name=op.f("ck_seat_case_cause")
        ),
        sa.CheckConstraint(
            "chosen_by in ('peringkat', 'pleno', 'usulan')", name=op.f("ck_seat_case_chosen_by")
        ),
        sa.CheckConstraint("(next_name is null) = (chosen_by is null)", name=op.f("ck_seat_case_chosen")),
        sa.CheckConstraint(
            "state not in ('siap', 'dikirim', 'dilantik') or qualified", name=op.f("ck_seat_case_qualified")
        ),
        sa.CheckConstraint(
            "(state = 'tertunda') = (waits_until is not null)", name=op.f("ck_seat_case_waits")
        ),
        sa.CheckConstraint(
            "(state in ('dikirim', 'dilantik')) = (sent_at is not null)", name=op.f("ck_seat_case_sent")
        ),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_seat_case_election_id")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_seat_case_contest_id")),
        sa.ForeignKeyConstraint(["dapil_id"], ["dapil.id"], name=op.f("fk_seat_case_dapil_id")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_seat_case_participant_id")
        ),
        sa.ForeignKeyConstraint(
            ["next_participant_id"], ["participant.id"], name=op.f("fk_seat_case_next_participant_id")
        ),
        sa.ForeignKeyConstraint(
            ["letter_file_id"], ["stored_file.id"], name=op.f("fk_seat_case_letter_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_case")),
    )
    op.create_index("ix_seat_case_place", "seat_case", ["election_id", "region", "state"])
    op.create_index(
        "uq_seat_case_open",
        "seat_case",
        ["contest_id", "dapil_id", "voted_in", "participant_id", "holder_number"],
        unique=True,
        postgresql_where=sa.text("state <> 'ditolak'"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "seat_event",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("note", sa.Text, server_default="", nullable=False),
        sa.Column("details", JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("file_id", sa.BigInteger),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('terima', 'peringkat', 'periksa', 'klarifikasi', 'lewati', 'tunda', 'lanjut', 'siap',"
            " 'kirim', 'lantik', 'tolak')",
            name=op.f("ck_seat_event_kind"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["seat_case.id"], name=op.f("fk_seat_event_case_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_seat_event_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_event")),
    )
    op.create_index("ix_seat_event_case", "seat_event", ["case_id", "id"])
    append_only("seat_event")


def downgrade() -> None:
    op.drop_table("seat_event")
    op.drop_table("seat_case")
