"""Letters in any state, for the generated tests of their workflows (tests/workflow)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from electsys.documents.models import NumberEntry, OfficialDocument, StoredFile
from electsys.identity.models import Account
from modules.jdih.models import BackDate, Incoming, Letter, LetterRecipient, LetterStep
from tests.workflow.examples import example

NOW = dt.datetime(2026, 2, 14, 8, tzinfo=dt.UTC)
DAY = NOW.date()
NUMBERED = ("bernomor", "ditandatangani", "terkirim", "diarsipkan")
SIGNED = ("ditandatangani", "terkirim", "diarsipkan")


def add(session, row):
    session.add(row)
    session.flush()
    return row


def account(session):
    name = uuid4().hex
    row = Account(username=name, email=f"{name}@test.invalid", name="Akun Uji", fs_uniquifier=name)
    return add(session, row)


def entry(session, series="BA"):
    row = NumberEntry(series=series + uuid4().hex, unit="1201", year=2026, number=1, status="dipesan")
    return add(session, row)


def paper(session, number):
    file = add(
        session,
        StoredFile(
            sha256="0" * 64, received_sha256="0" * 64, size=1, media_type="application/pdf",
            kind="official", name="x.pdf", origin="sistem",
        ),
    )  # fmt: skip
    row = OfficialDocument(
        token=uuid4().hex, kind="BA", number="1", entry_id=number.id, title="Uji", unit="1201",
        series="BA", date=DAY, subject="letter:1", signers=[], file_id=file.id, public=False, act_id=1,
    )  # fmt: skip
    return add(session, row)


def letter_values(row, action, account):
    """What the operations write together with the state."""
    session = row._sa_instance_state.session
    if action in ("approve", "decline"):
        for step in session.query(LetterStep).filter_by(letter_id=row.id):
            step.verdict, step.at = "setuju", NOW
    if action == "scan" and row.state == "bernomor":
        row.document_id, row.signature = paper(session, row.entry or entry(session)).id, "basah"
    session.flush()
    session.refresh(row)
    number = {"entry_id": entry(session).id, "number": "1", "date": DAY}
    signed = {"signature": "elektronik", "signed_at": NOW}
    return {
        "number": lambda: number,
        "backdate": lambda: number,
        "sign": lambda: signed | {"document_id": paper(session, entry(session)).id},
        "scan": lambda: {"signed_at": NOW},
        "issue": lambda: number | signed | {"document_id": paper(session, entry(session)).id},
        "archive": lambda: {"archived_on": DAY},
        "submit": lambda: {"round": row.round + 1},
    }.get(action, dict)()


@example("jdih_letter", prepare=letter_values)
def letter(session, state):
    """Minutes of Tapanuli Tengah, with an initial that waits."""
    signer, first = account(session), account(session)
    number = entry(session) if state in NUMBERED else None
    row = add(
        session,
        Letter(
            kind="BA", unit="1201", title="Uji", data={}, state=state, created_by="uji", class_code="PP.05",
            signers=[{"name": "Uji", "role": "Ketua"}], signer_id=signer.id, round=1,
            entry_id=number.id if number else None, number="1" if number else None,
            date=DAY if number else None,
            document_id=paper(session, number).id if state in SIGNED else None,
            signature="elektronik" if state in SIGNED else None,
            signed_at=NOW if state in SIGNED else None,
            archived_on=DAY if state == "diarsipkan" else None,
        ),
    )  # fmt: skip
    add(session, LetterStep(letter_id=row.id, round=1, position=1, account_id=first.id, role="Kasubbag"))
    add(session, LetterRecipient(letter_id=row.id, position=1, name="Bawaslu"))
    return row


@example(
    "jdih_backdate",
    prepare=lambda row, action, account: {"decided_by": account.id} if row.state == "diminta" else {},
)
def backdate(session, state):
    """A request of somebody else for a number in between."""
    row = BackDate(
        letter_id=letter(session, "disetujui").id, unit="1201", date=DAY, after=1, reason="Uji",
        state=state, asked_by=account(session).id,
        decided_by=None if state == "diminta" else account(session).id,
    )  # fmt: skip
    return add(session, row)


def incoming_values(row, action, account):
    """What the operations write together with the state."""
    session = row._sa_instance_state.session
    return {
        "register": lambda: {"entry_id": entry(session, "agenda").id},
        "close": lambda: {"outcome": "Selesai."},
    }.get(action, dict)()


@example("jdih_incoming", prepare=incoming_values)
def incoming(session, state):
    """A letter that Tapanuli Tengah received, with nothing left to do."""
    row = Incoming(
        unit="1201", state=state, sender="Bawaslu", number="12/K/2026", date=DAY, received_on=DAY,
        title="Uji", entry_id=None if state == "diterima" else entry(session, "agenda").id,
        outcome="Selesai." if state == "selesai" else None,
    )  # fmt: skip
    return add(session, row)
