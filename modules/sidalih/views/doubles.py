"""Pairs that may be one voter: the list, the desk with its keys, searches and reports."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from wtforms import SelectChoice

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.jobs.queries import of_subject
from electsys.privacy.operations import PERMISSION as REVEAL
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.forms.doubles import BOTH, LEFT, DecideForm, HandForm, SearchForm, StepForm
from modules.sidalih.linkage.pairs import RULES
from modules.sidalih.models.doubles import DoubleCase
from modules.sidalih.operations import doubles as operations
from modules.sidalih.permissions import COMPILE, DECIDE_DOUBLES, READ_DOUBLES
from modules.sidalih.queries import doubles as queries
from modules.sidalih.views import bp
from modules.sidalih.wording import FIELDS
from modules.sidalih.workflow.doubles import DOUBLE

LOOKS = {"terbuka": "wait", "sama": "ok", "berbeda": "info", "hilang": "none"}
JAKARTA = ZoneInfo("Asia/Jakarta")
#: Pairs that an officer has put off, kept in the session.
LATER = "ganda_nanti"


def _election(code: str) -> Election:
    """The election of a URL; 404 where there is none. Lists narrow themselves to the reader's regions."""
    found = by_code(code)
    if found is None:
        abort(404)
    return found


def load_case(case_id: int) -> tuple[DoubleCase, Scope]:
    """A pair, in the scope of the row that the reader may see; 404 where there is none."""
    case = _case(case_id)
    mine = [
        scope
        for scope in (
            Scope(village, election=case.election_id) for village in (case.first_village, case.second_village)
        )
        if can(current_user, READ_DOUBLES, scope)
    ]
    return case, mine[0] if mine else Scope(case.first_village, election=case.election_id)


def load_decision(case_id: int) -> tuple[DoubleCase, Scope]:
    """A pair where it is decided."""
    case = _case(case_id)
    return case, Scope(case.region, election=case.election_id)


def _case(case_id: int) -> DoubleCase:
    case = db.session.get(DoubleCase, case_id)
    if case is None:
        abort(404)
    return case


# --- lists ---------------------------------------------------------------------------------------


@bp.get("/ganda")
@requires(READ_DOUBLES)
def doubles_start() -> Any:
    """To the doubles of the newest election that is under way."""
    from modules.sidalih.public import current_election

    found = current_election()
    if found is None:
        abort(404)
    return redirect(url_for("sidalih.doubles", election=db.session.get_one(Election, found).code))


@bp.get("/ganda/<election>")
@requires(READ_DOUBLES)
def doubles(election: str) -> Any:
    """Pairs of the reader's regions, and what may be done with them."""
    found = _election(election)
    table = _table(found)
    deciding = grants.scopes(current_user, DECIDE_DOUBLES)
    waiting = 0
    if deciding and DOUBLE.scope_clause is not None:
        waiting = queries.open_count(found.id, DOUBLE.scope_clause(deciding))
    search = _search_form(found)
    return table.download() or render_template(
        "sidalih/doubles/list.html",
        election=found,
        table=table,
        waiting=waiting,
        step=StepForm(formdata=None),
        search=search,
        may_decide=bool(deciding),
        last=_last() if deciding else None,
        job=next(iter(of_subject(f"doubles:{found.code}")), None),
    )


def _table(election: Election) -> Table:
    return Table(
        queries.cases_in(election.id, grants.scopes(current_user, READ_DOUBLES), election.map_id),
        [
            Column("nomor", _l("Nomor"), "DoubleCase.id", sort=DoubleCase.id, link=_link, head=True),
            Column(
                "beda", _l("Yang ditemukan"), lambda r: str(RULES[r.DoubleCase.rule]), sort=DoubleCase.rule
            ),
            Column("bobot", _l("Bobot"), lambda r: _weight(r.DoubleCase.weight), sort=DoubleCase.weight),
            Column(
                "pertama",
                _l("Desa/kelurahan 1"),
                lambda r: title_region(r.first or r.DoubleCase.first_village),
                sort=DoubleCase.first_village,
            ),
            Column(
                "kedua",
                _l("Desa/kelurahan 2"),
                lambda r: title_region(r.second or r.DoubleCase.second_village),
                sort=DoubleCase.second_village,
            ),
            Column(
                "status",
                _l("Status"),
                lambda r: DOUBLE.state_label(r.DoubleCase.state),
                sort=DoubleCase.state,
                cell=lambda r: badge(r.DoubleCase.state),
            ),
            Column("oleh", _l("Diputus oleh"), "decider", hidden=True),
            Column("waktu", _l("Diputus"), "DoubleCase.decided_at", kind="moment", hidden=True),
        ],
        caption=_l("Pasangan yang mungkin satu pemilih"),
        empty=_l("Belum ada pasangan ganda. Jalankan pencarian, atau tunggu impor berikutnya."),
        filters=[
            Filter(
                "status",
                _l("Status"),
                [(s, DOUBLE.state_label(s)) for s in DOUBLE.states],
                lambda q, v: q.where(DoubleCase.state == v),
            ),
            Filter(
                "beda", _l("Yang ditemukan"), list(RULES.items()), lambda q, v: q.where(DoubleCase.rule == v)
            ),
        ],
        name="pemilih-ganda",
    )


