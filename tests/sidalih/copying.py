"""Frozen lists and copies for tests, as the operations of lists and copies leave them."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pypdfium2
import sqlalchemy as sa

from electsys.db import db
from electsys.documents import StoredFile, open_file
from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from electsys.jobs import run_pending
from electsys.ledger import Actor
from modules.sidalih.models import ListEntry, VoterCanary, VoterCopy, VoterList
from modules.sidalih.operations.copies import approve_copy, request_copy, show_password
from modules.sidalih.operations.voters import ensure_roll
from tests.sidalih.conftest import ACTOR, VILLAGE, store

ASKS, APPROVES = "sidalih:copy:request", "sidalih:copy:approve"
READS = "sidalih:list:read"


def freeze(session, voters, *, stage="dpt", sequence=None, roll=None) -> VoterList:
    """A frozen list of these voters, numbered in each polling station in the order given."""
    roll = roll or ensure_roll(by_code("pemilu-2024").id, "1201", actor=ACTOR)
    last = sa.select(sa.func.coalesce(sa.func.max(VoterList.sequence), 0)).where(
        VoterList.roll_id == roll.id, VoterList.stage == stage
    )
    sequence = sequence or session.scalar(last) + 1
    made = VoterList(
        roll_id=roll.id,
        stage=stage,
        sequence=sequence,
        male=sum(v.sex == "L" for v in voters),
        female=sum(v.sex == "P" for v in voters),
        digest=bytes(32),
        determined_by="uji",
    )
    session.add(made)
    session.flush()
    numbers: dict[str, int] = {}
    for voter in voters:
        number = numbers[voter.tps_code] = numbers.get(voter.tps_code, 0) + 1
        session.add(
            ListEntry(
                province=voter.province,
                list_id=made.id,
                tps_code=voter.tps_code,
                number=number,
                voter_id=voter.id,
                version=voter.version,
            )
        )
    session.flush()
    return made


def some_voters(session, count=6, *, tps=("001", "002")):
    """Voters of two stations; names and addresses differ."""
    election = by_code("pemilu-2024")
    return [
        store(
            session,
            election,
            VILLAGE + tps[i % len(tps)],
            name=f"UJI {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[i % 26]}NITA {i}",
            address=f"JALAN MELATI {i % 7}",
            rt=f"{i % 3 + 1:03}",
            sex="LP"[i % 2],
            birth_date=dt.date(1960 + i % 40, 1 + i % 12, 1 + i % 28),
        )
        for i in range(count)
    ]


def asked(actor, **changes) -> VoterCopy:
    """A request for the village's copy, for a party."""
    facts = {
        "region": VILLAGE,
        "stage": "dpt",
        "profile": "peserta",
        "recipient": "DPC Partai Uji Tapanuli Tengah",
        "person": "Budi Uji, penghubung",
        "purpose": "pencermatan",
    }
    return request_copy(by_code("pemilu-2024"), **(facts | changes), actor=actor)


def made(app, session, make_account, **changes) -> tuple[VoterCopy, Actor, Actor]:
    """A copy that was asked for, approved and made; with the two actors."""
    one = make_account(permissions=[ASKS, READS], region="1201")
    two = make_account(permissions=[APPROVES, READS], region="1201")
    first, second = Actor(one.id, one.username), Actor(two.id, two.username)
    copy = asked(first, **changes)
    approve_copy(copy, actor=second)
    run_pending(app)
    session.refresh(copy)
    assert copy.state == "dibuat"
    return copy, first, second


def opened(content: bytes, password: str) -> dict[str, bytes]:
    """The attachments of a locked PDF, by another reader than the one that wrote it."""
    document = pypdfium2.PdfDocument(io.BytesIO(content), password=password)
    try:
        found = [document.get_attachment(i) for i in range(document.count_attachments())]
        return {each.get_name(): bytes(each.get_data()) for each in found}
    finally:
        document.close()


TAPTENG = Scope(region=VILLAGE)


def content(copy: VoterCopy) -> bytes:
    """The file of a copy, locked."""
    with open_file(db.session.get_one(StoredFile, copy.file_id)) as file:
        return file.read()


def table(files: dict[str, bytes]) -> tuple[str, list[dict[str, str]]]:
    """The one file of a copy, and its lines."""
    [(name, data)] = files.items()
    return name, list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def unlocked(copy: VoterCopy, second: Actor) -> dict[str, bytes]:
    """What a copy holds, opened with the password that its approver reads."""
    return opened(content(copy), show_password(copy, actor=second))


def bait(session, copy: VoterCopy) -> VoterCanary:
    """One of the copy's control rows."""
    return session.scalars(sa.select(VoterCanary).where(VoterCanary.copy_id == copy.id)).first()
