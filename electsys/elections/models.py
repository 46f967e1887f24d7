"""Elections, their contests, participants, ballots, calendar, legal settings and code tables.

A contest is data, not code: which contests run together, their stages, thresholds and tables differ by
election and by the regulation in force.
"""

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


class Election(Base):
    """One voting day with its contests, on one map."""

    __tablename__ = "election"

    id: Mapped[int] = mapped_column(SmallInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    #: ``simulasi`` marks every page and paper and never enters public totals.
    kind: Mapped[str] = mapped_column(Text)
    voting_day: Mapped[dt.date] = mapped_column(Date)
    map_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("region_map.id"))
    state: Mapped[str] = mapped_column(Text, default="persiapan", server_default="persiapan")

    contests: Mapped[list[Contest]] = relationship(back_populates="election", order_by="Contest.id")

    __table_args__ = (
        CheckConstraint("kind in ('pemilu', 'pilkada', 'simulasi')", name="kind"),
        CheckConstraint("state in ('persiapan', 'berjalan', 'selesai')", name="state"),
        CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="code"),
    )


class Contest(Base):
    """One ballot paper: an office or chamber that is voted on."""

    __tablename__ = "contest"

    id: Mapped[int] = mapped_column(SmallInteger, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    #: "" for a national contest; the area of a gubernur or bupati/walikota contest.
    region_code: Mapped[str] = mapped_column(Code, default="", server_default="")

    election: Mapped[Election] = relationship(back_populates="contests")
    participants: Mapped[list[Participant]] = relationship(
        back_populates="contest", order_by="Participant.number"
    )

    __table_args__ = (
        CheckConstraint(
            "kind in ('ppwp', 'dpr', 'dpd', 'dprd_prov', 'dprd_kabko', 'gubernur', 'bupati_walikota')",
            name="kind",
        ),
        UniqueConstraint("election_id", "kind", "region_code", name="uq_contest_kind"),
    )


class Participant(Base):
    """A pair, party or person that stands in a contest, with its ballot number."""

    __tablename__ = "participant"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(Text)
    #: ``#RRGGBB``, as published.
    color: Mapped[str | None] = mapped_column(Text)
    #: KPU's public id of the participant, a string; not the ballot number.
    kpu_id: Mapped[str | None] = mapped_column(Text)
    #: The party, as grants name it; null for pairs and persons, and where no register of parties is kept.
    party_id: Mapped[int | None] = mapped_column(Integer)
    #: Where it stands: "" everywhere; "11" for the local parties of Aceh; a province for DPD.
    region_code: Mapped[str] = mapped_column(Code, default="", server_default="")
    #: The empty column that a single pair stands against (UU 10/2016 art. 54C); nobody is elected by it.
    blank: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    contest: Mapped[Contest] = relationship(back_populates="participants")

    __table_args__ = (
        CheckConstraint("kind in ('pasangan', 'partai', 'perseorangan')", name="kind"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("color ~ '^#[0-9A-Fa-f]{6}$'", name="color"),
        CheckConstraint("not blank or kind = 'pasangan'", name="blank"),
        UniqueConstraint("contest_id", "region_code", "number", name="uq_participant_number"),
        Index(
            "uq_participant_blank",
            "contest_id",
            "region_code",
            unique=True,
            postgresql_where=text("blank"),
        ),
    )


class Ballot(Base):
    """The frozen ballot of a contest (in one dapil, or nationwide). Append-only: a change is a version."""

    __tablename__ = "ballot"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    dapil_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("dapil.id"))
    version: Mapped[int] = mapped_column(SmallInteger, default=1)
    #: The decision or import that it was frozen from.
    source: Mapped[str] = mapped_column(Text)
    frozen_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    lines: Mapped[list[BallotLine]] = relationship(order_by="BallotLine.position")

    __table_args__ = (
        UniqueConstraint(
            "contest_id",
            "dapil_id",
            "version",
            name="uq_ballot_version",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("version > 0", name="version"),
    )


class BallotLine(Base):
    """One line of a ballot, in the order in which votes are stored."""

    __tablename__ = "ballot_line"

    ballot_id: Mapped[int] = mapped_column(Integer, ForeignKey("ballot.id"), primary_key=True)
    #: 1, 2, 3 ...: the index into ``votes``.
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    participant_id: Mapped[int] = mapped_column(Integer, ForeignKey("participant.id"))
    #: Number of the candidate in the party's list; null for the party itself, a pair or a person.
    candidate_number: Mapped[int | None] = mapped_column(SmallInteger)
    #: The name as printed.
    name: Mapped[str] = mapped_column(Text)
    sex: Mapped[str | None] = mapped_column(Text)
    residence: Mapped[str | None] = mapped_column(Text)
    kpu_id: Mapped[str | None] = mapped_column(Text)
    #: Struck after the DCT (death, verdict): printed, but votes go to the party.
    struck: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    participant: Mapped[Participant] = relationship()

    __table_args__ = (
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("sex in ('L', 'P')", name="sex"),
    )


class Stage(Base):
    """A stage (tahapan) of the calendar: from ``opens_at`` up to, not including, ``closes_at``."""

    __tablename__ = "stage"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(SmallInteger)
    #: Instants as the clock of WIB reads them.
    opens_at: Mapped[dt.datetime] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime] = mapped_column(Instant)
    #: ``setempat``: the same wall clock in WIB, WITA and WIT; ``wib``: one instant for everyone.
    clock: Mapped[str] = mapped_column(Text, default="setempat", server_default="setempat")
    regulation: Mapped[str] = mapped_column(Text, default="", server_default="")
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    overrides: Mapped[list[StageOverride]] = relationship(order_by="StageOverride.id")
    stops: Mapped[list[ClockStop]] = relationship(order_by="ClockStop.stopped_at")

    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="order"),
        CheckConstraint("clock in ('wib', 'setempat')", name="clock"),
        UniqueConstraint("election_id", "code", name="uq_stage_code"),
    )


