"""Reads of documents, files and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, false, or_, select

from electsys.db import db
from electsys.documents.models import DocumentKind, NumberTemplate, OfficialDocument, StoredFile, Upload
from electsys.identity.access import Scope


def by_token(token: str) -> OfficialDocument | None:
    """The document that a QR names."""
    return db.session.scalars(select(OfficialDocument).where(OfficialDocument.token == token)).one_or_none()


def documents_in(scopes: Sequence[Scope]) -> Select[Any]:
    """Documents of the units inside these scopes, newest first."""
    inside = [OfficialDocument.unit.startswith(s.region or "", autoescape=True) for s in scopes]
    return (
        select(OfficialDocument)
        .where(or_(false(), *inside))
        .order_by(OfficialDocument.date.desc(), OfficialDocument.id.desc())
    )


def kinds_of_documents() -> Sequence[DocumentKind]:
    """All kinds, by name."""
    return db.session.scalars(select(DocumentKind).order_by(DocumentKind.name)).all()


def files_of(account_id: int) -> Select[Any]:
    """What an account has uploaded, newest first."""
    return (
        select(StoredFile)
        .where(StoredFile.account_id == account_id, StoredFile.origin == "unggahan")
        .order_by(StoredFile.id.desc())
    )


def uploads_under_way(account_id: int) -> Sequence[Upload]:
    """Uploads of an account that have not ended."""
    return db.session.scalars(
        select(Upload).where(Upload.account_id == account_id, Upload.file_id.is_(None)).order_by(Upload.id)
    ).all()


def own_upload(token: str, account_id: int) -> Upload | None:
    """An upload of this account; another's does not exist."""
    return db.session.scalars(
        select(Upload).where(Upload.token == token, Upload.account_id == account_id)
    ).one_or_none()


def number_templates() -> Sequence[NumberTemplate]:
    """All templates: those in force first, then back in time."""
    return db.session.scalars(
        select(NumberTemplate).order_by(
            NumberTemplate.number_group, NumberTemplate.unit.nulls_first(), NumberTemplate.valid_from.desc()
        )
    ).all()
