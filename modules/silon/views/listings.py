"""The way of a body's lists: drafts and their review, steps, plenaries, versions."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.jobs import Job
from electsys.regions.queries import names
from electsys.web.formats import angka, title_region
from electsys.web.forms import ButtonForm, demand_button
from electsys.web.tables import Column, Table
from modules.silon.finding_words import finding_words
from modules.silon.forms.stages import DetermineForm, ReviewForm
from modules.silon.listing_words import STAGES, stage_of
from modules.silon.models import Listing, Nomination
from modules.silon.operations import ballots, listings, plenaries
from modules.silon.operations.access import scope_of
from modules.silon.operations.amendments import newest
from modules.silon.operations.publishing import participant_names, places_of
from modules.silon.permissions import CONCLUDE, DETERMINE, READ, SUBMIT
from modules.silon.queries import listings as queries
from modules.silon.queries.outlooks import LISTED, PLENARIES, outlook
from modules.silon.views import bp
from modules.silon.views.list_loading import load_nomination
from modules.silon.workflow import LIST

#: Steps in their order, by the action: what the button says.
STEP_WORDS = {
    "open_responses": _l("Buka masukan dan tanggapan masyarakat"),
    "clarify": _l("Mulai klarifikasi"),
    "open_replacement": _l("Buka masa penggantian"),
    "draft": _l("Susun rancangan DCT"),
}
#: How many broken rules and waiting lists a page names.
NAMED = 20


class Body(NamedTuple):
    """A body's lists in a contest."""

    contest: Contest
    region: str

    @property
    def here(self) -> dict[str, Any]:
        """The arguments of its pages."""
        return {
            "election": self.contest.election.code,
            "kind": self.contest.kind,
            "region": self.region or "nasional",
        }


def load_body(election: str, kind: str, region: str) -> tuple[Body, Scope]:
    """The body of an address; ``nasional`` is KPU RI."""
    found = by_code(election) or abort(404)
    code = "" if region == "nasional" else region
    contest = db.session.scalars(
        select(Contest).where(
            Contest.election_id == found.id, Contest.kind == kind, Contest.region_code == ""
        )
    ).one_or_none()
    known = contest is not None and db.session.scalar(
        select(Nomination.id)
        .where(Nomination.contest_id == contest.id, Nomination.region == code, Nomination.kind.in_(LISTED))
        .limit(1)
    )
    if contest is None or not known:
        abort(404)
    return Body(contest, code), Scope(code, None, found.id)


def load_step(election: str, kind: str, region: str, step: str) -> tuple[tuple[Body, str], Scope]:
    """A body at a step of its lists."""
    body, scope = load_body(election, kind, region)
    return (body, step), scope


@bp.get("/penetapan")
@requires(READ)
def listing_bodies() -> Any:
    """The bodies whose lists the reader sees, and how far they are."""
    election = queries.newest_election() or abort(404)
    table = Table(
        queries.bodies(election.id, current_user),
        [
            Column("pemilihan", _l("Pemilihan"), lambda r: r.name, sort=Contest.id),
            Column(
                "daerah",
                _l("Penyelenggara"),
                lambda r: _area(r.region, election),
                head=True,
                link=lambda r: (
                    url_for(
                        "silon.listing_body",
                        election=election.code,
                        kind=r.kind,
                        region=r.region or "nasional",
                    )
                    if can(current_user, READ, Scope(r.region, None, election.id))
                    else None
                ),
            ),
            Column("daftar", _l("Daftar"), lambda r: r.lists, kind="number"),
            Column("verifikasi", _l("Belum selesai diverifikasi"), lambda r: r.before, kind="number"),
            Column("rancangan", _l("Rancangan DCS"), lambda r: r.draft, kind="number"),
            Column("dcs", _l("DCS"), lambda r: r.provisional, kind="number"),
            Column("rancangan_dct", _l("Rancangan DCT"), lambda r: r.final_draft, kind="number"),
            Column("dct", _l("DCT"), lambda r: r.final, kind="number"),
        ],
        caption=_l("Daftar calon menurut penyelenggara"),
        empty=_l("Belum ada pencalonan. Daftar muncul di sini sesudah partai mulai mengisinya."),
        size=50,
        name=f"penetapan-{election.code}",
    )
    return table.download() or render_template("silon/listing_bodies.html", election=election, table=table)


