"""Supporters: how many from where, what is flagged, files, handing in, the plenary (domain.md 4.3, 4.5)."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from electsys.elections import calendar
from electsys.elections.operations import set_times
from electsys.errors import Refused
from electsys.intake import FileFacts, run_cli
from electsys.ledger import Actor
from electsys.privacy import blind_index
from modules.jdih.models import Letter
from modules.silon.imports.supporters import STAGING, check_supporters, spec_for
from modules.silon.models import NominationLiaison, Supporter, SupporterBatch, SupporterEvent
from modules.silon.operations import support_steps, supporters
from modules.silon.operations.supporter_imports import import_supporters, summary
from modules.silon.permissions import CONCLUDE, EDIT, READ, RECEIVE, SUBMIT
from modules.silon.queries import support as queries
from modules.silon.rules import support as rules
from modules.silon.submission_checks import obstacles
from modules.silon.support_claims import SupporterClaim
from tests.silon import conftest as make
from tests.silon import supporting

TABLE = [[1_000_000, 1000], [5_000_000, 2000], [10_000_000, 3000], [15_000_000, 4000], [None, 5000]]
HALF = Fraction(1, 2)
STAGES = (
    *("dukungan_dpd", "vermin_dukungan_dpd", "perbaikan_dukungan_dpd", "vermin_perbaikan_dukungan_dpd"),
)


# --- the law -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("voters", "minimum"),
    [(1, 1000), (1_000_000, 1000), (1_000_001, 2000), (10_853_940, 4000), (35_714_901, 5000)],
)
def test_the_minimum_of_a_province(voters, minimum):
    assert rules.dpd(voters, 33, TABLE, HALF) == rules.Demand(minimum, 17, 33)


def test_an_independent_pair_needs_more_than_half_of_the_areas():
    table = [[2_000_000, "10 %"], [None, "17/200"]]
    assert rules.independent(1_999_999, 10, table, HALF) == rules.Demand(200_000, 6, 10)
    assert rules.independent(2_000_001, 11, table, HALF) == rules.Demand(170_001, 6, 11)


def test_progress_counts_areas_with_somebody():
    found = rules.progress(rules.Demand(10, 3, 5), {"1201": 8, "1202": 1, "1203": 0})
    assert (found.counted, found.reached, found.lacking, found.areas_lacking) == (9, 2, 1, 1)
    assert not found.enough
    assert rules.progress(rules.Demand(9, 2, 5), {"1201": 8, "1202": 1}).enough


def test_a_forged_support_costs_as_many_as_the_law_says():
    assert rules.replacements(3, 50) == 150
    assert rules.replacements(3, 0) == 3


def test_a_double_with_another_list_is_no_verdict():
    assert rules.verdict_of(["ganda_eksternal"]) == ("ms", None)
    assert rules.verdict_of(["usia", "ganda_internal"]) == ("tms", "ganda_internal")


# --- rows ----------------------------------------------------------------------------------------


@pytest.fixture
def row(session):
    return supporting.person(session)


@pytest.fixture
def liaison(session, row, make_account):
    account = make_account(permissions=[READ, EDIT, SUBMIT], region="12")
    session.add(NominationLiaison(nomination_id=row.id, account_id=account.id))
    session.flush()
    return account


@pytest.fixture(autouse=True)
def opened(session):
    from electsys.elections.queries import by_code

    now = dt.datetime.now(dt.UTC)
    for code in (
        "dukungan_dpd",
        "vermin_dukungan_dpd",
        "perbaikan_dukungan_dpd",
        "vermin_perbaikan_dukungan_dpd",
    ):
        stage = calendar.stage(by_code("pemilu-2024").id, code)
        set_times(
            stage, now - dt.timedelta(days=1), now + dt.timedelta(days=9), reason="uji", actor=make.ACTOR
        )


def acting(account):
    return Actor(account.id, account.name)


def claim(**changes):
    return SupporterClaim(
        **{
            "nik": "1201011402904001",
            "name": "SRI WAHYUNI",
            "sex": "L",
            "birth_place": "BARUS",
            "birth_date": dt.date(1990, 2, 14),
            "marital_status": "B",
            "occupation": "NELAYAN",
            "address": "JALAN LAUT 3",
            "village_code": supporting.VILLAGE,
        }
        | changes
    )


def test_one_by_one_with_its_flags(session, row, liaison):
    found = supporters.add_supporter(row, claim(), actor=acting(liaison))
    assert (found.state, found.flags, found.round) == ("baru", [], 1)
    young = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=16 * 365)
    nik = f"120101{young:%d%m%y}4002"
    child = supporters.add_supporter(row, claim(nik=nik, birth_date=young), actor=acting(liaison))
    assert child.flags == ["usia"]
    barred = supporters.add_supporter(
        row, claim(nik="1201011402904003", occupation="KEPALA DESA"), actor=acting(liaison)
    )
    assert barred.flags == ["pekerjaan"]
    odd = supporters.add_supporter(row, claim(nik="1201011502904004"), actor=acting(liaison))
    assert odd.flags == ["nik"]
    far = supporters.add_supporter(
        row, claim(nik="1201011402904005", village_code="3171011001"), actor=acting(liaison)
    )
    assert "luar_wilayah" in far.flags


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nik": "120101140290400"}, "nik"),
        ({"birth_date": dt.date(2999, 1, 1)}, "birth_date"),
        ({"name": " "}, "name"),
        ({"village_code": "1201019999"}, "village_code"),
    ],
)
def test_what_cannot_be_is_refused(session, row, liaison, changes, field):
    with pytest.raises(Refused) as told:
        supporters.add_supporter(row, claim(**changes), actor=acting(liaison))
    assert told.value.field == field
    assert session.scalar(select(func.count()).select_from(Supporter)) == 0


def test_twice_in_one_list_is_refused_by_hand(row, liaison):
    supporters.add_supporter(row, claim(), actor=acting(liaison))
    with pytest.raises(Refused, match="sudah ada"):
        supporters.add_supporter(row, claim(), actor=acting(liaison))


def test_two_lists_of_one_province_are_told_of_the_double_until_one_lets_go(session, row, liaison):
    other = supporting.person(session, label="CALON LAIN")
    mine = supporters.add_supporter(row, claim(), actor=acting(liaison))
    theirs = supporting.supporter(session, other, nik=claim().nik)
    supporters.reflag(other, [bytes(theirs.nik_index)])
    session.expire_all()
    assert (mine.flags, theirs.flags) == (["ganda_eksternal"], ["ganda_eksternal"])
    supporters.withdraw_supporter(mine, reason="salah ketik", actor=acting(liaison))
    session.expire_all()
    assert (mine.flags, theirs.flags) == ([], [])


def test_lists_of_two_provinces_do_not_meet(session, row):
    other = supporting.person(session, region="13", label="CALON LAIN")
    first = supporting.supporter(session, row)
    second = supporting.supporter(session, other, village="1301011001", nik_index=first.nik_index)
    for of in (row, other):
        supporters.reflag(of, [bytes(first.nik_index)])
    session.expire_all()
    assert (first.flags, second.flags) == ([], [])


def test_another_liaison_gives_nothing(session, row, make_account):
    stranger = make_account(permissions=[READ, EDIT, SUBMIT], region="12")
    with pytest.raises(Refused):
        supporters.add_supporter(row, claim(), actor=acting(stranger))


def test_flags_equal_a_recomputation_after_anything(session, row):
    rng = random.Random(5)
    lists = [row, supporting.person(session, label="B"), supporting.person(session, label="C")]
    numbers = [f"12010114029050{n:02}" for n in range(6)]
    rows = []
    for _step in range(40):
        if rows and rng.random() < 0.3:
            chosen = rng.choice(rows)
            if chosen.state == "baru":
                event = supporting.event(session, chosen, "baru", "ditarik")
                chosen.event_id, chosen.state = event.id, "ditarik"
                session.flush()
        else:
            chosen = supporting.supporter(session, rng.choice(lists), nik=rng.choice(numbers))
            rows.append(chosen)
        supporters.reflag(row, [bytes(chosen.nik_index)])
    session.expire_all()
    kept = {r.id: sorted(r.flags) for r in rows}
    expected = {}
    active = [r for r in rows if r.state == "baru"]
    for r in rows:
        same = [a for a in active if a.nik_index == r.nik_index]
        flags = []
        mine = [a.id for a in same if a.nomination_id == r.nomination_id]
        if r.state == "baru" and mine and r.id != min(mine):
            flags.append("ganda_internal")
        if r.state == "baru" and any(a.nomination_id != r.nomination_id for a in same):
            flags.append("ganda_eksternal")
        expected[r.id] = sorted(flags)
    assert kept == expected


def test_a_state_needs_an_event_and_events_stay(session, row):
    one = supporting.supporter(session, row)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(update(Supporter).where(Supporter.id == one.id).values(state="ms", event_id=1))
    supporting.event(session, one, "baru", "ms")
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(update(SupporterEvent).values(note="x"))


def test_no_party_reads_a_supporter(session, row):
    supporting.supporter(session, row)
    session.execute(text("select set_config('app.parties', '1', true)"))
    assert session.scalar(select(func.count()).select_from(Supporter)) == 0


# --- files ---------------------------------------------------------------------------------------

HEAD = "nik,nama,jenis_kelamin,tempat_lahir,tanggal_lahir,status_kawin,pekerjaan,alamat,rt,rw,kode_desa\n"


def line(n, **changes):
    said = {
        "nik": f"1201011402906{n:03}",
        "nama": f"Pendukung {n}",
        "jk": "L",
        "tempat": "Barus",
        "lahir": "1990-02-14",
        "kawin": "S",
        "pekerjaan": "Nelayan",
        "alamat": "Jalan Laut",
        "rt": "1",
        "rw": "2",
        "desa": supporting.VILLAGE,
    } | changes
    return ",".join(said.values()) + "\n"


@pytest.fixture
def bring(session, row, liaison, tmp_path):
    session.commit()  # a refused file rolls back what was not

    def bring(*lines, accept=False, dry=False):
        file = tmp_path / "dukungan.csv"
        file.write_text(HEAD + "".join(lines))
        actor = acting(liaison)
        return run_cli(
            spec_for(row),
            lambda staging: summary(
                import_supporters(staging, row, file=FileFacts(file.name, "0" * 64), actor=actor)
            ),
            file,
            check=lambda staging: check_supporters(staging, row, actor=actor),
            dry_run=dry,
            accept_valid=accept,
            errors=tmp_path / "kesalahan.csv",
            table=STAGING,
        )

    return bring


def newest(session):
    return session.scalars(select(SupporterBatch).order_by(SupporterBatch.id.desc()).limit(1)).one()


def numbers(batch):
    return (batch.received, batch.accepted, batch.rejected, batch.duplicate)


def test_a_file_comes_in_once_and_changes_are_taken(session, row, bring):
    assert bring(line(1), line(2), line(3)) == 0
    assert numbers(newest(session)) == (3, 3, 0, 0)
    assert bring(line(1), line(2), line(3)) == 0
    assert numbers(newest(session)) == (3, 0, 0, 3)
    assert bring(line(1), line(2, alamat="Jalan Gunung"), line(4)) == 0
    assert numbers(newest(session)) == (3, 2, 0, 1)
    rows = session.scalars(select(Supporter).order_by(Supporter.name)).all()
    assert [r.address for r in rows] == ["JALAN LAUT", "JALAN GUNUNG", "JALAN LAUT", "JALAN LAUT"]
    assert {r.area for r in rows} == {"12"}


def test_one_person_twice_in_a_file_counts_once(session, row, bring):
    assert bring(line(1), line(1, nama="Pendukung Satu"), line(2)) == 0
    assert queries.standing_of(row).counted == 2
    assert newest(session).flagged == 1
    assert bring(line(1), line(1, nama="Pendukung Satu"), line(2)) == 0
    assert numbers(newest(session)) == (3, 0, 0, 3)


def test_a_bad_row_is_told_and_nothing_is_half_applied(session, bring, tmp_path):
    bad = (line(1), line(2, nik="123"), line(3, desa="9999999999"), line(4, lahir="2999-01-01"))
    assert bring(*bad) == 1
    assert session.scalar(select(func.count()).select_from(Supporter)) == 0
    sheet = (tmp_path / "kesalahan.csv").read_text()
    assert "tidak ada pada peta" in sheet
    assert "di masa depan" in sheet
    assert line(1)[:16] not in sheet
    assert bring(*bad, accept=True) == 0
    assert numbers(newest(session)) == (4, 1, 3, 0)


def test_a_dry_run_keeps_nothing(session, bring):
    assert bring(line(1), dry=True) == 0
    assert session.scalar(select(func.count()).select_from(SupporterBatch)) == 0


# --- steps ---------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch):
    """A province with a DPT, in which three supporters from two kab/kota are enough."""
    monkeypatch.setattr(queries, "determined_voters", lambda election, region: 10_853_940)
    monkeypatch.setattr(queries, "demand_of", lambda nomination: rules.Demand(3, 2, 33))


def fill(session, row, n=3):
    made = [supporting.supporter(session, row) for _n in range(n - 1)]
    return [*made, supporting.supporter(session, row, village="1202011001")]


@pytest.fixture
def plenary(make_account):
    return acting(make_account(permissions=[CONCLUDE, RECEIVE, READ], region="12"))


def test_too_few_are_told_exactly(session, row, liaison, small):
    supporting.supporter(session, row)
    with pytest.raises(Refused, match=r"1 dari 3 pendukung; sebaran 1 dari 2"):
        support_steps.hand_in(row, actor=acting(liaison))
    assert row.support_state == "penyerahan"


def test_without_a_dpt_nothing_is_handed_in(session, row, liaison):
    fill(session, row)
    with pytest.raises(Refused, match="DPT"):
        support_steps.hand_in(row, actor=acting(liaison))


def test_from_handing_in_to_the_field(session, row, liaison, small, plenary):
    rows = fill(session, row)
    step = support_steps.hand_in(row, actor=acting(liaison))
    assert (row.support_state, step.outcome, step.counts["counted"]) == ("vermin", "ajukan", 3)
    assert step.document_id is not None
    with pytest.raises(Refused, match="terkunci"):
        supporters.add_supporter(row, claim(), actor=acting(liaison))
    done = support_steps.conclude(row, actor=plenary)
    assert (row.support_state, done.outcome) == ("verfak", "lanjut")
    session.expire_all()
    assert {r.state for r in rows} == {"ms"}
    assert "memenuhi" in str(session.get_one(Letter, done.letter_id).data)


def test_flags_strike_and_a_repair_follows(session, row, liaison, small, plenary):
    rows = fill(session, row)
    support_steps.hand_in(row, actor=acting(liaison))
    rows[0].flags = rows[0].own_flags = ["bukan_pemilih"]
    session.flush()
    with pytest.raises(Refused) as told:
        support_steps.conclude(row, actor=plenary)
    assert told.value.field == "reason"
    session.expire_all()
    assert rows[0].state == "baru", "a refused plenary judges nobody"
    done = support_steps.conclude(row, reason="Kurang satu", actor=plenary)
    session.expire_all()
    assert (row.support_state, done.outcome, rows[0].state) == ("perbaikan", "perbaiki", "tms")
    event = session.get_one(SupporterEvent, rows[0].event_id)
    assert event.reason == "bukan_pemilih"
    supporters.add_supporter(row, claim(), actor=acting(liaison))
    support_steps.hand_in(row, actor=acting(liaison))
    assert support_steps.conclude(row, actor=plenary).outcome == "lanjut"


def test_too_few_after_the_repair_end_it(session, row, liaison, small, plenary):
    rows = fill(session, row)
    row.support_state = "vermin_perbaikan"
    rows[0].flags = rows[0].own_flags = ["usia"]
    session.flush()
    done = support_steps.conclude(row, reason="Tetap kurang", actor=plenary)
    assert (row.support_state, done.outcome) == ("tms", "tms")


def test_who_is_not_supported_enough_cannot_be_submitted(app, session, row):
    with app.test_request_context():
        assert any("Dukungan minimal" in o.text for o in obstacles(row))
        row.support_state = "memenuhi"
        session.flush()
        assert not any("Dukungan minimal" in o.text for o in obstacles(row))


# --- pages ---------------------------------------------------------------------------------------


def test_a_liaison_on_its_pages(session, client, login, row, liaison, small):
    fill(session, row)
    login(client, liaison)
    page = client.get(f"/calon/dukungan/{row.id}")
    assert "3 dari 3 pendukung" in page.text
    listed = client.get(f"/calon/dukungan/{row.id}/pendukung")
    assert "PENDUKUNG UJI" in listed.text
    assert "1201**********" in listed.text
    export = client.get(f"/calon/dukungan/{row.id}/pendukung?unduh=csv").text
    assert "1201**" not in export
    add = client.get(f"/calon/dukungan/{row.id}/tambah")
    said = {
        "nik": claim().nik,
        "name": "Sri",
        "sex": "L",
        "birth_place": "Barus",
        "birth_date": "1990-02-14",
        "marital_status": "B",
        "occupation": "Nelayan",
        "address": "Jalan Laut",
        "village_code": supporting.VILLAGE,
    }
    short = client.submit(add, f"/calon/dukungan/{row.id}/tambah", **said | {"nik": "12"})
    assert short.status_code == 422
    assert client.submit(add, f"/calon/dukungan/{row.id}/tambah", **said).status_code == 302
    handed = client.submit(client.get(f"/calon/dukungan/{row.id}"), f"/calon/dukungan/{row.id}/serahkan")
    assert handed.status_code == 302
    done = client.get(f"/calon/dukungan/{row.id}")
    assert "Tanda terima" in done.text
    assert "Serahkan dukungan" not in done.text


def test_a_stranger_finds_no_list(session, client, login, row, make_account):
    login(client, make_account(permissions=[READ, EDIT, SUBMIT], region="12"))
    assert client.get(f"/calon/dukungan/{row.id}").status_code == 403


def test_kpu_opens_and_concludes(session, client, login, row, make_account, small):
    login(client, make_account(permissions=[READ, RECEIVE, CONCLUDE], region="12"))
    new = "/calon/dukungan/pemilu/pemilu-2024/baru"
    made = client.submit(client.get(new), new, region="12", name="siti rahma")
    assert made.status_code == 302
    assert "SITI RAHMA" in client.get(made.location).text
    assert "SITI RAHMA" in client.get("/calon/dukungan/pemilu/pemilu-2024").text
    fill(session, row)
    row.support_state = "vermin"
    session.flush()
    page = client.get(f"/calon/dukungan/{row.id}")
    assert client.submit(page, f"/calon/dukungan/{row.id}/simpulkan", reason="").status_code == 302
    assert "verifikasi faktual" in client.get(f"/calon/dukungan/{row.id}").text.lower()


def test_the_index_of_a_nik_is_keyed(row, session):
    one = supporting.supporter(session, row, nik="1201011402907001")
    assert bytes(one.nik_index) == blind_index("1201011402907001")
