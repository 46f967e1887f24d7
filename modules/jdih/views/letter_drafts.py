"""Drafts of letters: choose a kind, write, look at the paper, set the route, add annexes."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug import Response

from electsys.db import db
from electsys.documents import filling, kinds
from electsys.documents.layouts import LAYOUTS
from electsys.documents.models import DocumentKind
from electsys.documents.views import send_stored
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from modules.jdih import papers
from modules.jdih.forms.letters import AnnexForm, filled, letter_form, route_form
from modules.jdih.models import Incoming, Letter
from modules.jdih.operations import drafts
from modules.jdih.queries import letters as queries
from modules.jdih.queries import people
from modules.jdih.queries.incoming import opens as opens_incoming
from modules.jdih.queries.units import office_name, office_names
from modules.jdih.views import bp
from modules.jdih.views.letters import letter_link, load_readable, may_edit, own_units, page
from modules.jdih.workflow.letters import DRAFT, INITIAL, READ, SIGN


@bp.get("/naskah/baru")
@requires(DRAFT)
def new_letter() -> Any:
    """Choose the kind of a new letter, and the satker where there are several."""
    units = own_units(DRAFT)
    families: dict[str, list[Any]] = {}
    for setting, kind in queries.kinds():
        if setting.kind in LAYOUTS:
            families.setdefault(kind.family, []).append((setting, kind))
    return render_template(
        "jdih/new_letter.html",
        families=families,
        names={"arahan": _("Arahan"), "korespondensi": _("Korespondensi"), "khusus": _("Khusus")},
        units=office_names(units),
        unit=_asked_unit(units),
        reply=request.args.get("balas", type=int),
    )


def _asked_unit(units: list[str]) -> str:
    asked = request.args.get("satker", "")
    unit = "" if asked == "0" else asked
    if "satker" in request.args and any(unit.startswith(mine) for mine in units):
        return unit
    return units[0]


@bp.route("/naskah/baru/<kind>", methods=["GET", "POST"])
@requires(DRAFT)
def write_letter(kind: str) -> Any:
    """Write a new letter of a kind."""
    if kind not in LAYOUTS or kind not in {setting.kind for setting, _kind in queries.kinds()}:
        abort(404)
    unit = _asked_unit(own_units(DRAFT))
    reply = _replied_to(unit)
    form = _form(kind, unit)(data=_given(kind, unit, reply) if request.method == "GET" else None)
    if form.validate_on_submit():
        if "pratinjau" in request.form:
            return _preview_typed(kind, unit, form)
        try:
            made = drafts.draft_letter(
                kind,
                unit=unit,
                head=form.head,
                data=_plain(filling.read_values(kind, form.typed)),
                actor=current_actor(),
                reply_to=reply,
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(_at_field(refusal, form))
        else:
            flash(_("Konsep disimpan. Tentukan pemarafnya, lalu ajukan."), "success")
            return redirect(url_for("jdih.route", letter_id=made.id))
    return _editor(form, kind, unit, None)


@bp.route("/naskah/<int:letter_id>/ubah", methods=["GET", "POST"])
@requires(DRAFT, load=load_readable)
def edit_letter(loaded: Letter) -> Any:
    """Change a draft."""
    if not may_edit(loaded):
        flash(_("Naskah ini tidak sedang Anda susun, sehingga tidak dapat diubah."), "danger")
        return redirect(letter_link(loaded))
    form = _form(loaded.kind, loaded.unit)(data=filled(loaded))
    if form.validate_on_submit():
        if "pratinjau" in request.form:
            return _preview_typed(loaded.kind, loaded.unit, form)
        try:
            own = {field.name for field in LAYOUTS[loaded.kind].fields}
            kept = {k: v for k, v in loaded.data.items() if k not in own}
            values = _plain(filling.read_values(loaded.kind, form.typed))
            drafts.edit_letter(loaded, head=form.head, data=kept | values, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(_at_field(refusal, form))
        else:
            flash(_("Perubahan disimpan."), "success")
            return redirect(letter_link(loaded))
    return _editor(form, loaded.kind, loaded.unit, loaded)


def _form(kind: str, unit: str) -> Any:
    classes = [(c.code, f"{c.code} {c.name}") for c in queries.classes()]
    return letter_form(kind, people.able(SIGN, unit), classes)


def _given(kind: str, unit: str, reply: Incoming | None) -> dict[str, Any]:
    """What is known before anybody types."""
    setting = next(s for s, _kind in queries.kinds() if s.kind == kind)
    given: dict[str, Any] = {"class_code": setting.class_code or ""}
    if any(f.name == "place" for f in LAYOUTS[kind].fields):
        given["f_place"] = papers.usual_place(unit)
    if reply is not None:
        sender = reply.letter.unit if reply.letter else None
        given["title"] = _("Balasan atas surat nomor %(number)s", number=reply.number)
        given["recipients"] = reply.sender if sender is None else (sender or "0")
    return given


def _replied_to(unit: str) -> Incoming | None:
    asked = request.args.get("balas", type=int)
    row = db.session.get(Incoming, asked) if asked else None
    if row is not None and (row.unit != unit or not opens_incoming(row, current_user)):
        abort(404)
    return row


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Dates as text: the column is JSON."""
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in values.items()}