@bp.get("/penetapan/<election>/<kind>/<region>")
@requires(READ, load=load_body)
def listing_body(body: Body) -> Any:
    """A body: where its lists are, what comes next, what was announced."""
    return _page(body, DetermineForm(formdata=None))


@bp.post("/penetapan/<election>/<kind>/<region>/rancangan/<any(rancangan_dcs, rancangan_dct):step>")
@requires(CONCLUDE, load=load_step)
def draft_listings(loaded: tuple[Body, str]) -> Any:
    """Draw up the draft of each list."""
    body, kind = loaded
    demand_button()
    made = listings.draft_listings(body.contest, body.region, kind, actor=current_actor())
    flash(
        _("%(n)s rancangan disusun; peserta diminta mencermatinya.", n=angka(len(made)))
        if made
        else _("Rancangan tidak berubah sejak versi terakhir."),
        "success",
    )
    return redirect(url_for("silon.listing_body", **body.here), 303)


@bp.post(
    "/penetapan/<election>/<kind>/<region>/langkah/"
    "<any(open_responses, clarify, open_replacement, draft):step>"
)
@requires(CONCLUDE, load=load_step)
def advance_lists(loaded: tuple[Body, str]) -> Any:
    """Take all lists of a body one step on."""
    body, step = loaded
    demand_button()
    moved = listings.advance(body.contest, body.region, step, actor=current_actor())
    if step == "draft":
        listings.draft_listings(body.contest, body.region, "rancangan_dct", actor=current_actor())
    flash(_("%(n)s daftar maju ke tahap berikutnya.", n=angka(moved)), "success")
    return redirect(url_for("silon.listing_body", **body.here), 303)


