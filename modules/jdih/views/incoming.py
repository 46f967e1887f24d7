"""Incoming letters: the agenda, one letter with its dispositions, and the steps of each."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.documents.layouts import KECEPATAN, SIFAT
from electsys.documents.papers import today
from electsys.documents.views import send_stored
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.web.tables import Column, Filter, Table
from modules.jdih.forms.incoming import CloseForm, ReportForm, disposition_form, incoming_form
from modules.jdih.forms.letters import MoveForm
from modules.jdih.models import Disposition, Incoming
from modules.jdih.operations import incoming as operations
from modules.jdih.queries import incoming as queries
from modules.jdih.queries import people
from modules.jdih.queries.letters import classes
from modules.jdih.queries.units import office_name, office_names
from modules.jdih.views import bp
from modules.jdih.views.letters import own_units
from modules.jdih.workflow.letters import DISPOSE, DRAFT, INCOMING, READ, REGISTER

WAITS = {
    "registrasi": _l("Menunggu registrasi"),
    "disposisi": _l("Menunggu disposisi"),
    "tindak_lanjut": _l("Menunggu tindak lanjut saya"),
    "terlambat": _l("Tindak lanjut terlambat"),
}


def load_incoming(incoming_id: int, **_more: Any) -> tuple[Incoming, Scope]:
    """An incoming letter that the reader may read."""
    row = db.session.get(Incoming, incoming_id)
    if row is None or not queries.opens(row, current_user):
        abort(404)
    return row, Scope(region=row.unit)


def _state(row: Incoming) -> str:
    return INCOMING.state_label(row.state)


def link(row: Incoming) -> str:
    """The address of an incoming letter."""
    return url_for("jdih.incoming", incoming_id=row.id)


@bp.get("/surat-masuk")
@requires(READ)
def incoming_letters() -> Any:
    """Incoming letters of the reader's satker."""

    def waits(statement: Any, value: str) -> Any:
        if value == "terlambat":
            return statement.where(queries.overdue(today("")))
        return statement.where(queries.waiting(current_user, value))

    table = Table(
        queries.incoming_for(current_user),
        [
            Column("terima", _l("Terima"), "id", kind="number", sort=Incoming.id),
            Column("agenda", _l("Agenda"), lambda row: row.agenda or ""),
            Column("hal", _l("Hal"), "title", head=True, link=link, sort=Incoming.title),
            Column("pengirim", _l("Pengirim"), "sender", sort=Incoming.sender),
            Column("nomor", _l("Nomor surat"), "number", sort=Incoming.number),
            Column("tanggal", _l("Tanggal surat"), "date", kind="date", sort=Incoming.date),
            Column("diterima", _l("Diterima"), "received_on", kind="date", sort=Incoming.received_on),
            Column("sifat", _l("Sifat"), lambda row: SIFAT[row.secrecy], hidden=True),
            Column("satker", _l("Satker"), "unit", sort=Incoming.unit, hidden=True),
            Column(
                "keadaan", _l("Keadaan"), lambda row: INCOMING.state_label(row.state), sort=Incoming.state
            ),
        ],
        caption=_l("Surat masuk"),
        empty=_l("Belum ada surat masuk di satker Anda."),
        empty_action=(
            (_l("Catat surat masuk"), url_for("jdih.new_incoming")) if can(current_user, REGISTER) else None
        ),
        filters=[
            Filter("tunggu", _l("Menunggu"), list(WAITS.items()), waits),
            Filter(
                "keadaan",
                _l("Keadaan"),
                [(state, INCOMING.state_label(state)) for state in INCOMING.states],
                lambda q, value: q.where(Incoming.state == value),
            ),
        ],
        search=(Incoming.title, Incoming.sender, Incoming.number),
        search_hint=_l("Cari hal, pengirim, atau nomor"),
        name="surat-masuk",
    )
    return table.download() or render_template("jdih/incoming_letters.html", table=table)


@bp.route("/surat-masuk/baru", methods=["GET", "POST"])
@requires(REGISTER)
def new_incoming() -> Any:
    """Take in a letter from outside."""
    units = own_units(REGISTER)
    names = office_names(units)
    form = incoming_form(
        [(unit or "0", names[unit]) for unit in units],
        [(c.code, f"{c.code} {c.name}") for c in classes()],
    )(data={"received_on": today(units[0])})
    if form.validate_on_submit():
        actor = current_actor()
        unit = "" if form.unit.data == "0" else form.unit.data
        given = operations.Received(
            sender=form.sender.data or "",
            number=form.number.data or "",
            date=form.date.data,
            received_on=form.received_on.data,
            title=form.title.data or "",
            secrecy=form.secrecy.data,
            urgency=form.urgency.data,
            class_code=form.class_code.data or None,
        )
        try:
            row = operations.receive_letter(unit, given, [form.file.store(actor=actor)], actor=actor)
            operations.register_letter(row, actor=actor)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Surat dicatat dengan nomor agenda %(agenda)s.", agenda=row.agenda), "success")
            return redirect(link(row))
    return render_template("jdih/new_incoming.html", form=form), form.status


@bp.get("/surat-masuk/<int:incoming_id>")
@requires(READ, load=load_incoming)
def incoming(loaded: Incoming) -> Any:
    """One incoming letter: its scans, who has it, what was done, what comes next."""
    return page(loaded)


