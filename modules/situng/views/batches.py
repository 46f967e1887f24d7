"""Results files: the list, one file with what it would change, confirmation by a second person."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys import jobs
from electsys.db import db
from electsys.documents import StoredFile
from electsys.documents.views import send_stored
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.jobs.queries import of_subject
from electsys.web.forms import ButtonForm, demand_button
from modules.situng import displays, lists
from modules.situng.forms import CancelForm
from modules.situng.jobs import lock_of
from modules.situng.models import ResultBatch
from modules.situng.operations import batches as operations
from modules.situng.queries import batches as queries
from modules.situng.queries.contests import contest_count
from modules.situng.views import bp
from modules.situng.workflow import BATCH, CONFIRM, IMPORT, READ


def load_batch(batch_id: int) -> tuple[ResultBatch, Scope]:
    """The batch of a URL with its scope; 404 where there is none."""
    batch = db.session.get(ResultBatch, batch_id)
    if batch is None:
        abort(404)
    return batch, Scope(region=batch.region)


@bp.get("/hasil/berkas")
@requires(READ)
def batch_list() -> Any:
    """Results files of the caller's regions."""
    table = displays.batches_table(queries.batches_in(grants.scopes(current_user, READ)))
    return table.download() or render_template("situng/batches.html", table=table)


@bp.get("/hasil/berkas/<int:batch_id>")
@requires(READ, load=load_batch)
def batch(loaded: ResultBatch) -> Any:
    """One results file: provenance, counts, what it changes, and the next step."""
    count = contest_count(loaded.contest_id)
    changed = queries.how_many(queries.only(queries.changes(count, loaded), queries.CHANGED))
    table = lists.batch_forms(count, loaded, changed=bool(changed))
    return table.download() or render_template(
        "situng/batch.html",
        batch=loaded,
        count=count,
        people=queries.people(loaded),
        table=table,
        actions={t.action for t in BATCH.offered(loaded, current_user)},
        own=loaded.created_by == current_user.id,
        waiting=queries.waiting_ahead(loaded),
        job=next(iter(of_subject(f"result_batch:{loaded.id}")), None),
        changed=changed,
        confirm=ButtonForm(),
        cancel=CancelForm(),
    )


@bp.get("/hasil/berkas/<int:batch_id>/unduh")
@requires(READ, load=load_batch)
def batch_file(loaded: ResultBatch) -> Any:
    """The file itself, or the evidence of a correction: what the second person compares with.

    Its owner may not fetch back a data file of any kind; results name no person.
    """
    stored = db.session.get(StoredFile, loaded.file_id) if loaded.file_id else None
    if stored is None:
        abort(404)
    return send_stored(stored)


@bp.post("/hasil/berkas/<int:batch_id>/konfirmasi")
@requires(CONFIRM, load=load_batch)
def confirm(loaded: ResultBatch) -> Any:
    """The second person confirms; a job lets the file count."""
    demand_button()
    actor = current_actor()
    operations.confirm_batch(loaded, actor=actor)
    jobs.start(
        "situng.apply",
        actor=actor,
        subject=f"result_batch:{loaded.id}",
        lock=lock_of(loaded.contest_id),
        batch_id=loaded.id,
    )
    flash(_("Berkas dikonfirmasi. Angkanya sedang dihitung ke semua tingkat wilayah."), "success")
    return redirect(url_for("situng.batch", batch_id=loaded.id))


@bp.post("/hasil/berkas/<int:batch_id>/batalkan")
@requires(IMPORT, load=load_batch)
def cancel(loaded: ResultBatch) -> Any:
    """Withdraw a file that waits for confirmation."""
    form = CancelForm()
    if not form.validate_on_submit():
        flash(_("Tuliskan alasan pembatalan."), "danger")
        return redirect(url_for("situng.batch", batch_id=loaded.id))
    operations.cancel_batch(loaded, reason=form.reason.data, actor=current_actor())
    flash(_("Berkas dibatalkan. Isinya tetap tercatat dan tidak pernah dihitung."), "success")
    return redirect(url_for("situng.batch", batch_id=loaded.id))
