"""Voters: the living row, what it said before, and what happened to it.

A voter's row holds what a form claimed; :class:`electsys.identity.models.Person` is who that is. Numbers,
the birth date and the disability lie in the row's envelope (UU 23/2006 art. 84). A change raises ``version``,
and a trigger keeps the old row in :class:`VoterPast`: nothing is corrected in silence. All tables are cut by
province, so that a province can move to a server of its own.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

#: Region and TPS codes compare bytewise, so that a prefix search uses the index.
Code = Text(collation="C")
Instant = DateTime(timezone=True)

#: Where a row came from (domain.md 5.3).
SOURCES = ("dp4", "dpb", "dpt", "coklit", "tanggapan", "putusan", "ppln")
#: States of a row that stands in the lists.
LISTED = ("potensial", "sesuai", "ubah", "baru")


class Voter(Base):
    """One row of the living voter list of an election; read through row-level security.

    ``id`` comes from ``voter_id_seq`` beforehand (privacy.reserve_ids): the envelope is bound to it. The
    envelope holds ``nik``, ``nkk``, ``birth_date``, ``disability`` and, abroad, ``passport``.
    """

    __tablename__ = "voter"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    village_code: Mapped[str] = mapped_column(Code)
    #: The polling station, once one is given.
    tps_code: Mapped[str | None] = mapped_column(Code)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    #: Blind indexes; a voter abroad may have a passport only.
    nik_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    passport_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: The family card, as the first eight bytes of its blind index: equal numbers, one family.
    family: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    birth_place: Mapped[str] = mapped_column(Text)
    birth_year: Mapped[int] = mapped_column(SmallInteger)
    #: ``L`` or ``P``.
    sex: Mapped[str] = mapped_column(CHAR(1))
    #: ``B`` not yet, ``S`` is, ``P`` was married.
    marital_status: Mapped[str] = mapped_column(CHAR(1))
    address: Mapped[str] = mapped_column(Text)
    rt: Mapped[str] = mapped_column(Text)
    rw: Mapped[str] = mapped_column(Text)
    #: Whether the KTP-el was recorded: ``S`` yes, ``B`` not yet; null is not known.
    ktp_el: Mapped[str | None] = mapped_column(CHAR(1))
    #: ``potensial``, ``sesuai``, ``ubah``, ``baru`` or ``tms`` (see modules.sidalih.workflow).
    state: Mapped[str] = mapped_column(Text, default="potensial", server_default="potensial")
    #: Why it is struck: code of the table ``tms`` of the election.
    tms_code: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    #: Codes of what makes the row doubtful (modules.sidalih.rules.voters): the work queue "data invalid".
    doubts: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    #: Raised by one with every change of the data above; the row before lies in ``voter_past``.
    version: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    batch_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("voter_batch.id"))
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("province = left(village_code, 2) and length(village_code) = 10", name="village"),
        CheckConstraint("tps_code is null or left(tps_code, 10) = village_code", name="tps"),
        CheckConstraint("nik_index is not null or passport_index is not null", name="number"),
        CheckConstraint("sex in ('L', 'P')", name="sex"),
        CheckConstraint("marital_status in ('B', 'S', 'P')", name="marital_status"),
        CheckConstraint("ktp_el in ('S', 'B')", name="ktp_el"),
        CheckConstraint("state in ('potensial', 'sesuai', 'ubah', 'baru', 'tms')", name="state"),
        CheckConstraint("(state = 'tms') = (tms_code is not null)", name="tms"),
        Index("ix_voter_nik", "nik_index", "election_id"),
        Index("ix_voter_place", "election_id", "village_code", "tps_code"),
        Index("ix_voter_person_id", "person_id"),
        Index("ix_voter_doubtful", "election_id", "village_code", postgresql_where=text("doubts <> '{}'")),
        Index("ix_voter_passport", "passport_index", postgresql_where=text("passport_index is not null")),
        {"postgresql_partition_by": "LIST (province)"},
    )
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012


class VoterPast(Base):
    """A voter's row as it stood before a change; written by the trigger of ``voter`` alone."""

    __tablename__ = "voter_past"

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, server_default=text("nextval('voter_past_seq')")
    )
    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    voter_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(SmallInteger)
    village_code: Mapped[str] = mapped_column(Code)
    tps_code: Mapped[str | None] = mapped_column(Code)
    #: Bound to ``voter:<voter_id>``.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(Text)
    birth_place: Mapped[str] = mapped_column(Text)
    birth_year: Mapped[int] = mapped_column(SmallInteger)
    sex: Mapped[str] = mapped_column(CHAR(1))
    marital_status: Mapped[str] = mapped_column(CHAR(1))
    address: Mapped[str] = mapped_column(Text)
    rt: Mapped[str] = mapped_column(Text)
    rw: Mapped[str] = mapped_column(Text)
    ktp_el: Mapped[str | None] = mapped_column(CHAR(1))
    state: Mapped[str] = mapped_column(Text)
    #: When the row was replaced.
    until: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        Index("ix_voter_past_voter", "voter_id", "version"),
        {"postgresql_partition_by": "LIST (province)"},
    )


class VoterEvent(Base):
    """What happened to a voter's row, by whom, why, with what proof. Append-only.

    The law asks for it as A-Daftar Perubahan Pemilih (domain.md 5.2, 5.5). A row that a file brought has no
    event of its own: its batch stands for it.
    """

    __tablename__ = "voter_event"

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, server_default=text("nextval('voter_event_seq')")
    )
    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger)
    voter_id: Mapped[int] = mapped_column(BigInteger)
    village_code: Mapped[str] = mapped_column(Code)
    #: ``sesuai``, ``ubah``, ``baru``, ``tms``, ``pulih``, ``tempat`` (another TPS), ``masuk``, ``keluar``,
    #: ``tanda`` (a mark on a frozen list).
    kind: Mapped[str] = mapped_column(Text)
    #: Code of the table ``tms`` for a striking.
    code: Mapped[str | None] = mapped_column(Text)
    #: The version of the row after the event.
    version: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str | None] = mapped_column(Text)
    #: Proof: a photo or a letter in the file store.
    file_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("stored_file.id"))
    #: The quarter of the continuous update in which it counts (PKPU 1/2025).
    quarter_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("voter_quarter.id"))
    #: Names of changed fields, TPS before and after; never a number of a person.
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint(
            "kind in ('sesuai', 'ubah', 'baru', 'tms', 'pulih', 'tempat', 'masuk', 'keluar', 'tanda')",
            name="kind",
        ),
        CheckConstraint("kind <> 'tms' or code is not null", name="tms"),
        Index("ix_voter_event_voter", "voter_id", "id"),
        Index("ix_voter_event_place", "election_id", "village_code", "id"),
        Index("ix_voter_event_quarter", "quarter_id", postgresql_where=text("quarter_id is not null")),
        {"postgresql_partition_by": "LIST (province)"},
    )
