"""Members of parties, why they changed, their flags, statements and clarifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only, guard_party_rows

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


#: No state without an event that says why (NA-18); the database asks for it.
STATE_NEEDS_EVENT = """
create function party_member_state_needs_event() returns trigger language plpgsql as $$
begin
    if new.state <> old.state and (new.event_id is not distinct from old.event_id or not exists (
        select from party_member_event e
        where e.id = new.event_id and e.member_id = new.id
            and e.from_state = old.state and e.to_state = new.state))
    then
        raise exception using errcode = 'restrict_violation',
            message = 'party_member: ' || old.state || ' -> ' || new.state || ' without an event';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "party_batch",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("file_id", sa.BigInteger),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_sha256", sa.Text, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("duplicate", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("flagged", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("received = accepted + rejected + duplicate", name=op.f("ck_party_batch_balance")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_party_batch_created_by")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_party_batch_file_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_batch_party_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_batch_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_batch")),
    )
    op.create_index("ix_party_batch_registration", "party_batch", ["registration_id", "id"])
    op.execute("create sequence party_member_id_seq cache 100")
    op.create_table(
        "party_member",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("nik_index", sa.LargeBinary, nullable=False),
        sa.Column("identity_index", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sex", sa.CHAR(length=1), nullable=False),
        sa.Column("birth_place", sa.Text, nullable=False),
        sa.Column("birth_year", sa.SmallInteger, nullable=False),
        sa.Column("marital_status", sa.CHAR(length=1), nullable=False),
        sa.Column("occupation", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("card_number", sa.Text, nullable=False),
        sa.Column("card_date", sa.Date),
        sa.Column("state", sa.Text, server_default="baru", nullable=False),
        sa.Column("event_id", sa.BigInteger),
        sa.Column("own_flags", sa.ARRAY(sa.Text), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("flags", sa.ARRAY(sa.Text), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("response_id", sa.Integer),
        sa.Column("batch_id", sa.Integer),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("changed_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "flags <@ array['ganda_identik', 'potensi_ganda', 'ganda_eksternal', 'usia', 'pekerjaan', 'nik']"
            "::text[]",
            name=op.f("ck_party_member_known_flags"),
        ),
        sa.CheckConstraint("marital_status in ('B', 'S', 'P')", name=op.f("ck_party_member_marital_status")),
        sa.CheckConstraint("own_flags <@ flags or state = 'ditarik'", name=op.f("ck_party_member_flags")),
        sa.CheckConstraint("sex in ('L', 'P')", name=op.f("ck_party_member_sex")),
        sa.CheckConstraint("state in ('baru') or event_id is not null", name=op.f("ck_party_member_event")),
        sa.CheckConstraint(
            "state in ('baru', 'ms', 'bms', 'tms', 'ditarik')", name=op.f("ck_party_member_state")
        ),
        sa.CheckConstraint("length(village_code) = 10", name=op.f("ck_party_member_village")),
        sa.CheckConstraint(
            "octet_length(nik_index) = 32 and octet_length(identity_index) = 16",
            name=op.f("ck_party_member_indexes"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["party_batch.id"], name=op.f("fk_party_member_batch_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_party_member_election_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_member_party_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_party_member_person_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_member_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_member")),
    )
    op.create_index(
        "ix_party_member_disputed",
        "party_member",
        ["response_id"],
        postgresql_where=sa.text("response_id is not null"),
    )
    op.create_index(
        "ix_party_member_flagged",
        "party_member",
        ["registration_id", "village_code"],
        postgresql_where=sa.text("flags <> '{}' and state <> 'ditarik'"),
    )
    op.create_index("ix_party_member_identity", "party_member", ["registration_id", "identity_index"])
    op.create_index("ix_party_member_nik", "party_member", ["nik_index"])
    op.create_index("ix_party_member_person", "party_member", ["person_id"])
    op.create_index("ix_party_member_place", "party_member", ["registration_id", "village_code", "state"])
    op.create_index("ix_party_member_region", "party_member", ["election_id", "village_code"])
    op.create_table(
        "party_member_event",
        sa.Column("id", sa.BigInteger, sa.Identity(always=False, cache=20), nullable=False),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("file_id", sa.BigInteger),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "kind in ('ubah', 'tarik', 'putus', 'pernyataan', 'klarifikasi', 'tanggapan', 'putusan')",
            name=op.f("ck_party_member_event_kind"),
        ),
        sa.CheckConstraint(
            "to_state <> 'tms' or reason is not null", name=op.f("ck_party_member_event_reason")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_party_member_event_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_member_event")),
    )
    op.create_index("ix_party_member_event_member", "party_member_event", ["member_id", "id"])
    op.create_table(
        "party_member_flag_event",
        sa.Column("id", sa.BigInteger, sa.Identity(always=False, cache=20), nullable=False),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("flag", sa.Text, nullable=False),
        sa.Column("raised", sa.Boolean, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_member_flag_event")),
    )
    op.create_index("ix_party_member_flag_event_member", "party_member_flag_event", ["member_id", "id"])
    op.create_table(
        "party_member_statement",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("flag", sa.Text, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, server_default="menunggu", nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("uploaded_by", sa.Integer),
        sa.Column("uploaded_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", INSTANT),
        sa.CheckConstraint(
            "(state = 'menunggu') = (decided_at is null)", name=op.f("ck_party_member_statement_decided")
        ),
        sa.CheckConstraint(
            "flag in ('ganda_eksternal', 'potensi_ganda', 'usia', 'pekerjaan', 'nik')",
            name=op.f("ck_party_member_statement_flag"),
        ),
        sa.CheckConstraint(
            "state <> 'ditolak' or reason is not null", name=op.f("ck_party_member_statement_reason")
        ),
        sa.CheckConstraint(
            "state in ('menunggu', 'diterima', 'ditolak')", name=op.f("ck_party_member_statement_state")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_party_member_statement_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_party_member_statement_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["party_member.id"], name=op.f("fk_party_member_statement_member_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_member_statement_party_id")),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["account.id"], name=op.f("fk_party_member_statement_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_member_statement")),
    )
    op.create_index("ix_party_member_statement_member", "party_member_statement", ["member_id", "flag"])
    op.create_table(
        "party_clarification",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("nik_index", sa.LargeBinary, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("state", sa.Text, server_default="dipanggil", nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("heard_at", INSTANT),
        sa.Column("file_id", sa.BigInteger),
        sa.Column("decided_by", sa.Integer),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "(state = 'memilih') = (party_id is not null)", name=op.f("ck_party_clarification_party")
        ),
        sa.CheckConstraint(
            "state in ('dipanggil', 'memilih', 'tidak_satu_pun', 'tidak_hadir')",
            name=op.f("ck_party_clarification_state"),
        ),
        sa.CheckConstraint("length(region) = 4", name=op.f("ck_party_clarification_region")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_party_clarification_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name=op.f("fk_party_clarification_election_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_party_clarification_file_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_clarification_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_clarification")),
        sa.UniqueConstraint("election_id", "nik_index", "region", name="uq_party_clarification_person"),
    )
    op.create_index(
        "ix_party_clarification_region", "party_clarification", ["election_id", "region", "state"]
    )

    op.execute("alter sequence party_member_id_seq owned by party_member.id")
    op.execute(STATE_NEEDS_EVENT)
    op.execute(
        "create trigger state_needs_event before update of state on party_member"
        " for each row execute function party_member_state_needs_event()"
    )
    for table in ("party_member_event", "party_member_flag_event"):
        append_only(table)
    for table in ("party_member", "party_member_event", "party_member_flag_event", "party_member_statement"):
        guard_party_rows(table, "village_code")


def downgrade() -> None:
    for table in reversed(
        (
            "party_batch",
            "party_member",
            "party_member_event",
            "party_member_flag_event",
            "party_member_statement",
            "party_clarification",
        )
    ):
        op.drop_table(table)
    op.execute("drop function party_member_state_needs_event()")
