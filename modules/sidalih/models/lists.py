"""Frozen lists: A-Daftar Pemilih, DPHP, DPS, DPSHP, DPT, their entries, counts and later marks.

A list is a set of (voter, version, TPS, number), written once and refused any change by trigger. What happens
afterwards is a :class:`ListMark` in the column "keterangan" (domain.md 5.2).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)

#: The stages that freeze a list, in their order.
STAGES = ("a_daftar", "dphp", "dps", "dpshp", "dpt")


class VoterList(Base):
    """One frozen list of a roll. ``sequence`` counts lists of the same stage: DPSHP akhir, DPT perubahan."""

    __tablename__ = "voter_list"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    roll_id: Mapped[int] = mapped_column(Integer, ForeignKey("voter_roll.id"))
    stage: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    male: Mapped[int] = mapped_column(Integer)
    female: Mapped[int] = mapped_column(Integer)
    #: SHA-256 over the entries in order of TPS and number: what the list was, without naming anybody.
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    #: The minutes (jdih letter) of the plenary that set it.
    letter_id: Mapped[int | None] = mapped_column(Integer)
    determined_by: Mapped[str] = mapped_column(Text)
    determined_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("roll_id", "stage", "sequence", name="uq_voter_list_stage"),
        CheckConstraint("stage in ('a_daftar', 'dphp', 'dps', 'dpshp', 'dpt')", name="stage"),
        CheckConstraint("male >= 0 and female >= 0", name="counts"),
    )

    @property
    def total(self) -> int:
        """Voters, men and women."""
        return self.male + self.female


class ListEntry(Base):
    """One line of a frozen list. Append-only."""

    __tablename__ = "voter_list_entry"

    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    list_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    tps_code: Mapped[str] = mapped_column(Code, primary_key=True)
    #: Number in the polling station, by family and address.
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    voter_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (
        Index("ix_voter_list_entry_voter", "voter_id", "list_id"),
        {"postgresql_partition_by": "LIST (province)"},
    )


class ListMark(Base):
    """What became of a voter of a frozen list: dead, double, moved. Append-only."""

    __tablename__ = "voter_list_mark"

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, server_default=text("nextval('voter_list_mark_seq')")
    )
    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    list_id: Mapped[int] = mapped_column(Integer)
    voter_id: Mapped[int] = mapped_column(BigInteger)
    tps_code: Mapped[str] = mapped_column(Code)
    #: ``meninggal``, ``ganda``, ``tms``, ``pindah_keluar`` (DPTb), ``batal`` (takes the mark before back).
    kind: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("kind in ('meninggal', 'ganda', 'tms', 'pindah_keluar', 'batal')", name="kind"),
        Index("ix_voter_list_mark_voter", "voter_id", "id"),
        Index("ix_voter_list_mark_list", "list_id", "tps_code"),
        {"postgresql_partition_by": "LIST (province)"},
    )


class AreaCount(Base):
    """The numbers of a frozen list for one area: TPS, village, kecamatan, kab/kota. What A-Rekap prints.

    ``male`` and ``female`` stand in columns; ``facts`` holds the rest as ``{"<fact>": [male, female]}``:
    ``disabilitas_<code>``, ``umur_<band>``, ``pemula``, ``tanpa_ktp``, ``ubah``, ``baru``, ``tms_<code>``.
    """

    __tablename__ = "voter_area_count"

    list_id: Mapped[int] = mapped_column(Integer, ForeignKey("voter_list.id"), primary_key=True)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    parent: Mapped[str] = mapped_column(Code)
    #: Polling stations inside.
    stations: Mapped[int] = mapped_column(Integer)
    male: Mapped[int] = mapped_column(Integer)
    female: Mapped[int] = mapped_column(Integer)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))

    __table_args__ = (Index("ix_voter_area_count_parent", "list_id", "parent"),)


class VoterRecap(Base):
    """A plenary above the kab/kota: the lists of its children, summed (province: 2 digits, nation: "")."""

    __tablename__ = "voter_recap"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    region: Mapped[str] = mapped_column(Code)
    stage: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    rolls: Mapped[int] = mapped_column(Integer)
    stations: Mapped[int] = mapped_column(Integer)
    male: Mapped[int] = mapped_column(Integer)
    female: Mapped[int] = mapped_column(Integer)
    letter_id: Mapped[int | None] = mapped_column(Integer)
    determined_by: Mapped[str] = mapped_column(Text)
    determined_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("election_id", "region", "stage", "sequence", name="uq_voter_recap_stage"),
        CheckConstraint("stage in ('dphp', 'dps', 'dpshp', 'dpt')", name="stage"),
        CheckConstraint("length(region) in (0, 2)", name="region"),
    )
