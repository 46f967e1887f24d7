"""The DPK: who voted with a KTP-el only; and the report on who may have voted twice."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import Select

from electsys.db import db
from electsys.elections.models import CodeEntry, Election
from electsys.elections.queries import codes
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.regions.models import Tps
from electsys.web.forms import ButtonForm
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.claims import Claims
from modules.sidalih.forms.moves import ClaimsForm, DpkForm, ReasonForm, pick
from modules.sidalih.models.moves import VoterDpk
from modules.sidalih.operations import dpk as operations
from modules.sidalih.permissions import EDIT, READ, READ_DOUBLES
from modules.sidalih.queries import moves as queries
from modules.sidalih.views import bp
from modules.sidalih.views.moves import chosen_election, own_scopes
from modules.sidalih.workflow import DPK

FOUND = {"dpt": _l("terdaftar dalam DPT"), "dptb": _l("terdaftar dalam DPT dan pindah memilih (DPTb)")}


def load_line(line_id: int) -> tuple[VoterDpk, Scope]:
    """A line of the DPK; 404 where there is none."""
    line = db.get_or_404(VoterDpk, line_id)
    return line, Scope(line.tps_code, election=line.election_id)


def claims_from(form: ClaimsForm, **more: Any) -> Claims:
    """What a form of a person says, upper case as the lists have it."""

    def upper(text: str | None) -> str:
        return " ".join((text or "").upper().split())

    return Claims(
        name=upper(form.name.data),
        birth_place=upper(form.birth_place.data),
        birth_date=cast(date, form.birth_date.data),
        sex=form.sex.data,
        marital_status=form.marital_status.data,
        address=upper(form.address.data),
        rt=(form.rt.data or "").strip(),
        rw=(form.rw.data or "").strip(),
        nik=(form.nik.data or "").strip() or None,
        disability=form.disability.data or None,
        **more,
    )


def disability_choices(election: Election) -> list[tuple[str, str]]:
    """The election's table of disabilities."""
    rows = db.session.scalars(codes(election.id).where(CodeEntry.table_code == "disabilitas"))
    return [(row.code, row.label) for row in rows]


def _table(election: Election, query: Select[Any], name: str) -> Table:
    words: dict[str, str] = {}

    def place(code: str | None) -> str:
        if code and code not in words:
            shown = {c for line in table.page.rows for c in (line.tps_code, line.found_tps) if c}
            words.update(queries.place_words(election, shown | {code}))
        return words[code] if code else "–"

    table = Table(
        query,
        [
            Column(
                "nama",
                _l("Nama"),
                "name",
                sort=VoterDpk.name,
                link=lambda line: url_for("sidalih.dpk_line", line_id=line.id),
            ),
            Column("jk", _l("L/P"), "sex", sort=VoterDpk.sex),
            Column(
                "tps",
                _l("Memilih di (DPK)"),
                "tps_code",
                sort=VoterDpk.tps_code,
                cell=lambda x: place(x.tps_code),
            ),
            Column(
                "dpt",
                _l("Terdaftar di"),
                "found_tps",
                sort=VoterDpk.found_tps,
                cell=lambda x: place(x.found_tps),
            ),
            Column("temuan", _l("Temuan"), lambda x: FOUND[x.found_kind] if x.found_kind else None),
            Column("keadaan", _l("Keadaan"), lambda x: DPK.state_label(x.state), sort=VoterDpk.state),
        ],
        caption=_l("Daftar Pemilih Khusus (DPK)"),
        empty=_l(
            "Belum ada baris DPK di wilayah Anda. Masukkan daftar KPPS satu per satu atau sebagai berkas."
        ),
        filters=[
            Filter(
                "keadaan",
                _l("Keadaan"),
                list(DPK.labels.items()),
                lambda q, value: q.where(VoterDpk.state == value),
            )
        ],
        search=(VoterDpk.name, VoterDpk.tps_code),
        search_hint=_l("Cari nama atau kode TPS"),
        name=f"{name}-{election.code}",
    )
    return table


