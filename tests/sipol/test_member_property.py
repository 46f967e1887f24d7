"""After whatever several parties do, flags are what a reading of all rows from zero says; and nothing that
was eligible is struck without an event that says why (issue 5, part 4; NA-18)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text

from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.intake import FileFacts, stage
from electsys.ledger import Actor
from modules.sipol.claims import MemberClaim
from modules.sipol.imports.checks import check_members
from modules.sipol.imports.specs import STAGING, spec_for
from modules.sipol.models import (
    MemberClarification,
    MemberEvent,
    MemberFlagEvent,
    PartyMember,
)
from modules.sipol.operations import clarifications, members, statements
from modules.sipol.operations.member_events import move_member
from modules.sipol.operations.member_imports import import_members
from modules.sipol.permissions import EDIT_MEMBERS, HEAR_MEMBERS, VERIFY
from tests.sipol import conftest as make
from tests.sipol.membering import ELSEWHERE, FAR, REPAIR, REVIEW, VILLAGE, at, row, write_csv

ACTIVE = ("baru", "ms", "bms")
#: A few people, names and places, so that they meet often.
NIKS = [f"12010109038580{n:02}" for n in range(1, 5)]
NAMES = ["BUDI SATU", "BUDI DUA", "BUDI TIGA"]
PLACES = [VILLAGE, ELSEWHERE, FAR]


def from_zero(rows) -> dict[int, set[str]]:
    """The flags of every row by domain.md 3.5, read from all rows at once and by nothing of the program."""
    expected = {}
    for a in rows:
        flags = set(a.own_flags)
        for b in rows:
            if b.id == a.id or b.state not in ACTIVE:
                continue
            same_nik, same_identity = a.nik_index == b.nik_index, a.identity_index == b.identity_index
            if a.party_id != b.party_id:
                flags |= {"ganda_eksternal"} if same_nik else set()
            elif same_nik and same_identity:
                flags.add("ganda_identik")
            elif same_nik or same_identity:
                flags.add("potensi_ganda")
        expected[a.id] = set() if a.state == "ditarik" else flags
    return expected


def machine(session, account, file_id, monkeypatch, folder, heard):
    actor = Actor(account.id, account.username)

    class Parties(RuleBasedStateMachine):
        """Three parties that share a few people, and the offices that judge them."""

        def __init__(self):
            super().__init__()
            self.point = session.begin_nested()
            at(monkeypatch, REPAIR)
            self.parties = [make.registration(session, "bms_vermin") for _ in range(3)]
            self.cards = 0

        def teardown(self):
            session.expire_all()
            self.point.rollback()
            session.expire_all()

        def rows(self):
            return list(session.scalars(select(PartyMember).order_by(PartyMember.id)))

        def pick(self, n, *states):
            found = [m for m in self.rows() if not states or m.state in states]
            return found[n % len(found)] if found else None

        def attempt(self, act):
            """Do what may be refused: then nothing of it stays."""
            try:
                with session.begin_nested():
                    act()
            except Refused:
                session.expire_all()

        @rule(
            party=st.integers(0, 2),
            nik=st.sampled_from(NIKS),
            name=st.sampled_from(NAMES),
            place=st.sampled_from(PLACES),
            married=st.sampled_from("BS"),
            occupation=st.sampled_from(["PETANI", "ANGGOTA TNI"]),
        )
        def add(self, party, nik, name, place, married, occupation):
            self.cards += 1
            claim = MemberClaim(
                *(nik, name, "L", "BARUS", dt.date(1985, 3, 9), married, occupation, "JALAN 1", place),
                f"K-{self.cards}",
            )
            self.attempt(lambda: members.add_member(self.parties[party], claim, actor=actor))

        @rule(
            party=st.integers(0, 2),
            people=st.lists(
                st.tuples(st.sampled_from(NIKS), st.sampled_from(NAMES), st.sampled_from(PLACES)),
                min_size=1,
                max_size=4,
            ),
        )
        def bring_file(self, party, people):
            cards = [f"F-{self.cards + n}" for n in range(len(people))]
            self.cards += len(people)
            rows = [
                row(nik=nik, nama=name, kode_desa=place, nomor_kta=card)
                for (nik, name, place), card in zip(people, cards, strict=True)
            ]
            path = write_csv(folder / "anggota.csv", rows)
            staging = stage(session.connection(), path, spec_for(by_code("pemilu-2024"), ""), STAGING)
            check_members(staging, self.parties[party], "", actor=actor)
            staging.discard_bad()
            facts = FileFacts("anggota.csv", "0" * 64)
            self.attempt(
                lambda: import_members(staging, self.parties[party], region="", file=facts, actor=actor)
            )
            staging.drop()

        @rule(n=st.integers(0, 50), nik=st.sampled_from(NIKS), name=st.sampled_from(NAMES))
        def change(self, n, nik, name):
            if found := self.pick(n, *ACTIVE):
                self.attempt(lambda: members.change_member(found, {"nik": nik, "name": name}, actor=actor))

        @rule(n=st.integers(0, 50))
        def withdraw(self, n):
            if found := self.pick(n, *ACTIVE):
                self.attempt(lambda: members.withdraw_member(found, reason="salah catat", actor=actor))

        @rule(n=st.integers(0, 50), action=st.sampled_from(["accept", "defer", "refuse", "undo", "strike"]))
        def judge(self, n, action):
            if found := self.pick(n):
                flags = [f for f in found.flags if f != "ganda_identik"]

                def act():
                    reason = flags[0] if flags else "uji"
                    move_member(found, action, kind="putus", reason=reason, actor=actor)

                self.attempt(act)

        @rule(n=st.integers(0, 50), accept=st.booleans())
        def state(self, n, accept):
            found = self.pick(n, *ACTIVE)
            flags = [f for f in found.flags if f != "ganda_identik"] if found else []
            if flags:

                def act():
                    brought = statements.upload_statement(found, flags[n % len(flags)], file_id, actor=actor)
                    statements.decide_statement(brought, accept=accept, reason="buram", actor=actor)

                self.attempt(act)

        @rule(
            nik=st.sampled_from(NIKS),
            parties=st.sampled_from([(0, 1), (1, 2), (0, 1, 2)]),
            n=st.integers(0, 5),
        )
        def contest(self, nik, parties, n):
            """Several parties bring one person, each with a statement that is good: the person is heard."""
            for at_party in parties:
                self.add(at_party, nik, NAMES[0], PLACES[at_party], "S", "PETANI")
            for found in self.rows():
                if found.state in ACTIVE and found.flags == ["ganda_eksternal"]:
                    self.attempt(lambda found=found: self._answer(found))
            self.settle()
            self.hear(n)

        def _answer(self, found):
            brought = statements.upload_statement(found, "ganda_eksternal", file_id, actor=actor)
            statements.decide_statement(brought, accept=True, reason=None, actor=actor)

        @rule()
        def settle(self):
            at(monkeypatch, REVIEW)
            clarifications.settle_doubles(by_code("pemilu-2024").id, "", actor=actor)
            session.expire_all()
            at(monkeypatch, REPAIR)

        @rule(n=st.integers(0, 5))
        def hear(self, n):
            hearing = session.scalars(
                select(MemberClarification).where(MemberClarification.state == "dipanggil").limit(1)
            ).one_or_none()
            if hearing is None:
                return
            heard.append(hearing.id)
            parties = [*(p.party_id for p in self.parties), None]
            if n > 3:
                hearing.due_at = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
                session.flush()
                self.attempt(lambda: clarifications.close_unheard(hearing, actor=actor))
                return
            self.attempt(
                lambda: clarifications.record_hearing(
                    hearing, parties[n], file_id=file_id, heard_at=REVIEW, actor=actor
                )
            )

        @invariant()
        def flags_are_those_of_a_reading_from_zero(self):
            session.expire_all()
            rows = self.rows()
            assert {m.id: set(m.flags) for m in rows} == from_zero(rows)
            assert all(len(m.flags) == len(set(m.flags)) for m in rows)

        @invariant()
        def the_history_of_flags_ends_where_they_stand(self):
            standing = defaultdict(Counter)
            for event in session.scalars(select(MemberFlagEvent).order_by(MemberFlagEvent.id)):
                standing[event.member_id][event.flag] += 1 if event.raised else -1
                assert standing[event.member_id][event.flag] in (0, 1), "raised twice, or cleared unraised"
            for member in self.rows():
                assert {f for f, n in standing[member.id].items() if n} == set(member.flags)

        @invariant()
        def every_state_has_its_event_and_every_striking_its_reason(self):
            moves = defaultdict(list)
            for event in session.scalars(select(MemberEvent).order_by(MemberEvent.id)):
                if event.from_state != event.to_state:
                    moves[event.member_id].append(event)
                    assert event.to_state != "tms" or event.reason
            for member in self.rows():
                state = "baru"
                for event in moves[member.id]:
                    assert event.from_state == state, "a move without an event"
                    state = event.to_state
                assert state == member.state
                assert not moves[member.id] or member.state == "baru" or member.event_id is not None

        @invariant()
        def nobody_eligible_has_an_unsettled_double_that_nobody_saw(self):
            """Who became a double while eligible is in doubt: only a judgement ends that."""
            raised = {}
            for event in session.scalars(
                select(MemberFlagEvent).where(
                    MemberFlagEvent.flag == "ganda_eksternal", MemberFlagEvent.raised
                )
            ):
                raised[event.member_id] = event.at
            for member in self.rows():
                if member.state == "ms" and "ganda_eksternal" in member.flags:
                    event = session.get(MemberEvent, member.event_id)
                    assert event.kind in ("putus", "pernyataan", "klarifikasi")

    return Parties


def test_flags_equal_a_recomputation_from_zero(session, make_account, monkeypatch, tmp_path):
    account = make_account(permissions=[EDIT_MEMBERS, VERIFY, HEAR_MEMBERS])
    file_id, heard = _file(session), []
    run_state_machine_as_test(
        machine(session, account, file_id, monkeypatch, tmp_path, heard),
        settings=settings(
            max_examples=10,
            stateful_step_count=14,
            deadline=None,
            phases=[Phase.generate],  # a failing sequence is short enough to read
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
    assert len(heard) > 3  # the sequences came as far as hearings


def _file(session) -> int:
    return session.scalar(
        text(
            "insert into stored_file (sha256, received_sha256, size, media_type, kind, name, origin)"
            " values (repeat('0', 64), repeat('0', 64), 1, 'application/pdf', 'evidence', 'uji.pdf',"
            " 'unggahan')"
            " returning id"
        )
    )


def test_the_database_refuses_a_state_without_its_event(session):
    from sqlalchemy.exc import IntegrityError

    member = make.member(session, make.registration(session, "vermin"), "ms")
    other = make.member(session, make.registration(session, "vermin"), "baru")
    strange = make.event(session, other, "ms", "tms").id
    for event in (None, member.event_id, strange, make.event(session, member, "bms", "tms").id):
        with pytest.raises(IntegrityError, match="without an event"), session.begin_nested():
            session.execute(
                text(
                    "update party_member set state = 'tms', event_id = coalesce(:event, event_id)"
                    " where id = :id"
                ),
                {"event": event, "id": member.id},
            )
    right = make.event(session, member, "ms", "tms").id
    session.execute(
        text("update party_member set state = 'tms', event_id = :event where id = :id"),
        {"event": right, "id": member.id},
    )


def test_a_striking_without_a_reason_is_refused_by_the_database(session):
    from sqlalchemy.exc import IntegrityError

    member = make.member(session, make.registration(session, "vermin"), "ms")
    with pytest.raises(IntegrityError, match="reason"), session.begin_nested():
        session.add(
            MemberEvent(
                member_id=member.id,
                party_id=member.party_id,
                village_code=member.village_code,
                kind="putus",
                from_state="ms",
                to_state="tms",
                actor="uji",
            )
        )
        session.flush()
