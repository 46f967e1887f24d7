"""Classification and retention of archives (klasifikasi arsip, JRA), as data."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base


class ArchiveClass(Base):
    """A class of the archive with its retention, such as ``PL.01.4`` (Kep KPU 57/2022)."""

    __tablename__ = "archive_class"

    code: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(ForeignKey("archive_class.code"))
    #: Years in which it is still at hand; null where nobody has set the retention yet.
    active_years: Mapped[int | None] = mapped_column(SmallInteger)
    #: Years after those in the records centre.
    inactive_years: Mapped[int | None] = mapped_column(SmallInteger)
    #: ``musnah``, ``permanen`` or ``dinilai_kembali``.
    fate: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: From a secondary source or from memory, to be checked against the regulation.
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: Whether new letters may still be put into it.
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (
        CheckConstraint("parent <> code", name="parent"),
        CheckConstraint("active_years between 0 and 100 and inactive_years between 0 and 100", name="years"),
        CheckConstraint("num_nulls(active_years, inactive_years, fate) in (0, 3)", name="retention"),
        CheckConstraint("fate in ('musnah', 'permanen', 'dinilai_kembali')", name="fate"),
    )
