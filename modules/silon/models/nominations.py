"""Nominations: who puts up whom, where; what they submitted; and who may act for them (domain.md 4.1-4.5).

One row is a party's list in one dapil, one person who stands for the DPD, or one pair. What differs between
them is data: ``kind`` chooses the workflow, and the rules that judge.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
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
from electsys.elections.models import Contest
from electsys.regions.models import Dapil

Code = Text(collation="C")
Instant = DateTime(timezone=True)

#: What a nomination is: a party's list in a dapil, a person for the DPD, a pair.
KINDS = ("daftar", "perseorangan", "pasangan")
#: States in the order of the law (domain.md 4.2); a pair passes from verification to the final list.
STATES = (
    *("persiapan", "diajukan", "dikembalikan", "vermin", "perbaikan", "vermin_perbaikan", "rancangan_dcs"),
    *("dcs", "tanggapan", "klarifikasi", "penggantian", "rancangan_dct", "dct", "perubahan_dct", "tms"),
    "ditarik",
)
#: Steps of the support of persons (DPD) and of independent pairs (domain.md 4.3, 4.5).
SUPPORT_STATES = (
    *("penyerahan", "vermin", "perbaikan", "vermin_perbaikan", "verfak", "perbaikan_kedua", "vermin_kedua"),
    *("verfak_kedua", "memenuhi", "tms"),
)


class Nomination(Base):
    """A list, a person or a pair on the way to the ballot of one contest."""

    __tablename__ = "nomination"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    kind: Mapped[str] = mapped_column(Text)
    #: The body that decides: "" is KPU RI (DPR, president), a province (DPRD, DPD, gubernur), a kab/kota.
    region: Mapped[str] = mapped_column(Code)
    #: Of a list; a person for the DPD and a pair stand in the whole of ``region``.
    dapil_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("dapil.id"))
    #: The party of a list, as grants name it; null for persons and pairs.
    party_id: Mapped[int | None] = mapped_column(Integer)
    #: What it is called where it has no party: the person's or the pair's name.
    label: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Number on the ballot: the party's; drawn for a pair; by the alphabet for the DPD.
    number: Mapped[int | None] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(Text, default="persiapan", server_default="persiapan")
    #: Steps of the support that it needs; null where none is needed.
    support_state: Mapped[str | None] = mapped_column(Text)
    #: When the party's centre approved the names as they stand, and who; any change takes it back.
    approved_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    approved_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    #: Findings of the rules at the last look (modules.silon.rules): how many forbid a submission.
    gaps: Mapped[int | None] = mapped_column(SmallInteger)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    contest: Mapped[Contest] = relationship(lazy="joined")
    dapil: Mapped[Dapil | None] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint(f"kind in ({', '.join(repr(k) for k in KINDS)})", name="kind"),
        CheckConstraint(f"state in ({', '.join(repr(s) for s in STATES)})", name="state"),
        CheckConstraint(
            f"support_state in ({', '.join(repr(s) for s in SUPPORT_STATES)})", name="support_state"
        ),
        CheckConstraint("length(region) in (0, 2, 4)", name="region"),
        CheckConstraint("(kind = 'daftar') = (dapil_id is not null and party_id is not null)", name="list"),
        CheckConstraint("kind = 'daftar' or label <> ''", name="label"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(approved_at is null) = (approved_by is null)", name="approved"),
        Index(
            "uq_nomination_list",
            *("contest_id", "dapil_id", "party_id"),
            unique=True,
            postgresql_where=text("kind = 'daftar' and state <> 'ditarik'"),
        ),
        Index("ix_nomination_place", "election_id", "contest_id", "region", "state"),
        Index("ix_nomination_party", "party_id", "election_id"),
    )


class NominationLiaison(Base):
    """An account that acts for a person or a pair. A party's accounts act by their grants alone."""

    __tablename__ = "nomination_liaison"

    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"), primary_key=True)
    added_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (Index("ix_nomination_liaison_account", "account_id"),)


class NominationSubmission(Base):
    """What was submitted, frozen as counts and a digest, and what KPU said to it."""

    __tablename__ = "nomination_submission"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    #: ``pengajuan``, ``perbaikan``, ``penggantian_dcs`` or ``penggantian_dct``.
    kind: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    #: Candidates, women, documents; and the findings that were on record.
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: SHA-256 over the candidates in their order and the sorted hashes of every document.
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
        UniqueConstraint("nomination_id", "kind", "sequence", name="uq_nomination_submission_sequence"),
        CheckConstraint(
            "kind in ('pengajuan', 'perbaikan', 'penggantian_dcs', 'penggantian_dct')", name="kind"
        ),
        CheckConstraint("outcome in ('menunggu', 'lengkap', 'dikembalikan')", name="outcome"),
        CheckConstraint("(outcome = 'menunggu') = (decided_at is null)", name="decided"),
        CheckConstraint("outcome <> 'dikembalikan' or reason is not null", name="reason"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
    )
