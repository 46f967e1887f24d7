"""Second looks: the draw, what came of it, and who settles what two people saw differently."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectChoice

from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import requires
from electsys.regions import queries as regions
from electsys.verification.forms.desk import DrawForm, VerdictForm
from electsys.verification.models import VerificationItem
from electsys.verification.operations import second as operations
from electsys.verification.operations.desk import judging
from electsys.verification.queries import desk as queries
from electsys.verification.registry import READ, Queue
from electsys.verification.views import bp, election_asked, load_item, queue_named, queue_of, reading
from electsys.web.formats import title_region

NATION = "-"


@bp.route("/<queue>/periksa-kedua", methods=["GET", "POST"])
@requires(READ)
def second(queue: str) -> Any:
    """The draws of a queue and what their second looks say; the form of a new draw."""
    found = queue_named(queue)
    election = election_asked([found.name])
    if election is None:
        abort(404)
    form = DrawForm()
    form.wilayah.choices = areas = _areas(found, election)
    if form.validate_on_submit():
        region = "" if form.wilayah.data == NATION else str(form.wilayah.data or "")
        try:
            row = operations.draw_second(
                found,
                election_id=election.id,
                region=region,
                seed=form.undian.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(n)s dari %(all)s putusan diundi.", n=row.size, all=row.frame_size), "success")
            return redirect(url_for("verification.second", queue=found.name, pemilu=election.code))
    scopes = reading(found)
    named = regions.names([d.region for d in queries.draws(found, election.id) if d.region], election.map_id)
    return render_template(
        "verification/second.html",
        queue=found,
        election=election,
        form=form if areas else None,
        counts=queries.second_counts(found, election.id, scopes),
        mine=queries.second_waiting(found, election.id, scopes, current_user.id),
        draws=[
            (d, title_region(named.get(d.region, d.region)) if d.region else _("Nasional"))
            for d in queries.draws(found, election.id)
        ],
        judges=judging(current_user, found) is not None,
    ), form.status


def _areas(queue: Queue, election: Election) -> list[SelectChoice]:
    codes = sorted({scope.region or "" for scope in grants.scopes(current_user, queue.settler)})
    named = regions.names([code for code in codes if code], election.map_id)
    return [
        SelectChoice(code or NATION, title_region(named.get(code, code)) if code else _("Nasional"))
        for code in codes
    ]


@bp.post("/butir/<int:item_id>/selesai")
@requires(READ, load=load_item)
def settle(item: VerificationItem) -> Any:
    """Settle a disagreement as the third."""
    queue = queue_of(item)
    form = VerdictForm()
    if not form.validate_on_submit():
        abort(400)
    operations.settle(
        queue,
        item,
        form.putusan.data or "",
        actor=current_actor(),
        reason=form.alasan.data or None,
        note=form.catatan.data,
    )
    flash(_("Beda pendapat diselesaikan."), "success")
    return redirect(url_for("verification.item", item_id=item.id))
