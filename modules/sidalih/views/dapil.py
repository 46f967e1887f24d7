"""Proposals of dapil: the list, a new one, its plans as a map with tables, the draft that is chosen."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import SelectChoice

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.elections.queries import elections as all_elections
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.forms.dapil import ChooseForm, DapilForm
from modules.sidalih.models.dapil import DapilProposal
from modules.sidalih.operations import dapil as operations
from modules.sidalih.operations.dapil_jobs import start_proposal
from modules.sidalih.permissions import PROPOSE_DAPIL
from modules.sidalih.queries import dapil as queries
from modules.sidalih.queries.rolls import current_election
from modules.sidalih.views import bp, dapil_tables

CHAMBERS = {"dpr": _l("DPR"), "dprd_prov": _l("DPRD Provinsi"), "dprd_kabko": _l("DPRD Kabupaten/Kota")}


def load_proposal(proposal_id: int) -> tuple[DapilProposal, Scope]:
    """A proposal of dapil; 404 where there is none."""
    found = db.session.get(DapilProposal, proposal_id)
    if found is None:
        abort(404)
    return found, Scope(found.body_code, election=found.election_id)


def load_choice(proposal_id: int) -> tuple[DapilProposal, Scope]:
    """A proposal where its draft is chosen: those of the DPR are chosen for the nation."""
    found, _scope = load_proposal(proposal_id)
    return found, operations.scope_of(found.chamber, found.body_code, found.election_id)


@bp.get("/dapil")
@requires(PROPOSE_DAPIL)
def dapil_start() -> Any:
    """Proposals of the caller's regions."""
    table = Table(
        queries.proposals(grants.scopes(current_user, PROPOSE_DAPIL)),
        [
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda row: title_region(row[1]),
                head=True,
                link=lambda row: url_for("sidalih.dapil_proposal", proposal_id=row[0].id),
            ),
            Column("lembaga", _l("Lembaga"), lambda row: CHAMBERS[row[0].chamber]),
            Column("pemilu", _l("Pemilu"), lambda row: row[2]),
            Column("kursi", _l("Kursi"), lambda row: row[0].seats, kind="number", sort=DapilProposal.seats),
            Column("rancangan", _l("Rancangan"), lambda row: len(row[0].plans), kind="number"),
            Column("dipilih", _l("Dipilih"), lambda row: row[0].chosen, kind="number"),
            Column(
                "dibuat",
                _l("Dibuat"),
                lambda row: row[0].created_at,
                kind="moment",
                sort=DapilProposal.created_at,
            ),
        ],
        caption=_l("Usulan dapil"),
        empty=_l("Belum ada usulan dapil di wilayah Anda."),
        filters=[
            Filter(
                "lembaga",
                _l("Lembaga"),
                list(CHAMBERS.items()),
                lambda q, v: q.where(DapilProposal.chamber == v),
            )
        ],
        empty_action=(_l("Susun usulan dapil"), url_for("sidalih.dapil_new")),
        name="usulan-dapil",
    )
    return table.download() or render_template("sidalih/dapil/start.html", table=table)


@bp.get("/dapil/dpr")
@requires(PROPOSE_DAPIL)
def dapil_dpr() -> Any:
    """The provinces with their seats of the DPR today and by people, and where a proposal is made."""
    election = current_election() or abort(404)
    table, unknown = dapil_tables.provinces_table(
        queries.dpr_provinces(election),
        may=can(current_user, PROPOSE_DAPIL, Scope("", election=election.id)),
        name=f"kursi-dpr-{election.code}",
    )
    return table.download() or render_template(
        "sidalih/dapil/dpr.html", table=table, election=election, unknown=unknown
    )


