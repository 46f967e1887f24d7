"""Take numbers from gap-free sequences: one a series, a satker and a calendar year."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.documents.models import NumberCounter, NumberEntry
from electsys.errors import Refused
from electsys.ledger import Actor, record

NUMBERS = Actor.system("numbers")


def issue_number(series: str, unit: str, year: int, *, actor: Actor = NUMBERS) -> int:
    """The next number of the series of a satker (region code, "" is KPU RI) in a year.

    It is taken in the caller's transaction. The counter's row stays locked until that ends, so a
    rolled-back transaction gives its number to the next one and no gap is left.
    """
    return take_number(series, unit, year, actor=actor).number


def take_number(series: str, unit: str, year: int, *, actor: Actor, status: str = "terbit") -> NumberEntry:
    """Like :func:`issue_number`; returns the line of the register. ``status`` may be ``dipesan``."""
    number = db.session.scalar(
        insert(NumberCounter)
        .values(series=series, unit=unit, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[NumberCounter.series, NumberCounter.unit, NumberCounter.year],
            set_={"last": NumberCounter.last + 1},
        )
        .returning(NumberCounter.last)
    )
    entry = NumberEntry(
        series=series, unit=unit, year=year, number=number, status=status, account_id=actor.account_id
    )
    db.session.add(entry)
    db.session.flush()
    verb = "issue" if status == "terbit" else "reserve"
    record(f"documents:number:{verb}", f"number_entry:{entry.id}", actor=actor, region=unit)
    return entry


def reserve_number(series: str, unit: str, year: int, *, actor: Actor) -> NumberEntry:
    """Reserve a number for a paper that is still being signed."""
    return take_number(series, unit, year, actor=actor, status="dipesan")


def use_number(entry_id: int, *, actor: Actor) -> NumberEntry:
    """A reserved number is now on an issued paper."""
    entry = _locked(entry_id)
    if entry.status != "dipesan":
        raise Refused(_("Nomor %(number)s sudah dipakai atau dibatalkan.", number=entry.number))
    entry.status = "terbit"
    record("documents:number:issue", f"number_entry:{entry.id}", actor=actor, region=entry.unit)
    return entry


def cancel_number(entry_id: int, *, note: str, actor: Actor) -> NumberEntry:
    """Cancel a number. It stays in the register with the note and is never given out again."""
    if not note.strip():
        raise Refused(_("Tuliskan alasan pembatalan nomor."), field="note")
    entry = _locked(entry_id)
    if entry.status == "batal":
        raise Refused(_("Nomor %(number)s sudah dibatalkan.", number=entry.number))
    entry.status, entry.note = "batal", note.strip()
    record("documents:number:cancel", f"number_entry:{entry.id}", actor=actor, reason=note, region=entry.unit)
    return entry


def _locked(entry_id: int) -> NumberEntry:
    return db.session.scalars(
        select(NumberEntry)
        .where(NumberEntry.id == entry_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
