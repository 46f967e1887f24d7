"""Incoming letters: received, put on the agenda, handed on (disposisi), answered, closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.documents.operations.numbers import take_number
from electsys.documents.papers import today
from electsys.errors import Refused
from electsys.events import subscribe
from electsys.identity.access import Scope
from electsys.identity.grants import demand
from electsys.ledger import Actor, record
from modules.jdih import news
from modules.jdih.events import LetterSent
from modules.jdih.models import ArchiveClass, Disposition, Incoming, IncomingFile, Letter
from modules.jdih.queries.people import is_able
from modules.jdih.queries.units import office_name
from modules.jdih.rules import letters as rules
from modules.jdih.workflow.letters import DISPOSE, INCOMING, READ, REGISTER

#: The sequence of agenda numbers, one a satker and year.
AGENDA = "agenda"
#: Longest instruction or report, in characters.
WORDS = 2000


@dataclass(frozen=True)
class Received:
    """What stands on a letter that came in."""

    sender: str
    number: str
    date: dt.date
    received_on: dt.date
    title: str
    secrecy: str = "biasa"
    urgency: str = "biasa"
    class_code: str | None = None


def receive_letter(unit: str, given: Received, files: Sequence[StoredFile] = (), *, actor: Actor) -> Incoming:
    """Take in a letter from outside with its scans. The same letter twice is refused."""
    demand(actor, REGISTER, Scope(region=unit))
    if given.received_on > today(unit):
        raise Refused(_("Tanggal terima belum tiba."), field="received_on")
    if given.received_on < given.date:
        raise Refused(_("Surat tidak mungkin diterima sebelum tanggal suratnya."), field="received_on")
    if given.class_code and db.session.get(ArchiveClass, given.class_code) is None:
        raise Refused(_("Klasifikasi %(code)s tidak ada.", code=given.class_code), field="class_code")
    twin = db.session.scalar(
        select(Incoming.id).where(
            Incoming.unit == unit,
            Incoming.date == given.date,
            func.lower(Incoming.number) == given.number.strip().lower(),
            func.lower(Incoming.sender) == given.sender.strip().lower(),
        )
    )
    if twin is not None:
        raise Refused(
            _("Surat nomor %(number)s dari pengirim ini sudah diterima.", number=given.number),
            field="number",
            hint=_("Buka surat masuk nomor terima %(id)s.", id=twin),
            status=409,
        )
    row = Incoming(
        unit=unit,
        sender=given.sender.strip(),
        number=given.number.strip(),
        date=given.date,
        received_on=given.received_on,
        title=" ".join(given.title.split()),
        secrecy=given.secrecy,
        urgency=given.urgency,
        class_code=given.class_code,
        received_by=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    _received(row, actor)
    for file in files:
        add_scan(row, file, actor=actor)
    return row


def receive_sent(event: LetterSent) -> None:
    """A letter of another satker arrives: in the sender's transaction, and once."""
    letter = db.session.get_one(Letter, event.letter_id)
    if db.session.scalar(
        select(Incoming.id).where(Incoming.unit == event.unit, Incoming.letter_id == letter.id)
    ):
        return
    if letter.number is None or letter.date is None:
        raise ValueError(f"letter {letter.id} was sent without a number")
    row = Incoming(
        unit=event.unit,
        sender=office_name(letter.unit),
        number=letter.number,
        date=letter.date,
        received_on=max(today(event.unit), letter.date),
        title=letter.title,
        secrecy=letter.secrecy,
        urgency=letter.urgency,
        letter_id=letter.id,
    )
    db.session.add(row)
    db.session.flush()
    _received(row, event.actor)


def _received(row: Incoming, actor: Actor) -> None:
    record(
        "jdih:incoming:receive",
        f"incoming_letter:{row.id}",
        actor=actor,
        region=row.unit,
        details={"letter": row.letter_id},
    )
    news.tell_incoming(row, news.ARRIVED, REGISTER, actor=actor)


def add_scan(row: Incoming, file: StoredFile, *, actor: Actor) -> None:
    """Keep one more scan of a letter."""
    demand(actor, REGISTER, Scope(region=row.unit))
    if any(each.file.sha256 == file.sha256 for each in row.files):
        raise Refused(_("Berkas ini sudah dilampirkan."), field="file", status=409)
    row.files.append(IncomingFile(incoming_id=row.id, file_id=file.id, label=file.name))
    db.session.flush()
    record(
        "jdih:incoming:attach",
        f"incoming_letter:{row.id}",
        actor=actor,
        region=row.unit,
        details={"file": file.id, "sha256": file.sha256},
    )


def register_letter(row: Incoming, *, actor: Actor) -> None:
    """Put a letter on the agenda: the next number of the satker and year, without gaps."""
    db.session.refresh(row, with_for_update={"of": Incoming})
    demand(actor, REGISTER, Scope(region=row.unit))
    if row.state != "diterima":
        INCOMING.move(row, "register", actor=actor)
    entry = take_number(AGENDA, row.unit, today(row.unit).year, actor=actor)
    INCOMING.move(row, "register", actor=actor, values={"entry_id": entry.id})
    news.tell_incoming(row, news.DISPOSE, DISPOSE, actor=actor)


