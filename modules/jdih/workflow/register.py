"""States of a document of the register, as data: draft, published, withdrawn.

Whether the law is in force is no state of the register: it follows from relations (rules/relations.py).
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow, within
from modules.jdih.models import LawDocument

EDIT = "jdih:document:edit"
PUBLISH = "jdih:document:publish"


def document_scope(document: LawDocument) -> Scope:
    """A document lies in the region of its satker; national law in the nation."""
    return Scope(region=document.unit)


DOCUMENT = Workflow(
    "jdih_document",
    LawDocument,
    "state",
    (
        Transition("konsep", "publish", "terbit", PUBLISH, label=_l("Terbitkan")),
        Transition("konsep", "enter", "terbit", None, label=_l("Masuk register")),
        Transition("terbit", "withdraw", "ditarik", PUBLISH, label=_l("Tarik dari publikasi"), reason=True),
        Transition("ditarik", "republish", "terbit", PUBLISH, label=_l("Terbitkan kembali"), reason=True),
    ),
    scope=document_scope,
    scope_clause=within(region=LawDocument.unit),
    label=_l("Dokumen"),
    labels={"konsep": _l("konsep"), "terbit": _l("terbit"), "ditarik": _l("ditarik")},
)
