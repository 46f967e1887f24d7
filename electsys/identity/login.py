"""Log-in: Flask-Security as this house runs it, and the sessions behind its cookie.

The cookie carries a token; whether it still holds is asked of the database on every request, so a session
that was ended, an account that was disabled or a grant that was taken away stops at once.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from typing import Any

from flask import Flask, abort, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.signals import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_failed_authn,
    wan_deleted,
    wan_registered,
)
from flask_security.utils import set_request_attr
from werkzeug.wrappers import Response

from electsys.db import db, set_reach
from electsys.identity import grants
from electsys.identity.login_forms import FORMS
from electsys.identity.mailing import HouseMail
from electsys.identity.models import Account, Role, WebAuthn
from electsys.identity.operations import accounts, locks, sessions
from electsys.identity.passwords import LONGEST, SHORTEST, HousePassword
from electsys.identity.wording import Words
from electsys.ledger import Actor, record
from electsys.web.errors import wants_json

TOKEN = "sesi"  # noqa: S105  (the name of the cookie's key)
CHANGE_PASSWORD = "security.change_password"  # noqa: S105
#: Where an account may go before it has a password of its own.
BEFORE_FIRST_PASSWORD = {CHANGE_PASSWORD, "security.logout", "web.asset", "web.preferences", "web.health"}


def init_app(app: Flask) -> None:
    """Set Flask-Security up, and put our sessions under it."""
    app.before_request(start_from_nothing)  # before Flask-Security asks who is there
    app.config.update(settings(app))
    security = Security(
        app,
        SQLAlchemyUserDatastore(db, Account, Role, WebAuthn),
        mail_util_cls=HouseMail,
        password_util_cls=HousePassword,
        **FORMS,  # type: ignore[arg-type]
    )
    security.i18n_domain = Words(app)  # type: ignore[no-untyped-call]
    app.jinja_env.globals["_fsdomain"] = security.i18n_domain.gettext
    security.want_json(lambda _request: False)
    security.unauthn_handler(ask_to_log_in)
    manager = app.login_manager  # type: ignore[attr-defined]
    manager.unauthorized_callback = ask_to_log_in
    manager.user_loader(load_account)
    manager.request_loader(lambda _request: None)  # no tokens in headers or addresses
    app.before_request(first_password_first)
    app.teardown_request(leave_nothing)
    _listen(app)


def settings(app: Flask) -> dict[str, Any]:
    """Flask-Security's settings: what is not switched on here does not exist."""
    pages = {
        "LOGIN_URL": "/masuk",
        "LOGOUT_URL": "/keluar",
        "VERIFY_URL": "/masuk/ulang",
        "RESET_URL": "/lupa-sandi",
        "CHANGE_URL": "/akun-saya/sandi",
        "TWO_FACTOR_SETUP_URL": "/akun-saya/autentikator",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/masuk/kode",
        "TWO_FACTOR_RESCUE_URL": "/masuk/bantuan-kode",
        "TWO_FACTOR_SELECT_URL": "/masuk/pilih-cara",
        "MULTI_FACTOR_RECOVERY_CODES_URL": "/akun-saya/kode-pemulihan",
        "MULTI_FACTOR_RECOVERY_URL": "/masuk/kode-pemulihan",
        "WAN_REGISTER_URL": "/akun-saya/kunci-sandi",
        "WAN_DELETE_URL": "/akun-saya/kunci-sandi/hapus",
        "WAN_SIGNIN_URL": "/masuk/kunci-sandi",
        "WAN_VERIFY_URL": "/masuk/ulang/kunci-sandi",
        "STATIC_FOLDER_URL": "/aset-keamanan",
        "POST_LOGIN_VIEW": "/",
        "POST_LOGOUT_VIEW": "/",
        "POST_CHANGE_VIEW": "/akun-saya",
        "TWO_FACTOR_POST_SETUP_VIEW": "/akun-saya",
        "WAN_POST_REGISTER_VIEW": "/akun-saya",
    }
    rules = {
        "LOGOUT_METHODS": ["POST"],
        "LOGOUT_CSRF": True,
        "API_ENABLED_METHODS": ["session"],
        "RETURN_GENERIC_RESPONSES": True,
        "USER_IDENTITY_ATTRIBUTES": [
            {"username": {"mapper": _lower, "case_insensitive": True}},
            {"email": {"mapper": _lower, "case_insensitive": True}},
        ],
        "JOIN_USER_ROLES": False,  # there are none: rights come from grants
        "DATETIME_FACTORY": lambda: dt.datetime.now(dt.UTC),
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_LENGTH_MIN": SHORTEST,
        "PASSWORD_LENGTH_MAX": LONGEST,
        "CHANGEABLE": True,
        "RECOVERABLE": True,
        "RESET_PASSWORD_WITHIN": dt.timedelta(hours=1),
        "SEND_REGISTER_EMAIL": False,
        "EMAIL_HTML": False,
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "EMAIL_SENDER": app.config["MAIL_FROM"],
        "FRESHNESS": dt.timedelta(minutes=15),
        "FRESHNESS_GRACE_PERIOD": dt.timedelta(minutes=15),
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TOTP_ISSUER": "electsys",
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "WEBAUTHN": True,
        "WAN_RP_NAME": "electsys",
        "WAN_ALLOW_USER_HINTS": False,
        # Werkzeug writes a bare directive for None; the package's own True becomes "no-store=True".
        "CACHE_CONTROL": {"private": None, "no-store": None},
        **_keys(app),
    }
    return {f"SECURITY_{name}": value for name, value in (pages | rules).items()}


