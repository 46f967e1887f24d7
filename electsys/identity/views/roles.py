"""Roles: what each allows, and what a change would do to whom."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor, permissions
from electsys.identity.access import Scope, requires
from electsys.identity.catalogue import MODULES
from electsys.identity.forms import LEVELS, RoleForm
from electsys.identity.models import Role
from electsys.identity.operations import change_role, create_role
from electsys.identity.queries import roles as queries
from electsys.identity.rules import changed_permissions
from electsys.identity.views import ROLES, bp
from electsys.web.tables import Column, Table

#: So many names stand on the page; the rest is a number.
NAMED = 20


def load_role(role_id: int) -> tuple[Role, Scope]:
    """A role; roles belong to the nation."""
    role = db.session.get(Role, role_id)
    if role is None:
        abort(404)
    return role, Scope()


@bp.get("/admin/peran")
@requires(ROLES)
def role_list() -> Any:
    """All roles and how many hold each."""
    counts = queries.holder_counts()
    table = Table(
        queries.roles(),
        [
            Column(
                "sebutan",
                _l("Peran"),
                "words",
                sort=True,
                link=lambda r: url_for("identity.role", role_id=r.id),
            ),
            Column("nama", _l("Nama"), "name", sort=True),
            Column("hak", _l("Isi"), lambda r: len(r.permissions), kind="number", sort=True),
            Column("akun", _l("Akun"), lambda r: counts.get(r.id, 0), kind="number", sort=True),
        ],
        caption=_l("Peran"),
        empty=_l("Belum ada peran."),
        search=True,
        size=100,
        name="peran",
    )
    return table.download() or render_template("identity/roles.html", table=table)


@bp.route("/admin/peran/baru", methods=["GET", "POST"])
@requires(ROLES)
def new_role() -> Any:
    """A new, empty role."""
    form = RoleForm()
    if form.validate_on_submit():
        try:
            made = create_role(
                form.name.data or "",
                form.label.data or "",
                needs_party=form.needs_party.data,
                region_digits=[int(digits) for digits in form.levels.data or ()],
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return redirect(url_for("identity.role", role_id=made.id))
    return render_template("identity/new_role.html", form=form), form.status


@bp.get("/admin/peran/<int:role_id>")
@requires(ROLES, load=load_role)
def role(shown: Role) -> Any:
    """What a role allows, to be edited."""
    return _editor(shown, set(shown.permissions))


def _editor(shown: Role, ticked: set[str]) -> str:
    names = sorted(set(permissions.ALL) | set(shown.permissions))
    modules = [
        (MODULES.get(module, module), [(name, queries.label_of(name)) for name in group])
        for module, group in groupby(names, key=lambda name: name.split(":")[0])
    ]
    return render_template(
        "identity/role.html",
        shown=shown,
        modules=modules,
        ticked=ticked,
        levels=[LEVELS[str(n)] for n in shown.region_digits or ()],
        holders=queries.holder_counts().get(shown.id, 0),
        form=FlaskForm(),
    )


@bp.post("/admin/peran/<int:role_id>")
@requires(ROLES, load=load_role)
def edit_role(shown: Role) -> Any:
    """First what would change and for whom; then, confirmed, the change."""
    wanted = set(request.form.getlist("isi"))
    seen = set(request.form.getlist("semula"))
    if request.form.get("langkah") == "ubah":
        return _editor(shown, wanted)
    if request.form.get("langkah") == "simpan":
        change_role(shown, wanted, seen=seen, actor=current_actor())
        flash(_("Isi peran disimpan dan langsung berlaku."), "success")
        return redirect(url_for("identity.role", role_id=shown.id))
    added, removed = changed_permissions(seen, wanted)
    if not added and not removed:
        flash(_("Tidak ada yang diubah."), "info")
        return redirect(url_for("identity.role", role_id=shown.id))
    concerned = queries.holders(shown.id)
    return render_template(
        "identity/role_change.html",
        shown=shown,
        added=[(p, queries.label_of(p)) for p in added],
        removed=[(p, queries.label_of(p)) for p in removed],
        wanted=sorted(wanted),
        seen=sorted(seen),
        concerned=concerned[:NAMED],
        more=max(0, len(concerned) - NAMED),
        count=len(concerned),
        form=FlaskForm(),
    )
