"""The recap ladder: one D.Hasil a region and ballot, its columns, its versions, its corrections.

A D.Hasil has a column a child (a TPS at the kecamatan, a kecamatan at the kab/kota, ...) and the
Jumlah Akhir. Columns, versions and corrections are append-only: the newest number of a column counts, and
``Recap.version`` points to the sums in force. The database itself holds a closed D.Hasil to "the sum of its
columns, each of which is the Jumlah Akhir of its child" (function ``recap_must_add_up``).
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
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.elections.models import Contest

Code = Text(collation="C")
Instant = DateTime(timezone=True)
Numbers = ARRAY(BigInteger)


class Recap(Base):
    """The D.Hasil of one body: a tier, a region, a contest and, where ballots differ, a dapil."""

    __tablename__ = "recap"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    #: Null where the whole contest has one ballot. A kecamatan that a dapil splits has a D.Hasil for each.
    dapil_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("dapil.id"))
    #: ``kecamatan``, ``kabko``, ``provinsi``, ``nasional``; ``ppln`` overseas.
    tier: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Code)
    #: Partition of its columns: the region's province, ``00`` for the nation.
    province: Mapped[str] = mapped_column(CHAR(2))
    #: The D.Hasil one tier up of which this is a column; null where the contest stops.
    parent_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("recap.id"), index=True)
    #: Gives the order of ``votes`` and ``cells``.
    ballot_id: Mapped[int] = mapped_column(Integer, ForeignKey("ballot.id"))
    form_model: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="belum", server_default="belum")
    #: The :class:`RecapVersion` in force; 0 before the first closing.
    version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    opened_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    opened_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closed_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    locked_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    locked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: The minutes of the plenary (a letter of JDIH), and the D.Hasil as issued (an official document).
    minutes_id: Mapped[int | None] = mapped_column(Integer)
    document_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("official_document.id"))

    contest: Mapped[Contest] = relationship()
    parent: Mapped[Recap | None] = relationship(remote_side=[id])

    __table_args__ = (
        UniqueConstraint(
            *("contest_id", "dapil_id", "tier", "region"),
            name="uq_recap_unit",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("tier in ('kecamatan', 'kabko', 'provinsi', 'nasional', 'ppln')", name="tier"),
        CheckConstraint(
            "length(region) = case tier when 'kecamatan' then 6 when 'provinsi' then 2"
            " when 'nasional' then 0 else 4 end"
            " and (tier = 'ppln') = (tier <> 'nasional' and province = '99')",
            name="region",
        ),
        CheckConstraint(
            "province = case when region = '' then '00' else left(region, 2) end", name="province"
        ),
        CheckConstraint("state in ('belum', 'dibuka', 'ditutup', 'disahkan')", name="state"),
        CheckConstraint("state = 'belum' or opened_at is not null and opened_by is not null", name="opened"),
        CheckConstraint(
            "(state in ('ditutup', 'disahkan')) = (closed_at is not null)"
            " and (closed_at is null) = (closed_by is null)",
            name="closed",
        ),
        CheckConstraint(
            "(state = 'disahkan') = (locked_at is not null) and (locked_at is null) = (locked_by is null)",
            name="locked",
        ),
        CheckConstraint("locked_by <> closed_by", name="second_person"),
        CheckConstraint("state in ('belum', 'dibuka') or version > 0", name="version"),
        Index("ix_recap_region", "election_id", "region"),
    )


class RecapColumn(Base):
    """What one child says, as the plenary read it. Append-only: the highest number of a unit counts."""

    __tablename__ = "recap_column"

    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    recap_id: Mapped[int] = mapped_column(Integer, ForeignKey("recap.id"), primary_key=True)
    #: A TPS, or the region of the child.
    unit: Mapped[str] = mapped_column(Code, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: ``c_hasil``: Situng's version ``source_id``; ``d_hasil``: the child's version; ``pembetulan``: a
    #: correction; ``tanpa_formulir``: no form can be read, for the reason in ``missing``.
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[int | None] = mapped_column(BigInteger)
    #: In the order of the form model; null is a cell that nobody wrote, and adds nothing.
    cells: Mapped[list[int | None]] = mapped_column(Numbers)
    #: In ballot order.
    votes: Mapped[list[int]] = mapped_column(Numbers)
    missing: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("source in ('c_hasil', 'd_hasil', 'pembetulan', 'tanpa_formulir')", name="source"),
        CheckConstraint("(source = 'tanpa_formulir') = (source_id is null)", name="source_id"),
        CheckConstraint("(source = 'tanpa_formulir') = (coalesce(missing, '') <> '')", name="missing"),
        CheckConstraint("array_position(votes, null) is null and 0 <= all (votes)", name="votes"),
        {"postgresql_partition_by": "LIST (province)"},
    )


class RecapVersion(Base):
    """The Jumlah Akhir as closed, and as each later correction left it. Append-only."""

    __tablename__ = "recap_version"

    recap_id: Mapped[int] = mapped_column(Integer, ForeignKey("recap.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: ``penutupan`` or ``pembetulan``.
    act: Mapped[str] = mapped_column(Text)
    correction_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("recap_correction.id"))
    cells: Mapped[list[int]] = mapped_column(Numbers)
    votes: Mapped[list[int]] = mapped_column(Numbers)
    columns: Mapped[int] = mapped_column(Integer)
    #: SHA-256 over the canonical JSON of the form: columns, sums and place.
    sha256: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("act in ('penutupan', 'pembetulan')", name="act"),
        CheckConstraint("(act = 'pembetulan') = (correction_id is not null)", name="correction"),
    )


class RecapProposal(Base):
    """A correction that a ruling demands, as one person wrote it: it waits for the second."""

    __tablename__ = "recap_proposal"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    recap_id: Mapped[int] = mapped_column(Integer, ForeignKey("recap.id"), index=True)
    unit: Mapped[str] = mapped_column(Code)
    ruling: Mapped[str] = mapped_column(Text)
    cells: Mapped[list[int | None]] = mapped_column(Numbers)
    votes: Mapped[list[int]] = mapped_column(Numbers)
    reason: Mapped[str] = mapped_column(Text)
    evidence_file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    photo_file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    proposed_by: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: The correction that it became; null while it waits, and where it was turned down.
    correction_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("recap_correction.id"))

    __table_args__ = (
        CheckConstraint("btrim(ruling) <> '' and btrim(reason) <> ''", name="ruling"),
        CheckConstraint(
            "(decided_by is null) = (decided_at is null)"
            " and (correction_id is null or decided_by <> proposed_by)",
            name="second_person",
        ),
    )


class RecapReading(Base):
    """What has been read out in the plenary: a village (at the kecamatan, overseas) or a child's D.Hasil."""

    __tablename__ = "recap_reading"

    recap_id: Mapped[int] = mapped_column(Integer, ForeignKey("recap.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(Code, primary_key=True)
    #: The panel that reads it, from 1; null while the plenary is not divided.
    panel: Mapped[int | None] = mapped_column(SmallInteger)
    read_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    read_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("panel > 0", name="panel"),
        CheckConstraint("(read_by is null) = (read_at is null)", name="read"),
    )


class RecapCorrection(Base):
    """A changed column: both values, why, on what evidence, in whose plenary. Append-only, public."""

    __tablename__ = "recap_correction"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    #: The D.Hasil whose TPS column changed; every D.Hasil above follows it.
    recap_id: Mapped[int] = mapped_column(Integer, ForeignKey("recap.id"), index=True)
    unit: Mapped[str] = mapped_column(Code)
    #: The plenary in which it was made: the kecamatan's own while it is open, else that of the first open
    #: D.Hasil above; null where a ruling demands it.
    made_in: Mapped[int | None] = mapped_column(Integer, ForeignKey("recap.id"), index=True)
    #: Number of the ruling (putusan).
    ruling: Mapped[str | None] = mapped_column(Text)
    #: Null where the plenary wrote the first values of a form that Situng has not accepted.
    before_cells: Mapped[list[int | None] | None] = mapped_column(Numbers)
    before_votes: Mapped[list[int] | None] = mapped_column(Numbers)
    after_cells: Mapped[list[int | None]] = mapped_column(Numbers)
    after_votes: Mapped[list[int]] = mapped_column(Numbers)
    #: A code of :data:`modules.sirekap.rules.ladder.REASONS`.
    reason_code: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    #: Minutes or paper that proves the new values, and the photo of the corrected form.
    evidence_file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    photo_file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    objection_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("recap_objection.id"))
    account_id: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    #: A correction by a ruling needs two people.
    approved_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("(made_in is null) = (ruling is not null)", name="plenary_or_ruling"),
        CheckConstraint("ruling is null or approved_by is not null", name="approved"),
        CheckConstraint("approved_by <> account_id", name="second_person"),
        CheckConstraint("btrim(reason) <> ''", name="reason"),
        CheckConstraint(
            "before_votes is distinct from after_votes or before_cells is distinct from after_cells",
            name="changed",
        ),
        CheckConstraint("(before_votes is null) = (before_cells is null)", name="before"),
    )
