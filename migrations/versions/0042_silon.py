"""Silon: nominations, candidates, their documents, events and versions, lists as announced; what was won."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only, guard_party_rows

revision = "0042"
down_revision = "0040"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

#: A candidate's state never changes without an event that says why.
STATE_NEEDS_EVENT = """
create function candidate_state_needs_event() returns trigger language plpgsql as $$
begin
    if new.state is distinct from old.state and (
        new.event_id is not distinct from old.event_id or not exists (
            select from candidate_event e
            where e.id = new.event_id and e.candidate_id = new.id
                and e.from_state = old.state and e.to_state = new.state
        )
    ) then
        raise exception using errcode = 'check_violation',
            message = 'candidate: a change of state needs an event that says why';
    end if;
    return new;
end $$
"""
APPEND_ONLY = (
    *("candidate_event", "candidate_version", "candidate_flag_event", "listing", "listing_entry", "standing"),
)
GUARDED = (
    *("candidate", "candidate_event", "candidate_version", "candidate_flag_event", "candidate_document"),
)


def upgrade() -> None:
    op.create_table(
        "candidate_flag_event",
        sa.Column("id", sa.BigInteger, sa.Identity(cache=20), nullable=False),
        sa.Column("candidate_id", sa.BigInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("flag", sa.Text, nullable=False),
        sa.Column("raised", sa.Boolean, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_flag_event")),
    )
    op.create_index("ix_candidate_flag_event_candidate", "candidate_flag_event", ["candidate_id", "id"])
    op.create_table(
        "candidate_event",
        sa.Column("id", sa.BigInteger, sa.Identity(cache=20), nullable=False),
        sa.Column("candidate_id", sa.BigInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("file_id", sa.BigInteger),
        sa.Column("letter_id", sa.Integer),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "kind in ('putus', 'tarik', 'ganti', 'penetapan', 'tanggapan', 'coret', 'putusan', 'batal')",
            name=op.f("ck_candidate_event_kind"),
        ),
        sa.CheckConstraint(
            "to_state not in ('bms', 'tms', 'dcs_tms', 'dicoret') or reason is not null",
            name=op.f("ck_candidate_event_reason"),
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_candidate_event_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_event")),
    )
    op.create_index("ix_candidate_event_candidate", "candidate_event", ["candidate_id", "id"])
    op.create_table(
        "listing",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("dapil_id", sa.Integer),
        sa.Column("region", CODE, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("version", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("reason", sa.Text, server_default="", nullable=False),
        sa.Column("letter_id", sa.Integer),
        sa.Column("ruling", sa.Text),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "stage in ('rancangan_dcs', 'dcs', 'rancangan_dct', 'dct')", name=op.f("ck_listing_stage")
        ),
        sa.CheckConstraint("version = 1 or reason <> ''", name=op.f("ck_listing_reason")),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_listing_digest")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_listing_contest_id")),
        sa.ForeignKeyConstraint(["dapil_id"], ["dapil.id"], name=op.f("fk_listing_dapil_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_listing_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint(
            "contest_id",
            "dapil_id",
            "region",
            "stage",
            "version",
            name="uq_listing_version",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_listing_election", "listing", ["election_id", "stage", "contest_id", "region"])
    op.create_table(
        "nomination",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("dapil_id", sa.Integer),
        sa.Column("party_id", sa.Integer),
        sa.Column("label", sa.Text, server_default="", nullable=False),
        sa.Column("number", sa.SmallInteger),
        sa.Column("state", sa.Text, server_default="persiapan", nullable=False),
        sa.Column("support_state", sa.Text),
        sa.Column("approved_at", INSTANT),
        sa.Column("approved_by", sa.Integer),
        sa.Column("gaps", sa.SmallInteger),
        sa.Column("changed_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "(kind = 'daftar') = (dapil_id is not null and party_id is not null)",
            name=op.f("ck_nomination_list"),
        ),
        sa.CheckConstraint("kind = 'daftar' or label <> ''", name=op.f("ck_nomination_label")),
        sa.CheckConstraint("kind in ('daftar', 'perseorangan', 'pasangan')", name=op.f("ck_nomination_kind")),
        sa.CheckConstraint(
            "state in ('persiapan', 'diajukan', 'dikembalikan', 'vermin', 'perbaikan', "
            "'vermin_perbaikan', 'rancangan_dcs', 'dcs', 'tanggapan', 'klarifikasi', "
            "'penggantian', 'rancangan_dct', 'dct', 'perubahan_dct', 'tms', 'ditarik')",
            name=op.f("ck_nomination_state"),
        ),
        sa.CheckConstraint(
            "support_state in ('penyerahan', 'vermin', 'perbaikan', 'vermin_perbaikan', "
            "'verfak', 'perbaikan_kedua', 'vermin_kedua', 'verfak_kedua', 'memenuhi', 'tms')",
            name=op.f("ck_nomination_support_state"),
        ),
        sa.CheckConstraint(
            "(approved_at is null) = (approved_by is null)", name=op.f("ck_nomination_approved")
        ),
        sa.CheckConstraint("length(region) in (0, 2, 4)", name=op.f("ck_nomination_region")),
        sa.CheckConstraint("number > 0", name=op.f("ck_nomination_number")),
        sa.ForeignKeyConstraint(["approved_by"], ["account.id"], name=op.f("fk_nomination_approved_by")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_nomination_contest_id")),
        sa.ForeignKeyConstraint(["dapil_id"], ["dapil.id"], name=op.f("fk_nomination_dapil_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_nomination_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
    )
    op.create_index("ix_nomination_party", "nomination", ["party_id", "election_id"])
    op.create_index("ix_nomination_place", "nomination", ["election_id", "contest_id", "region", "state"])
    op.create_index(
        "uq_nomination_list",
        "nomination",
        ["contest_id", "dapil_id", "party_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'daftar' and state <> 'ditarik'"),
    )
    op.create_table(
        "candidate",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("nik_index", sa.LargeBinary, nullable=False),
        sa.Column("identity_index", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("title_before", sa.Text, server_default="", nullable=False),
        sa.Column("title_after", sa.Text, server_default="", nullable=False),
        sa.Column("ballot_name", sa.Text, nullable=False),
        sa.Column("sex", sa.CHAR(length=1), nullable=False),
        sa.Column("birth_place", sa.Text, nullable=False),
        sa.Column("birth_year", sa.SmallInteger, nullable=False),
        sa.Column("marital_status", sa.CHAR(length=1), nullable=False),
        sa.Column("occupation", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("residence_code", CODE),
        sa.Column("residence", sa.Text, server_default="", nullable=False),
        sa.Column("conditions", sa.ARRAY(sa.Text), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("profile", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("consent", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("photo_id", sa.BigInteger),
        sa.Column("state", sa.Text, server_default="baru", nullable=False),
        sa.Column("event_id", sa.BigInteger),
        sa.Column("flags", sa.ARRAY(sa.Text), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("replaces_id", sa.BigInteger),
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("changed_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "flags <@ array['ganda_calon', 'bukan_anggota', 'anggota_lain', 'bukan_pemilih', "
            "'pekerjaan', 'usia', 'nik']::text[]",
            name=op.f("ck_candidate_known_flags"),
        ),
        sa.CheckConstraint("marital_status in ('B', 'S', 'P')", name=op.f("ck_candidate_marital_status")),
        sa.CheckConstraint("name <> '' and ballot_name <> ''", name=op.f("ck_candidate_name")),
        sa.CheckConstraint("sex in ('L', 'P')", name=op.f("ck_candidate_sex")),
        sa.CheckConstraint("state = 'baru' or event_id is not null", name=op.f("ck_candidate_event")),
        sa.CheckConstraint(
            "state in ('baru', 'ms', 'bms', 'tms', 'ditarik', 'dcs', 'dcs_tms', "
            "'mengundurkan_diri', 'meninggal', 'diganti', 'dct', 'dicoret')",
            name=op.f("ck_candidate_state"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_candidate_number")),
        sa.CheckConstraint(
            "octet_length(nik_index) = 32 and octet_length(identity_index) = 16",
            name=op.f("ck_candidate_indexes"),
        ),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_candidate_election_id")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_candidate_nomination_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_candidate_person_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["stored_file.id"], name=op.f("fk_candidate_photo_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["candidate.id"], name=op.f("fk_candidate_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
    )
    op.create_index("ix_candidate_identity", "candidate", ["identity_index"])
    op.create_index("ix_candidate_nik", "candidate", ["nik_index"])
    op.create_index("ix_candidate_nomination", "candidate", ["nomination_id", "number"])
    op.create_index("ix_candidate_person", "candidate", ["person_id"])
    op.create_index("ix_candidate_place", "candidate", ["election_id", "region", "party_id", "state"])
    op.create_index(
        "uq_candidate_number",
        "candidate",
        ["nomination_id", "number"],
        unique=True,
        postgresql_where=sa.text("state in ('baru', 'ms', 'bms', 'dcs', 'dct', 'dicoret')"),
    )
    op.create_table(
        "nomination_liaison",
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("added_at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_nomination_liaison_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_nomination_liaison_nomination_id")
        ),
        sa.PrimaryKeyConstraint("nomination_id", "account_id", name=op.f("pk_nomination_liaison")),
    )
    op.create_index("ix_nomination_liaison_account", "nomination_liaison", ["account_id"])
    op.create_table(
        "nomination_submission",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sequence", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("outcome", sa.Text, server_default="menunggu", nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("receipt_id", sa.BigInteger),
        sa.Column("submitted_by", sa.Integer),
        sa.Column("submitted_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", INSTANT),
        sa.CheckConstraint(
            "(outcome = 'menunggu') = (decided_at is null)", name=op.f("ck_nomination_submission_decided")
        ),
        sa.CheckConstraint(
            "kind in ('pengajuan', 'perbaikan', 'penggantian_dcs', 'penggantian_dct')",
            name=op.f("ck_nomination_submission_kind"),
        ),
        sa.CheckConstraint(
            "outcome <> 'dikembalikan' or reason is not null", name=op.f("ck_nomination_submission_reason")
        ),
        sa.CheckConstraint(
            "outcome in ('menunggu', 'lengkap', 'dikembalikan')",
            name=op.f("ck_nomination_submission_outcome"),
        ),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_nomination_submission_digest")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_nomination_submission_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_nomination_submission_nomination_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["official_document.id"], name=op.f("fk_nomination_submission_receipt_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["account.id"], name=op.f("fk_nomination_submission_submitted_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_submission")),
        sa.UniqueConstraint("nomination_id", "kind", "sequence", name="uq_nomination_submission_sequence"),
    )
    op.create_table(
        "standing",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("dapil_id", sa.Integer),
        sa.Column("region_code", CODE, nullable=False),
        sa.Column("participant_id", sa.Integer, nullable=False),
        sa.Column("candidate_number", sa.SmallInteger),
        sa.Column("version", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("votes", sa.BigInteger, nullable=False),
        sa.Column("valid", sa.BigInteger, nullable=False),
        sa.Column("seats", sa.SmallInteger),
        sa.Column("rank", sa.SmallInteger),
        sa.Column("elected", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("spread", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_standing_source")),
        sa.CheckConstraint("0 <= votes and votes <= valid", name=op.f("ck_standing_votes")),
        sa.CheckConstraint("seats >= 0 and rank > 0 and version > 0", name=op.f("ck_standing_numbers")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_standing_contest_id")),
        sa.ForeignKeyConstraint(["dapil_id"], ["dapil.id"], name=op.f("fk_standing_dapil_id")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_standing_participant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
        sa.UniqueConstraint(
            "contest_id",
            "dapil_id",
            "region_code",
            "participant_id",
            "candidate_number",
            "version",
            name="uq_standing_version",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "candidate_document",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("candidate_id", sa.BigInteger),
        sa.Column("region", CODE, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("current", sa.Boolean, server_default=sa.text("true"), nullable=False),
        sa.Column("state", sa.Text, server_default="menunggu", nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("round", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("uploaded_by", sa.Integer),
        sa.Column("uploaded_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", INSTANT),
        sa.CheckConstraint(
            "(state = 'menunggu') = (decided_at is null)", name=op.f("ck_candidate_document_decided")
        ),
        sa.CheckConstraint(
            "state in ('menunggu', 'ms', 'bms', 'tms')", name=op.f("ck_candidate_document_state")
        ),
        sa.CheckConstraint(
            "state not in ('bms', 'tms') or reason is not null", name=op.f("ck_candidate_document_reason")
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_document_candidate_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_candidate_document_decided_by")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_candidate_document_file_id")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_candidate_document_nomination_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["account.id"], name=op.f("fk_candidate_document_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_document")),
    )
    op.create_index("ix_candidate_document_candidate", "candidate_document", ["candidate_id", "kind"])
    op.create_index(
        "uq_candidate_document_current",
        "candidate_document",
        ["nomination_id", "candidate_id", "kind"],
        unique=True,
        postgresql_where=sa.text("current"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "candidate_version",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("candidate_id", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("changed", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("reason", sa.Text, server_default="", nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_version_candidate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_version")),
        sa.UniqueConstraint("candidate_id", "version", name="uq_candidate_version_version"),
    )
    op.create_table(
        "listing_entry",
        sa.Column("listing_id", sa.Integer, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("candidate_id", sa.BigInteger, nullable=False),
        sa.Column("participant_number", sa.SmallInteger),
        sa.Column("participant", sa.Text, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sex", sa.CHAR(length=1), nullable=False),
        sa.Column("residence", sa.Text, nullable=False),
        sa.Column("photo_id", sa.BigInteger),
        sa.Column("struck", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("struck_reason", sa.Text),
        sa.Column("profile", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint("sex in ('L', 'P')", name=op.f("ck_listing_entry_sex")),
        sa.CheckConstraint("struck = (struck_reason is not null)", name=op.f("ck_listing_entry_struck")),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_listing_entry_candidate_id")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_entry_listing_id")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_listing_entry_nomination_id")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["stored_file.id"], name=op.f("fk_listing_entry_photo_id")),
        sa.PrimaryKeyConstraint("listing_id", "position", name=op.f("pk_listing_entry")),
    )
    op.create_index("ix_listing_entry_candidate", "listing_entry", ["candidate_id"])

    for sequence in ("candidate", "candidate_version"):
        op.execute(f"create sequence {sequence}_id_seq cache 20 owned by {sequence}.id")
    op.execute(STATE_NEEDS_EVENT)
    op.execute(
        "create trigger state_needs_event before update of state on candidate"
        " for each row execute function candidate_state_needs_event()"
    )
    for table in APPEND_ONLY:
        append_only(table)
    for table in GUARDED:
        guard_party_rows(table, "region")


def downgrade() -> None:
    for table in (
        *("standing", "listing_entry", "listing", "candidate_document", "candidate_flag_event"),
        *("candidate_version", "candidate_event", "candidate", "nomination_submission"),
        *("nomination_liaison", "nomination"),
    ):
        op.drop_table(table)
    op.execute("drop function candidate_state_needs_event()")
