"""Numbers of letters: reserved when approved, cancelled with a note, put in between only by permission."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents import cancel_document, cancel_number, insert_number, number_text, reserve_number
from electsys.documents.models import NumberEntry, OfficialDocument
from electsys.documents.papers import today
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.identity.grants import demand
from electsys.ledger import Actor, record
from modules.jdih import news
from modules.jdih.models import BackDate, Letter, LetterKind
from modules.jdih.rules import letters as rules
from modules.jdih.workflow.letters import APPROVE, BACKDATE, LETTER, NUMBER


def series_of(letter: Letter) -> str:
    """The sequence that its number comes from: a setting of its kind."""
    return db.session.get_one(LetterKind, letter.kind).series


def number_letter(letter: Letter, *, actor: Actor) -> None:
    """Reserve the next number of the satker's series for an approved letter, dated today.

    The number stays reserved until the paper is issued; :func:`void_number` cancels it with a note and it
    is never given out again.
    """
    _lock_approved(letter, "number", NUMBER, actor)
    if _open_request(letter):
        raise Refused(
            _("Untuk naskah ini sedang diminta nomor sisipan."),
            hint=_("Tunggu keputusannya dulu."),
            status=409,
        )
    day = today(letter.unit)
    entry = reserve_number(series_of(letter), letter.unit, day.year, actor=actor)
    LETTER.move(letter, "number", actor=actor, values=_numbered(letter, entry, day))
    news.tell(letter, news.SIGN, letter.signer_id, actor=actor)


def void_number(letter: Letter, *, reason: str, actor: Actor) -> None:
    """Cancel the number of a letter that was not signed. Number and letter stay on record, cancelled."""
    if not reason.strip():
        raise Refused(_("Tuliskan alasan pembatalan nomor."), field="reason")
    LETTER.move(letter, "void", actor=actor, reason=reason)
    if letter.document is not None:
        cancel_document(letter.document, note=reason, actor=actor)
    elif letter.entry_id is not None:
        cancel_number(letter.entry_id, note=reason, actor=actor)
    news.tell(letter, news.RETURNED, letter.drafter_id, actor=actor)


def ask_backdate(letter: Letter, *, date: dt.date, after: int, reason: str, actor: Actor) -> BackDate:
    """Ask for a number behind ``after`` for a paper of a day gone by; another account decides [M?]."""
    _lock_approved(letter, "number", NUMBER, actor)
    if _open_request(letter):
        raise Refused(_("Untuk naskah ini sudah ada permintaan yang menunggu."), status=409)
    if not reason.strip():
        raise Refused(_("Tuliskan alasan."), field="reason")
    _check_day(letter, date, after)
    row = BackDate(
        letter_id=letter.id,
        unit=letter.unit,
        date=date,
        after=after,
        reason=reason.strip(),
        asked_by=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "jdih:backdate:ask",
        f"letter:{letter.id}",
        actor=actor,
        region=letter.unit,
        reason=reason,
        details={"request": row.id, "after": after, "date": date.isoformat()},
    )
    news.tell_holders(letter, news.BACKDATE, APPROVE, actor=actor)
    return row


def allow_backdate(row: BackDate, *, actor: Actor) -> None:
    """Another account allows it: the number is inserted, and the letter has it."""
    _other_person(row, actor)
    BACKDATE.move(row, "allow", actor=actor, values={"decided_by": actor.account_id})
    letter = row.letter
    _lock_approved(letter, "backdate", APPROVE, actor)
    _check_day(letter, row.date, row.after)
    asker = Actor(row.asked_by, row.asker.username)
    if row.decided_by is None:
        raise ValueError(f"request {row.id} is not decided")
    entry = insert_number(
        series_of(letter), letter.unit, row.date.year, row.after, approved_by=row.decided_by, actor=asker
    )
    LETTER.move(letter, "backdate", actor=actor, values=_numbered(letter, entry, row.date))
    news.tell(letter, news.SIGN, letter.signer_id, actor=actor)


def refuse_backdate(row: BackDate, *, reason: str, actor: Actor) -> None:
    """Another account refuses it; the letter waits for an ordinary number."""
    _other_person(row, actor)
    BACKDATE.move(row, "refuse", actor=actor, reason=reason, values={"decided_by": actor.account_id})
    news.tell(row.letter, news.NUMBER, row.asked_by, actor=actor)


def _numbered(letter: Letter, entry: NumberEntry, day: dt.date) -> dict[str, object]:
    text = number_text(entry, letter.kind, day, classification=letter.class_code or "", unit=letter.unit)
    return {"entry_id": entry.id, "number": text, "date": day}


def _lock_approved(letter: Letter, action: str, permission: str, actor: Actor) -> None:
    """Everything that could refuse the move, before a number is taken."""
    db.session.refresh(letter, with_for_update={"of": Letter})
    demand(actor, permission, Scope(region=letter.unit))
    if letter.state != "disetujui" or not letter.class_code:
        LETTER.move(letter, action, actor=actor)


def _open_request(letter: Letter) -> BackDate | None:
    return db.session.scalars(
        select(BackDate).where(BackDate.letter_id == letter.id, BackDate.state == "diminta")
    ).one_or_none()


def _other_person(row: BackDate, actor: Actor) -> None:
    if row.asked_by == actor.account_id:
        raise Refused(
            _("Permintaan ini Anda ajukan sendiri; yang memutuskan harus akun lain."),
            hint=_("Minta rekan yang berwenang menyetujui."),
            status=403,
        )


def _check_day(letter: Letter, day: dt.date, after: int) -> None:
    problem = rules.backdate_problem(
        day,
        today=today(letter.unit),
        year=day.year,
        before=_day_of(letter, day.year, NumberEntry.number <= after, newest=True),
        after=_day_of(letter, day.year, NumberEntry.number > after, newest=False),
    )
    if problem:
        words = {
            "future": _("Nomor sisipan hanya untuk tanggal yang sudah lewat."),
            "early": _("Tanggalnya mendahului naskah bernomor %(n)s.", n=after),
            "late": _("Tanggalnya melewati naskah sesudah nomor %(n)s.", n=after),
        }
        raise Refused(words[problem], field="date", hint=_("Samakan urutan nomor dengan urutan tanggal."))


def _day_of(letter: Letter, year: int, which: object, *, newest: bool) -> dt.date | None:
    """The date of the nearest paper of the series before or behind a place in it."""
    day = func.coalesce(Letter.date, OfficialDocument.date)
    return db.session.scalar(
        select(func.max(day) if newest else func.min(day))
        .select_from(NumberEntry)
        .outerjoin(Letter, Letter.entry_id == NumberEntry.id)
        .outerjoin(OfficialDocument, OfficialDocument.entry_id == NumberEntry.id)
        .where(
            NumberEntry.series == series_of(letter),
            NumberEntry.unit == letter.unit,
            NumberEntry.year == year,
            which,  # type: ignore[arg-type]
        )
    )
