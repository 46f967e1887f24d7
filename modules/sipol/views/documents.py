"""Documents: many at once, each matched by its name, each with a receipt; the list, and what waits."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.documents import kinds as purposes
from electsys.documents.dropping import (
    DropForm,
    drop_words,
    names_asked,
    receipt_of,
    take_dropped,
    upload_asked,
)
from electsys.documents.forms import limits_text, words
from electsys.documents.models import StoredFile
from electsys.documents.views import send_stored
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm, demand_button
from modules.sipol import entry_pages
from modules.sipol.entry_wording import say_upload
from modules.sipol.forms.documents import place_form
from modules.sipol.models import PartyDocument, PartyUpload
from modules.sipol.operations import documents as operations
from modules.sipol.permissions import EDIT, READ
from modules.sipol.places import CENTRE, Place, place_of
from modules.sipol.queries import documents as queries
from modules.sipol.rules.documents import PURPOSE, Match, Matcher
from modules.sipol.views import bp
from modules.sipol.views.entry_loading import load_document, load_place, place_at

PREFIX = "/<election>/<int:party>/dokumen/<region>"


class Waiting(NamedTuple):
    """A file that waits to be placed, why, and the form that places it."""

    file: StoredFile
    why: str
    form: Any
    row: PartyUpload | None


class AtFile(NamedTuple):
    """A stored file on the page of a place."""

    place: Place
    file: StoredFile


def load_file(election: str, party: int, region: str, file_id: int) -> tuple[AtFile, Scope]:
    """A file that waits in this place, or one that the reader uploaded and that is in no place."""
    place, scope = load_place(election, party, region)
    stored = db.session.get(StoredFile, file_id)
    waiting = queries.upload_of_file(file_id) if stored else None
    if stored is None or stored.kind != PURPOSE:
        abort(404)
    if waiting is None:
        if stored.account_id != current_user.id or queries.document_of_file(file_id) is not None:
            abort(404)
    elif (
        waiting.registration_id != place.registration.id
        or waiting.state != "menunggu"
        or not waiting.region.startswith(place.code)
    ):
        abort(404)
    return AtFile(place, stored), scope


@bp.get(PREFIX)
@requires(READ, load=load_place)
def documents(loaded: Place) -> Any:
    """The documents of an area and all below it: drop, what waits, every upload with its receipt."""
    labels = _labels(loaded)
    table = entry_pages.documents_table(loaded, labels)
    return table.download() or _page(loaded, table, labels)


def _page(place: Place, table: Any, labels: dict[str, str], form: Any = None) -> Any:
    shown = entry_pages.shown(place)
    drop = form or DropForm()
    purpose = purposes.limits(PURPOSE)
    page = render_template(
        "sipol/documents/list.html",
        table=table,
        drop=drop,
        accept=purpose.accept,
        limits=limits_text(purpose),
        limit_bytes=purpose.max_bytes,
        upload_words=words(purpose) | drop_words(),
        purpose=PURPOSE,
        labels=labels,
        waiting=_waiting(place) if shown["may_edit"] else [],
        button=ButtonForm(),
        examples=["SK_kepengurusan_1204.pdf", "SK DPC Nias 1204.pdf", "bukti kantor Kab. Nias.pdf"],
        **shown,
    )
    return page, drop.status


def _waiting(place: Place) -> list[Waiting]:
    kinds = queries.kinds_of(place.election.id)
    found = [
        Waiting(row.file, say_upload(row.problem, row.detail), _hand_form(kinds, row), row)
        for row in queries.waiting_in(place.registration, place.code)
    ]
    found += [
        Waiting(stored, _("Halamannya tertutup sebelum berkas ini ditempatkan."), _hand_form(kinds), None)
        for stored in queries.left_behind(current_user.id)
    ]
    return found


def _hand_form(kinds: Any, row: PartyUpload | None = None) -> Any:
    region = "" if row is None or row.place is None else row.place or CENTRE
    form = place_form(kinds, formdata=None, kind=(row.kind if row else "") or "", region=region)
    for field in form:  # several of these forms stand on one page
        field.id = f"{field.id}-{row.file_id if row else 'baru'}"
    return form


@bp.post(PREFIX)
@requires(EDIT, load=load_place)
def drop_documents(loaded: Place) -> Any:
    """Many files with one form: the sure ones go to their place, the others wait, and the page says so."""
    form = DropForm()
    placed, waits = take_dropped(
        form, PURPOSE, matcher_for(loaded).all, lambda stored, match: _settle(stored, loaded, match)
    )
    if form.complaints():
        return _page(loaded, entry_pages.documents_table(loaded, _labels(loaded)), _labels(loaded), form)
    flash(
        _("%(placed)s berkas ditempatkan, %(waits)s perlu ditempatkan sendiri.", placed=placed, waits=waits),
        "success",
    )
    return redirect(url_for("sipol.documents", **loaded.here))


@bp.post(f"{PREFIX}/cocokkan")
@requires(EDIT, load=load_place)
def match_documents(loaded: Place) -> Any:
    """Names -> kinds and areas, before the files are sent. JSON; the token of the page is in a header."""
    labels = _labels(loaded)
    matches = matcher_for(loaded).all(names_asked())
    known = regions.names({m.area for m in matches if m.area}, loaded.election.map_id)
    return jsonify(matches=[_told(match, labels, known) for match in matches])


def _told(match: Match, labels: dict[str, str], known: dict[str, str]) -> dict[str, Any]:
    area = None if match.area is None else title_region(known.get(match.area)) if match.area else _("Pusat")
    return {
        "name": match.name,
        "kind": match.kind,
        "kind_label": labels.get(match.kind or ""),
        "region": match.area,
        "region_label": area,
        "sure": match.sure,
        "why": "" if match.problem is None else say_upload(match.problem, match.detail),
    }


@bp.post(f"{PREFIX}/berkas")
@requires(EDIT, load=load_place)
def file_upload(loaded: Place) -> Any:
    """Place a finished upload, or let it wait; the answer is its receipt. JSON with ``token`` and, where the
    place is sure, ``kind`` and ``region``. Asked twice it answers the same."""
    stored, asked = upload_asked(PURPOSE)
    kind, region = asked.get("kind"), asked.get("region")
    if isinstance(kind, str) and isinstance(region, str):
        match = Match(stored.name, kind, region)
    else:
        match = matcher_for(loaded).one(stored.name)
        if match.sure:
            match = Match(stored.name, match.kind, match.area, "twice")  # the page was told so
    document = _settle(stored, loaded, match)
    page = url_for("sipol.document", document_id=document.id) if document else None
    return receipt_of(stored, page)


def _settle(stored: StoredFile, place: Place, match: Match) -> PartyDocument | None:
    """Place a file whose match is sure; else let it wait (None)."""
    actor = current_actor()
    if match.sure and match.kind is not None and match.area is not None:
        there = place_of(place.registration, match.area, place.election)
        return operations.file_document(stored, there, match.kind, actor=actor)
    operations.keep_upload(stored, place, match, actor=actor)
    return None


def matcher_for(place: Place) -> Matcher:
    """The matcher of a reader: the areas where it may place documents of this party."""
    return Matcher(
        queries.kinds_of(place.election.id),
        queries.areas_for(place.registration, place.election, grants.scopes(current_user, EDIT)),
        queries.known_codes(place.election),
        own=(place.party.name, place.party.short_name),
    )


@bp.post(f"{PREFIX}/tempatkan/<int:file_id>")
@requires(EDIT, load=load_file)
def place_document(loaded: AtFile) -> Any:
    """Place a waiting file by hand."""
    place, stored = loaded
    form = place_form(queries.kinds_of(place.election.id))
    if not form.validate_on_submit():
        raise Refused(
            _("Pilih jenis dokumen dan isi wilayahnya."), hint=_("Kembali, lalu lengkapi keduanya.")
        )
    there = area_meant(place, form.region.data or "")
    operations.file_document(stored, there, form.kind.data, actor=current_actor())
    flash(_("%(name)s ditempatkan di %(area)s.", name=stored.name, area=there.name), "success")
    return redirect(url_for("sipol.documents", **place.here))


def area_meant(place: Place, text: str) -> Place:
    """The area that a code or a name means; :class:`Refused` names what else it may mean."""
    text = text.strip()
    if text.casefold() in (CENTRE, "dpp"):
        return place_of(place.registration, "", place.election)
    if text[:2].isdigit():
        return place_of(place.registration, "".join(c for c in text if c.isalnum())[:6], place.election)
    within = place.registration.region or place.code[:2]
    found = [
        each
        for each in regions.search(text, map_id=place.election.map_id, within=within, limit=6)
        if each.level < 4
    ]
    exact = [each for each in found if each.name.casefold() == text.casefold()] or found
    if len(exact) != 1:
        named = ", ".join(f"{title_region(each.name)} ({each.code})" for each in exact)
        raise Refused(
            _("“%(text)s” bukan satu wilayah yang pasti.", text=text[:60]),
            hint=_("Mungkin: %(named)s. Tulis kodenya.", named=named)
            if named
            else _("Tulis kode wilayahnya: 2, 4, atau 6 angka."),
            field="region",
        )
    return place_of(place.registration, exact[0].code, place.election)


@bp.post(f"{PREFIX}/buang/<int:file_id>")
@requires(EDIT, load=load_file)
def discard_document(loaded: AtFile) -> Any:
    """Take a waiting file off the list; its receipt stays."""
    place, stored = loaded
    row = queries.upload_of_file(stored.id)
    demand_button()
    if row is None:  # the page went away before it could wait: now it does, and is taken off
        row = operations.keep_upload(
            stored, place, Match(stored.name, None, None, "moved"), actor=current_actor()
        )
    operations.discard_upload(row, actor=current_actor())
    flash(_("%(name)s dibuang dari daftar. Tanda terimanya tetap ada.", name=stored.name), "success")
    return redirect(url_for("sipol.documents", **place.here))


@bp.get("/dokumen/<int:document_id>")
@requires(READ, load=load_document)
def document(loaded: PartyDocument) -> Any:
    """One document: its receipt, the versions of its place, and where else it might belong."""
    return _document_page(loaded)


def _document_page(loaded: PartyDocument, form: Any = None) -> Any:
    place = place_at(loaded)
    kinds = queries.kinds_of(place.election.id)
    form = form or place_form(kinds, kind=loaded.kind, region=loaded.region or CENTRE)
    page = render_template(
        "sipol/documents/document.html",
        document=loaded,
        label=_labels(place).get(loaded.kind, loaded.kind),
        versions=queries.versions_of(loaded),
        lost=queries.is_lost(loaded.file),
        badge=entry_pages.document_badge,
        form=form,
        movable=loaded.current and loaded.kind != queries.OFFICE_PHOTO.code,
        **entry_pages.shown(place),
    )
    return page, form.status


@bp.post("/dokumen/<int:document_id>/pindahkan")
@requires(EDIT, load=load_document)
def move_document(loaded: PartyDocument) -> Any:
    """Put a document into the right place."""
    place = place_at(loaded)
    form = place_form(queries.kinds_of(place.election.id))
    if form.validate_on_submit():
        try:
            there = area_meant(place, form.region.data or "")
            moved = operations.move_document(loaded, there, form.kind.data, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Dokumen dipindahkan ke %(area)s.", area=there.name), "success")
            return redirect(url_for("sipol.document", document_id=moved.id))
    return _document_page(loaded, form)


@bp.get("/dokumen/<int:document_id>/unduh")
@requires(READ, load=load_document)
def download_document(loaded: PartyDocument) -> Response:
    """The content."""
    return send_stored(loaded.file)


def _labels(place: Place) -> dict[str, str]:
    found = (*queries.kinds_of(place.election.id), queries.OFFICE_PHOTO)
    return {kind.code: str(kind.label) for kind in found}
