"""Objects for the routes of letters: what the generated matrix of access (tests/test_routes.py) asks for."""

from __future__ import annotations

from typing import Any

from electsys.identity.access import Scope
from tests.jdih import letter_examples as rows
from tests.route_examples import NATION, TAPTENG, World, example

Found = tuple[dict[str, Any], Scope]


@example("jdih.letter", "jdih.preview", "jdih.edit_letter", "jdih.route", "jdih.attach")
def draft(world: World) -> Found:
    row = rows.letter(world.session, "konsep")
    row.data = {"opening": "Pada hari ini", "paragraphs": ["Uji"]}
    world.session.flush()
    return {"letter_id": row.id}, TAPTENG


@example("jdih.write_letter")
def kind_to_write(_world: World) -> Found:
    return {"kind": "BA"}, TAPTENG


@example("jdih.step")
def step(world: World) -> Found:
    return draft(world)[0] | {"action": "initial"}, TAPTENG


@example("jdih.scan", "jdih.backdate", "jdih.send", "jdih.to_register")
def signed(world: World) -> Found:
    return {"letter_id": rows.letter(world.session, "ditandatangani").id}, TAPTENG


@example("jdih.decide_backdate")
def request(world: World) -> Found:
    row = rows.backdate(world.session, "diminta")
    return {"letter_id": row.letter_id, "decision": "tolak"}, TAPTENG


@example("jdih.letter_file")
def annex(world: World) -> Found:
    from modules.jdih.models import LetterFile

    letter, file = rows.letter(world.session, "konsep"), stored(world)
    world.add(LetterFile(letter_id=letter.id, file_id=file.id, role="lampiran", label="x"))
    return {"letter_id": letter.id, "file_id": file.id}, TAPTENG


def stored(world: World) -> Any:
    import io

    from electsys.documents import render_pdf, store_file
    from electsys.ledger import Actor

    pdf = render_pdf(
        "berita_acara", {"opening": "Uji", "document": {"kind": "Uji", "number": "", "title": "U"}}
    )
    return store_file(io.BytesIO(pdf), name="x.pdf", kind="letter_scan", actor=Actor.system("uji"))


MAIL = ("incoming", "register_incoming", "dispose", "close_incoming")


@example(*(f"jdih.{name}" for name in MAIL))
def incoming(world: World) -> Found:
    return {"incoming_id": rows.incoming(world.session, "diregistrasi").id}, TAPTENG


@example("jdih.report")
def disposition(world: World) -> Found:
    from modules.jdih.models import Disposition

    row = rows.incoming(world.session, "disposisi")
    people = [rows.account(world.session).id for _ in range(2)]
    made = Disposition(incoming_id=row.id, from_id=people[0], to_id=people[1], instruction="Uji")
    return {"incoming_id": row.id, "disposition_id": world.add(made).id}, TAPTENG


@example("jdih.incoming_file")
def scan(world: World) -> Found:
    from modules.jdih.models import IncomingFile

    row, file = rows.incoming(world.session, "diterima"), stored(world)
    world.add(IncomingFile(incoming_id=row.id, file_id=file.id, label="x"))
    return {"incoming_id": row.id, "file_id": file.id}, TAPTENG


@example("jdih.archive_class")
def archive_class(_world: World) -> Found:
    return {"code": "PP.05"}, NATION


@example("jdih.letter_kind")
def letter_kind(_world: World) -> Found:
    return {"kind": "BA"}, NATION
