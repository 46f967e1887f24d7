"""What answers the public: who may ask for whom (no NIK, no birth date, no full name), and open numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Integer, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

#: Bytes of a keyed index that are kept: enough that no two of 400 million agree by chance.
PAIR = 16


class PartyLookup(Base):
    """One way to ask for one member: by NIK and birth date, or by NIK and name.

    Whoever steals this table holds keyed indexes and initials: it yields no list of members.
    """

    __tablename__ = "party_lookup"

    #: The first bytes of privacy.blind_index_birth or privacy.blind_index_name.
    pair: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party_member.id"), primary_key=True)
    #: Masked: ``S*** R********``.
    name: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_party_lookup_member_id", "member_id"),)


class PartyLookupDue(Base):
    """A member whose ways to be asked for are to be written; triggers of ``party_member`` put it here."""

    __tablename__ = "party_lookup_due"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger)


class PartyNumbers(Base):
    """Members of a party by province, sex and year of birth, as the last count found them."""

    __tablename__ = "party_numbers"

    registration_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("party_registration.id"), primary_key=True, autoincrement=False
    )
    #: ``[[province, sex, year of birth, count]]``; small cells are hidden when they are shown.
    members: Mapped[list[list[Any]]] = mapped_column(JSONB)
    counted_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
