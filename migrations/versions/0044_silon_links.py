"""Silon: rows that a file brought without NIK, files of candidates, and the links that the law demands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0046"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
#: Columns that a file may leave open; a submission demands NIK and birth date (``nomination_needs_niks``).
OPEN = ("nik_index", "identity_index", "birth_year", "marital_status")
FLAGS_BEFORE = "'ganda_calon', 'bukan_anggota', 'anggota_lain', 'bukan_pemilih', 'pekerjaan', 'usia', 'nik'"
FLAGS_NOW = (
    "'ganda_calon', 'potensi_ganda', 'bukan_anggota', 'anggota_lain', 'bukan_pemilih', 'pekerjaan', "
    "'usia', 'nik'"
)

#: All functions act with the owner's rights: the other row of a double lies in another party or region, and
#: no party reads the voter list. They give numbers, kinds, or (to nobody who acts for a party) the rows.

#: Two changes that bring one person must not both find nobody: few keys are held one by one, a file holds
#: all. Whoever changes candidates one by one holds their keys before it touches their rows.
HOLD = """
create function candidate_hold(niks bytea[], identities bytea[]) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
    key integer;
begin
    if cardinality(niks) + cardinality(identities) > 200 then
        perform pg_advisory_xact_lock(20240244, 0);
        return;
    end if;
    perform pg_advisory_xact_lock_shared(20240244, 0);
    for key in
        select distinct ('x' || encode(substring(k from 9 for 4), 'hex'))::bit(32)::integer
        from unnest(niks || identities) k where k is not null order by 1
    loop
        perform pg_advisory_xact_lock(20240245, key);
    end loop;
end $$
"""

#: Elections whose candidates meet: those of one voting day; a rehearsal meets nobody (domain.md 11, X6).
MEETING = """
create function candidate_meeting(election smallint) returns smallint[]
language sql stable set search_path = pg_catalog, public as $$
    select array_agg(o.id) from election e join election o
        on o.id = e.id or (o.voting_day = e.voting_day and e.kind <> 'simulasi' and o.kind <> 'simulasi')
    where e.id = election
$$
"""

#: Whether a row says something to others: it stands, and so does its nomination.
SPEAKS = """state in ('baru', 'ms', 'bms', 'dcs', 'dct') and nomination_state not in ('tms', 'ditarik')"""

#: domain.md 11, X4-X6: every row that bears one of the keys, or is named, is judged anew. "near" are those,
#: "far" the rows that they meet by their other number. What a row has of itself (age, occupation, a NIK that
#: tells another birth date) is told by whoever opened its envelope: ``own_keys`` with ``own_flags``, joined
#: by commas; others keep theirs. Somebody who left the list bears no flag.
REFLAG = f"""
create function candidate_reflag(election smallint, niks bytea[], identities bytea[], own_keys bigint[],
    own_flags text[], cause text)
returns table (party_id integer, region text, raised integer, cleared integer)
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
    meeting smallint[] := candidate_meeting(election);
    changes jsonb;
