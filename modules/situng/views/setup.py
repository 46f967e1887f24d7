"""Is an election ready to be counted: what was checked, the rehearsal by two people, opening the count."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.jobs.queries import of_subject
from electsys.web.forms import ButtonForm, demand_button
from modules.situng import displays
from modules.situng.models import SetupCheck
from modules.situng.operations import setup as operations
from modules.situng.queries import printing
from modules.situng.queries import setup as queries
from modules.situng.queries.readiness import Check, check_election
from modules.situng.views import bp
from modules.situng.workflow import CONFIRM, IMPORT, READ, SETUP


def load_election(election: str) -> tuple[Election, Scope]:
    """The election of a URL in the scope of the nation; 404 where there is none."""
    row = by_code(election) or abort(404)
    return row, Scope(region="", election=row.id)


def load_check(check_id: int) -> tuple[SetupCheck, Scope]:
    """The check of a URL in the scope of the nation; 404 where there is none."""
    row = db.session.get(SetupCheck, check_id) or abort(404)
    return row, Scope(region="", election=row.election_id)


@bp.get("/hasil/persiapan")
@requires(READ)
def readiness() -> Any:
    """What an election still lacks before its count may be opened, and how its rehearsals went."""
    elections = printing.elections_to_print()
    chosen = next((e for e in elections if e.code == request.args.get("pemilu")), None)
    election = chosen or next(iter(elections), None)
    table = displays.checks_table(check_election(election) if election else [])
    if answer := table.download():
        return answer
    scope = Scope(region="", election=election.id) if election else None
    return render_template(
        "situng/readiness.html",
        election=election,
        elections=elections,
        table=table,
        checks=queries.checks_of(election.id) if election else [],
        passed=queries.passed(election) if election else None,
        closed=[c for c in election.contests if not queries.is_open(c.id)] if election else [],
        may_request=bool(election) and can(current_user, IMPORT, scope),
        may_open=bool(election) and can(current_user, CONFIRM, scope),
        state_of=displays.setup_badge,
        form=ButtonForm(),
    )


@bp.post("/hasil/persiapan/<election>/gladi")
@requires(IMPORT, load=load_election)
def setup_request(election: Election) -> Any:
    """Ask for a rehearsal of the present configuration."""
    demand_button()
    row = operations.request_check(election, actor=current_actor())
    flash(
        _("Gladi diminta. Orang kedua yang berwenang mengonfirmasi hasil nasional menjalankannya."), "success"
    )
    return redirect(url_for("situng.setup_check", check_id=row.id))


@bp.post("/hasil/persiapan/<election>/buka")
@requires(CONFIRM, load=load_election)
def setup_open(election: Election) -> Any:
    """Open the count of every contest, once the present configuration has passed."""
    demand_button()
    areas = operations.open_counts(election, actor=current_actor())
    flash(_("Penghitungan dibuka: %(n)s wilayah dan dapil siap menerima formulir.", n=areas), "success")
    return redirect(url_for("situng.readiness", pemilu=election.code))


@bp.get("/hasil/persiapan/gladi/<int:check_id>")
@requires(READ, load=load_check)
def setup_check(row: SetupCheck) -> Any:
    """One rehearsal: who, when, what came of each form, and the next step."""
    table = displays.checks_table([Check(**finding) for finding in row.findings])
    if answer := table.download():
        return answer
    election = db.session.get_one(Election, row.election_id)
    return render_template(
        "situng/setup_check.html",
        row=row,
        election=election,
        table=table,
        state=displays.setup_badge(row.state),
        people=queries.people(row),
        actions={t.action for t in SETUP.offered(row, current_user)},
        own=row.requested_by == current_user.id,
        current=row.fingerprint == queries.fingerprint(election),
        job=next(iter(of_subject(f"setup_check:{row.id}")), None),
        form=ButtonForm(),
    )


@bp.post("/hasil/persiapan/gladi/<int:check_id>/jalankan")
@requires(CONFIRM, load=load_check)
def setup_run(row: SetupCheck) -> Any:
    """The second person lets a rehearsal run, as a job."""
    demand_button()
    actor = current_actor()
    operations.start_check(row, actor=actor)
    jobs.start("situng.check_setup", actor=actor, subject=f"setup_check:{row.id}", check_id=row.id)
    flash(_("Gladi berjalan. Halaman ini boleh ditutup."), "success")
    return redirect(url_for("situng.setup_check", check_id=row.id))


@bp.post("/hasil/persiapan/gladi/<int:check_id>/batalkan")
@requires(IMPORT, load=load_check)
def setup_withdraw(row: SetupCheck) -> Any:
    """Take back a rehearsal that nobody has run."""
    demand_button()
    operations.withdraw_check(row, actor=current_actor())
    flash(_("Permintaan gladi dibatalkan."), "success")
    return redirect(url_for("situng.setup_check", check_id=row.id))