def _at_field(refusal: Refused, form: Any) -> Refused:
    """A refusal of the layout names its own field; the form calls it ``f_...``."""
    if refusal.field and f"f_{refusal.field}" in form:
        refusal.field = f"f_{refusal.field}"
    return refusal


def _editor(form: Any, kind: str, unit: str, loaded: Letter | None) -> tuple[str, int]:
    return (
        render_template(
            "jdih/edit_letter.html",
            form=form,
            kind=db.session.get_one(DocumentKind, kind),
            office=office_name(unit),
            unit=unit,
            letter=loaded,
            own=[f"f_{field.name}" for field in LAYOUTS[kind].fields],
        ),
        form.status,
    )


def _preview_typed(kind: str, unit: str, form: Any) -> Any:
    """The paper of what stands in the form; nothing is kept."""
    try:
        values = _plain(filling.read_values(kind, form.typed))
        pdf = papers.preview_of(kind, unit, form.head, values)
    except Refused as refusal:
        form.refuse(_at_field(refusal, form))
        return _editor(form, kind, unit, None)
    finally:
        db.session.rollback()
    return _pdf(pdf)


def _pdf(content: bytes) -> Response:
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name="konsep.pdf")


@bp.get("/naskah/<int:letter_id>/pratinjau.pdf")
@requires(READ, load=load_readable)
def preview(loaded: Letter) -> Any:
    """The paper as it will look, marked as a draft."""
    return _pdf(papers.preview(loaded))


@bp.route("/naskah/<int:letter_id>/rute", methods=["GET", "POST"])
@requires(DRAFT, load=load_readable)
def route(loaded: Letter) -> Any:
    """Who initials the draft, in which order."""
    if not may_edit(loaded):
        flash(_("Rute hanya diubah selagi naskah disusun."), "danger")
        return redirect(letter_link(loaded))
    given: dict[str, Any] = {}
    for n, step in enumerate(drafts.next_steps(loaded), 1):
        given |= {f"account_{n}": str(step.account_id), f"role_{n}": step.role}
    apart = (loaded.drafter_id, loaded.signer_id)
    able = [(a, name) for a, name in people.able(INITIAL, loaded.unit) if a not in apart]
    form = route_form(able)(data=given)
    if form.validate_on_submit():
        try:
            drafts.set_route(loaded, form.steps, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Rute disimpan."), "success")
            return redirect(letter_link(loaded))
    wanted = loaded.kind_row.initials
    return render_template("jdih/route.html", letter=loaded, form=form, wanted=wanted), form.status


def load_file(letter_id: int, file_id: int) -> tuple[Any, Scope]:
    """A file of a letter that the reader may read."""
    loaded, scope = load_readable(letter_id)
    official = [loaded.document.file] if loaded.document else []
    files = [*official, *(each.file for each in loaded.files)]
    return next((file for file in files if file.id == file_id), None) or abort(404), scope


@bp.get("/naskah/<int:letter_id>/berkas/<int:file_id>")
@requires(READ, load=load_file)
def letter_file(file: Any) -> Any:
    """A file of a letter, or its official paper."""
    return send_stored(file, name=file.name if file.media_type in kinds.ENDINGS else None)


@bp.post("/naskah/<int:letter_id>/lampiran")
@requires(DRAFT, load=load_readable)
def attach(loaded: Letter) -> Any:
    """Add an annex to a draft."""
    form = AnnexForm(prefix="annex-")
    if form.validate_on_submit():
        actor = current_actor()
        try:
            drafts.lock_draft(loaded, actor)
            file = form.file.store(actor=actor)
            drafts.attach_file(loaded, file, label=form.label.data or "", actor=actor)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Lampiran disimpan."), "success")
            return redirect(letter_link(loaded))
    return page(loaded, failed={"annex": form}, status=form.status)
