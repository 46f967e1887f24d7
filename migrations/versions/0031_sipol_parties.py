"""Parties: registrations, boards, offices, documents, verdicts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only, guard_party_rows, party_scope

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "party",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("short_name", sa.Text, nullable=False),
        sa.Column("color", sa.Text),
        sa.Column("decree_number", sa.Text),
        sa.Column("decree_date", sa.Date),
        sa.Column("gazette_number", sa.Text),
        sa.Column("npwp", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("website", sa.Text),
        sa.Column("logo_id", sa.BigInteger),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("color ~ '^#[0-9A-Fa-f]{6}$'", name=op.f("ck_party_color")),
        sa.CheckConstraint("kind in ('nasional', 'lokal_aceh')", name=op.f("ck_party_kind")),
        sa.CheckConstraint("name <> '' and short_name <> ''", name=op.f("ck_party_name")),
        sa.ForeignKeyConstraint(["logo_id"], ["stored_file.id"], name=op.f("fk_party_logo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    op.create_index("uq_party_name", "party", [sa.literal_column("lower(name)")], unique=True)
    op.create_index("uq_party_short_name", "party", [sa.literal_column("lower(short_name)")], unique=True)
    op.create_table(
        "party_registration",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, server_default="", nullable=False),
        sa.Column("state", sa.Text, server_default="akses", nullable=False),
        sa.Column("in_parliament", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("needs_factual", sa.Boolean, server_default=sa.text("true"), nullable=False),
        sa.Column("last_number", sa.SmallInteger),
        sa.Column("keeps_number", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("number", sa.SmallInteger),
        sa.Column("changed_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "number is null or state in ('peserta', 'berkelanjutan')",
            name=op.f("ck_party_registration_numbered"),
        ),
        sa.CheckConstraint("region in ('', '11')", name=op.f("ck_party_registration_region")),
        sa.CheckConstraint(
            "state in ('akses', 'input', 'diajukan', 'dikembalikan', 'vermin', 'bms_vermin',"
            " 'vermin_perbaikan', 'verfak', 'bms_verfak', 'verfak_perbaikan', 'lolos', 'tms', 'peserta',"
            " 'bukan_peserta',"
            " 'berkelanjutan')",
            name=op.f("ck_party_registration_state"),
        ),
        sa.CheckConstraint(
            "not keeps_number or last_number is not null", name=op.f("ck_party_registration_keeps")
        ),
        sa.CheckConstraint("number > 0 and last_number > 0", name=op.f("ck_party_registration_number")),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name=op.f("fk_party_registration_election_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_registration_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_registration")),
        sa.UniqueConstraint("election_id", "number", name="uq_party_registration_number"),
        sa.UniqueConstraint("party_id", "election_id", name="uq_party_registration_party"),
    )
    op.create_table(
        "party_submission",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sequence", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("counts", JSONB, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("outcome", sa.Text, server_default="menunggu", nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("receipt_id", sa.BigInteger),
        sa.Column("submitted_by", sa.Integer),
        sa.Column("submitted_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", INSTANT),
        sa.CheckConstraint(
            "(outcome = 'menunggu') = (decided_at is null)", name=op.f("ck_party_submission_decided")
        ),
        sa.CheckConstraint(
            "kind in ('pendaftaran', 'perbaikan_vermin', 'perbaikan_verfak')",
            name=op.f("ck_party_submission_kind"),
        ),
        sa.CheckConstraint(
            "outcome <> 'dikembalikan' or reason is not null", name=op.f("ck_party_submission_reason")
        ),
        sa.CheckConstraint(
            "outcome in ('menunggu', 'lengkap', 'dikembalikan')", name=op.f("ck_party_submission_outcome")
        ),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_party_submission_digest")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_party_submission_decided_by")),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["official_document.id"], name=op.f("fk_party_submission_receipt_id")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_submission_registration_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["account.id"], name=op.f("fk_party_submission_submitted_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_submission")),
        sa.UniqueConstraint("registration_id", "kind", "sequence", name="uq_party_submission_sequence"),
    )
    op.create_table(
        "party_draw",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("seed_source", sa.Text, nullable=False),
        sa.Column("result", JSONB, nullable=False),
        sa.Column("letter_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("held_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("seed <> '' and seed_source <> ''", name=op.f("ck_party_draw_seed")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_party_draw_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_draw")),
    )
    op.create_table(
        "party_update",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("half", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.Text, server_default="terbuka", nullable=False),
        sa.Column("counts", JSONB),
        sa.Column("letter_id", sa.Integer),
        sa.Column("opened_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.CheckConstraint(
            "(state = 'ditutup') = (counts is not null) and (counts is null) = (closed_at is null)",
            name=op.f("ck_party_update_closed"),
        ),
        sa.CheckConstraint("state in ('terbuka', 'ditutup')", name=op.f("ck_party_update_state")),
        sa.CheckConstraint("half in (1, 2)", name=op.f("ck_party_update_half")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_update_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_update")),
        sa.UniqueConstraint("registration_id", "year", "half", name="uq_party_update_half"),
    )
    op.create_table(
        "party_board",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("decree_number", sa.Text, nullable=False),
        sa.Column("decree_date", sa.Date, nullable=False),
        sa.Column("term_from", sa.Date, nullable=False),
        sa.Column("term_to", sa.Date),
        sa.Column("changed_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("length(region) in (0, 2, 4, 6)", name=op.f("ck_party_board_region")),
        sa.CheckConstraint("term_to >= term_from", name=op.f("ck_party_board_term")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_board_party_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_board_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_board")),
        sa.UniqueConstraint("registration_id", "region", name="uq_party_board_region"),
    )
    op.execute("create sequence party_officer_id_seq cache 20")
    op.create_table(
        "party_officer",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("board_id", sa.Integer, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sex", sa.CHAR(length=1), nullable=False),
        sa.Column("card_number", sa.Text),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("nik_index", sa.LargeBinary, nullable=False),
        sa.CheckConstraint(
            "office in ('ketua', 'sekretaris', 'bendahara', 'anggota')", name=op.f("ck_party_officer_office")
        ),
        sa.CheckConstraint("sex in ('L', 'P')", name=op.f("ck_party_officer_sex")),
        sa.ForeignKeyConstraint(["board_id"], ["party_board.id"], name=op.f("fk_party_officer_board_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_officer_party_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_party_officer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_officer")),
        sa.UniqueConstraint("board_id", "nik_index", name="uq_party_officer_person"),
    )
    op.create_index(op.f("ix_party_officer_board_id"), "party_officer", ["board_id"])
    op.create_index("ix_party_officer_nik", "party_officer", ["nik_index"])
    op.create_index(
        "uq_party_officer_office",
        "party_officer",
        ["board_id", "office"],
        unique=True,
        postgresql_where=sa.text("office <> 'anggota'"),
    )
    op.create_table(
        "party_office",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("tenure", sa.Text, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        sa.Column("changed_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "(tenure = 'milik') or valid_to is not null", name=op.f("ck_party_office_valid_to")
        ),
        sa.CheckConstraint(
            "tenure in ('milik', 'sewa', 'pinjam_pakai')", name=op.f("ck_party_office_tenure")
        ),
        sa.CheckConstraint("(latitude is null) = (longitude is null)", name=op.f("ck_party_office_both")),
        sa.CheckConstraint(
            "latitude between -90 and 90 and longitude between -180 and 180",
            name=op.f("ck_party_office_place"),
        ),
        sa.CheckConstraint("length(region) in (0, 2, 4)", name=op.f("ck_party_office_region")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_office_party_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_office_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_office")),
        sa.UniqueConstraint("registration_id", "region", name="uq_party_office_region"),
    )
    op.create_table(
        "party_account",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("bank", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("changed_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("number ~ '^[0-9-]{6,30}$'", name=op.f("ck_party_account_number")),
        sa.CheckConstraint("length(region) in (0, 2, 4)", name=op.f("ck_party_account_region")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_account_party_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_account_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_account")),
        sa.UniqueConstraint("registration_id", "region", name="uq_party_account_region"),
    )
    op.create_table(
        "party_document",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("current", sa.Boolean, server_default=sa.text("true"), nullable=False),
        sa.Column("uploaded_by", sa.Integer),
        sa.Column("uploaded_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("length(region) in (0, 2, 4, 6)", name=op.f("ck_party_document_region")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_party_document_file_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_document_party_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_document_registration_id")
        ),
        sa.ForeignKeyConstraint(["uploaded_by"], ["account.id"], name=op.f("fk_party_document_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_document")),
    )
    op.create_index("ix_party_document_region", "party_document", ["registration_id", "region"])
    op.create_index(
        "uq_party_document_current",
        "party_document",
        ["registration_id", "kind", "region"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "party_verdict",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("aspect", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("details", JSONB, nullable=False),
        sa.Column("sequence", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("letter_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "aspect in ('dokumen', 'kepengurusan', 'perempuan', 'kantor', 'rekening', 'anggota', 'akhir')",
            name=op.f("ck_party_verdict_aspect"),
        ),
        sa.CheckConstraint("state = 'ms' or reason is not null", name=op.f("ck_party_verdict_reason")),
        sa.CheckConstraint("state in ('ms', 'bms', 'tms')", name=op.f("ck_party_verdict_state")),
        sa.CheckConstraint(
            "step in ('vermin', 'vermin_perbaikan', 'verfak', 'verfak_perbaikan')",
            name=op.f("ck_party_verdict_step"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_verdict_party_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_verdict_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_verdict")),
        sa.UniqueConstraint(
            "registration_id", "step", "region", "aspect", "sequence", name="uq_party_verdict_aspect"
        ),
    )
    op.create_index("ix_party_verdict_region", "party_verdict", ["step", "region"])
    op.execute("alter sequence party_officer_id_seq owned by party_officer.id")
    append_only("party_draw")
    guard_party_rows("party_officer", "region")
    op.execute(
        f"create policy party_officer_drop on party_officer for delete using ({party_scope('region')})"
    )


def downgrade() -> None:
    for table in reversed(
        (
            "party",
            "party_registration",
            "party_submission",
            "party_draw",
            "party_update",
            "party_board",
            "party_officer",
            "party_office",
            "party_account",
            "party_document",
            "party_verdict",
        )
    ):
        op.drop_table(table)
