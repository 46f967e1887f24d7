"""Factual verification at the office: the public draw, an area's sample and visits, one person's attempts."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.regions import queries as regions
from electsys.verification.forms import factual as forms
from electsys.verification.operations import samples
from electsys.verification.queries import samples as reads
from electsys.verification.sampling import find_kind
from electsys.verification.sampling_words import SAMPLE_METHODS
from electsys.verification.wording import badge
from electsys.web import charts
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm, demand_button
from electsys.web.tables import Column, Table
from modules.sipol import factual_papers
from modules.sipol import factual_tables as tables
from modules.sipol.models import PartyRegistration
from modules.sipol.operations import factual as operations
from modules.sipol.operations.factual_draws import running
from modules.sipol.permissions import ASSIGN_VISITS, READ, READ_MEMBERS, VERIFY, VISIT
from modules.sipol.places import CENTRE, Place, place_of
from modules.sipol.queries import factual as queries
from modules.sipol.queries.conclusions import newest_election
from modules.sipol.queries.registrations import registrations
from modules.sipol.queries.verdict_parts import present
from modules.sipol.rules.factual import ASPECTS
from modules.sipol.verdict_words import ASPECTS as ASPECT_WORDS
from modules.sipol.verdict_words import STEPS, reason_words
from modules.sipol.views import bp
from modules.sipol.views.verdicts import load_area
from modules.sipol.workflow import REGISTRATION

PREFIX = "/<election>/<int:party>/faktual"


def load_election(election: str) -> tuple[Election, Scope]:
    """An election as a whole."""
    found = by_code(election) or abort(404)
    return found, Scope("", election=found.id)


def load_area_of_kpu(election: str, party: int, region: str) -> tuple[Place, Scope]:
    """An area of a party as it is KPU's and Bawaslu's: no grant of a party reaches it."""
    place, scope = load_area(election, party, region)
    return place, Scope(scope.region, None, scope.election)


def for_kpu(scope: Scope, permission: str = READ_MEMBERS) -> bool:
    """Whether the reader holds a right here that is no party's: a party never learns who is in its sample."""
    return any(
        held.party is None and grants.covers(held, scope) for held in grants.scopes(current_user, permission)
    )


# --- all parties, the draw ------------------------------------------------------------------------


@bp.get("/faktual")
@requires(READ)
def factual_start() -> Any:
    """To the newest election that has parties."""
    found = newest_election()
    if found is None:
        return render_template("sipol/factual/list.html", election=None)
    return redirect(url_for("sipol.factual", election=found.code))


@bp.get("/<election>/faktual")
@requires(READ)
def factual(election: str) -> Any:
    """Parties that must be verified by visits, how far they are, and the way to their areas."""
    found = by_code(election) or abort(404)
    scopes = grants.scopes(current_user, READ)
    mine = max((s.region or "" for s in scopes), key=len, default="")[:4]
    source = registrations(found.id, scopes).where(PartyRegistration.needs_factual.is_(True))

    def link(row: Any) -> str:
        registration = row.PartyRegistration
        region = mine if mine.startswith(registration.region) else registration.region
        return url_for(
            "sipol.factual_area",
            election=found.code,
            party=registration.party_id,
            region=region or CENTRE,
        )

    table = Table(
        source,
        [
            Column("partai", _("Partai"), lambda r: r.PartyRegistration.party.name, head=True, link=link),
            Column("tahap", _("Status"), lambda r: REGISTRATION.state_label(r.PartyRegistration.state)),
        ],
        caption=_("Partai yang wajib diverifikasi faktual"),
        empty=_("Belum ada partai yang wajib diverifikasi faktual."),
        name="faktual-partai",
    )
    return table.download() or render_template(
        "sipol/factual/list.html",
        election=found,
        table=table,
        seed=reads.seed_of(queries.KIND, found.id),
        mine=reads.waiting_for(current_user.id, (queries.KIND,)),
        visits=grants.can(current_user, VISIT),
        draws=_draws(found, mine),
        button=ButtonForm(formdata=None),
    )


def _draws(election: Election, code: str) -> tuple[str, str] | None:
    """(code, name) of the reader's kab/kota, where samples of all parties may be drawn at once."""
    if len(code) != 4 or not can(current_user, ASSIGN_VISITS, Scope(code, None, election.id)):
        return None
    if reads.seed_of(queries.KIND, election.id) is None or not running(election, None):
        return None
    return code, title_region(regions.names([code], election.map_id).get(code, code))


