"""Accounts, roles and grants: who may do what, where, until when.

An account never holds a role by itself. A :class:`Grant` gives it one, inside a region prefix, a
party, an election and a time, and names who gave it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext
from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import (
    ARRAY,
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
    func,
    text,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base

Instant = DateTime(timezone=True)
Code = Text(collation="C")


class Role(Base, RoleMixin):
    """A named set of permissions that an admin may edit."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    #: Identifier of domain.md 2.2, such as ``operator_kpu_kabko``.
    name: Mapped[str] = mapped_column(Text, unique=True)
    label: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: Lengths that the region code of a grant may have (0 is the nation); null allows any.
    region_digits: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    #: Whether a grant must name a party: without one it would reach into every party.
    needs_party: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    @property
    def words(self) -> str:
        """The label in the reader's language, where it is one of the seeded ones."""
        return str(gettext(self.label))


class Account(Base, UserMixin):
    """Somebody who can log in."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    username: Mapped[str] = mapped_column(Text, unique=True)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    password: Mapped[str | None] = mapped_column(Text)
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: When the password was last set; null before the account is activated.
    password_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    # What Flask-Security keeps on its user.
    fs_uniquifier: Mapped[str] = mapped_column(Text, unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(Text, unique=True)  # type: ignore[assignment]
    tf_primary_method: Mapped[str | None] = mapped_column(Text)
    tf_totp_secret: Mapped[str | None] = mapped_column(Text)
    tf_phone_number: Mapped[str | None] = mapped_column(Text)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))

    grants: Mapped[list[Grant]] = relationship(
        back_populates="account", foreign_keys="Grant.account_id", order_by="Grant.id"
    )
    webauthn: Mapped[list[WebAuthn]] = relationship(  # type: ignore[assignment]
        back_populates="account", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("username = lower(username)", name="username"),
        CheckConstraint("email = lower(email)", name="email"),
    )

    @property
    def roles(self) -> list[Any]:  # type: ignore[override]
        """Always empty: rights come from grants alone (design.md, "No second mechanism")."""
        return []


class WebAuthn(Base, WebAuthnMixin):
    """A passkey of an account."""

    __tablename__ = "webauthn"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(Integer, default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(Text)
    extensions: Mapped[str | None] = mapped_column(Text)
    create_datetime: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    lastuse_datetime: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    name: Mapped[str] = mapped_column(Text)
    usage: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)

    account: Mapped[Account] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        """How Flask-Security finds the owner of a passkey."""
        return {"id": self.user_id}


class Grant(Base):
    """A role for an account, inside a region prefix, a party, an election and a time."""

    __tablename__ = "account_grant"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), index=True)
    #: Region prefix; "" is the whole nation.
    region: Mapped[str] = mapped_column(Code, default="", server_default="")
    party_id: Mapped[int | None] = mapped_column(Integer)
    election_id: Mapped[int | None] = mapped_column(SmallInteger, ForeignKey("election.id"))
    valid_from: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    valid_to: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Who gave it, as the trail names them.
    given_by: Mapped[str] = mapped_column(Text)
    #: Who ended it before its time.
    ended_by: Mapped[str | None] = mapped_column(Text)

    account: Mapped[Account] = relationship(back_populates="grants", foreign_keys=[account_id])
    role: Mapped[Role] = relationship()

    __table_args__ = (
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="validity"),
        CheckConstraint("ended_by is null or valid_to is not null", name="ended"),
        CheckConstraint("region ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10}|[0-9]{13})?$'", name="region"),
        Index("ix_account_grant_region", "region"),
    )