def page(loaded: Incoming, *, failed: dict[str, Any] | None = None, status: int = 200) -> tuple[str, int]:
    """The page of a letter; ``failed`` are forms that came back with an error."""
    scope = Scope(region=loaded.unit)
    mine = queries.answerable(loaded, current_user)
    forms: dict[str, Any] = {
        "register": MoveForm(None, prefix="register-"),
        "close": CloseForm(None, prefix="close-"),
        **{f"report-{each.id}": ReportForm(None, prefix=f"report-{each.id}-") for each in mine},
    }
    official = loaded.letter.document if loaded.letter else None
    return (
        render_template(
            "jdih/incoming.html",
            letter=loaded,
            office=office_name(loaded.unit),
            state=INCOMING.state_label(loaded.state),
            secrecy=SIFAT[loaded.secrecy],
            urgency=KECEPATAN[loaded.urgency],
            actions={t.action for t in INCOMING.offered(loaded, current_user)},
            forms=forms | (failed or {}),
            mine=mine,
            tree=_tree(loaded.dispositions),
            may_dispose=can(current_user, DISPOSE, scope)
            and loaded.state in ("diregistrasi", "disposisi", "ditindaklanjuti"),
            may_reply=can(current_user, DRAFT, scope),
            official=official,
            today=today(loaded.unit),
        ),
        status,
    )


def _tree(rows: list[Disposition]) -> list[Disposition]:
    """Each disposition followed by those that pass it on."""
    below: dict[int | None, list[Disposition]] = {}
    for each in rows:
        below.setdefault(each.parent_id, []).append(each)

    def walk(parent: int | None) -> list[Disposition]:
        return [found for each in below.get(parent, ()) for found in (each, *walk(each.id))]

    return walk(None)


@bp.post("/surat-masuk/<int:incoming_id>/registrasi")
@requires(REGISTER, load=load_incoming)
def register_incoming(loaded: Incoming) -> Any:
    """Put it on the agenda."""
    if not MoveForm(prefix="register-").validate_on_submit():
        abort(400)
    operations.register_letter(loaded, actor=current_actor())
    flash(_("Surat diagendakan dengan nomor %(agenda)s.", agenda=loaded.agenda), "success")
    return redirect(link(loaded))


@bp.route("/surat-masuk/<int:incoming_id>/disposisi", methods=["GET", "POST"])
@requires(DISPOSE, load=load_incoming)
def dispose(loaded: Incoming) -> Any:
    """Hand a letter on."""
    parent = _parent(loaded)
    able = [(a, n) for a, n in people.able(READ, loaded.unit) if a != current_user.id]
    form = disposition_form(able)()
    if form.validate_on_submit():
        try:
            operations.dispose_letter(
                loaded,
                [int(account) for account in form.to.data],
                instruction=form.instruction.data or "",
                due_on=form.due_on.data,
                parent=parent,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Disposisi dicatat; penerimanya sudah diberi tahu."), "success")
            return redirect(link(loaded))
    return render_template("jdih/dispose.html", letter=loaded, form=form, parent=parent), form.status


def _parent(loaded: Incoming) -> Disposition | None:
    asked = request.args.get("terusan", type=int)
    if asked is None:
        return None
    row = db.session.get(Disposition, asked)
    if row is None or row.incoming_id != loaded.id:
        abort(404)
    return row


def _load_disposition(incoming_id: int, disposition_id: int) -> tuple[Disposition, Scope]:
    row, scope = load_incoming(incoming_id)
    found = next((each for each in row.dispositions if each.id == disposition_id), None)
    if found is None:
        abort(404)
    return found, scope


@bp.post("/surat-masuk/<int:incoming_id>/tindak-lanjut/<int:disposition_id>")
@requires(READ, load=_load_disposition)
def report(loaded: Disposition) -> Any:
    """Say what was done about a disposition."""
    name = f"report-{loaded.id}"
    form = ReportForm(prefix=f"{name}-")
    if form.validate_on_submit():
        try:
            operations.report_disposition(loaded, report=form.report.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            if refusal.field != "report":
                raise
            form.refuse(refusal)
        else:
            flash(_("Laporan Anda dicatat."), "success")
            return redirect(link(loaded.incoming))
    return page(loaded.incoming, failed={name: form}, status=form.status)


@bp.post("/surat-masuk/<int:incoming_id>/selesai")
@requires(REGISTER, load=load_incoming)
def close_incoming(loaded: Incoming) -> Any:
    """Close a matter, saying how it was settled."""
    form = CloseForm(prefix="close-")
    if form.validate_on_submit():
        operations.close_letter(loaded, outcome=form.outcome.data or "", actor=current_actor())
        flash(_("Surat diselesaikan."), "success")
        return redirect(link(loaded))
    return page(loaded, failed={"close": form}, status=form.status)


def load_scan(incoming_id: int, file_id: int) -> tuple[Any, Scope]:
    """A scan of a letter, or the official paper of the house that it is."""
    row, scope = load_incoming(incoming_id)
    files = [each.file for each in row.files]
    if row.letter is not None:
        files += [row.letter.document.file] if row.letter.document else []
        files += [each.file for each in row.letter.files]
    found = next((file for file in files if file.id == file_id), None)
    if found is None:
        abort(404)
    return found, scope


@bp.get("/surat-masuk/<int:incoming_id>/berkas/<int:file_id>")
@requires(READ, load=load_scan)
def incoming_file(file: Any) -> Any:
    """A scan of an incoming letter."""
    return send_stored(file, name=file.name)
