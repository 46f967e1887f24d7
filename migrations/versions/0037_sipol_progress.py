"""How far each party has come, for the list of all; an index by which members are counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0033"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
#: As modules.sipol.queries.counts.is_counted says it.
COUNTED = (
    "state not in ('ditarik', 'tms') and response_id is null"
    " and not (flags @> array['ganda_identik']::text[])"
)
#: The second lock asks for each row; a nation's count asks it once for the whole area instead, and gives
#: numbers only. Who may not see the area gets none.
ONCE = """(select in_app_scope(root) and in_app_party(r.party_id) and starts_with(root, r.region)
        from party_registration r where r.id = registration)"""
MEMBER_COUNTS = f"""
create function party_member_counts(registration integer, root text, states text[], digits integer)
returns table (area text, n bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select left(m.village_code, digits), count(*)
    from party_member m
    where m.registration_id = registration
        and m.village_code >= root collate "C" and m.village_code < (root || '~') collate "C"
        and {COUNTED} and m.state = any (states) and {ONCE}
    group by 1
$$
"""
BOARD_COUNTS = f"""
create function party_board_counts(registration integer, root text)
returns table (region text, core text[], people bigint, women bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select b.region, array_agg(o.office) filter (where o.office <> 'anggota'), count(o.id),
        count(*) filter (where o.sex = 'P')
    from party_board b left join party_officer o on o.board_id = b.id
    where b.registration_id = registration
        and b.region >= root collate "C" and b.region < (root || '~') collate "C" and {ONCE}
    group by b.id
$$
"""
#: A member in the list: its row, who it is (keyed indexes), where, under which card. Withdrawn ones are out.
MEMBERS_DIGEST = f"""
create function party_members_digest(registration integer, root text) returns bytea
language sql stable security definer set search_path = pg_catalog, public as $$
    select sha256(coalesce(string_agg(
        sha256(convert_to(concat_ws('|', m.id, encode(m.nik_index, 'hex'), encode(m.identity_index, 'hex'),
            m.village_code, m.card_number), 'UTF8')), ''::bytea order by m.id), ''::bytea))
    from party_member m
    where m.registration_id = registration and m.state <> 'ditarik' and {ONCE}
    having {ONCE}
$$
"""


def upgrade() -> None:
    op.create_table(
        "party_progress",
        sa.Column("registration_id", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in (
                *("provinces", "provinces_needed", "districts", "districts_needed"),
                *("boards", "members", "gaps"),
            )
        ),
        sa.Column("counted_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_progress_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_party_progress")),
    )
    op.create_index(
        "ix_party_member_counted",
        "party_member",
        ["registration_id", "village_code", "state", "party_id"],
        postgresql_where=sa.text(COUNTED),
    )
    for function in (MEMBER_COUNTS, BOARD_COUNTS, MEMBERS_DIGEST):
        op.execute(function)


def downgrade() -> None:
    op.execute("drop function party_members_digest(integer, text)")
    op.execute("drop function party_board_counts(integer, text)")
    op.execute("drop function party_member_counts(integer, text, text[], integer)")
    op.drop_index("ix_party_member_counted", "party_member")
    op.drop_table("party_progress")
