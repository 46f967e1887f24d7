"""Conflicts about who somebody is: the queue, and the decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import func, select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.identity.forms import DecideForm, ReasonForm
from electsys.identity.models import Account, IdentityConflict, Person, PersonMerge
from electsys.identity.operations.persons import decide_conflict, part_people
from electsys.identity.queries import persons as queries
from electsys.identity.views import RESOLVE, bp
from electsys.identity.wording import CONFLICT_STATES, CONFLICTS
from electsys.web.tables import Column, Filter, Table
from electsys.web.tasks import Task


def load_conflict(conflict_id: int) -> tuple[IdentityConflict, Scope]:
    """A conflict in the region of its claim."""
    conflict = db.session.get(IdentityConflict, conflict_id)
    if conflict is None:
        abort(404)
    return conflict, Scope(conflict.region)


@bp.get("/admin/benturan")
@requires(RESOLVE)
def conflict_list() -> Any:
    """Conflicts in the reader's regions, open ones first."""
    table = Table(
        queries.conflicts(grants.scopes(current_user, RESOLVE)),
        [
            Column(
                "nomor",
                _l("Nomor"),
                lambda row: row[0].id,
                link=lambda row: url_for("identity.conflict", conflict_id=row[0].id),
            ),
            Column("tercatat", _l("Tercatat sebagai"), lambda row: row[1] or ""),
            Column("diajukan", _l("Diajukan sebagai"), lambda row: row[2] or ""),
            Column("beda", _l("Yang berbeda"), lambda row: differs_in(row[0])),
            Column("wilayah", _l("Wilayah"), lambda row: row[0].region or ""),
            Column("status", _l("Status"), lambda row: str(CONFLICT_STATES[row[0].state])),
        ],
        caption=_l("Benturan identitas"),
        empty=_l("Tidak ada benturan identitas."),
        filters=[
            Filter(
                "status",
                _l("Status"),
                list(CONFLICT_STATES.items()),
                lambda q, value: q.where(IdentityConflict.state == value),
            )
        ],
        name="benturan",
        exports=(),
    )
    return render_template("identity/conflicts.html", table=table)


def differs_in(conflict: IdentityConflict) -> str:
    """What disagrees, in words."""
    return ", ".join(str(CONFLICTS[each]) for each in conflict.differs)


@bp.route("/admin/benturan/<int:conflict_id>", methods=["GET", "POST"])
@requires(RESOLVE, load=load_conflict)
def conflict(shown: IdentityConflict) -> Any:
    """The two, side by side, and the decision."""
    form = DecideForm()
    if shown.state == "terbuka" and form.validate_on_submit():
        try:
            decide_conflict(
                shown,
                same=form.decision.data == "sama",
                reason=form.reason.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Keputusan dicatat."), "success")
            return redirect(url_for("identity.conflict", conflict_id=shown.id))
    page = render_template(
        "identity/conflict.html",
        shown=shown,
        known=db.session.get(Person, shown.person_id),
        other=db.session.get(Person, shown.other_id) if shown.other_id else None,
        differs=differs_in(shown),
        state=CONFLICT_STATES[shown.state],
        merges=queries.merges_of(shown),
        form=form,
        undo=ReasonForm(formdata=None),
    )
    return page, form.status


def load_merge(conflict_id: int, merge_id: int) -> tuple[tuple[IdentityConflict, PersonMerge], Scope]:
    """A merge that a conflict led to."""
    shown, scope = load_conflict(conflict_id)
    merge = next((m for m in queries.merges_of(shown) if m.id == merge_id), None)
    if merge is None:
        abort(404)
    return (shown, merge), scope


@bp.post("/admin/benturan/<int:conflict_id>/pisahkan/<int:merge_id>")
@requires(RESOLVE, load=load_merge)
def part(loaded: tuple[IdentityConflict, PersonMerge]) -> Any:
    """Undo a merge."""
    shown, merge = loaded
    form = ReasonForm()
    if not form.validate_on_submit():
        raise Refused(_("Tulis alasannya."))
    part_people(merge, actor=current_actor(), reason=form.reason.data or "")
    flash(_("Penggabungan dibatalkan."), "success")
    return redirect(url_for("identity.conflict", conflict_id=shown.id))


def waiting(account: Account) -> Iterable[Task]:
    """Open conflicts on the task list."""
    inside = queries.conflicts(grants.scopes(account, RESOLVE)).where(IdentityConflict.state == "terbuka")
    count = db.session.scalar(select(func.count()).select_from(inside.order_by(None).subquery()))
    return (
        [Task(_("Benturan identitas menunggu keputusan"), url_for("identity.conflict_list"), count=count)]
        if count
        else []
    )