begin
    niks := array_remove(coalesce(niks, '{{}}'), null);
    identities := array_remove(coalesce(identities, '{{}}'), null);
    perform candidate_hold(niks, identities);
    with own as materialized (
        select k as id, string_to_array(f, ',') as flags from unnest(own_keys, own_flags) as o(k, f)
    ),
    nik_key as materialized (select distinct k from unnest(niks) k),
    identity_key as materialized (select distinct k from unnest(identities) k),
    near_key as materialized (
        select c.id from candidate c join nik_key n on n.k = c.nik_index where c.election_id = any (meeting)
        union
        select c.id from candidate c join identity_key i on i.k = c.identity_index
        where c.election_id = any (meeting)
        union
        select id from own
    ),
    near as materialized (
        select c.id, c.nomination_id, n.state as nomination_state, c.election_id, c.region, c.party_id,
            c.person_id, c.nik_index, c.identity_index, c.residence_code, c.state, c.flags
        from near_key k join candidate c on c.id = k.id join nomination n on n.id = c.nomination_id
    ),
    far_key as materialized (
        select c.id from (select distinct nik_index as k from near where nik_index is not null) f
        join candidate c on c.nik_index = f.k where c.election_id = any (meeting)
        union
        select c.id from (select distinct identity_index as k from near where identity_index is not null) f
        join candidate c on c.identity_index = f.k where c.election_id = any (meeting)
    ),
    speaking as materialized (
        select id, nomination_id, nik_index, identity_index from near where {SPEAKS}
        union
        select id, nomination_id, nik_index, identity_index from (
            select c.id, c.nomination_id, n.state as nomination_state, c.nik_index, c.identity_index, c.state
            from far_key f join candidate c on c.id = f.id join nomination n on n.id = c.nomination_id
        ) far where {SPEAKS}
    ),
    by_nik as materialized (
        select nik_index, min(nomination_id) as first, max(nomination_id) as last
        from speaking where nik_index is not null group by 1
    ),
    by_identity as materialized (
        select identity_index, count(*) as n from speaking where identity_index is not null group by 1
    ),
    by_both as materialized (
        select identity_index, nik_index, count(*) as n
        from speaking where identity_index is not null and nik_index is not null group by 1, 2
    ),
    member as materialized (
        select k.id, bool_or(m.party_id = k.party_id) as own,
            bool_or(m.party_id <> k.party_id and m.response_id is null) as other
        from (
            select n.id, n.party_id, m.id as member_id from near n
            join party_member m on m.nik_index = n.nik_index and m.election_id = n.election_id
            where n.party_id is not null
            union
            select n.id, n.party_id, m.id from near n
            join party_member m on m.person_id = n.person_id and m.election_id = n.election_id
            where n.party_id is not null
        ) k join party_member m on m.id = k.member_id
        where m.state not in ('ditarik', 'tms') group by 1
    ),
    with_members as materialized (
        select party_id, election_id from (select distinct party_id, election_id from near) p
        where exists (
            select from party_registration g join party_member m on m.registration_id = g.id
            where g.party_id = p.party_id and g.election_id = p.election_id
                and m.state not in ('ditarik', 'tms'))
    ),
    with_voters as materialized (
        select code, election_id from (select distinct residence_code as code, election_id from near) p
        where exists (
            select from voter v where v.election_id = p.election_id and v.province = left(p.code, 2)
                and v.village_code >= p.code and v.village_code < p.code || ':')
    ),
    voting as materialized (
        select distinct n.id from near n join with_voters w on w.code = n.residence_code
            and w.election_id = n.election_id
        join voter v on v.nik_index = n.nik_index and v.election_id = n.election_id and v.state <> 'tms'
    ),
    judged as (
        select near.id, near.region, near.party_id, near.flags as before,
            case when near.state in ('ditarik', 'diganti', 'meninggal', 'mengundurkan_diri') then '{{}}'
            else array_remove(array[
                case when by_nik.first <> near.nomination_id or by_nik.last <> near.nomination_id
                    then 'ganda_calon' end,
                case when by_identity.n > case when near.nik_index is null
                    then (near.id in (select id from speaking))::integer else coalesce(by_both.n, 0) end
                    then 'potensi_ganda' end,
                case when with_members.party_id is not null and near.nik_index is not null
                    and member.own is not true then 'bukan_anggota' end,
                case when member.other then 'anggota_lain' end,
                case when with_voters.code is not null and near.nik_index is not null and voting.id is null
                    then 'bukan_pemilih' end
            ], null) || array(
                select f from unnest(array['pekerjaan', 'usia', 'nik']) f
                where f = any (coalesce(own.flags, near.flags))) end as after
        from near
        left join own on own.id = near.id
        left join by_nik on by_nik.nik_index = near.nik_index
        left join by_identity on by_identity.identity_index = near.identity_index
        left join by_both on by_both.identity_index = near.identity_index
            and by_both.nik_index = near.nik_index
        left join member on member.id = near.id
        left join with_members on with_members.party_id = near.party_id
            and with_members.election_id = near.election_id
        left join with_voters on with_voters.code = near.residence_code
            and with_voters.election_id = near.election_id
        left join voting on voting.id = near.id
    ),
    changed as materialized (
        select * from judged where not (after @> before and before @> after)
    ),
    written as (
        update candidate c set flags = w.after from changed w where c.id = w.id
    ),
    told as (
        insert into candidate_flag_event (candidate_id, region, party_id, flag, raised, cause)
        select w.id, w.region, w.party_id, f.flag, f.raised, cause
        from changed w, lateral (
            select flag, true as raised from unnest(w.after) flag where flag <> all (w.before)
            union all
            select flag, false from unnest(w.before) flag where flag <> all (w.after)
        ) f order by w.id
    ),
    summed as (
        select party_id, region,
            sum((select count(*) from unnest(after) f where f <> all (before))) as raised,
            sum((select count(*) from unnest(before) f where f <> all (after))) as cleared
        from changed group by 1, 2
    )
    select coalesce(jsonb_agg(to_jsonb(s) order by s.party_id, s.region), '[]') into changes from summed s;
    return query
    select party_id, region, raised, cleared
    from jsonb_to_recordset(changes) as s(party_id integer, region text, raised integer, cleared integer);
