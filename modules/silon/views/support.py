"""Supporters: how far a list has come and where, its rows, handing in, and what the plenary concludes."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.documents import OfficialDocument, StoredFile
from electsys.documents.views import send_stored
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.identity.models import Account
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm, demand_button
from electsys.web.tables import Column, Filter, Table
from modules.silon import support_words as words
from modules.silon.forms import support as forms
from modules.silon.models import Nomination, NominationLiaison, Supporter, SupportStep
from modules.silon.operations import nominations, support_judging, support_steps, supporters
from modules.silon.operations.access import scope_of
from modules.silon.permissions import CONCLUDE, EDIT, READ, RECEIVE, SUBMIT, VERIFY
from modules.silon.queries import support as queries
from modules.silon.queries import support_factual as visits
from modules.silon.queries.support_judging import QUEUE, without_papers
from modules.silon.rules.support import DESK
from modules.silon.views import bp
from modules.silon.views.list_loading import load_election, load_nomination
from modules.silon.workflow import SUPPORT, SUPPORTER
from modules.silon.workflow.support import CHECKS, HANDED


def load_support(nomination_id: int) -> tuple[Nomination, Scope]:
    """A nomination that brings supporters; a liaison opens its own alone."""
    row, scope = load_nomination(nomination_id)
    if row.support_state is None:
        abort(404)
    return row, scope


def load_supporter(supporter_id: int) -> tuple[Supporter, Scope]:
    """A row of a list, for those who may open the list."""
    row = db.session.get(Supporter, supporter_id) or abort(404)
    nomination, scope = load_support(row.nomination_id)
    return row, scope_of(nomination) or scope


def load_receipt(nomination_id: int, step_id: int) -> tuple[StoredFile, Scope]:
    """The receipt of a step."""
    nomination, scope = load_support(nomination_id)
    step = db.session.get(SupportStep, step_id)
    if step is None or step.nomination_id != nomination.id or step.document_id is None:
        abort(404)
    return db.session.get_one(OfficialDocument, step.document_id).file, scope


@bp.get("/dukungan")
@bp.get("/dukungan/pemilu/<election>")
@requires(READ)
def supports(election: str | None = None) -> Any:
    """Those who bring supporters, in the reader's bodies; a liaison's own."""
    from electsys.workflow.scoping import within

    found = load_election(election)
    scopes = [s for s in grants.scopes(current_user, READ) if s.party is None]
    rows = select(Nomination).where(
        Nomination.election_id == found.id,
        Nomination.support_state.is_not(None),
        within(region=Nomination.region, election=Nomination.election_id)(scopes),
    )
    if grants.scopes(current_user, EDIT) and not grants.scopes(current_user, RECEIVE):
        mine = select(NominationLiaison.nomination_id).where(NominationLiaison.account_id == current_user.id)
        rows = rows.where(Nomination.id.in_(mine))
    table = Table(
        rows,
        [
            Column(
                "nama",
                _("Yang didukung"),
                "label",
                sort=Nomination.label,
                head=True,
                link=lambda row: url_for("silon.support", nomination_id=row.id),
            ),
            Column("pemilihan", _("Pemilihan"), "contest.name", sort=Nomination.contest_id),
            Column("wilayah", _("Kode wilayah"), "region", sort=Nomination.region),
            Column(
                "status",
                _("Status"),
                lambda row: SUPPORT.state_label(row.support_state),
                sort=Nomination.support_state,
            ),
            Column("kunci", _("Nomor pencalonan"), "id", sort=Nomination.id, hidden=True),
        ],
        caption=_("Dukungan calon perseorangan, %(election)s", election=found.name),
        empty=_("Belum ada yang menyerahkan dukungan. KPU membuka akses begitu seseorang melapor."),
        filters=[
            Filter(
                "status",
                _("Status"),
                list(SUPPORT.labels.items()),
                lambda q, v: q.where(Nomination.support_state == v),
            )
        ],
        search=(Nomination.label,),
    )
    return table.download() or render_template(
        "silon/support/list.html",
        election=found,
        table=table,
        may_open=bool(grants.scopes(current_user, RECEIVE)),
    )


@bp.route("/dukungan/pemilu/<election>/baru", methods=["GET", "POST"])
@requires(RECEIVE)
def new_person(election: str) -> Any:
    """Give somebody for the DPD access."""
    found = load_election(election)
    form = forms.NewPersonForm()
    contest = db.session.scalars(
        select(Contest).where(Contest.election_id == found.id, Contest.kind == "dpd")
    ).one_or_none()
    if form.validate_on_submit() and contest is not None:
        try:
            actor = current_actor()
            name = " ".join((form.name.data or "").upper().split())
            row = nominations.begin_person(contest, form.region.data or "", name, actor=actor)
            if form.liaison.data:
                nominations.add_liaison(row, _account(form.liaison.data), actor=actor)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Akses dibuka untuk %(name)s.", name=row.label), "success")
            return redirect(url_for("silon.support", nomination_id=row.id))
    page = render_template("silon/support/new.html", form=form, election=found, contest=contest)
    return page, form.status


@bp.get("/dukungan/<int:nomination_id>")
@requires(READ, load=load_support)
def support(loaded: Nomination) -> Any:
    """How far a list has come, and where support is lacking."""
    return _page(loaded)


@bp.get("/dukungan/<int:nomination_id>/tanda-terima/<int:step_id>")
@requires(READ, load=load_receipt)
def support_receipt(loaded: StoredFile) -> Response:
    """The receipt of what was handed in."""
    return send_stored(loaded)


@bp.get("/dukungan/<int:nomination_id>/pendukung")
@requires(READ, load=load_support)
def supporter_rows(loaded: Nomination) -> Any:
    """The rows of a list. The NIK is masked, and no download carries it."""
    masks: dict[int, str] = {}

    def masked(row: Any) -> str:
        if row.Supporter.id not in masks:
            masks.update(queries.masked([r.Supporter for r in table.page.rows]))
        return masks.get(row.Supporter.id, "")

    rows = queries.rows_of(loaded)
    if area := request.args.get("wilayah", ""):
        rows = rows.where(Supporter.village_code.startswith(area, autoescape=True))
    table = Table(
        rows,
        [
            Column(
                "nama",
                _("Nama"),
                "Supporter.name",
                sort=Supporter.name,
                head=True,
                link=lambda row: url_for("silon.supporter", supporter_id=row.Supporter.id),
            ),
            Column("nik", _("NIK"), masked, export=False),
            Column("jk", _("L/P"), "Supporter.sex", sort=Supporter.sex),
            Column(
                "desa",
                _("Desa/kelurahan"),
                lambda row: title_region(row.village or row.Supporter.village_code),
                sort=Supporter.village_code,
            ),
            Column("tanda", _("Tanda"), lambda row: words.flags_text(row.Supporter.flags) or None),
            Column(
                "status",
                _("Status"),
                lambda row: SUPPORTER.state_label(row.Supporter.state),
                sort=Supporter.state,
                cell=lambda row: words.badge(row.Supporter.state),
            ),
            Column("kunci", _("Nomor baris"), "Supporter.id", sort=Supporter.id, hidden=True),
        ],
        caption=_("Pendukung %(name)s", name=loaded.label),
        empty=_("Belum ada pendukung. Impor berkas pendukung, atau tambah satu per satu."),
        filters=[
            Filter(
                "bendera",
                _("Tanda"),
                list(words.FLAGS.items()),
                lambda q, v: q.where(Supporter.flags.any_() == v) if v in words.FLAGS else q,
            ),
            Filter(
                "status",
                _("Status"),
                list(SUPPORTER.labels.items()),
                lambda q, v: q.where(Supporter.state == v),
            ),
        ],
        search=(Supporter.name,),
    )
    return table.download() or render_template("silon/support/rows.html", nomination=loaded, table=table)


@bp.route("/dukungan/<int:nomination_id>/tambah", methods=["GET", "POST"])
@requires(EDIT, load=load_support)
def add_supporter(loaded: Nomination) -> Any:
    """Give one supporter."""
    form = forms.SupporterForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            row = supporters.add_supporter(loaded, form.claim(), actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
        else:
            told = words.flags_text(row.flags)
            flash(
                _("%(name)s ditambahkan, bertanda: %(flags)s.", name=row.name, flags=told)
                if told
                else _("%(name)s ditambahkan.", name=row.name),
                "warning" if told else "success",
            )
            return redirect(url_for("silon.add_supporter", nomination_id=key))
    return render_template("silon/support/add.html", form=form, nomination=loaded), form.status


@bp.route("/dukungan/pendukung/<int:supporter_id>/tarik", methods=["GET", "POST"])
@requires(EDIT, load=load_supporter)
def withdraw_supporter(loaded: Supporter) -> Any:
    """Take one supporter off the list."""
    form = forms.ReasonForm()
    key, nomination_id = loaded.id, loaded.nomination_id
    if form.validate_on_submit():
        try:
            supporters.withdraw_supporter(loaded, reason=form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Supporter, key)
        else:
            flash(_("Pendukung ditarik."), "success")
            return redirect(url_for("silon.supporter_rows", nomination_id=nomination_id))
    page = render_template(
        "silon/support/withdraw.html",
        form=form,
        row=loaded,
        nik=queries.masked([loaded])[loaded.id],
        nomination=db.session.get_one(Nomination, nomination_id),
        flags=words.flags_text(loaded.flags),
    )
    return page, form.status


@bp.post("/dukungan/<int:nomination_id>/serahkan")
@requires(SUBMIT, load=load_support)
def hand_in_support(loaded: Nomination) -> Any:
    """Hand in the list as it stands."""
    demand_button()
    key = loaded.id
    try:
        support_steps.hand_in(loaded, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        flash(" ".join(filter(None, (refusal.message, refusal.hint))), "danger")
    else:
        flash(_("Dukungan diserahkan. Tanda terimanya dapat diunduh."), "success")
    return redirect(url_for("silon.support", nomination_id=key))


@bp.post("/dukungan/<int:nomination_id>/buka-putaran")
@requires(VERIFY, load=load_support)
def open_support_round(loaded: Nomination) -> Any:
    """Bring rows that have no item yet to the desk, as a job."""
    demand_button()
    job = support_judging.begin_round(loaded, actor=current_actor())
    return redirect(url_for("jobs.job", job_id=job.id))


@bp.post("/dukungan/<int:nomination_id>/simpulkan")
@requires(CONCLUDE, load=load_support)
def conclude_support(loaded: Nomination) -> Any:
    """Conclude a step in plenary."""
    form = forms.ReasonForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            act = support_steps.lapse if support_steps.has_lapsed(loaded) else support_steps.conclude
            row = act(loaded, reason=form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
        else:
            flash(_("Disimpulkan: %(what)s.", what=words.OUTCOMES[row.outcome]), "success")
            return redirect(url_for("silon.support", nomination_id=key))
    return _page(loaded, form)


def _account(username: str) -> int:
    found = db.session.scalar(select(Account.id).where(Account.username == username.strip(), Account.active))
    if found is None:
        raise Refused(_("Tidak ada akun aktif bernama %(name)s.", name=username.strip()), field="liaison")
    return found


def _page(row: Nomination, form: forms.ReasonForm | None = None) -> Any:
    step = row.support_state or ""
    drawn = visits.samples_of(row, (visits.round_now(row, "verfak"),))
    visited = bool(drawn)
    # Once every area is closed the projection stands for the rows, as it will in the plenary.
    closed = visited and all(sample.state == "ditutup" for sample in drawn)
    field = visited and (step in ("verfak_kedua", "memenuhi", "tms") or (closed and step == "verfak"))
    standing = queries.standing_of(row, field=field)
    repair = queries.repair_of(row)
    desk = None
    if step in DESK and can(current_user, VERIFY, scope_of(row)):
        election = row.contest.election.code
        desk = url_for("verification.desk", queue=QUEUE, pemilu=election, wilayah=row.region)
    names = queries.areas_of(row)
    scope = scope_of(row)
    page = render_template(
        "silon/support/support.html",
        nomination=row,
        election=row.contest.election,
        state=SUPPORT.state_label(row.support_state or ""),
        standing=standing,
        gaps=words.gaps_of(standing.progress) if standing.progress else None,
        areas=[(code, title_region(name), standing.by_area.get(code, 0)) for code, name in names.items()],
        flags=[(words.FLAGS[flag], flag, n) for flag, n in standing.flags.items()],
        steps=queries.steps_of(row),
        words=words,
        step_names=SUPPORT.labels,
        form=form,
        reason=form or forms.ReasonForm(formdata=None),
        button=ButtonForm(formdata=None),
        field=field or step in queries.AFTER,
        visited=visited or step in visits.STEPS,
        in_field=step in visits.STEPS,
        repair=words.repair_text(repair) if repair else None,
        repair_missing=repair.missing if repair else 0,
        papers_missing=without_papers(row),
        ready=standing.progress is not None and standing.progress.enough and not (repair and repair.missing),
        desk=desk,
        unopened=support_judging.unopened(row) if desk else 0,
        letter="jdih.letter" if can(current_user, "jdih:letter:read", Scope(row.region)) else None,
        may_edit=(row.support_state or "") in HANDED and can(current_user, EDIT, scope),
        may_hand_in=(row.support_state or "") in HANDED and can(current_user, SUBMIT, scope),
        lapsed=support_steps.has_lapsed(row) and can(current_user, CONCLUDE, scope),
        may_conclude=(row.support_state or "") in CHECKS and can(current_user, CONCLUDE, scope),
    )
    return page, form.status if form else 200
