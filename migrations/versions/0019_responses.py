"""Public checks, rate limits, objections and responses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)

#: A token bucket kept as the moment at which it is full again: one row, one column, and a full bucket needs
#: no row. The plain read first turns a flood away without a lock and without a dead row. It gives the seconds
#: to wait; 0 means taken.
TAKE = """
create function rate_take(
    p_bucket text, p_key bytea, p_rate float8, p_burst float8, p_cost float8, p_at timestamptz
) returns float8 language plpgsql volatile as $$
declare
    room constant interval := make_interval(secs => p_burst / p_rate);
    step constant interval := make_interval(secs => p_cost / p_rate);
    known timestamptz;
begin
    select b.full_at into known from rate_bucket b where b.bucket = p_bucket and b.key = p_key;
    if known is null or greatest(known, p_at) + step <= p_at + room then
        insert into rate_bucket as b (bucket, key, full_at) values (p_bucket, p_key, p_at + step)
        on conflict (bucket, key) do update set full_at = greatest(b.full_at, p_at) + step
            where greatest(b.full_at, p_at) + step <= p_at + room;
        if found then
            return 0;
        end if;
        select b.full_at into known from rate_bucket b where b.bucket = p_bucket and b.key = p_key;
    elsif known > p_at + room then  -- the clock has jumped back: empty, but not closed until then
        update rate_bucket b set full_at = p_at + room where b.bucket = p_bucket and b.key = p_key;
        known := p_at + room;
    end if;
    return greatest(extract(epoch from greatest(known, p_at) + step - p_at - room)::float8, 0.001);
end $$
"""

#: How much of a bucket is used: 0 untouched, 1 empty.
LOAD = """
create function rate_load(p_bucket text, p_key bytea, p_rate float8, p_burst float8, p_at timestamptz)
returns float8 language sql stable as $$
    select coalesce((
        select greatest(0, least(1, extract(epoch from b.full_at - p_at)::float8 * p_rate / p_burst))
        from rate_bucket b where b.bucket = p_bucket and b.key = p_key
    ), 0)
$$
"""

#: Everything that a public question must pass, in one call: the address has room; the proof of work is hard
#: enough for what the address has used (one step of grace) and was not used before; device and plain way have
#: room. The address pays last, so that one device that is at its end does not use up what others share.
ADMIT = """
create function public_admit(
    p_bucket text, p_at timestamptz, p_address bytea, p_device bytea,
    p_nonce bytea, p_expires timestamptz, p_bits int, p_base int, p_steps int,
    p_address_rate float8, p_address_burst float8,
    p_device_rate float8, p_device_burst float8,
    p_plain_rate float8, p_plain_burst float8,
    out verdict text, out wait float8
) language plpgsql volatile as $$
declare
    load constant float8 := rate_load(
        p_bucket || '/alamat', p_address, p_address_rate, p_address_burst, p_at
    );
begin
    verdict := 'tunggu';
    wait := (1 - (1 - load) * p_address_burst) / p_address_rate;
    if wait > 0.0005 then
        return;
    end if;
    wait := 0;
    if p_nonce is not null then
        if p_bits < p_base + floor(load * p_steps)::int - 1 then
            verdict := 'ringan';
            return;
        end if;
        insert into pow_spent (nonce, expires_at) values (p_nonce, p_expires) on conflict do nothing;
        if not found then
            verdict := 'terpakai';
            return;
        end if;
    else
        wait := rate_take(p_bucket || '/polos', p_address, p_plain_rate, p_plain_burst, 1, p_at);
    end if;
    if wait = 0 and p_device is not null then
        wait := rate_take(p_bucket || '/perangkat', p_device, p_device_rate, p_device_burst, 1, p_at);
    end if;
    if wait = 0 then
        wait := rate_take(p_bucket || '/alamat', p_address, p_address_rate, p_address_burst, 1, p_at);
    end if;
    if wait = 0 then
        verdict := 'boleh';
    end if;
end $$
"""

#: Who asks about themselves proves it by NIK and birth date or name; the pair leads to the keys of their
#: rows, and to nothing else, whatever the region of the one who asks.
BY_PAIR = """
create function person_of_pair(wanted bytea) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public
as $$
    select unnest(array_remove(array[id, redirect_to], null))
    from public.person where nik_birth_index = wanted or nik_name_index = wanted
