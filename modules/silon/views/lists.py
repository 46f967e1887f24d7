"""Lists of parties: where one may stand, begin, a list with its candidates in order."""

from __future__ import annotations

import json
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm
from modules.silon import list_tables as tables
from modules.silon.candidate_words import CHAMBERS
from modules.silon.checking import law_of
from modules.silon.finding_words import FLAG_NAMES, RULE_NAMES, SEVERITIES, finding_words
from modules.silon.forms.lists import OrderForm
from modules.silon.models import Nomination
from modules.silon.operations import candidates as operations
from modules.silon.operations.access import DRAFT, locked, scope_of
from modules.silon.operations.nominations import begin_list
from modules.silon.permissions import APPROVE, EDIT, READ, SUBMIT
from modules.silon.queries import lists as queries
from modules.silon.queries.ballots import of_nomination as ballot_of_nomination
from modules.silon.queries.deadlines import Deadline, Deadlines
from modules.silon.queries.submissions import approval_of, names_of, submissions_of
from modules.silon.rules.lists import most_names, women_needed
from modules.silon.submission_papers import number_of, where_of, who_of
from modules.silon.views import bp
from modules.silon.views.list_loading import Place, load_election, load_nomination, load_place
from modules.silon.workflow import flow_of
from modules.sipol import participants


@bp.get("/")
@bp.get("/pemilu/<election>")
@requires(READ)
def start(election: str | None = None) -> Any:
    """The lists before a reader: for people of a party every dapil of theirs, for KPU the lists of all."""
    found = load_election(election)
    scopes = [s for s in grants.scopes(current_user, READ) if s.election in (None, found.id)]
    parties = participants(found.id)
    mine = {s.party for s in scopes}
    bound = bool(mine) and None not in mine
    own = next((p for p in parties if p.party_id in mine), None) if bound else None
    if bound and own is None:
        return render_template("silon/lists/nothing.html", election=found)
    statement = queries.own_lists(found, own, scopes) if own else queries.lists_in(found, scopes)
    table = tables.lists_table(
        found,
        statement,
        parties=parties,
        own=own,
        may_begin=lambda dapil: bool(own) and _may_fill(found.id, own, dapil.body_code),
    )
    return table.download() or render_template(
        "silon/lists/start.html",
        election=found,
        own=own,
        table=table,
        progress=queries.progress_of(statement),
        chambers=CHAMBERS,
        deadline=Deadlines(found.id, []).of("daftar", "persiapan", "") if own else None,
        may_approve=own is not None and can(current_user, APPROVE),
    )


def _may_fill(election_id: int, own: Any, region: str) -> bool:
    return can(current_user, EDIT, Scope(region, own.party_id, election_id))


