"""Pages of the trail, and the partial with a subject's history."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, abort, render_template, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from electsys.db import db
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.ledger import queries
from electsys.ledger.forms import FilterForm
from electsys.ledger.models import Act
from electsys.ledger.operations import record
from electsys.ledger.wording import subject_label, verb_label
from electsys.web import navigation
from electsys.web.tables import Column
from electsys.web.tables.downloads import WRITERS

READ = "ledger:act:read"

bp = Blueprint("ledger", __name__, url_prefix="/admin/jejak")

#: What a download carries: every word of the trail but the machinery of its proof.
COLUMNS = (
    Column("nomor", _l("Nomor"), "id"),
    Column("waktu", _l("Waktu"), "at"),
    Column("akun", _l("Akun"), "actor"),
    Column("nomor_akun", _l("Nomor akun"), "account_id"),
    Column("hak", _l("Nomor hak"), "grant_id"),
    Column("kegiatan", _l("Kegiatan"), "verb"),
    Column("objek", _l("Objek"), "subject"),
    Column("wilayah", _l("Wilayah"), "region"),
    Column("pemilu", _l("Nomor pemilu"), "election_id"),
    Column("alasan", _l("Alasan"), "reason"),
    Column("rincian", _l("Rincian"), lambda act: json.dumps(act.details, ensure_ascii=False, sort_keys=True)),
)


@bp.get("")
@requires(READ)
def acts() -> Any:
    """The trail, newest first, inside the reader's regions."""
    form = FilterForm(request.args)
    valid = form.validate()
    scopes = grants.scopes(current_user, READ)
    page = (
        queries.page(
            form.wanted,
            scopes,
            before=request.args.get("sebelum", type=int),
            after=request.args.get("sesudah", type=int),
        )
        if valid
        else queries.Page([], None, None)
    )
    asked = {k: v for k, v in request.args.items() if k not in ("sebelum", "sesudah") and v}
    return (
        render_template("ledger/acts.html", form=form, page=page, asked=asked, seal=queries.last_seal()),
        form.status,
    )


@bp.post("/unduh.<any(csv, xlsx):kind>")
@requires(READ)
def download(kind: str) -> Any:
    """All acts of a filter as a file. Taking them out is itself an act."""
    form = FilterForm(request.args)
    if not form.validate():
        abort(400)
    record("ledger:act:export", "act:", actor=current_actor(), details={"format": kind, "filter": form.told})
    return WRITERS[kind](COLUMNS, queries.stream(form.wanted, grants.scopes(current_user, READ)), "jejak")


def load_act(act_id: int) -> tuple[Act, Scope]:
    """One act, in the scope of its region."""
    act = db.session.get(Act, act_id) or abort(404)
    return act, Scope(region=act.region, election=act.election_id)


@bp.get("/<int:act_id>")
@requires(READ, load=load_act)
def act(loaded: Act) -> str:
    """One act with its details and its place in the chain."""
    return render_template("ledger/act.html", act=loaded, seal=queries.seal_of(loaded))


def history(subject: str) -> Markup:
    """The history of one subject as a partial: ``{{ history("result_batch:12") }}``."""
    return Markup(  # noqa: S704  (our own template)
        render_template("ledger/_history.html", acts=queries.history(subject), subject=subject)
    )


def init_app(app: Flask) -> None:
    """Register the pages, the partial and the menu entry."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(history=history, verb_label=verb_label, subject_label=subject_label)
    navigation.entry(_l("Jejak kegiatan"), "ledger.acts", permission=READ, group="kelola", order=80)
