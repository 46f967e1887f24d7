"""Accounts from a file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import requires
from electsys.identity.forms import BulkForm
from electsys.identity.operations.bulk import MOST, SPEC, Outcome, create_accounts
from electsys.identity.queries.roles import roles
from electsys.identity.views import MANAGE, bp
from electsys.intake.problems import column_label

#: So many errors stand on the page.
SHOWN = 200


@bp.route("/admin/akun/dari-berkas", methods=["GET", "POST"])
@requires(MANAGE)
def bulk_accounts() -> Any:
    """Check a file, or create all its accounts and get their activation sheets."""
    form = BulkForm()
    outcome: Outcome | None = None
    if form.validate_on_submit():
        with tempfile.TemporaryDirectory(prefix="akun-") as folder:
            path = Path(folder) / ("akun" + Path(form.file.data.filename).suffix.lower())
            form.file.data.save(path)
            try:
                outcome = create_accounts(path, actor=current_actor(), dry_run=form.check.data)
            except Refused as refusal:
                db.session.rollback()
                form.file.errors = [" ".join(str(p) for p in (refusal.message, refusal.hint) if p)]
        if outcome and outcome.created:
            n = len(outcome.created)
            flash(_("%(n)d akun dibuat. Unduh lembar aktivasinya, lalu serahkan langsung.", n=n), "success")
            return redirect(url_for("identity.sheets"))
        if outcome and not outcome.errors:
            flash(_("Berkas ini benar: %(n)d akun dapat dibuat.", n=outcome.rows), "success")
    page = render_template(
        "identity/bulk.html",
        form=form,
        outcome=outcome,
        shown=outcome.errors[:SHOWN] if outcome else [],
        column_label=lambda name: column_label(SPEC, name),
        roles=roles(),
        most=MOST,
    )
    return page, 422 if outcome and outcome.errors else form.status