@bp.route("/dapil/baru", methods=["GET", "POST"])
@requires(PROPOSE_DAPIL)
def dapil_new() -> Any:
    """Propose the dapil of a DPRD, or of the DPR in a province; a long search goes on as a job."""
    form = DapilForm()
    if request.method == "GET":
        form.chamber.data = "dpr" if request.args.get("lembaga") == "dpr" else "dprd"
        form.body.data = request.args.get("wilayah", "")
    found = [e for e in db.session.scalars(all_elections()) if e.state != "selesai"]
    form.election.choices = [SelectChoice(e.code, e.name) for e in found]
    if len(found) == 1 and not form.election.data:
        form.election.data = found[0].code
    if form.validate_on_submit():
        try:
            made = _propose(form)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return redirect(made)
    return render_template("sidalih/dapil/new.html", form=form), form.status


def _propose(form: DapilForm) -> str:
    """Make the proposal, or begin the job that does; the address of what came of it."""
    given = operations.read_populations(form.populations.data or "")
    source = (form.source.data or "").strip()
    if given and not source:
        raise Refused(_("Sebutkan sumber jumlah penduduk yang Anda isi."), field="source")
    election = by_code(form.election.data)
    if election is None:
        abort(404)
    dpr = form.chamber.data == "dpr"
    asked = operations.Asked(form.body.data or "", dpr, given, source, form.seats.data if dpr else None)
    actor = current_actor()
    if operations.prepare(election, asked, actor=actor).long:
        return url_for("jobs.job", job_id=start_proposal(election, asked, actor=actor).id)
    made = operations.propose_dapil(election, asked, actor=actor)
    return url_for("sidalih.dapil_proposal", proposal_id=made.id)


def _asked(proposal: DapilProposal) -> int:
    asked = request.args.get("rencana", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 4 else proposal.chosen or 1
    return number if 1 <= number <= len(proposal.plans) else 1


@bp.get("/dapil/usulan/<int:proposal_id>")
@requires(PROPOSE_DAPIL, load=load_proposal)
def dapil_proposal(proposal: DapilProposal) -> Any:
    """The plans of a proposal: one of them as a map, its dapil, its units, and its marks beside today's."""
    return _page(proposal, ChooseForm())


def _page(proposal: DapilProposal, form: ChooseForm) -> Any:
    election = db.session.get_one(Election, proposal.election_id)
    number = _asked(proposal)
    plan = proposal.plans[number - 1]
    names = queries.dapil_names({u["present"] for u in proposal.units if u["present"]}, election.map_id)
    units = dapil_tables.units_table(proposal, number, names)
    if (file := units.download()) is not None:
        return file
    shown = render_template(
        "sidalih/dapil/proposal.html",
        proposal=proposal,
        election=election,
        area=regions.region(proposal.body_code, election.map_id),
        chamber=CHAMBERS[proposal.chamber],
        number=number,
        plan=plan,
        plans=[dapil_tables.summary(p, n, on_map=proposal.on_map) for n, p in enumerate(proposal.plans, 1)],
        today=dapil_tables.summary(proposal.present, 0, on_map=proposal.on_map) if proposal.present else None,
        marks=dapil_tables.marks(plan, proposal.present),
        map=dapil_tables.plan_map(proposal, number),
        dapil=dapil_tables.dapil_table(proposal, number),
        units=units,
        bppd=dapil_tables.rounded(Fraction(proposal.population, proposal.seats)),
        splits=[s | {"seats": dapil_tables.hundredths(Fraction(*s["share"]))} for s in proposal.splits],
        form=form,
        may_choose=can(
            current_user,
            PROPOSE_DAPIL,
            operations.scope_of(proposal.chamber, proposal.body_code, proposal.election_id),
        ),
    )
    return shown, form.status


@bp.post("/dapil/usulan/<int:proposal_id>/pilih")
@requires(PROPOSE_DAPIL, load=load_choice)
def dapil_choose(proposal: DapilProposal) -> Any:
    """Choose a plan as the draft."""
    form = ChooseForm()
    if form.validate_on_submit():
        number = _asked(proposal)
        try:
            operations.choose_plan(proposal, number, reason=form.reason.data, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Rancangan %(n)s dipilih sebagai rancangan dapil.", n=number), "success")
            return redirect(url_for("sidalih.dapil_proposal", proposal_id=proposal.id, rencana=number))
    return _page(proposal, form)
