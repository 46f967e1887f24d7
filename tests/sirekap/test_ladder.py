"""From C.Hasil to locked D.Hasil, all five contests: every sum equals an independent one."""

from __future__ import annotations

import re

import pytest
import rfc8785
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from electsys import events, ledger
from electsys.errors import Refused
from modules.sirekap import RecapLocked, official_votes
from modules.sirekap.operations.columns import explain_missing, fill
from modules.sirekap.operations.recaps import close_recap, lock_recap, open_recap, read_unit
from modules.sirekap.queries.plenaries import differences
from modules.sirekap.queries.recaps import STATIONS, obstacles, readings, sheet, version_of
from tests.sirekap.ladder import KINDS, PPLN, batch_of, build, put_forms

ORDER = ("kecamatan", PPLN, "kabko", "provinsi", "nasional")
STOPS = {
    "ppwp": "nasional",
    "dpr": "nasional",
    "dpd": "nasional",
    "dprd_prov": "provinsi",
    "dprd_kabko": "kabko",
}


def test_the_stations_of_a_kecamatan_are_searched_in_its_province_alone(world, session):
    """Opening a plenary does not read the TPS of the whole nation for each form."""
    recap = world.units("ppwp", "kecamatan")[0]
    lines = session.scalars(
        text(
            f"explain (analyze, costs off) with r as (select * from recap where id = :id)"
            f" select t.code from r, {STATIONS}"
        ),
        {"id": recap.id},
    ).all()
    read = {
        found[1]: "never executed" not in line
        for line in lines
        if (found := re.search(r" tps_p(\d\d) ", line))
    }
    assert len(read) > 30, "one plan for all provinces"
    assert [province for province, searched in read.items() if searched] == [recap.province]


def in_dapil(world, recap):
    """Whether a TPS votes on the ballot of this D.Hasil and lies in its region."""
    if recap.dapil_id is None:
        return lambda code: code.startswith(recap.region)
    villages = set(
        world.session.scalars(
            text("select village_code from dapil_village where dapil_id = :d"), {"d": recap.dapil_id}
        )
    )
    return lambda code: code.startswith(recap.region) and code[:10] in villages


def test_all_five_contests_sum_up_from_the_tps_to_the_last_tier(world):
    heard = []
    events.subscribe(RecapLocked, heard.append)
    try:
        for kind in KINDS:
            done = 0
            for tier in ("kecamatan", "ppln", "kabko", "provinsi", "nasional"):
                for recap in world.units(kind, tier):
                    world.finish(recap)
                    version = version_of(recap)
                    cells, votes = world.expected(kind, in_dapil(world, recap))
                    assert (list(version.cells), list(version.votes)) == (cells, votes), (kind, recap.region)
                    assert sum(votes) == cells[-3] > 0
                    assert heard[-1].recap_id == recap.id and heard[-1].last == (tier == STOPS[kind])
                    done += 1
            assert done, kind
    finally:
        events._SUBSCRIPTIONS.popitem()
    assert {r.tier for r in world.units("dprd_kabko", "kabko")} == {"kabko"}
    assert not world.units("dprd_kabko", "provinsi") and not world.units("dprd_prov", "nasional")
    # Overseas votes for the DPR in DKI Jakarta II, and for the president.
    assert (
        [r.region for r in world.units("dpr", "ppln")]
        == [PPLN]
        == [r.region for r in world.units("ppwp", "ppln")]
    )
    assert world.units("dpr", "ppln")[0].dapil_id in {r.dapil_id for r in world.units("dpr", "nasional")}

    result = official_votes("uji-rekap", "ppwp")
    assert result.is_final and [a.area for a in result.areas] == [""]
    assert list(result.areas[0].votes) == world.expected("ppwp", lambda c: True)[1]
    assert result.areas[0].stations == len(world.stations)
    spread = official_votes("uji-rekap", "dpr", level="tps")
    assert {(a.area): list(a.votes) for a in spread.areas} == {
        code: votes for (kind, code), (_cells, votes) in world.forms.items() if kind == "dpr"
    }
    assert len(result.lines(None)) == 3
    by_kabko = official_votes("uji-rekap", "dprd_prov", level="kabko")
    assert {a.area for a in by_kabko.areas} == {"1201", "1202"}