class StageOverride(Base):
    """Other times of a stage in one part of the country; the longest prefix, then the newest wins."""

    __tablename__ = "stage_override"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    stage_id: Mapped[int] = mapped_column(Integer, ForeignKey("stage.id"), index=True)
    region_code: Mapped[str] = mapped_column(Code)
    #: Exact instants: whoever overrides has said the zone.
    opens_at: Mapped[dt.datetime] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)
    #: Number of the minute or decision.
    minute: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    created_by: Mapped[str] = mapped_column(Text)

    __table_args__ = (CheckConstraint("opens_at < closes_at", name="order"),)


class ClockStop(Base):
    """The clock of a stage stands still: nothing may be done, and the end moves by its length."""

    __tablename__ = "clock_stop"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    stage_id: Mapped[int] = mapped_column(Integer, ForeignKey("stage.id"), index=True)
    #: "" stops it in the whole country.
    region_code: Mapped[str] = mapped_column(Code, default="", server_default="")
    stopped_at: Mapped[dt.datetime] = mapped_column(Instant)
    resumed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    minute: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("resumed_at >= stopped_at", name="order"),
        CheckConstraint("minute <> '' and reason <> ''", name="minute"),
        Index(
            "uq_clock_stop_running",
            "stage_id",
            "region_code",
            unique=True,
            postgresql_where=text("resumed_at is null"),
        ),
    )


class LegalSetting(Base):
    """A value of the law in one election. Append-only: the highest version of a key is in force."""

    __tablename__ = "legal_setting"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    key: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(SmallInteger, default=1)
    #: Heading under which the table shows it, e.g. ``pencalonan``.
    topic: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    #: ``int``, ``fraction``, ``date``, ``time``, ``bool``, ``choice``, ``offset`` (H-30), ``json``.
    kind: Mapped[str] = mapped_column(Text)
    #: As typed, e.g. "1/25"; "" where the law sets no value. Read through ``settings.value``.
    value: Mapped[str] = mapped_column(Text)
    #: The values a ``choice`` may take, separated by a blank.
    choices: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Key of the article, e.g. ``PKPU 10/2023:8(2)``; jdih resolves it to a page.
    regulation: Mapped[str] = mapped_column(Text)
    #: From memory or from the press: to be checked against the text before it binds.
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    created_by: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(
            "kind in ('int', 'fraction', 'date', 'time', 'bool', 'choice', 'offset', 'json')", name="kind"
        ),
        CheckConstraint("reason <> ''", name="reason"),
        UniqueConstraint("election_id", "key", "version", name="uq_legal_setting_version"),
    )


class CodeEntry(Base):
    """One row of a code table of an election: TMS codes, kinds of disability, kinds of vote ..."""

    __tablename__ = "code_entry"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    table_code: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    #: Evidence, limits or other words that belong to the row.
    detail: Mapped[str] = mapped_column(Text, default="", server_default="")
    position: Mapped[int] = mapped_column(SmallInteger)
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    regulation: Mapped[str] = mapped_column(Text, default="", server_default="")
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (UniqueConstraint("election_id", "table_code", "code", name="uq_code_entry_code"),)


class Standing(Base):
    """What a participant, or a candidate of a list, won: shares, seats and ranks that later acts rest on.

    Sirekap keeps them as results are determined; thresholds of a next election and the replacement of seat
    holders read only this (domain.md 11, X15, X16). Append-only: the highest version is in force.
    """

    __tablename__ = "standing"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    #: Of a chamber's dapil; null where the whole ``region_code`` votes as one.
    dapil_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("dapil.id"))
    #: The body's area: "" for DPR and president, a province (DPD, DPRD, gubernur), a kab/kota.
    region_code: Mapped[str] = mapped_column(Code)
    participant_id: Mapped[int] = mapped_column(Integer, ForeignKey("participant.id"))
    #: Number in the party's list; null for the party, the pair or the person as a whole.
    candidate_number: Mapped[int | None] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    votes: Mapped[int] = mapped_column(BigInteger)
    #: All valid votes of the contest there: a share is votes / valid, as an exact fraction.
    valid: Mapped[int] = mapped_column(BigInteger)
    seats: Mapped[int | None] = mapped_column(SmallInteger)
    #: Place among the candidates of the list by votes, 1 is first; a tie that nothing settled shares one.
    rank: Mapped[int | None] = mapped_column(SmallInteger)
    elected: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: In how many kab/kota, kecamatan, villages and TPS the candidate has votes: ties ask for it.
    spread: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    #: The decision that it comes from.
    source: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    participant: Mapped[Participant] = relationship()

    __table_args__ = (
        UniqueConstraint(
            *("contest_id", "dapil_id", "region_code", "participant_id", "candidate_number", "version"),
            name="uq_standing_version",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("0 <= votes and votes <= valid", name="votes"),
        CheckConstraint("seats >= 0 and rank > 0 and version > 0", name="numbers"),
        CheckConstraint("source <> ''", name="source"),
    )
