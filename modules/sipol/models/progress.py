"""How far each party has come, as the last count found it: for the list of all parties."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import DateTime, ForeignKey, Integer, func
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base


class PartyProgress(Base):
    """The verdict on a party in numbers. Its own pages count anew each time; this is for lists."""

    __tablename__ = "party_progress"

    registration_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("party_registration.id"), primary_key=True, autoincrement=False
    )
    #: Provinces and kab/kota that have everything, and how many must.
    provinces: Mapped[int] = mapped_column(Integer)
    provinces_needed: Mapped[int] = mapped_column(Integer)
    districts: Mapped[int] = mapped_column(Integer)
    districts_needed: Mapped[int] = mapped_column(Integer)
    #: Boards at all levels, and members that count.
    boards: Mapped[int] = mapped_column(Integer)
    members: Mapped[int] = mapped_column(Integer)
    #: Areas in which something is missing.
    gaps: Mapped[int] = mapped_column(Integer)
    counted_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
