"""Reads of letters: what an account may see, what waits for it, what the archive owes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload

from electsys.db import db
from electsys.documents.models import DocumentKind, OfficialDocument
from electsys.identity import grants
from electsys.identity.access import Scope, can
from modules.jdih.models import ArchiveClass, BackDate, Letter, LetterKind, LetterRecipient, LetterStep
from modules.jdih.rules.letters import SECRET, may_read
from modules.jdih.workflow.letters import APPROVE, ARCHIVE, NUMBER, READ, SEND

#: What the office does with a letter without reading it.
OFFICE = (NUMBER, SEND, ARCHIVE)


def inside(column: Any, scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """Rows whose satker lies in one of these scopes."""
    return or_(false(), *(column.startswith(s.region or "", autoescape=True) for s in scopes))


def on_route_sql(account_id: int) -> ColumnElement[bool]:
    """Letters that the account drafts, initials or signs."""
    return or_(
        Letter.drafter_id == account_id,
        Letter.signer_id == account_id,
        exists().where(LetterStep.letter_id == Letter.id, LetterStep.account_id == account_id),
    )


def open_to(account_id: int) -> ColumnElement[bool]:
    """Letters whose words the account may read: all but the secret ones that it is not on the route of."""
    return or_(Letter.secrecy.not_in(SECRET), on_route_sql(account_id))


def closed_papers(account_id: int | None) -> ColumnElement[bool]:
    """Issued papers of secret letters that the account is not on the route of (documents.guards)."""
    secret = exists().where(Letter.document_id == OfficialDocument.id, Letter.secrecy.in_(SECRET))
    if account_id is None:
        return secret
    return exists().where(
        Letter.document_id == OfficialDocument.id, Letter.secrecy.in_(SECRET), ~on_route_sql(account_id)
    )


def on_route(letter: Letter) -> set[int | None]:
    """Accounts that a secret letter is for."""
    return {letter.drafter_id, letter.signer_id, *(step.account_id for step in letter.steps)}


def opens(letter: Letter, account: Any) -> bool:
    """Whether the account may read the words of this letter of its satker."""
    return may_read(letter.secrecy, account.id, on_route(letter))


def handles(letter: Letter, account: Any) -> bool:
    """Whether the account works on the letter without reading it: numbers, sends or archives it."""
    scope = Scope(region=letter.unit)
    return letter.state not in ("konsep", "revisi", "paraf_berjenjang") and any(
        can(account, permission, scope) for permission in OFFICE
    )


def letters_for(account: Any) -> Select[Any]:
    """Letters of the account's satker, newest first; secret ones only on its route or on its desk."""
    seen = [open_to(account.id)]
    desk = [scope for permission in OFFICE for scope in grants.scopes(account, permission)]
    if desk:
        seen.append(
            and_(inside(Letter.unit, desk), Letter.state.not_in(("konsep", "revisi", "paraf_berjenjang")))
        )
    return (
        select(Letter)
        .where(inside(Letter.unit, grants.scopes(account, READ)), or_(*seen))
        .options(joinedload(Letter.drafter), joinedload(Letter.document))
        .order_by(Letter.id.desc())
    )


def searching(account_id: int) -> Any:
    """Search in number and title; a title that the account may not read is not found either."""

    def where(statement: Select[Any], text: str) -> Select[Any]:
        return statement.where(
            or_(
                Letter.number.icontains(text, autoescape=True),
                and_(Letter.title.icontains(text, autoescape=True), open_to(account_id)),
            )
        )

    return where


# --- what waits ----------------------------------------------------------------------------------


def my_turn() -> Any:
    """Of the letters on their way, the account whose initial is awaited."""
    first = (
        select(func.min(LetterStep.position))
        .where(
            LetterStep.letter_id == Letter.id,
            LetterStep.round == Letter.round,
            LetterStep.verdict.is_(None),
        )
        .correlate(Letter)
        .scalar_subquery()
    )
    return (
        select(LetterStep.account_id)
        .where(
            LetterStep.letter_id == Letter.id,
            LetterStep.round == Letter.round,
            LetterStep.position == first,
        )
        .correlate(Letter)
        .scalar_subquery()
    )


