"""Words that migrations share: append-only tables and partitions by province."""

from __future__ import annotations

from alembic import op

#: Province codes of KPU on the map of 2024; 99 is overseas. Others fall into the default partition.
PROVINCES = (
    *("11", "12", "13", "14", "15", "16", "17", "18", "19", "21"),
    *("31", "32", "33", "34", "35", "36", "51", "52", "53"),
    *("61", "62", "63", "64", "65", "71", "72", "73", "74", "75", "76"),
    *("81", "82", "91", "92", "93", "94", "95", "96", "99"),
)


def partition_by_province(table: str) -> None:
    """Create one partition of ``table`` a province, named ``<table>_pNN``, and a default one.

    The table was created with ``PARTITION BY LIST (province)``. A province can then move to a
    server of its own (design.md, section 4).
    """
    for code in PROVINCES:
        op.execute(f"create table {table}_p{code} partition of {table} for values in ('{code}')")
    op.execute(f"create table {table}_default partition of {table} default")


def append_only(table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE on ``table`` by trigger, and revoke the rights to them."""
    op.execute(
        """
        create or replace function refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception using
                errcode = 'restrict_violation',
                message = tg_table_name || ' is append-only: ' || tg_op || ' refused';
        end $$
        """
    )
    op.execute(
        f"create trigger append_only before update or delete on {table} "
        "for each row execute function refuse_change()"
    )
    for each in (table, *_partitions(table)):  # row triggers are inherited, rights and TRUNCATE are not
        op.execute(
            f"create trigger append_only_truncate before truncate on {each} "
            "for each statement execute function refuse_change()"
        )
        op.execute(f"revoke update, delete, truncate on {each} from electsys_app")


def party_scope(column: str) -> str:
    """Who may see a row of a party's people: whoever has its region, and its party where it acts for one.

    As ``in_app_scope`` and ``in_app_party`` say it, but what they read is read once a statement, not once for
    each of half a million rows.
    """
    scope, parties = (f"current_setting('app.{name}', true)" for name in ("scope", "parties"))
    return (
        f"((select coalesce({scope}, '') in ('', '*'))"
        f" or {column} ^@ any ((select string_to_array({scope}, ','))::text[]))"
        f" and ((select coalesce({parties}, '') = '')"
        f" or party_id = any ((select string_to_array({parties}, ','))::integer[]))"
    )


def guard_party_rows(table: str, column: str) -> None:
    """The second lock on a table with a party's people; ``column`` says where a row lies."""
    scope = party_scope(column)
    op.execute(f"create policy {table}_read on {table} for select using ({scope})")
    op.execute(f"create policy {table}_add on {table} for insert with check ({scope})")
    op.execute(f"create policy {table}_change on {table} for update using ({scope}) with check ({scope})")
    op.execute(f"alter table {table} enable row level security")


def _partitions(table: str) -> list[str]:
    rows = op.get_bind().exec_driver_sql(
        "select inhrelid::regclass::text from pg_inherits where inhparent = %s::regclass order by 1", (table,)
    )
    return list(rows.scalars())
