"""One's own account; and the first password, by a link on paper."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import SIGNED_IN, Scope, public, requires
from electsys.identity.forms import FirstPasswordForm, ProfileForm
from electsys.identity.login import TOKEN
from electsys.identity.models import AccountSession
from electsys.identity.operations import activate, end_sessions, open_activation, update_profile
from electsys.identity.operations.sessions import digest
from electsys.identity.queries import accounts as queries
from electsys.identity.queries.regions import region_names
from electsys.identity.queries.roles import effective
from electsys.identity.views import bp


@bp.route("/akun-saya", methods=["GET", "POST"])
@requires(SIGNED_IN)
def own() -> Any:
    """Profile, ways to log in, sessions and rights of whoever is logged in."""
    account = current_user._get_current_object()
    form = ProfileForm(obj=account)
    if form.validate_on_submit():
        try:
            update_profile(
                account, name=form.name.data or "", email=form.email.data or "", actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Data akun disimpan."), "success")
            return redirect(url_for("identity.own"))
    held = queries.current_grants(account)
    page = render_template(
        "identity/own.html",
        shown=account,
        form=form,
        grants=held,
        rights=effective(account),
        names=region_names(g.region for g in held),
        sessions=queries.open_sessions(account.id),
        this=digest(session.get(TOKEN, "")),
    )
    return page, form.status


def load_session(session_id: int) -> tuple[AccountSession, Scope]:
    """One of the reader's own sessions; those of others do not exist."""
    row = db.session.get(AccountSession, session_id)
    if row is None or row.account_id != current_user.id:
        abort(404)
    return row, Scope()


@bp.post("/akun-saya/sesi/<int:session_id>/akhiri")
@requires(SIGNED_IN, load=load_session)
def end_session(row: AccountSession) -> Any:
    """Sign out on one device."""
    end_sessions(row.account_id, "dicabut", actor=current_actor(), only=row.id)
    flash(_("Sesi itu sudah diakhiri."), "success")
    return redirect(url_for("identity.own", _anchor="sesi"))


@bp.post("/akun-saya/sesi/akhiri-lain")
@requires(SIGNED_IN)
def end_other_sessions() -> Any:
    """Sign out everywhere else."""
    count = end_sessions(current_user.id, "dicabut", actor=current_actor(), keep=session.get(TOKEN, ""))
    flash(_("%(n)d sesi diakhiri.", n=count), "success")
    return redirect(url_for("identity.own", _anchor="sesi"))


@bp.route("/aktivasi/<token>", methods=["GET", "POST"])
@public
def activation(token: str) -> Any:
    """The page behind the QR of an activation sheet: choose a password."""
    waiting = open_activation(token)
    form = FirstPasswordForm(waiting.account)
    if form.validate_on_submit():
        activate(waiting, form.password.data or "")
        flash(_("Kata sandi disimpan. Masuk dengan nama pengguna Anda."), "success")
        return redirect(url_for("security.login"))
    page = render_template("identity/activation.html", form=form, shown=waiting.account, token=token)
    return page, form.status, {"Cache-Control": "no-store"}
