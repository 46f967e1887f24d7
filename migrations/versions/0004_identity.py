"""People, accounts, roles, grants, passkeys, sessions, lock-outs, activation links."""

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
PARTITIONS = 16

#: The second lock on people. ``app.scope`` holds the regions of the one who asks, parted by commas: "*" is
#: the nation, "-" is nobody. Without a scope a job or a command acts, which its operation records.
SCOPE = """
    coalesce(current_setting('app.scope', true), '') in ('', '*')
    or exists (
        select from unnest(string_to_array(current_setting('app.scope', true), ',')) as code
        where starts_with(home_region, code)
    )
"""

#: A NIK finds its person wherever it lives; who does not know the number finds nobody by this door.
BY_NIK = """
create function person_by_nik(wanted bytea) returns setof person
language sql stable security definer set search_path = pg_catalog, public
as $$ select * from public.person where nik_index = wanted order by id $$
"""


def upgrade() -> None:
    op.execute("create sequence person_id_seq as bigint cache 50")
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger, primary_key=True, server_default=sa.text("nextval('person_id_seq')")),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("nik_index", sa.LargeBinary),
        sa.Column("nik_birth_index", sa.LargeBinary),
        sa.Column("nik_name_index", sa.LargeBinary),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("birth_year", sa.SmallInteger),
        sa.Column("sex", sa.CHAR(1)),
        sa.Column("birth_place", sa.Text),
        sa.Column("marital_status", sa.CHAR(1)),
        sa.Column("home_region", CODE),
        sa.Column("address", sa.Text),
        sa.Column("rt", sa.Text),
        sa.Column("rw", sa.Text),
        sa.Column("redirect_to", sa.BigInteger, sa.ForeignKey("person.id")),
        sa.Column("created_at", INSTANT, nullable=False, server_default=NOW),
        sa.CheckConstraint("sex in ('L', 'P')", name="sex"),
        sa.CheckConstraint("marital_status in ('B', 'S', 'P')", name="marital_status"),
        sa.CheckConstraint("nik_index is null or sealed is not null", name="sealed"),
        sa.CheckConstraint("redirect_to <> id", name="redirect"),
        postgresql_partition_by="HASH (id)",
    )
    op.execute("alter sequence person_id_seq owned by person.id")
    for n in range(PARTITIONS):
        op.execute(
            f"create table person_h{n:02} partition of person "
            f"for values with (modulus {PARTITIONS}, remainder {n})"
        )
    for column in ("nik_index", "nik_birth_index", "nik_name_index", "home_region"):
        op.create_index(f"ix_person_{column}", "person", [column])
    op.execute(f"create policy person_read on person for select using ({SCOPE})")
    op.execute(f"create policy person_change on person for update using ({SCOPE}) with check (true)")
    op.execute("create policy person_add on person for insert with check (true)")
    op.execute("alter table person enable row level security")
    for n in range(PARTITIONS):  # a partition read by its own name shows nothing
        op.execute(f"alter table person_h{n:02} enable row level security")
    op.execute(BY_NIK)

    op.create_table(
        "role",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("permissions", ARRAY(sa.Text), nullable=False),
        sa.Column("region_digits", ARRAY(sa.SmallInteger)),
        sa.Column("needs_party", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("username", sa.Text, nullable=False, unique=True),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("person_id", sa.BigInteger, sa.ForeignKey("person.id")),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.Column("password", sa.Text),
        sa.Column("must_change_password", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("password_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False, server_default=NOW),
        sa.Column("fs_uniquifier", sa.Text, nullable=False, unique=True),
        sa.Column("fs_webauthn_user_handle", sa.Text, unique=True),
        sa.Column("tf_primary_method", sa.Text),
        sa.Column("tf_totp_secret", sa.Text),
        sa.Column("tf_phone_number", sa.Text),
        sa.Column("mf_recovery_codes", sa.UnicodeText),
        sa.CheckConstraint("username = lower(username)", name="username"),
        sa.CheckConstraint("email = lower(email)", name="email"),
    )
    op.create_table(
        "webauthn",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("credential_id", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False, server_default="0"),
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
        sa.Column("ended_by", sa.Text),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from", name="validity"),
        sa.CheckConstraint("ended_by is null or valid_to is not null", name="ended"),
        sa.CheckConstraint("region ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10}|[0-9]{13})?$'", name="region"),
    )
    for column in ("account_id", "role_id", "region"):
        op.create_index(f"ix_account_grant_{column}", "account_grant", [column])
    op.create_table(
        "account_session",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, server_default=NOW),
        sa.Column("seen_at", INSTANT, nullable=False, server_default=NOW),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_why", sa.Text),
        sa.CheckConstraint("(ended_at is null) = (ended_why is null)", name="ended"),
        sa.CheckConstraint(
            "ended_why in ('keluar', 'dicabut', 'sandi', 'nonaktif', 'kedaluwarsa')", name="why"
        ),
    )
    op.create_index("ix_account_session_account_id", "account_session", ["account_id"])
    op.create_table(
        "login_lock",
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("failures", sa.SmallInteger, nullable=False),
        sa.Column("locked_until", INSTANT),
        sa.Column("failed_at", INSTANT, nullable=False, server_default=NOW),
    )
    op.create_index("ix_login_lock_failed_at", "login_lock", ["failed_at"])
    op.create_table(
        "activation",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False, server_default=NOW),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
    )
    op.create_index("ix_activation_account_id", "activation", ["account_id"])
    op.create_table(
        "person_merge",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("person_id", sa.BigInteger, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("into_id", sa.BigInteger, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("merged_by", sa.Text, nullable=False),
        sa.Column("merged_at", INSTANT, nullable=False, server_default=NOW),
        sa.Column("undone_by", sa.Text),
        sa.Column("undone_at", INSTANT),
        sa.CheckConstraint("person_id <> into_id", name="other"),
        sa.CheckConstraint("(undone_at is null) = (undone_by is null)", name="undone"),
    )
    op.create_index("ix_person_merge_person_id", "person_merge", ["person_id"])
    op.create_table(
        "identity_conflict",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("person_id", sa.BigInteger, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("other_id", sa.BigInteger, sa.ForeignKey("person.id")),
        sa.Column("differs", ARRAY(sa.Text), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("region", CODE),
        sa.Column("state", sa.Text, nullable=False, server_default="terbuka"),
        sa.Column("reason", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False, server_default=NOW),
        sa.CheckConstraint("state in ('terbuka', 'sama', 'berbeda')", name="state"),
        sa.CheckConstraint(
            "(state = 'terbuka') = (decided_at is null) and (decided_at is null) = (decided_by is null)",
            name="decided",
        ),
        sa.CheckConstraint("cardinality(differs) > 0", name="differs"),
    )
    op.create_index("ix_identity_conflict_state", "identity_conflict", ["state", "id"])


def downgrade() -> None:
    for table in (
        *("identity_conflict", "person_merge", "activation", "login_lock", "account_session"),
        *("account_grant", "webauthn", "account", "role"),
    ):
        op.drop_table(table)
    op.execute("drop function person_by_nik")
    op.drop_table("person")