def _link(row: Any) -> str:
    return url_for("sidalih.double", case_id=row.DoubleCase.id)


def _weight(weight: float | None) -> str:
    return "" if weight is None else f"{weight:.1f}".replace(".", ",")


def badge(state: str) -> Markup:
    """The state of a pair, in words and colour."""
    return Markup('<span class="state state-{}">{}</span>').format(LOOKS[state], DOUBLE.state_label(state))


def _search_form(election: Election) -> SearchForm | None:
    scopes = grants.scopes(current_user, COMPILE)
    if not scopes:
        return None
    form = SearchForm(formdata=None)
    form.wilayah.choices = _areas(election, scopes)
    return form


def _areas(election: Election, scopes: list[Scope]) -> list[SelectChoice]:
    """The regions of the grants, with a name."""
    codes = sorted({scope.region or "" for scope in scopes})
    places = regions.names(codes, election.map_id)
    return [
        SelectChoice(code or "-", title_region(places.get(code, code)) if code else _("Nasional"))
        for code in codes
    ]


@bp.post("/ganda/<election>/cari")
@requires(COMPILE)
def search_doubles(election: str) -> Any:
    """Start a search as a job."""
    found = _election(election)
    form = SearchForm()
    form.wilayah.choices = _areas(found, grants.scopes(current_user, COMPILE))
    if not form.validate_on_submit():
        flash(_("Pilih wilayah dan cara mencari."), "danger")
        return redirect(url_for("sidalih.doubles", election=found.code))
    region = "" if form.wilayah.data == "-" else form.wilayah.data
    job = jobs.start(
        "sidalih.doubles",
        actor=current_actor(),
        subject=f"doubles:{found.code}",
        lock=f"sidalih.doubles:{found.id}",
        election_id=found.id,
        region=region,
        engine=form.cara.data,
    )
    return redirect(url_for("jobs.job", job_id=job.id))


@bp.get("/ganda/<election>/laporan")
@requires(READ_DOUBLES)
def doubles_report(election: str) -> Any:
    """Pairs by village: what Bawaslu reads is what the office reads."""
    found = _election(election)
    scopes = grants.scopes(current_user, READ_DOUBLES)
    table = Table(
        queries.report(found.id, scopes, found.map_id),
        [
            Column("desa", _l("Desa/kelurahan"), lambda r: title_region(r.name or r.village), head=True),
            Column("kode", _l("Kode"), "village"),
            Column("nik", _l("NIK sama"), "exact", kind="number"),
            Column("mirip", _l("Data mirip"), "alike", kind="number"),
            Column("terbuka", _l("Belum diputus"), "waiting", kind="number"),
            Column("sama", _l("Satu pemilih"), "one", kind="number"),
            Column("berbeda", _l("Dua pemilih"), "two", kind="number"),
            Column("hilang", _l("Tidak ditemukan lagi"), "gone", kind="number", hidden=True),
        ],
        caption=_l("Pemilih ganda menurut desa/kelurahan"),
        empty=_l("Belum ada pasangan ganda di wilayah Anda."),
        name="laporan-ganda",
        exports=("csv", "xlsx", "json"),
    )
    return table.download() or render_template("sidalih/doubles/report.html", election=found, table=table)


# --- the desk ------------------------------------------------------------------------------------


@bp.post("/ganda/<election>/periksa")
@requires(DECIDE_DOUBLES)
def begin_doubles(election: str) -> Any:
    """Take the next pair; what was put off comes again."""
    found = _election(election)
    if not StepForm().validate_on_submit():
        abort(400)
    session.pop(LATER, None)
    return _next(found)


def _next(election: Election, last: int | None = None) -> Any:
    case = operations.lease_next(election.id, current_user, skip=session.get(LATER, []))
    if case is None:
        flash(_("Semua pasangan di wilayah Anda sudah diputus atau ditunda."), "success")
        return redirect(url_for("sidalih.doubles", election=election.code, tadi=last))
    return redirect(url_for("sidalih.double", case_id=case.id, tadi=last))


def _last() -> DoubleCase | None:
    """The pair that this officer decided just before, which ``U`` takes back."""
    last = db.session.get(DoubleCase, request.args.get("tadi", type=int) or 0)
    if last is None or last.decided_by != current_user.id:
        return None
    return last if "undo" in {t.action for t in DOUBLE.offered(last, current_user)} else None


