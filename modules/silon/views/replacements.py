"""Who left the provisional list, who comes in their place, and what is concluded about them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import can, requires
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm, demand_button
from modules.silon.finding_words import finding_words
from modules.silon.forms.candidates import ReplaceForm
from modules.silon.forms.stages import LeaveForm
from modules.silon.models import Candidate, Nomination
from modules.silon.operations import replacements as operations
from modules.silon.operations.access import scope_of
from modules.silon.operations.publishing import participant_names, places_of
from modules.silon.permissions import CONCLUDE, EDIT, READ, RECEIVE
from modules.silon.queries import listings as queries
from modules.silon.queries.verdicts import rows_of
from modules.silon.rules.verdicts import waits
from modules.silon.views import bp
from modules.silon.views.list_loading import load_candidate, load_nomination
from modules.silon.workflow import CANDIDATE, LIST

PRIVATE = {"Cache-Control": "no-store"}


@bp.get("/pengganti/<int:nomination_id>")
@requires(READ, load=load_nomination)
def replacements(loaded: Nomination) -> Any:
    """Everybody who stands or stood on a list since the DCS, and what may be done."""
    people = queries.people_of(loaded.id)
    scope = scope_of(loaded)
    comes = loaded.state in operations.COMES
    filled = {row.replaces_id for row in people if row.state not in operations.GONE}
    [place] = places_of([loaded]).values()
    page = render_template(
        "silon/listing_replacements.html",
        row=loaded,
        people=people,
        names={row.id: row.name for row in people},
        called=participant_names([loaded])[loaded.id],
        place=title_region(place.name),
        state=LIST.state_label(loaded.state),
        label=CANDIDATE.state_label,
        findings=[finding_words(f) for f in operations.findings_with(loaded) if f.severity != "peringatan"],
        may_leave={r.id for r in people if r.state == "dcs"}
        if loaded.state in operations.LEAVES and can(current_user, RECEIVE, scope)
        else set(),
        may_replace={
            r.id
            for r in people
            if r.id not in filled and (r.state in ("tms", "dcs", "ms") or CANDIDATE.find(r.state, "replace"))
        }
        if comes and can(current_user, EDIT, scope)
        else set(),
        verdicts=_verdicts(loaded) if comes else {},
        conclude=ButtonForm(formdata=None) if can(current_user, CONCLUDE, scope) else None,
    )
    return page, 200, PRIVATE


@bp.route("/pengganti/calon/<int:candidate_id>/keluar", methods=["GET", "POST"])
@requires(RECEIVE, load=load_candidate)
def leave_list(loaded: Candidate) -> Any:
    """KPU records that somebody leaves the provisional list."""
    form = LeaveForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            operations.leave_dcs(
                loaded,
                form.action.data,
                reason=form.reason.data or "",
                evidence=form.stored(current_actor()),
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Candidate, key)
        else:
            flash(_("%(name)s keluar dari DCS; versi baru diumumkan.", name=loaded.name), "success")
            return redirect(url_for("silon.replacements", nomination_id=loaded.nomination_id), 303)
    page = render_template(
        "silon/listing_act.html",
        row=loaded,
        form=form,
        fields=(form.action, form.reason, form.evidence),
        title=_("Keluar dari DCS: nomor %(n)s, %(name)s", n=loaded.number, name=loaded.name),
        lead=_("Nama dicoret pada versi baru DCS yang diumumkan dengan sebabnya; berita acaranya disiapkan."),
        button=_("Keluarkan dari DCS"),
        back=url_for("silon.replacements", nomination_id=loaded.nomination_id),
        back_name=_("Pengganti"),
    )
    return page, form.status, PRIVATE


@bp.route("/pengganti/calon/<int:candidate_id>/ganti", methods=["GET", "POST"])
@requires(EDIT, load=load_candidate)
def replace_in_dcs(loaded: Candidate) -> Any:
    """The party puts up another in the same place."""
    form = ReplaceForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            made = operations.replace_in_dcs(
                loaded, form.claim(), reason=form.reason.data or "", actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Candidate, key)
        else:
            flash(
                _(
                    "%(name)s masuk di nomor %(n)s. Lengkapi data dan dokumennya.",
                    name=made.name,
                    n=made.number,
                ),
                "success",
            )
            return redirect(url_for("silon.replacements", nomination_id=made.nomination_id), 303)
    page = render_template(
        "silon/listing_act.html",
        row=loaded,
        form=form,
        fields=form.shown,
        title=_("Pengganti nomor %(n)s, %(name)s", n=loaded.number, name=loaded.name),
        lead=_("Pengganti menempati nomor yang sama dan diverifikasi sebelum DCT ditetapkan."),
        button=_("Ajukan pengganti"),
        back=url_for("silon.replacements", nomination_id=loaded.nomination_id),
        back_name=_("Pengganti"),
    )
    return page, form.status, PRIVATE


@bp.post("/pengganti/calon/<int:candidate_id>/simpulkan")
@requires(CONCLUDE, load=load_candidate)
def conclude_replacement(loaded: Candidate) -> Any:
    """Conclude the verification of a replacement."""
    demand_button()
    state = operations.conclude_replacement(loaded, actor=current_actor())
    flash(_("%(name)s: %(state)s.", name=loaded.name, state=CANDIDATE.state_label(state)), "success")
    return redirect(url_for("silon.replacements", nomination_id=loaded.nomination_id), 303)


def _verdicts(nomination: Nomination) -> dict[int, str | None]:
    """What the documents of each replacement add up to; None while one of them waits."""
    return {
        row.candidate.id: None if waits(row.facts) else row.outcome.state
        for row in rows_of(nomination, repaired=True)
        if row.candidate is not None and row.candidate.state == "baru" and row.candidate.replaces_id
    }