end $$
"""

#: Whatever part of the house adds, moves or changes candidates: what they say to others is judged anew in the
#: same statement. Own flags are not touched here.
TRIGGERS = """
create function candidate_came() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    one record;
begin
    for one in
        select election_id, array_agg(distinct nik_index) as niks,
            array_agg(distinct identity_index) as names,
            case when count(*) = 1 then 'candidate:' || min(id) else 'candidate' end as cause
        from fresh group by election_id
    loop
        perform candidate_reflag(one.election_id, one.niks, one.names, '{}', '{}',
            coalesce(nullif(current_setting('app.flag_cause', true), ''), one.cause));
    end loop;
    return null;
end $$;
create function candidate_went() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    one record;
begin
    for one in
        select election_id, array_agg(distinct nik) as niks, array_agg(distinct name) as names,
            case when count(distinct id) = 1 then 'candidate:' || min(id) else 'candidate' end as cause
        from (
            select n.id, n.election_id, x.nik, x.name
            from fresh n join stale o on o.id = n.id
            cross join lateral (values (n.nik_index, n.identity_index), (o.nik_index, o.identity_index))
                as x(nik, name)
            where n.state is distinct from o.state
                and (n.state in ('baru', 'ms', 'bms', 'dcs', 'dct'))
                    is distinct from (o.state in ('baru', 'ms', 'bms', 'dcs', 'dct'))
                or n.state is distinct from o.state
                    and (n.state in ('ditarik', 'diganti', 'meninggal', 'mengundurkan_diri'))
                    is distinct from (o.state in ('ditarik', 'diganti', 'meninggal', 'mengundurkan_diri'))
                or (n.nik_index, n.identity_index, n.person_id, n.residence_code) is distinct from
                    (o.nik_index, o.identity_index, o.person_id, o.residence_code)
        ) touched group by election_id
    loop
        perform candidate_reflag(one.election_id, one.niks, one.names, '{}', '{}',
            coalesce(nullif(current_setting('app.flag_cause', true), ''), one.cause));
    end loop;
    return null;
end $$;
create function nomination_spoke() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if (new.state in ('tms', 'ditarik')) <> (old.state in ('tms', 'ditarik')) then
        perform candidate_reflag(new.election_id, array_agg(nik_index), array_agg(identity_index), '{}', '{}',
            'nomination:' || new.id)
        from candidate where nomination_id = new.id;
    end if;
    return null;
end $$;
create trigger links_add after insert on candidate referencing new table as fresh
    for each statement execute function candidate_came();
create trigger links_change after update on candidate referencing old table as stale new table as fresh
    for each statement execute function candidate_went();
create trigger links_nomination after update of state on nomination
    for each row execute function nomination_spoke();
"""

#: A draft may wait for a NIK; what is submitted has one for each name (PKPU 10/2023 art. 12).
NEEDS_NIKS = """
create function nomination_needs_niks() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if exists (
        select from candidate c where c.nomination_id = new.id and c.state in ('baru', 'ms', 'bms')
            and (c.nik_index is null or c.identity_index is null)
    ) then
        raise exception using errcode = 'check_violation',
            message = 'nomination: a submitted one has a NIK and a birth date of each candidate';
    end if;
    return new;
end $$;
create trigger needs_niks before update of state on nomination
    for each row when (new.state <> old.state and new.state in ('diajukan', 'vermin_perbaikan'))
    execute function nomination_needs_niks();