def test_nothing_is_official_before_the_last_tier_is_locked(world):
    for recap in world.units("ppwp", "kecamatan"):
        world.finish(recap)
    result = official_votes("uji-rekap", "ppwp")
    assert not result.is_final and result.areas == () and result.waiting == ((None, ""),)


def test_closing_waits_for_missing_tps_and_their_reasons(session, make_account):
    missing = "1201011001002"
    world = build(session, make_account, accept=lambda kind, code: code not in (missing,))
    recap = world.recap("ppwp", "120101")
    first, second = world.people["120101"]
    open_recap(recap, actor=first)
    villages = list(readings(recap))
    left = obstacles(recap)
    assert left.missing == (missing,) and left.unread == tuple(villages)
    with pytest.raises(Refused, match="Belum ada angka"):
        read_unit(recap, missing[:10], actor=first)
    with pytest.raises(Refused, match="Belum dapat ditutup: 1 TPS"):
        close_recap(recap, actor=first)
    with pytest.raises(Refused, match="Tuliskan mengapa"):
        explain_missing(recap, missing, "  ", actor=first)
    explain_missing(recap, missing, "Pemungutan suara susulan.", actor=first)
    for village in villages:
        read_unit(recap, village, actor=first)
    close_recap(recap, actor=first)
    with pytest.raises(Refused, match="akun lain"):
        lock_recap(recap, actor=first)
    lock_recap(recap, actor=second)
    cells, votes = world.expected("ppwp", lambda c: c.startswith("120101") and c != missing)
    assert list(version_of(recap).votes) == votes and list(version_of(recap).cells) == cells


def test_a_parent_cannot_close_while_a_child_is_open(world):
    parent = world.recap("ppwp", "1201")
    first, _second = world.people["1201"]
    open_recap(parent, actor=first)
    world.finish(world.recap("ppwp", "120101"))
    assert obstacles(parent).open_children == ("120102",)
    # The open plenary got the column at the moment of the lock.
    assert [c.unit for c in sheet(parent).columns if c.is_there] == ["120101"]
    read_unit(parent, "120101", actor=first)
    with pytest.raises(Refused, match="1 rekapitulasi di bawahnya belum disahkan"):
        close_recap(parent, actor=first)
    with pytest.raises(Refused, match="Belum ada angka"):
        read_unit(parent, "120102", actor=first)
    world.finish(world.recap("ppwp", "120102"))
    assert world.finish(parent).state == "disahkan"


def test_contests_come_in_order_and_only_as_many_at_a_time_as_panels(world):
    first, _ = world.people["120101"]
    with pytest.raises(Refused, match="PPWP dibuka lebih dahulu"):
        open_recap(world.recap("dpr", "120101"), actor=first)
    for kind in ("ppwp", "dpr", "dpd", "dprd_prov"):
        open_recap(world.recap(kind, "120101"), actor=first)
    with pytest.raises(Refused, match="Sudah 4 pemilihan terbuka"):
        open_recap(world.recap("dprd_kabko", "120101"), actor=first)


def test_only_the_body_of_the_region_writes_its_form(world):
    recap = world.recap("ppwp", "120101")
    for region in ("1201", "12", "", "120102"):
        with pytest.raises(Refused, match="milik badan penyelenggara di wilayahnya"):
            open_recap(recap, actor=world.people[region][0])
    assert recap.state == "belum"


def test_a_late_change_in_situng_moves_what_is_unread_and_nothing_else(world):
    session, recap = world.session, world.recap("ppwp", "120101")
    first, _ = world.people["120101"]
    contest = world.contests["ppwp"].id
    open_recap(recap, actor=first)
    read, unread = list(readings(recap))
    read_unit(recap, read, actor=first)
    changed = {}
    for village in (read, unread):
        cells, votes = world.forms["ppwp", f"{village}001"]
        changed[village] = [votes[0] + 1, votes[1] - 1, votes[2]]
        form = f"{village}001", cells, changed[village]
        put_forms(session, contest, batch_of(session, contest), [form])
    assert fill(recap, actor=first) == 1
    now = {c.unit: list(c.votes) for c in sheet(recap).columns}
    assert now[f"{unread}001"] == changed[unread]
    assert now[f"{read}001"] == world.forms["ppwp", f"{read}001"][1]
    [late] = differences(sheet(recap))
    assert late.unit == f"{read}001" and list(late.votes) == changed[read]


