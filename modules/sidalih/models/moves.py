"""Voters who vote elsewhere (DPTb), voters with a KTP-el only (DPK), and special places.

A move lies in two regions, often in two provinces: these tables are not cut by province, and row security
shows a move at both its ends.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)

#: Kinds of special places (domain.md 5.6), in the order of the form.
PLACE_KINDS = ("lapas", "asrama", "pesantren", "tambang", "rumah_sakit", "panti", "lain")
#: States in which a move takes the voter's place at home.
ACTIVE = ("diajukan", "diterbitkan")


class VoterMove(Base):
    """A voter of a frozen DPT who votes at another polling station (UU 7/2017 art. 210): one line of a DPTb.

    ``diajukan`` -> ``diterbitkan`` -> ``dibatalkan``. The row repeats of the voter what the target needs to
    call them, because the voter's own row is not shown there. ``sealed`` holds the NIK.
    """

    __tablename__ = "voter_move"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    voter_id: Mapped[int] = mapped_column(BigInteger)
    province: Mapped[str] = mapped_column(CHAR(2))
    #: The line of the DPT that is left: list, version of the voter's row, polling station, number.
    list_id: Mapped[int] = mapped_column(Integer, ForeignKey("voter_list.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    origin_tps: Mapped[str] = mapped_column(Code)
    number: Mapped[int] = mapped_column(SmallInteger)
    target_tps: Mapped[str] = mapped_column(Code)
    target_province: Mapped[str] = mapped_column(CHAR(2))
    #: The end whose office serves the voter, and may take the move back: one of the two codes above.
    served_tps: Mapped[str] = mapped_column(Code)
    #: Code of the table ``alasan_pindah``, and its detail as it was then: ``umum`` or ``khusus``.
    reason_code: Mapped[str] = mapped_column(Text)
    urgency: Mapped[str] = mapped_column(Text)
    #: Contests of which the voter gets the ballot (modules.sidalih.rules.moves.ballots).
    contests: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(CHAR(1))
    birth_year: Mapped[int] = mapped_column(SmallInteger)
    #: Proof of the reason: a letter of assignment, of a hospital, of a school.
    file_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("stored_file.id"))
    #: What the QR of the letter names; it leads to a page without a person.
    token: Mapped[str] = mapped_column(Text, unique=True)
    state: Mapped[str] = mapped_column(Text, default="diajukan", server_default="diajukan")
    created_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    issued_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        ForeignKeyConstraint(
            ["voter_id", "province"], ["voter.id", "voter.province"], name="fk_voter_move_voter"
        ),
        ForeignKeyConstraint(
            ["election_id", "target_province", "target_tps"],
            ["tps.election_id", "tps.province", "tps.code"],
            name="fk_voter_move_target",
        ),
        CheckConstraint("state in ('diajukan', 'diterbitkan', 'dibatalkan')", name="state"),
        CheckConstraint("urgency in ('umum', 'khusus')", name="urgency"),
        CheckConstraint("origin_tps <> target_tps", name="elsewhere"),
        CheckConstraint("served_tps in (origin_tps, target_tps)", name="served"),
        CheckConstraint("province = left(origin_tps, 2)", name="province"),
        CheckConstraint("target_province = left(target_tps, 2)", name="target_province"),
        CheckConstraint("cardinality(contests) > 0", name="contests"),
        CheckConstraint("sex in ('L', 'P')", name="sex"),
        CheckConstraint("state <> 'diterbitkan' or issued_at is not null", name="issued"),
        CheckConstraint("(state = 'dibatalkan') = (cancelled_at is not null)", name="cancelled"),
        Index(
            "uq_voter_move_active",
            "election_id",
            "voter_id",
            unique=True,
            postgresql_where=text("state <> 'dibatalkan'"),
        ),
        Index("ix_voter_move_origin", "election_id", "origin_tps"),
        Index("ix_voter_move_target", "election_id", "target_tps"),
        Index("ix_voter_move_voter", "voter_id"),
    )


class VoterPlace(Base):
    """A special place: a polling station (``Tps.kind`` khusus, 901..) inside a prison, dormitory, mine, ...

    Cap and address stand on the polling station itself.
    """

    __tablename__ = "voter_place"

    election_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    tps_code: Mapped[str] = mapped_column(Code, primary_key=True)
    province: Mapped[str] = mapped_column(CHAR(2))
    #: One of :data:`PLACE_KINDS`.
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    #: The institution that answers for its list of voters.
    body: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(
            ["election_id", "province", "tps_code"],
            ["tps.election_id", "tps.province", "tps.code"],
            name="fk_voter_place_tps",
        ),
        CheckConstraint(
            "kind in ('lapas', 'asrama', 'pesantren', 'tambang', 'rumah_sakit', 'panti', 'lain')", name="kind"
        ),
        CheckConstraint("province = left(tps_code, 2)", name="province"),
    )


class VoterDpk(Base):
    """A voter who came with a KTP-el and stood in no list: one line of the KPPS's DPK (domain.md 5.2, X13).

    Written as the KPPS wrote it. ``found_tps`` says where the NIK stands in a DPT or DPTb: then the person
    may have voted twice, which Bawaslu looks into. ``sealed`` holds the claims.
    """

    __tablename__ = "voter_dpk"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    tps_code: Mapped[str] = mapped_column(Code)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    nik_index: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(CHAR(1))
    birth_year: Mapped[int] = mapped_column(SmallInteger)
    #: ``dpt`` or ``dptb``: the list in which the same NIK stood on the voting day.
    found_kind: Mapped[str | None] = mapped_column(Text)
    found_tps: Mapped[str | None] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Text, default="tercatat", server_default="tercatat")
    #: The row of the continuous list that it became.
    voter_id: Mapped[int | None] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("state in ('tercatat', 'dimutakhirkan', 'batal')", name="state"),
        CheckConstraint("(state = 'dimutakhirkan') = (voter_id is not null)", name="admitted"),
        CheckConstraint("found_kind in ('dpt', 'dptb')", name="found_kind"),
        CheckConstraint("(found_kind is null) = (found_tps is null)", name="found"),
        CheckConstraint("sex in ('L', 'P')", name="sex"),
        Index(
            "uq_voter_dpk_nik",
            "election_id",
            "nik_index",
            "tps_code",
            unique=True,
            postgresql_where=text("state <> 'batal'"),
        ),
        Index("ix_voter_dpk_place", "election_id", "tps_code"),
    )
