"""Pairs: KPU opens them, liaisons fill them, the plenary sets them, lots give numbers, everybody reads."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from wtforms import SelectChoice

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, public, requires
from electsys.identity.models import Account
from electsys.web.tables import Column, Filter, Table
from modules.silon import pair_words as words
from modules.silon.document_words import STATES
from modules.silon.forms import pairs as forms
from modules.silon.models import Nomination
from modules.silon.operations import nominations
from modules.silon.operations import pairs as operations
from modules.silon.permissions import DETERMINE, EDIT, READ, RECEIVE
from modules.silon.queries import pairs as queries
from modules.silon.queries.public import entries, versions
from modules.silon.queries.submissions import submissions_of
from modules.silon.submission_papers import number_of
from modules.silon.views import bp
from modules.silon.views.list_loading import load_election, load_nomination
from modules.silon.views.lists import shown
from modules.silon.workflow import CANDIDATE, PAIR

NATION = "nasional"
LOOKS = {"dct": "state-ok", "dicoret": "state-stop", "ms": "state-wait"}


def load_pair(nomination_id: int) -> tuple[Nomination, Scope]:
    """A pair; a liaison opens its own alone."""
    row, scope = load_nomination(nomination_id)
    if row.kind != "pasangan":
        abort(404)
    return row, scope


def load_contest(contest_id: int, region: str) -> tuple[tuple[Contest, str], Scope]:
    """A contest of pairs and the region in which they stand; ``nasional`` is the nation."""
    contest = db.session.get(Contest, contest_id) or abort(404)
    code = "" if region == NATION else region
    if contest.kind not in queries.BASES or contest.region_code not in ("", code):
        abort(404)
    return (contest, code), Scope(code, None, contest.election_id)


@bp.get("/pasangan")
@bp.get("/pasangan/pemilu/<election>")
@requires(READ)
def pairs(election: str | None = None) -> Any:
    """The pairs of the reader's bodies; a liaison's own."""
    found = load_election(election)
    scopes = [s for s in grants.scopes(current_user, READ) if s.party is None]
    overseer = bool(grants.scopes(current_user, RECEIVE)) or not grants.scopes(current_user, EDIT)
    table = Table(
        queries.pairs_in(found.id, scopes, None if overseer else current_user.id),
        [
            Column(
                "pasangan",
                _("Pasangan calon"),
                "label",
                sort=Nomination.label,
                head=True,
                link=lambda row: url_for("silon.pair", nomination_id=row.id),
            ),
            Column("pemilihan", _("Pemilihan"), "contest.name", sort=Nomination.contest_id),
            Column("nomor", _("Nomor urut"), "number", kind="number", sort=Nomination.number),
            Column("status", _("Status"), lambda row: PAIR.state_label(row.state), sort=Nomination.state),
            Column("kunci", _("Nomor pencalonan"), "id", sort=Nomination.id, hidden=True),
        ],
        caption=_("Pasangan calon, %(election)s", election=found.name),
        empty=_("Belum ada pasangan calon. KPU membuka akses begitu penghubung pasangan melapor."),
        filters=[
            Filter(
                "status", _("Status"), list(PAIR.labels.items()), lambda q, v: q.where(Nomination.state == v)
            )
        ],
        search=(Nomination.label,),
    )
    return table.download() or render_template(
        "silon/pairs/list.html",
        election=found,
        table=table,
        may_open=bool(grants.scopes(current_user, RECEIVE)),
        plenaries=_plenaries(found),
    )


@bp.route("/pasangan/pemilu/<election>/baru", methods=["GET", "POST"])
@requires(RECEIVE)
def new_pair(election: str) -> Any:
    """Give a pair access, in a contest of one's own body."""
    found = load_election(election)
    form = forms.NewPairForm()
    contests = {
        str(c.id): c
        for c in queries.contests_of_pairs(found.id)
        if can(current_user, RECEIVE, Scope(c.region_code, None, found.id))
    }
    form.contest.choices = [SelectChoice(key, c.name) for key, c in contests.items()]
    if form.validate_on_submit():
        contest = contests[form.contest.data]
        try:
            actor = current_actor()
            row = nominations.begin_pair(
                contest,
                contest.region_code,
                " ".join((form.name.data or "").upper().split()),
                independent=form.independent.data,
                actor=actor,
            )
            if form.liaison.data:
                nominations.add_liaison(row, _account(form.liaison.data, "liaison"), actor=actor)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Akses dibuka untuk %(pair)s.", pair=row.label), "success")
            return redirect(url_for("silon.pair", nomination_id=row.id))
    return render_template("silon/pairs/new.html", form=form, election=found, places=contests), form.status


@bp.get("/pasangan/<int:nomination_id>")
@requires(READ, load=load_pair)
def pair(loaded: Nomination) -> Any:
    """A pair: its two persons, the parties behind it, what the rules say, what comes next."""
    return _page(loaded)


