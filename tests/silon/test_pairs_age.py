"""Age of pairs for president: 40, or elected head of a region with a proof (MK 90/PUU-XXI/2023)."""

from __future__ import annotations

import datetime as dt

import pytest

from electsys.elections import settings
from modules.silon.models import CandidateDocument
from modules.silon.operations.links import reflag
from modules.silon.queries import pairs as queries
from modules.silon.rules.persons import own_flags
from tests.silon import conftest as make
from tests.silon import pairing, staging

YOUNG = dt.date(1990, 1, 1)


@pytest.fixture
def pair(session):
    contest = make.contest(session, "ppwp")
    row = pairing.pair(session, contest, region="")
    make.candidate(session, row, number=1, sex="P")
    return row


def deputy(session, pair, **more):
    row = make.candidate(session, pair, number=2, born=YOUNG, **more)
    reflag([row.id], cause=f"candidate:{row.id}")
    session.expire_all()
    return row


@pytest.mark.parametrize(
    ("conditions", "excepting", "flagged"),
    [
        ((), None, True),
        ((), "kepala_daerah", True),
        (("kepala_daerah",), "kepala_daerah", False),
        (("kepala_daerah",), None, True),
        (("mantan_terpidana",), "kepala_daerah", True),
    ],
)
def test_the_exception_is_for_those_who_declare_it(conditions, excepting, flagged):
    found = own_flags(
        born=YOUNG, age=40, on=dt.date(2023, 11, 13), barred=False, conditions=conditions, odd_nik=False,
        excepting=excepting,
    )  # fmt: skip
    assert ("usia" in found) is flagged


def test_forty_years_need_no_exception():
    young = {"age": 40, "barred": False, "conditions": (), "odd_nik": False}
    assert own_flags(born=dt.date(1983, 11, 13), on=dt.date(2023, 11, 13), **young) == []
    assert own_flags(born=dt.date(1983, 11, 14), on=dt.date(2023, 11, 13), **young) == ["usia"]


def test_a_young_deputy_is_flagged_and_a_head_of_a_region_is_not(session, pair):
    assert "usia" in deputy(session, pair).flags


def test_a_young_head_of_a_region_is_not_flagged(session, pair):
    row = deputy(session, pair, conditions=("kepala_daerah",))
    assert "usia" not in row.flags
    person = queries.judge(pair).persons[1]
    assert (person.old_enough, person.excepted, person.proof) == (False, True, None)


def test_the_setting_turns_the_exception_off(session, pair, monkeypatch):
    told = settings.value
    monkeypatch.setattr(
        settings, "value", lambda e, k: False if k == "capres_pernah_kepala_daerah" else told(e, k)
    )
    assert "usia" in deputy(session, pair, conditions=("kepala_daerah",)).flags
    assert not queries.judge(pair).persons[1].excepted


def test_for_a_regional_head_there_is_no_exception(session):
    contest = pairing.pilkada(session)
    row = make.candidate(
        session, pairing.pair(session, contest), number=2, born=dt.date(1999, 1, 1),
        conditions=("kepala_daerah",),
    )  # fmt: skip
    reflag([row.id], cause=f"candidate:{row.id}")
    session.expire_all()
    assert "usia" in row.flags


def test_the_page_of_the_pair_shows_the_proof(session, client, login, make_account, pair):
    row = deputy(session, pair, conditions=("kepala_daerah",))
    login(client, make_account("operator_kpu_ri"))
    page = client.get(f"/calon/pasangan/{pair.id}").text
    assert "bukti belum ada" in page
    assert "MK 90/PUU-XXI/2023" in page
    session.add(
        CandidateDocument(
            nomination_id=pair.id,
            candidate_id=row.id,
            region="",
            kind="bukti_kepala_daerah",
            file_id=staging.evidence().id,
            state="ms",
            decided_at=dt.datetime.now(dt.UTC),
        )
    )
    session.flush()
    page = client.get(f"/calon/pasangan/{pair.id}").text
    assert "Bukti: memenuhi syarat" in page
    assert "bukti belum ada" not in page
