"""Voters who vote elsewhere or with a KTP-el only, special places, rows that made way for another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

#: The second lock, as on ``voter`` (0020); a row that lies in two regions is shown in both.
SCOPE = """
    (select coalesce(current_setting('app.scope', true), '') in ('', '*'))
    or exists (
        select from unnest(string_to_array(current_setting('app.scope', true), ',')) as code
        where {where}
    )
"""
GUARDED = {
    "voter_move": ("origin_tps", "target_tps"),
    "voter_dpk": ("tps_code",),
    "voter_transfer": ("home_village", "away_tps"),
}

#: The functions below act with the owner's rights because one end of a move lies, as a rule, in a region of
#: which the office at the other end has no right. None gives or changes anything but what its own row names.

#: Whether a place lies in the regions of whoever asks: a function with the owner's rights asks it itself.
IN_SCOPE = """
create function in_app_scope(place text) returns boolean
language sql stable set search_path = pg_catalog, public as $$
    select coalesce(current_setting('app.scope', true), '') in ('', '*')
        or exists (
            select from unnest(string_to_array(current_setting('app.scope', true), ',')) as code
            where starts_with(place, code))
$$
"""

#: The marks that stand on a line of a frozen list: "batal" takes the last one back (rules.marks.standing).
STANDING = """
create function voter_standing_marks(place char(2), list integer, voter bigint) returns text[]
language plpgsql stable set search_path = pg_catalog, public as $$
declare
    mark text;
    kept text[] := '{}';
begin
    for mark in
        select m.kind from voter_list_mark m
        where m.province = place and m.list_id = list and m.voter_id = voter order by m.id
    loop
        kept := case when mark <> 'batal' then kept || mark
                     when cardinality(kept) > 0 then trim_array(kept, 1) else kept end;
    end loop;
    return kept;
