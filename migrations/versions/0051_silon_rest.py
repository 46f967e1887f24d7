"""Silon: a double is one human, not one number: candidates follow merges of persons, and their undoing."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

HUMAN = "coalesce(leads_to, person_id)"

#: Where a person leads to after its merges: an id, nothing of the person.
ROOT = """
create function person_root(wanted bigint) returns bigint
language sql stable security definer set search_path = pg_catalog, public as $$
    with recursive led as (
        select id, redirect_to from person where id = wanted
        union all
        select p.id, p.redirect_to from led join person p on p.id = led.redirect_to
    )
    select id from led where redirect_to is null
$$
"""

#: A NIK finds its persons wherever they live, and those whom they lead to; who does not know the number
#: finds nobody by this door.
BY_NIK = """
create or replace function person_by_nik(wanted bytea) returns setof person
language sql stable security definer set search_path = pg_catalog, public
as $$
    with recursive found as (
        select p.id, p.redirect_to from public.person p where p.nik_index = wanted
        union
        select p.id, p.redirect_to from found f join public.person p on p.id = f.redirect_to
    )
    select p.* from public.person p where p.id in (select id from found) order by p.id
$$
"""
BY_NIK_BEFORE = """
create or replace function person_by_nik(wanted bytea) returns setof person
language sql stable security definer set search_path = pg_catalog, public
as $$ select * from public.person where nik_index = wanted order by id $$
"""

#: Whatever part of the house merges persons or parts them again: their candidates follow, and are judged anew
#: by the trigger of candidates.
FOLLOW = """
create function person_led() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    with recursive below as (
        select new.id as id
        union
        select p.id from below join person p on p.redirect_to = below.id
    )
    update candidate c set leads_to = nullif(person_root(c.person_id), c.person_id)
    where c.person_id in (select id from below);
    return null;
end $$;
create trigger candidates_follow after update of redirect_to on person
    for each row when (old.redirect_to is distinct from new.redirect_to) execute function person_led();
create function candidate_of_person() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    new.leads_to := nullif(person_root(new.person_id), new.person_id);
    return new;
end $$;
create trigger follows_person before update of person_id on candidate
    for each row when (old.person_id <> new.person_id) execute function candidate_of_person();
"""

#: Rows of whom a touched row was, and of whom it is now, are judged with it.
WENT = """
create or replace function candidate_went() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    one record;
begin
    for one in
        with touched as materialized (
            select n.id, n.election_id, x.nik, x.name, h.human
            from fresh n join stale o on o.id = n.id
            cross join lateral (values (n.nik_index, n.identity_index), (o.nik_index, o.identity_index))
                as x(nik, name)
            left join lateral (
                values (coalesce(n.leads_to, n.person_id)), (coalesce(o.leads_to, o.person_id))
            ) h(human) on coalesce(n.leads_to, n.person_id) <> coalesce(o.leads_to, o.person_id)
            where n.state is distinct from o.state
                and (n.state in ('baru', 'ms', 'bms', 'dcs', 'dct'))
                    is distinct from (o.state in ('baru', 'ms', 'bms', 'dcs', 'dct'))
                or n.state is distinct from o.state
                    and (n.state in ('ditarik', 'diganti', 'meninggal', 'mengundurkan_diri'))
                    is distinct from (o.state in ('ditarik', 'diganti', 'meninggal', 'mengundurkan_diri'))
                or (n.nik_index, n.identity_index, n.person_id, n.leads_to, n.residence_code) is distinct from
                    (o.nik_index, o.identity_index, o.person_id, o.leads_to, o.residence_code)
        ),
        keys as (
            select id, election_id, nik, name from touched
            union
            select t.id, t.election_id, c.nik_index, c.identity_index
            from touched t join candidate c on coalesce(c.leads_to, c.person_id) = t.human
        )
        select election_id, array_agg(distinct nik) as niks, array_agg(distinct name) as names,
            case when count(distinct id) = 1 then 'candidate:' || min(id) else 'candidate' end as cause
        from keys group by election_id
    loop
        perform candidate_reflag(one.election_id, one.niks, one.names, '{}', '{}',
            coalesce(nullif(current_setting('app.flag_cause', true), ''), one.cause));
    end loop;
    return null;
