"""An audit by its people: a frame before the seed, a draw that anybody repeats, paper read twice."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from itertools import islice

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from electsys.ledger import Actor
from modules.sirekap.models import AuditDraw, AuditStation
from modules.sirekap.operations import audits as operations
from modules.sirekap.queries import audits as queries
from tests.sirekap.ladder import put_forms

SEED = "31415926535897932384"


@pytest.fixture
def people(make_account):
    made = [make_account(role="anggota_kpu_ri", region="") for _ in range(3)]
    return [Actor(a.id, a.username) for a in made]


def clear_race(world, kind="ppwp"):
    """Every station gives the first pair 100 of 150 votes."""
    codes = sorted(code for k, code in world.forms if k == kind)
    width = len(world.forms[kind, codes[0]][1])
    rows = []
    for code in codes:
        cells = list(world.forms[kind, code][0])
        votes = [100, 50, *([0] * (width - 2))]
        rows.append((code, cells, votes))
    contest = world.contests[kind]
    batch = world.session.scalar(
        text("select min(id) from result_batch where contest_id = :c"), {"c": contest.id}
    )
    put_forms(world.session, contest.id, batch, rows)
    return contest


def test_the_whole_audit(world, people):
    first, second, third = people
    contest = clear_race(world)
    audit = operations.prepare_audit(contest, "", actor=first)
    stations = world.session.scalars(
        select(AuditStation).where(AuditStation.audit_id == audit.id).order_by(AuditStation.code)
    ).all()
    lines = "\n".join(f"{s.code},{s.ballots},{','.join(map(str, s.votes))}" for s in stations)
    assert audit.frame_sha256 == hashlib.sha256(lines.encode()).hexdigest()
    assert len(stations) == audit.stations and all(s.ballots >= sum(s.votes) for s in stations)
    assert len(audit.assertions) == len(audit.participants)
    frame = queries.frame_of(audit)
    assert Fraction(audit.total) == frame.total
    # Nobody draws from a frame of their own making, nor with a seed that is none.
    for actor, seed, source in ((first, SEED, "dadu"), (second, "123", "dadu"), (second, SEED, " ")):
        with pytest.raises(Refused):
            operations.draw_sample(audit, seed=seed, source=source, actor=actor)
    operations.draw_sample(audit, seed=SEED, source="20 lemparan dadu di depan saksi", actor=second)
    drawn = world.session.scalars(
        select(AuditDraw.code).where(AuditDraw.audit_id == audit.id).order_by(AuditDraw.number)
    ).all()
    assert drawn == [b.key for b in islice(frame.draws(SEED), audit.planned)]
    with pytest.raises(Refused):
        operations.close_audit(audit, actor=first)
    papers = queries.papers_of(audit)
    outside = next(s.code for s in stations if s.code not in drawn) if len(papers) < len(stations) else None
    if outside:
        with pytest.raises(Refused):
            operations.enter_paper(audit, outside, stations[0].votes, actor=first)
    for paper in papers:
        assert not operations.enter_paper(audit, paper.code, paper.published, actor=first)
        assert not operations.enter_paper(audit, paper.code, paper.published, actor=first)  # one person
        assert operations.enter_paper(audit, paper.code, paper.published, actor=second)
        with pytest.raises(Refused):
            operations.enter_paper(audit, paper.code, paper.published, actor=third)
    now = queries.standing_of(audit, queries.papers_of(audit))
    assert now.complete and now.differing == 0
    assert now.risk == (1 - 1 / Fraction(audit.total)) ** audit.draws <= Fraction(1, 100)
    operations.close_audit(audit, actor=first)
    assert audit.state == "selesai"
    with pytest.raises(Refused):
        operations.enter_paper(audit, papers[0].code, papers[0].published, actor=first)
    for table in ("audit_station", "audit_draw", "audit_entry"):
        with pytest.raises(DBAPIError), world.session.begin_nested():
            world.session.execute(text(f"delete from {table}"))


def test_paper_that_differs_raises_the_risk_and_asks_for_more(world, people):
    first, second, third = people
    audit = operations.prepare_audit(clear_race(world), "", actor=first)
    operations.draw_sample(audit, seed=SEED, source="dadu", actor=second)
    papers = queries.papers_of(audit)
    wrong = papers[0]
    other = [wrong.published[0] - 10, wrong.published[1] + 10, *wrong.published[2:]]
    operations.enter_paper(audit, wrong.code, wrong.published, actor=first)
    operations.enter_paper(audit, wrong.code, other, actor=second)
    assert next(p for p in queries.papers_of(audit) if p.code == wrong.code).differs
    operations.enter_paper(audit, wrong.code, other, actor=third)
    for paper in papers[1:]:
        for actor in (first, second):
            operations.enter_paper(audit, paper.code, paper.published, actor=actor)
    now = queries.standing_of(audit, queries.papers_of(audit))
    assert now.complete and now.differing == 1
    frame = queries.frame_of(audit)
    names = [str(key) for key in audit.participants]
    batch = next(b for b in frame.batches if b.key == wrong.code)
    taint = frame.taint(batch, dict(zip(names, other, strict=True)))
    clean = audit.draws - len(wrong.numbers)
    step = 1 - 1 / frame.total
    assert now.risk == step**clean * (step / (1 - taint)) ** len(wrong.numbers)
    assert now.risk > Fraction(audit.risk_limit)
    with pytest.raises(Refused):
        operations.close_audit(audit, actor=first)
    before = audit.draws
    more = operations.draw_more(audit, actor=first)
    assert audit.draws == before + more
    drawn = world.session.scalars(
        select(AuditDraw.code).where(AuditDraw.audit_id == audit.id).order_by(AuditDraw.number)
    ).all()
    assert drawn == [b.key for b in islice(frame.draws(SEED), audit.draws)]
    operations.count_all(audit, reason="Terlalu banyak beda", actor=second)
    assert audit.state == "hitung_penuh"


def test_a_province_and_what_is_not_audited(world, people):
    contest = clear_race(world)
    audit = operations.prepare_audit(contest, "12", actor=people[0])
    assert [a["share"] for a in audit.assertions] == ["1/5"]
    codes = world.session.scalars(select(AuditStation.code).where(AuditStation.audit_id == audit.id)).all()
    assert codes and all(code.startswith("12") for code in codes)
    with pytest.raises(Refused, match="lebih murah"):
        operations.prepare_audit(world.contests["dpr"], "", actor=people[0])


def test_who_may(world, make_account):
    outsider = make_account(role="saksi", region="")
    with pytest.raises(Refused):
        operations.prepare_audit(world.contests["ppwp"], "", actor=Actor(outsider.id, outsider.username))
