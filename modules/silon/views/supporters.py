"""One supporter: what is claimed, its papers, flags that came and went, and all that happened."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.verification.sampling_words import SAMPLE_METHODS
from electsys.verification.wording import badge as verdict_badge
from modules.silon import support_field_words as field_words
from modules.silon import support_words as words
from modules.silon.document_words import MARITAL, SEXES
from modules.silon.forms.support import PaperForm
from modules.silon.models import Nomination, Supporter, SupporterPaper
from modules.silon.models.supporters import ACTIVE
from modules.silon.operations.access import require_reader, scope_of
from modules.silon.operations.supporter_papers import attach_paper, read_paper
from modules.silon.permissions import ASSIGN_VISITS, EDIT, READ, VISIT
from modules.silon.queries import support as queries
from modules.silon.queries import support_factual as visits
from modules.silon.queries import support_judging as reads
from modules.silon.views import bp
from modules.silon.views.support import load_supporter
from modules.silon.workflow.support import HANDED


def load_read_supporter(supporter_id: int) -> tuple[Supporter, Scope]:
    """A supporter for readers: where the person lives, or the body of the area for those outside it."""
    row = db.session.get(Supporter, supporter_id) or abort(404)
    require_reader(current_user, db.session.get_one(Nomination, row.nomination_id))
    inside = row.village_code.startswith(row.area)
    return row, Scope(row.village_code if inside else row.area, None, row.election_id)


def load_paper(paper_id: int) -> tuple[SupporterPaper, Scope]:
    """A paper, where its supporter lies."""
    paper = db.session.get(SupporterPaper, paper_id) or abort(404)
    _row, scope = load_read_supporter(paper.supporter_id)
    return paper, scope


@bp.get("/dukungan/pendukung/<int:supporter_id>")
@requires(READ, load=load_read_supporter)
def supporter(loaded: Supporter) -> Any:
    """One supporter. What another's list did to its flags is told as that, and no more."""
    nomination = db.session.get_one(Nomination, loaded.nomination_id)
    scope = scope_of(nomination)
    here = Scope(loaded.village_code, None, loaded.election_id)
    kpu = can(current_user, VISIT, here) or can(current_user, ASSIGN_VISITS, here)
    open_ = (nomination.support_state or "") in HANDED and can(current_user, EDIT, scope)
    flags = reads.flags_of(loaded.id)
    return render_template(
        "silon/support/supporter.html",
        row=loaded,
        nomination=nomination,
        whole=can(current_user, READ, scope),
        nik=queries.masked([loaded])[loaded.id],
        reveals=can(current_user, "privacy:nik:reveal", Scope(loaded.village_code)),
        place=reads.area_name(nomination.contest.election, loaded.village_code),
        sexes=SEXES,
        marital=MARITAL,
        words=words,
        reason=reason_words,
        badge=words.badge,
        may_edit=open_ and loaded.state in ACTIVE,
        papers=reads.papers_of(loaded.id),
        events=reads.events_of(loaded.id),
        flags=flags,
        own=reads.own_causes(nomination, flags),
        kpu=kpu,
        visits=visits.visited_of(loaded.id) if kpu else [],
        methods=SAMPLE_METHODS,
        verdict=verdict_badge,
    )


def reason_words(code: str) -> str:
    """A reason of an event as people read it: a flag, a finding of a visit, or one of the desk."""
    known = {reason.code: reason.text for reason in words.DESK_REASONS}
    return str(words.FLAGS.get(code) or field_words.REASONS.get(code) or known.get(code) or code)


@bp.route("/dukungan/pendukung/<int:supporter_id>/dokumen", methods=["GET", "POST"])
@requires(EDIT, load=load_supporter)
def bring_paper(loaded: Supporter) -> Any:
    """Upload the statement or the KTP-el of one supporter."""
    form, key = PaperForm(), loaded.id
    if form.validate_on_submit():
        actor = current_actor()
        try:
            attach_paper(loaded, form.kind.data or "", form.file.store(actor=actor), actor=actor)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Supporter, key)
        else:
            flash(_("Dokumen pendukung tersimpan."), "success")
            return redirect(url_for("silon.supporter", supporter_id=key))
    nomination = db.session.get_one(Nomination, loaded.nomination_id)
    return render_template(
        "silon/support/paper.html", form=form, row=loaded, nomination=nomination
    ), form.status


@bp.get("/dukungan/dokumen/<int:paper_id>")
@requires(READ, load=load_paper)
def supporter_paper(loaded: SupporterPaper) -> Response:
    """A paper with the reader's name all over it."""
    response = Response(read_paper(loaded, actor=current_actor()), mimetype=loaded.file.media_type)
    response.headers["Cache-Control"] = "no-store"
    return response
