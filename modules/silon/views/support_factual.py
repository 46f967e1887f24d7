"""Factual verification of supporters at the office: the seed, a list's draw, an area with its people."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.regions import queries as regions
from electsys.verification.forms import factual as forms
from electsys.verification.models import Sample
from electsys.verification.operations import samples
from electsys.verification.queries import samples as shared
from electsys.web import charts
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm, demand_button
from electsys.workflow.scoping import within
from modules.silon import support_field_papers as papers
from modules.silon import support_field_words as words
from modules.silon import support_tables as tables
from modules.silon import support_words
from modules.silon.models import Nomination, NominationLiaison
from modules.silon.operations import support_factual as operations
from modules.silon.operations.access import require_reader
from modules.silon.permissions import ASSIGN_VISITS, EDIT, READ, RECEIVE, VISIT
from modules.silon.queries import support as standings
from modules.silon.queries import support_factual as queries
from modules.silon.views import bp
from modules.silon.views.list_loading import load_election
from modules.silon.views.support import load_support
from modules.silon.workflow import SUPPORT


class Place(NamedTuple):
    """An area of a list's factual work, in the step that runs or ran last."""

    nomination: Nomination
    step: str
    area: queries.Area

    @property
    def scope(self) -> Scope:
        """Where it lies."""
        return Scope(self.area.code, None, self.nomination.election_id)

    @property
    def here(self) -> dict[str, Any]:
        """The same in an address."""
        return {"nomination_id": self.nomination.id, "region": self.area.code}


def load_area(nomination_id: int, region: str) -> tuple[Place, Scope]:
    """An area of a list: for the body there, those above, and the liaison of the list itself."""
    row = db.session.get(Nomination, nomination_id)
    if row is None or row.support_state is None or region not in standings.areas_of(row):
        abort(404)
    require_reader(current_user, row)
    step = queries.step_of(row)
    area = next(a for a in queries.areas_of(row, step, [region]) if a.code == region)
    place = Place(row, step, area)
    return place, place.scope


def load_nation(election: str) -> tuple[Election, Scope]:
    """An election as a whole."""
    found = by_code(election) or abort(404)
    return found, Scope("", None, found.id)


# --- all lists, the seed ---------------------------------------------------------------------------


@bp.get("/dukungan/faktual")
@bp.get("/dukungan/pemilu/<election>/faktual")
@requires(READ)
def support_field(election: str | None = None) -> Any:
    """The samples in the reader's areas, and the way to each."""
    found = load_election(election) if election else queries.newest_election() or load_election(None)
    scopes = [s for s in grants.scopes(current_user, READ) if s.party is None]
    rows = (
        select(Sample, Nomination.label.label("who"), Nomination.id.label("nomination"))
        .join(Nomination, Sample.owner == "nomination:" + _text(Nomination.id))
        .where(
            Sample.kind.in_(queries.KINDS),
            Sample.election_id == found.id,
            within(region=Sample.region, election=Sample.election_id)(scopes),
        )
        .order_by(Sample.state != "berjalan", Sample.region, Nomination.label, Sample.round, Sample.kind)
    )
    if grants.scopes(current_user, EDIT) and not grants.scopes(current_user, RECEIVE):
        mine = select(NominationLiaison.nomination_id).where(NominationLiaison.account_id == current_user.id)
        rows = rows.where(Nomination.id.in_(mine))
    table = tables.samples_table(rows, found)
    return table.download() or render_template(
        "silon/support/field.html",
        election=found,
        table=table,
        seed=shared.seed_of(queries.DPD, found.id),
        mine=queries.waiting_for(current_user.id) if grants.can(current_user, VISIT) else 0,
    )


def _text(column: Any) -> Any:
    from sqlalchemy import Text, cast

    return cast(column, Text)


@bp.route("/dukungan/pemilu/<election>/undian", methods=["GET"])
@requires(READ)
def support_seed(election: str) -> Any:
    """The public seed, and how anybody draws a sample again with it."""
    found = load_election(election)
    return _seed_page(found, forms.SeedForm(formdata=None))


