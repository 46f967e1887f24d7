"""Voter files: the list, one file with its balance by village, and the queue of doubtful rows."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity import grants
from electsys.identity.access import Scope, requires
from modules.sidalih.imports import tables
from modules.sidalih.models import VoterBatch
from modules.sidalih.permissions import READ, READ_LISTS
from modules.sidalih.queries import imports as queries
from modules.sidalih.views import bp
from modules.sidalih.wording import SOURCES


def load_batch(batch_id: int) -> tuple[VoterBatch, Scope]:
    """The file of a URL; 404 where there is none."""
    batch = db.session.get(VoterBatch, batch_id)
    if batch is None:
        abort(404)
    return batch, Scope(batch.region, election=batch.election_id)


@bp.get("/berkas")
@requires(READ_LISTS)
def batches() -> Any:
    """Files of the caller's regions."""
    table = tables.batches_table(queries.batches_in(grants.scopes(current_user, READ_LISTS)))
    return table.download() or render_template("sidalih/imports/batches.html", table=table)


@bp.get("/berkas/<int:batch_id>")
@requires(READ_LISTS, load=load_batch)
def batch(loaded: VoterBatch) -> Any:
    """One file: where it came from, and that its numbers add up, village by village."""
    table = tables.villages_table(loaded, queries.villages_of(loaded))
    return table.download() or render_template(
        "sidalih/imports/batch.html",
        batch=loaded,
        election=db.session.get_one(Election, loaded.election_id),
        region=tables.region_name(loaded),
        source=SOURCES[loaded.source],
        unbalanced=queries.unbalanced(loaded),
        table=table,
    )


@bp.get("/periksa")
@requires(READ)
def doubtful() -> Any:
    """Rows whose data somebody must look at, in the caller's regions."""
    scopes = grants.scopes(current_user, READ)
    table = tables.doubtful_table(queries.doubtful(scopes), queries.elections_of(scopes))
    return table.download() or render_template("sidalih/imports/doubtful.html", table=table)
