"""Rows in any state, for the generated tests of the workflows (tests/workflow)."""

from __future__ import annotations

from modules.silon.workflow import CANDIDATE
from tests.silon import conftest as make
from tests.workflow.examples import example


@example("silon_nomination")
def nomination(session, state):
    return make.nomination(session, state)


@example("silon_pair")
def pair(session, state):
    return make.nomination(session, state, kind="pasangan")


def _event(row, action, account):
    from sqlalchemy.orm import object_session

    move = CANDIDATE.find(row.state, action)
    return {"event_id": make.event(object_session(row), row, row.state, move.target if move else "ms").id}


@example("silon_candidate", prepare=_event)
def candidate(session, state):
    return make.candidate(session, make.nomination(session, "vermin"), state)


def _dates(row, action, account):
    """Columns that travel with a move of a vacant seat."""
    import datetime as dt

    from modules.silon.workflow import SEAT

    move = SEAT.find(row.state, action)
    target = move.target if move else row.state
    sent = dt.datetime(2025, 4, 1, tzinfo=dt.UTC) if target in ("dikirim", "dilantik") else None
    return {"waits_until": dt.date(2025, 4, 1) if target == "tertunda" else None, "sent_at": sent}


@example("silon_seat", prepare=_dates)
def seat(session, state):
    import datetime as dt

    from modules.silon.models.seats import SeatCase
    from tests.silon import seating

    number = next(make._serial)
    holder = seating.standing(session, number, 900, elected=True)
    said = seating.letter(session)
    row = SeatCase(
        election_id=make.contest(session).election_id,
        contest_id=holder.contest_id,
        dapil_id=holder.dapil_id,
        region="",
        voted_in="",
        participant_id=holder.participant_id,
        holder_number=number,
        holder_name="AGUS TERPILIH",
        cause=said.cause,
        letter_number=said.letter_number,
        letter_date=said.letter_date,
        letter_file_id=said.file_id,
        received_on=said.received_on,
        term_ends=said.term_ends,
        due_on=said.received_on,
        state=state,
        next_number=2,
        next_participant_id=holder.participant_id,
        next_name="BUNGA MELATI",
        chosen_by="peringkat",
        qualified=True,
        waits_until=dt.date(2025, 4, 1) if state == "tertunda" else None,
        sent_at=dt.datetime(2025, 4, 1, tzinfo=dt.UTC) if state in ("dikirim", "dilantik") else None,
    )
    session.add(row)
    session.flush()
    return row


@example("silon_support")
def support(session, state):
    return make.nomination(session, "persiapan", kind="perseorangan", support_state=state)


def _supported(row, action, account):
    from sqlalchemy.orm import object_session

    from modules.silon.workflow import SUPPORTER
    from tests.silon import supporting

    move = SUPPORTER.find(row.state, action)
    target = move.target if move else "ms"
    return {"event_id": supporting.event(object_session(row), row, row.state, target).id}


@example("silon_supporter", prepare=_supported)
def supporter(session, state):
    from tests.silon import supporting

    return supporting.supporter(session, supporting.person(session), state)
