"""The check of an election before it opens, and the form that is pushed through and taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError

from electsys.elections.models import Ballot, BallotLine, Contest, Election, LegalSetting, Participant
from electsys.elections.operations import set_setting
from electsys.elections.settings import current
from electsys.elections.setup import add_contest, create_election
from electsys.errors import Refused
from electsys.identity.models import Grant
from electsys.jobs.models import Job
from electsys.ledger import Actor
from modules.situng.models import Capture, RegionTotal, ResultBatch, ResultVersion, SetupCheck
from modules.situng.operations.captures import open_capture
from modules.situng.operations.rehearsal import made_up, rehearse
from modules.situng.operations.setup import close_check, finish_check, open_counts, request_check, start_check
from modules.situng.queries.contests import contest_count, limits
from modules.situng.queries.readiness import FAILED, FINE, Check, check_election, region_types
from modules.situng.queries.setup import fingerprint, passed
from modules.situng.rules import judge

A = "1201011001001"


@pytest.fixture
def election(session):
    return session.scalars(select(Election).where(Election.code == "pemilu-2024")).one()


@pytest.fixture
def two(make_account):
    """Two people of KPU RI: who brings, and who confirms."""
    people = (make_account(role=role, region="") for role in ("operator_kpu_ri", "anggota_kpu_ri"))
    return [Actor(account.id, account.username) for account in people]


def failures(found):
    return {(c.subject, c.what) for c in found if c.level == FAILED}


def test_a_made_up_form_breaks_no_rule(count):
    values = made_up(count)
    cells = {name: values[name] for name in count.model.names}
    votes = [values[name] for name in count.columns]
    assert judge(cells, votes, limits(count.election_id))[0] == []
    assert sorted(votes) == votes and len(set(votes)) == len(votes)


def test_regions_that_vote_alike_are_one_type(session, election):
    types = region_types(election)
    provinces = [code for kind in types for code in kind.provinces]
    assert len(provinces) == len(set(provinces))
    for kind in types:
        kinds = [c.kind for c in kind.contests]
        if "99" in kind.provinces:
            assert kinds == ["ppwp", "dpr"] and kind.provinces == ("99",)
        if "31" in kind.provinces:
            assert "dprd_kabko" not in kinds
    assert next(k for k in types if "12" in k.provinces).sample.startswith("12")


def test_what_is_missing_is_named(session, election):
    found = check_election(election)
    dprd = session.scalars(
        select(Contest).where(Contest.election_id == election.id, Contest.kind == "dprd_kabko")
    ).one()
    assert any(c.level == FAILED and c.subject == dprd.name and "surat suara" in c.what for c in found)
    assert all(c.advice for c in found if c.level == FAILED)


def test_a_setting_that_no_election_may_lack(session, election):
    session.add(
        LegalSetting(
            election_id=election.id,
            key="maks_pemilih_tps",
            version=9,
            topic="pemungutan",
            label="Pemilih paling banyak di satu TPS",
            kind="int",
            value="1000",
            regulation="PKPU 7/2022:15",
            reason="uji",
            created_by="uji",
        )
    )
    session.flush()
    assert any("1000" in what for _subject, what in failures(check_election(election)))
    empty = Election(
        code="kosong", name="Kosong", kind="pemilu", voting_day=election.voting_day, map_id=election.map_id
    )
    session.add(empty)
    session.flush()
    named = {subject for subject, _what in failures(check_election(empty))}
    assert {"formulir_c_hasil", "maks_pemilih_tps"} <= named


def totals(session):
    rows = session.execute(text("select * from region_total where accepted > 0 or received > 0")).all()
    return len(rows), session.scalar(select(func.count()).select_from(ResultVersion))


def test_a_form_goes_from_file_to_public_page_and_leaves_nothing(session, election, contest, two):
    before = totals(session)
    found = rehearse(election, actor=two[0], second=two[1])
    president = [c for c in found if c.subject.startswith(contest.name)]
    assert any("khusus" in c.subject for c in president), "each kind of TPS is tried"
    assert president and {c.level for c in president} == {FINE}, [c.what for c in president]
    # Contests whose ballots do not exist say so instead of passing.
    assert any(c.level == FAILED and "surat suara" in c.what for c in found)
    assert totals(session) == before
    assert session.scalar(select(func.count()).select_from(Capture)) == 0
    assert session.scalar(select(func.count()).select_from(ResultBatch)) == 0
    assert session.scalar(select(func.count()).select_from(Grant).where(Grant.given_by == "gladi")) == 0


def test_one_person_alone_cannot_push(session, election, contest, two):
    found = rehearse(election, actor=two[0], second=two[0])
    assert all(c.level == FAILED for c in found if c.subject.startswith(contest.name))


def test_the_page_says_what_fails_first(session, client, login, make_account):
    login(client, make_account(role="operator_kpu_ri", region=""))
    page = client.get("/hasil/persiapan").text
    assert "Gagal" in page and "Beres" not in page, "what fails fills the first page"
    assert "Belum lulus" in page and "Minta gladi" in page


def test_the_command_exits_with_what_failed(app, session):
    answer = app.test_cli_runner().invoke(
        args=["situng", "check-setup", "--election", "pemilu-2024", "--no-push"]
    )
    assert answer.exit_code == 1
    assert "GAGAL" in answer.output and answer.output.strip().endswith("beres")
    unknown = app.test_cli_runner().invoke(args=["situng", "check-setup", "--election", "lain"])
    assert unknown.exit_code == 2


# --- the gate ----------------------------------------------------------------------------------------


@pytest.fixture
def small(session, election, contest):
    """An election of the president alone, whose count nobody has opened."""
    session.execute(delete(RegionTotal).where(RegionTotal.contest_id == contest.id))
    session.flush()
    return election


def passing(election, two, found=()):
    """A check of the present configuration that found this."""
    row = request_check(election, actor=two[0])
    start_check(row, actor=two[1])
    close_check(row, fingerprint(election), found)
    return row


def test_no_form_of_a_contest_comes_in_before_its_check(
    session, small, contest, count, two, bring, write_file
):
    for way in (
        lambda: open_capture(count, A, actor=two[0]),
        lambda: bring(write_file([{"kode_tps": A}]), actor=two[0], region=""),
        lambda: open_counts(small, actor=two[1]),
    ):
        with pytest.raises(Refused, match="gladi persiapannya belum lulus"), session.begin_nested():
            way()
    passing(small, two, [Check(FAILED, "x", "y", "z")])
    with pytest.raises(Refused, match="belum lulus"):
        open_capture(count, A, actor=two[0])
    passing(small, two)
    assert open_capture(count, A, actor=two[0]).state == "kosong"


def test_any_change_of_the_configuration_makes_it_due_again(session, small, contest, count, two):
    passing(small, two)
    assert passed(small)
    before = fingerprint(small)
    session.add(Ballot(contest_id=contest.id, version=7, source="uji"))
    session.flush()
    with_ballot = fingerprint(small)
    setting = current(small.id, "maks_pemilih_tps")
    set_setting(setting, "250", reason="uji", actor=two[0])
    with_setting = fingerprint(small)
    session.add(Contest(election_id=small.id, kind="gubernur", region_code="12", name="Gubernur"))
    session.flush()
    assert len({before, with_ballot, with_setting, fingerprint(small)}) == 4
    assert passed(small) is None
    with pytest.raises(Refused, match="belum lulus"):
        open_capture(count, A, actor=two[0])


def test_what_is_open_stays_open(session, election, count, two):
    assert passed(election) is None
    assert open_capture(count, A, actor=two[0]).state == "kosong"


def test_two_people_ask_and_run_it_over_http(session, app, small, make_account, login):
    people = [make_account(role=role, region="") for role in ("operator_kpu_ri", "anggota_kpu_ri")]
    one, two = app.test_client(), app.test_client()
    for client, account in zip((one, two), people, strict=True):
        login(client, account)
    asked = one.post("/hasil/persiapan/pemilu-2024/gladi")
    assert asked.status_code == 302
    address = asked.location
    assert "orang lain" in one.get(address).text and "Jalankan sebagai" not in one.get(address).text
    assert "Jalankan gladi persiapan" in two.get("/").text
    row = session.scalars(select(SetupCheck)).one()
    assert two.post(f"{address}/jalankan").status_code == 302
    assert session.scalars(select(Job).where(Job.subject == f"setup_check:{row.id}")).one()
    session.expire_all()
    finish_check(row)
    session.commit()
    assert row.state == "gagal", "the election of the tests lacks ballots"
    page = two.get(address).text
    assert "Gagal" in page and "surat suara" in page and row.fingerprint in page
    export = two.get(f"{address}?unduh=csv")
    assert export.mimetype == "text/csv" and "Gagal" in export.text
    refused = two.post("/hasil/persiapan/pemilu-2024/buka")
    assert refused.status_code == 409 and "belum lulus" in refused.text


def test_a_check_that_is_over_never_changes(session, small, two):
    row = passing(small, two)
    with pytest.raises(DBAPIError, match="refused"), session.begin_nested():
        session.execute(text("update setup_check set findings = '[]' where id = :i"), {"i": row.id})
    with pytest.raises(Refused, match="Anda sendiri"):
        start_check(request_check(small, actor=two[0]), actor=two[0])


@pytest.fixture
def regency(session, election, two):
    """An election of one regent that lacks nothing: contest, ballot, TPS, calendar, settings, DPT."""
    made = create_election(
        "pilkada-uji",
        name="Pilkada Uji",
        kind="pilkada",
        voting_day=election.voting_day,
        source=election,
        actor=two[0],
    )
    contest = add_contest(
        made, kind="bupati_walikota", name="Bupati Tapanuli Tengah", region="1201", actor=two[0]
    )
    ballot = Ballot(contest_id=contest.id, source="uji")
    session.add(ballot)
    session.flush()
    for n in (1, 2):
        pair = Participant(
            contest_id=contest.id, number=n, kind="pasangan", name=f"Pasangan {n}", short_name=f"P{n}",
            region_code="1201",
        )  # fmt: skip
        session.add(pair)
        session.flush()
        session.add(BallotLine(ballot_id=ballot.id, position=n, participant_id=pair.id, name=pair.name))
    session.execute(
        text(
            "insert into tps (election_id, province, code, village_code, kind, number, name)"
            " select :new, province, code, village_code, kind, number, name from tps"
            " where election_id = :old and village_code = '1201011001'"
        ),
        {"new": made.id, "old": election.id},
    )
    roll = session.scalar(
        text("insert into voter_roll (election_id, region) values (:e, '1201') returning id"), {"e": made.id}
    )
    voters = session.scalar(
        text(
            "insert into voter_list (roll_id, stage, sequence, male, female, digest, determined_by)"
            " values (:r, 'dpt', 1, 70, 71, '', 'uji') returning id"
        ),
        {"r": roll},
    )
    session.execute(
        text(
            "insert into voter_area_count (list_id, code, parent, stations, male, female)"
            " values (:l, :c, left(:c, 10), 1, 70, 71)"
        ),
        {"l": voters, "c": A},
    )
    session.flush()
    return made, contest


def test_an_election_that_lacks_nothing_passes_and_is_opened(session, regency, two):
    election, contest = regency
    row = request_check(election, actor=two[0])
    start_check(row, actor=two[1])
    told = []
    finish_check(row, tell=lambda *said: told.append(said))
    failed = [(f["subject"], f["what"]) for f in row.findings if f["level"] == FAILED]
    assert row.state == "lulus", failed
    pushed = [f for f in row.findings if A in f["what"] and f["level"] == FINE]
    assert pushed and "dari entri sampai halaman publik" in pushed[0]["what"]
    assert told[-1][0] == told[-1][1] == len(pushed)
    assert session.scalar(select(func.count()).select_from(Capture)) == 0, "nothing of it stays"
    assert open_counts(election, actor=two[1]) > 0
    assert open_capture(contest_count(contest.id, A), A, actor=two[0]).state == "kosong"
