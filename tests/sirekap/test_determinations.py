"""Determine results from locked D.Hasil: two people, ties in plenary, a version after a ruling, standings."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from fractions import Fraction

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from electsys.elections.models import Stage, Standing
from electsys.elections.standings import in_force, shares
from electsys.errors import Refused
from electsys.ledger import Actor
from modules.jdih.models import Letter
from modules.sirekap.models import Determination, DeterminationPart, DeterminationResult, DeterminationTie
from modules.sirekap.operations import determinations as operations
from modules.sirekap.queries import determinations as queries
from modules.sirekap.rules.seats import allocate, threshold
from tests.sirekap.ladder import KINDS

FAR = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def lock(world, kind):
    """Every D.Hasil of a contest, from the bottom up."""
    for earlier in KINDS[: KINDS.index(kind) + 1]:
        for tier in ("kecamatan", "ppln", "kabko", "provinsi", "nasional"):
            for recap in world.units(earlier, tier):
                if recap.state == "belum":
                    world.finish(recap)


def open_stages(session, election):
    for stage in session.scalars(select(Stage).where(Stage.election_id == election.id)):
        stage.opens_at, stage.closes_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), FAR
    session.flush()


def give(session, contest, seats):
    """Seats for every dapil of a chamber."""
    session.execute(
        text("update dapil set seats = :n, seats_source = 'dihitung' where map_id = :m and chamber = :c"),
        {"n": seats, "m": contest.election.map_id, "c": contest.kind},
    )
    session.expire_all()


@pytest.fixture
def plenary(world, make_account):
    """Who computes and submits, and who decides, at KPU RI."""
    first = make_account(role="operator_kpu_ri", region="")
    second = make_account(role="anggota_kpu_ri", region="")
    open_stages(world.session, world.election)
    return Actor(first.id, first.username), Actor(second.id, second.username)


def decided(world, kind, plenary, area="", **more):
    first, second = plenary
    row = operations.compute_result(world.contests[kind], area, actor=first, **more)
    operations.submit_result(row, actor=first)
    operations.determine_result(row, signer="Ketua Uji", actor=second)
    return row


def lowered(session, election, key, value):
    session.execute(
        text(
            "insert into legal_setting (election_id, key, version, topic, label, kind, value, choices,"
            " regulation, to_confirm, reason, created_by)"
            " select election_id, key, version + 1, topic, label, kind, :v, choices, regulation, to_confirm,"
            " 'uji', 'uji' from legal_setting where election_id = :e and key = :k"
            " order by version desc limit 1"
        ),
        {"e": election.id, "k": key, "v": value},
    )


def test_nothing_is_determined_from_what_is_not_locked(world, plenary):
    with pytest.raises(Refused, match="ekapitulasi"):
        operations.compute_result(world.contests["dpr"], "", actor=plenary[0])
    assert world.session.scalar(select(Determination.id)) is None


def test_dpr_from_the_stations_to_the_standing(world, plenary):
    session = world.session
    give(session, world.contests["dpr"], 3)
    lock(world, "dpr")
    row = decided(world, "dpr", plenary)
    assert row.state == "ditetapkan" and row.version == 1 and row.decision_number
    assert session.get_one(Letter, row.decision_id).number == row.decision_number
    assert session.get_one(Letter, row.minutes_id).kind == "BA"
    parts = session.scalars(
        select(DeterminationPart).where(DeterminationPart.determination_id == row.id)
    ).all()
    totals = Counter()
    by_part = {}
    for part in parts:
        votes = Counter()
        for won in session.scalars(
            select(DeterminationResult).where(
                DeterminationResult.part_id == part.id, DeterminationResult.candidate_number.is_(None)
            )
        ):
            votes[str(won.participant_id)] = won.votes
        by_part[part.id] = votes
        totals.update(votes)
    # The sum of all parties is the sum of every accepted form.
    assert totals.total() == sum(sum(votes) for (kind, _), (_, votes) in world.forms.items() if kind == "dpr")
    passed = threshold(totals, Fraction(1, 25)).passed
    for part in parts:
        expected = allocate({p: n for p, n in by_part[part.id].items() if p in passed}, 3).seats
        rows = session.scalars(
            select(DeterminationResult).where(DeterminationResult.part_id == part.id)
        ).all()
        heads = {str(r.participant_id): r.seats for r in rows if r.candidate_number is None}
        assert {p: n for p, n in heads.items() if n} == {p: n for p, n in expected.items() if n}
        assert sum(q[4] is not None for q in part.trace["quotients"]) == 3
        for won in rows:
            assert won.spread["kabko"] <= won.spread["kecamatan"] <= won.spread["desa"] <= won.spread["tps"]
            assert (won.spread["tps"] > 0) == (won.votes > 0)
        for party, seats in heads.items():
            own = sorted(
                (r for r in rows if r.candidate_number and str(r.participant_id) == party),
                key=lambda r: r.rank,
            )
            assert sum(r.elected for r in own) == min(seats, len(own))
            assert [r.votes for r in own] == sorted((r.votes for r in own), reverse=True)
    kept = session.scalars(select(Standing).where(Standing.contest_id == row.contest_id, in_force())).all()
    assert {k.source for k in kept} == {row.decision_number}
    assert sum(k.elected for k in kept) == sum(
        r.elected
        for r in session.scalars(
            select(DeterminationResult).where(DeterminationResult.determination_id == row.id)
        )
    )
    assert all(set(k.spread) == {"kabko", "kecamatan", "desa", "tps"} for k in kept if k.votes)
    found = shares(row.contest_id)
    assert {str(p): s.votes for p, s in found.items()} == dict(totals)
    assert sum(s.seats for s in found.values()) == 3 * len(parts)


def test_president_counts_overseas_in_the_nation_but_not_as_a_province(world, plenary):
    lock(world, "ppwp")
    row = decided(world, "ppwp", plenary)
    decision = row.summary["decision"]
    assert decision["needed"] == 1  # more than half of one province
    for test in decision["tests"]:
        assert [code for code, *_ in test["provinces"]] == ["12"]
        assert test["provinces"][0][2] < test["valid"] == row.valid
    kept = world.session.scalars(
        select(Standing).where(Standing.contest_id == row.contest_id, in_force())
    ).all()
    assert len(kept) == len(decision["tests"]) and {k.region_code for k in kept} == {""}
    assert sum(k.elected for k in kept) == (decision["winner"] is not None)


def test_dpd_four_of_each_province(world, plenary):
    lock(world, "dpd")
    row = decided(world, "dpd", plenary)
    session = world.session
    for part in row.parts:
        rows = session.scalars(
            select(DeterminationResult).where(DeterminationResult.part_id == part.id)
        ).all()
        elected = [r for r in rows if r.elected]
        assert len(elected) == min(4, len(rows))
        assert min(r.votes for r in elected) >= max((r.votes for r in rows if not r.elected), default=0)


def test_a_chamber_is_determined_by_its_own_body(world, plenary, make_account):
    give(world.session, world.contests["dprd_prov"], 3)
    lock(world, "dprd_prov")
    with pytest.raises(Refused):
        operations.compute_result(world.contests["dprd_prov"], "12", actor=plenary[0])
    with pytest.raises(Refused) as told:
        operations.compute_result(world.contests["dprd_prov"], "", actor=plenary[0])
    assert told.value.status == 404
    first, second = (
        make_account(role="operator_kpu_prov", region="12"),
        make_account(role="anggota_kpu_prov", region="12"),
    )
    people = Actor(first.id, first.username), Actor(second.id, second.username)
    row = decided(world, "dprd_prov", people, "12")
    assert "threshold" not in row.summary
    assert all(part.region == "12" for part in row.parts)


def test_two_people(world, plenary, make_account):
    lock(world, "ppwp")
    both = make_account(role="anggota_kpu_ri", region="")
    actor = Actor(both.id, both.username)
    row = operations.compute_result(world.contests["ppwp"], "", actor=actor)
    operations.submit_result(row, actor=actor)
    with pytest.raises(Refused) as told:
        operations.determine_result(row, signer="Ketua", actor=actor)
    assert told.value.status == 403
    with pytest.raises(Refused):
        operations.determine_result(row, signer="Ketua", actor=plenary[0])  # an operator decides nothing
    with pytest.raises(IntegrityError), world.session.begin_nested():
        world.session.execute(
            text(
                "update determination set state = 'ditetapkan', decided_by = submitted_by,"
                " decided_at = now(), decision_number = '1' where id = :id"
            ),
            {"id": row.id},
        )


def test_what_is_determined_cannot_be_changed(world, plenary):
    lock(world, "ppwp")
    row = decided(world, "ppwp", plenary)
    for statement in (
        "update determination set valid = 0 where id = :id",
        "delete from determination where id = :id",
        "update determination_result set votes = 0 where determination_id = :id",
        "delete from determination_result where determination_id = :id",
        "update determination_part set valid = 1 where determination_id = :id",
        "insert into determination_tie (determination_id, place, tied, places, steps)"
        " values (:id, 'x', '[]', 1, '[]')",
    ):
        with pytest.raises(DBAPIError, match="refused"), world.session.begin_nested():
            world.session.execute(text(statement), {"id": row.id})


def test_the_stage_must_be_open(world, plenary):
    lock(world, "ppwp")
    first, second = plenary
    row = operations.compute_result(world.contests["ppwp"], "", actor=first)
    operations.submit_result(row, actor=first)
    stage = world.session.scalars(
        select(Stage).where(Stage.election_id == world.election.id, Stage.code == "penetapan_ppwp")
    ).one()
    stage.closes_at = dt.datetime(2020, 1, 2, tzinfo=dt.UTC)
    world.session.flush()
    with pytest.raises(Refused):
        operations.determine_result(row, signer="Ketua", actor=second)


def test_return_drop_and_the_next_number(world, plenary):
    lock(world, "ppwp")
    first, second = plenary
    contest = world.contests["ppwp"]
    row = operations.compute_result(contest, "", actor=first)
    operations.submit_result(row, actor=first)
    with pytest.raises(Refused):
        operations.compute_result(contest, "", actor=first)
    operations.return_result(row, reason="Periksa lagi", actor=second)
    assert operations.compute_result(contest, "", actor=first).id == row.id
    operations.drop_result(row, reason="Salah", actor=second)
    again = operations.compute_result(contest, "", actor=first)
    assert (again.version, again.state) == (2, "konsep")
    with pytest.raises(Refused, match="putusan"):
        operations.compute_result(contest, "", actor=first, ruling="1/PHPU/2024")


def corrected(world, kind, tps, votes):
    """A ruling changes a locked station."""
    from modules.sirekap.operations.corrections import Proof, Ruling, correct_column
    from modules.sirekap.queries.recaps import sheet

    leaf = world.recap(kind, tps[:6])
    column = next(c for c in sheet(leaf).columns if c.unit == tps)
    names = sheet(leaf).model.names
    cells = dict(zip(names, column.cells, strict=True))
    moved = sum(votes) - sum(column.votes)
    assert moved == 0
    second = world.accounts[""][1]
    return correct_column(
        leaf,
        tps,
        cells=[cells[name] for name in names],
        votes=votes,
        proof=Proof("putusan", "Putusan MK", world.file(), world.file()),
        actor=world.people[""][0],
        ruling=Ruling("1/PHPU/2024", second.id),
    )


def test_a_ruling_makes_a_second_version_with_its_difference(world, plenary):
    lock(world, "ppwp")
    first = decided(world, "ppwp", plenary)
    contest = world.contests["ppwp"]
    with pytest.raises(Refused, match="sudah ditetapkan"):
        operations.compute_result(contest, "", actor=plenary[0])
    tps = next(code for kind, code in world.forms if kind == "ppwp" and code.startswith("1201"))
    votes = list(world.forms["ppwp", tps][1])
    source = max(range(len(votes)), key=votes.__getitem__)
    target = (source + 1) % len(votes)
    votes[source], votes[target] = votes[source] - 5, votes[target] + 5
    corrected(world, "ppwp", tps, votes)
    second = decided(world, "ppwp", plenary, ruling="1/PHPU/2024")
    assert (second.version, second.ruling) == (2, "1/PHPU/2024")
    assert queries.decided_before(contest.id, "").id == second.id
    assert queries.decided_before(contest.id, "", 2).id == first.id
    changes = queries.difference(first, second)
    assert sorted(c.votes[1] - c.votes[0] for c in changes) == [-5, 5]
    kept = world.session.scalars(select(Standing).where(Standing.contest_id == contest.id, in_force())).all()
    assert {k.version for k in kept} == {1, 2}
    # What a version was determined from is not rewritten by the later one.
    assert world.session.get_one(Determination, first.id).state == "ditetapkan"


def test_a_draft_that_rests_on_old_sums_is_refused(world, plenary):
    lock(world, "ppwp")
    row = operations.compute_result(world.contests["ppwp"], "", actor=plenary[0])
    operations.submit_result(row, actor=plenary[0])
    tps = next(code for kind, code in world.forms if kind == "ppwp" and code.startswith("1201"))
    votes = list(world.forms["ppwp", tps][1])
    source = max(range(len(votes)), key=votes.__getitem__)
    votes[source], votes[source - 1] = votes[source] - 1, votes[source - 1] + 1
    corrected(world, "ppwp", tps, votes)
    with pytest.raises(Refused, match="berubah"):
        operations.determine_result(row, signer="Ketua", actor=plenary[1])


def test_no_strategy_leaves_a_tie_to_the_plenary(world, plenary, monkeypatch):
    """All pairs are given equal votes and spread: nobody is guessed, the plenary orders them."""
    import dataclasses

    from modules.sirekap.queries import inputs

    real = inputs.parts_of

    def even(contest, area, found):
        return [
            dataclasses.replace(
                part,
                lines=tuple(
                    dataclasses.replace(line, votes=100, spread=dict.fromkeys(inputs.AREAS, 1))
                    for line in part.lines
                ),
            )
            for part in real(contest, area, found)
        ]

    monkeypatch.setattr(inputs, "parts_of", even)
    lock(world, "ppwp")
    first, second = plenary
    row = operations.compute_result(world.contests["ppwp"], "", actor=first)
    assert row.open_ties == 1
    operations.submit_result(row, actor=first)
    with pytest.raises(Refused, match="sama"):
        operations.determine_result(row, signer="Ketua", actor=second)
    tie = world.session.scalars(select(DeterminationTie)).one()
    keys = [key for key, _name in tie.tied]
    names = dict(tie.tied)
    assert all(names[k] != k for k in keys)
    for wrong, reason in ((keys[:1], "x"), (keys, " "), ([*keys[:-1], keys[0]], "x")):
        with pytest.raises(Refused):
            operations.settle_tie(row, tie.place, wrong, reason=reason, actor=second)
    operations.settle_tie(row, tie.place, keys[::-1], reason="Undian terbuka di pleno", actor=second)
    assert row.open_ties == 0
    assert [str(k) for k in row.summary["decision"]["runoff"]] == keys[::-1][:2]
    with pytest.raises(Refused):
        operations.settle_tie(row, tie.place, keys, reason="lagi", actor=second)
    operations.determine_result(row, signer="Ketua", actor=second)
    assert row.state == "ditetapkan"


def test_unknown_seats_another_threshold_another_method(world, plenary):
    session, contest, first = world.session, world.contests["dpr"], plenary[0]
    lock(world, "dpr")
    session.execute(
        text("update dapil set seats = null, seats_source = null where map_id = :m and chamber = 'dpr'"),
        {"m": world.election.map_id},
    )
    session.expire_all()
    with pytest.raises(Refused, match="kursi"):
        operations.compute_result(contest, "", actor=first)
    give(session, contest, 3)
    row = operations.compute_result(contest, "", actor=first)
    bar = row.summary["threshold"]
    assert bar["share"] == "1/25" and all(passes for *_, passes in bar["parties"])
    lowered(session, world.election, "ambang_parlemen", "1/2")
    row = operations.compute_result(contest, "", actor=first)
    bar = row.summary["threshold"]
    assert bar["share"] == "1/2"
    assert [passes for *_, passes in bar["parties"]] == [v * 2 >= bar["valid"] for _, v, *_ in bar["parties"]]
    assert sum(n for _, n in row.summary["seats"]) == 3 * len(row.parts)
    lowered(session, world.election, "kursi_metode", "kuota_hare")
    with pytest.raises(Refused, match="Metode"):
        operations.compute_result(contest, "", actor=first)
