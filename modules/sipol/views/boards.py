"""Boards: the list of areas, one board with its officers, one officer after the other."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.documents.papers import today
from electsys.elections import settings
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import can, requires
from electsys.privacy import mask_nik, unseal_fields
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm
from modules.sipol import entry_pages
from modules.sipol.entry_wording import NOTES, OFFICE_LABELS
from modules.sipol.forms.boards import BoardForm, OfficerForm, officer_form
from modules.sipol.models import PartyBoard, PartyOfficer
from modules.sipol.operations import boards as operations
from modules.sipol.operations.documents import file_document
from modules.sipol.permissions import EDIT, READ
from modules.sipol.places import CENTRE, Place
from modules.sipol.queries import boards as queries
from modules.sipol.queries.documents import DECREE, documents_at, is_lost
from modules.sipol.rules.boards import board_notes, missing_offices, next_without, share_of_women
from modules.sipol.views import bp
from modules.sipol.views.entry_loading import load_board, load_officer, load_place, place_at

PREFIX = "/<election>/<int:party>"


@bp.get(f"{PREFIX}/daftar-kepengurusan/<region>")
@requires(READ, load=load_place)
def boards(loaded: Place) -> Any:
    """The boards of the areas under a place; those that are missing too."""
    table = entry_pages.boards_table(loaded)
    centre = queries.board_of(loaded.registration.id, "") if loaded.code == "" else None
    return table.download() or render_template(
        "sipol/boards/list.html", table=table, centre=centre, **entry_pages.shown(loaded)
    )


@bp.get(f"{PREFIX}/daftar-pengurus/<region>")
@requires(READ, load=load_place)
def officers(loaded: Place) -> Any:
    """The officers of the boards under a place."""
    table = entry_pages.officers_table(loaded)
    return table.download() or render_template(
        "sipol/boards/officers.html", table=table, **entry_pages.shown(loaded)
    )


@bp.get(f"{PREFIX}/kepengurusan/<region>")
@requires(READ, load=load_place)
def board_edit(loaded: Place) -> Any:
    """The board of an area: what its decree says, and who stands in it."""
    return _board_page(loaded, _filled(loaded))


@bp.post(f"{PREFIX}/kepengurusan/<region>")
@requires(EDIT, load=load_place)
def save_board(loaded: Place) -> Any:
    """Enter or change the board, and file its decree; then on to the officers."""
    form = BoardForm()
    if form.validate_on_submit():
        try:
            actor = current_actor()
            board = operations.save_board(loaded, operations.BoardFacts(**form.facts()), actor=actor)
            if form.decree.data:
                file_document(form.decree.store(actor=actor), loaded, DECREE, actor=actor)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Kepengurusan %(area)s tersimpan.", area=loaded.name), "success")
            if missing_offices(o.office for o in queries.officers_of(board.id)):
                return redirect(url_for("sipol.new_officer", **loaded.here))
            return redirect(url_for("sipol.board_edit", **loaded.here))
    return _board_page(loaded, form)


def _filled(place: Place) -> BoardForm:
    return BoardForm(obj=queries.board_of(place.registration.id, place.code))


def _board_page(place: Place, form: BoardForm) -> Any:
    board = queries.board_of(place.registration.id, place.code)
    rows = queries.officers_of(board.id) if board else []
    twice = queries.other_boards(rows, place.election.id)
    names = regions.names({o.region for each in twice.values() for o in each}, place.election.map_id)
    women = sum(row.sex == "P" for row in rows)
    decree = documents_at(place.registration.id, place.code).get(DECREE)
    page = render_template(
        "sipol/boards/board.html",
        form=form,
        board=board,
        officers=rows,
        missing=[OFFICE_LABELS[office] for office in missing_offices(row.office for row in rows)],
        share=share_of_women(women, len(rows), settings.value(place.election.id, "min_pct_perempuan_pusat")),
        notes=[
            NOTES[code] for code in board_notes(board.term_to, today(place.code), place.election.voting_day)
        ]
        if board
        else [],
        twice={
            row.id: [
                (o.title, title_region(names.get(o.region)) if o.region else _("Pusat"))
                for o in twice.get(bytes(row.nik_index), ())
            ]
            for row in rows
        },
        elsewhere=queries.in_other_parties(
            place.election.id, place.registration.party_id, (row.nik_index for row in rows)
        ),
        niks={row.id: _masked(row) for row in rows},
        unlisted=set(db.session.scalars(queries.unlisted(place.registration, place.code, alone=True)))
        if rows
        else set(),
        decree=decree,
        decree_lost=decree is not None and is_lost(decree.file),
        offices=OFFICE_LABELS,
        following=_next(place),
        button=ButtonForm(),
        **entry_pages.shown(place),
    )
    return page, form.status, {"Cache-Control": "no-store"}


def _masked(officer: PartyOfficer) -> str:
    """The NIK as the screen shows it (domain.md 5.8)."""
    held = unseal_fields(bytes(officer.sealed), table="party_officer", row=officer.id)
    return mask_nik(held.get("nik"))


def _next(place: Place) -> tuple[str, str] | None:
    """Address and name of the next area without a board that the reader may enter: beside, else below."""
    for order in queries.neighbours(place.election, place.code), queries.below(place.election, place.code):
        own = [
            code
            for code in order
            if code.startswith(place.registration.region) and can(current_user, EDIT, place.elsewhere(code))
        ]
        code = next_without(place.code, own, queries.with_board(place.registration.id, own))
        if code is not None:
            name = regions.names([code], place.election.map_id).get(code)
            return url_for("sipol.board_edit", **place.at(code)), title_region(name)
    return None


@bp.post("/kepengurusan/<int:board_id>/hapus")
@requires(EDIT, load=load_board)
def remove_board(loaded: PartyBoard) -> Any:
    """Remove a board with its officers."""
    place = place_at(loaded)
    operations.remove_board(loaded, actor=current_actor())
    flash(_("Kepengurusan %(area)s dihapus. Dokumennya tetap tersimpan.", area=place.name), "success")
    return redirect(url_for("sipol.boards", **place.at(place.code[:-2] if place.code else "")))


@bp.get(f"{PREFIX}/kepengurusan/<region>/pengurus-baru")
@requires(EDIT, load=load_place)
def new_officer(loaded: Place) -> Any:
    """An empty form, with the first office that is missing."""
    board = _demand_board(loaded)
    lacking = missing_offices(row.office for row in queries.officers_of(board.id))
    return _officer_page(loaded, officer_form(False, office=lacking[0] if lacking else "anggota"), None)


@bp.post(f"{PREFIX}/kepengurusan/<region>/pengurus-baru")
@requires(EDIT, load=load_place)
def add_officer(loaded: Place) -> Any:
    """Enter an officer; then the next one, or back to the board."""
    board = _demand_board(loaded)
    form = officer_form(False)
    if form.validate_on_submit():
        try:
            facts = operations.OfficerFacts(**form.facts())
            officer = operations.add_officer(board, facts, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(
                _("%(name)s tersimpan sebagai %(title)s.", name=officer.name, title=officer.title), "success"
            )
            _say_doubles(loaded, officer)
            onwards = "sipol.board_edit" if request.form.get("lalu") == "kembali" else "sipol.new_officer"
            return redirect(url_for(onwards, **loaded.here))
    return _officer_page(loaded, form, None)


@bp.route("/pengurus/<int:officer_id>", methods=["GET", "POST"])
@requires(EDIT, load=load_officer)
def officer_edit(loaded: PartyOfficer) -> Any:
    """Change an officer."""
    place = place_at(db.session.get_one(PartyBoard, loaded.board_id))
    form = officer_form(
        True, **{name: getattr(loaded, name) for name in ("office", "title", "name", "sex", "card_number")}
    )
    if form.validate_on_submit():
        try:
            facts = operations.OfficerFacts(**form.facts())
            operations.change_officer(loaded, facts, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Data %(name)s tersimpan.", name=loaded.name), "success")
            _say_doubles(place, loaded)
            return redirect(url_for("sipol.board_edit", **place.here))
    return _officer_page(place, form, loaded)


@bp.post("/pengurus/<int:officer_id>/hapus")
@requires(EDIT, load=load_officer)
def remove_officer(loaded: PartyOfficer) -> Any:
    """Take an officer out of the board."""
    place, name = place_at(db.session.get_one(PartyBoard, loaded.board_id)), loaded.name
    operations.remove_officer(loaded, actor=current_actor())
    flash(_("%(name)s dikeluarkan dari kepengurusan ini.", name=name), "success")
    return redirect(url_for("sipol.board_edit", **place.here))


def _demand_board(place: Place) -> PartyBoard:
    board = queries.board_of(place.registration.id, place.code)
    if board is None:
        raise Refused(
            _("Kepengurusan %(area)s belum diisi.", area=place.name),
            hint=_("Isi nomor dan tanggal SK-nya dulu, lalu pengurusnya."),
            status=409,
        )
    return board


def _officer_page(place: Place, form: OfficerForm, officer: PartyOfficer | None) -> Any:
    board = queries.board_of(place.registration.id, place.code)
    rows = queries.officers_of(board.id) if board else []
    page = render_template(
        "sipol/boards/officer.html",
        form=form,
        officer=officer,
        count=len(rows),
        women=sum(row.sex == "P" for row in rows),
        missing=[OFFICE_LABELS[office] for office in missing_offices(row.office for row in rows)],
        **entry_pages.shown(place),
    )
    return page, form.status, {"Cache-Control": "no-store"}


def _say_doubles(place: Place, officer: PartyOfficer) -> None:
    """Say where else the person stands: in which board of this party, but never in which other party."""
    others = queries.other_boards([officer], place.election.id).get(bytes(officer.nik_index), [])
    if others:
        names = regions.names({o.region for o in others}, place.election.map_id)
        where = ", ".join(
            f"{o.title} ({title_region(names.get(o.region)) if o.region else CENTRE})" for o in others
        )
        flash(
            _("Orang ini juga tercatat di kepengurusan lain partai ini: %(where)s.", where=where), "warning"
        )
    if queries.in_other_parties(place.election.id, officer.party_id, [officer.nik_index]):
        flash(
            _("Orang ini juga tercatat sebagai pengurus partai lain. Satu orang hanya boleh di satu partai."),
            "warning",
        )