def _lower(identity: str) -> str | None:
    return identity.strip().lower() or None


def _keys(app: Flask) -> dict[str, Any]:
    """Keys of the factors' secrets, from the key file outside the database."""
    from electsys.privacy.keys import KeyFileError, keyring

    try:
        with app.app_context():
            totp, codes = (keyring().index_key(purpose) for purpose in ("totp", "recovery codes"))
    except KeyFileError:  # a command that brings the keys; it logs nobody in
        totp, codes = secrets.token_bytes(32), secrets.token_bytes(32)
    return {
        "TOTP_SECRETS": {"1": totp.hex()},
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(codes)],
    }


# --- each request ---------------------------------------------------------------------------------


def start_from_nothing() -> None:
    """Nobody is known when a request begins, even inside another context; nobody sees people."""
    for name in ("_login_user", "grants", "acting_grant"):
        g.pop(name, None)
    g.db_scope, g.db_parties = "-", ""


def leave_nothing(error: BaseException | None = None) -> None:
    """What follows a request (a test, a command) is not in its scope."""
    for name in ("db_scope", "db_parties"):
        g.pop(name, None)


def load_account(uniquifier: str) -> Account | None:
    """The account of the cookie, if its session holds; its regions bound what the database shows."""
    token = session.get(TOKEN)
    found = sessions.find(token, str(uniquifier)) if token else None
    if found is None:
        return None
    account, row = found
    if not request.path.endswith(".json"):  # a page that asks for progress is nobody's presence
        sessions.see(row)
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    reach = grants.regions(account)
    g.db_scope = "*" if "" in reach else ",".join(reach) or "-"
    g.db_parties = ",".join(map(str, grants.parties(account)))
    set_reach(db.session)
    return account


def ask_to_log_in(mechanisms: Any = None, headers: Any = None) -> Response:
    """What an unknown reader of a guarded page gets: 401 for programs, the log-in for people."""
    if wants_json():
        abort(401)
    if session.pop(TOKEN, None):
        flash(_("Sesi Anda sudah berakhir. Masuk lagi untuk melanjutkan."), "info")
    else:
        flash(_("Masuk dulu untuk membuka halaman ini."), "info")
    back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    return redirect(url_for("security.login", next=back))


def first_password_first() -> Any:
    """Who still has the password that somebody else gave must choose one before anything else."""
    if not current_user.is_authenticated or not current_user.must_change_password:
        return None
    if request.endpoint in BEFORE_FIRST_PASSWORD:
        return None
    if wants_json():
        abort(403)
    flash(_("Ganti dulu kata sandi pertama Anda dengan kata sandi buatan sendiri."), "info")
    return redirect(url_for(CHANGE_PASSWORD))


# --- what Flask-Security tells ---------------------------------------------------------------------


def _listen(app: Flask) -> None:
    for signal, handler in (
        (user_authenticated, _entered),
        (user_failed_authn, _failed),
        (user_logged_out, _left),
        (password_changed, _password_changed),
        (password_reset, _password_reset),
        (tf_profile_changed, _factor_changed),
        (tf_disabled, _factor_changed),
        (wan_registered, _factor_changed),
        (wan_deleted, _factor_changed),
    ):
        signal.connect(handler, app)


def _entered(sender: Flask, user: Account, authn_via: list[str] | None = None, **_more: Any) -> None:
    """A log-in succeeded: register its session. A password change logs in again; its old session goes on
    under a new token."""
    if old := session.get(TOKEN):
        sessions.end_sessions(user.id, "keluar", actor=Actor(user.id, user.username), token=old)
    grants.forget(user.id)
    session[TOKEN] = sessions.start_session(
        user, agent=request.user_agent.string, via=",".join(authn_via or ["kode"])
    )


def _left(sender: Flask, user: Account, **_more: Any) -> None:
    if token := session.pop(TOKEN, None):
        sessions.end_sessions(user.id, "keluar", actor=Actor(user.id, user.username), token=token)


def _failed(sender: Flask, user: Account, tfa: bool = False, **_more: Any) -> None:
    locks.fail("code" if tfa else "account", user.id)


def _password_changed(sender: Flask, user: Account, **_more: Any) -> None:
    accounts.note_password_change(user, why="ganti", keep=session.get(TOKEN))


def _password_reset(sender: Flask, user: Account, **_more: Any) -> None:
    accounts.note_password_change(user, why="lupa", keep=None)
    locks.clear("account", user.id)


def _factor_changed(sender: Flask, user: Account, **_more: Any) -> None:
    record("identity:account:factor", f"account:{user.id}", actor=Actor(user.id, user.username))
