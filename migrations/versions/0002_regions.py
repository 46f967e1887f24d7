"""Maps, regions, successors, TPS (partitioned by province), dapil."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import partition_by_province

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Code = sa.Text(collation="C")


def upgrade() -> None:
    op.create_table(
        "region_map",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_region_map_validity")),
    )
    op.create_table(
        "region",
        sa.Column("map_id", sa.SmallInteger, sa.ForeignKey("region_map.id"), primary_key=True),
        sa.Column("code", Code, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("parent_code", Code, nullable=False),
        sa.Column("kpu_id", sa.Integer),
        sa.Column("population", sa.Integer),
        sa.Column("population_source", sa.Text),
        sa.Column("zone", sa.Text, nullable=False, server_default="WIB"),
        sa.Column("search", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("path", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.CheckConstraint(
            "level = case length(code) when 2 then 1 when 4 then 2 when 6 then 3 when 10 then 4 end",
            name=op.f("ck_region_level"),
        ),
        sa.CheckConstraint(
            "parent_code = left(code, case level when 1 then 0 when 2 then 2 when 3 then 4 else 6 end)",
            name=op.f("ck_region_parent"),
        ),
        sa.CheckConstraint("zone in ('WIB', 'WITA', 'WIT')", name=op.f("ck_region_zone")),
    )
    op.create_index("ix_region_parent", "region", ["map_id", "parent_code"])
    op.create_index(
        "ix_region_search",
        "region",
        ["search"],
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_table(
        "region_successor",
        sa.Column("from_map", sa.SmallInteger, primary_key=True),
        sa.Column("from_code", Code, primary_key=True),
        sa.Column("to_map", sa.SmallInteger, primary_key=True),
        sa.Column("to_code", Code, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["from_map", "from_code"], ["region.map_id", "region.code"], name="fk_region_successor_from"
        ),
        sa.ForeignKeyConstraint(
            ["to_map", "to_code"], ["region.map_id", "region.code"], name="fk_region_successor_to"
        ),
        sa.CheckConstraint("from_map <> to_map", name=op.f("ck_region_successor_other_map")),
    )
    op.create_index("ix_region_successor_to", "region_successor", ["to_map", "to_code"])
    op.create_table(
        "tps",
        sa.Column("election_id", sa.SmallInteger, primary_key=True),
        sa.Column("province", sa.CHAR(2), primary_key=True),
        sa.Column("code", Code, primary_key=True),
        sa.Column("village_code", Code, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kpu_id", sa.Integer),
        sa.Column("cap", sa.SmallInteger),
        sa.Column("address", sa.Text),
        sa.Column("state", sa.Text, nullable=False, server_default="aktif"),
        sa.CheckConstraint("length(code) = 13", name=op.f("ck_tps_code")),
        sa.CheckConstraint("kind in ('reguler', 'khusus', 'tpsln', 'ksk', 'pos')", name=op.f("ck_tps_kind")),
        sa.CheckConstraint("state in ('aktif', 'ditutup')", name=op.f("ck_tps_state")),
        postgresql_partition_by="LIST (province)",
    )
    op.create_index("ix_tps_village", "tps", ["election_id", "village_code"])
    partition_by_province("tps")
    op.create_table(
        "dapil",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("map_id", sa.SmallInteger, sa.ForeignKey("region_map.id"), nullable=False),
        sa.Column("chamber", sa.Text, nullable=False),
        sa.Column("code", Code, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("body_code", Code, nullable=False),
        sa.Column("seats", sa.SmallInteger),
        sa.Column("seats_source", sa.Text),
        sa.Column("population", sa.Integer),
        sa.CheckConstraint(
            "chamber in ('dpr', 'dpd', 'dprd_prov', 'dprd_kabko')", name=op.f("ck_dapil_chamber")
        ),
        sa.CheckConstraint("seats > 0", name=op.f("ck_dapil_seats")),
        sa.CheckConstraint("seats_source in ('resmi', 'dihitung')", name=op.f("ck_dapil_seats_source")),
        sa.CheckConstraint("(seats is null) = (seats_source is null)", name=op.f("ck_dapil_seats_known")),
        sa.UniqueConstraint("map_id", "code", name="uq_dapil_code"),
    )
    op.create_index("ix_dapil_body", "dapil", ["map_id", "chamber", "body_code"])
    op.create_table(
        "dapil_area",
        sa.Column("dapil_id", sa.Integer, sa.ForeignKey("dapil.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("region_code", Code, primary_key=True),
        sa.Column("printed_code", Code),
    )
    op.create_table(
        "dapil_village",
        sa.Column("village_code", Code, primary_key=True),
        sa.Column("dapil_id", sa.Integer, primary_key=True, autoincrement=False),
    )
    op.create_index("ix_dapil_village_dapil", "dapil_village", ["dapil_id", "village_code"])
    op.create_table(
        "region_gap",
        sa.Column("map_id", sa.SmallInteger, sa.ForeignKey("region_map.id"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("code", Code, primary_key=True),
        sa.Column("detail", sa.Text, nullable=False, server_default=sa.text("''")),
    )


def downgrade() -> None:
    for table in (
        "region_gap",
        "dapil_village",
        "dapil_area",
        "dapil",
        "tps",
        "region_successor",
        "region",
        "region_map",
    ):
        op.drop_table(table)
