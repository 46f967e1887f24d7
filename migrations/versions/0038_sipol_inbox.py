"""Uploads of a party whose place is not known yet, and officers who stand in another party too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0032"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

#: Which of some people stand in a board of another party too. It tells that they do, never in which
#: (domain.md 3.5): with the owner's rights, because a party does not see the people of another.
ELSEWHERE = """
create function party_officers_elsewhere(election smallint, own integer, wanted bytea[]) returns setof bytea
language sql stable security definer set search_path = pg_catalog, public as $$
    select distinct o.nik_index
    from party_officer o
    join party_board b on b.id = o.board_id
    join party_registration r on r.id = b.registration_id
    where o.nik_index = any(wanted) and o.party_id <> own and r.election_id = election
        and r.state not in ('tms', 'bukan_peserta') and in_app_party(own)
$$
"""


def upgrade() -> None:
    op.create_table(
        "party_upload",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("place", CODE),
        sa.Column("detail", sa.Text),
        sa.Column("state", sa.Text, server_default="menunggu", nullable=False),
        sa.Column("document_id", sa.Integer),
        sa.Column("uploaded_by", sa.Integer),
        sa.Column("uploaded_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "state in ('menunggu', 'ditempatkan', 'dibuang')", name=op.f("ck_party_upload_state")
        ),
        sa.CheckConstraint(
            "(state = 'ditempatkan') = (document_id is not null)", name=op.f("ck_party_upload_placed")
        ),
        sa.CheckConstraint("length(region) in (0, 2, 4, 6)", name=op.f("ck_party_upload_region")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["party_document.id"], name=op.f("fk_party_upload_document_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_party_upload_file_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_upload_party_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_upload_registration_id")
        ),
        sa.ForeignKeyConstraint(["uploaded_by"], ["account.id"], name=op.f("fk_party_upload_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_upload")),
        sa.UniqueConstraint("file_id", name="uq_party_upload_file"),
    )
    op.create_index(
        "ix_party_upload_waiting",
        "party_upload",
        ["registration_id", "region"],
        postgresql_where=sa.text("state = 'menunggu'"),
    )
    op.execute(ELSEWHERE)


def downgrade() -> None:
    op.execute("drop function party_officers_elsewhere(smallint, integer, bytea[])")
    op.drop_table("party_upload")
