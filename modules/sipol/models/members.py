"""Members of parties, the files that brought them, their flags and their past.

A member's row holds what the party claimed; :class:`electsys.identity.models.Person` is who that is. NIK and
birth date lie in the row's envelope. Flags (domain.md 3.5) are recomputed for everyone concerned whenever any
party changes its data; a state never changes without an event that says why: a trigger demands it (NA-18).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    Date,
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

Code = Text(collation="C")
Instant = DateTime(timezone=True)

#: The automatic flags, in the order of domain.md 3.5.
FLAGS = ("ganda_identik", "potensi_ganda", "ganda_eksternal", "usia", "pekerjaan", "nik")
#: States of a row that its party still claims.
CLAIMED = ("baru", "ms", "bms", "tms")
#: What counts as a member at all: neither withdrawn nor refused, no double of a row that counts already, no
#: objection that waits. The states of a step narrow it further (modules.sipol.queries.counts).
COUNTED = (
    "state not in ('ditarik', 'tms') and response_id is null"
    " and not (flags @> array['ganda_identik']::text[])"
)


class PartyBatch(Base):
    """A file of members that was applied."""

    __tablename__ = "party_batch"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    #: Region prefix that the file may touch.
    region: Mapped[str] = mapped_column(Code)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    received: Mapped[int] = mapped_column(Integer)
    accepted: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    duplicate: Mapped[int] = mapped_column(Integer)
    #: Of the accepted: rows that changed a member who was there, and rows with a flag.
    changed: Mapped[int] = mapped_column(Integer)
    flagged: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("received = accepted + rejected + duplicate", name="balance"),
        Index("ix_party_batch_registration", "registration_id", "id"),
    )


class PartyMember(Base):
    """One row of a party's member list; read through row-level security (region and party).

    ``id`` comes from ``party_member_id_seq`` beforehand: the envelope (``nik``, ``birth_date``) is bound to
    it.
    """

    __tablename__ = "party_member"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    village_code: Mapped[str] = mapped_column(Code)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    nik_index: Mapped[bytes] = mapped_column(LargeBinary)
    #: 16 bytes of the keyed index of normalised name and birth date: equal ones claim one identity.
    identity_index: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(CHAR(1))
    birth_place: Mapped[str] = mapped_column(Text)
    birth_year: Mapped[int] = mapped_column(SmallInteger)
    marital_status: Mapped[str] = mapped_column(CHAR(1))
    occupation: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    card_number: Mapped[str] = mapped_column(Text)
    card_date: Mapped[dt.date | None] = mapped_column(Date)
    #: ``baru``, ``ms``, ``bms``, ``tms`` or ``ditarik`` (see modules.sipol.workflow).
    state: Mapped[str] = mapped_column(Text, default="baru", server_default="baru")
    #: The event that brought the state; a trigger demands one for every change.
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    #: Flags that the row has of itself: age, occupation, NIK (:data:`FLAGS`); and all flags in force.
    own_flags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    #: The response of a citizen who says "I am no member": not counted until it is decided.
    response_id: Mapped[int | None] = mapped_column(Integer)
    batch_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("party_batch.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("length(village_code) = 10", name="village"),
        CheckConstraint("sex in ('L', 'P')", name="sex"),
        CheckConstraint("marital_status in ('B', 'S', 'P')", name="marital_status"),
        CheckConstraint("state in ('baru', 'ms', 'bms', 'tms', 'ditarik')", name="state"),
        CheckConstraint("state in ('baru') or event_id is not null", name="event"),
        CheckConstraint("own_flags <@ flags or state = 'ditarik'", name="flags"),
        CheckConstraint(f"flags <@ array[{', '.join(repr(f) for f in FLAGS)}]::text[]", name="known_flags"),
        CheckConstraint("octet_length(nik_index) = 32 and octet_length(identity_index) = 16", name="indexes"),
        Index("ix_party_member_nik", "nik_index"),
        Index("ix_party_member_identity", "identity_index", "registration_id"),
        Index("ix_party_member_card", "registration_id", "card_number"),
        Index(
            "ix_party_member_place",
            *("registration_id", "village_code", "state"),
            postgresql_include=["party_id"],
        ),
        Index("ix_party_member_person", "person_id"),
        Index("ix_party_member_region", "election_id", "village_code"),
        Index(
            "ix_party_member_flagged",
            *("registration_id", "village_code", "id"),
            postgresql_include=["party_id", "state", "flags"],
            postgresql_where=text("flags <> '{}'"),
        ),
        Index(
            "ix_party_member_disputed",
            "response_id",
            postgresql_where=text("response_id is not null"),
        ),
        Index(
            "ix_party_member_counted",
            *("registration_id", "village_code", "state", "party_id"),
            postgresql_where=text(COUNTED),
        ),
    )
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012


class MemberEvent(Base):
    """Why a member's row came, changed, was judged or went. Append-only."""

    __tablename__ = "party_member_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(cache=20), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger)
    party_id: Mapped[int] = mapped_column(Integer)
    village_code: Mapped[str] = mapped_column(Code)
    #: ``ubah``, ``tarik``, ``putus``, ``pernyataan``, ``klarifikasi``, ``tanggapan`` or ``putusan``.
    kind: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    #: Code of the reason; a ``tms`` always has one.
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint(
            "kind in ('ubah', 'tarik', 'putus', 'pernyataan', 'klarifikasi', 'tanggapan', 'putusan')",
            name="kind",
        ),
        CheckConstraint("to_state <> 'tms' or reason is not null", name="reason"),
        Index("ix_party_member_event_member", "member_id", "id"),
    )


class MemberFlagEvent(Base):
    """A flag that was raised or taken away, and by what. Append-only."""

    __tablename__ = "party_member_flag_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(cache=20), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger)
    party_id: Mapped[int] = mapped_column(Integer)
    village_code: Mapped[str] = mapped_column(Code)
    flag: Mapped[str] = mapped_column(Text)
    raised: Mapped[bool]
    #: What changed: ``party_batch:3``, ``party_member:12``, ``voter_list:4``.
    cause: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (Index("ix_party_member_flag_event_member", "member_id", "id"),)