"""

#: What stands behind a double, for whoever verifies or watches: each other row, wherever it lies. It answers
#: nobody who acts for a party. ``same`` is ``nik`` or ``identitas``.
DOUBLES = """
create function candidate_doubles(keys bigint[])
returns table (candidate_id bigint, other_id bigint, nomination_id integer, election_id smallint,
    contest_id smallint, region text, dapil_id integer, party_id integer, number smallint, name text,
    state text, same text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select * from (
        select c.id, o.id, o.nomination_id, o.election_id, n.contest_id, o.region, n.dapil_id, o.party_id,
            o.number, o.name, o.state, case when o.nik_index = c.nik_index then 'nik' else 'identitas' end
        from unnest(keys) k join candidate c on c.id = k
        join lateral (
            select id from candidate where nik_index = c.nik_index
            union select id from candidate where identity_index = c.identity_index
        ) p on p.id <> c.id
        join candidate o on o.id = p.id join nomination n on n.id = o.nomination_id
        where o.election_id = any (candidate_meeting(c.election_id))
            and o.state in ('baru', 'ms', 'bms', 'dcs', 'dct') and n.state not in ('tms', 'ditarik')
            and (o.nomination_id <> c.nomination_id or o.nik_index is distinct from c.nik_index)
    ) found where coalesce(current_setting('app.parties', true), '') = '' order by 1, 2
$$
"""
#: The same for those who put somebody up: in which contest, and whether for the same party. Nothing else.
DOUBLE_KINDS = """
create function candidate_double_kinds(keys bigint[])
returns table (candidate_id bigint, contest_id smallint, same_party boolean, same text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select distinct c.id, n.contest_id, coalesce(o.party_id = c.party_id, false),
        case when o.nik_index = c.nik_index then 'nik' else 'identitas' end
    from unnest(keys) k join candidate c on c.id = k
    join lateral (
        select id from candidate where nik_index = c.nik_index
        union select id from candidate where identity_index = c.identity_index
    ) p on p.id <> c.id
    join candidate o on o.id = p.id join nomination n on n.id = o.nomination_id
    where in_app_scope(c.region) and in_app_party(c.party_id)
        and o.election_id = any (candidate_meeting(c.election_id))
        and o.state in ('baru', 'ms', 'bms', 'dcs', 'dct') and n.state not in ('tms', 'ditarik')
        and (o.nomination_id <> c.nomination_id or o.nik_index is distinct from c.nik_index)
    order by 1, 2, 3, 4
$$
"""
FUNCTIONS = {
    "candidate_hold(bytea[], bytea[])": HOLD,
    "candidate_meeting(smallint)": MEETING,
    "candidate_reflag(smallint, bytea[], bytea[], bigint[], text[], text)": REFLAG,
    "candidate_doubles(bigint[])": DOUBLES,
    "candidate_double_kinds(bigint[])": DOUBLE_KINDS,
}


def upgrade() -> None:
    for column in OPEN:
        op.execute(f"alter table candidate alter column {column} drop not null")
    _flags(FLAGS_NOW)
    op.create_index(
        "ix_candidate_flagged", "candidate", ["election_id", "region"], postgresql_where="flags <> '{}'"
    )
    op.create_table(
        "candidate_batch",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("region", CODE, nullable=False),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.Column("file_id", sa.BigInteger),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_sha256", sa.Text, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("duplicate", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("lists", sa.Integer, nullable=False),
        sa.Column("flagged", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "received = accepted + rejected + duplicate and changed <= accepted",
            name=op.f("ck_candidate_batch_balance"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_candidate_batch_contest_id")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_candidate_batch_created_by")),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name=op.f("fk_candidate_batch_election_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_candidate_batch_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_batch")),
    )
    op.create_index("ix_candidate_batch_contest", "candidate_batch", ["contest_id", "id"])
    for body in FUNCTIONS.values():
        op.execute(body)
    op.execute(TRIGGERS)
    op.execute(NEEDS_NIKS)


def downgrade() -> None:
    op.execute("drop trigger needs_niks on nomination")
    op.execute("drop trigger links_nomination on nomination")
    op.execute("drop trigger links_change on candidate")
    op.execute("drop trigger links_add on candidate")
    for name in ("nomination_needs_niks", "nomination_spoke", "candidate_went", "candidate_came"):
        op.execute(f"drop function {name}()")
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")
    op.drop_table("candidate_batch")
    op.drop_index("ix_candidate_flagged", "candidate")
    _flags(FLAGS_BEFORE)
    for column in OPEN:
        op.execute(f"alter table candidate alter column {column} set not null")


def _flags(known: str) -> None:
    op.drop_constraint(op.f("ck_candidate_known_flags"), "candidate")
    op.create_check_constraint(
        op.f("ck_candidate_known_flags"), "candidate", f"flags <@ array[{known}]::text[]"
    )
