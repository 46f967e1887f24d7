"""What the tests of lists share: photos, the calendar, documents, a list that can be submitted."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from PIL import Image
from sqlalchemy.orm import object_session

from electsys.documents import store_file
from electsys.documents.models import StoredFile
from electsys.elections import calendar
from electsys.ledger import Actor
from modules.silon.claims import claim_of
from modules.silon.models import Candidate, CandidateDocument, Nomination
from modules.silon.operations.approvals import approve_list
from modules.silon.operations.candidates import write_version
from modules.silon.queries.documents import missing
from modules.silon.queries.submissions import names_digest, names_of
from tests.silon import conftest as make

#: Inside pengajuan_calon, perbaikan_calon, penggantian_dcs and pencermatan_dct.
ENTRY = dt.datetime(2023, 5, 8, 3, 0, tzinfo=dt.UTC)
VERMIN = dt.datetime(2023, 6, 1, 3, 0, tzinfo=dt.UTC)
REPAIR = dt.datetime(2023, 7, 1, 3, 0, tzinfo=dt.UTC)
REPLACING = dt.datetime(2023, 9, 16, 3, 0, tzinfo=dt.UTC)
#: 24:00 WIB of the last day: the first moment that does not belong to it.
CLOSES = dt.datetime(2023, 5, 14, 17, 0, tzinfo=dt.UTC)


def at(monkeypatch: Any, moment: dt.datetime) -> None:
    """Let the calendar read this moment."""
    monkeypatch.setattr(calendar, "utc_now", lambda: moment)


def picture(width: int = 300, height: int = 400, *, kind: str = "JPEG", exif: bool = False) -> bytes:
    """A picture, with the place where it was taken if asked."""
    made = io.BytesIO()
    more: dict[str, Any] = {}
    if exif:
        tags = Image.Exif()
        tags[271] = "KAMERA UJI"
        more["exif"] = tags
    Image.new("RGB", (width, height), (120, 60, 40)).save(made, kind, **more)
    return made.getvalue()


def photo(actor: Actor = make.ACTOR, content: bytes | None = None) -> StoredFile:
    """A stored photo."""
    stream = io.BytesIO(content or picture())
    return store_file(stream, name="foto.jpg", kind="candidate_photo", actor=actor)


def versioned(row: Candidate) -> Candidate:
    """The same candidate with the version that its entry would have left."""
    write_version(row, claim_of(row), [], actor=make.ACTOR)
    return row


def documented(of: Nomination) -> None:
    """Every required document of a list, one stored file for all."""
    session = object_session(of)
    stored = store_file(io.BytesIO(b"kolom\n1\n"), name="dokumen.csv", kind="table", actor=make.ACTOR)
    for each in missing(of):
        session.add(
            CandidateDocument(
                nomination_id=of.id,
                candidate_id=each.candidate.id if each.candidate else None,
                region=of.region,
                party_id=of.party_id,
                kind=each.kind.code,
                file_id=stored.id,
            )
        )
    session.flush()


def centre(of: Nomination) -> Actor:
    """Somebody who speaks for the centre of the party of a list."""
    from sqlalchemy import select

    from electsys.identity.models import Account, Grant, Role
    from electsys.identity.operations import create_account, seed_roles

    session = object_session(of)
    name = f"pusat.{of.party_id}"
    found = session.scalars(select(Account).where(Account.username == name)).one_or_none()
    if found is None:
        seed_roles(actor=make.ACTOR)
        found = create_account(
            name,
            name="Pusat Uji",
            email=f"{name}@test.invalid",
            password=None,
            actor=make.ACTOR,
            must_change=False,
        )
        role = session.scalars(select(Role).where(Role.name == "admin_parpol_pusat")).one()
        session.add(
            Grant(account_id=found.id, role_id=role.id, region="", party_id=of.party_id, given_by="test")
        )
        session.flush()
    return Actor(found.id, found.username)


def approved(of: Nomination) -> None:
    """With the approval of its centre."""
    approve_list(
        of, names_digest(names_of(of.id)), chair="KETUA UJI", secretary="SEKRETARIS UJI", actor=centre(of)
    )


def ready(session: Any, state: str = "persiapan", *, sexes: str = "LPL", **more: Any) -> Nomination:
    """A list to which nothing is missing: names, versions, documents, approval."""
    of = make.nomination(session, state if state != "vermin" else "persiapan", **more)
    for sex in sexes:
        versioned(make.candidate(session, of, sex=sex))
    documented(of)
    approved(of)
    return of
