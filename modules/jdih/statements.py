"""What the register says of a paper on the page behind its QR: in the register, repealed, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.documents import OfficialDocument, statements
from electsys.documents.statements import Statement
from modules.jdih.models import LawDocument
from modules.jdih.queries.register import related, short_name
from modules.jdih.wording.register import OUTCOMES, RELATIONS

#: Relations that a reader of the paper must know of, done to the document, and how grave they are.
GRAVE = {"mencabut": "stop", "mencabut_sebagian": "wait", "mengubah": "wait", "menguji": "wait"}


@statements.source
def of_the_register(document: OfficialDocument) -> Iterable[Statement]:
    """A sentence for each relation that touches the paper, and where it stands in the register."""
    law = db.session.scalar(select(LawDocument).where(LawDocument.official_id == document.id))
    if law is None or law.state == "konsep":
        return
    if law.state == "ditarik":
        yield Statement(_("Ditarik dari JDIH. Alasan: %(reason)s", reason=law.withdrawal), "stop")
        return
    for found in related(law):
        if found.direction != "in" or found.kind not in GRAVE:
            continue
        words = str(RELATIONS[found.kind][1])
        outcome = f" ({OUTCOMES[found.outcome]})" if found.outcome in OUTCOMES else ""
        yield Statement(
            f"{words[0].upper()}{words[1:]} {short_name(found.other)}{outcome}.",
            "stop" if GRAVE[found.kind] == "stop" else "wait",
            url_for("jdih.document", stem=found.other.stem),
        )
    yield Statement(_("Dimuat dalam JDIH."), "info", url_for("jdih.document", stem=law.stem))
