"""The accounts: list, one of them, what may be done with it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor, grants, permissions
from electsys.identity.access import Scope, requires
from electsys.identity.forms import AccountForm, ExplainForm, ProfileForm, ReasonForm
from electsys.identity.models import Account, Role
from electsys.identity.operations import (
    create_account,
    disable_account,
    enable_account,
    end_sessions,
    give_grant,
    reset_factors,
    unlock_account,
    update_profile,
)
from electsys.identity.queries import accounts as queries
from electsys.identity.queries import roles as rights
from electsys.identity.queries.regions import region_names
from electsys.identity.views import MANAGE, READ, bp
from electsys.identity.wording import VERDICTS
from electsys.web.tables import Column, Filter, Table


def load_account(account_id: int) -> tuple[Account, Scope]:
    """An account in the scope of its grants."""
    account = db.session.get(Account, account_id)
    if account is None:
        abort(404)
    return account, queries.scope_of(account)


@bp.get("/admin/akun")
@requires(READ)
def account_list() -> Any:
    """Accounts in the reader's scopes."""
    labels: dict[int, list[str]] = {}

    def roles_of(account: Account) -> str:
        if account.id not in labels:
            page = table.page.rows
            labels.update({a.id: [] for a in page} | queries.role_labels(page))
        return "; ".join(labels[account.id])

    table = Table(
        queries.listing(grants.scopes(current_user, READ)),
        [
            Column(
                "pengguna",
                _l("Nama pengguna"),
                "username",
                sort=Account.username,
                link=lambda a: url_for("identity.account", account_id=a.id),
            ),
            Column("nama", _l("Nama"), "name", sort=Account.name),
            Column("peran", _l("Peran dan wilayah"), roles_of, export=False),
            Column("status", _l("Status"), lambda a: str(state_of(a))),
            Column("email", _l("Email"), "email", sort=Account.email, hidden=True),
            Column("dibuat", _l("Dibuat"), "created_at", kind="moment", sort=Account.created_at, hidden=True),
        ],
        caption=_l("Akun"),
        empty=_l("Belum ada akun dalam wilayah Anda."),
        search=(Account.username, Account.name, Account.email),
        search_hint=_l("Cari nama atau email"),
        filters=[
            Filter(
                "status",
                _l("Status"),
                [
                    ("aktif", _l("aktif")),
                    ("belum", _l("belum diaktifkan")),
                    ("nonaktif", _l("nonaktif")),
                ],
                _by_state,
            ),
            Filter(
                "peran",
                _l("Peran"),
                [(str(r.id), r.words) for r in rights.roles()],
                lambda q, value: q.where(queries.holding(int(value))),
            ),
        ],
        sort="pengguna",
        name="akun",
    )
    return table.download() or render_template("identity/accounts.html", table=table)


def _by_state(query: Any, state: str) -> Any:
    return {
        "aktif": query.where(Account.active, Account.password.is_not(None)),
        "belum": query.where(Account.active, Account.password.is_(None)),
        "nonaktif": query.where(~Account.active),
    }[state]


def state_of(account: Account) -> Any:
    """How an account stands, in a word."""
    if not account.active:
        return _l("nonaktif")
    return _l("aktif") if account.password else _l("belum diaktifkan")


@bp.route("/admin/akun/baru", methods=["GET", "POST"])
@requires(MANAGE)
def new_account() -> Any:
    """Create an account with its first right; its activation sheet is printed from its page."""
    form = AccountForm()
    if form.validate_on_submit():
        actor = current_actor()
        try:
            account = create_account(
                form.username.data or "",
                name=form.name.data or "",
                email=form.email.data or "",
                password=None,
                actor=actor,
            )
            role = db.session.get(Role, int(form.role.data))
            if role is None:
                abort(404)
            give_grant(account, role, actor=actor, tell=False, **form.values())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Akun dibuat. Unduh lembar aktivasinya, cetak, lalu serahkan langsung."), "success")
            return redirect(url_for("identity.account", account_id=account.id))
    return render_template("identity/new_account.html", form=form), form.status


@bp.get("/admin/akun/<int:account_id>")
@requires(READ, load=load_account)
def account(loaded: Account) -> Any:
    """One account: its rights, sessions, and what may be done."""
    held = queries.current_grants(loaded)
    return render_template(
        "identity/account.html",
        shown=loaded,
        state=state_of(loaded),
        grants=held,
        names=region_names(g.region for g in held),
        sessions=queries.open_sessions(loaded.id),
        locked=queries.locked_until(loaded.id),
        activation=queries.waiting_activation(loaded.id),
        scope=queries.scope_of(loaded),
        itself=loaded.id == current_user.id,
    )


