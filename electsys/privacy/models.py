"""Who has seen how much: the budget of rows, and the register of disclosures (UU 27/2022)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base


class DisclosureBudget(Base):
    """Rows with numbers of persons that an account took at one moment: what the budget counts.

    A moment each, not a sum a day: two days' budgets taken around midnight would be twice a day's.
    """

    __tablename__ = "disclosure_budget"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used: Mapped[int] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("used > 0", name="used"), Index(None, "account_id", "at"))


class Disclosure(Base):
    """One disclosure of personal data: to whom, what, why, how many rows. Append-only.

    ``reveal`` is one number shown to an account, ``export`` a file handed to ``recipient``, and
    ``refused`` the first refusal of a day because the budget was spent. ``subject`` can be looked for:
    ``voter:12`` or ``person:7`` for one row, ``<list>:<id>:<region prefix>`` for a file
    (electsys.privacy.queries.seen_of).
    """

    __tablename__ = "disclosure"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    kind: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    #: ``table:id`` of a row, or what a file holds, such as ``voter_list:5``
    subject: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text(collation="C"))
    recipient: Mapped[str | None] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer)
    #: SHA-256 of the file that was handed out
    file_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        CheckConstraint("kind in ('reveal', 'export', 'refused')", name="kind"),
        CheckConstraint(
            "kind <> 'export' or (recipient is not null and octet_length(file_sha256) = 32)", name="export"
        ),
        Index(None, "subject", "id"),
        Index(None, "account_id", "id"),
    )
