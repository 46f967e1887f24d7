"""The calendar of an election: its stages, other times in regions, stops of the clock."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys.elections import calendar, forms, operations, queries, rules
from electsys.elections.citations import cite
from electsys.elections.models import ClockStop, Election, Stage
from electsys.elections.views import READ, STAGE, ask, bp, crumbs_of, found
from electsys.elections.wording import WINDOWS
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.identity.queries.regions import region_names
from electsys.web.forms import ButtonForm, Form, demand_button
from electsys.web.tables import Column, Filter, Table


def load_stage(election: str, stage: str) -> tuple[tuple[Election, Stage], Scope]:
    """A stage of an election; changing it is for the whole country."""
    row = found(election)
    try:
        return (row, calendar.stage(row.id, stage)), Scope(election=row.id)
    except LookupError:
        abort(404)


def load_stop(election: str, stage: str, stop_id: int) -> tuple[tuple[Election, Stage, ClockStop], Scope]:
    """A stop of a stage's clock."""
    (row, found_stage), scope = load_stage(election, stage)
    stop = next((s for s in found_stage.stops if s.id == stop_id), None)
    if stop is None:
        abort(404)
    return (row, found_stage, stop), scope


def state_of(stage: Stage) -> tuple[str, rules.Window]:
    """Whether a stage is open for the nation now (a key of WINDOWS), and its times."""
    now = calendar.utc_now()
    times = calendar.window(stage, "", now)
    if times.stopped_since is not None:
        return "stopped", times
    if rules.is_open(times, now):
        return "open", times
    return ("before" if now < times.opens else "after"), times


def badge(stage: Stage) -> Markup:
    """The state in words and colour."""
    words, look = WINDOWS[state_of(stage)[0]]
    return Markup('<span class="state state-{}">{}</span>').format(look, words)


def _in_state(stage: Stage, state: str) -> bool:
    return state_of(stage)[0] == state


@bp.get("/<election>/tahapan")
@requires(READ)
def stages(election: str) -> Any:
    """The calendar."""
    row = found(election)
    table = Table(
        queries.stages(row.id),
        [
            Column(
                "tahapan",
                _l("Tahapan"),
                "name",
                head=True,
                link=lambda s: url_for(".stage", election=row.code, stage=s.code),
            ),
            Column("buka", _l("Dibuka (WIB)"), "opens_at", kind="moment", sort=True),
            Column("tutup", _l("Ditutup (WIB)"), "closes_at", kind="moment", sort=True),
            Column("keadaan", _l("Sekarang"), lambda s: str(WINDOWS[state_of(s)[0]][0]), cell=badge),
            Column("lain", _l("Waktu lain per wilayah"), lambda s: len(s.overrides), kind="number"),
            Column("dasar", _l("Dasar"), "regulation", cell=lambda row: cite(row.regulation)),
            Column("perlu", _l("Perlu dikonfirmasi"), lambda s: _("ya") if s.to_confirm else ""),
        ],
        caption=_l("Tahapan"),
        filters=[
            Filter("sekarang", _l("Sekarang"), [(k, w) for k, (w, _look) in WINDOWS.items()], _in_state),
            Filter(
                "konfirmasi",
                _l("Perlu dikonfirmasi"),
                [("ya", _l("ya")), ("tidak", _l("tidak"))],
                lambda s, v: s.to_confirm == (v == "ya"),
            ),
        ],
        empty=_l("Pemilu ini belum mempunyai tahapan."),
        search=True,
        size=100,
        name=f"tahapan-{row.code}",
    )
    return table.download() or render_template("elections/stages.html", election=row, table=table)


@bp.get("/<election>/tahapan/<stage>")
@requires(READ)
def stage(election: str, stage: str) -> str:
    """One stage: its times, other times in regions, stops of the clock, history."""
    (row, shown), _scope = load_stage(election, stage)
    regions = {o.region_code for o in shown.overrides} | {s.region_code for s in shown.stops}
    return render_template(
        "elections/stage.html",
        election=row,
        stage=shown,
        badge=badge(shown),
        button=ButtonForm(),
        names=region_names(regions),
        zones={o.region_code: calendar.zone_of(row.id, o.region_code) for o in shown.overrides},
    )


def _at_stage(form: Form, do: Any, row: Election, shown: Stage, title: str, endpoint: str) -> Any:
    back = url_for(".stage", election=row.code, stage=shown.code)
    calendar_page = (_("Tahapan"), url_for(".stages", election=row.code))
    crumbs = [*crumbs_of(row), calendar_page, (shown.name, back)]
    action = url_for(endpoint, election=row.code, stage=shown.code)
    return ask(form, do, back, title, crumbs, action)


@bp.route("/<election>/tahapan/<stage>/waktu", methods=["GET", "POST"])
@requires(STAGE, load=load_stage)
def stage_times(loaded: tuple[Election, Stage]) -> Any:
    """Change the times of a stage."""
    row, shown = loaded
    form = forms.TimesForm(
        opens=forms.shown(shown.opens_at),
        closes=forms.shown(shown.closes_at),
        regulation=shown.regulation,
        confirmed=not shown.to_confirm,
    )

    def do() -> None:
        operations.set_times(
            shown,
            forms.instant(form.opens.data),
            forms.instant(form.closes.data),
            regulation=form.regulation.data or "",
            confirmed=form.confirmed.data,
            reason=form.reason.data,
            actor=current_actor(),
        )

    return _at_stage(form, do, row, shown, _("Ubah waktu tahapan"), ".stage_times")


@bp.route("/<election>/tahapan/<stage>/wilayah", methods=["GET", "POST"])
@requires(STAGE, load=load_stage)
def stage_override(loaded: tuple[Election, Stage]) -> Any:
    """Give one region other times."""
    row, shown = loaded
    form = forms.OverrideForm(opens=forms.shown(shown.opens_at), closes=forms.shown(shown.closes_at))

    def do() -> None:
        zone = calendar.zone_of(row.id, form.region.data)
        operations.override_times(
            shown,
            form.region.data,
            forms.instant(form.opens.data, zone),
            forms.instant(form.closes.data, zone),
            minute=form.minute.data,
            reason=form.reason.data,
            actor=current_actor(),
        )

    return _at_stage(form, do, row, shown, _("Waktu lain untuk satu wilayah"), ".stage_override")


@bp.route("/<election>/tahapan/<stage>/hentikan", methods=["GET", "POST"])
@requires(STAGE, load=load_stage)
def stage_stop(loaded: tuple[Election, Stage]) -> Any:
    """Stop the clock of a stage."""
    row, shown = loaded
    form = forms.StopForm()

    def do() -> None:
        operations.stop_clock(
            shown,
            form.region.data or "",
            minute=form.minute.data,
            reason=form.reason.data,
            actor=current_actor(),
        )

    return _at_stage(form, do, row, shown, _("Hentikan waktu tahapan"), ".stage_stop")


@bp.post("/<election>/tahapan/<stage>/lanjutkan/<int:stop_id>")
@requires(STAGE, load=load_stop)
def stage_resume(loaded: tuple[Election, Stage, ClockStop]) -> Any:
    """Let the clock run again."""
    row, shown, stop = loaded
    demand_button()
    operations.resume_clock(shown, stop, actor=current_actor())
    flash(_("Waktu tahapan berjalan lagi; akhirnya mundur selama waktu dihentikan."), "success")
    return redirect(url_for(".stage", election=row.code, stage=shown.code))