end $$
"""

#: A NIK finds its lines in the newest DPT, wherever they lie, and what stands against a move.
IN_DPT = """
create function voter_in_dpt(election smallint, wanted bytea)
returns table (voter_id bigint, province char(2), list_id integer, version smallint, tps_code text,
    number smallint, name text, sex char(1), birth_year smallint, frozen boolean, marks text[],
    moving boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
    select v.id, v.province, l.id, e.version, e.tps_code, e.number, v.name, v.sex, v.birth_year,
        r.state = 'dpt', voter_standing_marks(v.province, l.id, v.id),
        exists (select from voter_move o
            where o.election_id = v.election_id and o.voter_id = v.id and o.state <> 'dibatalkan')
    from voter v
    join voter_roll r on r.election_id = v.election_id and r.region = left(v.village_code, 4)
    join lateral (
        select id from voter_list where roll_id = r.id and stage = 'dpt' order by sequence desc limit 1
    ) l on true
    join voter_list_entry e on e.province = v.province and e.voter_id = v.id and e.list_id = l.id
    where v.nik_index = wanted and v.election_id = election
    order by v.id
$$
"""

#: An issued move marks the line that it leaves; one that is taken back takes the mark back.
MARK_MOVE = """
create function voter_move_mark(move bigint, why text, who text, account integer) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    o voter_move;
    kept text[];
    mark text;
begin
    select * into strict o from voter_move where id = move;
    kept := voter_standing_marks(o.province, o.list_id, o.voter_id);
    mark := case when o.state = 'diterbitkan' and cardinality(kept) = 0 then 'pindah_keluar'
                 when o.state = 'dibatalkan' and kept[cardinality(kept)] = 'pindah_keluar' then 'batal' end;
    if mark is null
        or not (in_app_scope(o.origin_tps) or in_app_scope(o.target_tps))
    then
        raise exception using errcode = 'restrict_violation',
            message = 'voter_move: the line bears another mark';
    end if;
    insert into voter_list_mark (province, list_id, voter_id, tps_code, kind, reason, actor)
        values (o.province, o.list_id, o.voter_id, o.origin_tps, mark, why, who);
    insert into voter_event (province, election_id, voter_id, village_code, kind, version, reason, file_id,
            details, account_id, actor)
        values (o.province, o.election_id, o.voter_id, left(o.origin_tps, 10), 'tanda', o.version, why,
            o.file_id,
            jsonb_build_object('move', o.id, 'mark', mark, 'from', o.origin_tps, 'to', o.target_tps),
            account, who);
end $$
"""

#: Numbers only: how many voters come and go, by polling station, direction, contest and sex.
MOVE_COUNTS = """
create function voter_move_counts(election smallint, area text)
returns table (tps_code text, direction text, contest text, sex char(1), n bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select o.target_tps, 'masuk', c.contest, o.sex, count(*)
    from voter_move o cross join lateral unnest(array['' ] || o.contests) as c(contest)
    where o.election_id = election and o.state = 'diterbitkan'
        and o.target_tps >= area collate "C" and o.target_tps < (area || '~') collate "C"
    group by 1, 3, 4
    union all
    select o.origin_tps, 'keluar', '', o.sex, count(*)
    from voter_move o
    where o.election_id = election and o.state = 'diterbitkan'
        and o.origin_tps >= area collate "C" and o.origin_tps < (area || '~') collate "C"
    group by 1, 4
$$
"""

#: What the QR of a letter may tell anybody: no name, no number.
LETTER = """
create function voter_move_by_token(wanted text)
returns table (id bigint, election_id smallint, state text, origin_village text, target_tps text,
    served_tps text, contests text[], issued_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
    select id, election_id, state, left(origin_tps, 10), target_tps, served_tps, contests, issued_at
    from voter_move where token = wanted and issued_at is not null
$$
"""

#: Where the NIK of a row abroad or in a special place stands elsewhere too, and is not yet dealt with.
TWICE = """
create function voter_twice(election smallint, area text)
returns table (away_id bigint, away_name text, away_tps text, home_id bigint, home_village text,
    home_tps text, home_state text, roll_state text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select a.id, a.name, a.tps_code, h.id, h.village_code, h.tps_code, h.state, r.state
    from voter a
    join voter h on h.nik_index = a.nik_index and h.election_id = a.election_id and h.id <> a.id
        and h.state <> 'tms'
    join voter_roll r on r.election_id = h.election_id and r.region = left(h.village_code, 4)
    where a.election_id = election and a.province = left(area, 2)
        and a.village_code >= area collate "C" and a.village_code < (area || '~') collate "C"
        and a.state <> 'tms' and a.tps_code is not null and in_app_scope(a.tps_code)
        and (a.province = '99'
            or exists (select from voter_place p where p.election_id = election and p.tps_code = a.tps_code))
        and not (h.province = '99' and a.province <> '99')
        and not exists (
            select from voter_transfer t where t.undone_at is null
            and (t.home_voter_id = h.id or (t.home_voter_id = a.id and t.away_voter_id = h.id)))
    order by a.id, h.id
$$
"""

#: A passport finds the cities where it is registered.
BY_PASSPORT = """
create function voter_by_passport(election smallint, wanted bytea)
returns table (voter_id bigint, village_code text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select id, village_code from voter
    where passport_index = wanted and election_id = election and province = '99' and state <> 'tms'
    order by id
$$
"""

#: The row at home makes way for the row abroad or in a special place: struck while its list is being made,
#: marked once its DPT is frozen. Refused unless both bear one NIK.
MAKE_WAY = """
create function voter_make_way(away bigint, home bigint, code text, why text, who text, account integer)
returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    a voter;
    h voter;
    roll text;
    line record;
    kept bigint;
begin
    select * into a from voter where id = away;
    select * into h from voter where id = home for update;
    select state into roll from voter_roll
        where election_id = h.election_id and region = left(h.village_code, 4);
    if a.id is null or h.id is null or roll is null
        or a.id = h.id or a.election_id <> h.election_id or a.nik_index is null
        or a.nik_index is distinct from h.nik_index or a.state = 'tms' or h.state = 'tms'
        or a.tps_code is null
        or not (a.province = '99'
            or exists (
                select from voter_place p
                where p.election_id = a.election_id and p.tps_code = a.tps_code))
        or not in_app_scope(a.tps_code)
    then
        raise exception using errcode = 'restrict_violation',
            message = 'voter_transfer: these rows are not one voter at two places';
    end if;
    if roll = 'dpt' then
        select l.id as list_id, e.tps_code into line
        from voter_roll r join voter_list l on l.roll_id = r.id and l.stage = 'dpt'
        join voter_list_entry e on e.province = h.province and e.voter_id = h.id and e.list_id = l.id
        where r.election_id = h.election_id and r.region = left(h.village_code, 4)
        order by l.sequence desc limit 1;
        if line.list_id is null then
            return null;
        end if;
        if cardinality(voter_standing_marks(h.province, line.list_id, h.id)) > 0 then
            raise exception using errcode = 'restrict_violation',
                message = 'voter_transfer: the line bears a mark';
        end if;
        insert into voter_list_mark (province, list_id, voter_id, tps_code, kind, reason, actor)
            values (h.province, line.list_id, h.id, line.tps_code, 'pindah_keluar', why, who);
        insert into voter_event (province, election_id, voter_id, village_code, kind, version, reason,
                details, account_id, actor)
            values (h.province, h.election_id, h.id, h.village_code, 'tanda', h.version, why,
                jsonb_build_object('mark', 'pindah_keluar', 'to', a.tps_code, 'voter', a.id), account, who);
        insert into voter_transfer (election_id, home_voter_id, home_province, home_village, home_tps,
                away_voter_id, away_tps, how, list_id, actor)
            values (h.election_id, h.id, h.province, h.village_code, line.tps_code, a.id, a.tps_code, 'tanda',
                line.list_id, who) returning id into kept;
    else
        update voter set state = 'tms', tms_code = code where id = h.id and province = h.province;
        insert into voter_event (province, election_id, voter_id, village_code, kind, code, version, reason,
                details, account_id, actor)
            values (h.province, h.election_id, h.id, h.village_code, 'keluar', code, h.version, why,
                jsonb_build_object('from', h.tps_code, 'to', a.tps_code, 'voter', a.id), account, who);
        insert into voter_transfer (election_id, home_voter_id, home_province, home_village, home_tps,
                away_voter_id, away_tps, how, actor)
            values (h.election_id, h.id, h.province, h.village_code, h.tps_code, a.id, a.tps_code, 'coret',
                who) returning id into kept;
    end if;
    return kept;
end $$
"""

#: The undoing of it.
COME_HOME = """
create function voter_come_home(transfer bigint, why text, who text, account integer) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    t voter_transfer;
    h voter;
    roll text;
begin
    update voter_transfer set undone_at = now()
        where id = transfer and undone_at is null and in_app_scope(away_tps) returning * into t;
    if t.id is null then
        raise exception using errcode = 'restrict_violation', message = 'voter_transfer: nothing to undo';
    end if;
    select * into strict h from voter where id = t.home_voter_id and province = t.home_province for update;
    select state into strict roll from voter_roll
        where election_id = h.election_id and region = left(h.village_code, 4);
    if t.how = 'coret' then
        if roll = 'dpt' then
            raise exception using errcode = 'restrict_violation',
                message = 'voter_transfer: the list at home is frozen';
        end if;
        update voter set state = 'ubah', tms_code = null where id = h.id and province = h.province;
    else
        if (voter_standing_marks(t.home_province, t.list_id, h.id))[1] is distinct from 'pindah_keluar'
            or cardinality(voter_standing_marks(t.home_province, t.list_id, h.id)) > 1
        then
            raise exception using errcode = 'restrict_violation',
                message = 'voter_transfer: the line bears another mark';
        end if;
        insert into voter_list_mark (province, list_id, voter_id, tps_code, kind, reason, actor)
            values (t.home_province, t.list_id, h.id, t.home_tps, 'batal', why, who);
    end if;
    insert into voter_event (province, election_id, voter_id, village_code, kind, version, reason, details,
            account_id, actor)
        values (h.province, h.election_id, h.id, h.village_code,
            case t.how when 'coret' then 'pulih' else 'tanda' end, h.version, why,
            jsonb_build_object('voter', t.away_voter_id), account, who);
end $$
"""
#: Function -> its arguments, in the order of making.
FUNCTIONS = {
    "in_app_scope(text)": IN_SCOPE,
    "voter_standing_marks(char, integer, bigint)": STANDING,
    "voter_in_dpt(smallint, bytea)": IN_DPT,
    "voter_move_mark(bigint, text, text, integer)": MARK_MOVE,
    "voter_move_counts(smallint, text)": MOVE_COUNTS,
    "voter_move_by_token(text)": LETTER,
    "voter_twice(smallint, text)": TWICE,
    "voter_by_passport(smallint, bytea)": BY_PASSPORT,
    "voter_make_way(bigint, bigint, text, text, text, integer)": MAKE_WAY,
    "voter_come_home(bigint, text, text, integer)": COME_HOME,
}


def upgrade() -> None:
    op.create_table(
        "voter_move",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("voter_id", sa.BigInteger, nullable=False),
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("version", sa.SmallInteger, nullable=False),
        sa.Column("origin_tps", CODE, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("target_tps", CODE, nullable=False),
        sa.Column("target_province", sa.CHAR(length=2), nullable=False),
        sa.Column("served_tps", CODE, nullable=False),
        sa.Column("reason_code", sa.Text, nullable=False),
        sa.Column("urgency", sa.Text, nullable=False),
        sa.Column("contests", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sex", sa.CHAR(length=1), nullable=False),
        sa.Column("birth_year", sa.SmallInteger, nullable=False),
        sa.Column("file_id", sa.Integer),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("state", sa.Text, server_default="diajukan", nullable=False),
        sa.Column("created_by", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("issued_at", INSTANT),
        sa.Column("cancelled_at", INSTANT),
        sa.CheckConstraint(
            "(state = 'dibatalkan') = (cancelled_at is not null)", name=op.f("ck_voter_move_cancelled")
        ),
        sa.CheckConstraint("sex in ('L', 'P')", name=op.f("ck_voter_move_sex")),
        sa.CheckConstraint(
            "state <> 'diterbitkan' or issued_at is not null", name=op.f("ck_voter_move_issued")
        ),
        sa.CheckConstraint(
            "state in ('diajukan', 'diterbitkan', 'dibatalkan')", name=op.f("ck_voter_move_state")
        ),
        sa.CheckConstraint("urgency in ('umum', 'khusus')", name=op.f("ck_voter_move_urgency")),
        sa.CheckConstraint("cardinality(contests) > 0", name=op.f("ck_voter_move_contests")),
        sa.CheckConstraint("origin_tps <> target_tps", name=op.f("ck_voter_move_elsewhere")),
        sa.CheckConstraint("province = left(origin_tps, 2)", name=op.f("ck_voter_move_province")),
        sa.CheckConstraint("served_tps in (origin_tps, target_tps)", name=op.f("ck_voter_move_served")),
        sa.CheckConstraint(
            "target_province = left(target_tps, 2)", name=op.f("ck_voter_move_target_province")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_voter_move_created_by")),
        sa.ForeignKeyConstraint(
            ["election_id", "target_province", "target_tps"],
            ["tps.election_id", "tps.province", "tps.code"],
            name="fk_voter_move_target",
        ),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_voter_move_election_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_voter_move_file_id")),
        sa.ForeignKeyConstraint(["list_id"], ["voter_list.id"], name=op.f("fk_voter_move_list_id")),
        sa.ForeignKeyConstraint(
            ["voter_id", "province"], ["voter.id", "voter.province"], name="fk_voter_move_voter"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_move")),
        sa.UniqueConstraint("token", name=op.f("uq_voter_move_token")),
    )
    op.create_index("ix_voter_move_origin", "voter_move", ["election_id", "origin_tps"])
    op.create_index("ix_voter_move_target", "voter_move", ["election_id", "target_tps"])
    op.create_index("ix_voter_move_voter", "voter_move", ["voter_id"])
    op.create_index(
        "uq_voter_move_active",
        "voter_move",
        ["election_id", "voter_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'dibatalkan'"),
    )
    op.create_table(
        "voter_place",
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("tps_code", CODE, nullable=False),
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "kind in ('lapas', 'asrama', 'pesantren', 'tambang', 'rumah_sakit', 'panti', 'lain')",
            name=op.f("ck_voter_place_kind"),
        ),
        sa.CheckConstraint("province = left(tps_code, 2)", name=op.f("ck_voter_place_province")),
        sa.ForeignKeyConstraint(
            ["election_id", "province", "tps_code"],
            ["tps.election_id", "tps.province", "tps.code"],
            name="fk_voter_place_tps",
        ),
        sa.PrimaryKeyConstraint("election_id", "tps_code", name=op.f("pk_voter_place")),
    )
    op.create_table(
        "voter_dpk",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("tps_code", CODE, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("nik_index", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sex", sa.CHAR(length=1), nullable=False),
        sa.Column("birth_year", sa.SmallInteger, nullable=False),
        sa.Column("found_kind", sa.Text),
        sa.Column("found_tps", CODE),
        sa.Column("state", sa.Text, server_default="tercatat", nullable=False),
        sa.Column("voter_id", sa.BigInteger),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "(state = 'dimutakhirkan') = (voter_id is not null)", name=op.f("ck_voter_dpk_admitted")
        ),
        sa.CheckConstraint("found_kind in ('dpt', 'dptb')", name=op.f("ck_voter_dpk_found_kind")),
        sa.CheckConstraint("sex in ('L', 'P')", name=op.f("ck_voter_dpk_sex")),
        sa.CheckConstraint(
            "state in ('tercatat', 'dimutakhirkan', 'batal')", name=op.f("ck_voter_dpk_state")
        ),
        sa.CheckConstraint("(found_kind is null) = (found_tps is null)", name=op.f("ck_voter_dpk_found")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_voter_dpk_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_dpk")),
    )
    op.create_index("ix_voter_dpk_place", "voter_dpk", ["election_id", "tps_code"])
    op.create_index(
        "uq_voter_dpk_nik",
        "voter_dpk",
        ["election_id", "nik_index", "tps_code"],
        unique=True,
        postgresql_where=sa.text("state <> 'batal'"),
    )
    op.create_table(
        "voter_transfer",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("home_voter_id", sa.BigInteger, nullable=False),
        sa.Column("home_province", sa.CHAR(length=2), nullable=False),
        sa.Column("home_village", CODE, nullable=False),
        sa.Column("home_tps", CODE),
        sa.Column("away_voter_id", sa.BigInteger, nullable=False),
        sa.Column("away_tps", CODE, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("list_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("undone_at", INSTANT),
        sa.CheckConstraint("(how = 'tanda') = (list_id is not null)", name=op.f("ck_voter_transfer_list")),
        sa.CheckConstraint("how in ('coret', 'tanda')", name=op.f("ck_voter_transfer_how")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_voter_transfer_election_id")),
        sa.ForeignKeyConstraint(["list_id"], ["voter_list.id"], name=op.f("fk_voter_transfer_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_transfer")),
    )
    op.create_index("ix_voter_transfer_away", "voter_transfer", ["away_voter_id"])
    op.create_index(
        "uq_voter_transfer_home",
        "voter_transfer",
        ["home_voter_id"],
        unique=True,
        postgresql_where=sa.text("undone_at is null"),
    )

    for table, columns in GUARDED.items():
        scope = SCOPE.format(where=" or ".join(f"starts_with({column}, code)" for column in columns))
        op.execute(f"create policy {table}_read on {table} for select using ({scope})")
        op.execute(f"create policy {table}_add on {table} for insert with check ({scope})")
        op.execute(f"create policy {table}_change on {table} for update using ({scope}) with check ({scope})")
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"revoke delete, truncate on {table} from electsys_app")
    op.execute("revoke insert, update on voter_transfer from electsys_app")
    for sql in FUNCTIONS.values():
        op.execute(sql)


def downgrade() -> None:
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")
    for table in ("voter_transfer", "voter_dpk", "voter_place", "voter_move"):
        op.execute(f"drop table {table}")