@bp.get("/dpk")
@requires(READ)
def dpk() -> Any:
    """The DPK of the caller's regions."""
    election = chosen_election()
    scopes = own_scopes(READ)
    table = _table(election, queries.dpk_lines(scopes, election.id), "dpk")
    return table.download() or render_template(
        "sidalih/moves/dpk.html",
        table=table,
        election=election,
        double=queries.how_many(queries.double_voting(scopes, election.id)),
    )


@bp.get("/dpk/ganda")
@requires(READ_DOUBLES)
def dpk_double() -> Any:
    """Who is in the DPK and stood in a DPT: the report for Bawaslu."""
    election = chosen_election()
    query = queries.double_voting(own_scopes(READ_DOUBLES), election.id)
    table = _table(election, query, "dpk-ganda")
    table.empty = _("Tidak ada pemilih DPK yang NIK-nya berdiri dalam DPT.")
    return table.download() or render_template(
        "sidalih/moves/dpk_double.html", table=table, election=election
    )


@bp.route("/dpk/baru", methods=["GET", "POST"])
@requires(EDIT)
def new_dpk() -> Any:
    """Enter one line as the KPPS wrote it."""
    election = chosen_election()
    form = DpkForm()
    form.disability.choices = pick(disability_choices(election))
    if request.method == "GET":
        form.tps_code.data = request.args.get("tps", "")
    if form.validate_on_submit():
        try:
            line = _enter(election, form)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Baris DPK %(name)s dicatat.", name=line.name), "success")
            return redirect(url_for("sidalih.new_dpk", pemilu=election.code, tps=line.tps_code))
    return render_template("sidalih/moves/new_dpk.html", form=form, election=election), form.status


def _enter(election: Election, form: DpkForm) -> VoterDpk:
    code = form.tps_code.data or ""
    tps = db.session.get(Tps, (election.id, code[:2], code))
    if tps is None:
        raise Refused(_("TPS itu tidak ada dalam pemilu ini."), field="tps_code")
    return operations.enter_dpk(election, tps, claims_from(form), actor=current_actor())


@bp.get("/dpk/<int:line_id>")
@requires(READ, load=load_line)
def dpk_line(line: VoterDpk) -> Any:
    """One line, and what can be done with it."""
    return _page(line, ReasonForm())


def _page(line: VoterDpk, cancel: ReasonForm) -> Any:
    election = db.session.get_one(Election, line.election_id)
    places = queries.place_words(election, [c for c in (line.tps_code, line.found_tps) if c])
    page = render_template(
        "sidalih/moves/dpk_line.html",
        line=line,
        election=election,
        places=places,
        state=DPK.state_label(line.state),
        found=FOUND.get(line.found_kind or ""),
        actions={t.action for t in DPK.offered(line, current_user)},
        may_edit=can(current_user, EDIT, Scope(line.tps_code, election=election.id)),
        step=ButtonForm(),
        cancel=cancel,
    )
    return page, cancel.status


@bp.post("/dpk/<int:line_id>/masukkan")
@requires(EDIT, load=load_line)
def admit_dpk(line: VoterDpk) -> Any:
    """Make the person a voter of the continuous list."""
    operations.admit_dpk(line, actor=current_actor())
    flash(_("Masuk daftar pemilih berkelanjutan dalam triwulan yang dibuka."), "success")
    return redirect(url_for("sidalih.dpk_line", line_id=line.id))


@bp.post("/dpk/<int:line_id>/batalkan")
@requires(EDIT, load=load_line)
def withdraw_dpk(line: VoterDpk) -> Any:
    """Take a line back."""
    form = ReasonForm()
    key = line.id
    if form.validate_on_submit():
        try:
            operations.withdraw_dpk(line, form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            line = db.session.get_one(VoterDpk, key)
        else:
            flash(_("Baris DPK dibatalkan."), "success")
            return redirect(url_for("sidalih.dpk_line", line_id=key))
    return _page(line, form)
