"""Take numbers from gap-free sequences: one a series, a satker and a calendar year."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.documents.models import NumberCounter, NumberEntry
from electsys.errors import Refused
from electsys.ledger import Actor, record

#: Letters that a number set in between may bear, in their order.
SUFFIXES = "abcdefghijklmnopqrstuvwxyz"
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


def insert_number(
    series: str, unit: str, year: int, after: int, *, approved_by: int, actor: Actor
) -> NumberEntry:
    """Reserve a number in between for a back-dated paper: the next letter after ``after``, such as 12.a.

    Only with the approval of another account (``approved_by``), and only after a number that was given
    out: the sequence itself stays without a gap (domain.md 9.1). Letters end with z.
    """
    if approved_by == actor.account_id:
        raise Refused(
            _("Nomor sisipan harus disetujui orang lain."),
            hint=_("Minta persetujuan pejabat yang berwenang atas penomoran."),
            status=403,
        )
    counter = db.session.scalars(
        select(NumberCounter)
        .where(NumberCounter.series == series, NumberCounter.unit == unit, NumberCounter.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if counter is None or not 1 <= after <= counter.last:
        raise Refused(
            _("Belum ada nomor %(number)s pada tahun %(year)s untuk disisipi.", number=after, year=str(year)),
            field="after",
            hint=_("Sisipkan setelah nomor yang sudah dipakai."),
        )
    used = db.session.scalar(
        select(func.max(NumberEntry.suffix)).where(
            NumberEntry.series == series,
            NumberEntry.unit == unit,
            NumberEntry.year == year,
            NumberEntry.number == after,
        )
    )
    if used == SUFFIXES[-1]:
        raise Refused(
            _("Setelah nomor %(number)s sudah ada 26 nomor sisipan.", number=after),
            field="after",
            hint=_("Sisipkan setelah nomor lain."),
        )
    entry = NumberEntry(
        series=series,
        unit=unit,
        year=year,
        number=after,
        suffix=SUFFIXES[SUFFIXES.index(used) + 1] if used else SUFFIXES[0],
        status="dipesan",
        account_id=actor.account_id,
        approved_by=approved_by,
    )
    db.session.add(entry)
    db.session.flush()
    record(
        "documents:number:insert",
        f"number_entry:{entry.id}",
        actor=actor,
        region=unit,
        details={"series": series, "serial": entry.serial, "approved_by": approved_by},
    )
    return entry


def use_number(entry_id: int, *, actor: Actor) -> NumberEntry:
    """A reserved number is now on an issued paper."""
    entry = _locked(entry_id)
    if entry.status != "dipesan":
        raise Refused(_("Nomor %(number)s sudah dipakai atau dibatalkan.", number=entry.serial))
    entry.status = "terbit"
    record("documents:number:issue", f"number_entry:{entry.id}", actor=actor, region=entry.unit)
    return entry


def cancel_number(entry_id: int, *, note: str, actor: Actor) -> NumberEntry:
    """Cancel a number. It stays in the register with the note and is never given out again."""
    if not note.strip():
        raise Refused(_("Tuliskan alasan pembatalan nomor."), field="note")
    entry = _locked(entry_id)
    if entry.status == "batal":
        raise Refused(_("Nomor %(number)s sudah dibatalkan.", number=entry.serial))
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
