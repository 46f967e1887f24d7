"""Candidates, why they came, changed and went, and every version of what was said of them.

A row holds what the nomination claimed; :class:`electsys.identity.models.Person` is who that is. NIK, birth
date, religion, disability and contact lie in the row's envelope. A state never changes without an event that
says why: a trigger demands it.
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
from modules.silon.models.nominations import Nomination

Code = Text(collation="C")
Instant = DateTime(timezone=True)

#: What the house finds of itself (domain.md 11, X4-X8): double candidacy in another list or contest, perhaps
#: one (name and birth date agree, the NIK does not), not a member of the party, a member of another, not a
#: registered voter, a barred occupation, too young on the day that the law names, a NIK that tells another
#: birth date or sex.
FLAGS = (
    *("ganda_calon", "potensi_ganda", "bukan_anggota", "anggota_lain", "bukan_pemilih", "pekerjaan", "usia"),
    "nik",
)
#: States of a row that stands on its list.
STANDING = ("baru", "ms", "bms", "dcs", "dct")
STATES = (
    *("baru", "ms", "bms", "tms", "ditarik", "dcs", "dcs_tms", "mengundurkan_diri", "meninggal", "diganti"),
    *("dct", "dicoret"),
)


class Candidate(Base):
    """One person of a nomination; read through row-level security (region and party).

    ``id`` comes from ``candidate_id_seq`` beforehand: the envelope is bound to it.
    """

    __tablename__ = "candidate"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: Copied from the nomination for row-level security.
    region: Mapped[str] = mapped_column(Code)
    party_id: Mapped[int | None] = mapped_column(Integer)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    #: The person to whom ``person_id`` was merged; null while it stands for itself. Triggers keep it.
    leads_to: Mapped[int | None] = mapped_column(BigInteger)
    #: Place on the list, 1, 2, 3 ...; of a pair 1 is the head, 2 the deputy.
    number: Mapped[int] = mapped_column(SmallInteger)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    #: Null where a file brought no NIK: a draft, or a name of a list that was published elsewhere.
    nik_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: 16 bytes of the keyed index of normalised name and birth date: equal ones claim one identity.
    identity_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: Full name without titles; titles count only if a diploma proves them.
    name: Mapped[str] = mapped_column(Text)
    title_before: Mapped[str] = mapped_column(Text, default="", server_default="")
    title_after: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: As it shall be printed on the ballot.
    ballot_name: Mapped[str] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(CHAR(1))
    birth_place: Mapped[str] = mapped_column(Text)
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    #: B (never married), S, P; null and "" below are what a file did not say.
    marital_status: Mapped[str | None] = mapped_column(CHAR(1))
    occupation: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    #: Kab/kota of residence: its code, and its name as it is published.
    residence_code: Mapped[str | None] = mapped_column(Code)
    residence: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Conditions that ask for more documents: ``mantan_terpidana``, ``mengundurkan_diri``, ``pindah_partai``,
    #: ``luar_negeri`` (modules.silon.rules.documents).
    conditions: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    #: The CV: education, courses, organisations, work, awards, motivation, programme, spouse, children.
    profile: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    #: Whether the candidate lets KPU publish the profile.
    consent: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    photo_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    state: Mapped[str] = mapped_column(Text, default="baru", server_default="baru")
    #: The event that brought the state; a trigger demands one for every change.
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    #: Whose place this one takes.
    replaces_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("candidate.id"))
    #: Version of what is said of the person (:class:`CandidateVersion`).
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    nomination: Mapped[Nomination] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(repr(s) for s in STATES)})", name="state"),
        CheckConstraint("state = 'baru' or event_id is not null", name="event"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("sex in ('L', 'P')", name="sex"),
        CheckConstraint("marital_status in ('B', 'S', 'P')", name="marital_status"),
        CheckConstraint(f"flags <@ array[{', '.join(repr(f) for f in FLAGS)}]::text[]", name="known_flags"),
        CheckConstraint("octet_length(nik_index) = 32 and octet_length(identity_index) = 16", name="indexes"),
        CheckConstraint("name <> '' and ballot_name <> ''", name="name"),
        Index(
            "uq_candidate_number",
            *("nomination_id", "number"),
            unique=True,
            postgresql_where=text("state in ('baru', 'ms', 'bms', 'dcs', 'dct', 'dicoret')"),
        ),
        Index("ix_candidate_nomination", "nomination_id", "number"),
        Index("ix_candidate_nik", "nik_index"),
        Index("ix_candidate_identity", "identity_index"),
        Index("ix_candidate_person", "person_id"),
        Index("ix_candidate_human", text("coalesce(leads_to, person_id)")),
        Index("ix_candidate_flagged", "election_id", "region", postgresql_where=text("flags <> '{}'")),
        Index("ix_candidate_place", "election_id", "region", "party_id", "state"),
    )
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012


class CandidateEvent(Base):
    """Why a candidate came, was judged, replaced, struck or restored. Append-only."""

    __tablename__ = "candidate_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(cache=20), primary_key=True)
    candidate_id: Mapped[int] = mapped_column(BigInteger)
    region: Mapped[str] = mapped_column(Code)
    party_id: Mapped[int | None] = mapped_column(Integer)
    #: ``putus``, ``tarik``, ``ganti``, ``penetapan``, ``tanggapan``, ``coret``, ``putusan`` or ``batal``.
    kind: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    #: Code or words of the reason; what takes somebody off a list always has one.
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: The minute or decision (jdih letter) that it belongs to.
    letter_id: Mapped[int | None] = mapped_column(Integer)
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint(
            "kind in ('putus', 'tarik', 'ganti', 'penetapan', 'tanggapan', 'coret', 'putusan', 'batal')",
            name="kind",
        ),
        CheckConstraint(
            "to_state not in ('bms', 'tms', 'dcs_tms', 'dicoret') or reason is not null", name="reason"
        ),
        Index("ix_candidate_event_candidate", "candidate_id", "id"),
    )


class CandidateVersion(Base):
    """All that was said of a candidate at one time: to compare, and to restore. Append-only.

    The envelope holds the whole (fields of the row and of its envelope) as JSON, bound to this row's ``id``
    (from ``candidate_version_id_seq`` beforehand).
    """

    __tablename__ = "candidate_version"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    candidate_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("candidate.id"))
    version: Mapped[int] = mapped_column(Integer)
    region: Mapped[str] = mapped_column(Code)
    party_id: Mapped[int | None] = mapped_column(Integer)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    #: Names of the fields that differ from the version before.
    changed: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: Why; "" for an ordinary edit of a draft.
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (UniqueConstraint("candidate_id", "version", name="uq_candidate_version_version"),)
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012


class CandidateFlagEvent(Base):
    """A flag that was raised or taken away, and by what. Append-only."""

    __tablename__ = "candidate_flag_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(cache=20), primary_key=True)
    candidate_id: Mapped[int] = mapped_column(BigInteger)
    region: Mapped[str] = mapped_column(Code)
    party_id: Mapped[int | None] = mapped_column(Integer)
    flag: Mapped[str] = mapped_column(Text)
    raised: Mapped[bool]
    #: What changed: ``candidate:12``, ``party_member:3``, ``voter_list:4``.
    cause: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (Index("ix_candidate_flag_event_candidate", "candidate_id", "id"),)
