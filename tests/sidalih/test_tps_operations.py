"""Writers of polling stations: what moves, what is kept of it, what is refused, what can be undone."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from electsys.errors import Refused
from electsys.jobs import run_pending
from electsys.jobs.models import Job
from electsys.ledger import Act
from electsys.regions.models import Tps
from modules.sidalih.models import Voter, VoterEvent
from modules.sidalih.models.tps import TpsChange, TpsProposal, TpsProposalFamily
from modules.sidalih.operations import tps as operations
from modules.sidalih.operations import tps_hand as hand
from modules.sidalih.operations.tps_jobs import start_for
from modules.sidalih.permissions import COMPILE, EDIT
from modules.sidalih.queries import tps as queries
from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, VILLAGE

ONE, TWO = VILLAGE + "001", VILLAGE + "002"


@pytest.fixture
def small(session, election):
    """A cap of four voters in each TPS of the village, of which two stay in use."""
    session.execute(
        update(Tps).where(Tps.election_id == election.id, Tps.village_code == VILLAGE).values(cap=4)
    )
    session.execute(
        update(Tps)
        .where(Tps.election_id == election.id, Tps.village_code == VILLAGE, Tps.code > TWO)
        .values(state="ditutup")
    )
    session.expire_all()


@pytest.fixture
def family(make_voter):
    """Make a family: ``family(2, tps="001", rt="003")``."""
    count = iter(range(1, 1000))

    def make(size, tps="001", **facts):
        card = f"1201010101209{next(count):03}"
        return [make_voter(tps=tps, nkk=card, **facts) for _ in range(size)]

    return make


def stands(session, voters):
    session.expire_all()
    return {v.tps_code for v in voters}


def events(session, kind="tempat"):
    return list(session.scalars(select(VoterEvent).where(VoterEvent.kind == kind).order_by(VoterEvent.id)))


def acts(session, action):
    return list(session.scalars(select(Act).where(Act.verb == f"sidalih:tps:{action}")))


# --- proposals -----------------------------------------------------------------------------------


def test_a_proposal_moves_nobody_and_applying_it_keeps_the_law(session, election, small, family, actor_with):
    crowd = [family(3, rt="001"), family(2, rt="001"), family(1, rt="002")]  # six in a TPS of four
    new = family(2, tps=None, rt="002")
    actor = actor_with(COMPILE, EDIT)
    proposal = operations.propose_tps(election, VILLAGE, actor=actor)
    assert (proposal.before["over_cap"], proposal.before["unplaced"], proposal.voters) == (1, 2, 8)
    assert (proposal.score["over_cap"], proposal.score["moved"]) == (0, 2)
    assert proposal.score["moves_lower_bound"] == 2
    assert stands(session, crowd[1]) == {ONE}
    assert [(r["code"][-3:], r["before"], r["after"]) for r in proposal.loads] == [
        ("001", 6, 4),
        ("002", 0, 4),
    ]
    change = operations.apply_tps(proposal, actor=actor)
    assert stands(session, crowd[1] + new) == {TWO}
    assert stands(session, crowd[0] + crowd[2]) == {ONE}
    assert (proposal.state, proposal.decided_by, change.voters) == ("diterapkan", actor.name, 4)
    moved = events(session)
    assert {(e.details["from"], e.details["to"]) for e in moved} == {(ONE, TWO), (None, TWO)}
    assert {e.details["change"] for e in moved} == {str(change.id)} and len(moved) == 4
    [act] = acts(session, "apply")
    assert (act.details["voters"], act.details["proposal"], len(act.details["digest"])) == (
        4,
        proposal.id,
        64,
    )


def test_an_applied_proposal_is_undone_to_the_last_voter(session, election, small, family, actor_with):
    crowd = [family(3), family(3), family(3)]  # nine in two TPS of four: a third is needed
    actor = actor_with(COMPILE, EDIT)
    proposal = operations.propose_tps(election, VILLAGE, actor=actor)
    assert (proposal.score["new_tps"], proposal.score["over_cap"]) == (1, 0)
    # The election's cap of 300 would hold all in one new TPS; the caps of the old ones are four.
    change = operations.apply_tps(proposal, actor=actor)
    third = session.get(Tps, (election.id, "12", VILLAGE + "003"))
    assert third.state == "aktif"
    assert hand.undo_change(change, actor=actor) == change.voters
    assert {v.tps_code for f in crowd for v in f} == {ONE}
    assert session.get(Tps, (election.id, "12", VILLAGE + "003")).state == "ditutup"
    session.refresh(change)
    assert (change.undone_by, change.undone_at is not None) == (actor.name, True)
    with pytest.raises(Refused, match="sudah diurungkan"):
        hand.undo_change(change, actor=actor)


def test_what_was_moved_again_since_stays_there(session, election, small, family, actor_with):
    first, second = family(2), family(2)
    actor = actor_with(COMPILE, EDIT)
    change = hand.move_families(election, VILLAGE, [first[0].id, second[0].id], TWO, actor=actor)
    hand.move_families(election, VILLAGE, [second[0].id], ONE, actor=actor)
    assert hand.undo_change(change, actor=actor) == 2
    assert stands(session, first + second) == {ONE}
    assert len(events(session)) == 4 + 2 + 2


def test_a_proposal_falls_with_any_change_of_the_village(
    session, election, small, family, make_voter, actor_with
):
    family(3), family(3)
    actor = actor_with(COMPILE)
    proposal = operations.propose_tps(election, VILLAGE, actor=actor)
    make_voter()
    with pytest.raises(Refused, match="sudah berubah") as refused:
        operations.apply_tps(proposal, actor=actor)
    assert refused.value.status == 409
    assert events(session) == []


def test_a_newer_proposal_takes_the_place_of_one_that_waits(session, election, small, family, actor_with):
    family(2)
    actor = actor_with(COMPILE)
    old = operations.propose_tps(election, VILLAGE, actor=actor)
    new = operations.propose_tps(election, VILLAGE, mode="ulang", actor=actor)
    session.refresh(old)
    assert (old.state, new.state, queries.waiting(election.id, VILLAGE).id) == ("dibuang", "menunggu", new.id)
    operations.discard_tps(new, actor=actor)
    assert queries.waiting(election.id, VILLAGE) is None
    for late in (operations.discard_tps, operations.apply_tps):
        with pytest.raises(Refused, match="sudah diputuskan"):
            late(new, actor=actor)


def test_struck_voters_and_special_sites_are_no_part_of_a_proposal(
    session, election, small, family, make_voter, actor_with
):
    site = hand.open_station(
        election, VILLAGE, special=True, address="Lapas Kelas III Barus", cap=2, actor=actor_with(COMPILE)
    )
    assert (site.code, site.kind, site.name) == (VILLAGE + "901", "khusus", "TPS 901")
    make_voter(state="tms")
    [home, inmate] = family(2)
    actor = actor_with(COMPILE, EDIT)
    hand.move_families(election, VILLAGE, [inmate.id], site.code, whole=False, actor=actor)
    assert stands(session, [inmate]) == {site.code} and stands(session, [home]) == {ONE}
    proposal = operations.propose_tps(election, VILLAGE, mode="ulang", actor=actor)
    assert proposal.voters == 2
    assert (proposal.score["split_families"], proposal.before["split_families"]) == (0, 0)
    operations.apply_tps(proposal, actor=actor)
    assert stands(session, [inmate]) == {site.code}
    # Out of the site goes a voter alone, too; into an ordinary TPS goes a family as a whole.
    hand.move_families(election, VILLAGE, [inmate.id], TWO, whole=False, actor=actor)
    with pytest.raises(Refused, match="tidak boleh dipisah"):
        hand.move_families(election, VILLAGE, [inmate.id], ONE, whole=False, actor=actor)


def test_a_family_beyond_the_cap_is_named_and_stays(
    session, election, small, family, actor_with, monkeypatch
):
    monkeypatch.setattr(queries, "cap_of", lambda _election: 4)
    large = family(5)
    small_one = family(2)
    actor = actor_with(COMPILE)
    proposal = operations.propose_tps(election, VILLAGE, actor=actor)
    assert proposal.oversize == [{"voter": large[0].id, "voters": 5}]
    operations.apply_tps(proposal, actor=actor)
    assert stands(session, large) == {ONE} and stands(session, small_one) == {ONE}


@pytest.mark.parametrize("where", ["penyusunan", "dpshp"])
def test_tps_are_built_while_the_list_is_made(session, election, roll, small, family, actor_with, where):
    roll.state = where
    family(2)
    assert operations.propose_tps(election, VILLAGE, actor=actor_with(COMPILE)).state == "menunggu"


def test_a_frozen_list_another_region_and_an_empty_village_are_refused(
    session, election, roll, family, actor_with
):
    voters = family(2)
    with pytest.raises(Refused, match="Hak akun"):
        operations.propose_tps(election, VILLAGE, actor=actor_with(COMPILE, region="1202"))
    with pytest.raises(Refused, match="Hak akun"):
        hand.move_families(election, VILLAGE, [voters[0].id], TWO, actor=actor_with(COMPILE))
    with pytest.raises(Refused, match="belum mempunyai pemilih"):
        operations.propose_tps(election, OTHER_VILLAGE, actor=actor_with(COMPILE))
    with pytest.raises(Refused, match="tidak dikenal"):
        operations.propose_tps(election, VILLAGE, mode="lain", actor=actor_with(COMPILE))
    with pytest.raises(Refused, match="luar negeri"):
        operations.propose_tps(election, "99AA010001", actor=ACTOR)
    roll.state = "dpt"
    session.flush()
    with pytest.raises(Refused, match="sudah ditetapkan"):
        operations.propose_tps(election, VILLAGE, actor=actor_with(COMPILE))


# --- by hand -------------------------------------------------------------------------------------


def test_moving_one_member_moves_the_family(session, election, small, family, actor_with):
    voters = family(3)
    change = hand.move_families(
        election, VILLAGE, [voters[1].id], TWO, actor=actor_with(EDIT), reason="Dekat"
    )
    assert stands(session, voters) == {TWO}
    assert (change.voters, change.proposal_id, change.reason) == (3, None, "Dekat")
    assert [e.reason for e in events(session)] == ["Dekat"] * 3
    assert hand.move_families(election, VILLAGE, [voters[1].id], TWO, actor=actor_with(EDIT)) is None


def test_by_hand_no_tps_goes_over_its_cap(session, election, small, family, actor_with):
    family(3, tps="002")
    voters = family(2)
    with pytest.raises(
        Refused, match="TPS 002 tidak muat: 3 pemilih, batas 4, yang dipindahkan 2"
    ) as refused:
        hand.move_families(election, VILLAGE, [voters[0].id], TWO, actor=actor_with(EDIT))
    assert refused.value.field == "tps"
    assert stands(session, voters) == {ONE}


def test_a_closed_tps_a_stranger_and_nobody_are_refused(
    session, election, small, family, make_voter, actor_with
):
    voters = family(1)
    stranger = make_voter(village=OTHER_VILLAGE)
    actor = actor_with(EDIT)
    with pytest.raises(Refused, match="tidak ada di desa"):
        hand.move_families(election, VILLAGE, [voters[0].id], VILLAGE + "003", actor=actor)
    for chosen in ([], [stranger.id], [voters[0].id, 1]):
        with pytest.raises(Refused, match="Pilih paling sedikit"):
            hand.move_families(election, VILLAGE, chosen, TWO, actor=actor)


def test_back_to_a_closed_tps_nobody_goes(session, election, small, family, actor_with):
    voters = family(2)
    actor = actor_with(EDIT, COMPILE)
    change = hand.move_families(election, VILLAGE, [voters[0].id], TWO, actor=actor)
    hand.close_station(election, ONE, actor=actor)
    with pytest.raises(Refused, match="TPS asal sudah ditutup"):
        hand.undo_change(change, actor=actor)


def test_stations_are_numbered_on_and_closed_only_when_empty(session, election, small, family, actor_with):
    actor = actor_with(COMPILE)
    known = session.scalars(
        select(Tps.number).where(
            Tps.village_code == VILLAGE, Tps.election_id == election.id, Tps.number < 901
        )
    )
    made = hand.open_station(election, VILLAGE, special=False, actor=actor)
    assert made.number == max(known) + 1 and made.cap is None and made.kind == "reguler"
    hand.close_station(election, made.code, actor=actor)
    assert made.code not in {s.code for s in queries.sites(election.id, VILLAGE)}
    with pytest.raises(Refused, match="sudah ditutup"):
        hand.close_station(election, made.code, actor=actor)
    family(1)
    with pytest.raises(Refused, match="masih mempunyai 1 pemilih"):
        hand.close_station(election, ONE, actor=actor)
    with pytest.raises(Refused, match="alamat lokasi khusus"):
        hand.open_station(election, VILLAGE, special=True, address=" ", actor=actor)
    for cap in (0, 301):
        with pytest.raises(Refused, match="1 sampai 300"):
            hand.open_station(election, VILLAGE, special=False, cap=cap, actor=actor)


# --- a whole area --------------------------------------------------------------------------------


def test_a_job_proposes_for_every_village_and_another_applies(
    session, app, election, small, family, make_voter, actor_with
):
    crowd = family(3), family(3)
    make_voter(village=OTHER_VILLAGE, tps=None)
    actor = actor_with(COMPILE)
    job = start_for(election, "1201", task="sidalih.tps_propose", actor=actor, mode="tetap")
    session.commit()
    run_pending(app)
    done = session.get(Job, job.id)
    assert (done.state, done.done, done.total) == ("selesai", 2, 2)
    assert done.message == "2 usulan dibuat, 0 desa/kelurahan dilewati."
    rows = {r.code: r for r in queries.villages(election, "1201") if r.voters}
    assert (rows[VILLAGE].over, rows[VILLAGE].proposal, rows[VILLAGE].lower_bound) == (1, "menunggu", 3)
    assert (rows[OTHER_VILLAGE].unplaced, rows[OTHER_VILLAGE].moved) == (1, 0)
    start_for(election, "1201", task="sidalih.tps_apply", actor=actor)
    session.commit()
    run_pending(app)
    rows = {r.code: r for r in queries.villages(election, "1201") if r.voters}
    assert [(r.over, r.unplaced, r.proposal) for r in rows.values()] == [(0, 0, None)] * 2
    assert len({v.tps_code for f in crowd for v in f}) == 2
    with pytest.raises(Refused, match="Hak akun"):
        start_for(election, "12", task="sidalih.tps_apply", actor=actor)


# --- reads ---------------------------------------------------------------------------------------


def test_families_are_told_apart_by_card_and_ordered_as_people_count_houses(
    session, election, family, make_voter
):
    far = family(2, address="JALAN MELATI 10")
    near = family(1, address="JALAN MELATI 9")
    alone = make_voter(nkk=None, address="JALAN MELATI 11")
    facts = queries.village_facts(election.id, VILLAGE)
    order = sorted(facts.families, key=lambda f: f.order)
    assert [(f.id, f.voters) for f in order] == [(near[0].id, 1), (far[0].id, 2), (alone.id, 1)]
    assert facts.members[far[0].id] == [v.id for v in far]
    shown, total = queries.families_at(election.id, VILLAGE, ONE)
    assert total == 3
    assert [(r.key, r.here, r.elsewhere) for r in shown] == [
        (near[0].id, 1, 0),
        (far[0].id, 2, 0),
        (alone.id, 1, 0),
    ]


def test_a_split_family_is_counted_and_its_other_part_shown(session, election, family):
    voters = family(3)
    session.execute(update(Voter).where(Voter.id == voters[2].id).values(tps_code=TWO))
    session.expire_all()
    assert queries.split_families(election.id, VILLAGE) == 1
    [row], _total = queries.families_at(election.id, VILLAGE, ONE)
    assert (row.here, row.elsewhere) == (2, 1)
    assert [v.id for v in queries.family_of(voters[0])] == sorted(v.id for v in voters)


def test_code_8_nets_to_nought_after_every_change(session, election, small, family, actor_with):
    voters = family(3)
    actor = actor_with(EDIT)
    change = hand.move_families(election, VILLAGE, [voters[0].id], TWO, actor=actor)
    assert queries.wrong_tps(election.id, VILLAGE).flows == {ONE: (3, 0), TWO: (0, 3)}
    hand.undo_change(change, actor=actor)
    found = queries.wrong_tps(election.id, VILLAGE)
    assert (found.net, found.balanced, found.flows[ONE]) == (0, True, (3, 3))


def test_the_second_lock_hides_proposed_families_of_other_regions(
    session, election, small, family, actor_with
):
    family(3), family(3)
    operations.propose_tps(election, VILLAGE, actor=actor_with(COMPILE))
    session.connection().exec_driver_sql("set local app.scope = '1202'")
    assert session.scalars(select(TpsProposalFamily)).all() == []
    session.connection().exec_driver_sql("set local app.scope = '1201'")
    assert session.scalars(select(TpsProposalFamily)).all() != []


def test_a_page_of_a_kabko_takes_one_query(session, election, family, counted=None):
    family(2)
    from sqlalchemy import event

    seen: list[str] = []
    engine = session.connection().engine

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        queries.villages(election, "1201")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len([s for s in seen if "voter" in s]) == 1


def test_a_change_row_keeps_who_and_when(session, election, small, family, actor_with):
    voters = family(1)
    actor = actor_with(EDIT)
    hand.move_families(election, VILLAGE, [voters[0].id], TWO, actor=actor)
    [change] = session.scalars(queries.changes(election.id, VILLAGE))
    assert isinstance(change, TpsChange)
    assert (change.actor, change.undone_at) == (actor.name, None)
    assert session.scalars(select(TpsProposal)).all() == []
