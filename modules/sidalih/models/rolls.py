"""The roll: the voter list of one kab/kota (or one PPLN abroad) on its way, and its quarters afterwards."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class VoterRoll(Base):
    """Where the list of a kab/kota stands: ``penyusunan`` (import, polling stations), ``coklit``, ``dphp``,
    ``dps`` (with the public response), ``dpshp``, ``dpt`` (domain.md 5.2)."""

    __tablename__ = "voter_roll"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: Kab/kota (4 digits); abroad the city of the PPLN.
    region: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Text, default="penyusunan", server_default="penyusunan")
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("election_id", "region", name="uq_voter_roll_region"),
        CheckConstraint("length(region) = 4", name="region"),
        CheckConstraint(
            "state in ('penyusunan', 'coklit', 'dphp', 'dps', 'dpshp', 'dpt')",
            name="state",
        ),
    )

    @property
    def abroad(self) -> bool:
        """Whether a PPLN keeps it (UU 7/2017 art. 212)."""
        return self.region.startswith("99")


class Quarter(Base):
    """A quarter of the continuous update of a kab/kota (PDPB; PKPU 1/2025), with its movement identity.

    ``closing = opening + fresh + moved_in - struck - moved_out``: a CHECK, so no quarter is ever stored that
    does not add up. ``amended`` counts corrected rows; they move nobody.
    """

    __tablename__ = "voter_quarter"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    roll_id: Mapped[int] = mapped_column(Integer, ForeignKey("voter_roll.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    #: 1 to 4 (TW I to TW IV).
    number: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(Text, default="terbuka", server_default="terbuka")
    opening: Mapped[int] = mapped_column(Integer)
    fresh: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    moved_in: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    struck: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    moved_out: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    amended: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: Null while the quarter is open.
    closing: Mapped[int | None] = mapped_column(Integer)
    letter_id: Mapped[int | None] = mapped_column(Integer)
    opened_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("roll_id", "year", "number", name="uq_voter_quarter_number"),
        CheckConstraint("number between 1 and 4", name="number"),
        CheckConstraint("state in ('terbuka', 'ditutup')", name="state"),
        CheckConstraint("(state = 'ditutup') = (closing is not null)", name="closed"),
        CheckConstraint("closing = opening + fresh + moved_in - struck - moved_out", name="movement"),
    )


class Semester(Base):
    """A plenary of a province (2 digits) or the nation ("") on two quarters of the continuous update.

    Its numbers are those of the closed quarters below it, summed; the same CHECK as a quarter's holds.
    """

    __tablename__ = "voter_semester"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    region: Mapped[str] = mapped_column(Code)
    year: Mapped[int] = mapped_column(SmallInteger)
    half: Mapped[int] = mapped_column(SmallInteger)
    #: Kab/kota whose quarters are summed.
    rolls: Mapped[int] = mapped_column(Integer)
    opening: Mapped[int] = mapped_column(Integer)
    fresh: Mapped[int] = mapped_column(Integer)
    moved_in: Mapped[int] = mapped_column(Integer)
    struck: Mapped[int] = mapped_column(Integer)
    moved_out: Mapped[int] = mapped_column(Integer)
    amended: Mapped[int] = mapped_column(Integer)
    closing: Mapped[int] = mapped_column(Integer)
    letter_id: Mapped[int | None] = mapped_column(Integer)
    determined_by: Mapped[str] = mapped_column(Text)
    determined_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("election_id", "region", "year", "half", name="uq_voter_semester_half"),
        CheckConstraint("length(region) in (0, 2)", name="region"),
        CheckConstraint("half in (1, 2)", name="half"),
        CheckConstraint("closing = opening + fresh + moved_in - struck - moved_out", name="movement"),
    )
