"""The projection that answers "am I a member of a party?", and open numbers of members."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
#: Whose row came, or says another name or number: its ways to be asked for are written anew, by a job,
#: because their keys are not in the database.
DUE = """
create function party_lookup_add_due() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    insert into party_lookup_due (member_id) select id from fresh;
    return null;
end $$;
create function party_lookup_change_due() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    insert into party_lookup_due (member_id) values (new.id);
    return null;
end $$;
create trigger lookup_add after insert on party_member referencing new table as fresh
    for each statement execute function party_lookup_add_due();
create trigger lookup_change after update of sealed, name on party_member for each row
    when (old.sealed is distinct from new.sealed or old.name is distinct from new.name)
    execute function party_lookup_change_due();
"""
#: What a proven pair finds: the parties that claim the person in the newest election, as one row. It runs
#: with the owner's rights, because whoever asks may see no row of a member; it tells no name in clear.
CHECK = """
create function party_lookup_check(wanted bytea)
returns table (rows jsonb, election_id smallint, election text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select jsonb_agg(jsonb_build_object('member', m.id, 'party', p.name, 'short', p.short_name,
            'name', l.name, 'village', m.village_code, 'disputed', m.response_id is not null)
            order by p.name, m.id),
        e.id, e.name
    from party_lookup l
    join party_member m on m.id = l.member_id and m.state not in ('ditarik', 'tms')
    join party p on p.id = m.party_id
    join election e on e.id = m.election_id and e.kind <> 'simulasi'
    where l.pair = wanted
    group by e.id
    order by e.voting_day desc
    limit 1
$$
"""
#: A citizen who proved the own NIK objects: the rows do not count from now on. Who objects may see no row of
#: a member. The keys by which others meet the rows are held first, so that nobody waits in a circle.
DISPUTE = """
create function party_dispute(members bigint[], response integer, who text)
returns table (id bigint, party_id integer, village_code text, election_id smallint, card_number text)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    perform party_hold_flags(m.election_id, array_agg(m.nik_index), array_agg(m.identity_index))
    from party_member m where m.id = any (members) group by m.election_id;
    return query with moved as (
        update party_member m set response_id = response
        where m.id = any (members) and m.response_id is null and m.state not in ('ditarik', 'tms')
        returning m.*
    ), said as (
        insert into party_member_event
            (member_id, party_id, village_code, kind, from_state, to_state, reason, actor)
        select v.id, v.party_id, v.village_code, 'tanggapan', v.state, v.state, 'pencatutan', who from moved v
    )
    select v.id, v.party_id, v.village_code, v.election_id, v.card_number from moved v order by v.id;
end $$
"""
#: In which parties somebody is a member, by NIK or as the same person, wherever the rows lie: who asks (a
#: desk of candidates, whoever appoints staff) has no right to the lists. Neither names nor numbers come back.
MEMBERSHIPS = """
create function party_memberships(wanted bytea, who bigint)
returns table (member_id bigint, registration_id integer, party_id integer, election_id smallint, state text,
    disputed boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
    select m.id, m.registration_id, m.party_id, m.election_id, m.state, m.response_id is not null
    from party_member m
    where (m.nik_index = wanted or m.person_id = who) and m.state not in ('ditarik', 'tms')
    order by m.id
$$
"""
#: Members that count, by province, sex and year of birth: numbers only, for everybody.
NUMBERS = """
create function party_member_numbers(registration integer)
returns table (province text, sex text, birth_year smallint, n bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select left(m.village_code, 2), m.sex, m.birth_year, count(*)
    from party_member m
    where m.registration_id = registration and m.state not in ('ditarik', 'tms') and m.response_id is null
        and not (m.flags @> array['ganda_identik']::text[])
    group by 1, 2, 3
$$
"""


def upgrade() -> None:
    op.create_table(
        "party_lookup",
        sa.Column("pair", sa.LargeBinary, nullable=False),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["party_member.id"], name=op.f("fk_party_lookup_member_id")),
        sa.PrimaryKeyConstraint("pair", "member_id", name=op.f("pk_party_lookup")),
    )
    op.create_index("ix_party_lookup_member_id", "party_lookup", ["member_id"])
    op.create_table(
        "party_lookup_due",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_lookup_due")),
    )
    op.create_table(
        "party_numbers",
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("members", JSONB, nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["party_registration.id"], name=op.f("fk_party_numbers_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_party_numbers")),
    )
    op.execute(DUE)
    op.execute(CHECK)
    op.execute(DISPUTE)
    op.execute(MEMBERSHIPS)
    op.execute(NUMBERS)
    op.execute("insert into party_lookup_due (member_id) select id from party_member")


def downgrade() -> None:
    op.execute("drop function party_member_numbers(integer)")
    op.execute("drop function party_memberships(bytea, bigint)")
    op.execute("drop function party_dispute(bigint[], integer, text)")
    op.execute("drop function party_lookup_check(bytea)")
    op.execute("drop trigger lookup_change on party_member")
    op.execute("drop trigger lookup_add on party_member")
    op.execute("drop function party_lookup_change_due()")
    op.execute("drop function party_lookup_add_due()")
    for table in ("party_numbers", "party_lookup_due", "party_lookup"):
        op.drop_table(table)
