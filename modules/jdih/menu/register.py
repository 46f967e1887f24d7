"""The register in the menu and on the task lists of legal staff."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select

from electsys.db import db
from electsys.identity import grants
from electsys.ledger.wording import VERBS
from electsys.web import navigation, tasks
from modules.jdih.models import LawDocument
from modules.jdih.wording import register as wording_register
from modules.jdih.workflow.register import DOCUMENT, EDIT, PUBLISH


def register() -> None:
    """Put the pages of the register into the menu and their work onto the task lists."""
    VERBS.update(wording_register.VERBS)
    navigation.entry(_l("Register hukum"), "jdih.law_list", permission=EDIT, order=42)
    navigation.entry(_l("Jenis produk hukum"), "jdih.law_kinds", permission=PUBLISH, group="kelola", order=62)
    tasks.source(PUBLISH, drafts)
    tasks.source(EDIT, unsure)


def _count(account: Any, permission: str, *where: ColumnElement[bool]) -> int:
    own = DOCUMENT.scope_clause
    inside = own(grants.scopes(account, permission)) if own else None
    return db.session.scalar(select(func.count(LawDocument.id)).where(inside, *where)) or 0  # type: ignore[arg-type]


def drafts(account: Any) -> Iterable[tasks.Task]:
    """Drafts that wait to be published."""
    if n := _count(account, PUBLISH, LawDocument.state == "konsep"):
        link = url_for("jdih.law_list", keadaan="konsep")
        yield tasks.Task(_("Terbitkan konsep produk hukum"), link, count=n, order=45)


def unsure(account: Any) -> Iterable[tasks.Task]:
    """Documents whose facts nobody has compared with the text yet."""
    if n := _count(account, EDIT, LawDocument.to_confirm.is_(True)):
        link = url_for("jdih.law_list", konfirmasi="ya")
        yield tasks.Task(_("Bandingkan dengan naskah asli"), link, count=n, order=70)
