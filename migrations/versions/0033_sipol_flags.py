"""Members: flags of doubles over all parties, and how a double is settled; card numbers are found."""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0034"
branch_labels = None
depends_on = None

#: Both functions act with the owner's rights, because the other row of a double lies, as a rule, in another
#: party or region. They tell no party who the other one is: they give numbers, party by party.

CHANGE = """
create type party_flag_change as
    (id bigint, party_id integer, village_code text, state text, before text[], after text[])
"""

#: Two changes that bring one person must not both find nobody: few keys are held one by one, a file holds
#: all.
HOLD = """
create function party_hold_flags(election smallint, niks bytea[], identities bytea[]) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
    key bigint;
begin
    if cardinality(niks) + cardinality(identities) > 200 then
        perform pg_advisory_xact_lock(20240215, election);
        return;
    end if;
    perform pg_advisory_xact_lock_shared(20240215, election);
    for key in
        select distinct ('x' || encode(substring(k from 9 for 8), 'hex'))::bit(64)::bigint
        from unnest(niks || identities) k order by 1
    loop
        perform pg_advisory_xact_lock(key);
    end loop;
end $$
"""

#: domain.md 3.5: what rows of these keys say to each other, for every row of any party that bears one of
#: them. A row that its party withdrew, or that was found not eligible, says nothing to others; a withdrawn
#: one bears no flag. "near" are the rows of the keys, "far" those that they meet by their other number.
REFLAG = """
create function party_reflag(election smallint, niks bytea[], identities bytea[], cause text)
returns table (party_id integer, region text, raised integer, cleared integer, spoiled integer)
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
    changes party_flag_change[];
    events bigint[];
    members bigint[];
begin
    niks := coalesce(niks, '{}');
    identities := coalesce(identities, '{}');
    perform party_hold_flags(election, niks, identities);
    with nik_key as materialized (select distinct k from unnest(niks) k),
    identity_key as materialized (select distinct k from unnest(identities) k),
    near as materialized (
        select m.id, m.registration_id, m.party_id, m.village_code, m.nik_index, m.identity_index, m.state,
            m.own_flags, m.flags
        from party_member m join nik_key n on n.k = m.nik_index where m.election_id = election
        union all
        select m.id, m.registration_id, m.party_id, m.village_code, m.nik_index, m.identity_index, m.state,
            m.own_flags, m.flags
        from party_member m join identity_key i on i.k = m.identity_index
        where m.election_id = election and not exists (select from nik_key n where n.k = m.nik_index)
    ),
    far_nik as materialized (select nik_index as k from near except select k from nik_key),
    far_identity as materialized (select identity_index as k from near except select k from identity_key),
    far as materialized (
        select distinct on (m.id) m.* from (
            select m.id, m.registration_id, m.party_id, m.village_code, m.nik_index, m.identity_index,
                m.state, m.own_flags, m.flags
            from party_member m join far_nik f on f.k = m.nik_index where m.election_id = election
            union all
            select m.id, m.registration_id, m.party_id, m.village_code, m.nik_index, m.identity_index,
                m.state, m.own_flags, m.flags
            from party_member m join far_identity f on f.k = m.identity_index where m.election_id = election
        ) m where not exists (select from near where near.id = m.id) order by m.id
    ),
    peer as (
        select near.*, true as asked, state in ('baru', 'ms', 'bms') as active from near
        union all
        select far.*, false, state in ('baru', 'ms', 'bms') from far
    ),
    counted as (
        select peer.*,
            min(party_id) filter (where active) over by_nik as first_party,
            max(party_id) filter (where active) over by_nik as last_party,
            count(*) filter (where active) over by_own_nik as same_nik,
            count(*) filter (where active) over by_both as same_both,
            count(*) filter (where active) over by_identity as same_identity
        from peer
        window by_nik as (partition by nik_index),
            by_own_nik as (partition by nik_index, registration_id),
            by_both as (partition by nik_index, registration_id, identity_index),
            by_identity as (partition by registration_id, identity_index)
    ),
    judged as (
        select *, case when state = 'ditarik' then '{}' else array_remove(array[
                case when same_both > active::int then 'ganda_identik' end,
                case when same_nik > same_both or same_identity > same_both then 'potensi_ganda' end,
                case when first_party <> party_id or last_party <> party_id then 'ganda_eksternal' end
            ], null) || own_flags end as after
        from counted where asked
    )
    select coalesce(array_agg(row(id, party_id, village_code, state, flags, after)::party_flag_change
        order by id), '{}') into changes
    from judged where not (after @> flags and flags @> after);

    insert into party_member_flag_event (member_id, party_id, village_code, flag, raised, cause)
    select c.id, c.party_id, c.village_code, f.flag, f.raised, cause
    from unnest(changes) c, lateral (
        select flag, true as raised from unnest(c.after) flag where flag <> all (c.before)
        union all
        select flag, false from unnest(c.before) flag where flag <> all (c.after)
    ) f order by c.id;
    update party_member m set flags = c.after from unnest(changes) c where m.id = c.id;

    with spoilt as (
        insert into party_member_event
            (member_id, party_id, village_code, kind, from_state, to_state, reason, actor)
        select c.id, c.party_id, c.village_code, 'ubah', 'ms', 'bms', 'ganda_eksternal', 'sistem:ganda'
        from unnest(changes) c
        where c.state = 'ms' and 'ganda_eksternal' = any (c.after) and 'ganda_eksternal' <> all (c.before)
        returning id, member_id
    )
    select coalesce(array_agg(id), '{}'), coalesce(array_agg(member_id), '{}') into events, members
    from spoilt;
    update party_member m set state = 'bms', event_id = s.event
    from unnest(events, members) as s(event, member) where m.id = s.member;

    return query
    select c.party_id, left(c.village_code, 4),
        sum((select count(*) from unnest(c.after) f where f <> all (c.before)))::integer,
        sum((select count(*) from unnest(c.before) f where f <> all (c.after)))::integer,
        (count(*) filter (where c.id = any (members)))::integer
    from unnest(changes) c group by 1, 2 order by 1, 2;
end $$
"""