@bp.post("/pasangan/<int:nomination_id>/partai")
@requires(EDIT, load=load_pair)
def save_parties(loaded: Nomination) -> Any:
    """Say which parties put up the pair."""
    form = forms.PartiesForm().offer(queries.eligible(loaded))
    key = loaded.id
    if form.validate_on_submit():
        try:
            operations.set_parties(loaded, form.parties.data or [], actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
        else:
            flash(_("Partai pengusul disimpan."), "success")
            return redirect(url_for("silon.pair", nomination_id=key))
    return _page(loaded, parties=form)


@bp.post("/pasangan/<int:nomination_id>/penghubung")
@requires(RECEIVE, load=load_pair)
def name_liaison(loaded: Nomination) -> Any:
    """Let an account act for the pair."""
    form = forms.LiaisonForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            nominations.add_liaison(
                loaded, _account(form.username.data or "", "username"), actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
        else:
            flash(_("Penghubung ditambahkan."), "success")
            return redirect(url_for("silon.pair", nomination_id=key))
    return _page(loaded, liaison=form)


@bp.get("/pasangan/penetapan/<int:contest_id>/<region>")
@requires(DETERMINE, load=load_contest)
def pair_plenary(loaded: tuple[Contest, str]) -> Any:
    """What the plenary sets, and the draw that follows."""
    return _plenary_page(*loaded)


@bp.post("/pasangan/penetapan/<int:contest_id>/<region>")
@requires(DETERMINE, load=load_contest)
def determine_pairs(loaded: tuple[Contest, str]) -> Any:
    """Set the pairs in plenary."""
    contest, region = loaded
    form = forms.PlenaryForm()
    if form.validate_on_submit():
        try:
            operations.determine_pairs(contest, region, signer=form.signer.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Pasangan calon ditetapkan."), "success")
            return redirect(url_for("silon.pair_plenary", contest_id=contest.id, region=region or NATION))
    return _plenary_page(contest, region, plenary=form)


@bp.post("/pasangan/penetapan/<int:contest_id>/<region>/undi")
@requires(DETERMINE, load=load_contest)
def draw_pairs(loaded: tuple[Contest, str]) -> Any:
    """Draw the numbers."""
    contest, region = loaded
    form = forms.PairDrawForm()
    if form.validate_on_submit():
        try:
            operations.hold_draw(
                contest,
                region,
                seed=form.seed.data or "",
                source=form.source.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Nomor urut diundi; surat suara dibekukan."), "success")
            return redirect(url_for("silon.pair_plenary", contest_id=contest.id, region=region or NATION))
    return _plenary_page(contest, region, draw=form)


@bp.get("/pasangan/publik/<int:contest_id>/<region>")
@public
def public_pairs(contest_id: int, region: str) -> Any:
    """The pairs of a contest as they were announced, and the draw, to be drawn again."""
    (contest, code), _scope = load_contest(contest_id, region)
    listing = queries.listing_of(contest.id, code)
    found: dict[int, list[Any]] = {}
    for entry in entries(listing.id) if listing else ():
        found.setdefault(entry.ListingEntry.nomination_id, []).append(entry)
    return render_template(
        "silon/pairs/public.html",
        contest=contest,
        region=code,
        listing=listing,
        pairs=list(found.values()),
        heads=words.heads_of(contest.kind),
        draw=queries.draw_of(contest.id, code),
        letter=versions(listing)[0] if listing else None,
        behind={key: queries.parties_of(db.session.get_one(Nomination, key)) for key in found},
    )


def _account(username: str, field: str) -> int:
    found = db.session.scalar(select(Account.id).where(Account.username == username.strip(), Account.active))
    if found is None:
        raise Refused(
            _("Tidak ada akun aktif bernama %(name)s.", name=username.strip()),
            field=field,
            hint=_("Admin membuat akunnya dengan peran penghubung pasangan calon."),
        )
    return found


def _plenaries(election: Election) -> list[tuple[Contest, str]]:
    return [
        (contest, contest.region_code or NATION)
        for contest in queries.contests_of_pairs(election.id)
        if can(current_user, DETERMINE, Scope(contest.region_code, None, election.id))
    ]


def _page(row: Nomination, **sent: Any) -> Any:
    judged = queries.judge(row)
    parties = sent.get("parties") or forms.PartiesForm(
        formdata=None, parties=[p.party_id for p in judged.parties]
    ).offer(queries.eligible(row))
    form = next(iter(sent.values()), None)
    page = render_template(
        "silon/pairs/pair.html",
        judged=judged,
        persons={person.candidate.number: person for person in judged.persons},
        heads=words.heads_of(row.contest.kind),
        proofs=STATES,
        traces=[(words.BY[each.by], each, words.trace_of(each)) for each in judged.thresholds],
        parties=parties,
        liaison=sent.get("liaison") or forms.LiaisonForm(formdata=None),
        form=form,
        may_name=can(current_user, RECEIVE, Scope(row.region, None, row.election_id)),
        sent=[(each, number_of(each)) for each in submissions_of(row.id)],
        **shown(row),
    )
    return page, form.status if form is not None else 200


def _plenary_page(contest: Contest, region: str, **sent: Any) -> Any:
    form = next(iter(sent.values()), None)
    page = render_template(
        "silon/pairs/plenary.html",
        contest=contest,
        region=region,
        nation=NATION,
        waiting=queries.ready(contest.id, region, "rancangan_dct"),
        set=queries.determined(contest.id, region),
        heads=words.heads_of(contest.kind),
        looks=LOOKS,
        states=CANDIDATE.state_label,
        draw=queries.draw_of(contest.id, region),
        plenary=sent.get("plenary") or forms.PlenaryForm(formdata=None),
        drawing=sent.get("draw") or forms.PairDrawForm(formdata=None),
        form=form,
    )
    return page, form.status if form is not None else 200
