"""Many samples in one act: what each would be alone, once only, with the reasons of those that cannot be."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from sqlalchemy import select

from electsys import jobs
from electsys.elections.models import Stage
from electsys.errors import Refused
from electsys.jobs import run_pending
from electsys.ledger import Act, Actor
from electsys.verification.models import Sample, SampleMember
from modules.sipol.draw_words import drawn_words
from modules.sipol.models import PartyVerdict
from modules.sipol.operations import factual
from modules.sipol.operations.factual_draws import begin_draws, draw_many
from modules.sipol.permissions import ASSIGN_VISITS, READ
from tests.sipol import conftest as make
from tests.sipol.membering import ELSEWHERE, FAR
from tests.sipol.verifying import board, open_step
from tests.sipol.visiting import seed

#: Kab/kota of ELSEWHERE and FAR, and one where the party has a board and nobody who counts.
OTHER, REMOTE, EMPTY = ELSEWHERE[:4], FAR[:4], "1203"


@pytest.fixture
def row(session, election):
    """A party in its factual step with members in three kab/kota and a board in a fourth."""
    seed(session, election)
    return party(session, "verfak")


def party(session, step, **more):
    row = make.registration(session, step, **more)
    for region in ("1201", EMPTY):
        board(session, row, region)
    for village, n in ((make.VILLAGE, 5), (ELSEWHERE, 3), (FAR, 2)):
        for _n in range(n):
            make.member(session, row, "ms", village=village)
    open_step(session, row, step)
    return row


@pytest.fixture
def nation(make_account):
    account = make_account(permissions=[ASSIGN_VISITS, READ])
    return account, Actor(account.id, account.username)


def samples_in(session, row=None):
    query = select(Sample).order_by(Sample.owner, Sample.region)
    if row is not None:
        query = query.where(Sample.owner == f"party_registration:{row.id}")
    return session.scalars(query).all()


def shape(session, sample):
    drawn = session.scalars(
        select(SampleMember.subject)
        .where(SampleMember.sample_id == sample.id)
        .order_by(SampleMember.position)
    ).all()
    return (sample.region, sample.frame_size, sample.size, sample.start, sample.frame_digest, drawn)


def test_all_areas_of_a_party_are_drawn_as_they_would_be_alone(session, election, row, nation):
    _account, actor = nation
    alone = []
    with session.begin_nested() as trial:
        for region in ("1201", OTHER, REMOTE):
            alone.append(shape(session, factual.draw(row, region, actor=actor)))
        trial.rollback()
    assert samples_in(session) == []
    drawn = draw_many(election, row.party_id, "", actor=actor)
    assert [shape(session, s) for s in samples_in(session)] == alone
    assert (len(drawn.samples), drawn.people, drawn.before) == (3, 10, 0)
    [(why, places)] = drawn.left.items()
    assert "Tidak ada anggota" in why and places == [(EMPTY, row.party_id)]


def test_one_act_with_number_and_digest_stands_for_all(session, election, row, nation):
    _account, actor = nation
    draw_many(election, row.party_id, "", actor=actor)
    acts = session.scalars(
        select(Act).where(Act.verb.in_(("sipol:factual:draw_all", "verification:sample:draw")))
    ).all()
    lines = sorted(
        f"pemilu-2024/sipol_anggota/{row.id}/{s.region}/1|{s.method}|{s.frame_size}|{s.size}|{s.start}"
        f"|{s.frame_digest.hex()}\n"
        for s in samples_in(session)
    )
    assert [(a.verb, a.subject, a.actor) for a in acts] == [
        ("sipol:factual:draw_all", f"party_registration:{row.id}", actor.name)
    ]
    assert acts[0].details == {
        "party": row.party_id,
        "samples": 3,
        "people": 10,
        "digest": hashlib.sha256("".join(lines).encode()).hexdigest(),
        "before": 0,
        "left": 1,
    }


def test_asked_again_it_draws_what_is_left(session, election, row, nation):
    _account, actor = nation
    first = factual.draw(row, "1201", actor=actor)
    before = shape(session, first)
    drawn = draw_many(election, row.party_id, "", actor=actor)
    assert (len(drawn.samples), drawn.before) == (2, 1)
    assert shape(session, first) == before
    make.member(session, row, "ms", village=f"{EMPTY}011001")
    again = draw_many(election, row.party_id, "", actor=actor)
    assert ([s.region for s in again.samples], again.before, again.left) == ([EMPTY], 3, {})
    last = draw_many(election, row.party_id, "", actor=actor)
    assert (last.samples, last.before) == ([], 4)
    acts = session.scalars(select(Act).where(Act.verb == "sipol:factual:draw_all")).all()
    assert [a.details["samples"] for a in acts] == [2, 1]  # what draws nothing is no act


def test_a_province_draws_its_own(session, election, row, make_account):
    account = make_account(permissions=[ASSIGN_VISITS], region="12")
    actor = Actor(account.id, account.username)
    draw_many(election, row.party_id, "12", actor=actor)
    assert [s.region for s in samples_in(session)] == ["1201", OTHER]
    with pytest.raises(Refused):
        draw_many(election, row.party_id, "", actor=actor)
    with pytest.raises(Refused):
        begin_draws(election, row.party_id, "", actor=actor)


def test_all_parties_of_an_area_in_one_act(session, election, row, make_account):
    other = party(session, "verfak")
    party(session, "vermin")
    account = make_account(permissions=[ASSIGN_VISITS], region="1201")
    actor = Actor(account.id, account.username)
    drawn = draw_many(election, None, "1201", actor=actor)
    assert [(s.region, s.party_id) for s in drawn.samples] == [
        ("1201", row.party_id),
        ("1201", other.party_id),
    ]
    [act] = session.scalars(select(Act).where(Act.verb == "sipol:factual:draw_all")).all()
    assert (act.subject, act.region, act.details["party"]) == (f"election:{election.id}", "1201", None)
    with pytest.raises(Refused):
        draw_many(election, None, OTHER, actor=actor)


def test_every_reason_is_told_and_nothing_else_is_harmed(session, election, nation):
    _account, actor = nation
    seed(session, election)
    row = party(session, "verfak_perbaikan")
    make.member(session, row, village=ELSEWHERE)  # added in the repair, not yet checked
    session.add_all(
        PartyVerdict(
            registration_id=row.id,
            party_id=row.party_id,
            step="verfak" if aspect == "anggota" else "verfak_perbaikan",
            region=region,
            aspect=aspect,
            state="ms",
            details={},
            sequence=1,
            actor="test",
        )
        for region, aspect in (("1201", "anggota"), (REMOTE, "kantor"))
    )
    session.flush()
    drawn = draw_many(election, row.party_id, "", actor=actor)
    told = {places[0][0]: why for why, places in drawn.left.items()}
    assert "sebelum perbaikan" in told["1201"]
    assert "anggota tambahan belum diperiksa" in told[OTHER]
    assert "sudah ditutup" in told[REMOTE]
    assert drawn.samples == [] and len(told) == 4


def test_a_closed_stage_is_a_reason_too(session, election, row, nation):
    _account, actor = nation
    stage = session.scalars(
        select(Stage).where(Stage.election_id == election.id, Stage.code == "verfak_parpol")
    ).one()
    stage.closes_at = stage.opens_at + dt.timedelta(hours=1)
    session.flush()
    drawn = draw_many(election, row.party_id, "", actor=actor)
    assert drawn.samples == [] and "ditutup" in next(iter(drawn.left))


def test_without_a_seed_it_does_not_begin(session, election, nation):
    row = party(session, "verfak")
    for ask in (begin_draws, draw_many):
        with pytest.raises(Refused, match="Bilangan undian belum"):
            ask(election, row.party_id, "", actor=nation[1])


def test_the_words_name_areas_or_parties(session, election, row, nation):
    drawn = draw_many(election, row.party_id, "", actor=nation[1])
    words = drawn_words(election, drawn, by_party=False)
    assert "3 sampel ditarik dengan 10 orang; 0 sudah" in words
    assert "Tidak ditarik di 1 tempat (Tapanuli Selatan): Tidak ada anggota" in words
    assert f"({row.party.short_name})" in drawn_words(election, drawn, by_party=True)
    drawn.left = {"Sebab.": [(EMPTY, row.party_id)] * 43}
    assert "dan 3 lainnya" in drawn_words(election, drawn, by_party=False)


def test_the_buttons_start_a_job_that_ends_with_the_samples(
    app, session, election, row, client, login, nation, make_account
):
    login(client, nation[0])
    here = f"/partai/pemilu-2024/{row.party_id}/faktual/pusat"
    session.commit()
    assert "Tarik sampel semua kabupaten/kota" in client.get(here).text
    sent = client.post(f"{here}/sampel-semua")
    assert sent.status_code == 302
    job = session.scalars(select(jobs.Job).where(jobs.Job.task == "sipol.draw_samples")).one()
    run_pending(app)
    session.expire_all()
    assert (job.state, job.done, job.total) == ("selesai", 4, 4)
    assert "3 sampel ditarik" in job.message and job.result_url == here
    assert len(samples_in(session, row)) == 3


def test_the_kabko_draws_all_parties_from_its_list(app, session, election, row, client, login, make_account):
    account = make_account(permissions=[ASSIGN_VISITS, READ], region="1201")
    session.commit()
    login(client, account)
    assert "Tarik sampel semua partai di Tapanuli Tengah" in client.get("/partai/pemilu-2024/faktual").text
    client.post("/partai/pemilu-2024/faktual/1201/sampel-semua")
    run_pending(app)
    session.expire_all()
    assert [s.region for s in samples_in(session)] == ["1201"]
    for wrong in ("12", "12011", "abcd"):
        path = f"/partai/pemilu-2024/faktual/{wrong}/sampel-semua"
        assert client.post(path, check=False).status_code == 404
