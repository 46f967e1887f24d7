"""A nation's members and officers: the second lock asked once a statement, indexes that hold the answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import party_scope

revision = "0039"
down_revision = "0041"
branch_labels = None
depends_on = None

#: Tables with a party's people -> the column that says where a row lies.
GUARDED = {
    "party_member": "village_code",
    "party_member_event": "village_code",
    "party_member_flag_event": "village_code",
    "party_member_statement": "village_code",
    "party_officer": "region",
}
#: As 0030 and 0024 said it: two functions a row.
ROW_BY_ROW = "in_app_scope({column}) and in_app_party(party_id)"

#: As in 0037.
ONCE = """(select in_app_scope(root) and in_app_party(r.party_id) and starts_with(root, r.region)
        from party_registration r where r.id = registration)"""
#: ``{own}`` keeps to the officers of the party: they lie together in an index that has all that is counted.
BOARD_COUNTS = f"""
create or replace function party_board_counts(registration integer, root text)
returns table (region text, core text[], people bigint, women bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select b.region, array_agg(o.office) filter (where o.office <> 'anggota'), count(o.board_id),
        count(*) filter (where o.sex = 'P')
    from party_board b left join party_officer o on o.board_id = b.id{{own}}
    where b.registration_id = registration
        and b.region >= root collate "C" and b.region < (root || '~') collate "C" and {ONCE}
    group by b.id
$$
"""
OWN = " and o.party_id = (select r.party_id from party_registration r where r.id = registration)"
FLAGGED, PLACE, OFFICERS = "ix_party_member_flagged", "ix_party_member_place", "ix_party_officer_counts"


def upgrade() -> None:
    for table, column in GUARDED.items():
        _ask(table, party_scope(column))
    op.create_index(OFFICERS, "party_officer", ["party_id", "board_id"], postgresql_include=["office", "sex"])
    op.execute(BOARD_COUNTS.format(own=OWN))
    op.drop_index(PLACE, "party_member")
    op.create_index(
        PLACE,
        "party_member",
        ["registration_id", "village_code", "state"],
        postgresql_include=["party_id"],
    )
    op.drop_index(FLAGGED, "party_member")
    op.create_index(
        FLAGGED,
        "party_member",
        ["registration_id", "village_code", "id"],
        postgresql_include=["party_id", "state", "flags"],
        postgresql_where=sa.text("flags <> '{}'"),
    )


def downgrade() -> None:
    op.drop_index(FLAGGED, "party_member")
    op.create_index(
        FLAGGED,
        "party_member",
        ["registration_id", "village_code"],
        postgresql_where=sa.text("flags <> '{}' and state <> 'ditarik'"),
    )
    op.drop_index(PLACE, "party_member")
    op.create_index(PLACE, "party_member", ["registration_id", "village_code", "state"])
    op.execute(BOARD_COUNTS.format(own=""))
    op.drop_index(OFFICERS, "party_officer")
    for table, column in GUARDED.items():
        _ask(table, ROW_BY_ROW.format(column=column))


def _ask(table: str, scope: str) -> None:
    """Let the policies of ``table`` ask ``scope``."""
    op.execute(f"alter policy {table}_read on {table} using ({scope})")
    op.execute(f"alter policy {table}_add on {table} with check ({scope})")
    op.execute(f"alter policy {table}_change on {table} using ({scope}) with check ({scope})")
    if table == "party_officer":
        op.execute(f"alter policy {table}_drop on {table} using ({scope})")
