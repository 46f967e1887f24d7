"""A party in its factual step, and people who draw, share out and visit."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from PIL import Image

from electsys.documents import store_file
from electsys.ledger import Actor
from electsys.verification.models import Sample, SampleMember
from electsys.verification.operations import contacts, samples
from electsys.verification.rules.sampling import ATTEMPTS
from electsys.verification.sampling import find_kind
from modules.sipol.operations import factual
from modules.sipol.permissions import ASSIGN_VISITS, CONCLUDE, READ, READ_MEMBERS, VERIFY, VISIT
from modules.sipol.queries.factual import KIND
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.verifying import district, open_step

OFFICE = {"alamat": True, "digunakan": True, "papan": True, "sampai_akhir": True}
BOARD = {"hadir_ketua": True, "hadir_sekretaris": True, "hadir_bendahara": True, "sesuai_sk": True}


def now() -> dt.datetime:
    """The time of a visit."""
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def officer(make_account) -> tuple[Any, Actor]:
    """An officer of the KPU kab/kota: draws, shares out, visits; ``(account, actor)``."""
    account = make_account(
        permissions=[ASSIGN_VISITS, VISIT, VERIFY, READ, READ_MEMBERS, CONCLUDE], region="1201"
    )
    return account, Actor(account.id, account.username)


def seed(session: Any, election: Any, words: str = "undian uji 31 42 7") -> None:
    """The public seed."""
    samples.set_seed(find_kind(KIND), election.id, seed=words, source="Rapat pleno terbuka", actor=ACTOR)


def in_factual(session: Any, members: int, *, step: str = "verfak", **more: Any) -> Any:
    """A party in its factual step with board, office and members found right in Tapanuli Tengah."""
    row = make.registration(session, step, **more)
    district(session, row, 0)
    for _n in range(members):
        make.member(session, row, "ms")
    open_step(session, row, step)
    return row


def photo() -> Any:
    """A photo that a visitor took."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    out.seek(0)
    return store_file(out, name="foto.jpg", kind="evidence", actor=ACTOR)


def people(session: Any, sample: Sample) -> list[SampleMember]:
    """The people of a sample."""
    return list(session.query(SampleMember).filter_by(sample_id=sample.id).order_by(SampleMember.position))


def meet(person: SampleMember, actor: Actor, *results: str) -> None:
    """Attempts one after another."""
    for method, result in zip(ATTEMPTS, results, strict=False):
        contacts.record_contact(person, method, result, actor=actor, visited_at=now())


def checked(row: Any, actor: Actor, region: str = "1201") -> None:
    """Visits to office and board that found everything."""
    for aspect, ticked in (("kantor", OFFICE), ("kepengurusan", BOARD)):
        factual.record_check(row, region, aspect, ticked, visited_at=now(), photos=[photo().id], actor=actor)
