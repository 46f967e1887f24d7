"""One person, one row: the human behind voters, members, candidates and officers.

What a form *claimed* stays on the row of its module; here stands what the house believes. The register
knows two humans with one NIK, one human with two, and some with none, so no number is unique: a claim
that disagrees makes an :class:`IdentityConflict`, which people decide.
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

Instant = DateTime(timezone=True)
Code = Text(collation="C")


class Person(Base):
    """A human being. Read through row-level security: an account sees the people of its regions."""

    __tablename__ = "person"

    #: Taken from ``person_id_seq`` beforehand (privacy.reserve_ids): the envelope is bound to it.
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: NIK, NKK, birth date and disability in one envelope; null where none of them is known.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    nik_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    nik_birth_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    nik_name_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(Text)
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    #: ``L`` or ``P``.
    sex: Mapped[str | None] = mapped_column(CHAR(1))
    birth_place: Mapped[str | None] = mapped_column(Text)
    #: ``B`` not yet, ``S`` is, ``P`` was married.
    marital_status: Mapped[str | None] = mapped_column(CHAR(1))
    #: Where the person lives: code of the village, or of the nearest area known.
    home_region: Mapped[str | None] = mapped_column(Code)
    address: Mapped[str | None] = mapped_column(Text)
    rt: Mapped[str | None] = mapped_column(Text)
    rw: Mapped[str | None] = mapped_column(Text)
    #: The person that this row was merged into; merges can be undone.
    redirect_to: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("sex in ('L', 'P')", name="sex"),
        CheckConstraint("marital_status in ('B', 'S', 'P')", name="marital_status"),
        CheckConstraint("nik_index is null or sealed is not null", name="sealed"),
        CheckConstraint("redirect_to <> id", name="redirect"),
        Index("ix_person_redirect", "redirect_to", postgresql_where=text("redirect_to is not null")),
        Index("ix_person_nik_index", "nik_index"),
        Index("ix_person_nik_birth_index", "nik_birth_index"),
        Index("ix_person_nik_name_index", "nik_name_index"),
        Index("ix_person_home_region", "home_region"),
        {"postgresql_partition_by": "HASH (id)"},
    )
    # A row outside the writer's regions cannot be read back.
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012


class PersonMerge(Base):
    """Two rows were found to be one human; ``undone_at`` says that they were not."""

    __tablename__ = "person_merge"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    into_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    merged_by: Mapped[str] = mapped_column(Text)
    merged_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("person_id <> into_id", name="other"),
        CheckConstraint("(undone_at is null) = (undone_by is null)", name="undone"),
        Index("ix_person_merge_person_id", "person_id"),
    )


class IdentityConflict(Base):
    """A claim carries the NIK of a known person but disagrees about who that is."""

    __tablename__ = "identity_conflict"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    #: The known person.
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    #: The row made for the claim; null where only the spelling of the name differs.
    other_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    #: What disagrees: ``nama``, ``tanggal_lahir``, ``jenis_kelamin``.
    differs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: The row of the module that claimed, such as ``voter:12``.
    subject: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Code)
    #: ``terbuka``, ``sama`` (one human) or ``berbeda`` (two).
    state: Mapped[str] = mapped_column(Text, default="terbuka", server_default="terbuka")
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("state in ('terbuka', 'sama', 'berbeda')", name="state"),
        CheckConstraint(
            "(state = 'terbuka') = (decided_at is null) and (decided_at is null) = (decided_by is null)",
            name="decided",
        ),
        CheckConstraint("cardinality(differs) > 0", name="differs"),
        Index("ix_identity_conflict_state", "state", "id"),
    )