@bp.route("/admin/akun/<int:account_id>/data", methods=["GET", "POST"])
@requires(MANAGE, load=load_account)
def edit_account(loaded: Account) -> Any:
    """Name and address."""
    form = ProfileForm(obj=loaded)
    if form.validate_on_submit():
        try:
            update_profile(
                loaded, name=form.name.data or "", email=form.email.data or "", actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Data akun disimpan."), "success")
            return redirect(url_for("identity.account", account_id=loaded.id))
    return render_template("identity/edit_account.html", form=form, shown=loaded), form.status


#: What is done for a reason: operation, question, what it means, what was done.
REASONED: dict[str, tuple[Any, Any, Any, Any]] = {
    "nonaktifkan": (
        disable_account,
        _l("Nonaktifkan akun"),
        _l("Akun ini langsung keluar dari semua perangkat dan tidak dapat masuk lagi sampai diaktifkan."),
        _l("Akun dinonaktifkan."),
    ),
    "aktifkan": (
        enable_account,
        _l("Aktifkan akun kembali"),
        _l("Akun ini dapat masuk lagi dengan kata sandinya dan memakai hak yang masih berlaku."),
        _l("Akun diaktifkan kembali."),
    ),
    "hapus-faktor": (
        reset_factors,
        _l("Hapus faktor kedua"),
        _l("Autentikator, kode pemulihan, dan kunci sandi dihapus. Pastikan dulu siapa yang meminta."),
        _l("Faktor kedua dihapus."),
    ),
}


def load_step(account_id: int, step: str) -> tuple[tuple[Account, str], Scope]:
    """An account and what is to be done with it."""
    if step not in REASONED:
        abort(404)
    account, scope = load_account(account_id)
    return (account, step), scope


@bp.route("/admin/akun/<int:account_id>/langkah/<step>", methods=["GET", "POST"])
@requires(MANAGE, load=load_step)
def account_step(loaded: tuple[Account, str]) -> Any:
    """Disable, enable or take the factors of an account, with a reason."""
    shown, step = loaded
    operation, title, meaning, done = REASONED[step]
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            operation(shown, actor=current_actor(), reason=form.reason.data or "")
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(str(done), "success")
            return redirect(url_for("identity.account", account_id=shown.id))
    page = render_template(
        "identity/reason.html",
        form=form,
        title=title,
        meaning=meaning,
        who=shown.username,
        action=url_for("identity.account_step", account_id=shown.id, step=step),
        back=url_for("identity.account", account_id=shown.id),
        danger=step != "aktifkan",
    )
    return page, form.status


@bp.post("/admin/akun/<int:account_id>/buka-kunci")
@requires(MANAGE, load=load_account)
def unlock(loaded: Account) -> Any:
    """Let somebody try again at once."""
    unlock_account(loaded, actor=current_actor())
    flash(_("Kunci akun dibuka."), "success")
    return redirect(url_for("identity.account", account_id=loaded.id))


@bp.post("/admin/akun/<int:account_id>/akhiri-sesi")
@requires(MANAGE, load=load_account)
def end_all(loaded: Account) -> Any:
    """Put an account out of all its devices."""
    count = end_sessions(loaded.id, "dicabut", actor=current_actor())
    flash(_("%(n)d sesi diakhiri.", n=count), "success")
    return redirect(url_for("identity.account", account_id=loaded.id))


@bp.get("/admin/akun/<int:account_id>/hak-berlaku")
@requires(READ, load=load_account)
def effective_rights(loaded: Account) -> Any:
    """Everything an account may do now and by which grant; and why it may or may not do one thing."""
    form = ExplainForm(request.args)
    known = rights.effective(loaded)
    choices = sorted({r.permission for r in known} | set(permissions.ALL))
    form.hak.choices = rights.choices(choices)
    asked = form.hak.data or None
    findings = None
    if asked and form.validate():
        scope = Scope((form.wilayah.data or "").strip(), form.partai.data)
        findings = rights.explain(loaded, asked, scope)
    held = [g for right in known for g in right.grants] + [f.grant for f in findings or ()]
    return render_template(
        "identity/rights.html",
        shown=loaded,
        rights=known,
        form=form,
        asked=rights.label_of(asked) if asked else None,
        findings=findings,
        verdicts=VERDICTS,
        names=region_names(g.region for g in held),
    )
