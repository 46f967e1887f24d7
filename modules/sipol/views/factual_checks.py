"""Visits to offices and boards: what is in Sipol, the questions of the law, photos."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.regions.rules import zone_of
from electsys.web.formats import ZONES
from modules.sipol.factual_words import QUESTIONS
from modules.sipol.forms import factual as forms
from modules.sipol.operations import factual as operations
from modules.sipol.permissions import VISIT
from modules.sipol.places import Place
from modules.sipol.queries import factual as queries
from modules.sipol.rules.factual import ASPECTS
from modules.sipol.verdict_words import ASPECTS as ASPECT_WORDS
from modules.sipol.views import bp
from modules.sipol.views.factual import PREFIX, above
from modules.sipol.views.verdicts import load_area


def load_check(election: str, party: int, region: str, aspect: str) -> tuple[tuple[Place, str], Scope]:
    """An aspect that is visited in an area of a party."""
    place, scope = load_area(election, party, region)
    if aspect not in ASPECTS or aspect not in queries.wanted_in(place.registration, place.code):
        abort(404)
    return (place, aspect), scope


@bp.route(f"{PREFIX}/<region>/periksa/<aspect>", methods=["GET", "POST"])
@requires(VISIT, load=load_check)
def factual_check(loaded: tuple[Place, str]) -> Any:
    """A visit to an office or a board: what is in Sipol, the questions, photos."""
    place, aspect = loaded
    form = forms.check_form(aspect)
    if form.validate_on_submit():
        actor = current_actor()
        try:
            photos = [f.store(actor=actor).id for f in (form.foto, form.foto_lain) if f.data]
            operations.record_check(
                place.registration,
                place.code,
                aspect,
                form.answers,
                visited_at=moment_of(form.waktu.data, place.code),
                photos=photos,
                note=form.catatan.data,
                actor=actor,
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Kunjungan tercatat."), "success")
            return redirect(url_for("sipol.factual_area", **place.here))
    page = render_template(
        "sipol/factual/check.html",
        place=place,
        aspect=aspect,
        aspect_words=ASPECT_WORDS,
        questions=QUESTIONS,
        visited=queries.visited_in(place.registration, place.code),
        above=above(place),
        form=form,
    )
    return page, form.status


def moment_of(said: dt.datetime | None, region: str) -> dt.datetime:
    """A time that was typed, in the zone of the area."""
    if said is None:
        abort(400)
    return said.replace(tzinfo=ZONES[zone_of(region or "31")])