$$
"""

SCOPE = """
    coalesce(current_setting('app.scope', true), '') in ('', '*')
    or exists (
        select from unnest(string_to_array(current_setting('app.scope', true), ',')) as code
        where starts_with(coalesce(region, ''), code)
    )
"""

#: Who sent a response follows it with its receipt and code; who has no code finds nothing.
BY_CODE = """
create function response_by_code(wanted bytea) returns setof public_response
language sql stable security definer set search_path = pg_catalog, public
as $$ select * from public.public_response where code_index = wanted $$
"""


def upgrade() -> None:
    _limits()
    _responses()
    op.execute(BY_PAIR)


def _limits() -> None:
    # UNLOGGED: what a crash forgets is at most a day of counting; what it saves is the log of every request.
    op.create_table(
        "rate_bucket",
        sa.Column("bucket", CODE, primary_key=True),
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("full_at", INSTANT, nullable=False),
        prefixes=["UNLOGGED"],
        postgresql_with={"fillfactor": "70"},  # room for updates on the same page: no index grows
    )
    op.create_table(
        "pow_spent",
        sa.Column("nonce", sa.LargeBinary, primary_key=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        prefixes=["UNLOGGED"],
    )
    for function in (TAKE, LOAD, ADMIT):
        op.execute(function)


def _responses() -> None:
    op.create_table(
        "public_response",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("region", CODE),
        sa.Column("election_id", sa.SmallInteger, sa.ForeignKey("election.id")),
        sa.Column("party_id", sa.Integer),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("nik_index", sa.LargeBinary),
        sa.Column("code_index", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("proven", sa.Boolean, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("taken_by", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("taken_at", INSTANT),
        sa.Column("decided_by", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("decided_at", INSTANT),
        sa.Column("reason_code", sa.Text),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint("state in ('diterima', 'diproses', 'diterima_isinya', 'ditolak')", name="state"),
        sa.CheckConstraint(
            "(state in ('diterima_isinya', 'ditolak')) = (decided_at is not null) "
            "and (decided_at is null) = (reason is null) and (decided_at is null) = (decided_by is null)",
            name="decided",
        ),
        sa.CheckConstraint("due_at >= created_at", name="due"),
    )
    op.execute("create sequence public_response_id_seq as bigint owned by public_response.id")
    op.execute(
        "alter table public_response alter column id set default nextval('public_response_id_seq'::regclass)"
    )
    op.create_index("ix_public_response_region", "public_response", ["region", "due_at"])
    op.create_index(
        "ix_public_response_open",
        "public_response",
        ["due_at"],
        postgresql_where=sa.text("decided_at is null"),
    )
    op.create_index("ix_public_response_kind_subject", "public_response", ["kind", "subject"])
    op.create_index("ix_public_response_nik_index", "public_response", ["nik_index"])
    op.execute(f"create policy response_read on public_response for select using ({SCOPE})")
    op.execute(
        f"create policy response_change on public_response for update using ({SCOPE}) with check (true)"
    )
    op.execute("create policy response_add on public_response for insert with check (true)")
    op.execute("alter table public_response enable row level security")
    op.execute("revoke delete, truncate on public_response from electsys_app")
    op.execute(BY_CODE)
    op.create_table(
        "public_response_file",
        sa.Column("response_id", sa.BigInteger, sa.ForeignKey("public_response.id"), primary_key=True),
        sa.Column("file_id", sa.BigInteger, sa.ForeignKey("stored_file.id"), primary_key=True),
    )
    op.create_index("ix_public_response_file_file_id", "public_response_file", ["file_id"])


def downgrade() -> None:
    op.execute("drop function person_of_pair(bytea)")
    op.execute("drop function response_by_code(bytea)")
    op.drop_table("public_response_file")
    op.drop_table("public_response")
    op.execute(
        "drop function public_admit(text, timestamptz, bytea, bytea, bytea, timestamptz, int, int, int, "
        "float8, float8, float8, float8, float8, float8)"
    )
    op.execute("drop function rate_load(text, bytea, float8, float8, timestamptz)")
    op.execute("drop function rate_take(text, bytea, float8, float8, float8, timestamptz)")
    op.drop_table("pow_spent")
    op.drop_table("rate_bucket")
