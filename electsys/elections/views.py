"""Administration of elections: calendar, settings of the law, code tables, participants."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys.db import db
from electsys.elections import calendar, forms, operations, queries, rules
from electsys.elections.citations import cite
from electsys.elections.models import (
    ClockStop,
    CodeEntry,
    Contest,
    Election,
    LegalSetting,
    Participant,
    Stage,
)
from electsys.elections.wording import FORMS, STATES, TABLES, TOPICS, WINDOWS
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.web import navigation
from electsys.web.forms import Form
from electsys.web.tables import Column, Filter, Table

READ = "elections:election:read"
STAGE = "elections:stage:edit"
SETTING = "elections:setting:edit"
CODE = "elections:code:edit"

bp = Blueprint("elections", __name__, url_prefix="/admin/pemilu")


def found(election: str) -> Election:
    """The election of a URL; 404 where there is none."""
    return queries.by_code(election) or abort(404)


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


def load_setting(election: str, key: str) -> tuple[tuple[Election, list[LegalSetting]], Scope]:
    """A setting with all its versions."""
    row = found(election)
    versions = list(queries.versions(row.id, key))
    if not versions:
        abort(404)
    return (row, versions), Scope(election=row.id)


def load_table(election: str, table: str) -> tuple[tuple[Election, str], Scope]:
    """A code table of an election."""
    row = found(election)
    if table not in TABLES:
        abort(404)
    return (row, table), Scope(election=row.id)


def load_code(election: str, table: str, code: str) -> tuple[tuple[Election, str, CodeEntry], Scope]:
    """One row of a code table."""
    (row, name), scope = load_table(election, table)
    entry = queries.code_entry(row.id, name, code)
    if entry is None:
        abort(404)
    return (row, name, entry), scope


def _to(row: Election) -> str:
    return url_for(".election", election=row.code)


@bp.get("/")
@requires(READ)
def election_list() -> Any:
    """All elections."""
    table = Table(
        queries.elections(),
        [
            Column(
                "nama", _l("Pemilu"), "name", head=True, link=lambda e: url_for(".election", election=e.code)
            ),
            Column("kode", _l("Kode"), "code"),
            Column("hari", _l("Hari pemungutan"), "voting_day", kind="date"),
            Column("keadaan", _l("Keadaan"), lambda e: str(STATES[e.state])),
        ],
        caption=_l("Pemilu"),
        empty=_l("Belum ada pemilu. Pasang dengan perintah elections seed."),
        name="pemilu",
    )
    return table.download() or render_template("elections/elections.html", table=table)


@bp.get("/<election>")
@requires(READ)
def election(election: str) -> str:
    """One election: its contests, and what is open now."""
    row = found(election)
    return render_template(
        "elections/election.html",
        election=row,
        state=STATES[row.state],
        contests=queries.contests(row.id),
        open_now=[s for s in queries.stages(row.id) if state_of(s)[0] == "open"],
        tables=TABLES,
    )


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
    return render_template(
        "elections/stage.html", election=row, stage=shown, badge=badge(shown), button=forms.ButtonForm()
    )


def _ask(form: Form, do: Any, back: str, title: str, crumbs: list[tuple[str, str]], action: str) -> Any:
    """Show a form; when it is right, act and go back."""
    if form.validate_on_submit():
        try:
            do()
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Perubahan disimpan dan tercatat."), "success")
            return redirect(back)
    page = render_template("elections/form.html", form=form, title=title, crumbs=crumbs, action=action)
    return page, form.status


def _at_stage(form: Form, do: Any, row: Election, shown: Stage, title: str, endpoint: str) -> Any:
    back = url_for(".stage", election=row.code, stage=shown.code)
    crumbs = [(row.name, url_for(".election", election=row.code)), (shown.name, back)]
    action = url_for(endpoint, election=row.code, stage=shown.code)
    return _ask(form, do, back, title, crumbs, action)


@bp.route("/<election>/tahapan/<stage>/waktu", methods=["GET", "POST"])
@requires(STAGE, load=load_stage)
def stage_times(loaded: tuple[Election, Stage]) -> Any:
    """Change the times of a stage."""
    row, shown = loaded
    form = forms.TimesForm(opens=forms.shown(shown.opens_at), closes=forms.shown(shown.closes_at))

    def do() -> None:
        opens, closes = forms.instant(form.opens.data), forms.instant(form.closes.data)
        operations.set_times(shown, opens, closes, reason=form.reason.data, actor=current_actor())

    return _at_stage(form, do, row, shown, _("Ubah waktu tahapan"), ".stage_times")


@bp.route("/<election>/tahapan/<stage>/wilayah", methods=["GET", "POST"])
@requires(STAGE, load=load_stage)
def stage_override(loaded: tuple[Election, Stage]) -> Any:
    """Give one region other times."""
    row, shown = loaded
    form = forms.OverrideForm(opens=forms.shown(shown.opens_at), closes=forms.shown(shown.closes_at))

    def do() -> None:
        operations.override_times(
            shown,
            form.region.data,
            forms.instant(form.opens.data),
            forms.instant(form.closes.data),
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
    if not forms.ButtonForm().validate_on_submit():
        abort(400)
    operations.resume_clock(shown, stop, actor=current_actor())
    flash(_("Waktu tahapan berjalan lagi; akhirnya mundur selama waktu dihentikan."), "success")
    return redirect(url_for(".stage", election=row.code, stage=shown.code))


@bp.get("/<election>/pengaturan")
@requires(READ)
def settings(election: str) -> Any:
    """The settings of the law that are in force."""
    row = found(election)
    table = Table(
        queries.in_force(row.id),
        [
            Column(
                "pengaturan",
                _l("Pengaturan"),
                "label",
                head=True,
                link=lambda s: url_for(".setting", election=row.code, key=s.key),
            ),
            Column("nilai", _l("Nilai"), "value"),
            Column("topik", _l("Topik"), lambda s: str(TOPICS.get(s.topic, s.topic))),
            Column("dasar", _l("Dasar"), "regulation", cell=lambda row: cite(row.regulation)),
            Column("perlu", _l("Perlu dikonfirmasi"), lambda s: _("ya") if s.to_confirm else ""),
            Column("kunci", _l("Kunci"), "key", hidden=True),
            Column("versi", _l("Versi"), "version", kind="number", hidden=True),
        ],
        caption=_l("Pengaturan hukum yang berlaku"),
        empty=_l("Pemilu ini belum mempunyai pengaturan."),
        search=(LegalSetting.label, LegalSetting.key, LegalSetting.regulation),
        filters=[
            Filter("topik", _l("Topik"), list(TOPICS.items()), lambda q, t: q.where(LegalSetting.topic == t)),
            Filter(
                "konfirmasi",
                _l("Perlu dikonfirmasi"),
                [("ya", _l("ya")), ("tidak", _l("tidak"))],
                lambda q, v: q.where(LegalSetting.to_confirm == (v == "ya")),
            ),
        ],
        size=100,
        name=f"pengaturan-{row.code}",
    )
    return table.download() or render_template("elections/settings.html", election=row, table=table)


@bp.get("/<election>/pengaturan/<key>")
@requires(READ)
def setting(election: str, key: str) -> str:
    """One setting: value, article, and every version it had."""
    (row, versions), _scope = load_setting(election, key)
    return render_template(
        "elections/setting.html",
        election=row,
        setting=versions[0],
        versions=versions,
        topic=TOPICS.get(versions[0].topic, versions[0].topic),
        how=FORMS[versions[0].kind],
    )


@bp.route("/<election>/pengaturan/<key>/ubah", methods=["GET", "POST"])
@requires(SETTING, load=load_setting)
def change_setting(loaded: tuple[Election, list[LegalSetting]]) -> Any:
    """A new value."""
    row, (now, *_older) = loaded
    form = forms.setting_form(now)

    def do() -> None:
        operations.set_setting(
            now, form["value"].data or "", reason=form["reason"].data, actor=current_actor()
        )

    back = url_for(".setting", election=row.code, key=now.key)
    crumbs = [
        (row.name, url_for(".election", election=row.code)),
        (_("Pengaturan"), url_for(".settings", election=row.code)),
        (now.label, back),
    ]
    action = url_for(".change_setting", election=row.code, key=now.key)
    return _ask(form, do, back, _("Ubah: %(label)s", label=now.label), crumbs, action)


@bp.get("/<election>/kode/<table>")
@requires(READ)
def codes(election: str, table: str) -> Any:
    """The rows of one code table."""
    (row, name), _scope = load_table(election, table)
    shown = Table(
        queries.codes(row.id).where(CodeEntry.table_code == name),
        [
            Column(
                "kode",
                _l("Kode"),
                "code",
                head=True,
                link=lambda e: url_for(".change_code", election=row.code, table=name, code=e.code),
            ),
            Column("sebutan", _l("Sebutan"), "label"),
            Column("keterangan", _l("Keterangan"), "detail"),
            Column("dasar", _l("Dasar"), "regulation", cell=lambda row: cite(row.regulation)),
            Column("dipakai", _l("Dipakai"), lambda e: _("ya") if e.active else _("tidak")),
        ],
        caption=TABLES[name],
        empty=_l("Tabel ini belum berisi. Tambah kode pertama."),
        name=f"kode-{name}",
    )
    return shown.download() or render_template(
        "elections/codes.html", election=row, name=name, title=TABLES[name], table=shown
    )


def _code_crumbs(row: Election, name: str) -> tuple[str, list[tuple[str, str]]]:
    back = url_for(".codes", election=row.code, table=name)
    return back, [(row.name, url_for(".election", election=row.code)), (str(TABLES[name]), back)]


@bp.route("/<election>/kode/<table>/tambah", methods=["GET", "POST"])
@requires(CODE, load=load_table)
def add_code(loaded: tuple[Election, str]) -> Any:
    """A new row of a code table."""
    row, name = loaded
    form = forms.CodeForm()
    back, crumbs = _code_crumbs(row, name)
    action = url_for(".add_code", election=row.code, table=name)
    return _ask(form, lambda: _save(form, row, name, None), back, _("Tambah kode"), crumbs, action)


@bp.route("/<election>/kode/<table>/<code>/ubah", methods=["GET", "POST"])
@requires(CODE, load=load_code)
def change_code(loaded: tuple[Election, str, CodeEntry]) -> Any:
    """Change a row of a code table, or put it out of use."""
    row, name, entry = loaded
    form = forms.CodeForm(obj=entry)
    del form.code
    back, crumbs = _code_crumbs(row, name)
    action = url_for(".change_code", election=row.code, table=name, code=entry.code)
    title = _("Ubah kode %(code)s", code=entry.code)
    return _ask(form, lambda: _save(form, row, name, entry), back, title, crumbs, action)


def _save(form: forms.CodeForm, row: Election, name: str, entry: CodeEntry | None) -> None:
    operations.save_code(
        row,
        name,
        entry,
        code=entry.code if entry else form.code.data or "",
        label=form.label.data or "",
        detail=form.detail.data or "",
        active=form.active.data,
        actor=current_actor(),
    )


@bp.get("/<election>/peserta")
@requires(READ)
def participants(election: str) -> Any:
    """Who stands in which contest."""
    row = found(election)
    kinds = [(c.kind, c.name) for c in queries.contests(row.id)]
    table = Table(
        queries.participants(row.id),
        [
            Column("nomor", _l("Nomor"), "number", kind="number"),
            Column("nama", _l("Nama"), "name", head=True),
            Column("singkat", _l("Singkatan"), "short_name"),
            Column("pemilihan", _l("Pemilihan"), "contest.name"),
            Column("wilayah", _l("Hanya di wilayah"), "region_code"),
        ],
        caption=_l("Peserta"),
        empty=_l("Belum ada peserta. Peserta datang dari Sipol dan Silon, atau dari pemasangan pemilu."),
        search=(Participant.name, Participant.short_name),
        filters=[Filter("pemilihan", _l("Pemilihan"), kinds, lambda q, k: q.where(Contest.kind == k))],
        name=f"peserta-{row.code}",
    )
    return table.download() or render_template("elections/participants.html", election=row, table=table)


def init_app(app: Flask) -> None:
    """Register pages and menu entry."""
    app.register_blueprint(bp)
    navigation.entry(_l("Pemilu"), "elections.election_list", permission=READ, group="kelola", order=20)