end $$
"""

#: Steps of ``candidate_reflag`` that change: (as 0044 has them, as they are now).
REFLAG_STEPS = (
    ("create function", "create or replace function"),
    # "near" also holds every row of the humans whom the keys name, whatever number a row bears.
    ("    near_key as materialized (", "    begun as materialized ("),
    (
        "    near as materialized (\n",
        """    human_key as materialized (
        select distinct coalesce(c.leads_to, c.person_id) as k from begun b join candidate c on c.id = b.id
    ),
    near_key as materialized (
        select id from begun
        union
        select c.id from human_key h join candidate c on coalesce(c.leads_to, c.person_id) = h.k
        where c.election_id = any (meeting)
    ),
    near as materialized (
""",
    ),
    (
        "            c.person_id, c.nik_index, c.identity_index, c.residence_code, c.state, c.flags\n",
        "            c.person_id, coalesce(c.leads_to, c.person_id) as human, c.nik_index,\n"
        "            c.identity_index, c.residence_code, c.state, c.flags\n",
    ),
    (
        "        select id, nomination_id, nik_index, identity_index from near where",
        "        select id, nomination_id, human, nik_index, identity_index from near where",
    ),
    (
        "        select id, nomination_id, nik_index, identity_index from (\n"
        "            select c.id, c.nomination_id, n.state as nomination_state, c.nik_index,"
        " c.identity_index, c.state\n",
        "        select id, nomination_id, human, nik_index, identity_index from (\n"
        "            select c.id, c.nomination_id, coalesce(c.leads_to, c.person_id) as human,\n"
        "                n.state as nomination_state, c.nik_index, c.identity_index, c.state\n",
    ),
    (
        """    by_identity as materialized (
        select identity_index, count(*) as n from speaking where identity_index is not null group by 1
    ),
    by_both as materialized (
        select identity_index, nik_index, count(*) as n
        from speaking where identity_index is not null and nik_index is not null group by 1, 2
    ),
""",
        """    by_human as materialized (
        select human, min(nomination_id) as first, max(nomination_id) as last from speaking group by 1
    ),
    shared as materialized (
        select identity_index from speaking where identity_index is not null group by 1 having count(*) > 1
    ),
    alike as materialized (
        select distinct n.id from shared s
        join near n on n.identity_index = s.identity_index
        join speaking o on o.identity_index = s.identity_index
        where o.human <> n.human and (o.nik_index = n.nik_index) is not true
    ),
""",
    ),
    (
        """                case when by_nik.first <> near.nomination_id or by_nik.last <> near.nomination_id
                    then 'ganda_calon' end,
                case when by_identity.n > case when near.nik_index is null
                    then (near.id in (select id from speaking))::integer else coalesce(by_both.n, 0) end
                    then 'potensi_ganda' end,
""",
        """                case when by_nik.first <> near.nomination_id or by_nik.last <> near.nomination_id
                    or by_human.first <> near.nomination_id or by_human.last <> near.nomination_id
                    then 'ganda_calon' end,
                case when alike.id is not null then 'potensi_ganda' end,
""",
    ),
    (
        """        left join by_identity on by_identity.identity_index = near.identity_index
        left join by_both on by_both.identity_index = near.identity_index
            and by_both.nik_index = near.nik_index
""",
        """        left join by_human on by_human.human = near.human
        left join alike on alike.id = near.id
""",
    ),
)
#: Of what stands behind a double: a third way to be the same, ``orang``: persons that were merged.
DOUBLE_STEPS = (
    ("create function", "create or replace function"),
    (
        "case when o.nik_index = c.nik_index then 'nik' else 'identitas' end",
        "case when o.nik_index = c.nik_index then 'nik'\n"
        "            when coalesce(o.leads_to, o.person_id) = coalesce(c.leads_to, c.person_id)\n"
        "                then 'orang'\n"
        "            else 'identitas' end",
    ),
    (
        "union select id from candidate where identity_index = c.identity_index\n",
        "union select id from candidate where identity_index = c.identity_index\n"
        "            union select id from candidate\n"
        "                where coalesce(leads_to, person_id) = coalesce(c.leads_to, c.person_id)\n",
    ),
)


def changed(body: str, steps: tuple[tuple[str, str], ...]) -> str:
    """A function of 0044 with some of its steps replaced; each must be there."""
    for before, after in steps:
        if before not in body:
            raise ValueError(f"0044 has no step {before.strip()[:60]!r}")
        body = body.replace(before, after, 1)
    return body


def _links() -> Any:
    """The migration whose functions these steps change."""
    spec = spec_from_file_location("silon_links", Path(__file__).with_name("0044_silon_links.py"))
    if spec is None or spec.loader is None:
        raise ImportError("0044_silon_links.py")
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def upgrade() -> None:
    links = _links()
    op.add_column("candidate", sa.Column("leads_to", sa.BigInteger))
    op.create_index("ix_candidate_human", "candidate", [sa.text(HUMAN)])
    op.create_index(
        "ix_person_redirect", "person", ["redirect_to"], postgresql_where="redirect_to is not null"
    )
    op.execute(ROOT)
    op.execute(BY_NIK)
    op.execute(
        "update candidate c set leads_to = person_root(p.id) from person p"
        " where p.id = c.person_id and p.redirect_to is not null"
    )
    op.execute(changed(links.REFLAG, REFLAG_STEPS))
    op.execute(changed(links.DOUBLES, DOUBLE_STEPS))
    op.execute(changed(links.DOUBLE_KINDS, DOUBLE_STEPS))
    op.execute(WENT)
    op.execute(FOLLOW)


def downgrade() -> None:
    links = _links()
    op.execute("drop trigger follows_person on candidate")
    op.execute("drop trigger candidates_follow on person")
    op.execute("drop function candidate_of_person()")
    op.execute("drop function person_led()")
    replace = (("create function", "create or replace function"),)
    for body in (links.REFLAG, links.DOUBLES, links.DOUBLE_KINDS):
        op.execute(changed(body, replace))
    start = links.TRIGGERS.index("create function candidate_went()")
    end = links.TRIGGERS.index("create function nomination_spoke()")
    op.execute(changed(links.TRIGGERS[start:end], replace))
    op.execute(BY_NIK_BEFORE)
    op.execute("drop function person_root(bigint)")
    op.drop_index("ix_person_redirect", "person")
    op.drop_index("ix_candidate_human", "candidate")
    op.drop_column("candidate", "leads_to")
