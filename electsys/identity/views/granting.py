"""Grants: all of them, give one, end one."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.identity.forms import GrantForm, ReasonForm
from electsys.identity.models import Account, Grant, Role
from electsys.identity.operations import end_grant, give_grant
from electsys.identity.queries import roles as queries
from electsys.identity.queries.accounts import scope_of
from electsys.identity.queries.regions import region_names
from electsys.identity.views import GRANT, bp
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table


def load_account(account_id: int) -> tuple[Account, Scope]:
    """An account that somebody may give a right to: what it may be, the operation decides."""
    account = db.session.get(Account, account_id)
    if account is None:
        abort(404)
    return account, scope_of(account)


def load_grant(grant_id: int) -> tuple[Grant, Scope]:
    """A grant in its own scope."""
    grant = db.session.get(Grant, grant_id)
    if grant is None:
        abort(404)
    return grant, Scope(grant.region, grant.party_id, grant.election_id)


@bp.get("/admin/hak")
@requires(GRANT)
def grant_list() -> Any:
    """Grants in the reader's scopes, newest first."""
    names: dict[str, str] = {}

    def place(grant: Grant) -> str:
        if not grant.region:
            return _("Indonesia")
        if grant.region not in names:
            names.update(region_names(g.region for g in table.page.rows))
        return f"{title_region(names.get(grant.region, ''))} {grant.region}"

    table = Table(
        queries.all_grants(grants.scopes(current_user, GRANT)),
        [
            Column(
                "akun",
                _l("Akun"),
                "account.username",
                link=lambda g: url_for("identity.account", account_id=g.account_id),
            ),
            Column("peran", _l("Peran"), "role.words"),
            Column(
                "wilayah", _l("Wilayah"), lambda g: g.region or _("Indonesia"), cell=place, sort=Grant.region
            ),
            Column("partai", _l("Partai"), lambda g: g.party_id or ""),
            Column("mulai", _l("Mulai"), "valid_from", kind="moment", sort=Grant.valid_from),
            Column("sampai", _l("Sampai"), "valid_to", kind="moment", sort=Grant.valid_to),
            Column("pemberi", _l("Diberikan oleh"), "given_by", sort=Grant.given_by),
            Column("pengakhir", _l("Diakhiri oleh"), lambda g: g.ended_by or "", hidden=True),
        ],
        caption=_l("Hak"),
        empty=_l("Belum ada hak dalam wilayah Anda."),
        filters=[
            Filter(
                "peran",
                _l("Peran"),
                [(str(r.id), r.words) for r in queries.roles()],
                lambda q, value: q.where(Grant.role_id == int(value)),
            ),
            Filter(
                "berlaku",
                _l("Berlaku"),
                [("ya", _l("sekarang")), ("tidak", _l("tidak sekarang"))],
                lambda q, value: q.where(grants.is_in_force() if value == "ya" else ~grants.is_in_force()),
            ),
        ],
        search=(Grant.region, Grant.given_by),
        search_hint=_l("Cari kode wilayah atau pemberi"),
        name="hak",
    )
    return table.download() or render_template("identity/grants.html", table=table)


@bp.route("/admin/akun/<int:account_id>/hak/tambah", methods=["GET", "POST"])
@requires(GRANT, load=load_account)
def add_grant(account: Account) -> Any:
    """Give an account one more right."""
    form = GrantForm()
    if form.validate_on_submit():
        role = db.session.get(Role, int(form.role.data))
        if role is None:
            abort(404)
        try:
            give_grant(account, role, actor=current_actor(), **form.values())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Hak diberikan."), "success")
            return redirect(url_for("identity.account", account_id=account.id))
    return render_template("identity/add_grant.html", form=form, shown=account), form.status


@bp.route("/admin/hak/<int:grant_id>/akhiri", methods=["GET", "POST"])
@requires(GRANT, load=load_grant)
def finish_grant(grant: Grant) -> Any:
    """End a grant, with a reason."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            end_grant(grant, actor=current_actor(), reason=form.reason.data or "")
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Hak diakhiri; berlaku mulai permintaan berikutnya."), "success")
            return redirect(url_for("identity.account", account_id=grant.account_id))
    page = render_template(
        "identity/reason.html",
        form=form,
        title=_("Akhiri hak"),
        meaning=_(
            "Peran %(role)s di %(region)s.",
            role=grant.role.words,
            region=grant.region or _("seluruh Indonesia"),
        ),
        who=grant.account.username,
        action=url_for("identity.finish_grant", grant_id=grant.id),
        back=url_for("identity.account", account_id=grant.account_id),
        danger=True,
    )
    return page, form.status
