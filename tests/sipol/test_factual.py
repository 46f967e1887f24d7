"""Factual verification: draws by the public seed, three attempts, projection, visits, the end of an area."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.verification.models import Contact, SampleMember
from electsys.verification.operations import contacts, samples
from electsys.verification.queries import samples as reads
from electsys.verification.rules import sampling
from electsys.verification.sampling import find_kind
from modules.jdih import Letter
from modules.sipol.models import PartyVerdict
from modules.sipol.operations import factual
from modules.sipol.operations.verdicts import conclude_area
from modules.sipol.permissions import ASSIGN_VISITS, VISIT
from modules.sipol.queries import factual as queries
from modules.sipol.queries.verdicts import outlook
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.verifying import open_step
from tests.sipol.visiting import BOARD, OFFICE, checked, in_factual, meet, now, people, photo, seed
from tests.sipol.visiting import officer as officer  # noqa: PLC0414  (a fixture)

MEMBERS = 12  # Krejcie-Morgan of 12 is 12, of 24 is 23


@pytest.fixture
def few(monkeypatch):
    """Let the law ask for eight members."""
    law_of = queries.law_of
    monkeypatch.setattr(queries, "law_of", lambda row: replace(law_of(row), members_most=8))


@pytest.fixture
def row(session, election, few):
    seed(session, election)
    return in_factual(session, MEMBERS)


@pytest.fixture
def sample(row, officer):
    return factual.draw(row, "1201", actor=officer[1])


# --- seed and draw -------------------------------------------------------------------------------


def test_the_seed_is_set_once_by_the_nation(session, election, make_account):
    kind = find_kind(queries.KIND)
    local = make_account(permissions=[ASSIGN_VISITS], region="1201")
    with pytest.raises(Refused):
        samples.set_seed(kind, election.id, seed="7", source="pleno", actor=Actor(local.id, local.username))
    with pytest.raises(Refused) as refusal:
        samples.set_seed(kind, election.id, seed=" ", source="pleno", actor=ACTOR)
    assert refusal.value.field == "undian"
    samples.set_seed(kind, election.id, seed=" 7  31 ", source="pleno 1 Oktober 2022", actor=ACTOR)
    assert reads.seed_of(kind.name, election.id).seed == "7 31"
    with pytest.raises(Refused, match="sudah ditetapkan"):
        samples.set_seed(kind, election.id, seed="8", source="pleno", actor=ACTOR)


def test_no_draw_without_a_seed_or_outside_the_step(session, election, officer, few):
    row = in_factual(session, 3)
    with pytest.raises(Refused, match="Bilangan undian belum"):
        factual.draw(row, "1201", actor=officer[1])
    seed(session, election)
    with pytest.raises(Refused, match="kabupaten/kota"):
        factual.draw(row, "12", actor=ACTOR)
    early = make.registration(session, "vermin")
    with pytest.raises(Refused, match="Tidak ada verifikasi faktual"):
        factual.draw(early, "1201", actor=officer[1])
    empty = in_factual(session, 0)
    with pytest.raises(Refused, match="Tidak ada anggota"):
        factual.draw(empty, "1201", actor=officer[1])


def test_only_who_may_assign_draws(row, make_account):
    visitor = make_account(permissions=[VISIT], region="1201")
    elsewhere = make_account(permissions=[ASSIGN_VISITS], region="1202")
    for account in (visitor, elsewhere):
        with pytest.raises(Refused):
            factual.draw(row, "1201", actor=Actor(account.id, account.username))


def test_the_frame_are_members_found_right_and_anybody_draws_it_again(session, election, officer, few):
    seed(session, election)
    row = in_factual(session, 24)
    make.member(session, row, "tms")
    make.member(session, row, "bms")
    make.member(session, row, "ms", flags=["ganda_identik"])
    make.member(session, row, "ms", village="1202011001")
    sample = factual.draw(row, "1201", actor=officer[1])
    ids = [key for key, _village in queries.frame_of(row, "verfak", "1201")]
    assert (sample.frame_size, sample.size, sample.method) == (24, 23, "krejcie_morgan") and len(ids) == 24
    assert sample.frame_digest == sampling.frame_digest(ids)
    label = f"pemilu-2024/sipol_anggota/{row.id}/1201/1"
    drawn = sampling.draw(24, "krejcie_morgan", sampling.number_of("undian uji 31 42 7", label))
    chosen = people(session, sample)
    assert [p.frame_position for p in chosen] == list(drawn.places) and sample.start == drawn.start
    assert [p.subject for p in chosen] == [f"party_member:{ids[place - 1]}" for place in drawn.places]
    with pytest.raises(Refused, match="tidak ditarik dua kali"):
        factual.draw(row, "1201", actor=officer[1])


# --- sharing out ---------------------------------------------------------------------------------


def test_people_are_shared_out_by_village_and_by_hand(session, election, few, officer, make_account):
    seed(session, election)
    row = in_factual(session, 0)
    for village, n in (("1201011001", 4), ("1201011002", 3), ("1201022001", 2)):
        for _n in range(n):
            make.member(session, row, "ms", village=village)
    sample = factual.draw(row, "1201", actor=officer[1])
    first, second = (make_account(permissions=[VISIT], region="1201") for _n in range(2))
    stranger = make_account(permissions=[VISIT], region="1202")
    with pytest.raises(Refused, match="bukan verifikator"):
        samples.share_evenly(sample, [first, stranger], actor=officer[1])
    counts = samples.share_evenly(sample, [first, second], actor=officer[1])
    assert sorted(counts.values()) == [4, 5]
    by_village = {(p.region, p.assigned_to) for p in people(session, sample)}
    assert len(by_village) == 3  # nobody shares a village
    one = people(session, sample)[0]
    assert samples.assign_people(sample, [one.id], officer[0], actor=officer[1]) == 1
    assert session.get(SampleMember, one.id).assigned_to == officer[0].id
    assert {a.id for a in reads.visitors_at(VISIT, samples.scope_of(sample))} == {
        first.id,
        second.id,
        officer[0].id,
    }


# --- attempts ------------------------------------------------------------------------------------


def test_three_attempts_decide(session, sample, officer):
    found, denied, never, wrong = people(session, sample)[:4]
    actor = officer[1]
    meet(found, actor, "tidak_bertemu", "membenarkan")
    meet(denied, actor, "menyangkal")
    meet(never, actor, "tidak_bertemu", "tidak_bertemu")
    assert (never.state, never.reason) == ("menunggu", None)
    meet_third = contacts.record_contact(
        never, "panggilan_video", "tidak_bertemu", actor=actor, visited_at=now()
    )
    meet(wrong, actor, "tidak_cocok")
    assert [(p.state, p.reason) for p in (found, denied, never, wrong)] == [
        ("ms", None),
        ("tms", "menyangkal"),
        ("tms", "tidak_ditemui"),
        ("tms", "tidak_cocok"),
    ]
    assert meet_third.number == 3
    with pytest.raises(Refused, match="sudah diputus"):
        contacts.record_contact(found, "rumah", "menyangkal", actor=actor, visited_at=now())


def test_attempts_keep_their_order_and_their_time(session, sample, officer, make_account):
    person = people(session, sample)[0]
    with pytest.raises(Refused, match="Upaya ke-1") as refusal:
        contacts.record_contact(person, "kantor", "tidak_bertemu", actor=officer[1], visited_at=now())
    assert refusal.value.field == "cara"
    with pytest.raises(Refused, match="belum tiba"):
        contacts.record_contact(
            person, "rumah", "membenarkan", actor=officer[1], visited_at=now() + dt.timedelta(hours=1)
        )
    with pytest.raises(Refused, match="tidak dikenal"):
        contacts.record_contact(person, "rumah", "mungkin", actor=officer[1], visited_at=now())
    other = make_account(permissions=[VISIT], region="1202")
    with pytest.raises(Refused):
        contacts.record_contact(
            person, "rumah", "membenarkan", actor=Actor(other.id, other.username), visited_at=now()
        )
    assert person.state == "menunggu"


def test_a_packet_that_comes_twice_is_one_attempt(session, sample, officer):
    person = people(session, sample)[0]
    more = {"actor": officer[1], "visited_at": now(), "packet": "p-1"}
    first = contacts.record_contact(person, "rumah", "membenarkan", **more)
    assert contacts.record_contact(person, "rumah", "membenarkan", **more).id == first.id
    assert len(session.scalars(select(Contact).where(Contact.member_id == person.id)).all()) == 1
    picture = photo()
    for _n in range(2):
        contacts.attach_photo("p-1", picture.id, actor=officer[1])
    contacts.attach_photo("nobody", picture.id, actor=officer[1])
    assert reads.photos_of([first]) == {first.id: [picture.id]}


# --- the end of a sample -------------------------------------------------------------------------


def test_a_closed_sample_projects_and_its_minutes_say_what_is_lacking(session, row, sample, officer):
    actor = officer[1]
    everybody = people(session, sample)
    with pytest.raises(Refused, match="12 orang belum diputus"):
        factual.close_sample(row, "1201", actor=actor)
    for n, person in enumerate(everybody):
        meet(person, actor, "membenarkan" if n < 5 else "menyangkal")
    closed = factual.close_sample(row, "1201", actor=actor)
    assert (closed.found_ms, closed.projection, closed.minimum, closed.deficit) == (5, 5, 8, 3)
    letter = session.get(Letter, closed.letter_id)
    assert "BA.VERFAK-PARPOL" in letter.title
    with pytest.raises(Refused, match="sudah ditutup"):
        contacts.record_contact(everybody[0], "rumah", "membenarkan", actor=actor, visited_at=now())
    acts = set(session.scalars(select(Act.verb).where(Act.subject == f"verification_sample:{sample.id}")))
    assert acts >= {"verification:sample:draw", "verification:sample:close"}


# --- offices, boards and the end of an area --------------------------------------------------------


def test_a_visit_needs_a_photo_and_what_is_asked_for(row, officer):
    actor = officer[1]
    with pytest.raises(Refused) as refusal:
        factual.record_check(row, "1201", "kantor", OFFICE, visited_at=now(), photos=[], actor=actor)
    assert refusal.value.field == "foto"
    with pytest.raises(Refused, match="tidak diperiksa di wilayah ini"):
        factual.record_check(
            row, "1201", "perempuan", {"cocok": True}, visited_at=now(), photos=[1], actor=actor
        )


@pytest.mark.parametrize(
    ("aspect", "ticked", "state", "reason"),
    [
        ("kantor", OFFICE, "ms", None),
        ("kantor", OFFICE | {"papan": False}, "ms", None),
        ("kantor", OFFICE | {"digunakan": False}, "bms", "tidak_digunakan"),
        ("kantor", OFFICE | {"sampai_akhir": False}, "bms", "masa_kurang"),
        ("kepengurusan", BOARD | {"hadir_bendahara": False}, "bms", "tidak_hadir"),
        ("kepengurusan", BOARD, "ms", None),
    ],
)
def test_visits_judge(row, officer, aspect, ticked, state, reason):
    found = factual.record_check(
        row, "1201", aspect, ticked, visited_at=now(), photos=[photo().id], actor=officer[1]
    )
    assert (found.state, found.reason) == (state, reason)
    assert queries.checks_in(row, "verfak", "1201")[aspect].id == found.id


def test_the_centre_needs_its_women(session, election, few, make_account):
    from tests.sipol.verifying import board

    row = make.registration(session, "verfak")
    open_step(session, row, "verfak")
    board(session, row, "", people=10, women=2)
    nation = make_account(permissions=[VISIT])
    found = factual.record_check(
        row,
        "",
        "perempuan",
        {"cocok": True},
        visited_at=now(),
        photos=[photo().id],
        actor=Actor(nation.id, nation.username),
    )
    assert (found.state, found.reason, found.details["needed"]) == ("bms", "perempuan_kurang", 3)


def test_an_area_closes_with_its_verdicts_and_the_plenary_concludes(session, row, sample, officer):
    actor = officer[1]
    with pytest.raises(Refused, match="kepengurusan, kantor"):
        factual.close_area(row, "1201", actor=actor)
    checked(row, actor)
    with pytest.raises(Refused, match="belum ditutup"):
        factual.close_area(row, "1201", actor=actor)
    for person in people(session, sample):
        meet(person, actor, "membenarkan")
    factual.close_sample(row, "1201", actor=actor)
    assert outlook(row, "verfak", "1201").missing
    factual.close_area(row, "1201", actor=actor)
    seen = outlook(row, "verfak", "1201")
    assert seen.ready and {a.name: a.state for a in seen.aspects} == {
        "kantor": "ms",
        "kepengurusan": "ms",
        "anggota": "ms",
    }
    with pytest.raises(Refused, match="sudah ditutup"):
        factual.record_check(
            row, "1201", "kantor", OFFICE, visited_at=now(), photos=[photo().id], actor=actor
        )
    assert conclude_area(row, "1201", actor=actor).state == "ms"


def test_an_undrawn_sample_keeps_the_area_open(row, officer):
    checked(row, officer[1])
    with pytest.raises(Refused, match="belum ditarik"):
        factual.close_area(row, "1201", actor=officer[1])


# --- the second round ------------------------------------------------------------------------------


def _repaired(session, row, sample, officer, met):
    """The party after its repair: the first sample is closed with so many found right."""
    for n, person in enumerate(people(session, sample)):
        meet(person, officer[1], "membenarkan" if n < met else "menyangkal")
    factual.close_sample(row, "1201", actor=officer[1])
    row.state = "verfak_perbaikan"
    session.flush()
    open_step(session, row, "verfak_perbaikan")


def test_the_second_round_is_of_members_who_were_never_sampled(session, row, sample, officer):
    _repaired(session, row, sample, officer, 5)
    added = [make.member(session, row, village="1201011002") for _n in range(9)]
    added[0].flags = ["ganda_eksternal"]
    session.flush()
    with pytest.raises(Refused, match="9 anggota tambahan"):
        factual.draw(row, "1201", actor=officer[1])
    assert factual.screen_added(row, "1201", actor=officer[1]) == (8, 1)
    assert [m.state for m in added] == ["tms", *["ms"] * 8]
    second = factual.draw(row, "1201", actor=officer[1])
    assert (second.round, second.frame_size, second.size) == (2, 8, 8)
    assert {p.subject for p in people(session, second)} == {f"party_member:{m.id}" for m in added[1:]}


def test_without_enough_people_there_is_no_second_round_and_the_area_fails(session, row, sample, officer):
    _repaired(session, row, sample, officer, 5)
    for _n in range(7):
        make.member(session, row, "ms")
    with pytest.raises(Refused, match="tidak mencapai 8 orang"):
        factual.draw(row, "1201", actor=officer[1])
    checked(row, officer[1])
    factual.close_area(row, "1201", actor=officer[1])
    found = session.scalars(
        select(PartyVerdict).where(PartyVerdict.step == "verfak_perbaikan", PartyVerdict.aspect == "anggota")
    ).one()
    assert (found.state, found.reason, found.details["needed"]) == ("tms", "anggota_kurang", 8)


def test_what_was_met_before_the_repair_is_not_visited_again(session, row, sample, officer):
    checked(row, officer[1])
    for n, person in enumerate(people(session, sample)):
        meet(person, officer[1], "membenarkan" if n < 5 else "menyangkal")
    factual.close_sample(row, "1201", actor=officer[1])
    factual.close_area(row, "1201", actor=officer[1])
    row.state = "verfak_perbaikan"
    session.flush()
    open_step(session, row, "verfak_perbaikan")
    for _n in range(8):
        make.member(session, row, "ms")
    second = factual.draw(row, "1201", actor=officer[1])
    for person in people(session, second):
        meet(person, officer[1], "membenarkan")
    factual.close_sample(row, "1201", actor=officer[1])
    found = {v.aspect: v.state for v in factual.close_area(row, "1201", actor=officer[1])}
    assert found == {"kantor": "ms", "kepengurusan": "ms", "anggota": "ms"}
