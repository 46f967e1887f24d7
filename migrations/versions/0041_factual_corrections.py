"""Corrections of attempts, visits to offices and boards by phone, officers who stand in no list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only

revision = "0041"
down_revision = "0036"
branch_labels = None
depends_on = None

RESULTS = "'membenarkan', 'menyangkal', 'tidak_bertemu', 'tidak_cocok'"
#: Officers of a party under an area, or of its board (``alone``), who stand in no row of its members,
#: wherever that row lies: whoever asks must reach the area, and sees of members only those who live there. No
#: name and no number comes back; at most ``most`` of them, all where it is null.
UNLISTED = """
create function party_officers_unlisted(registration integer, area text, alone boolean, most integer)
returns table (id bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select o.id
    from party_registration r
    join party_board b on b.registration_id = r.id
    join party_officer o on o.board_id = b.id
    where r.id = registration and (select in_app_scope(area)) and in_app_party(r.party_id)
        and case when alone then b.region = area else starts_with(b.region, area) end
        and not exists (
            select from party_member m
            where m.nik_index = o.nik_index and m.registration_id = registration
                and m.state not in ('ditarik', 'tms')
        )
    limit most
$$
"""


def upgrade() -> None:
    op.add_column("verification_contact", sa.Column("corrects_id", sa.BigInteger))
    op.add_column("verification_contact", sa.Column("reason", sa.Text))
    op.drop_constraint("uq_verification_contact_number", "verification_contact")
    op.drop_constraint(op.f("ck_verification_contact_result"), "verification_contact")
    op.create_unique_constraint(
        "uq_verification_contact_place", "verification_contact", ["id", "member_id", "number"]
    )
    op.create_unique_constraint("uq_verification_contact_corrects", "verification_contact", ["corrects_id"])
    op.create_index(
        "uq_verification_contact_first",
        "verification_contact",
        ["member_id", "number"],
        unique=True,
        postgresql_where=sa.text("corrects_id is null"),
    )
    op.create_foreign_key(
        op.f("fk_verification_contact_corrects_id"),
        "verification_contact",
        "verification_contact",
        ["corrects_id", "member_id", "number"],
        ["id", "member_id", "number"],
    )
    op.create_check_constraint(
        op.f("ck_verification_contact_result"),
        "verification_contact",
        f"result in ({RESULTS}, 'dibatalkan')",
    )
    op.create_check_constraint(
        op.f("ck_verification_contact_correction"),
        "verification_contact",
        "(reason is null or corrects_id is not null) and (result <> 'dibatalkan' or reason is not null)",
    )
    op.add_column("party_factual_check", sa.Column("packet", sa.Text))
    op.create_unique_constraint("uq_party_factual_check_packet", "party_factual_check", ["packet"])
    op.create_table(
        "party_factual_photo",
        sa.Column("check_id", sa.Integer, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"], ["party_factual_check.id"], name=op.f("fk_party_factual_photo_check_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_party_factual_photo_file_id")),
        sa.PrimaryKeyConstraint("check_id", "file_id", name=op.f("pk_party_factual_photo")),
    )
    append_only("party_factual_photo")
    op.execute(UNLISTED)


def downgrade() -> None:
    op.execute("drop function party_officers_unlisted(integer, text, boolean, integer)")
    op.drop_table("party_factual_photo")
    op.drop_constraint("uq_party_factual_check_packet", "party_factual_check")
    op.drop_column("party_factual_check", "packet")
    op.drop_constraint(op.f("ck_verification_contact_correction"), "verification_contact")
    op.drop_constraint(op.f("ck_verification_contact_result"), "verification_contact")
    op.drop_constraint(op.f("fk_verification_contact_corrects_id"), "verification_contact")
    op.drop_index("uq_verification_contact_first", "verification_contact")
    op.drop_constraint("uq_verification_contact_corrects", "verification_contact")
    op.drop_constraint("uq_verification_contact_place", "verification_contact")
    op.create_check_constraint(
        op.f("ck_verification_contact_result"), "verification_contact", f"result in ({RESULTS})"
    )
    op.create_unique_constraint(
        "uq_verification_contact_number", "verification_contact", ["member_id", "number"]
    )
    op.drop_column("verification_contact", "reason")
    op.drop_column("verification_contact", "corrects_id")
