"""Kinds of documents as data: the administration of JDIH may add and rename them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.jdih.models import LawKind
from modules.jdih.operations.checking import demand
from modules.jdih.workflow.register import PUBLISH


def add_kind(
    code: str,
    *,
    type: str,
    stem: str,
    unit_digits: Sequence[int],
    name: str,
    abbreviation: str,
    aliases: Sequence[str],
    position: int,
    actor: Actor,
) -> LawKind:
    """A new kind. Its code, type, stem and issuers stay for good: addresses and rules hang on them."""
    demand(actor, "", PUBLISH)
    if db.session.get(LawKind, code) is not None:
        raise Refused(_("Kode %(code)s sudah ada dalam tabel ini.", code=code), field="code", status=409)
    kind = LawKind(code=code, type=type, stem=stem, unit_digits=sorted(unit_digits), cite=None)
    _write(kind, name, abbreviation, aliases, position)
    db.session.add(kind)
    db.session.flush()
    _note(kind, actor)
    return kind


def change_kind(
    kind: LawKind, *, name: str, abbreviation: str, aliases: Sequence[str], position: int, actor: Actor
) -> None:
    """Other words for a kind, or another place in lists and in the hierarchy."""
    demand(actor, "", PUBLISH)
    _write(kind, name, abbreviation, aliases, position)
    db.session.flush()
    _note(kind, actor)


def _write(kind: LawKind, name: str, abbreviation: str, aliases: Sequence[str], position: int) -> None:
    kind.name, kind.abbreviation = " ".join(name.split()), " ".join(abbreviation.split())
    kind.aliases = list(dict.fromkeys(" ".join(a.casefold().split()) for a in aliases if a.strip()))
    kind.position = position


def _note(kind: LawKind, actor: Actor) -> None:
    details = {"name": kind.name, "position": kind.position}
    record("jdih:kind:save", f"law_kind:{kind.code}", actor=actor, details=details)
