"""The check of an election before it opens, and the form that is pushed through and taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from electsys.elections.models import Contest, Election, LegalSetting
from electsys.ledger import Actor
from modules.situng.models import ResultBatch, ResultVersion
from modules.situng.operations.rehearsal import made_up, rehearse
from modules.situng.queries.contests import limits
from modules.situng.queries.readiness import FAILED, FINE, check_election, region_types
from modules.situng.rules import judge


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
    cells, votes = made_up(count)
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
    assert president and {c.level for c in president} == {FINE}, [c.what for c in president]
    # Contests whose ballots do not exist say so instead of passing.
    assert any(c.level == FAILED and "surat suara" in c.what for c in found)
    assert totals(session) == before
    assert session.scalar(select(func.count()).select_from(ResultBatch)) == 0


def test_one_person_alone_cannot_push(session, election, contest, two):
    found = rehearse(election, actor=two[0], second=two[0])
    assert all(c.level == FAILED for c in found if c.subject.startswith(contest.name))


def test_the_page_says_what_fails_first(session, client, login, make_account):
    login(client, make_account(role="operator_kpu_ri", region=""))
    page = client.get("/hasil/persiapan").text
    assert "Gagal" in page and "Beres" not in page, "what fails fills the first page"
    assert "check-setup" in page


def test_the_command_exits_with_what_failed(app, session):
    answer = app.test_cli_runner().invoke(
        args=["situng", "check-setup", "--election", "pemilu-2024", "--no-push"]
    )
    assert answer.exit_code == 1
    assert "GAGAL" in answer.output and answer.output.strip().endswith("beres")
    unknown = app.test_cli_runner().invoke(args=["situng", "check-setup", "--election", "lain"])
    assert unknown.exit_code == 2