def dispose_letter(
    row: Incoming,
    to: Sequence[int],
    *,
    instruction: str,
    due_on: dt.date | None,
    parent: Disposition | None = None,
    actor: Actor,
) -> list[Disposition]:
    """Hand a letter to accounts of the satker with an instruction. ``parent`` is the one passed on."""
    db.session.refresh(row, with_for_update={"of": Incoming})
    demand(actor, DISPOSE, Scope(region=row.unit))
    if actor.account_id is None:
        raise ValueError("a disposition comes from an account")
    _may_pass_on(row, parent, actor)
    _check_words(instruction, "instruction")
    problem = rules.deadline_problem(
        due_on, today=today(row.unit), parent_due=parent.due_on if parent else None
    )
    if problem:
        words = {
            "past": _("Batas waktunya sudah lewat."),
            "later": _("Batas waktunya melewati batas disposisi yang Anda terima."),
        }
        raise Refused(words[problem], field="due_on")
    if not to:
        raise Refused(_("Pilih paling sedikit satu penerima."), field="to")
    for account in to:
        if account == actor.account_id:
            raise Refused(_("Disposisi tidak ditujukan kepada diri sendiri."), field="to")
        if not is_able(account, READ, row.unit):
            raise Refused(_("Salah satu penerima tidak berwenang membaca surat satker ini."), field="to")
    if row.state == "diregistrasi":
        INCOMING.move(row, "dispose", actor=actor)
    made = [
        Disposition(
            incoming_id=row.id,
            parent_id=parent.id if parent else None,
            depth=parent.depth + 1 if parent else 0,
            from_id=actor.account_id,
            to_id=account,
            instruction=instruction.strip(),
            due_on=due_on,
        )
        for account in dict.fromkeys(to)
    ]
    db.session.add_all(made)
    db.session.flush()
    db.session.expire(row, ["dispositions"])
    record(
        "jdih:incoming:hand-on",
        f"incoming_letter:{row.id}",
        actor=actor,
        region=row.unit,
        details={"to": [each.to_id for each in made], "parent": parent.id if parent else None},
    )
    for each in made:
        news.tell_disposition(each, news.DISPOSED, each.to_id, actor=actor)
    return made


def _may_pass_on(row: Incoming, parent: Disposition | None, actor: Actor) -> None:
    if row.state not in ("diregistrasi", "disposisi", "ditindaklanjuti"):
        raise Refused(
            _("Surat ini belum diagendakan atau sudah selesai, sehingga tidak dapat didisposisikan."),
            status=409,
        )
    if parent is None:
        return
    if parent.incoming_id != row.id or parent.to_id != actor.account_id:
        raise Refused(_("Hanya penerimanya yang meneruskan disposisi itu."), status=403)
    if parent.done_at is not None:
        raise Refused(_("Disposisi itu sudah Anda laporkan selesai."), status=409)
    if parent.depth + 1 > rules.DEEPEST:
        raise Refused(_("Disposisi ini sudah diteruskan paling jauh."), status=409)


def report_disposition(disposition: Disposition, *, report: str, actor: Actor) -> None:
    """Its receiver says what was done; passed-on ones must be reported first."""
    row = disposition.incoming
    db.session.refresh(row, with_for_update={"of": Incoming})
    db.session.refresh(disposition)
    if disposition.to_id != actor.account_id:
        raise Refused(_("Hanya penerima disposisi yang melaporkannya."), status=403)
    if disposition.done_at is not None:
        raise Refused(_("Disposisi ini sudah dilaporkan."), status=409)
    _check_words(report, "report")
    if db.session.scalar(
        select(func.count()).where(Disposition.parent_id == disposition.id, Disposition.done_at.is_(None))
    ):
        raise Refused(
            _("Disposisi yang Anda teruskan belum dilaporkan semuanya."),
            hint=_("Tunggu laporannya, atau ingatkan penerimanya."),
            status=409,
        )
    disposition.report, disposition.done_at = report.strip(), func.now()
    db.session.flush()
    if row.state == "disposisi":
        INCOMING.move(row, "follow", actor=actor)
    record(
        "jdih:incoming:report",
        f"incoming_letter:{row.id}",
        actor=actor,
        region=row.unit,
        details={"disposition": disposition.id},
    )
    news.tell_disposition(disposition, news.REPORTED, disposition.from_id, actor=actor)


def close_letter(row: Incoming, *, outcome: str, actor: Actor) -> None:
    """The matter is settled; ``outcome`` says how."""
    _check_words(outcome, "outcome")
    INCOMING.move(row, "close", actor=actor, values={"outcome": outcome.strip()})


def _check_words(text: str, field: str) -> None:
    if not text.strip():
        raise Refused(_("Isian ini belum diisi."), field=field)
    if len(text) > WORDS:
        raise Refused(_("Paling banyak %(n)s huruf.", n=WORDS), field=field)


subscribe(LetterSent, receive_sent)
