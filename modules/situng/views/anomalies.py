"""The anomaly queue: forms that stay out of totals, one by one, and their recorded correction."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.regions.queries import names
from modules.situng import entry as entry_words
from modules.situng import lists, wording
from modules.situng.contest import ContestCount
from modules.situng.forms import correction_form, votes_on_paper
from modules.situng.operations.batches import FileFacts
from modules.situng.operations.corrections import propose_correction
from modules.situng.queries import forms as queries
from modules.situng.queries import listing
from modules.situng.queries.beside import public_contest
from modules.situng.views import beside, bp, code_in, load_contest
from modules.situng.workflow import CORRECT, READ


@bp.get("/hasil/anomali")
@requires(READ)
def anomaly_start() -> Any:
    """Lead to the queue of the contest that pages begin with."""
    found = public_contest()
    if found is None:
        return render_template("situng/nothing.html")
    return redirect(url_for("situng.anomalies", election=found[0], kind=found[1]))


@bp.get("/hasil/anomali/<election>/<kind>")
@bp.get("/hasil/anomali/<election>/<kind>/wilayah/<region>")
@requires(READ)
def anomalies(election: str, kind: str, region: str = "") -> Any:
    """The queue of all the caller's regions, or of one inside them."""
    count = load_contest(election, kind, region)
    regions = sorted({scope.region or "" for scope in grants.scopes(current_user, READ)})
    asked = code_in(request.args.get("wilayah", ""))
    if asked is None:
        abort(404)
    if asked and not any(asked.startswith(region) for region in regions):
        abort(403)
    shown = [asked] if asked else regions
    rules = listing.rule_counts(count, shown)
    table = lists.anomaly_queue(count, shown, rules, may_correct=can(current_user, CORRECT))
    return table.download() or render_template(
        "situng/anomalies.html",
        count=count,
        table=table,
        rules=rules,
        titles=wording.TITLES,
        others=beside(count, "situng.anomalies"),
        names=[names(shown).get(code, code) for code in shown if code],
    )


def load_form(election: str, kind: str, code: str) -> tuple[tuple[ContestCount, queries.TpsForm], Scope]:
    """The form of a URL with its scope; 404 where there is none."""
    count = load_contest(election, kind, code)
    form = queries.tps_form(count, code)
    if form is None:
        abort(404)
    return (count, form), Scope(region=code, election=count.election_id)


@bp.route("/hasil/pembetulan/<election>/<kind>/<code>", methods=["GET", "POST"])
@requires(CORRECT, load=load_form)
def correct(loaded: tuple[ContestCount, queries.TpsForm]) -> Any:
    """Propose a correction of one form, beside what stands now and what is wrong with it."""
    count, form = loaded
    now = form.latest
    if now is None:
        abort(404)
    standing = dict(zip(count.model.names, now.cells, strict=True))
    standing |= now.numbers(count)
    entry = correction_form(count)(data=standing)
    if entry.validate_on_submit():
        try:
            batch_id = _propose(count, form.code, entry)
        except Refused as refusal:
            db.session.rollback()
            entry.refuse(refusal)
        else:
            flash(_("Pembetulan diajukan dan menunggu konfirmasi orang kedua."), "success")
            return redirect(url_for("situng.batch", batch_id=batch_id))
    findings = wording.explain(
        [*now.faults, *now.warnings], count.model, now.cells, now.votes, numbers=now.numbers(count)
    )
    status = 422 if entry.errors else 200
    return (
        render_template(
            "situng/correct.html",
            count=count,
            form=form,
            entry=entry,
            standing=standing,
            findings=findings,
            hints=_hints(count, now),
            paper=votes_on_paper(count),
            waiting=listing.waiting_correction(count.contest_id, form.code),
        ),
        status,
    )


def _hints(count: ContestCount, now: queries.Version) -> list[entry_words.Hint]:
    """Which digit is likely wrong: where to look on the photo first."""
    numbers = now.numbers(count)
    votes = {name: numbers[name] for name in count.columns}
    return entry_words.digit_hints(
        count, dict(zip(count.model.names, now.cells, strict=True)) | numbers, votes
    )


def _propose(count: ContestCount, code: str, entry: Any) -> int:
    actor = current_actor()
    stored = entry.evidence.store(actor=actor)
    contest = db.session.get_one(Contest, count.contest_id)
    batch = propose_correction(
        contest,
        count,
        code,
        cells={name: entry[name].data for name in count.model.names},
        votes=[entry[column].data for column in count.columns],
        sums={name: entry[name].data for name in count.ballot.sums},
        reason=entry.reason.data,
        evidence=FileFacts(stored.name, stored.sha256, stored.id),
        actor=actor,
    )
    return batch.id