#: PKPU 4/2022 art. 38-39: the party that keeps the person (none: 0) and all others that claim it. A row that
#: waits because of flags alone becomes eligible once nothing but answered flags is left; others are struck.
SETTLE = """
create function party_settle(election smallint, niks bytea[], keeps integer[], kind text, why text,
    remark text, file bigint, account integer, who text)
returns table (member_id bigint, party_id integer, village_code text, nik_index bytea, identity_index bytea,
    from_state text, to_state text)
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
    keys bigint[];
    targets text[];
begin
    perform party_hold_flags(election, niks, '{}');
    with claimed as materialized (
        select m.id, m.party_id, m.state, m.event_id, m.flags, asked.keep
        from unnest(niks, keeps) as asked(nik, keep) join party_member m on m.nik_index = asked.nik
        where m.election_id = election and m.state in ('baru', 'ms', 'bms')
        order by m.id for update of m
    ),
    decided as (
        select id, 'tms' as target from claimed where party_id <> keep
        union all
        select id, 'ms' from claimed c
        where party_id = keep and state = 'bms'
            and exists (
                select from party_member_event e where e.id = c.event_id and e.reason = any (array[
                    'ganda_identik', 'potensi_ganda', 'ganda_eksternal', 'usia', 'pekerjaan', 'nik']))
            and not exists (
                select from unnest(c.flags) f where f <> 'ganda_eksternal' and not exists (
                    select from party_member_statement s
                    where s.member_id = c.id and s.flag = f and s.state = 'diterima'))
    )
    select coalesce(array_agg(id order by id), '{}'), coalesce(array_agg(target order by id), '{}')
    into keys, targets from decided;
    return query
    select m.id, m.party_id, m.village_code, m.nik_index, m.identity_index, m.state, t.target
    from unnest(keys, targets) as t(key, target) join party_member m on m.id = t.key order by 1;
    insert into party_member_event (member_id, party_id, village_code, kind, from_state, to_state, reason,
        note, file_id, account_id, actor)
    select m.id, m.party_id, m.village_code, kind, m.state, t.target, why, remark, file, account, who
    from unnest(keys, targets) as t(key, target) join party_member m on m.id = t.key order by m.id;
    update party_member m set state = t.target,
        event_id = (select max(e.id) from party_member_event e where e.member_id = m.id)
    from unnest(keys, targets) as t(key, target) where m.id = t.key;
end $$
"""

#: What stands behind a double, for whoever settles it: each claim with its statement, whatever the region.
#: A party is told nothing of it: the function answers nobody who acts for parties.
CLAIMS = """
create function party_claims(election smallint, niks bytea[])
returns table (member_id bigint, party_id integer, registration_id integer, village_code text,
    nik_index bytea, name text, card_number text, sealed bytea, state text, flags text[], statement text,
    statement_id bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select m.id, m.party_id, m.registration_id, m.village_code, m.nik_index, m.name, m.card_number, m.sealed,
        m.state, m.flags, s.state, s.id
    from unnest(niks) k join party_member m on m.nik_index = k
    left join lateral (
        select s.state, s.id from party_member_statement s
        where s.member_id = m.id and s.flag = 'ganda_eksternal' order by s.id desc limit 1
    ) s on true
    where m.election_id = election and m.state <> 'ditarik'
        and coalesce(current_setting('app.parties', true), '') = ''
    order by m.nik_index, m.party_id, m.id
$$
"""

FUNCTIONS = {
    "party_hold_flags(smallint, bytea[], bytea[])": HOLD,
    "party_reflag(smallint, bytea[], bytea[], text)": REFLAG,
    "party_settle(smallint, bytea[], integer[], text, text, text, bigint, integer, text)": SETTLE,
    "party_claims(smallint, bytea[])": CLAIMS,
}


def upgrade() -> None:
    op.drop_index("ix_party_member_identity", "party_member")
    op.create_index("ix_party_member_identity", "party_member", ["identity_index", "registration_id"])
    op.create_index("ix_party_member_card", "party_member", ["registration_id", "card_number"])
    op.create_index(
        "ix_party_member_statement_waiting",
        "party_member_statement",
        ["village_code"],
        postgresql_where="state = 'menunggu'",
    )
    op.execute(CHANGE)
    for body in FUNCTIONS.values():
        op.execute(body)


def downgrade() -> None:
    for signature in FUNCTIONS:
        op.execute(f"drop function {signature}")
    op.execute("drop type party_flag_change")
    op.drop_index("ix_party_member_statement_waiting", "party_member_statement")
    op.drop_index("ix_party_member_card", "party_member")
    op.drop_index("ix_party_member_identity", "party_member")
    op.create_index("ix_party_member_identity", "party_member", ["registration_id", "identity_index"])
