"""The door for other modules: their minutes and decisions become letters, once for each act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text

from electsys.db import db
from electsys.documents import number_text, reserve_number
from electsys.documents.papers import today
from electsys.ledger import Actor
from modules.jdih.models import Letter
from modules.jdih.operations.drafts import Head, begin
from modules.jdih.operations.numbering import series_of
from modules.jdih.operations.signing import issue, signature_of
from modules.jdih.workflow.letters import LETTER


def draft_minutes(
    kind: str,
    *,
    unit: str,
    title: str,
    data: Mapping[str, Any],
    subject: str,
    signers: Sequence[Mapping[str, str]],
    actor: Actor,
    source_key: str,
    classification: str,
    final: bool = False,
    link: str = "",
) -> Letter:
    """The letter of an act of another module, in the caller's transaction; who may, the caller has checked.

    ``kind`` is BA, Kpt, ...; ``data`` what the kind's template prints (electsys.documents.layouts);
    ``signers`` ``[{"name", "role"}]``; ``subject`` names the act's object (``recap:12``), ``link`` its page.
    Asked again with the same ``source_key`` it returns the same letter, and never takes a second number,
    whoever asks at the same time. Without ``final`` the letter is a draft that people route and sign; with it
    the letter is numbered, issued and signed electronically at once.
    """
    letter = _once(source_key)
    if letter is None:
        letter = begin(
            kind,
            unit=unit,
            head=Head(title, signers=signers, class_code=classification),
            data=data,
            actor=actor,
            source_key=source_key,
            subject=subject,
            link=link,
        )
    if final and letter.state == "konsep":
        _issue(letter, actor)
    return letter


def issue_decision(
    *,
    unit: str,
    title: str,
    data: Mapping[str, Any],
    subject: str,
    signers: Sequence[Mapping[str, str]],
    actor: Actor,
    source_key: str,
    classification: str,
    kind: str = "Kpt",
    link: str = "",
    subjects: Sequence[str] = (),
    abstract: str = "",
) -> Letter:
    """A decision of another module: numbered, issued, and in the register of law. Idempotent as above."""
    from modules.jdih.operations.register import register_official

    letter = draft_minutes(
        kind,
        unit=unit,
        title=title,
        data=data,
        subject=subject,
        signers=signers,
        actor=actor,
        source_key=source_key,
        classification=classification,
        final=True,
        link=link,
    )
    if letter.document is not None:
        register_official(letter.document, actor=actor, subjects=subjects, abstract=abstract)
    return letter


def by_source(source_key: str) -> Letter | None:
    """The letter of an act, if it was asked for already."""
    return db.session.scalars(select(Letter).where(Letter.source_key == source_key)).one_or_none()


def _once(source_key: str) -> Letter | None:
    """The letter of the key; whoever asks for the same key at the same time waits for this transaction."""
    if not source_key:
        raise ValueError("a letter of another module needs a source_key")
    db.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 41))"), {"key": f"letter:{source_key}"}
    )
    return by_source(source_key)


def _issue(letter: Letter, actor: Actor) -> None:
    day = today(letter.unit)
    entry = reserve_number(series_of(letter), letter.unit, day.year, actor=actor)
    number = number_text(entry, letter.kind, day, classification=letter.class_code or "", unit=letter.unit)
    letter.entry_id, letter.number, letter.date = entry.id, number, day
    db.session.flush()
    db.session.expire(letter, ["entry"])
    document = issue(letter, actor=actor, finish=signature_of(letter))
    LETTER.move(
        letter,
        "issue",
        actor=actor,
        values={"document_id": document.id, "signature": "elektronik", "signed_at": func.now()},
    )
