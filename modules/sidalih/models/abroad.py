"""Who is registered at a new place, and so leaves the list at home: voters abroad and in special places."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class VoterTransfer(Base):
    """A row of the list that made way for another of the same NIK, so that nobody stands twice.

    ``how``: ``coret`` struck the row at home while its list was being made (TMS "pindah domisili"); ``tanda``
    marked its line in the frozen DPT. Written by the functions ``voter_make_way`` and ``voter_come_home`` of
    the database alone, because the row at home lies in a region of which the receiving office has no right.
    """

    __tablename__ = "voter_transfer"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    home_voter_id: Mapped[int] = mapped_column(BigInteger)
    home_province: Mapped[str] = mapped_column(CHAR(2))
    home_village: Mapped[str] = mapped_column(Code)
    home_tps: Mapped[str | None] = mapped_column(Code)
    away_voter_id: Mapped[int] = mapped_column(BigInteger)
    away_tps: Mapped[str] = mapped_column(Code)
    how: Mapped[str] = mapped_column(Text)
    #: The frozen list of a ``tanda``.
    list_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("voter_list.id"))
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    undone_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("how in ('coret', 'tanda')", name="how"),
        CheckConstraint("(how = 'tanda') = (list_id is not null)", name="list"),
        Index("ix_voter_transfer_away", "away_voter_id"),
        Index(
            "uq_voter_transfer_home",
            "home_voter_id",
            unique=True,
            postgresql_where=text("undone_at is null"),
        ),
    )
