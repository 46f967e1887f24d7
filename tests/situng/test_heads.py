"""Two regents and two mayors in one election: every address tells which of them it means."""

from __future__ import annotations

import functools
import re

import click
import pytest
import sqlalchemy as sa

from electsys.elections.models import Ballot, BallotLine
from electsys.elections.participants import admit_pair
from electsys.elections.setup import add_contest
from electsys.elections.standing_files import import_standings
from electsys.errors import Refused
from electsys.ledger import Actor
from modules.situng.cli import _contest
from modules.situng.imports import stage_results
from modules.situng.models import RegionTotal, ResultForm
from modules.situng.operations.captures import open_capture
from modules.situng.operations.photos import add_photo
from modules.situng.operations.totals import derive_totals, fold_totals, open_count
from modules.situng.queries import listing, queues
from modules.situng.queries.beside import contests_of, public_contest
from modules.situng.queries.contests import (
    Ambiguous,
    contest_by_code,
    contest_count,
    count_by_code,
    count_for_entry,
)
from modules.situng.queries.forms import tps_form, waiting_forms
from modules.situng.reports import _about
from tests.situng.conftest import CLEAN
from tests.situng.heads import CODE, HEADS, KIND, build
from tests.situng.test_capture import picture
from tests.situng.test_entry_pages import hidden, typist  # noqa: F401

ACTOR = Actor.system("uji")
PUBLIC, DESK = f"/hitung-suara/{CODE}/{KIND}", f"/hasil/entri/{CODE}/{KIND}"


@pytest.fixture
def heads(session):
    return build(session)


def test_a_region_or_tps_tells_which_contest_is_meant(app, heads):
    for region, contest in heads.contests.items():
        tps = heads.tps[region][0]
        for code in (region, tps[:6], tps[:10], tps):
            assert contest_by_code(CODE, KIND, code) == contest
            assert count_by_code(CODE, KIND, code).contest_id == contest.id
        assert count_for_entry(CODE, KIND, tps).contest_id == contest.id
        with app.test_request_context():
            assert _about(f"{CODE}:{KIND}:{tps}").label.startswith(contest.name)
        assert (
            tps_form(contest_count(contest.id), heads.tps["3171" if region != "3171" else "1201"][0]) is None
        )
    assert contest_by_code(CODE, KIND) is None, "several: nobody guesses"
    for code in ("", "12", "31"):
        with pytest.raises(Ambiguous):
            count_by_code(CODE, KIND, code)


def test_the_count_of_a_region_knows_its_own_tps_alone(session, heads):
    for region, contest in heads.contests.items():
        rows = session.scalars(sa.select(RegionTotal).where(RegionTotal.contest_id == contest.id)).all()
        assert rows and all(row.area == "wilayah" and row.code.startswith(region) for row in rows)
        assert {row.expected for row in rows if row.code == region} == {3}
        assert derive_totals(contest.id) == []
        count = contest_count(contest.id)
        for regions in ([""], ["12", "31"], [region]):
            codes = [row.code for row in session.execute(listing.forms_in(count, regions))]
            assert codes == heads.tps[region]
            waiting = session.execute(queues.forms_waiting(count, regions, queues.MISSING)).all()
            assert [row.code for row in waiting] == heads.tps[region]
            assert queues.how_many(count, regions)[queues.MISSING] == 3
        assert not session.execute(listing.forms_in(count, ["11"])).all()
    assert open_count(heads.contests["1201"], actor=Actor.system("uji")) == len(
        session.scalars(
            sa.select(RegionTotal).where(RegionTotal.contest_id == heads.contests["1201"].id)
        ).all()
    )


def test_a_tps_of_another_region_has_no_form_in_this_contest(session, heads, make_account, tmp_path):
    account = make_account(role="operator_kpu_ri")
    actor, count = Actor(account.id, account.username), contest_count(heads.contests["1201"].id)
    with pytest.raises(Refused, match="tidak ada dalam daftar TPS"):
        open_capture(count, heads.tps["1202"][0], actor=actor)
    path = tmp_path / "hasil.csv"
    names = ["kode_tps", *CLEAN]
    rows = [{"kode_tps": heads.tps[region][0]} | CLEAN for region in ("1201", "1202")]
    path.write_text("\n".join([",".join(names), *(",".join(str(r[n]) for n in names) for r in rows)]))
    staging = stage_results(count, path, region="")
    assert staging.error_count == 1
    assert "tidak ikut dalam pemilihan ini" in str(staging.first_errors()[0])


