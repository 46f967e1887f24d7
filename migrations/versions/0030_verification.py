"""The desk of verification and samples; the party of the one who asks, as a second lock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

#: ``app.parties`` holds the parties of whoever acts for parties alone, parted by commas; else it is empty.
IN_PARTY = """
create function in_app_party(party integer) returns boolean
language sql stable parallel safe
as $$
    select coalesce(current_setting('app.parties', true), '') = ''
        or party::text = any (string_to_array(current_setting('app.parties', true), ','))
$$
"""
#: People of the voter list are none of a party's business, whatever its regions.
NOT_A_PARTY = "coalesce(current_setting('app.parties', true), '') = ''"
VOTERS = ("voter", "voter_past", "voter_event", "voter_list_entry", "voter_list_mark")


def upgrade() -> None:
    op.create_table(
        "verification_item",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("round", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("priority", sa.SmallInteger, server_default="0", nullable=False),
        sa.Column("state", sa.Text, server_default="menunggu", nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("claimed_by", sa.Integer),
        sa.Column("claimed_until", INSTANT),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", INSTANT),
        sa.Column("second_look", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("second_state", sa.Text),
        sa.Column("second_by", sa.Integer),
        sa.Column("second_at", INSTANT),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "(state in ('ms', 'bms', 'tms')) = (decided_at is not null)",
            name=op.f("ck_verification_item_decided"),
        ),
        sa.CheckConstraint(
            "second_state in ('ms', 'bms', 'tms')", name=op.f("ck_verification_item_second_state")
        ),
        sa.CheckConstraint(
            "state in ('menunggu', 'ms', 'bms', 'tms', 'ditarik')", name=op.f("ck_verification_item_state")
        ),
        sa.CheckConstraint(
            "state not in ('bms', 'tms') or reason is not null", name=op.f("ck_verification_item_reason")
        ),
        sa.CheckConstraint(
            "(claimed_by is null) = (claimed_until is null)", name=op.f("ck_verification_item_claimed")
        ),
        sa.CheckConstraint(
            "num_nulls(second_state, second_by, second_at) in (0, 3)",
            name=op.f("ck_verification_item_second"),
        ),
        sa.CheckConstraint("second_by <> decided_by", name=op.f("ck_verification_item_two_people")),
        sa.ForeignKeyConstraint(["claimed_by"], ["account.id"], name=op.f("fk_verification_item_claimed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_verification_item_decided_by")),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name=op.f("fk_verification_item_election_id")
        ),
        sa.ForeignKeyConstraint(["second_by"], ["account.id"], name=op.f("fk_verification_item_second_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_item")),
        sa.UniqueConstraint("queue", "subject", "round", name="uq_verification_item_subject"),
    )
    op.create_index(
        "ix_verification_item_claimed",
        "verification_item",
        ["claimed_by"],
        postgresql_where=sa.text("claimed_by is not null"),
    )
    op.create_index(
        "ix_verification_item_place",
        "verification_item",
        ["queue", "election_id", "region", "party_id", "state"],
    )
    op.create_index(
        "ix_verification_item_second",
        "verification_item",
        ["queue", "election_id", "region", "id"],
        postgresql_where=sa.text("second_look and second_state is null"),
    )
    op.create_index(
        "ix_verification_item_waiting",
        "verification_item",
        ["queue", "election_id", "region", "priority", "id"],
        postgresql_where=sa.text("state = 'menunggu'"),
    )
    op.create_table(
        "verification_event",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("item_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('putus', 'batal', 'periksa_kedua', 'tarik')", name=op.f("ck_verification_event_kind")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["verification_item.id"], name=op.f("fk_verification_event_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_event")),
    )
    op.create_index("ix_verification_event_item", "verification_event", ["item_id", "id"])
    op.create_table(
        "verification_sample",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("region", CODE, nullable=False),
        sa.Column("round", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("frame_size", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("frame_digest", sa.LargeBinary, nullable=False),
        sa.Column("minimum", sa.Integer, nullable=False),
        sa.Column("found_ms", sa.Integer),
        sa.Column("projection", sa.Integer),
        sa.Column("deficit", sa.Integer),
        sa.Column("state", sa.Text, server_default="berjalan", nullable=False),
        sa.Column("letter_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("drawn_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.CheckConstraint(
            "(state = 'ditutup') = (found_ms is not null)"
            " and num_nulls(found_ms, projection, deficit, closed_at) in (0, 4)",
            name=op.f("ck_verification_sample_closed"),
        ),
        sa.CheckConstraint(
            "method in ('krejcie_morgan', 'sistematis_10', 'sensus')",
            name=op.f("ck_verification_sample_method"),
        ),
        sa.CheckConstraint("seed <> ''", name=op.f("ck_verification_sample_seed")),
        sa.CheckConstraint("state in ('berjalan', 'ditutup')", name=op.f("ck_verification_sample_state")),
        sa.CheckConstraint(
            "0 < size and size <= frame_size and start >= 1", name=op.f("ck_verification_sample_sizes")
        ),
        sa.CheckConstraint("octet_length(frame_digest) = 32", name=op.f("ck_verification_sample_digest")),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name=op.f("fk_verification_sample_election_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_sample")),
        sa.UniqueConstraint("kind", "owner", "region", "round", name="uq_verification_sample_owner"),
    )
    op.create_index("ix_verification_sample_region", "verification_sample", ["kind", "election_id", "region"])
    op.create_table(
        "verification_sample_member",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("sample_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("frame_position", sa.Integer, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("assigned_to", sa.Integer),
        sa.Column("state", sa.Text, server_default="menunggu", nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("decided_at", INSTANT),
        sa.CheckConstraint(
            "(state = 'menunggu') = (decided_at is null)", name=op.f("ck_verification_sample_member_decided")
        ),
        sa.CheckConstraint(
            "state <> 'tms' or reason is not null", name=op.f("ck_verification_sample_member_reason")
        ),
        sa.CheckConstraint(
            "state in ('menunggu', 'ms', 'tms')", name=op.f("ck_verification_sample_member_state")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["account.id"], name=op.f("fk_verification_sample_member_assigned_to")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["verification_sample.id"], name=op.f("fk_verification_sample_member_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_sample_member")),
        sa.UniqueConstraint("sample_id", "position", name="uq_verification_sample_member_position"),
        sa.UniqueConstraint("sample_id", "subject", name="uq_verification_sample_member_subject"),
    )
    op.create_index(
        "ix_verification_sample_member_assigned", "verification_sample_member", ["assigned_to", "state"]
    )
    op.create_index("ix_verification_sample_member_subject", "verification_sample_member", ["subject"])
    op.create_table(
        "verification_contact",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("visited_at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("photo_id", sa.BigInteger),
        sa.Column("packet", sa.Text),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "method in ('rumah', 'kantor', 'panggilan_video')", name=op.f("ck_verification_contact_method")
        ),
        sa.CheckConstraint(
            "result in ('membenarkan', 'menyangkal', 'tidak_bertemu', 'tidak_cocok')",
            name=op.f("ck_verification_contact_result"),
        ),
        sa.CheckConstraint("number between 1 and 3", name=op.f("ck_verification_contact_number")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["verification_sample_member.id"], name=op.f("fk_verification_contact_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["stored_file.id"], name=op.f("fk_verification_contact_photo_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_contact")),
        sa.UniqueConstraint("member_id", "number", name="uq_verification_contact_number"),
        sa.UniqueConstraint("packet", name=op.f("uq_verification_contact_packet")),
    )
    for table in ("verification_event", "verification_contact"):
        append_only(table)
    op.execute(IN_PARTY)
    for table in VOTERS:
        op.execute(
            f"create policy {table}_not_a_party on {table} as restrictive for all using ({NOT_A_PARTY})"
        )
    op.add_column("participant", sa.Column("party_id", sa.Integer))


def downgrade() -> None:
    op.drop_column("participant", "party_id")
    for table in VOTERS:
        op.execute(f"drop policy {table}_not_a_party on {table}")
    op.execute("drop function in_app_party(integer)")
    for table in ("contact", "sample_member", "sample", "event", "item"):
        op.drop_table(f"verification_{table}")
