"""Pages of publication for those who answer for it: what went out, and a stop that two people make."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.web.forms import ButtonForm, Form, demand_button
from electsys.web.tables import Column, Table
from modules.sirekap.publication import stops
from modules.sirekap.publication.models import Publication, PublicationStop
from modules.sirekap.publication.stops import ASK, ORDER, STOP

bp = Blueprint("publication", __name__, url_prefix="/publikasi")


class StopForm(Form):
    """Ask for a stop."""

    notice = TextAreaField(
        _l("Pemberitahuan untuk masyarakat"),
        [InputRequired(_l("Tuliskan pemberitahuan untuk masyarakat.")), Length(max=2000)],
        description=_l("Mengapa publikasi berhenti dan kapan diperkirakan berlanjut. Terbit untuk umum."),
        render_kw={"rows": 4},
    )


@bp.get("")
@requires(ASK)
def start() -> Any:
    """Lead to the newest election."""
    newest = db.session.scalar(
        select(Election).order_by(Election.voting_day.desc(), Election.id.desc()).limit(1)
    )
    if newest is None:
        abort(404)
    return redirect(url_for("publication.overview", election=newest.code))


def load_election(election: str) -> tuple[Election, Scope]:
    """The election of a URL; publication is a matter of the whole nation."""
    found = db.session.scalar(select(Election).where(Election.code == election)) or abort(404)
    return found, Scope(region="", election=found.id)


@bp.route("/<election>", methods=["GET", "POST"])
@requires(ASK, load=load_election)
def overview(loaded: Election) -> Any:
    """Publications so far, and the stop: asked here, ordered by somebody else."""
    form = StopForm()
    if form.validate_on_submit():
        try:
            stops.ask_stop(loaded, form.notice.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(
                _("Penghentian diajukan. Publikasi berjalan terus sampai orang kedua memutuskan."), "success"
            )
            return redirect(url_for("publication.overview", election=loaded.code))
    standing = db.session.scalar(
        select(PublicationStop).where(
            PublicationStop.election_id == loaded.id, PublicationStop.state.in_(("diajukan", "berlaku"))
        )
    )
    mine = standing is not None and standing.asked_by == current_user.id and standing.state == "diajukan"
    moves = STOP.offered(standing, current_user) if standing is not None and not mine else []
    return (
        render_template(
            "sirekap/publication.html",
            election=loaded,
            form=form,
            move=ButtonForm(),
            standing=standing,
            mine=mine,
            moves=moves,
            state=STOP.state_label(standing.state) if standing is not None else "",
            table=_table(loaded),
            may_order=can(current_user, ORDER, Scope(region="", election=loaded.id)),
        ),
        form.status,
    )


def _table(election: Election) -> Table:
    return Table(
        select(Publication).where(Publication.election_id == election.id).order_by(Publication.id.desc()),
        [
            Column("nomor", _l("Terbitan"), "id", kind="number", head=True, sort=Publication.id),
            Column("selesai", _l("Selesai"), "ended_at", kind="moment", sort=Publication.ended_at),
            Column("catatan", _l("Menurut log sampai"), "as_of", kind="number"),
            Column("berkas", _l("Berkas"), "files", kind="number"),
            Column("ditulis", _l("Ditulis"), "written", kind="number"),
            Column("tujuan", _l("Tujuan"), "target"),
            Column("sidik", _l("Sidik daftar isi"), "manifest_sha256"),
        ],
        caption=_l("Terbitan"),
        empty=_l(
            "Belum pernah terbit. Terbitan pertama dibuat admin sistem (perintah flask sirekap publish)."
        ),
        name=f"terbitan-{election.code}",
    )


def load_stop(stop_id: int, action: str) -> tuple[tuple[PublicationStop, str], Scope]:
    """The stop of a URL, and what is to be done with it."""
    stop = db.session.get(PublicationStop, stop_id) or abort(404)
    return (stop, action), Scope(region="", election=stop.election_id)


@bp.post("/penghentian/<int:stop_id>/<any(order, refuse, end):action>")
@requires(ORDER, load=load_stop)
def move(loaded: tuple[PublicationStop, str]) -> Any:
    """The second person orders or refuses a stop; whoever may order may end it."""
    stop, action = loaded
    demand_button()
    done = {"order": stops.order_stop, "refuse": stops.refuse_stop, "end": stops.end_stop}[action]
    done(stop, actor=current_actor())
    words = {
        "order": _("Publikasi dihentikan; pemberitahuan terbit pada publikasi berikutnya."),
        "refuse": _("Penghentian ditolak; publikasi berjalan terus."),
        "end": _("Publikasi berlanjut."),
    }
    flash(words[action], "success")
    code = db.session.scalars(select(Election.code).where(Election.id == stop.election_id)).one()
    return redirect(url_for("publication.overview", election=code))