def test_from_two_entries_to_the_public_page_each_for_itself(session, client, heads, typist):  # noqa: F811
    """One form of the regent of 1201 and one of the mayor of 1271, by the pages that people use."""
    for region, votes in (("1201", (17, 124, 9)), ("1271", (100, 30, 20))):
        tps = heads.tps[region][0]
        values = CLEAN | dict(zip(("suara_1", "suara_2", "suara_3"), votes, strict=True))
        people = typist("operator_kpu_kabko", region), typist("operator_kpu_kabko", region)
        count = contest_count(heads.contests[region].id)
        row = open_capture(count, tps, actor=people[0].account)
        add_photo(row, picture(int(region)), page=1, actor=people[0].account)
        session.commit()
        for person, step in zip(people, ("pertama", "kedua"), strict=True):
            home = person.get(f"{DESK}/wilayah/{region}")
            assert heads.contests[region].name in home.text
            fields = {"csrf_token": hidden(home, "csrf_token"), "langkah": step}
            taken = person.post(f"{DESK}/wilayah/{region}/ambil", data=fields)
            assert taken.location == f"{DESK}/{tps}"
            page = person.get(taken.location)
            assert f"Pasangan 1 dari {region}" in page.text
            entry = {k: str(v) for k, v in values.items()}
            entry |= {"csrf_token": hidden(page, "csrf_token"), "kunci": hidden(page, "kunci")}
            assert person.post(taken.location, data=entry).status_code == 302
        session.expire_all()
        fold_totals(count.contest_id)
        session.commit()
    assert session.scalar(sa.select(sa.func.count()).select_from(ResultForm)) == 2
    for region, votes in (("1201", [17, 124, 9]), ("1271", [100, 30, 20]), ("1202", [0, 0, 0])):
        tps = heads.tps[region][0]
        data = client.get(f"{PUBLIC}/{region}.json").json
        assert list(data["wilayah"]["suara"].values()) == votes and data["wilayah"]["tps"] == 3
        assert [step["kode"] for step in data["jalur"]] == [""]
        assert heads.contests[region].name in client.get(f"{PUBLIC}/{region}").text
        assert client.get(f"{PUBLIC}/{tps}").status_code == 200
        if any(votes):
            assert f"Pasangan 3 dari {region}" in client.get(f"{PUBLIC}/{tps}").text
        found = client.get(f"{PUBLIC}/{region}/cari?q={tps}")
        assert found.location == f"{PUBLIC}/{tps}"
        assert derive_totals(heads.contests[region].id) == []


def test_above_the_regions_a_page_offers_them(client, heads):
    page = client.get(f"{PUBLIC}/nasional").text
    for region, head in HEADS.items():
        assert f'href="{PUBLIC}/{region}"' in page and f"{head} {region}" in page
    province = client.get(f"{PUBLIC}/12").text
    assert f"{PUBLIC}/1271" in province and f"{PUBLIC}/3171" not in province
    listed = client.get(f"{PUBLIC}/12.json").json
    assert [row["wilayah"] for row in listed] == ["1201", "1202", "1271"]
    assert listed[0]["alamat"] == f"{PUBLIC}/1201.json"
    assert client.get(f"{PUBLIC}/31").location == f"{PUBLIC}/3171", "an only one is meant"
    forms = client.get(f"{PUBLIC}/nasional/formulir").text
    assert f'href="{PUBLIC}/1201/formulir"' in forms
    assert f'href="{PUBLIC}/1201/cari"' in client.get(f"{PUBLIC}/cari").text
    for nothing in ("11", "1301", "12010110019", "dapil/1201", "dapil/120101"):
        assert client.get(f"{PUBLIC}/{nothing}", check=False).status_code == 404, nothing