@bp.route("/<election>/mulai/<int:party>/<int:dapil_id>", methods=["GET", "POST"])
@requires(EDIT, load=load_place)
def begin(loaded: Place) -> Any:
    """Begin the list of a party in a dapil, or go on with the one there is."""
    form = ButtonForm()
    if form.validate_on_submit():
        try:
            row = begin_list(loaded.contest, loaded.dapil, loaded.party.party_id, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return redirect(url_for("silon.list_page", nomination_id=row.id))
    law, seats = law_of(loaded.election.id), loaded.dapil.seats
    page = render_template(
        "silon/lists/begin.html",
        form=form,
        place=loaded,
        area=title_region(loaded.dapil.name),
        most=most_names(seats, law.size) if seats else None,
        deadline=Deadlines(loaded.election.id, [loaded.dapil.body_code]).of(
            "daftar", "persiapan", loaded.dapil.body_code
        ),
    )
    return page, form.status


def deadline_of(row: Nomination) -> Deadline | None:
    """Until when a nomination may be worked on."""
    return Deadlines(row.election_id, [row.region]).of(row.kind, row.state, row.region)


def shown(row: Nomination) -> dict[str, Any]:
    """What every page of a nomination is given: who, where, and whether it may be changed."""
    refusal = locked(row)
    scope = scope_of(row)
    return {
        "nomination": row,
        "who": who_of(row),
        "where": where_of(row),
        "election": row.contest.election,
        "flow_state": tables.state_of(row),
        "lock": refusal,
        "may_edit": refusal is None and can(current_user, EDIT, scope),
        "may_submit": can(current_user, SUBMIT, scope),
    }


@bp.get("/daftar/<int:nomination_id>")
@requires(READ, load=load_nomination)
def list_page(loaded: Nomination) -> Any:
    """A list: its candidates in order, what the rules find, and what comes next."""
    return _list_page(loaded, OrderForm())


def _list_page(row: Nomination, form: OrderForm) -> Any:
    rows = names_of(row.id)
    judged = _judged(row)
    findings = [
        (finding, str(RULE_NAMES[finding.code]), str(SEVERITIES[finding.severity]), finding_words(finding))
        for finding in judged["findings"]
    ]
    page = render_template(
        "silon/lists/list.html",
        form=form,
        rows=rows,
        findings=findings,
        judged=judged,
        women=sum(each.sex == "P" for each in rows),
        flag_names=FLAG_NAMES,
        candidate_state=tables.candidate_state,
        may_order=row.state in (*DRAFT, "rancangan_dcs"),
        may_add=row.state in DRAFT,
        gap=[each.number for each in rows] != list(range(1, len(rows) + 1)),
        approval=approval_of(row),
        sent=[(each, number_of(each)) for each in submissions_of(row.id)],
        deadline=deadline_of(row),
        next_page=_next_page(row),
        ballot_at=_ballot_page(row),
        **shown(row),
    )
    return page, form.status


def link_if(endpoint: str, **values: Any) -> str | None:
    """The address of a page of another room, where it has one."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def _next_page(row: Nomination) -> tuple[str, Any] | None:
    """The page of the window that the state of a list has opened: address and words."""
    pages = {
        "perbaikan": ("silon.repair", _("Yang harus diperbaiki")),
        "rancangan_dcs": ("silon.draft_review", _("Cermati rancangan DCS")),
        "penggantian": ("silon.replacements", _("Penggantian calon")),
        "rancangan_dct": ("silon.draft_review", _("Cermati rancangan DCT")),
    }
    if row.state not in pages:
        return None
    endpoint, words = pages[row.state]
    return url_for(endpoint, nomination_id=row.id), words


def _ballot_page(row: Nomination) -> str | None:
    """The proof of the ballot on which a final list stands, once it is frozen."""
    return url_for("silon.own_ballot", nomination_id=row.id) if ballot_of_nomination(row) else None


def _judged(row: Nomination) -> dict[str, Any]:
    """What the counter and the rules of a list say; of persons and pairs nothing."""
    if row.kind != "daftar":
        return {"findings": [], "most": None, "needed": None, "zipper": 0, "needs": "[]"}
    from modules.silon.checking import facts_of
    from modules.silon.rules.lists import judge_list

    rows = names_of(row.id)
    law = law_of(row.election_id)
    seats = row.dapil.seats if row.dapil else None
    return {
        "findings": judge_list(facts_of(row, rows, law=law)),
        "most": most_names(seats, law.size) if seats else None,
        "needed": women_needed(len(rows), law.quota, law.rounding),
        "zipper": law.zipper,
        "needs": json.dumps([women_needed(n, law.quota, law.rounding) for n in range(len(rows) + 1)]),
    }


@bp.post("/daftar/<int:nomination_id>/urutan")
@requires(EDIT, load=load_nomination)
def order_list(loaded: Nomination) -> Any:
    """Number the candidates anew."""
    form = OrderForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            operations.order_candidates(loaded, form.ids, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Nomor urut disimpan."), "success")
            return redirect(url_for("silon.list_page", nomination_id=key))
    return _list_page(db.session.get(Nomination, key) or abort(404), form)


@bp.route("/daftar/<int:nomination_id>/tarik", methods=["GET", "POST"])
@requires(SUBMIT, load=load_nomination)
def withdraw_list(loaded: Nomination) -> Any:
    """Take a list back before it is submitted; its row and its past stay."""
    from modules.silon.forms.candidates import ReasonForm

    form = ReasonForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            flow_of(loaded).move(loaded, "withdraw", actor=current_actor(), reason=form.reason.data)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
        else:
            flash(_("Pencalonan ditarik. Isinya tetap tersimpan."), "success")
            return redirect(url_for("silon.start"))
    page = render_template(
        "silon/lists/act.html",
        form=form,
        fields=[form.reason],
        title=_("Tarik pencalonan"),
        back=(url_for("silon.list_page", nomination_id=key), where_of(loaded)),
        danger=True,
        upload=False,
        **shown(loaded),
    )
    return page, form.status
