"""Results of polling stations: batches, immutable versions, the form with its pointers, totals.

A form is (TPS, contest). Everything that was ever written about it is a :class:`ResultVersion`,
never changed; :class:`ResultForm` points to the newest one and to the newest *accepted* one. Totals
are kept without hot rows: acceptance appends a :class:`TotalDelta`, and one folding job applies it.
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
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

#: Region and TPS codes compare bytewise, so that a prefix search uses the index.
Code = Text(collation="C")


class ResultBatch(Base):
    """A results file, or a correction of one form: confirmed as a whole by a second account."""

    __tablename__ = "result_batch"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"), index=True)
    #: The ballot and the form model that give the order of ``votes`` and ``cells`` of its versions.
    #: Null where the TPS of the file vote with the ballots of several dapil.
    ballot_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ballot.id"))
    form_model: Mapped[str] = mapped_column(Text)
    #: ``impor`` for a file, ``pembetulan`` for a recorded correction of one form.
    source: Mapped[str] = mapped_column(Text)
    #: Region prefix that the batch may touch: the scope of the person who brought it.
    region: Mapped[str] = mapped_column(Code, default="")
    state: Mapped[str] = mapped_column(Text, default="dimuat")
    file_id: Mapped[int | None] = mapped_column(Integer)
    file_name: Mapped[str] = mapped_column(Text, default="")
    file_sha256: Mapped[str] = mapped_column(Text, default="")
    #: Header of the file -> column of the format, as the person confirmed it.
    mapping: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)
    #: Counts of the load: rows, empty, unchanged, new, and the verdicts of the new versions.
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    job_id: Mapped[int | None] = mapped_column(Integer)
    created_by: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    confirmed_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    applied_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint(
            "state in ('dimuat', 'menunggu', 'dikonfirmasi', 'diterapkan', 'dibatalkan')",
            name="state",
        ),
        CheckConstraint("source in ('impor', 'pembetulan')", name="source"),
        CheckConstraint("confirmed_by <> created_by", name="second_person"),
        CheckConstraint(
            "state not in ('dikonfirmasi', 'diterapkan') or confirmed_by is not null", name="confirmed"
        ),
        CheckConstraint("state <> 'diterapkan' or applied_at is not null", name="applied"),
        CheckConstraint("source <> 'pembetulan' or reason is not null", name="reason"),
    )


class ResultVersion(Base):
    """What was written about one form at one time. Append-only by trigger.

    Its TPS and its batch are held by a trigger that checks a whole statement at once: a foreign key
    asks row by row, which made a national file four times as slow.
    """

    __tablename__ = "result_version"

    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    tps_code: Mapped[str] = mapped_column(Code, primary_key=True)
    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, server_default=text("nextval('result_version_seq')")
    )
    #: The confirmed file or correction that brought it; null for what people entered from the form.
    batch_id: Mapped[int | None] = mapped_column(Integer, index=True)
    #: Round of the :class:`~modules.situng.models.captures.Capture` that it comes from.
    capture_round: Mapped[int | None] = mapped_column(SmallInteger)
    #: ``berkas`` or ``entri``: people brought it. A machine's reading can never be a version (NA-01).
    source: Mapped[str] = mapped_column(Text, default="berkas", server_default="berkas")
    #: SHA-256 of the photos that it was entered from, as they are kept, in the order of the pages.
    photos: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    vote_kind: Mapped[str] = mapped_column(Text)
    #: Cells in the order of the form model; null is unknown, never zero.
    cells: Mapped[list[int | None]] = mapped_column(ARRAY(Integer))
    #: Votes in the order of the ballot; null is unknown.
    votes: Mapped[list[int | None]] = mapped_column(ARRAY(Integer))
    #: The sums of the parties (B of the paper) as written, in the order of the ballot; empty where the form
    #: has none or none is written. They are judged (F.108) and shown, never added up.
    sums: Mapped[list[int | None]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    complete: Mapped[bool]
    faults: Mapped[list[str]] = mapped_column(ARRAY(Text))
    warnings: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: Row of the file that the version came from.
    row_number: Mapped[int | None] = mapped_column(Integer)
    written_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("source in ('berkas', 'entri')", name="source"),
        CheckConstraint(
            "(source = 'berkas') = (batch_id is not null)"
            " and (source = 'entri') = (capture_round is not null)",
            name="origin",
        ),
        CheckConstraint("source = 'berkas' or cardinality(photos) > 0", name="photos"),
        Index(
            "ix_result_version_alike",
            *("contest_id", "tps_code"),
            postgresql_where=text("'W.120:kembar' = any (warnings)"),
        ),
        {"postgresql_partition_by": "LIST (province)"},
    )


class ResultForm(Base):
    """One form that was received: where it stands, its newest version and its accepted one."""

    __tablename__ = "result_form"

    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    tps_code: Mapped[str] = mapped_column(Code, primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    latest_id: Mapped[int] = mapped_column(BigInteger)
    #: The version that counts in totals; null while none was accepted.
    accepted_id: Mapped[int | None] = mapped_column(BigInteger)
    changed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("state in ('belum_lengkap', 'anomali', 'diterima')", name="state"),
        CheckConstraint("state <> 'diterima' or accepted_id = latest_id", name="accepted"),
        Index(
            "ix_result_form_anomaly",
            "contest_id",
            "tps_code",
            postgresql_where=text("state = 'anomali'"),
        ),
        {"postgresql_partition_by": "LIST (province)"},
    )


class RegionTotal(Base):
    """The running count of one region (code '' is the nation) or one dapil of a contest."""

    __tablename__ = "region_total"

    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"), primary_key=True)
    #: ``wilayah`` or ``dapil``: the two name spaces of codes that must never be mixed.
    area: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    #: Length of the parent's code tells the level; a dapil has none.
    parent: Mapped[str | None] = mapped_column(Code)
    #: The dapil that the area lies in, whose ballot orders ``votes``. Null: the ballot of the nation, or by
    #: party where the area holds several dapil.
    dapil_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("dapil.id"))
    votes: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    cells: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    #: TPS of the area; forms not empty; those of them that lack no number or have an open F (so that received
    #: less entered is ``belum_lengkap``); forms in the totals; forms with an open F.
    expected: Mapped[int] = mapped_column(Integer, default=0)
    received: Mapped[int] = mapped_column(Integer, default=0)
    entered: Mapped[int] = mapped_column(Integer, default=0)
    accepted: Mapped[int] = mapped_column(Integer, default=0)
    flagged: Mapped[int] = mapped_column(Integer, default=0)
    changed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("area in ('wilayah', 'dapil')", name="area"),
        CheckConstraint(
            "accepted <= received and entered <= received and flagged <= received", name="counts"
        ),
        Index("ix_region_total_parent", "contest_id", "area", "parent"),
        Index("ix_region_total_dapil", "contest_id", "dapil_id"),
    )


class TotalDelta(Base):
    """What acceptance changed in one village; the folding job adds it up the tree and removes it."""

    __tablename__ = "total_delta"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger)
    village: Mapped[str] = mapped_column(Code)
    votes: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    cells: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    received: Mapped[int] = mapped_column(Integer)
    entered: Mapped[int] = mapped_column(Integer)
    accepted: Mapped[int] = mapped_column(Integer)
    flagged: Mapped[int] = mapped_column(Integer)


class FormPrint(Base):
    """Somebody had the forms of a region printed: one job, a PDF for each kecamatan, contest and dapil."""

    __tablename__ = "form_print"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    region: Mapped[str] = mapped_column(Code)
    #: Contests, in the order of the count.
    contests: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    #: Forms to be printed: TPS times contests.
    forms: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("length(region) >= 4", name="region"),
        CheckConstraint("forms > 0", name="forms"),
        Index("ix_form_print_region", "election_id", "region"),
    )


class FormPrintPart(Base):
    """One PDF of a print job. Append-only: a job that was interrupted goes on after the last one."""

    __tablename__ = "form_print_part"

    print_id: Mapped[int] = mapped_column(Integer, ForeignKey("form_print.id"), primary_key=True)
    #: 1, 2, 3 ... in the order of contest, kecamatan and dapil.
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    ballot_id: Mapped[int] = mapped_column(Integer, ForeignKey("ballot.id"))
    #: Kecamatan, or the village that was asked for.
    region: Mapped[str] = mapped_column(Code)
    #: The layout that was printed: a reader knows by it whether the pages are still these.
    edition: Mapped[str] = mapped_column(Text)
    forms: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int] = mapped_column(Integer)
    #: Forms whose DPT was not known: I.A.1 is left to be written.
    without_dpt: Mapped[int] = mapped_column(Integer)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    made_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