def waiting(account: Any, what: str) -> ColumnElement[bool]:
    """The letters that wait for this account; ``what`` is one of :data:`WAITING`."""

    def here(permission: str) -> ColumnElement[bool]:
        return inside(Letter.unit, grants.scopes(account, permission))

    on_way, mine = Letter.state == "paraf_berjenjang", Letter.signer_id == account.id
    return {
        "paraf": lambda: and_(on_way, my_turn() == account.id),
        "setuju": lambda: and_(on_way, mine, my_turn().is_(None)),
        "nomor": lambda: and_(Letter.state == "disetujui", here(NUMBER)),
        "tanda_tangan": lambda: and_(Letter.state == "bernomor", mine, Letter.document_id.is_(None)),
        "perbaikan": lambda: and_(Letter.state == "revisi", Letter.drafter_id == account.id),
        "kirim": lambda: and_(
            Letter.state == "ditandatangani",
            here(SEND),
            exists().where(LetterRecipient.letter_id == Letter.id),
        ),
        "arsip": lambda: and_(Letter.state == "terkirim", here(ARCHIVE)),
    }[what]()


WAITING = ("paraf", "setuju", "nomor", "tanda_tangan", "perbaikan", "kirim", "arsip")


def count_waiting(account: Any, what: str) -> int:
    """How many letters wait for this account."""
    return db.session.scalar(select(func.count(Letter.id)).where(waiting(account, what))) or 0


def open_backdates(account: Any) -> list[BackDate]:
    """Requests for a number in between that this account may decide."""
    return list(
        db.session.scalars(
            select(BackDate)
            .where(
                BackDate.state == "diminta",
                BackDate.asked_by != account.id,
                inside(BackDate.unit, grants.scopes(account, APPROVE)),
            )
            .order_by(BackDate.id)
        )
    )


def backdate_of(letter: Letter) -> BackDate | None:
    """The newest request of a letter."""
    return db.session.scalars(
        select(BackDate).where(BackDate.letter_id == letter.id).order_by(BackDate.id.desc()).limit(1)
    ).one_or_none()


# --- kinds and the archive -----------------------------------------------------------------------


def kinds() -> list[tuple[LetterKind, DocumentKind]]:
    """What can be drafted, with its setting: by family, then by name."""
    rows = db.session.execute(
        select(LetterKind, DocumentKind)
        .join(DocumentKind, DocumentKind.code == LetterKind.kind)
        .order_by(DocumentKind.family, DocumentKind.name)
    )
    return [(setting, kind) for setting, kind in rows]


def kind_names() -> dict[str, str]:
    """Code -> name of every kind."""
    return {row.code: row.name for row in db.session.scalars(select(DocumentKind))}


def classes(*, active: bool = True) -> Sequence[ArchiveClass]:
    """The classes of the archive, by code."""
    wanted = select(ArchiveClass).order_by(ArchiveClass.code)
    return db.session.scalars(wanted.where(ArchiveClass.active) if active else wanted).all()


def archived_for(account: Any) -> Any:
    """Archived letters of the account's satker with their class, oldest first."""
    return (
        select(Letter, ArchiveClass)
        .join(ArchiveClass, ArchiveClass.code == Letter.class_code)
        .where(
            Letter.state == "diarsipkan",
            inside(Letter.unit, grants.scopes(account, READ)),
            or_(open_to(account.id), inside(Letter.unit, grants.scopes(account, ARCHIVE))),
        )
        .order_by(Letter.archived_on, Letter.id)
    )


def ends(years: Any) -> Any:
    """The day on which so many years after archiving are over, as SQL."""
    return Letter.archived_on + func.make_interval(years)


def stage_is(stage: str, today: dt.date) -> ColumnElement[bool]:
    """The SQL twin of ``rules.letters.stage_of``."""
    whole = ArchiveClass.active_years + ArchiveClass.inactive_years
    return {
        "belum": ArchiveClass.active_years.is_(None),
        "aktif": ends(ArchiveClass.active_years) >= today,
        "inaktif": and_(ends(ArchiveClass.active_years) < today, ends(whole) >= today),
        "habis": ends(whole) < today,
    }[stage]


def count_due(account: Any, today: dt.date) -> int:
    """How many archived letters have passed their retention."""
    due = archived_for(account).where(stage_is("habis", today)).order_by(None)
    return (
        db.session.scalar(select(func.count()).select_from(due.with_only_columns(Letter.id).subquery())) or 0
    )
