"""What every operation of the register checks and leaves behind: doubts, versions, the mark of a change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor
from modules.jdih.indexing import touch
from modules.jdih.models import LawDocument, LawVersion
from modules.jdih.queries import register as queries
from modules.jdih.wording.register import DOUBTS
from modules.jdih.workflow.register import EDIT


class Exists(Refused):
    """The document is there already: ``existing`` is its id, ``name`` what it is called."""

    def __init__(
        self, message: str, other: LawDocument, *, field: str | None = None, hint: str | None = None
    ):
        super().__init__(message, field=field, hint=hint, status=409)
        self.existing = other.id
        self.name = queries.name_of(other)


@dataclass(frozen=True)
class Doubt:
    """Something unusual that a person may confirm: its code, a sentence, the document it is about."""

    code: str
    sentence: str
    document_id: int | None = None


class Doubtful(Refused):
    """Nothing forbids it, but somebody should look: ``doubts`` must be accepted one by one."""

    def __init__(self, doubts: Sequence[Doubt]):
        super().__init__(
            " ".join(d.sentence for d in doubts),
            hint=_("Periksa, lalu centang setiap peringatan bila memang demikian."),
            status=409,
        )
        self.doubts = list(doubts)


def settle(doubts: Sequence[Doubt], accepted: Collection[str]) -> list[str]:
    """Raise :class:`Doubtful` for the doubts that nobody has accepted; return the codes of the others."""
    if open_ := [d for d in doubts if d.code not in accepted]:
        raise Doubtful(open_)
    return [d.code for d in doubts]


def doubt(code: str, other: LawDocument | None = None, **values: Any) -> Doubt:
    """A doubt in words."""
    if other is not None:
        values["other"] = queries.name_of(other)
    return Doubt(code, str(DOUBTS[code]) % values, other.id if other else None)


def demand(actor: Actor, unit: str, permission: str = EDIT) -> None:
    """Refuse unless the actor holds the permission at the satker."""
    grants.demand(actor, permission, Scope(region=unit))


def hold(document: LawDocument) -> None:
    """Lock a document for this transaction, so that its versions come one after the other."""
    db.session.flush()
    db.session.refresh(document, with_for_update={"of": LawDocument})


def mark(document: LawDocument) -> None:
    """A document has changed: harvesters and the search must notice."""
    document.changed_at = func.clock_timestamp()
    db.session.flush()
    touch(document.id)


def keep_version(document: LawDocument, *, reason: str, actor: Actor) -> LawVersion:
    """Keep what a changed document says now as its next version."""
    mark(document)
    return add_version(document, reason=reason, actor=actor)


def add_version(document: LawDocument, *, reason: str, actor: Actor) -> LawVersion:
    """The version alone, where the change was marked already."""
    last = db.session.scalar(
        select(func.coalesce(func.max(LawVersion.version), 0)).where(LawVersion.document_id == document.id)
    )
    version = LawVersion(
        document_id=document.id,
        version=(last or 0) + 1,
        snapshot=queries.snapshot(document),
        reason=reason,
        created_by=actor.name,
    )
    db.session.add(version)
    db.session.flush()
    return version


def wanted(text: str, field: str = "reason") -> str:
    """A text that must be there, without blanks around it."""
    if not text.strip():
        raise Refused(_("Wajib diisi."), field=field)
    return text.strip()
