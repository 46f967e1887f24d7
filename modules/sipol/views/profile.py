"""The profile of a party, and its logo."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.documents.views import send_stored
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import public, requires
from modules.sipol import entry_pages
from modules.sipol.forms.profile import ProfileForm
from modules.sipol.models import Party
from modules.sipol.operations import profile as operations
from modules.sipol.permissions import EDIT, READ
from modules.sipol.places import Place
from modules.sipol.queries.documents import documents_at, is_lost, kinds_of
from modules.sipol.views import bp
from modules.sipol.views.entry_loading import load_place


@bp.get("/<election>/<int:party>/profil")
@requires(READ, load=load_place)
def profile(loaded: Place) -> Any:
    """What a party says of itself, and the documents of its centre."""
    return _page(loaded, ProfileForm(obj=loaded.party))


@bp.post("/<election>/<int:party>/profil")
@requires(EDIT, load=load_place)
def save_profile(loaded: Place) -> Any:
    """Change it."""
    form = ProfileForm()
    if form.validate_on_submit():
        try:
            actor = current_actor()
            logo = form.logo.store(actor=actor) if form.logo.data else None
            operations.save_profile(loaded, operations.ProfileFacts(**form.facts()), logo=logo, actor=actor)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Profil partai tersimpan."), "success")
            return redirect(url_for("sipol.profile", **_whole(loaded)))
    return _page(loaded, form)


def _page(place: Place, form: ProfileForm) -> Any:
    there = documents_at(place.registration.id, "")
    kinds = [kind for kind in kinds_of(place.election.id) if 0 in kind.levels]
    page = render_template(
        "sipol/profile.html",
        form=form,
        party=place.party,
        similar=operations.similar_to(place.party),
        documents=[
            (kind, there.get(kind.code), kind.code in there and is_lost(there[kind.code].file))
            for kind in kinds
        ],
        **entry_pages.shown(place),
    )
    return page, form.status


def _whole(place: Place) -> dict[str, Any]:
    return {"election": place.election.code, "party": place.registration.party_id}


@bp.get("/lambang/<int:party>")
@public
def logo(party: int) -> Response:
    """The logo of a party: a picture that was checked and cleaned, nothing in it can act."""
    row = db.session.get(Party, party)
    stored = db.session.get(StoredFile, row.logo_id) if row and row.logo_id else None
    if stored is None:
        abort(404)
    response = send_stored(stored, inline=True)
    response.set_etag(stored.sha256)
    return response
