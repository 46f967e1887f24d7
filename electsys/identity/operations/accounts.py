"""The writers of accounts."""

from __future__ import annotations

import datetime as dt
import secrets

from flask_babel import gettext as _
from flask_security import hash_password
from sqlalchemy import func, select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.models import Account, WebAuthn
from electsys.identity.operations import locks
from electsys.identity.operations.sessions import end_sessions
from electsys.identity.queries.accounts import scope_of
from electsys.identity.rules import EMAIL, USERNAME
from electsys.ledger import Actor, record

MANAGE = "identity:account:manage"


def create_account(
    username: str, *, name: str, email: str, password: str | None, actor: Actor, must_change: bool = True
) -> Account:
    """Create an account. Without a password it can only be entered by an activation link.

    The actor needs the permission somewhere; what the account may do, a grant says.
    """
    if actor.account_id is not None and not grants.can(db.session.get(Account, actor.account_id), MANAGE):
        raise Refused(_("Akun Anda tidak berwenang membuat akun."), status=403)
    username, email = username.strip().lower(), email.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Refused(
            _("Nama pengguna hanya boleh berisi huruf kecil, angka, titik, garis bawah, dan tanda hubung."),
            field="username",
        )
    _check_email(email)
    if not name.strip():
        raise Refused(_("Isi nama pemegang akun."), field="name")
    taken = db.session.scalar(
        select(Account).where((Account.username == username) | (Account.email == email)).limit(1)
    )
    if taken is not None:
        raise Refused(
            _("Nama pengguna atau alamat email itu sudah dipakai akun lain."),
            field="username" if taken.username == username else "email",
            hint=_("Pilih yang lain, atau buka akun yang sudah ada."),
        )
    account = Account(
        username=username,
        name=name.strip(),
        email=email,
        password=hash_password(password) if password else None,
        password_at=dt.datetime.now(dt.UTC) if password else None,
        must_change_password=must_change and password is not None,
        fs_uniquifier=secrets.token_hex(16),
    )
    db.session.add(account)
    db.session.flush()
    record("identity:account:create", f"account:{account.id}", actor=actor)
    return account


def _check_email(email: str) -> None:
    if not EMAIL.fullmatch(email):
        raise Refused(_("Isi dengan alamat email, misalnya nama@contoh.go.id."), field="email")


def update_profile(account: Account, *, name: str, email: str, actor: Actor) -> None:
    """Change name and e-mail address of an account: its holder does, or who manages it."""
    if actor.account_id != account.id:
        grants.demand(actor, MANAGE, scope_of(account))
    email = email.strip().lower()
    _check_email(email)
    if not name.strip():
        raise Refused(_("Isi nama pemegang akun."), field="name")
    other = db.session.scalar(
        select(Account.id).where(func.lower(Account.email) == email, Account.id != account.id)
    )
    if other is not None:
        raise Refused(_("Alamat email itu sudah dipakai akun lain."), field="email")
    changed = [
        field
        for field, old, new in (("name", account.name, name.strip()), ("email", account.email, email))
        if old != new
    ]
    account.name, account.email = name.strip(), email
    if changed:
        record("identity:account:update", f"account:{account.id}", actor=actor, details={"changed": changed})


def disable_account(account: Account, *, actor: Actor, reason: str) -> None:
    """Close an account: from the next request on it enters nothing. Its grants stay on record."""
    grants.demand(actor, MANAGE, scope_of(account))
    if account.id == actor.account_id:
        raise Refused(_("Anda tidak dapat menonaktifkan akun sendiri."))
    if not account.active:
        raise Refused(_("Akun ini sudah nonaktif."))
    account.active = False
    end_sessions(account.id, "nonaktif", actor=actor)
    grants.forget(account.id)
    record("identity:account:disable", f"account:{account.id}", actor=actor, reason=_needed(reason))


def enable_account(account: Account, *, actor: Actor, reason: str) -> None:
    """Open a disabled account again."""
    grants.demand(actor, MANAGE, scope_of(account))
    if account.active:
        raise Refused(_("Akun ini sudah aktif."))
    account.active = True
    grants.forget(account.id)
    record("identity:account:enable", f"account:{account.id}", actor=actor, reason=_needed(reason))


def reset_factors(account: Account, *, actor: Actor, reason: str) -> int:
    """Remove all second factors (authenticator, recovery codes, passkeys) of somebody who lost them.

    Its sessions end. Return how many factors there were.
    """
    grants.demand(actor, MANAGE, scope_of(account))
    passkeys = db.session.scalars(select(WebAuthn).where(WebAuthn.user_id == account.id)).all()
    count = len(passkeys) + bool(account.tf_totp_secret) + bool(account.mf_recovery_codes)
    for passkey in passkeys:
        db.session.delete(passkey)
    account.tf_totp_secret = account.tf_primary_method = account.mf_recovery_codes = None
    locks.clear("code", account.id)
    end_sessions(account.id, "dicabut", actor=actor)
    record(
        "identity:account:reset_factors",
        f"account:{account.id}",
        actor=actor,
        reason=_needed(reason),
        details={"factors": count},
    )
    return count


def unlock_account(account: Account, *, actor: Actor) -> None:
    """Let somebody try again who has typed a wrong password or code too often."""
    grants.demand(actor, MANAGE, scope_of(account))
    if not any([locks.clear("account", account.id), locks.clear("code", account.id)]):
        raise Refused(_("Akun ini tidak sedang terkunci."))
    record("identity:account:unlock", f"account:{account.id}", actor=actor)


def note_password_change(account: Account, *, why: str, keep: str | None) -> None:
    """After Flask-Security set a password: it is the holder's own, and all other sessions end."""
    account.password_at = dt.datetime.now(dt.UTC)
    account.must_change_password = False
    actor = Actor(account.id, account.username)
    end_sessions(account.id, "sandi", actor=actor, keep=keep)
    record("identity:account:password", f"account:{account.id}", actor=actor, details={"why": why})


def _needed(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Tulis alasannya."), field="reason")
    return reason.strip()