@bp.get("/ganda/pasangan/<int:case_id>")
@requires(READ_DOUBLES, load=load_case)
def double(case: DoubleCase) -> Any:
    """One pair side by side."""
    election = db.session.get_one(Election, case.election_id)
    left, right = queries.sides_of(case)
    scope = Scope(case.region, election=case.election_id)
    deciding = grants.scopes(current_user, DECIDE_DOUBLES)
    dates = all(can(current_user, REVEAL, Scope(v.village_code)) for v in (left, right))
    morning = dt.datetime.combine(dt.datetime.now(JAKARTA).date(), dt.time(), JAKARTA)
    return render_template(
        "sidalih/doubles/pair.html",
        case=case,
        election=election,
        sides=(left, right),
        lines=queries.compare(left, right, election.voting_day, dates=dates),
        places=[
            [title_region(a.name) for a in regions.ancestors(v.village_code, election.map_id)]
            + [title_region(v_name)]
            for v, v_name in zip((left, right), _village_names(election, left, right), strict=True)
        ],
        fields={**FIELDS, "age": _("Umur"), "rt": _("RT/RW")},
        reasons=queries.waterfall(case),
        rule=RULES[case.rule],
        kin=[queries.kin_of(v) for v in (left, right)],
        history=queries.history(case),
        badge=badge(case.state),
        offered={t.action for t in DOUBLE.offered(case, current_user)},
        may_reveal=dates,
        decide=DecideForm(formdata=None),
        step=StepForm(formdata=None),
        hand=_hand_form(case, scope),
        waiting=queries.open_count(case.election_id, DOUBLE.scope_clause(deciding))
        if deciding and DOUBLE.scope_clause is not None
        else 0,
        done=queries.decided_since(case.election_id, current_user.id, morning),
        last=_last(),
        leased=case.leased_by not in (None, current_user.id)
        and case.leased_until is not None
        and case.leased_until > dt.datetime.now(dt.UTC),
    )


def _village_names(election: Election, *voters: Any) -> list[str]:
    names = regions.names([v.village_code for v in voters], election.map_id)
    return [names.get(v.village_code, v.village_code) for v in voters]


def _hand_form(case: DoubleCase, scope: Scope) -> HandForm | None:
    both = {case.first_village[:4], case.second_village[:4]}
    if len(both) < 2 or case.state != "terbuka" or not can(current_user, DECIDE_DOUBLES, scope):
        return None
    form = HandForm(formdata=None)
    form.tujuan.choices = _hand_choices(case)
    return form


def _hand_choices(case: DoubleCase) -> list[SelectChoice]:
    codes = sorted({case.first_village[:4], case.second_village[:4]})
    places = regions.names(codes, db.session.get_one(Election, case.election_id).map_id)
    return [SelectChoice(code, title_region(places.get(code, code))) for code in codes]


@bp.post("/ganda/pasangan/<int:case_id>/putus")
@requires(DECIDE_DOUBLES, load=load_decision)
def decide_double(case: DoubleCase) -> Any:
    """Decide, and take the next pair."""
    form = DecideForm()
    if not form.validate_on_submit():
        flash(_("Pilih salah satu: pertahankan kiri, kanan, atau keduanya."), "danger")
        return redirect(url_for("sidalih.double", case_id=case.id))
    election, key = db.session.get_one(Election, case.election_id), case.id
    reason, actor = form.alasan.data, current_actor()
    try:
        if form.putusan.data == BOTH:
            operations.part_rows(case, actor=actor, reason=reason)
        else:
            keep = case.first_id if form.putusan.data == LEFT else case.second_id
            operations.keep_row(case, keep, actor=actor, reason=reason)
    except Refused as refusal:
        db.session.rollback()
        flash(" ".join(filter(None, (refusal.message, refusal.hint))), "danger")
        return redirect(url_for("sidalih.double", case_id=key))
    return _next(election, key)


@bp.post("/ganda/pasangan/<int:case_id>/nanti")
@requires(DECIDE_DOUBLES, load=load_decision)
def put_off_double(case: DoubleCase) -> Any:
    """Look at it later: the pair goes back to the queue, the officer gets the next."""
    if not StepForm().validate_on_submit():
        abort(400)
    session[LATER] = [*session.get(LATER, []), case.id][-200:]
    operations.release(case.id, current_user.id)
    return _next(db.session.get_one(Election, case.election_id))


@bp.post("/ganda/pasangan/<int:case_id>/urungkan")
@requires(DECIDE_DOUBLES, load=load_decision)
def undo_double(case: DoubleCase) -> Any:
    """Take a decision back and look at the pair again."""
    if not StepForm().validate_on_submit():
        abort(400)
    operations.undo_decision(case, actor=current_actor())
    flash(_("Putusan dibatalkan; kedua baris kembali seperti semula."), "success")
    return redirect(url_for("sidalih.double", case_id=case.id))


@bp.post("/ganda/pasangan/<int:case_id>/serah")
@requires(DECIDE_DOUBLES, load=load_decision)
def hand_double(case: DoubleCase) -> Any:
    """Let the kab/kota of one row decide."""
    form = HandForm()
    form.tujuan.choices = _hand_choices(case)
    if not form.validate_on_submit():
        flash(_("Pilih tujuan dan tuliskan alasannya."), "danger")
        return redirect(url_for("sidalih.double", case_id=case.id))
    operations.hand_case(case, form.tujuan.data, actor=current_actor(), reason=form.alasan.data)
    flash(_("Pasangan diserahkan."), "success")
    return redirect(url_for("sidalih.doubles", election=db.session.get_one(Election, case.election_id).code))