@pytest.mark.parametrize("array", ["votes", "cells"])
def test_the_database_holds_a_locked_form_to_the_sum_of_its_columns(world, array):
    recap = world.finish(world.recap("ppwp", "120101"))
    session = world.session
    other = "cells" if array == "votes" else "votes"
    with pytest.raises(DBAPIError, match="Jumlah Akhir is not the sum"), session.begin_nested():
        session.execute(
            text(
                f"insert into recap_version (recap_id, number, act, {array}, {other}, columns, sha256)"
                f" select recap_id, 2, act, vote_add({array}, array[1]::bigint[]), {other}, columns, sha256"
                " from recap_version where recap_id = :id"
            ),
            {"id": recap.id},
        )
        session.execute(text("update recap set version = 2 where id = :id"), {"id": recap.id})
    with pytest.raises(DBAPIError, match="takes corrections only"), session.begin_nested():
        session.execute(
            text(
                "insert into recap_column (province, recap_id, unit, number, source, source_id, cells, votes)"
                " select province, recap_id, unit, 2, 'c_hasil', source_id, cells, votes from recap_column"
                " where recap_id = :id"
            ),
            {"id": recap.id},
        )
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"), session.begin_nested():
        session.execute(text("update recap_column set votes = votes where recap_id = :id"), {"id": recap.id})
    with pytest.raises(DBAPIError, match="second_person"), session.begin_nested():
        session.execute(text("update recap set locked_by = closed_by where id = :id"), {"id": recap.id})


def test_the_database_holds_a_column_to_its_child(world):
    for recap in (*world.units("ppwp", "kecamatan"), world.recap("ppwp", "1201")):
        world.finish(recap)
    session, child = world.session, world.recap("ppwp", "120101")
    # A child that gets new sums behind its parent's back.
    with pytest.raises(DBAPIError, match=r"not the sum|not the Jumlah Akhir"), session.begin_nested():
        session.execute(
            text(
                "insert into recap_column (province, recap_id, unit, number, source, source_id, cells, votes)"
                " select province, recap_id, unit, number + 1, 'pembetulan', 1, cells,"
                " vote_add(votes, array[5]::bigint[]) from recap_column where recap_id = :id limit 1"
            ),
            {"id": child.id},
        )
        session.execute(
            text(
                "insert into recap_version (recap_id, number, act, cells, votes, columns, sha256)"
                " select recap_id, 2, 'penutupan', cells, vote_add(votes, array[5]::bigint[]), columns,"
                " sha256 from recap_version where recap_id = :id"
            ),
            {"id": child.id},
        )
        session.execute(text("update recap set version = 2 where id = :id"), {"id": child.id})
    with pytest.raises(DBAPIError, match="Jumlah Akhir"), session.begin_nested():
        session.execute(
            text(
                "insert into recap_column (province, recap_id, unit, number, source, source_id, cells, votes)"
                " select province, recap_id, unit, number + 1, 'pembetulan', 1, cells,"
                " vote_add(votes, array[5]::bigint[]) from recap_column where recap_id = :id limit 1"
            ),
            {"id": child.id},
        )
        session.execute(text("set constraints all immediate"))


def test_each_lock_and_correction_leaves_an_entry_in_the_public_log(world, monkeypatch):
    left = []
    monkeypatch.setattr(
        ledger,
        "log_leaf",
        lambda kind, election_id, body, *, subject, actor: left.append((kind, subject, body)),
        raising=False,
    )
    recap = world.finish(world.recap("ppwp", "120101"))
    [(kind, subject, body)] = left
    assert (kind, subject) == ("D.Kec", "D.Kec:ppwp:120101:-")
    assert body["votes"] == world.expected("ppwp", lambda c: c.startswith("120101"))[1]
    assert body["sha256"] == version_of(recap).sha256 and body["cells"]["suara_sah"] == sum(body["votes"])
    rfc8785.dumps(body)
