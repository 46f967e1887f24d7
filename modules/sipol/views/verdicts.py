"""How a party is verified, area by area: what was judged and why, what waits, what a plenary concluded."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.jobs.queries import of_subject
from electsys.regions import queries as regions
from electsys.verification import find
from electsys.verification.operations.desk import reach
from electsys.verification.registry import JUDGE
from electsys.verification.registry import READ as READ_QUEUES
from electsys.verification.wording import KINDS, badge
from electsys.web import charts
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.sipol.forms.verdicts import ConcludeForm, RoundForm
from modules.sipol.models import PartyRegistration
from modules.sipol.operations import judging
from modules.sipol.operations import verdicts as operations
from modules.sipol.operations.judging import ADMINISTRATIVE
from modules.sipol.permissions import CONCLUDE, READ, READ_MEMBERS, VERIFY
from modules.sipol.places import CENTRE, Place, place_of, registration_of
from modules.sipol.queries import conclusions
from modules.sipol.queries import verdict_history as histories
from modules.sipol.queries import verdict_items as queues
from modules.sipol.queries import verdict_parts as parts
from modules.sipol.queries import verdicts as queries
from modules.sipol.queries.registrations import registrations
from modules.sipol.rules.verdicts import round_of
from modules.sipol.verdict_words import ASPECTS, STATES, STEPS, reason_words
from modules.sipol.views import bp
from modules.sipol.workflow import MEMBER, REGISTRATION

PREFIX = "/<election>/<int:party>/verifikasi"
#: Steps of the state that a registration has come to, for readers who come later.
ORDER = ("verfak_perbaikan", "verfak", "vermin_perbaikan", "vermin")


def load_area(election: str, party: int, region: str = CENTRE) -> tuple[Place, Scope]:
    """An area of a party that is concluded by itself: the centre, a province or a kab/kota."""
    found = by_code(election)
    row = registration_of(found.id, party) if found else None
    if found is None or row is None:
        abort(404)
    try:
        place = place_of(row, row.region if region == CENTRE else region, found)
    except Refused:
        abort(404)
    if len(place.code) > 4:
        abort(404)
    return place, place.scope


# --- all parties -----------------------------------------------------------------------------------


@bp.get("/verifikasi")
@requires(READ)
def verification_start() -> Any:
    """To the parties of the newest election that has any."""
    found = conclusions.newest_election()
    if found is None:
        return render_template("sipol/verdicts/list.html", election=None)
    return redirect(url_for("sipol.verification", election=found.code))


@bp.get("/<election>/verifikasi")
@requires(READ)
def verification(election: str) -> Any:
    """Every party that the reader may see, how far it is, and the way to its areas."""
    found = by_code(election)
    if found is None:
        abort(404)
    table = _parties(found)
    return table.download() or render_template("sipol/verdicts/list.html", election=found, table=table)


def _parties(election: Election) -> Table:
    scopes = grants.scopes(current_user, READ)
    counts = histories.counts_by_party(election.id, reach(scopes))

    def judged(row: Any) -> int:
        return counts.get(_registration(row).party_id, (0, 0))[0]

    def total(row: Any) -> int:
        return counts.get(_registration(row).party_id, (0, 0))[1]

    return Table(
        registrations(election.id, scopes),
        [
            Column("partai", _l("Partai"), lambda r: _registration(r).party.name, link=_link, head=True),
            Column("tahap", _l("Status"), lambda r: REGISTRATION.state_label(_registration(r).state)),
            Column("diputus", _l("Butir diputus"), judged, kind="number"),
            Column("butir", _l("Butir di wilayah Anda"), total, kind="number"),
        ],
        caption=_l("Verifikasi partai politik"),
        empty=_l("Belum ada partai yang mendaftar dalam pemilu ini."),
        filters=[
            Filter(
                "tahap",
                _l("Status"),
                [(s, REGISTRATION.state_label(s)) for s in REGISTRATION.states],
                lambda q, v: q.where(PartyRegistration.state == v),
            )
        ],
        name="verifikasi-partai",
    )


def _registration(row: Any) -> PartyRegistration:
    found: PartyRegistration = row if isinstance(row, PartyRegistration) else row.PartyRegistration
    return found


def _link(row: Any) -> str:
    """The area where the reader stands: that of the nearest grant, at most a kab/kota."""
    registration = _registration(row)
    mine = max((s.region or "" for s in grants.scopes(current_user, READ)), key=len, default="")[:4]
    region = mine if mine.startswith(registration.region) else registration.region
    code = db.session.get_one(Election, registration.election_id).code
    return url_for("sipol.verdicts", election=code, party=registration.party_id, region=region or CENTRE)


# --- one area --------------------------------------------------------------------------------------


@bp.get(f"{PREFIX}/<region>")
@requires(READ, load=load_area)
def verdicts(place: Place) -> Any:
    """One area: aspects, what waits, items with their reasons, and what was concluded."""
    return _page(place, ConcludeForm(formdata=None))


def _page(place: Place, form: ConcludeForm) -> Any:
    registration = place.registration
    step = _step(registration)
    if step is None:
        return render_template("sipol/verdicts/area.html", place=place, step=None, **_around(place))
    seen = queries.outlook(registration, step, place.code)
    items = histories.items_at(registration, place.code)
    round_ = round_of(step, seen.sequence)
    running = registration.state == step
    table = _parts(place, seen) if len(place.code) < 4 else None
    if table is not None and (sent := table.download()):
        return sent
    return render_template(
        "sipol/verdicts/area.html",
        place=place,
        step=step,
        running=running,
        seen=seen,
        words=reason_words,
        aspects=ASPECTS,
        states=STATES,
        badge=badge,
        progress=histories.progress_of(registration, place.code, round_) if step in ADMINISTRATIVE else {},
        queues={name: find(name) for name in queues.QUEUES},
        waiting=operations.waiting_words(registration, seen.waiting) if seen.waiting else "",
        pending=operations.area_words(registration, list(seen.pending)) if seen.pending else "",
        parts=table,
        members=_members(place),
        items=items,
        events=histories.events_of(items),
        titles=histories.titles_of(items, place.election),
        kinds=KINDS,
        history=histories.history_of(registration, place.code),
        form=form if running and can(current_user, CONCLUDE, place.scope) else None,
        judges=grants.can(current_user, JUDGE) and can(current_user, VERIFY, place.scope),
        reads_items=can(current_user, READ_QUEUES, place.scope),
        steps=STEPS,
        step_names=[(s, STEPS[s]) for s in reversed(ORDER)],
        **_around(place),
    ), form.status


def _around(place: Place) -> dict[str, Any]:
    registration = place.registration
    administrative = registration.state in ADMINISTRATIVE
    subject = f"party_registration:{registration.id}"
    return {
        "state": REGISTRATION.state_label(registration.state),
        "above": _above(place),
        "round_form": RoundForm(formdata=None)
        if administrative
        and place.code == registration.region
        and can(current_user, VERIFY, place.scope)
        and not histories.is_open(registration)
        else None,
        "job": next(iter(of_subject(subject)), None) if administrative else None,
        "chart": charts.progress,
        "letter": "jdih.letter" if can(current_user, "jdih:letter:read", Scope(place.code)) else None,
    }


def _above(place: Place) -> list[tuple[str, str]]:
    """The areas above this one that the reader may open, as (name, address)."""
    found = [
        place_of(place.registration, place.code[:n], place.election)
        for n in (0, 2)
        if len(place.registration.region) <= n < len(place.code)
    ]
    return [
        (each.name, url_for("sipol.verdicts", **each.here))
        for each in found
        if can(current_user, READ, each.scope)
    ]


def _step(registration: PartyRegistration) -> str | None:
    """The step to show: the one asked for, the one that runs, else the last that found anything."""
    asked = request.args.get("tahap", "")
    if asked in STEPS:
        return asked
    if registration.state in STEPS:
        return registration.state
    done = histories.steps_done(registration)
    return next((step for step in ORDER if step in done), None)


def _parts(place: Place, seen: queries.Outlook) -> Table:
    rows = conclusions.verdicts_of(place.registration, seen.step, seen.sequence)
    states = parts.parts_states(place.registration, seen.step, seen.sequence, place.code, rows)
    there = parts.present(place.registration, place.code)
    named = regions.names(states, place.election.map_id)
    lines = [
        {"code": code, "name": title_region(named.get(code, code)), "state": state, "there": code in there}
        for code, state in states.items()
    ]

    def said(row: Any) -> str:
        if row["state"]:
            return str(STATES[row["state"]])
        return _("belum disimpulkan") if row["there"] else _("tidak ada kepengurusan")

    return Table(
        lines,
        [
            Column(
                "nama",
                _l("Wilayah"),
                "name",
                sort=True,
                head=True,
                link=lambda r: url_for("sipol.verdicts", **place.at(r["code"])) if r["there"] else None,
            ),
            Column("kode", _l("Kode"), "code", sort=True),
            Column(
                "hasil",
                _l("Kesimpulan"),
                said,
                sort=True,
                cell=lambda r: badge(r["state"]) if r["state"] else said(r),
            ),
        ],
        caption=_l("Wilayah di bawahnya"),
        empty=_l("Tidak ada wilayah."),
        filters=[
            Filter(
                "hasil",
                _l("Kesimpulan"),
                [*STATES.items(), ("-", _l("belum disimpulkan"))],
                lambda r, v: (r["state"] or "-") == v,
            )
        ],
        size=40,
        name=f"verifikasi-{place.registration.party_id}-{place.code or CENTRE}",
    )


def _members(place: Place) -> list[tuple[str, str, int]]:
    """Members of the area by state and reason, for readers of members."""
    if len(place.code) != 4 or not can(current_user, READ_MEMBERS, place.scope):
        return []
    queue = find(queues.MEMBERS)
    return [
        (MEMBER.state_label(state), queue.words(reason) if queue is not None else reason or "", n)
        for state, reason, n in histories.members_by_state(place.registration, place.code)
    ]


@bp.post(f"{PREFIX}/<region>/simpulkan")
@requires(CONCLUDE, load=load_area)
def conclude(place: Place) -> Any:
    """The plenary concludes the area."""
    form = ConcludeForm()
    here = url_for("sipol.verdicts", **place.here)
    if form.validate_on_submit():
        try:
            last = operations.conclude_area(place.registration, place.code, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(
                _("%(area)s disimpulkan: %(state)s. Berita acaranya dikonsepkan di JDIH.",
                  area=place.name, state=STATES[last.state]),
                "success",
            )  # fmt: skip
            return redirect(here)
    return _page(place, form)


@bp.post(f"{PREFIX}/buka")
@requires(VERIFY, load=load_area)
def open_round(place: Place) -> Any:
    """Open the items of the step that runs, where receiving the registration has not done so."""
    if not RoundForm().validate_on_submit():
        abort(400)
    registration = place.registration
    if registration.state not in ADMINISTRATIVE:
        raise Refused(_("Tidak ada verifikasi administrasi yang berjalan untuk partai ini."), status=409)
    job = judging.begin_round(registration, actor=current_actor())
    return redirect(url_for("jobs.job", job_id=job.id))
