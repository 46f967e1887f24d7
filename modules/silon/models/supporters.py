"""Supporters of persons for the DPD and of independent pairs (domain.md 4.3, 4.5).

A row holds what the one who is supported claimed. NIK and birth date lie in its envelope. A supporter is no
:class:`~electsys.identity.models.Person` of the house yet: millions of claims that nobody has verified would
fill the register of people with rows that are none; the blind index of the NIK says who is meant. Flags are
recomputed for everyone concerned; a state never changes without an event that says why.
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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.documents.models import StoredFile

Code = Text(collation="C")
Instant = DateTime(timezone=True)

#: What the house finds of itself: twice in one list, in another's list, not in the DPT of the area, a barred
#: occupation, too young, from outside the area, a NIK that tells another birth date or sex.
FLAGS = (*("ganda_internal", "ganda_eksternal", "bukan_pemilih", "pekerjaan", "usia", "luar_wilayah", "nik"),)
#: States of a row that says something to others.
ACTIVE = ("baru", "ms", "bms")
#: What counts: neither withdrawn nor refused, and of doubles in one list the first alone.
COUNTED = "state in ('baru', 'ms') and not (flags @> array['ganda_internal']::text[])"


class SupporterBatch(Base):
    """A file of supporters that was applied."""

    __tablename__ = "supporter_batch"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    received: Mapped[int] = mapped_column(Integer)
    accepted: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    duplicate: Mapped[int] = mapped_column(Integer)
    flagged: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("received = accepted + rejected + duplicate", name="balance"),
        Index("ix_supporter_batch_nomination", "nomination_id", "id"),
    )


class Supporter(Base):
    """One row of a list of supporters; read through row-level security (region; no party reads it).

    ``id`` comes from ``supporter_id_seq`` beforehand: the envelope (``nik``, ``birth_date``) is bound to it.
    """

    __tablename__ = "supporter"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: The contest and the area in which one person supports one alone.
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    area: Mapped[str] = mapped_column(Code)
    village_code: Mapped[str] = mapped_column(Code)
    #: Always null: a party's account reads no supporter (row-level security asks for the column).
    party_id: Mapped[int | None] = mapped_column(Integer)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    nik_index: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(CHAR(1))
    birth_place: Mapped[str] = mapped_column(Text)
    birth_year: Mapped[int] = mapped_column(SmallInteger)
    marital_status: Mapped[str] = mapped_column(CHAR(1))
    occupation: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    rt: Mapped[str | None] = mapped_column(Text)
    rw: Mapped[str | None] = mapped_column(Text)
    #: Whether a copy of the KTP-el and the signed statement came with it (domain.md 4.5).
    signed: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    #: ``baru``, ``ms``, ``bms``, ``tms`` or ``ditarik``.
    state: Mapped[str] = mapped_column(Text, default="baru", server_default="baru")
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    own_flags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    #: 1 came with the first submission, 2 and 3 with the repairs, 4 to 6 where a ruling made it begin anew:
    #: a second factual round has a frame of its own.
    round: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    batch_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("supporter_batch.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("length(village_code) = 10", name="village"),
        CheckConstraint("party_id is null", name="party"),
        CheckConstraint("sex in ('L', 'P')", name="sex"),
        CheckConstraint("marital_status in ('B', 'S', 'P')", name="marital_status"),
        CheckConstraint("state in ('baru', 'ms', 'bms', 'tms', 'ditarik')", name="state"),
        CheckConstraint("state = 'baru' or event_id is not null", name="event"),
        CheckConstraint("own_flags <@ flags or state = 'ditarik'", name="flags"),
        CheckConstraint(f"flags <@ array[{', '.join(repr(f) for f in FLAGS)}]::text[]", name="known_flags"),
        CheckConstraint("octet_length(nik_index) = 32", name="nik_index"),
        CheckConstraint("round >= 1", name="round"),
        Index("ix_supporter_nik", "nik_index", "contest_id", "area"),
        Index("ix_supporter_place", "nomination_id", "village_code", "state"),
        Index("ix_supporter_counted", *("nomination_id", "village_code"), postgresql_where=text(COUNTED)),
        Index(
            "ix_supporter_flagged",
            *("nomination_id", "id"),
            postgresql_where=text("flags <> '{}' and state <> 'ditarik'"),
        ),
    )
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012


class SupporterEvent(Base):
    """Why a supporter's row was judged, withdrawn or restored. Append-only."""

    __tablename__ = "supporter_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(cache=20), primary_key=True)
    supporter_id: Mapped[int] = mapped_column(BigInteger)
    party_id: Mapped[int | None] = mapped_column(Integer)
    village_code: Mapped[str] = mapped_column(Code)
    #: ``putus``, ``tarik``, ``ubah`` (mended in a repair), ``faktual`` or ``putusan``.
    kind: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("kind in ('putus', 'tarik', 'faktual', 'putusan', 'ubah')", name="kind"),
        CheckConstraint("to_state not in ('tms', 'bms') or reason is not null", name="reason"),
        Index("ix_supporter_event_supporter", "supporter_id", "id"),
    )


class SupporterFlagEvent(Base):
    """A flag that came or went, by the trigger on :class:`Supporter`. Append-only.

    ``cause`` names what changed, such as ``supporter_batch:3`` or ``supporter:12``; that may lie in another's
    list, of which those who are supported learn nothing but that it was one.
    """

    __tablename__ = "supporter_flag_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(cache=20), primary_key=True)
    supporter_id: Mapped[int] = mapped_column(BigInteger)
    party_id: Mapped[int | None] = mapped_column(Integer)
    village_code: Mapped[str] = mapped_column(Code)
    flag: Mapped[str] = mapped_column(Text)
    raised: Mapped[bool]
    cause: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (Index("ix_supporter_flag_event_supporter", "supporter_id", "id"),)


class SupporterPaper(Base):
    """The signed statement or the KTP-el of a supporter; sealed. A newer upload stands beside the old one."""

    __tablename__ = "supporter_paper"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    supporter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("supporter.id"))
    party_id: Mapped[int | None] = mapped_column(Integer)
    village_code: Mapped[str] = mapped_column(Code)
    #: ``pernyataan`` (LAMPIRAN MODEL F1) or ``ktp``.
    kind: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: False once a newer one of the same kind is there.
    current: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    uploaded_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        CheckConstraint("kind in ('pernyataan', 'ktp')", name="kind"),
        UniqueConstraint("file_id", name="uq_supporter_paper_file"),
        Index(
            "uq_supporter_paper_current",
            *("supporter_id", "kind"),
            unique=True,
            postgresql_where=text("current"),
        ),
        Index("ix_supporter_paper_supporter", "supporter_id", "id"),
    )


class SupportStep(Base):
    """What was submitted, or concluded in plenary, in one step of the support. Append-only.

    ``counts``: supporters given, counted, flagged by kind, kab/kota (or kecamatan) reached, what is lacking.
    """

    __tablename__ = "support_step"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    #: The state of the support in which it was done, and ``ajukan``, ``lanjut``, ``perbaiki``, ``memenuhi``
    #: or ``tms``.
    step: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: SHA-256 over the sorted indexes of the rows that stood.
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str | None] = mapped_column(Text)
    document_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("official_document.id"))
    letter_id: Mapped[int | None] = mapped_column(Integer)
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("nomination_id", "step", "sequence", name="uq_support_step_sequence"),
        CheckConstraint("outcome in ('ajukan', 'lanjut', 'perbaiki', 'memenuhi', 'tms')", name="outcome"),
        CheckConstraint("outcome not in ('perbaiki', 'tms') or reason is not null", name="reason"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
    )
