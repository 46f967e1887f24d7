"""Versions of a candidate: each with its difference from the one before, and the restoring of an old one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import requires
from modules.silon.candidate_shown import say
from modules.silon.candidate_words import FIELDS
from modules.silon.forms.candidates import ReasonForm
from modules.silon.models import Candidate
from modules.silon.operations.candidate_versions import restore_version
from modules.silon.permissions import EDIT, READ
from modules.silon.queries.versions import differences, versions_of
from modules.silon.views import bp
from modules.silon.views.candidates import PRIVATE
from modules.silon.views.list_loading import AtVersion, load_candidate, load_version
from modules.silon.views.lists import shown


@bp.get("/bakal/<int:candidate_id>/versi")
@requires(READ, load=load_candidate)
def candidate_versions(loaded: Candidate) -> Any:
    """Every version of what was said, each with its difference from the one before."""
    versions = versions_of(loaded)
    pairs = zip(versions, [*versions[1:], None], strict=False)
    page = render_template(
        "silon/lists/versions.html",
        candidate=loaded,
        steps=[(new, differences(old, new)) for new, old in pairs],
        words=FIELDS,
        said=say,
        **shown(loaded.nomination),
    )
    return page, 200, PRIVATE


@bp.route("/bakal/<int:candidate_id>/versi/<int:number>/pulihkan", methods=["GET", "POST"])
@requires(EDIT, load=load_version)
def restore_candidate(loaded: AtVersion) -> Any:
    """Say again what an old version said, as a new one, with the reason."""
    row, version = loaded
    form = ReasonForm()
    key = row.id
    if form.validate_on_submit():
        try:
            changed = restore_version(row, version, reason=form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            row = db.session.get_one(Candidate, key)
        else:
            fields = ", ".join(str(FIELDS[name]).lower() for name in changed)
            flash(_("Dipulihkan sebagai versi %(n)s: %(fields)s.", n=row.version, fields=fields), "success")
            return redirect(url_for("silon.candidate_versions", candidate_id=key))
    newest = versions_of(row)[0]
    page = render_template(
        "silon/lists/restore.html",
        form=form,
        candidate=row,
        version=version,
        changes=[d for d in differences(newest, version) if d.field not in ("number", "photo_id")],
        words=FIELDS,
        said=say,
        **shown(row.nomination),
    )
    return page, form.status, PRIVATE
