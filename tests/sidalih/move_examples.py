"""A move and a line of the DPK in any state, for the generated tests of the workflows."""

from __future__ import annotations

import datetime as dt

from electsys.elections.queries import by_code
from electsys.privacy import reserve_ids
from modules.sidalih.models.moves import VoterDpk, VoterMove
from tests.sidalih.conftest import ACTOR, VILLAGE, claims
from tests.sidalih.moving import freeze, nik_of, voter_at
from tests.workflow.examples import example

NOW = dt.datetime(2024, 1, 20, tzinfo=dt.UTC)


def stored_move(session, state="diajukan", target=VILLAGE + "002", **facts) -> VoterMove:
    """A move of a woman of Barus to another polling station, as the operations leave it (marks apart)."""
    from electsys.privacy import seal_fields

    voter = voter_at(session)
    listed = freeze(session, [voter])
    [key] = reserve_ids("voter_move", 1)
    move = VoterMove(
        **{
            "id": key,
            "election_id": by_code("pemilu-2024").id,
            "voter_id": voter.id,
            "province": "12",
            "list_id": listed.id,
            "version": 1,
            "origin_tps": voter.tps_code,
            "number": 1,
            "target_tps": target,
            "target_province": target[:2],
            "served_tps": voter.tps_code,
            "reason_code": "tugas",
            "urgency": "khusus",
            "contests": ["ppwp"],
            "sealed": seal_fields({"nik": nik_of(voter)}, table="voter_move", row=key),
            "name": voter.name,
            "sex": "P",
            "birth_year": 1980,
            "token": f"uji-{key}",
            "state": state,
            "actor": "uji",
            "issued_at": NOW if state == "diterbitkan" else None,
            "cancelled_at": NOW if state == "dibatalkan" else None,
        }
        | facts
    )
    session.add(move)
    session.flush()
    return move


def _times(row, action, account):
    return {"cancelled_at": NOW} if action == "cancel" else {"issued_at": NOW}


@example("sidalih_move", prepare=_times)
def move(session, state):
    """A move for a special reason."""
    return stored_move(session, state)


def stored_line(session, state="tercatat") -> VoterDpk:
    """A line of the DPK of a TPS in Barus; nobody knows its NIK."""
    from modules.sidalih.operations import dpk
    from tests.sidalih.moving import tps_at

    line = dpk.enter_dpk(by_code("pemilu-2024"), tps_at(session, VILLAGE + "001"), claims(), actor=ACTOR)
    line.voter_id = voter_at(session).id if state == "dimutakhirkan" else None
    line.state = state
    session.flush()
    return line


@example("sidalih_dpk", prepare=lambda row, action, account: {"voter_id": 1} if action == "admit" else {})
def line(session, state):
    """A line of somebody who is in no list."""
    return stored_line(session, state)
