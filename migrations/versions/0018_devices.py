"""Activated phones, their activation codes, and what they sent: packets are append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CODE = sa.Text(collation="C")
NOW = sa.func.now()


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("election_id", sa.SmallInteger, sa.ForeignKey("election.id")),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("protocol", sa.SmallInteger, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("activated_at", INSTANT, nullable=False, server_default=NOW),
        sa.Column("seen_at", INSTANT),
        sa.Column("pending", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_why", sa.Text),
        _check("device", "public_key", "octet_length(public_key) = 65"),
        _check("device", "pending", "pending >= 0"),
        _check("device", "ended", "(ended_at is null) = (ended_why is null)"),
        _check("device", "why", "ended_why in ('dicabut', 'keluar')"),
    )
    op.create_index("ix_device_account", "device", ["account_id", "kind"])
    op.create_index("ix_device_region", "device", ["region"], postgresql_ops={"region": "text_pattern_ops"})
    op.create_table(
        "device_activation",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("election_id", sa.SmallInteger, sa.ForeignKey("election.id")),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False, server_default=NOW),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("device_id", sa.Integer, sa.ForeignKey("device.id")),
        _check("device_activation", "used", "device_id is null or closed_at is not null"),
    )
    op.create_index("ix_device_activation_account", "device_activation", ["account_id", "kind"])
    op.create_index("ix_device_activation_device", "device_activation", ["device_id"])
    op.create_table(
        "device_packet",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("device_id", sa.Integer, sa.ForeignKey("device.id"), nullable=False),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("protocol", sa.SmallInteger, nullable=False),
        sa.Column("made_at", INSTANT),
        sa.Column("received_at", INSTANT, nullable=False, server_default=sa.func.clock_timestamp()),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("answer", JSONB, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("device_id", "key"),
        _check("device_packet", "outcome", "outcome in ('ok', 'conflict', 'refused')"),
        _check("device_packet", "digest", "octet_length(digest) = 32"),
    )
    append_only("device_packet")
    op.create_table(
        "device_file",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("device_id", sa.Integer, sa.ForeignKey("device.id"), nullable=False),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("packet_id", sa.BigInteger, sa.ForeignKey("device_packet.id"), nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("upload_token", sa.Text),
        sa.Column("file_id", sa.BigInteger, sa.ForeignKey("stored_file.id")),
        sa.Column("created_at", INSTANT, nullable=False, server_default=NOW),
        sa.UniqueConstraint("device_id", "key"),
        _check("device_file", "length", "length > 0"),
        _check("device_file", "hash", "sha256 ~ '^[0-9a-f]{64}$'"),
        _check("device_file", "whole", "(file_id is null) = (upload_token is not null)"),
    )
    op.create_index("ix_device_file_packet", "device_file", ["packet_id"])
    op.create_index("ix_device_file_file", "device_file", ["file_id"])


def downgrade() -> None:
    for name in ("device_file", "device_packet", "device_activation", "device"):
        op.drop_table(name)
