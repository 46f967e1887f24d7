"""Parties, their registration for an election, what they submitted, the draw of numbers, semester updates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
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
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)

#: States of a registration, in the order of the law (domain.md 3.2; PKPU 4/2022).
STATES = (
    *("akses", "input", "diajukan", "dikembalikan", "vermin", "bms_vermin", "vermin_perbaikan"),
    *("verfak", "bms_verfak", "verfak_perbaikan", "lolos", "tms", "peserta", "bukan_peserta"),
    "berkelanjutan",
)


class Party(Base):
    """A political party, whatever the election. Grants name it by ``id`` (UU 7/2017 art. 172, 176)."""

    __tablename__ = "party"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    #: ``nasional``, or ``lokal_aceh`` (UU 11/2006 art. 75).
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(Text)
    #: ``#RRGGBB``, as published.
    color: Mapped[str | None] = mapped_column(Text)
    #: Decree of the minister that made it a legal entity, and the State Gazette.
    decree_number: Mapped[str | None] = mapped_column(Text)
    decree_date: Mapped[dt.date | None] = mapped_column(Date)
    gazette_number: Mapped[str | None] = mapped_column(Text)
    npwp: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(Text)
    logo_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("kind in ('nasional', 'lokal_aceh')", name="kind"),
        CheckConstraint("name <> '' and short_name <> ''", name="name"),
        CheckConstraint("color ~ '^#[0-9A-Fa-f]{6}$'", name="color"),
        Index("uq_party_name", text("lower(name)"), unique=True),
        Index("uq_party_short_name", text("lower(short_name)"), unique=True),
    )


class PartyRegistration(Base):
    """A party on its way to be a participant of one election."""

    __tablename__ = "party_registration"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: "" for a national party; "11" for a local party of Aceh.
    region: Mapped[str] = mapped_column(Code, default="", server_default="")
    state: Mapped[str] = mapped_column(Text, default="akses", server_default="akses")
    #: Whether it passed the threshold of the last DPR election: then no factual step (MK 55/PUU-XVIII/2020).
    in_parliament: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    needs_factual: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    #: The number of the last election, where the party asks to keep it (Perppu 1/2022).
    last_number: Mapped[int | None] = mapped_column(SmallInteger)
    keeps_number: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    number: Mapped[int | None] = mapped_column(SmallInteger)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    party: Mapped[Party] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("party_id", "election_id", name="uq_party_registration_party"),
        UniqueConstraint("election_id", "number", name="uq_party_registration_number"),
        CheckConstraint(f"state in ({', '.join(repr(s) for s in STATES)})", name="state"),
        CheckConstraint("region in ('', '11')", name="region"),
        CheckConstraint("number > 0 and last_number > 0", name="number"),
        CheckConstraint("not keeps_number or last_number is not null", name="keeps"),
        CheckConstraint("number is null or state in ('peserta', 'berkelanjutan')", name="numbered"),
    )


class PartySubmission(Base):
    """What a party submitted, frozen as counts and a digest, and what KPU said to it."""

    __tablename__ = "party_submission"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    #: ``pendaftaran``, ``perbaikan_vermin`` or ``perbaikan_verfak``.
    kind: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    #: Boards, offices, accounts, members, documents; and gaps, if any.
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: SHA-256 over the sorted hashes of every document and the digest of the member list.
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    #: ``menunggu``, ``lengkap`` or ``dikembalikan``.
    outcome: Mapped[str] = mapped_column(Text, default="menunggu", server_default="menunggu")
    reason: Mapped[str | None] = mapped_column(Text)
    #: The official receipt or return form (:class:`electsys.documents.models.OfficialDocument`).
    receipt_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("official_document.id"))
    submitted_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    submitted_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("registration_id", "kind", "sequence", name="uq_party_submission_sequence"),
        CheckConstraint("kind in ('pendaftaran', 'perbaikan_vermin', 'perbaikan_verfak')", name="kind"),
        CheckConstraint("outcome in ('menunggu', 'lengkap', 'dikembalikan')", name="outcome"),
        CheckConstraint("(outcome = 'menunggu') = (decided_at is null)", name="decided"),
        CheckConstraint("outcome <> 'dikembalikan' or reason is not null", name="reason"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
    )


class PartyDraw(Base):
    """The draw of ballot numbers, so that anyone can draw it again. Append-only."""

    __tablename__ = "party_draw"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: What was drawn by lot in public before the numbers, and how it came about.
    seed: Mapped[str] = mapped_column(Text)
    seed_source: Mapped[str] = mapped_column(Text)
    #: ``[{"registration", "party", "number", "kept"}]`` in the order of the numbers.
    result: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    letter_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    held_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (CheckConstraint("seed <> '' and seed_source <> ''", name="seed"),)


class PartyUpdate(Base):
    """The update of a participant's data in one half of a year (domain.md 3.7)."""

    __tablename__ = "party_update"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    #: 1 ends in June, 2 in December.
    half: Mapped[int] = mapped_column(SmallInteger)
    #: ``terbuka`` or ``ditutup``.
    state: Mapped[str] = mapped_column(Text, default="terbuka", server_default="terbuka")
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    letter_id: Mapped[int | None] = mapped_column(Integer)
    opened_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("registration_id", "year", "half", name="uq_party_update_half"),
        CheckConstraint("half in (1, 2)", name="half"),
        CheckConstraint("state in ('terbuka', 'ditutup')", name="state"),
        CheckConstraint(
            "(state = 'ditutup') = (counts is not null) and (counts is null) = (closed_at is null)",
            name="closed",
        ),
    )