@bp.post("/penetapan/<election>/<kind>/<region>/pleno/<any(dcs, dct):step>")
@requires(DETERMINE, load=load_step)
def determine_lists(loaded: tuple[Body, str]) -> Any:
    """The plenary determines the lists of a body."""
    body, kind = loaded
    form = DetermineForm()
    if form.validate_on_submit():
        try:
            done = plenaries.begin(
                body.contest,
                body.region,
                kind,
                signer=form.signer.data or "",
                note=form.note.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            if isinstance(done, Job):
                return redirect(url_for("jobs.job", job_id=done.id), 303)
            flash(
                _("%(n)s calon ditetapkan dengan nomor %(number)s.",
                  n=angka(done.candidates), number=done.number),
                "success",
            )  # fmt: skip
            return redirect(url_for("silon.listing_body", **body.here), 303)
    return _page(body, form)


def _page(body: Body, form: DetermineForm) -> Any:
    scope = Scope(body.region, None, body.contest.election_id)
    states = queries.states_of(body.contest.id, body.region)
    draft = next((kind for kind in listings.DRAFTS if states.get(listings.DRAFTS[kind][0])), None)
    coming = next((kind for kind in PLENARIES if states.get(PLENARIES[kind].source)), None)
    step = next((name for name, state in listings.STEPS.items() if states.get(state)), None)
    table = Table(
        queries.versions_of_body(body.contest.id, body.region),
        [
            Column("daerah", _l("Daerah"), _place, head=True, link=lambda r: _public(body, r)),
            Column("tahap", _l("Daftar"), lambda r: stage_of(r[0].stage, r[0].version)),
            Column("calon", _l("Calon"), lambda r: r.names, kind="number"),
            Column("alasan", _l("Alasan"), lambda r: r[0].reason or "–"),
            Column("waktu", _l("Waktu"), lambda r: r[0].at, kind="moment", sort=Listing.at),
        ],
        caption=_l("Versi daftar"),
        empty=_l("Belum ada rancangan. Susun rancangan sesudah verifikasi disimpulkan."),
        size=20,
        name="versi-daftar",
        exports=(),
    )
    found = outlook(body.contest, body.region, coming) if coming else None
    reviews = queries.reviews_of_body(body.contest.id, body.region, draft) if draft else []
    rows = [row for row, _review in reviews]
    page = render_template(
        "silon/listing_body.html",
        body=body,
        election=body.contest.election,
        area=_area(body.region, body.contest.election),
        states=[(LIST.state_label(s), states[s]) for s in LIST.states if states.get(s)],
        draft=draft,
        coming=coming,
        step=step,
        step_words=STEP_WORDS,
        stages=STAGES,
        found=found,
        broken=[
            (each.nomination, [finding_words(f) for f in each.findings])
            for each in (found.broken[:NAMED] if found else ())
        ],
        called=participant_names(
            [*rows, *(each.nomination for each in (found.broken[:NAMED] if found else ()))]
        ),
        reviews=reviews,
        table=table,
        form=form if coming and can(current_user, DETERMINE, scope) else None,
        step_form=ButtonForm(formdata=None) if can(current_user, CONCLUDE, scope) else None,
        named=NAMED,
    )
    return page, form.status


def _area(region: str, election: Election) -> str:
    if not region:
        return _("KPU RI")
    return title_region(names([region], election.map_id).get(region, region))


def _place(row: Any) -> str:
    listing, dapil = row[0], row[1]
    return title_region(dapil.name) if dapil else (listing.region or _("Seluruh Indonesia"))


def _public(body: Body, row: Any) -> str | None:
    listing, dapil = row[0], row[1]
    if not listing.public:
        return None
    return url_for(
        "silon.public_list",
        election=body.contest.election.code,
        kind=body.contest.kind,
        place=dapil.code if dapil else (listing.region or "nasional"),
        tahap=listing.stage,
        versi=listing.version,
    )


# --- review ----------------------------------------------------------------------------------------


@bp.get("/rancangan/<int:nomination_id>")
@requires(READ, load=load_nomination)
def draft_review(loaded: Nomination) -> Any:
    """The draft of one's own list, to be looked at."""
    return _review(loaded, ReviewForm(formdata=None))


@bp.post("/rancangan/<int:nomination_id>")
@requires(SUBMIT, load=load_nomination)
def review_draft(loaded: Nomination) -> Any:
    """Say whether it is right."""
    form = ReviewForm()
    listing = _draft_of(loaded)
    if listing is None:
        abort(404)
    key = loaded.id
    if form.validate_on_submit():
        try:
            ballots.review(
                loaded,
                outcome=form.outcome.data,
                note=form.note.data or "",
                listing=listing,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
        else:
            flash(_("Hasil pencermatan tersimpan."), "success")
            return redirect(url_for("silon.draft_review", nomination_id=key), 303)
    return _review(loaded, form)


def _draft_of(row: Nomination) -> Listing | None:
    """The newest draft of a nomination's list, while it is looked at."""
    kind = next(
        (kind for kind, (state, _enter, _stage) in listings.DRAFTS.items() if state == row.state), None
    )
    return newest(row, kind) if kind else None


def _review(row: Nomination, form: ReviewForm) -> Any:
    listing = _draft_of(row)
    [place] = places_of([row]).values()
    page = render_template(
        "silon/listing_review.html",
        row=row,
        called=participant_names([row])[row.id],
        place=title_region(place.name),
        listing=listing,
        stages=STAGES,
        entries=queries.own_entries(listing.id, row.id) if listing else [],
        said=queries.last_review(row.id, listing=listing.id) if listing else None,
        state=LIST.state_label(row.state),
        form=form if listing and can(current_user, SUBMIT, scope_of(row)) else None,
    )
    return page, form.status