def test_rooms_of_work_ask_which_and_then_stay_there(heads, typist):  # noqa: F811
    everywhere, one = typist("operator_kpu_ri", ""), typist("operator_kpu_kabko", "1202")
    offered = everywhere.get(DESK).text
    assert all(f'href="{DESK}/wilayah/{region}"' in offered for region in HEADS)
    assert one.get(DESK).location == f"{DESK}/wilayah/1202", "one's own region is meant"
    for room in ("antrean", "anomali"):
        base = f"/hasil/{room}/{CODE}/{KIND}"
        assert f'href="{base}/wilayah/1201"' in everywhere.get(base).text
        assert one.get(base).location == f"{base}/wilayah/1202"
        assert heads.contests["1202"].name in one.get(f"{base}/wilayah/1202").text
    pace = one.get(f"/hasil/antrean/{CODE}/{KIND}/wilayah/1202/kinerja")
    assert f"/hasil/antrean/{CODE}/{KIND}/wilayah/1202" in pace.text
    home = one.get(f"{DESK}/wilayah/1202")
    assert re.findall(r'action="([^"]*ambil)"', home.text) in ([], [f"{DESK}/wilayah/1202/ambil"])
    fields = {
        "csrf_token": hidden(home, "csrf_token") if "csrf_token" in home.text else "",
        "langkah": "pertama",
    }
    send = functools.partial(one.post, data=fields)
    assert send(f"{DESK}/ambil", check=False).status_code in (400, 404), "nobody guesses"


def test_commands_want_the_region_as_well(heads, tmp_path):
    assert _contest(CODE, f"{KIND}:1202") == heads.contests["1202"]
    for said in (KIND, f"{KIND}:12"):
        with pytest.raises(click.UsageError, match=f"{KIND}:1201"):
            _contest(CODE, said)
    file = tmp_path / "kedudukan.csv"
    file.write_text("nomor\n1\n")
    with pytest.raises(Refused, match="lebih dari satu"):
        import_standings(file, CODE, KIND, source="uji", username="tidak.ada")
    with pytest.raises(Refused, match="akun aktif"):
        import_standings(file, CODE, f"{KIND}:1202", source="uji", username="tidak.ada")


def test_where_nothing_else_is_counted_pages_begin_with_the_heads(session, client, heads, typist):  # noqa: F811
    """An installation for regional heads alone: start page, desks, queues and tasks know them."""
    session.execute(sa.text("update election set kind = 'simulasi' where code <> :own"), {"own": CODE})
    session.commit()
    assert public_contest() == (CODE, KIND)
    offered = client.get("/hitung-suara", follow_redirects=True).text
    assert all(contest.name in offered for contest in heads.contests.values())
    own = heads.contests["1201"]
    operator = typist("operator_kpu_kabko", "1201")
    assert [contest.id for contest in contests_of(["1201"])] == [own.id]
    assert len(contests_of([""])) == len(HEADS) and not contests_of(["11"])
    desk, queue = operator.get("/hasil/entri", follow_redirects=True), f"/hasil/antrean/{CODE}/{KIND}"
    assert own.name in desk.text and heads.contests["1202"].name not in desk.text
    home = operator.get("/").text
    assert "Impor hasil TPS yang belum masuk" in home
    assert operator.get(f"{queue}/wilayah/1201").status_code == 200
    every = [contest.id for contest in heads.contests.values()]
    for regions, held in (
        (["1201"], ["1201"]),
        (["12"], ["1201", "1202", "1271"]),
        ([""], HEADS),
        (["11"], []),
    ):
        assert waiting_forms("missing", every, regions) == {heads.contests[region].id: 3 for region in held}


def test_who_elects_two_heads_finds_both_from_each(session, client, heads, typist):  # noqa: F811
    governor = add_contest(heads.election, kind="gubernur", name="Gubernur 12", region="12", actor=ACTOR)
    session.flush()
    ballot = Ballot(contest_id=governor.id, source="uji")
    session.add(ballot)
    session.flush()
    who = admit_pair(governor, region="", number=1, name="Pasangan Gubernur", actor=ACTOR)
    session.add(BallotLine(ballot_id=ballot.id, position=1, participant_id=who.id, name=who.name))
    session.flush()
    open_count(governor, actor=ACTOR)
    session.commit()
    tps = heads.tps["1201"][0]
    for page in ("1201", tps):
        shown = client.get(f"{PUBLIC}/{page}").text
        assert f'href="/hitung-suara/{CODE}/gubernur/{page}"' in shown
        other = client.get(f"/hitung-suara/{CODE}/gubernur/{page}").text
        assert f'href="{PUBLIC}/{page}"' in other and 'aria-current="true">Gubernur 12' in other
    assert "gubernur" not in client.get(f"{PUBLIC}/3171").text
    desk = typist("operator_kpu_kabko", "1201").get(f"{DESK}/wilayah/1201").text
    assert f'href="/hasil/entri/{CODE}/gubernur/wilayah/12"' in desk and "Bupati 1202" not in desk
