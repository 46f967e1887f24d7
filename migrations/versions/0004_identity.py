"""Accounts, roles, grants, passkeys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
NOW = sa.text("now()")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "role",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("permissions", ARRAY(sa.Text), nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("username", sa.Text, nullable=False, unique=True),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.Column("password", sa.Text),
        sa.Column("must_change_password", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("failures", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("locked_until", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False, server_default=NOW),
        sa.Column("fs_uniquifier", sa.Text, nullable=False, unique=True),
        sa.Column("fs_webauthn_user_handle", sa.Text, unique=True),
        sa.Column("tf_primary_method", sa.Text),
        sa.Column("tf_totp_secret", sa.Text),
        sa.Column("tf_phone_number", sa.Text),
        sa.Column("mf_recovery_codes", sa.UnicodeText),
        sa.CheckConstraint("username = lower(username)", name="username"),
    )
    op.create_table(
        "webauthn",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("credential_id", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.Integer),
        sa.Column("transports", sa.UnicodeText),
        sa.Column("backup_state", sa.Boolean, nullable=False),
        sa.Column("device_type", sa.Text, nullable=False),
        sa.Column("extensions", sa.Text),
        sa.Column("create_datetime", INSTANT, nullable=False, server_default=NOW),
        sa.Column("lastuse_datetime", INSTANT, nullable=False, server_default=NOW),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("usage", sa.Text, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_webauthn_user_id", "webauthn", ["user_id"])
    op.create_table(
        "account_grant",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("role_id", sa.Integer, sa.ForeignKey("role.id"), nullable=False),
        sa.Column("region", CODE, nullable=False, server_default=""),
        sa.Column("party_id", sa.Integer),
        sa.Column("election_id", sa.SmallInteger, sa.ForeignKey("election.id")),
        sa.Column("valid_from", INSTANT, nullable=False, server_default=NOW),
        sa.Column("valid_to", INSTANT),
        sa.Column("given_by", sa.Text, nullable=False),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from", name="validity"),
        sa.CheckConstraint(
            "region ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10}|[0-9]{13})?$'", name="region"
        ),
    )
    for column in ("account_id", "role_id", "region"):
        op.create_index(f"ix_account_grant_{column}", "account_grant", [column])


def downgrade() -> None:
    for table in ("account_grant", "webauthn", "account", "role"):
        op.drop_table(table)