@bp.get("/<election>/faktual/undian")
@requires(READ)
def factual_seed(election: str) -> Any:
    """The public seed and how anybody draws a sample again with it."""
    found = by_code(election) or abort(404)
    return _seed_page(found, forms.SeedForm(formdata=None))


@bp.post("/<election>/faktual/undian")
@requires(ASSIGN_VISITS, load=load_election)
def set_factual_seed(loaded: Election) -> Any:
    """Enter it, once for the nation."""
    form = forms.SeedForm()
    if form.validate_on_submit():
        try:
            samples.set_seed(
                _kind(),
                loaded.id,
                seed=form.undian.data or "",
                source=form.sumber.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Bilangan undian ditetapkan untuk seluruh sampel."), "success")
            return redirect(url_for("sipol.factual_seed", election=loaded.code))
    return _seed_page(loaded, form)


def _seed_page(election: Election, form: forms.SeedForm) -> Any:
    seed = reads.seed_of(queries.KIND, election.id)
    may = seed is None and can(current_user, ASSIGN_VISITS, Scope("", election=election.id))
    page = render_template(
        "sipol/factual/seed.html", election=election, seed=seed, form=form if may else None
    )
    return page, form.status


def _kind() -> Any:
    return find_kind(queries.KIND) or abort(404)


# --- one area --------------------------------------------------------------------------------------


@bp.get(f"{PREFIX}/<region>")
@requires(READ, load=load_area)
def factual_area(place: Place) -> Any:
    """One area: what visits found, the sample with its people, what comes next."""
    return _area(place)


def _area(place: Place, refusal: Refused | None = None) -> Any:
    registration = place.registration
    step = queries.step_of(registration)
    sample = queries.sample_in(registration, step, place.code) if len(place.code) == 4 else None
    kpu = for_kpu(place.scope)
    assigns = can(current_user, ASSIGN_VISITS, place.scope)
    table = None
    if sample is not None and kpu:
        table = tables.people_table(
            queries.people_rows(sample),
            regions.names(queries.villages_of(sample), place.election.map_id),
            name=f"sampel-{sample.id}",
        )
    elif len(place.code) < 4:
        table = tables.areas_table(place, _lines(place, step))
    if table is not None and refusal is None and (sent := table.download()):
        return sent
    running = registration.state == step
    closed = queries.is_closed(registration, step, place.code)
    district = len(place.code) == 4
    checks = queries.checks_in(registration, step, place.code)
    visitors = reads.visitors_at(VISIT, place.scope) if sample is not None and assigns else []
    page = render_template(
        "sipol/factual/area.html",
        place=place,
        step=STEPS[step],
        state=REGISTRATION.state_label(registration.state),
        above=above(place),
        running=running,
        closed=closed,
        district=district,
        aspects=[a for a in queries.wanted_in(registration, place.code) if a in ASPECTS],
        checks=checks,
        photos=queries.photos_of_checks(checks.values()),
        kept=queries.carried_in(registration, step, place.code),
        aspect_words=ASPECT_WORDS,
        reason_words=reason_words,
        visited=queries.visited_in(registration, place.code),
        sample=sample,
        standing=reads.standing_of(sample) if sample is not None else None,
        method=SAMPLE_METHODS.get(sample.method) if sample is not None else None,
        minimum=queries.minimum_in(registration, place.code) if district else None,
        added=queries.added_in(registration, place.code)
        if district and step == "verfak_perbaikan" and running
        else 0,
        seed=reads.seed_of(queries.KIND, place.election.id),
        table=table,
        visitors=visitors,
        share=forms.ShareForm(formdata=None).offer(visitors) if visitors else None,
        button=ButtonForm(formdata=None),
        chart=charts.progress,
        badge=badge,
        refusal=refusal,
        assigns=assigns and running and not closed,
        screens=can(current_user, VERIFY, place.scope),
        visits=can(current_user, VISIT, place.scope) and running and not closed,
        kpu=kpu,
        letter="jdih.letter" if can(current_user, "jdih:letter:read", Scope(place.code)) else None,
    )
    return page, refusal.status if refusal is not None else 200


def _lines(place: Place, step: str) -> list[dict[str, Any]]:
    registration = place.registration
    digits = len(place.code) + 2
    codes = sorted(present(registration, place.code))
    named = regions.names(codes, place.election.map_id)
    found = {
        sample.region: sample
        for sample in reads.samples_of(
            queries.KIND, queries.owner_of(registration), queries.round_now(registration, step)
        )
    }
    closed = queries.closed_areas(registration, step)
    return [
        {
            "code": code,
            "name": title_region(named.get(code, code)),
            "words": _("ditutup") if code in closed else _("berjalan"),
            "sample": found.get(code) if digits == 4 else None,
        }
        for code in codes
    ]


def above(place: Place) -> list[tuple[str, str]]:
    """(name, address) of the areas above that the reader may open."""
    registration = place.registration
    upper = [
        place_of(registration, place.code[:n], place.election)
        for n in (0, 2)
        if len(registration.region) <= n < len(place.code)
    ]
    return [
        (each.name, url_for("sipol.factual_area", **each.here))
        for each in upper
        if can(current_user, READ, each.scope)
    ]


def _step(place: Place, act: Any, said: str) -> Any:
    """Do one step of an area and come back; a refusal is shown on its page."""
    demand_button()
    try:
        act()
    except Refused as refusal:
        db.session.rollback()
        return _area(place, refusal)
    flash(said, "success")
    return redirect(url_for("sipol.factual_area", **place.here))


@bp.post(f"{PREFIX}/<region>/sampel")
@requires(ASSIGN_VISITS, load=load_area)
def draw_factual(place: Place) -> Any:
    """Draw the sample of a kab/kota."""
    return _step(
        place,
        lambda: operations.draw(place.registration, place.code, actor=current_actor()),
        _("Sampel ditarik. Bagilah kepada verifikator."),
    )


@bp.post(f"{PREFIX}/<region>/tambahan")
@requires(VERIFY, load=load_area)
def screen_factual(place: Place) -> Any:
    """The one-day check of members who were added in the repair."""
    return _step(
        place,
        lambda: operations.screen_added(place.registration, place.code, actor=current_actor()),
        _("Anggota tambahan diperiksa."),
    )


@bp.post(f"{PREFIX}/<region>/tutup-sampel")
@requires(ASSIGN_VISITS, load=load_area)
def close_factual_sample(place: Place) -> Any:
    """Close the sample: projection and minutes."""
    return _step(
        place,
        lambda: operations.close_sample(place.registration, place.code, actor=current_actor()),
        _("Sampel ditutup. Berita acaranya dikonsepkan di JDIH."),
    )


@bp.post(f"{PREFIX}/<region>/tutup")
@requires(ASSIGN_VISITS, load=load_area)
def close_factual(place: Place) -> Any:
    """Close the factual work of an area."""
    return _step(
        place,
        lambda: operations.close_area(place.registration, place.code, actor=current_actor()),
        _("Pekerjaan faktual ditutup. Hasilnya menunggu kesimpulan pleno."),
    )


@bp.post(f"{PREFIX}/<region>/bagi")
@requires(ASSIGN_VISITS, load=load_area)
def share_factual(place: Place) -> Any:
    """Share out the sample among the chosen verifiers."""
    sample = queries.sample_in(place.registration, queries.step_of(place.registration), place.code)
    if sample is None:
        abort(404)
    visitors = reads.visitors_at(VISIT, place.scope)
    form = forms.ShareForm().offer(visitors)
    if not form.validate_on_submit():
        return _area(place, Refused(_("Pilih verifikator dari daftar."), status=400))
    chosen = [account for account in visitors if account.id in set(form.akun.data or ())]
    try:
        samples.share_evenly(sample, chosen, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        return _area(place, refusal)
    flash(_("Sampel dibagi kepada %(n)s verifikator.", n=len(chosen)), "success")
    return redirect(url_for("sipol.factual_area", **place.here))


@bp.get(f"{PREFIX}/<region>/lembar-kerja.pdf")
@requires(READ_MEMBERS, load=load_area_of_kpu)
def factual_worksheet(place: Place) -> Response:
    """The worksheet (LK) of the sample, to be taken along on paper."""
    sample = queries.sample_in(place.registration, queries.step_of(place.registration), place.code)
    if sample is None:
        abort(404)
    response = Response(factual_papers.worksheet(place, sample), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"lembar-kerja-{sample.id}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response
