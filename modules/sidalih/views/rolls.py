"""Where each list stands: the overview, one roll as a list of tasks, and the page of each step."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.jobs.queries import of_subject
from electsys.regions import queries as regions
from modules.sidalih import displays
from modules.sidalih.forms.lists import NikForm, OpenRollForm, StageForm
from modules.sidalih.models import VoterRoll
from modules.sidalih.operations.lists import STAGE_OF
from modules.sidalih.operations.minutes import stage_name
from modules.sidalih.operations.rolls import open_roll
from modules.sidalih.permissions import COMPILE, DETERMINE, READ, READ_LISTS
from modules.sidalih.queries import rolls as queries
from modules.sidalih.queries.lists import lists_of
from modules.sidalih.queries.recaps import newest_recap
from modules.sidalih.stages import begin_stage
from modules.sidalih.steps import steps_of
from modules.sidalih.views import bp
from modules.sidalih.views.loading import election_of, load_area, load_roll
from modules.sidalih.workflow.rolls import ROLL


@bp.get("")
@requires(READ_LISTS)
def start() -> Any:
    """The voter lists of the reader's regions: state, numbers, days left, next step."""
    election = queries.current_election() or abort(404)
    held = [scope.region or "" for scope in grants.scopes(current_user, READ_LISTS)]
    rows = queries.overview(election, held)
    left = {
        state: queries.days_left(election.id, state, rows[0].code if len(rows) == 1 else "")
        for state in {row.state for row in rows if row.state}
    }
    mine = [code[:4] for code in held if len(code) == 4] if can(current_user, COMPILE) else []
    table = displays.rolls_table(rows, left)
    return table.download() or render_template(
        "sidalih/roll/start.html",
        election=election,
        table=table,
        rows=rows,
        places=_own_places(election, held, rows),
        unopened=[row for row in rows if row.roll_id is None and row.code in mine],
        form=OpenRollForm(),
    )


def _own_places(election: Election, held: list[str], rows: list[queries.RollRow]) -> list[dict[str, Any]]:
    """The kecamatan and villages of PPK and PPS: what they open instead of the whole kab/kota."""
    rolls = {row.code: row.roll_id for row in rows if row.roll_id}
    small = [code[:10] for code in held if len(code) > 4 and code[:4] in rolls]
    named = regions.names(small, election.map_id)
    return [{"code": code, "name": named.get(code, code), "roll_id": rolls[code[:4]]} for code in small]


@bp.post("/buka")
@requires(COMPILE)
def open_list() -> Any:
    """Begin the list of a kab/kota."""
    form = OpenRollForm()
    if not form.validate_on_submit():
        abort(400)
    election = queries.current_election() or abort(404)
    roll = open_roll(election, form.region.data or "", actor=current_actor())
    flash(_("Daftar pemilih dibuka. Langkah pertama: impor DP4."), "success")
    return redirect(url_for("sidalih.roll", roll_id=roll.id))


@bp.get("/<int:roll_id>")
@requires(READ_LISTS, load=load_roll)
def roll(loaded: VoterRoll) -> Any:
    """One list on its way: every step with its numbers and what is missing."""
    election = election_of(loaded)
    rows = queries.living_by(election.id, loaded.region, 6)
    whole = sum(rows, queries.LivingRow(loaded.region))
    frozen = lists_of(loaded.id)
    offered = [t for t in ROLL.offered(loaded, current_user) if t.action in STAGE_OF]
    recap = newest_recap(election.id, loaded.region[:2], "dpt")
    steps = steps_of(loaded, election, whole, queries.imported(loaded), frozen, recap, offered)
    return render_template(
        "sidalih/roll/roll.html",
        roll=loaded,
        election=election,
        region=regions.region(loaded.region, election.map_id),
        steps=steps,
        whole=whole,
        table=displays.living_table(loaded, election, rows),
        lists=frozen,
        stage_name=stage_name,
        left=queries.days_left(election.id, loaded.state, loaded.region),
        job=next(iter(of_subject(f"voter_roll:{loaded.id}")), None),
        nik=NikForm(),
        reads=can(current_user, READ, Scope(loaded.region, election=election.id)),
    )


@bp.get("/<int:roll_id>/wilayah/<code>")
@requires(READ_LISTS, load=load_area)
def area(loaded: Any) -> Any:
    """The living numbers of a kecamatan or village, part by part."""
    if len(loaded.code) == 13:
        abort(404)
    election = election_of(loaded.roll)
    length = {4: 6, 6: 10, 10: 13}[len(loaded.code)]
    rows = queries.living_by(election.id, loaded.code, length)
    table = displays.living_table(loaded.roll, election, rows)
    return table.download() or render_template(
        "sidalih/roll/area.html",
        roll=loaded.roll,
        region=loaded.region,
        path=displays.path_in_roll(loaded.roll, loaded.code),
        table=table,
        whole=sum(rows, queries.LivingRow(loaded.code)),
        reads=can(current_user, READ, Scope(loaded.code, election=election.id)),
    )


def _load_step(roll_id: int, action: str) -> tuple[tuple[VoterRoll, str], Scope]:
    found, scope = load_roll(roll_id)
    if action not in STAGE_OF:
        abort(404)
    return (found, action), scope


@bp.route("/<int:roll_id>/langkah/<action>", methods=["GET", "POST"])
@requires(COMPILE, load=_load_step)
def compile_step(loaded: tuple[VoterRoll, str]) -> Any:
    """Begin or close the visits: the office freezes its working list."""
    return _step(*loaded)


@bp.route("/<int:roll_id>/pleno/<action>", methods=["GET", "POST"])
@requires(DETERMINE, load=_load_step)
def plenary(loaded: tuple[VoterRoll, str]) -> Any:
    """Set a list in plenary."""
    return _step(*loaded)


def _step(found: VoterRoll, action: str) -> Any:
    """Check the numbers, then set the stage."""
    form = StageForm()
    if form.validate_on_submit():
        try:
            made = begin_stage(found, action, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            if isinstance(made, jobs.Job):
                flash(_("Daftar sedang dibekukan; halaman ini boleh ditutup."), "info")
                return redirect(url_for("sidalih.roll", roll_id=found.id))
            flash(_("%(stage)s ditetapkan.", stage=stage_name(made.stage, made.sequence)), "success")
            return redirect(url_for("sidalih.frozen", list_id=made.id))
    election = election_of(found)
    rows = queries.living_by(election.id, found.region, 6)
    transition = next(t for t in ROLL.transitions if t.action == action)
    page = render_template(
        "sidalih/roll/step.html",
        roll=found,
        region=regions.region(found.region, election.map_id),
        election=election,
        transition=transition,
        form=form,
        whole=sum(rows, queries.LivingRow(found.region)),
        table=displays.living_table(found, election, rows),
        problem=ROLL.why_not(found, action, current_user),
        before=next(reversed(lists_of(found.id)), None),
        stage_name=stage_name,
    )
    return page, form.status
