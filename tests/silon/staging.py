"""Lists on their way from the draft to the ballot: what the tests of lists, responses and ballots share."""

from __future__ import annotations

import io
import itertools
from typing import Any

from PIL import Image
from sqlalchemy import select

from electsys.documents import store_file
from electsys.documents.models import StoredFile
from electsys.elections.models import Contest
from electsys.elections.queries import by_code
from electsys.ledger import Actor
from modules.silon.models import Candidate, Nomination
from modules.silon.operations import listings, plenaries
from tests.silon import conftest as make
from tests.silon.conftest import ACTOR
from tests.sipol.portal import open_stage

STAGES = (
    *("pencermatan_dcs", "penetapan_dcs", "tanggapan_dcs", "klarifikasi_dcs", "penggantian_dcs"),
    *("pencermatan_dct", "penetapan_dct"),
)
SIGNER = "SITI AMINAH"


_accounts = itertools.count(1)


def member(session: Any, role: str = "anggota_kpu_ri", region: str = "", party: int | None = None) -> Actor:
    """Somebody with a role, as an actor; the plenary is a member of KPU RI."""
    from electsys.identity import grants
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account

    name = f"{role.replace('_', '.')}.{next(_accounts)}"
    account = create_account(
        name, name="Akun Uji", email=f"{name}@test.invalid", password=None, actor=ACTOR, must_change=False
    )
    found = session.scalars(select(Role).where(Role.name == role)).one()
    session.add(
        Grant(account_id=account.id, role_id=found.id, region=region, party_id=party, given_by="test")
    )
    session.flush()
    grants.forget(account.id)
    return Actor(account.id, account.username)


def open_all(session: Any) -> None:
    """Let every stage after the verification be open now."""
    open_stage(session, by_code("pemilu-2024").id, *STAGES)


def contest(session: Any, kind: str = "dpr") -> Contest:
    return make.contest(session, kind)


def picture(colour: str = "navy", size: tuple[int, int] = (600, 800)) -> bytes:
    """A photo as a candidate uploads one."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def photo(colour: str = "navy") -> StoredFile:
    """The same, stored."""
    return store_file(io.BytesIO(picture(colour)), name="foto.jpg", kind="photo", actor=ACTOR)


def evidence() -> StoredFile:
    """A paper that proves something."""
    return store_file(io.BytesIO(picture("white")), name="bukti.jpg", kind="evidence", actor=ACTOR)


def party_list(
    session: Any,
    state: str = "rancangan_dcs",
    sexes: str = "LLP",
    candidates: str = "ms",
    *,
    pictures: bool = False,
    **more: Any,
) -> tuple[Nomination, list[Candidate]]:
    """A list of a new party with candidates of these sexes in one state."""
    of = make.nomination(session, state, **more)
    rows = []
    for n, sex in enumerate(sexes, 1):
        extra = {"photo_id": photo(("navy", "teal", "maroon")[n % 3]).id} if pictures else {}
        rows.append(make.candidate(session, of, candidates, number=n, sex=sex, **extra))
    return of, rows


def provisional(session: Any, **more: Any) -> tuple[Nomination, list[Candidate]]:
    """A list on an announced DCS, in the window for replacements."""
    open_all(session)
    of, rows = party_list(session, **more)
    plenaries.determine(contest(session), "", "dcs", signer=SIGNER, actor=member(session))
    session.expire_all()
    return of, rows


def to_replacement(session: Any) -> None:
    """From the announced DCS to the window for replacements."""
    who = member(session)
    for action in ("open_responses", "clarify", "open_replacement"):
        listings.advance(contest(session), "", action, actor=who)
    session.expire_all()


def final(session: Any, **more: Any) -> tuple[Nomination, list[Candidate]]:
    """A list on an announced DCT, its ballot frozen."""
    of, rows = provisional(session, **more)
    to_replacement(session)
    listings.advance(contest(session), "", "draft", actor=member(session))
    session.expire_all()
    plenaries.determine(contest(session), "", "dct", signer=SIGNER, actor=member(session))
    session.expire_all()
    return of, rows


def newest(session: Any, stage: str, nomination: Nomination) -> Any:
    """The newest version of a list."""
    from modules.silon.operations.amendments import newest as find

    return find(nomination, stage)


def letters(session: Any, stem: str = "silon:") -> list[Any]:
    """The letters that Silon asked for, in their order."""
    from modules.jdih.models import Letter

    return list(session.scalars(select(Letter).where(Letter.source_key.startswith(stem)).order_by(Letter.id)))