@bp.post("/dukungan/pemilu/<election>/undian")
@requires(ASSIGN_VISITS, load=load_nation)
def set_support_seed(loaded: Election) -> Any:
    """Enter it, once for the nation."""
    form, code = forms.SeedForm(), loaded.code
    if form.validate_on_submit():
        try:
            operations.set_seed(
                loaded,
                seed=form.undian.data or "",
                source=form.sumber.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = by_code(code) or abort(404)
        else:
            flash(_("Bilangan undian ditetapkan untuk seluruh sampel pendukung."), "success")
            return redirect(url_for("silon.support_seed", election=code))
    return _seed_page(loaded, form)


def _seed_page(election: Election, form: forms.SeedForm) -> Any:
    seed = shared.seed_of(queries.DPD, election.id)
    may = seed is None and can(current_user, ASSIGN_VISITS, Scope("", election=election.id))
    page = render_template(
        "silon/support/seed.html", election=election, seed=seed, form=form if may else None
    )
    return page, form.status


# --- one list --------------------------------------------------------------------------------------


@bp.get("/dukungan/<int:nomination_id>/faktual")
@requires(READ, load=load_support)
def support_visits(loaded: Nomination) -> Any:
    """A list area by area: drawn, visited, closed, and what that says about all; figures, no people."""
    return _list_page(loaded)


def _list_page(row: Nomination, refusal: Refused | None = None) -> Any:
    step = queries.step_of(row)
    running = row.support_state == step
    sizes = queries.frame_sizes(row, step) if running else {}
    areas = queries.areas_of(row, step, sizes)
    table = tables.areas_table(row, areas, sizes)
    if refusal is None and (sent := table.download()):
        return sent
    standing = standings.standing_of(row, field=True)
    done = sum(area.state == "ditutup" for area in areas)
    page = render_template(
        "silon/support/visits.html",
        nomination=row,
        election=row.contest.election,
        step=SUPPORT.state_label(step),
        state=SUPPORT.state_label(row.support_state or ""),
        running=running,
        table=table,
        areas=areas,
        done=done,
        chart=charts.progress,
        progress=standing.progress if done else None,
        gaps=support_words.gaps_of(standing.progress) if standing.progress and done else None,
        seed=shared.seed_of(queries.main_kind(row), row.election_id),
        undrawn=any(not area.samples for area in areas),
        people=sum(s.size for area in areas for s in area.samples),
        assigns=running and can(current_user, ASSIGN_VISITS, Scope(row.region, None, row.election_id)),
        button=ButtonForm(formdata=None),
        refusal=refusal,
    )
    return page, refusal.status if refusal is not None else 200


@bp.post("/dukungan/<int:nomination_id>/faktual/sampel")
@requires(ASSIGN_VISITS, load=load_support)
def draw_support(loaded: Nomination) -> Any:
    """Draw the samples of every area, as a job."""
    demand_button()
    key = loaded.id
    try:
        job = operations.begin_draw(loaded, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        return _list_page(db.session.get_one(Nomination, key), refusal)
    return redirect(url_for("jobs.job", job_id=job.id))


# --- one area --------------------------------------------------------------------------------------


@bp.get("/dukungan/<int:nomination_id>/faktual/<region>")
@requires(READ, load=load_area)
def support_area(place: Place) -> Any:
    """One area: its samples, what visits found, what comes next; the people for those who visit."""
    return _area_page(place)


def _area_page(place: Place, refusal: Refused | None = None) -> Any:
    row, area = place.nomination, place.area
    kpu = can(current_user, VISIT, place.scope) or can(current_user, ASSIGN_VISITS, place.scope)
    running = row.support_state == place.step
    open_ = [sample for sample in area.samples if sample.state == "berjalan"]
    assigns = running and bool(open_) and can(current_user, ASSIGN_VISITS, place.scope)
    table = None
    if kpu and area.samples:
        table = tables.people_table(
            queries.people_rows(area.samples),
            regions.names(queries.villages_of(area.samples), row.contest.election.map_id),
            name=f"pendukung-sampel-{area.samples[0].id}",
        )
        if refusal is None and (sent := table.download()):
            return sent
    visitors = visitors_at(place.scope) if assigns else []
    page = render_template(
        "silon/support/area.html",
        place=place,
        nomination=row,
        election=row.contest.election,
        area=area,
        title=title_region(area.name),
        step=SUPPORT.state_label(place.step),
        whole=can(current_user, READ, Scope(row.region, None, row.election_id)),
        standing=queries.standing_of(area.samples),
        total=area.total("projection"),
        words=words,
        names={s.id: operations.label(row.contest.election, s) for s in area.samples},
        chart=charts.progress,
        table=table,
        running=running,
        assigns=assigns,
        share=forms.ShareForm(formdata=None).offer(visitors) if visitors else None,
        button=ButtonForm(formdata=None),
        kpu=kpu,
        refusal=refusal,
        letter="jdih.letter" if can(current_user, "jdih:letter:read", Scope(area.code[:4])) else None,
    )
    return page, refusal.status if refusal is not None else 200


def visitors_at(scope: Scope) -> list[Any]:
    """Accounts that may visit in an area: those of the area itself, and of its kab/kota."""
    places = {scope.region or "", (scope.region or "")[:4]}
    found = {
        account.id: account
        for place in sorted(places)
        for account in shared.visitors_at(VISIT, Scope(place, None, scope.election))
    }
    return sorted(found.values(), key=lambda account: (account.name, account.id))


@bp.post("/dukungan/<int:nomination_id>/faktual/<region>/bagi")
@requires(ASSIGN_VISITS, load=load_area)
def share_support(place: Place) -> Any:
    """Share out the people of an area among the chosen verifiers, whole villages at a time."""
    visitors = visitors_at(place.scope)
    form = forms.ShareForm().offer(visitors)
    if not form.validate_on_submit():
        return _area_page(place, Refused(_("Pilih verifikator dari daftar."), status=400))
    chosen = [account for account in visitors if account.id in set(form.akun.data or ())]
    here = place.here
    try:
        for sample in place.area.samples:
            if sample.state == "berjalan":
                samples.share_evenly(sample, chosen, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        return _area_page(load_area(**here)[0], refusal)
    flash(_("Pendukung dibagi kepada %(n)s verifikator.", n=len(chosen)), "success")
    return redirect(url_for("silon.support_area", **here))


@bp.post("/dukungan/<int:nomination_id>/faktual/<region>/tutup")
@requires(ASSIGN_VISITS, load=load_area)
def close_support_area(place: Place) -> Any:
    """Close an area: projection and minutes."""
    demand_button()
    here = place.here
    try:
        operations.close_area(place.nomination, place.area.code, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        return _area_page(load_area(**here)[0], refusal)
    flash(_("Wilayah ditutup. Berita acaranya dikonsepkan di JDIH."), "success")
    return redirect(url_for("silon.support_area", **here))


@bp.get("/dukungan/<int:nomination_id>/faktual/<region>/lembar-kerja.pdf")
@requires(VISIT, load=load_area)
def support_worksheet(place: Place) -> Response:
    """The worksheet of an area, to be taken along on paper."""
    if not place.area.samples:
        abort(404)
    content = papers.worksheet(place.nomination, place.step, place.area)
    response = Response(content, mimetype="application/pdf")
    name = f"lembar-kerja-{place.nomination.id}-{place.area.code}.pdf"
    response.headers.set("Content-Disposition", "inline", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response
