"""People whom several parties claim: the list of those who are called, and their hearing."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from electsys import jobs
from electsys.db import db
from electsys.documents import StoredFile
from electsys.documents.views import send_stored
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm, demand_button
from modules.sipol import member_tables as tables
from modules.sipol import member_wording as words
from modules.sipol.forms import members as forms
from modules.sipol.models import MemberClarification
from modules.sipol.operations import clarifications as operations
from modules.sipol.permissions import HEAR_MEMBERS, READ_MEMBERS
from modules.sipol.queries import members as queries
from modules.sipol.rules.members import ACTIVE
from modules.sipol.views import bp

JAKARTA = ZoneInfo("Asia/Jakarta")


def load_hearing(hearing_id: int) -> tuple[MemberClarification, Scope]:
    """A hearing, in its kab/kota; it belongs to no party, and none reads it."""
    hearing = db.session.get(MemberClarification, hearing_id)
    if hearing is None:
        abort(404)
    return hearing, Scope(hearing.region, election=hearing.election_id)


def load_minutes(hearing_id: int) -> tuple[StoredFile, Scope]:
    """The minutes or the photo of a hearing."""
    hearing, scope = load_hearing(hearing_id)
    stored = db.session.get(StoredFile, hearing.file_id) if hearing.file_id else None
    if stored is None:
        abort(404)
    return stored, scope


@bp.get("/klarifikasi")
@requires(READ_MEMBERS)
def hearings_start() -> Any:
    """To the hearings of the newest election that is not over."""
    election = db.session.scalar(
        select(Election).order_by(Election.state == "selesai", Election.voting_day.desc()).limit(1)
    )
    return redirect(url_for("sipol.hearings", election=(election or abort(404)).code))


@bp.get("/klarifikasi/<election>")
@requires(READ_MEMBERS)
def hearings(election: str) -> Any:
    """Who is called in the reader's regions; to a party, its own members who are called."""
    found = by_code(election) or abort(404)
    scopes = grants.scopes(current_user, READ_MEMBERS)
    party = all(scope.party is not None for scope in scopes)
    table = (
        tables.called_table(found, queries.own_called(found, scopes))
        if party
        else tables.hearings_table(found, queries.hearings_in(found, scopes))
    )
    return table.download() or render_template(
        "sipol/members/hearings.html",
        election=found,
        table=table,
        party=party,
        areas=_areas(found),
        step=ButtonForm(formdata=None),
    )


def _areas(election: Election) -> list[tuple[str, str]]:
    """Where the reader may settle doubles: (code, name)."""
    codes = sorted({scope.region or "" for scope in grants.scopes(current_user, HEAR_MEMBERS)})
    named = regions.names(codes, election.map_id)
    return [(code, title_region(named[code]) if code in named else _("seluruh Indonesia")) for code in codes]


def load_area(election: str, region: str) -> tuple[tuple[Election, str], Scope]:
    """The area in which doubles are settled; ``semua`` is the nation."""
    found = by_code(election) or abort(404)
    code = "" if region == "semua" else region
    if code and not code.isdigit():
        abort(404)
    return (found, code), Scope(code, election=found.id)


@bp.post("/klarifikasi/<election>/selesaikan/<region>")
@requires(HEAR_MEMBERS, load=load_area)
def settle_doubles(loaded: tuple[Election, str]) -> Any:
    """Settle the doubles of an area as a job: it reads the rows of all regions."""
    election, region = loaded
    demand_button()
    job = jobs.start(
        "sipol.settle_doubles",
        actor=current_actor(),
        subject=f"election:{election.id}",
        lock=f"sipol.settle_doubles:{election.id}",
        election_id=election.id,
        region=region,
    )
    return redirect(url_for("jobs.job", job_id=job.id))


@bp.get("/klarifikasi/orang/<int:hearing_id>")
@requires(READ_MEMBERS, load=load_hearing)
def hearing(loaded: MemberClarification) -> Any:
    """One person: which parties claim it, and what it said."""
    return _page(loaded, _form(queries.claims_at(loaded), formdata=None))


@bp.post("/klarifikasi/orang/<int:hearing_id>/catat")
@requires(HEAR_MEMBERS, load=load_hearing)
def record_hearing(loaded: MemberClarification) -> Any:
    """What the person says."""
    form = _form(queries.claims_at(loaded))
    if form.validate_on_submit():
        try:
            operations.record_hearing(
                loaded,
                form.chosen,
                file_id=form.minutes.store(actor=current_actor()).id,
                heard_at=form.heard_at.data.replace(tzinfo=JAKARTA),
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Klarifikasi dicatat; setiap partai diberi tahu tentang barisnya sendiri."), "success")
            return redirect(url_for("sipol.hearing", hearing_id=loaded.id))
    return _page(loaded, form)


def _form(claims: list[queries.Claimed], **more: Any) -> forms.HearingForm:
    parties = {claim.party_id: claim.party for claim in claims if claim.state in ACTIVE}
    return forms.HearingForm(**more).offer(sorted(parties.items()))


def _page(loaded: MemberClarification, form: forms.HearingForm) -> Any:
    claims = queries.claims_at(loaded)
    election = db.session.get_one(Election, loaded.election_id)
    codes = [c.village[:4] for c in claims] + [loaded.region]
    scope = Scope(loaded.region, election=loaded.election_id)
    page = render_template(
        "sipol/members/hearing.html",
        hearing=loaded,
        election=election,
        claims=claims,
        places={code: title_region(name) for code, name in regions.names(codes, election.map_id).items()},
        form=form,
        step=ButtonForm(formdata=None),
        may_hear=can(current_user, HEAR_MEMBERS, scope) and loaded.state == "dipanggil",
        overdue=loaded.due_at <= dt.datetime.now(dt.UTC),
        words=words,
    )
    return page, form.status, {"Cache-Control": "no-store"}


@bp.post("/klarifikasi/orang/<int:hearing_id>/tidak-hadir")
@requires(HEAR_MEMBERS, load=load_hearing)
def close_unheard(loaded: MemberClarification) -> Any:
    """Nobody brought the person until the deadline."""
    demand_button()
    key = loaded.id
    try:
        operations.close_unheard(loaded, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        flash(" ".join(filter(None, (refusal.message, refusal.hint))), "danger")
    else:
        flash(_("Dicatat: tidak dihadirkan sampai batas waktu."), "success")
    return redirect(url_for("sipol.hearing", hearing_id=key))


@bp.get("/klarifikasi/orang/<int:hearing_id>/berkas")
@requires(READ_MEMBERS, load=load_minutes)
def hearing_file(loaded: StoredFile) -> Response:
    """The minutes or the photo of a hearing."""
    return send_stored(loaded)
