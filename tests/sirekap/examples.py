"""A D.Hasil and an objection in any state, for the generated tests of their workflows (tests/workflow)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from sqlalchemy import text

from electsys.elections.models import (
    Ballot,
    BallotLine,
    Contest,
    Election,
    LegalSetting,
    Participant,
    Stage,
)
from electsys.regions.models import RegionMap
from modules.sirekap.models import Determination, Objection, Recap, RecapColumn, RecapCorrection, RecapVersion
from modules.situng.layouts import form_model
from tests.sirekap import publication_examples  # noqa: F401
from tests.situng.examples import people
from tests.workflow.examples import example

NOW = dt.datetime(2024, 2, 20, 8, tzinfo=dt.UTC)
CELLS = [1] * len(form_model().cells)
STATES = ("belum", "dibuka", "ditutup", "disahkan")


def before_the_move(row, action, account):
    """What the operation writes together with the state."""
    return {
        "open": {"opened_by": account.id, "opened_at": NOW},
        "close": {"version": 1, "closed_by": account.id, "closed_at": NOW},
        "reopen": {"closed_by": None, "closed_at": None},
        "lock": {"locked_by": account.id, "locked_at": NOW},
    }.get(action, {})


@example("sirekap_recap", prepare=before_the_move)
def recap(session, state):
    """A D.Hasil of one TPS that stands alone, in an election of its own whose stage is open."""
    if session.get(RegionMap, 2024) is None:
        session.add(RegionMap(id=2024, name="2024", valid_from=NOW.date()))
        session.flush()
    election = Election(
        code=f"uji-{uuid4().hex}", name="Uji", kind="simulasi", voting_day=NOW.date(), map_id=2024
    )
    contest = Contest(election=election, kind="ppwp", name="Uji")
    session.add(contest)
    session.flush()
    session.add(
        Stage(
            election_id=election.id,
            code="rekapitulasi",
            name="Uji",
            position=1,
            opens_at=NOW,
            closes_at=NOW.replace(year=2100),
        )
    )
    for key, kind, value in (("rekap_urutan", "json", '["ppwp"]'), ("rekap_panel_maks", "int", "4")):
        session.add(
            LegalSetting(
                election_id=election.id, key=key, topic="hasil", label=key, kind=kind, value=value,
                regulation="uji", reason="uji", created_by="uji",
            )
        )  # fmt: skip
    ballot = Ballot(contest_id=contest.id, source="uji")
    who = Participant(contest_id=contest.id, number=1, kind="pasangan", name="Satu", short_name="1")
    session.add_all([ballot, who])
    session.flush()
    session.add(BallotLine(ballot_id=ballot.id, position=1, participant_id=who.id, name="Satu"))
    opener, closer, locker = people(session, 3)
    at = STATES.index(state)
    row = Recap(
        election_id=election.id,
        contest_id=contest.id,
        tier="kecamatan",
        region="120101",
        province="12",
        ballot_id=ballot.id,
        form_model="c_hasil_2024",
        state="dibuka" if at else "belum",
        opened_by=opener.id if at else None,
        opened_at=NOW if at else None,
    )
    session.add(row)
    session.flush()
    if at:
        session.add_all(
            [
                RecapColumn(
                    province="12", recap_id=row.id, unit="1201010001001", number=1, source="c_hasil",
                    source_id=1, cells=CELLS, votes=[1],
                ),
                RecapVersion(
                    recap_id=row.id, number=1, act="penutupan", cells=CELLS, votes=[1], columns=1, sha256="0"
                ),
            ]
        )  # fmt: skip
        session.flush()
    if at > 1:
        row.state, row.version, row.closed_by, row.closed_at = state, 1, closer.id, NOW
        if state == "disahkan":
            row.locked_by, row.locked_at = locker.id, NOW
        session.flush()
    return row


@example(
    "sirekap_objection",
    prepare=lambda row, action, account: {"outcome": "uji", "decided_by": account.id, "decided_at": NOW},
)
def objection(session, state):
    """An objection to a D.Hasil that is being read, with a correction that answers it."""
    form = recap(session, "dibuka")
    [account] = people(session, 1)
    decided = state != "diajukan"
    row = Objection(
        recap_id=form.id,
        filed_by="Panwaslu",
        statement="uji",
        state=state,
        account_id=account.id,
        outcome="uji" if decided else None,
        decided_by=account.id if decided else None,
        decided_at=NOW if decided else None,
    )
    session.add(row)
    session.flush()
    file = session.scalar(text("select min(id) from stored_file")) or _file(session)
    session.add(
        RecapCorrection(
            recap_id=form.id,
            unit="1201010001001",
            made_in=form.id,
            before_cells=CELLS,
            before_votes=[1],
            after_cells=CELLS,
            after_votes=[2],
            reason_code="salah_baca",
            reason="uji",
            evidence_file_id=file,
            photo_file_id=file,
            objection_id=row.id,
            account_id=account.id,
        )
    )
    session.flush()
    return row


def _file(session):
    from tests.sirekap.ladder import World

    return World.file(None).id


def before_the_decision(row, action, account):
    """What the operation writes together with the state."""
    return {
        "submit": {"submitted_by": account.id, "submitted_at": NOW},
        "return": {"submitted_by": None, "submitted_at": None},
        "determine": {"decided_by": account.id, "decided_at": NOW, "decision_number": "1"},
    }.get(action, {})


@example("sirekap_determination", prepare=before_the_decision)
def determination(session, state):
    """A version of a result in an election of its own."""
    if session.get(RegionMap, 2024) is None:
        session.add(RegionMap(id=2024, name="2024", valid_from=NOW.date()))
        session.flush()
    election = Election(
        code=f"uji-{uuid4().hex}", name="Uji", kind="simulasi", voting_day=NOW.date(), map_id=2024
    )
    contest = Contest(election=election, kind="ppwp", name="Uji")
    session.add(contest)
    session.flush()
    first, second = people(session, 2)
    row = Determination(
        election_id=election.id,
        contest_id=contest.id,
        area="",
        version=1,
        recaps=[],
        law={},
        summary={},
        open_ties=0,
        valid=0,
        state=state,
    )
    if state in ("pleno", "ditetapkan"):
        row.submitted_by, row.submitted_at = first.id, NOW
    if state == "ditetapkan":
        row.decided_by, row.decided_at, row.decision_number = second.id, NOW, "1"
    session.add(row)
    session.flush()
    return row


def before_the_audit(row, action, account):
    """What the operation writes together with the state."""
    return {
        "seed": {"seed": "3141592653", "seed_source": "dadu", "seeded_by": account.id, "seeded_at": NOW},
        "confirm": {"closed_at": NOW},
        "count_all": {"closed_at": NOW},
    }.get(action, {})


@example("sirekap_audit", prepare=before_the_audit)
def audit(session, state):
    """An audit in any state."""
    from tests.sirekap.routes_audits import make

    first, second = people(session, 2)
    return make(session, first, second, state=state)
