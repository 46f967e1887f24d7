"""The second lock on a party's people, asked once a statement: the same answers, no function a row."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from electsys.db import db
from electsys.migrating import party_scope

#: Rows as (place, party).
ROWS = [("", 1), ("12", 1), ("1201", 2), ("1201012001", 1), ("1203012001", 7), ("3273012001", 11), ("99", 2)]


@pytest.mark.parametrize("scope", ["", "*", "-", "12", "1201", "1201,1203", "32,1201012001"])
@pytest.mark.parametrize("parties", ["", "1", "2,7", "11"])
def test_it_says_what_the_two_functions_say(session, scope, parties):
    session.execute(
        text("select set_config('app.scope', :s, true), set_config('app.parties', :p, true)"),
        {"s": scope, "p": parties},
    )
    once = party_scope("place")
    rows = session.execute(
        text(
            f"select place, party_id, {once} as once, in_app_scope(place) and in_app_party(party_id) as each"
            " from unnest(cast(:places as text[]), cast(:parties as integer[])) as r (place, party_id)"
        ),
        {"places": [place for place, _party in ROWS], "parties": [party for _place, party in ROWS]},
    ).all()
    assert len(rows) == len(ROWS)
    assert [(r.place, r.party_id) for r in rows if r.once] == [(r.place, r.party_id) for r in rows if r.each]
    wanted = [
        (place, party)
        for place, party in ROWS
        if (scope in ("", "*") or place.startswith(tuple(scope.split(","))))
        and (not parties or str(party) in parties.split(","))
    ]
    assert [(r.place, r.party_id) for r in rows if r.once] == wanted


@pytest.mark.parametrize(
    "table",
    [
        *("party_member", "party_member_event", "party_member_flag_event", "party_member_statement"),
        "party_officer",
    ],
)
def test_no_table_of_a_partys_people_asks_row_by_row(session, table):
    policies = session.execute(
        text("select policyname, coalesce(qual, '') || coalesce(with_check, '') from pg_policies"
             " where tablename = :t"), {"t": table},
    ).all()  # fmt: skip
    assert len(policies) >= 3
    for name, said in policies:
        assert "in_app_" not in said, name
        assert "app.scope" in said and "app.parties" in said, name


def test_members_are_counted_from_an_index(session):
    """Whoever reads the nation's members reads an index, not half a million rows."""
    # What earlier tests rolled back still fills pages of the table and, unevenly, of its indexes.
    with db.engine.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum party_member")
        connection.exec_driver_sql("reindex table party_member")
    session.execute(text("set local enable_seqscan = off"))
    session.execute(text("set local enable_bitmapscan = off"))
    where = "registration_id = 1 and village_code >= '' and village_code < '~'"
    for more, index in (
        ("state = 'ms'", "ix_party_member_place"),
        ("flags <> '{}' and state in ('baru', 'bms')", "ix_party_member_flagged"),
    ):
        plan = "\n".join(
            session.scalars(text(f"explain select count(*) from party_member where {where} and {more}"))
        )
        assert f"Index Only Scan using {index}" in plan
