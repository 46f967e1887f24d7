"""The projection that answers "am I on the list?": no NIK, no birth date, no full name in it (D4, NA-23)."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
#: Bytes of a keyed index that are kept: enough that no two of 400 million agree by chance.
PAIR = 16


class VoterLookup(Base):
    """One way to ask for one voter of a published list: by NIK and birth date, or by NIK and name.

    Whoever steals this table holds keyed indexes and initials: it yields no list of voters.
    """

    __tablename__ = "voter_lookup"

    #: The first bytes of privacy.blind_index_birth or privacy.blind_index_name.
    pair: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"), primary_key=True)
    voter_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    list_id: Mapped[int] = mapped_column(Integer)
    tps_code: Mapped[str] = mapped_column(Code)
    #: Number in the list of the polling station.
    number: Mapped[int] = mapped_column(SmallInteger)
    #: Masked: ``S*** R********``.
    name: Mapped[str] = mapped_column(Text)
    #: What became of the entry since (modules.sidalih.models.lists.ListMark.kind).
    mark: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_voter_lookup_list_id", "list_id"),
        {"postgresql_partition_by": "HASH (pair)"},
    )
