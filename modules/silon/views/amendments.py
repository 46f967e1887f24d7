"""Changes of the final list: strike a name, restore one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.silon.forms.stages import RestoreForm, StrikeForm
from modules.silon.models import Candidate
from modules.silon.operations import amendments as operations
from modules.silon.permissions import DETERMINE, READ
from modules.silon.queries import listings as queries
from modules.silon.views import bp
from modules.silon.views.list_loading import load_candidate
from modules.silon.views.listings import Body, load_body
from modules.silon.workflow import CANDIDATE

PRIVATE = {"Cache-Control": "no-store"}
LOOKS = {"dct": "state-ok", "dicoret": "state-stop", "ms": "state-wait"}


@bp.get("/perubahan")
@requires(DETERMINE)
def amendments_start() -> Any:
    """Lead to the bodies; a ruling's notice ends here."""
    return redirect(url_for("silon.listing_bodies"))


@bp.get("/penetapan/<election>/<kind>/<region>/perubahan")
@requires(READ, load=load_body)
def amendable(body: Body) -> Any:
    """The candidates of a body's final lists, and what may be done with each."""
    may = can(current_user, DETERMINE, Scope(body.region, None, body.contest.election_id))

    def act(row: Candidate) -> Markup:
        if not may:
            return Markup("")
        if row.state == "dct":
            words, page = _("Coret"), "silon.strike"
        else:
            words, page = _("Pulihkan"), "silon.restore"
        return Markup('<a href="{}">{}<span class="visually-hidden"> {}</span></a>').format(
            url_for(page, candidate_id=row.id), words, row.name
        )

    table = Table(
        queries.final_candidates(body.contest.id, body.region),
        [
            Column(
                "daerah",
                _l("Daerah"),
                lambda r: title_region(r.nomination.dapil.name) if r.nomination.dapil else r.region or "–",
            ),
            Column("peserta", _l("Peserta"), lambda r: r.nomination.number, kind="number"),
            Column("nomor", _l("No."), "number", kind="number"),
            Column("nama", _l("Nama"), "ballot_name", head=True),
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda r: CANDIDATE.state_label(r.state),
                cell=lambda r: Markup('<span class="state {}">{}</span>').format(
                    LOOKS[r.state], CANDIDATE.state_label(r.state)
                ),
            ),
            Column("langkah", _l("Langkah"), lambda r: "", cell=act, export=False),
        ],
        caption=_l("Calon dalam DCT"),
        empty=_l("DCT belum ditetapkan; perubahan dimungkinkan sesudahnya."),
        search=(Candidate.name, Candidate.ballot_name),
        filters=[
            Filter(
                "keadaan",
                _l("Keadaan"),
                [(state, CANDIDATE.labels[state]) for state in LOOKS],
                lambda select, state: select.where(Candidate.state == state),
            )
        ],
        size=50,
        name="perubahan-dct",
    )
    return table.download() or render_template(
        "silon/listing_amendable.html", body=body, table=table, rulings=operations.rulings() if may else []
    )


def load_final(candidate_id: int) -> tuple[Candidate, Scope]:
    """A candidate, where its body lies: parties have no part in changes of the DCT."""
    row, _scope = load_candidate(candidate_id)
    return row, Scope(row.region, None, row.election_id)


@bp.route("/perubahan/calon/<int:candidate_id>/coret", methods=["GET", "POST"])
@requires(DETERMINE, load=load_final)
def strike(loaded: Candidate) -> Any:
    """Strike a name, or with it the other person of the pair."""
    form = StrikeForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            operations.strike_candidate(
                loaded,
                form.cause.data,
                reason=form.reason.data or "",
                evidence=form.stored(current_actor()),
                signer=form.signer.data or "",
                ruling=form.ruling.data,
                whole=form.whole.data,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Candidate, key)
        else:
            flash(_said_struck(loaded), "success")
            return redirect(_back(loaded), 303)
    pair = _is_pair(loaded)
    values = {"n": loaded.number, "name": loaded.name}
    return _act(
        loaded,
        form,
        (form.cause, form.ruling, *([form.whole] if pair else []), form.reason, form.evidence, form.signer),
        title=_("Coret %(name)s dari pasangan calon", **values)
        if pair
        else _("Coret dari DCT: nomor %(n)s, %(name)s", **values),
        lead=_("Pasangan yang tinggal satu calon tetap di surat suara; pasangan yang dibatalkan dicoret.")
        if pair
        else _(
            "Nomornya tetap tercetak; suara untuknya menjadi suara partai. Tidak ada pengganti sesudah DCT."
        ),
        button=_("Coret") if pair else _("Coret dari DCT"),
    )


@bp.route("/perubahan/calon/<int:candidate_id>/pulihkan", methods=["GET", "POST"])
@requires(DETERMINE, load=load_final)
def restore(loaded: Candidate) -> Any:
    """Restore a name, as a ruling orders."""
    form = RestoreForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            operations.restore_candidate(
                loaded,
                ruling=form.ruling.data or "",
                reason=form.reason.data or "",
                evidence=form.stored(current_actor()),
                signer=form.signer.data or "",
                whole=form.whole.data,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Candidate, key)
        else:
            flash(_said_restored(loaded), "success")
            return redirect(_back(loaded), 303)
    pair = _is_pair(loaded)
    values = {"n": loaded.number, "name": loaded.name}
    return _act(
        loaded,
        form,
        (form.ruling, *([form.whole] if pair else []), form.reason, form.evidence, form.signer),
        title=_("Pulihkan %(name)s ke pasangan calon", **values)
        if pair
        else _("Pulihkan ke DCT: nomor %(n)s, %(name)s", **values),
        lead=_("Hanya putusan yang memulihkan calon. Nomor putusan dan perubahannya diumumkan."),
        button=_("Pulihkan") if pair else _("Pulihkan ke DCT"),
    )


def _is_pair(row: Candidate) -> bool:
    return row.nomination.kind == "pasangan"


def _said_struck(row: Candidate) -> str:
    if not _is_pair(row):
        return _("%(name)s dicoret; DCT dan surat suara mendapat versi baru.", name=row.name)
    if row.nomination.number is None:
        return _("%(name)s dicoret; daftar pasangan calon mendapat versi baru.", name=row.name)
    return _("%(name)s dicoret; daftar pasangan calon dan surat suara mendapat versi baru.", name=row.name)


def _said_restored(row: Candidate) -> str:
    if not _is_pair(row):
        return _("%(name)s dipulihkan; DCT dan surat suara mendapat versi baru.", name=row.name)
    return _("%(name)s dipulihkan; daftar pasangan calon mendapat versi baru.", name=row.name)


def _back(row: Candidate) -> str:
    contest, region = row.nomination.contest, row.region or "nasional"
    if _is_pair(row):
        return url_for("silon.pair_plenary", contest_id=contest.id, region=region)
    return url_for("silon.amendable", election=contest.election.code, kind=contest.kind, region=region)


def _act(row: Candidate, form: Any, fields: tuple[Any, ...], *, title: str, lead: str, button: str) -> Any:
    page = render_template(
        "silon/listing_act.html",
        row=row,
        form=form,
        fields=fields,
        title=title,
        lead=lead,
        button=button,
        back=_back(row),
        back_name=_("Penetapan pasangan calon") if _is_pair(row) else _("Perubahan DCT"),
    )
    return page, form.status, PRIVATE
