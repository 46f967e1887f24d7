"""Reads of documents: kinds of the law, areas to match names with, what is filed and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, select, true
from sqlalchemy.orm import contains_eager, joinedload

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.documents.store import current
from electsys.elections.models import CodeEntry, Election
from electsys.elections.queries import codes
from electsys.identity.access import Scope
from electsys.regions.models import Region
from electsys.regions.rules import OVERSEAS
from modules.sipol.models import PartyDocument, PartyRegistration, PartyUpload
from modules.sipol.rules.documents import PURPOSE, Area, Kind

#: A photo of an office; the law asks for none, verifiers look at it (PKPU 4/2022). [M]
OFFICE_PHOTO = Kind("foto_kantor", _l("Foto kantor"), frozenset({0, 2, 4}))
DECREE = "sk_kepengurusan"


def kinds_of(election_id: int) -> list[Kind]:
    """The kinds of documents that the law of an election asks for, with the levels that have them."""
    rows = db.session.scalars(codes(election_id).where(CodeEntry.table_code == "dokumen_parpol"))
    return [Kind(row.code, row.label, frozenset(int(n) for n in (row.detail or "0").split())) for row in rows]


def kind_named(election_id: int, code: str) -> Kind | None:
    """One kind by its code, the photo of an office included."""
    return next((k for k in (*kinds_of(election_id), OFFICE_PHOTO) if k.code == code), None)


def areas_for(registration: PartyRegistration, election: Election, scopes: Sequence[Scope]) -> list[Area]:
    """The areas in which an account with these scopes may place documents, with the names above them."""
    rows = db.session.execute(
        select(Region.code, Region.name).where(
            Region.map_id == election.map_id, Region.level.between(1, 3), ~Region.code.startswith(OVERSEAS)
        )
    )
    names = {row.code: row.name for row in rows}
    reach = tuple(
        scope.region or ""
        for scope in scopes
        if scope.party in (None, registration.party_id) and scope.election in (None, election.id)
    )
    found = [Area("", _("Pusat"))] if "" in reach else []
    found += [
        Area(code, name, tuple(names[code[:n]] for n in range(len(code) - 2, 1, -2) if code[:n] in names))
        for code, name in names.items()
        if code.startswith(reach or ("-",)) and code.startswith(registration.region)
    ]
    return found


def known_codes(election: Election) -> set[str]:
    """Every code of provinces, kab/kota and kecamatan on the election's map."""
    return set(
        db.session.scalars(
            select(Region.code).where(Region.map_id == election.map_id, Region.level.between(1, 3))
        )
    )


def documents_in(registration: PartyRegistration, prefix: str, map_id: int) -> Any:
    """All uploads of a party under ``prefix``, old versions included, the newest first: (document, area)."""
    return (
        select(PartyDocument, Region.name)
        .join(StoredFile, StoredFile.id == PartyDocument.file_id)
        .outerjoin(Region, and_(Region.map_id == map_id, Region.code == PartyDocument.region))
        .where(PartyDocument.registration_id == registration.id, below(PartyDocument.region, prefix))
        .options(contains_eager(PartyDocument.file))
        .order_by(PartyDocument.id.desc())
    )


def documents_at(registration_id: int, region: str) -> dict[str, PartyDocument]:
    """Kind -> the document in force of one area."""
    rows = db.session.scalars(
        select(PartyDocument)
        .where(
            PartyDocument.registration_id == registration_id,
            PartyDocument.region == region,
            PartyDocument.current,
        )
        .options(joinedload(PartyDocument.file))
    )
    return {row.kind: row for row in rows}


def versions_of(document: PartyDocument) -> Sequence[PartyDocument]:
    """All uploads for the place of a document, the newest first."""
    return db.session.scalars(
        select(PartyDocument)
        .where(
            PartyDocument.registration_id == document.registration_id,
            PartyDocument.kind == document.kind,
            PartyDocument.region == document.region,
        )
        .options(joinedload(PartyDocument.file))
        .order_by(PartyDocument.id.desc())
    ).all()


def waiting_in(registration: PartyRegistration, prefix: str) -> Sequence[PartyUpload]:
    """Uploads that wait to be placed by hand, from pages under ``prefix``; the oldest first."""
    return db.session.scalars(
        select(PartyUpload)
        .where(
            PartyUpload.registration_id == registration.id,
            PartyUpload.state == "menunggu",
            below(PartyUpload.region, prefix),
        )
        .options(joinedload(PartyUpload.file))
        .order_by(PartyUpload.id)
        .limit(200)
    ).all()


def left_behind(account_id: int) -> Sequence[StoredFile]:
    """Uploads of an account that arrived whole while the page that sent them went away: in no place yet."""
    return db.session.scalars(
        select(StoredFile)
        .where(
            StoredFile.account_id == account_id,
            StoredFile.kind == PURPOSE,
            StoredFile.origin == "unggahan",
            ~exists().where(PartyDocument.file_id == StoredFile.id),
            ~exists().where(PartyUpload.file_id == StoredFile.id),
        )
        .order_by(StoredFile.id)
        .limit(200)
    ).all()


def document_of_file(file_id: int) -> PartyDocument | None:
    """The newest document that a stored file has become."""
    return db.session.scalar(
        select(PartyDocument)
        .where(PartyDocument.file_id == file_id)
        .order_by(PartyDocument.id.desc())
        .limit(1)
    )


def upload_of_file(file_id: int) -> PartyUpload | None:
    """The waiting upload of a stored file."""
    return db.session.scalar(select(PartyUpload).where(PartyUpload.file_id == file_id))


def is_lost(stored: StoredFile) -> bool:
    """Whether the content of a file is no longer in the store: a dead link."""
    store = current()
    return not store.fs.exists(store.path(stored.sha256))


def below(column: Any, prefix: str) -> ColumnElement[bool]:
    """Rows of an area and all that lies in it."""
    return and_(column >= prefix, column < prefix + "~") if prefix else true()
