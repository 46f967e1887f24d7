"""What the tests of a party's entry share: an open stage, people, files, places."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from PIL import Image
from sqlalchemy import select

from electsys.elections.models import Election, Stage
from modules.sipol.models import PartyRegistration
from modules.sipol.operations.boards import BoardFacts, OfficerFacts
from modules.sipol.places import Place, place_of
from tests.sipol import conftest as make

EXECUTABLE = b"\x7fELF\x02\x01\x01\x00" + b"\0" * 200
BORN = dt.date(1980, 5, 17)
FACTS = BoardFacts("SK-12/DPP/2022", dt.date(2022, 3, 1), dt.date(2022, 3, 1), dt.date(2027, 2, 28))


def open_stage(session: Any, election: Election, code: str = "pendaftaran_parpol") -> None:
    """Let a stage be open now."""
    stage = session.scalars(select(Stage).where(Stage.election_id == election.id, Stage.code == code)).one()
    now = dt.datetime.now(dt.UTC)
    stage.opens_at, stage.closes_at = now - dt.timedelta(days=1), now + dt.timedelta(days=3)
    session.flush()


def pdf(text: str = "", catalog: str = "") -> bytes:
    """A PDF of one page, as small as one can be; another text is another content."""
    out = bytearray(f"%PDF-1.4\n%{text}\n".encode())
    places = []
    for body in (
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>",
    ):
        places.append(len(out))
        out += f"{len(places)} 0 obj{body}endobj\n".encode()
    start = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def picture(kind: str = "PNG") -> bytes:
    """A small picture."""
    content = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(content, kind)
    return content.getvalue()


def place(registration: PartyRegistration, code: str = "1201") -> Place:
    """An area of a party."""
    return place_of(registration, code)


def nik(serial: int, born: dt.date = BORN, sex: str = "L", prefix: str = "120101") -> str:
    """A NIK that agrees with birth date and sex."""
    return f"{prefix}{born.day + (40 if sex == 'P' else 0):02}{born:%m%y}{serial:04}"


def officer(serial: int, office: str = "ketua", sex: str = "L", **changes: Any) -> OfficerFacts:
    """The facts of an officer."""
    facts: dict[str, Any] = {
        "office": office,
        "title": office.capitalize(),
        "name": f"Uji Pengurus {serial}",
        "sex": sex,
        "nik": nik(serial, sex=sex),
        "birth_date": BORN,
    }
    return OfficerFacts(**facts | changes)


def registration(session: Any, election: Election, **more: Any) -> PartyRegistration:
    """A registration that is being entered, in an open stage."""
    open_stage(session, election)
    return make.registration(session, "input", **more)


def store(content: bytes, name: str, kind: str = "party_document", actor: Any = make.ACTOR) -> Any:
    """A stored file."""
    from electsys.documents import store_file

    return store_file(io.BytesIO(content), name=name, kind=kind, actor=actor)
