"""Voters: the list of a village or TPS, one voter with the history, and what the office may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.documents import StoredFile
from electsys.documents.views import send_stored
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.elections.queries import codes
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.privacy import mask_nik
from electsys.regions import queries as regions
from modules.sidalih import displays, voter_tables
from modules.sidalih.claims import claims_of, limits_of
from modules.sidalih.forms import voters as forms
from modules.sidalih.forms.lists import NikForm
from modules.sidalih.models import Voter, VoterEvent, VoterRoll
from modules.sidalih.operations import marks
from modules.sidalih.operations import voters as operations
from modules.sidalih.operations.minutes import stage_name
from modules.sidalih.operations.searches import search_name, search_nik
from modules.sidalih.permissions import EDIT, READ
from modules.sidalih.queries import rolls as roll_queries
from modules.sidalih.queries import voters as queries
from modules.sidalih.queries.lists import newest_dpt
from modules.sidalih.rules.voters import age_on
from modules.sidalih.views import bp
from modules.sidalih.views.loading import RollArea, election_of, load_area, load_roll, load_voter
from modules.sidalih.wording import DOUBTS, EVENTS, FIELDS, MARKS, SOURCES
from modules.sidalih.workflow.voters import VOTER, voter_scope


@bp.get("/<int:roll_id>/pemilih/<code>")
@requires(READ, load=load_area)
def voters(loaded: RollArea) -> Any:
    """The voters of a village or TPS; above that the areas, with the search by name and by number."""
    election = election_of(loaded.roll)
    words = request.args.get("nama", "").replace("\0", "").strip()[:100]
    if len(loaded.code) >= 10:
        bands = sorted(settings.value(election.id, "kelompok_umur"))
        stations = queries.stations_of(election.id, loaded.code[:10])
        table = voter_tables.voters_table(
            queries.voters_in(election.id, loaded.code), election, loaded.code, bands, stations
        )
    else:
        length = {4: 6, 6: 10}[len(loaded.code)]
        table = displays.living_table(
            loaded.roll, election, roll_queries.living_by(election.id, loaded.code, length)
        )
    named = search_name(election, loaded.code, words, actor=current_actor()) if words else []
    if len(loaded.code) >= 10 and table.text:  # the table finds its rows itself; this listens
        search_name(election, loaded.code, table.text, actor=current_actor())
    return table.download() or render_template(
        "sidalih/voter/list.html",
        roll=loaded.roll,
        code=loaded.code,
        region=loaded.region,
        path=displays.path_in_roll(loaded.roll, loaded.code),
        table=table,
        words=words,
        named=named,
        badge=displays.voter_badge,
        nik=NikForm(),
    )


@bp.post("/<int:roll_id>/nik")
@requires(READ, load=load_roll)
def find_nik(loaded: VoterRoll) -> Any:
    """Where a whole NIK stands in this election; the number is in the body, never in an address."""
    form = NikForm()
    found: list[queries.Found] | None = None
    if form.validate_on_submit():
        nik = form.nik.data or ""
        try:
            found = search_nik(nik, loaded.election_id, current_user, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        form.nik.data = ""  # the page does not repeat it
        if found is not None and len(found) == 1 and found[0].own:
            return redirect(url_for("sidalih.voter", voter_id=found[0].id))
    election = election_of(loaded)
    page = render_template(
        "sidalih/voter/nik.html",
        roll=loaded,
        region=regions.region(loaded.region, election.map_id),
        form=form,
        found=found,
        badge=displays.voter_badge,
    )
    return page, form.status, {"Cache-Control": "no-store"}


@bp.get("/pemilih/<int:voter_id>")
@requires(READ, load=load_voter)
def voter(loaded: Voter) -> Any:
    """One voter: what the row says, what it said, what happened, and what may be done now."""
    return _page(loaded)


def _page(loaded: Voter, status: int = 200, **shown: Any) -> Any:
    election = db.session.get_one(Election, loaded.election_id)
    claims = claims_of(loaded)
    scope = voter_scope(loaded)
    limits = limits_of(election)
    roll = operations.roll_of(loaded.election_id, loaded.village_code)
    dpt = newest_dpt(roll.id)
    may_edit = can(current_user, EDIT, scope)
    page = render_template(
        "sidalih/voter/voter.html",
        voter=loaded,
        roll=roll,
        election=election,
        nik=mask_nik(claims.nik),
        passport=bool(claims.passport),
        age=age_on(claims.birth_date, limits.voting_day),
        disability=_disability(election, claims.disability) if may_edit else None,
        path=displays.path_in_roll(roll, loaded.tps_code or loaded.village_code),
        village=regions.names([loaded.village_code]).get(loaded.village_code),
        station=displays.station_names(election, [loaded.tps_code or ""]).get(loaded.tps_code or ""),
        badge=displays.voter_badge,
        events=queries.events_of(loaded),
        versions=queries.versions_of(loaded),
        places=queries.lists_with(loaded),
        others=queries.other_rows(loaded),
        dpt=dpt,
        actions={t.action for t in VOTER.offered(loaded, current_user)},
        may_edit=may_edit,
        reveals=can(current_user, "privacy:nik:reveal", Scope(loaded.village_code)),
        words={"doubts": DOUBTS, "events": EVENTS, "fields": FIELDS, "marks": MARKS, "sources": SOURCES},
        tms=dict(_codes(election, "tms")),
        stage_name=stage_name,
        **shown,
    )
    return page, status, {"Cache-Control": "no-store"}


def _codes(election: Election, table: str) -> list[tuple[str, str]]:
    rows = db.session.scalars(codes(election.id).filter_by(table_code=table))
    return [(row.code, row.label) for row in rows]


def _disability(election: Election, code: str | None) -> str:
    return dict(_codes(election, "disabilitas")).get(code or "0", code or "")


def _act(loaded: Voter, form: Any, title: Any, do: Callable[[], str], *, upload: bool = False) -> Any:
    """Show a form of one act, do it, say what was done; a refusal stands at its field."""
    if form.validate_on_submit():
        try:
            said = do()
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(said, "success")
            return redirect(url_for("sidalih.voter", voter_id=loaded.id))
    order = getattr(form, "ORDER", None)
    page = render_template(
        "sidalih/voter/act.html",
        voter=loaded,
        form=form,
        title=title,
        fields=[form[name] for name in order] if order else [f for f in form if f.type != "CSRFTokenField"],
        upload=upload,
    )
    return page, form.status, {"Cache-Control": "no-store"}


def _kind(loaded: Voter, action: str) -> str:
    """``update_amend`` while a quarter is open after the DPT, else ``amend``."""
    quarter = f"update_{action}"
    return quarter if quarter in {t.action for t in VOTER.offered(loaded, current_user)} else action


def _evidence(form: Any) -> int | None:
    return form.evidence.store(actor=current_actor()).id if form.evidence.data else None


@bp.route("/pemilih/<int:voter_id>/ubah", methods=["GET", "POST"])
@requires(EDIT, load=load_voter)
def amend(loaded: Voter) -> Any:
    """Change fields of a row; the row before is kept."""
    election = db.session.get_one(Election, loaded.election_id)
    form = forms.amend_form(
        _codes(election, "disabilitas"),
        **{name: getattr(loaded, name) for name in ("name", "sex", "birth_place", "marital_status")},
        **{name: getattr(loaded, name) for name in ("address", "rt", "rw")},
        ktp_el=loaded.ktp_el or "",
        disability="=",
    )

    def do() -> str:
        differs = operations.amend_voter(
            loaded,
            form.changes(),
            actor=current_actor(),
            action=_kind(loaded, "amend"),
            reason=form.reason.data,
            file_id=_evidence(form),
        )
        if not differs:
            return _("Tidak ada yang berbeda; tidak ada yang diubah.")
        return _("Diubah: %(fields)s.", fields=", ".join(str(FIELDS[name]).lower() for name in differs))

    return _act(loaded, form, _("Ubah data pemilih"), do, upload=True)


@bp.route("/pemilih/<int:voter_id>/coret", methods=["GET", "POST"])
@requires(EDIT, load=load_voter)
def strike(loaded: Voter) -> Any:
    """Strike a row with its code and proof; it stays."""
    election = db.session.get_one(Election, loaded.election_id)
    struck = [each for each in _codes(election, "tms") if each[0] != operations.WRONG_TPS]
    form = forms.strike_form(struck)

    def do() -> str:
        operations.strike_voter(
            loaded,
            form.code.data,
            actor=current_actor(),
            action=_kind(loaded, "strike"),
            reason=form.reason.data,
            file_id=_evidence(form),
        )
        return _("Dinyatakan tidak memenuhi syarat. Barisnya tetap ada dengan sebab dan buktinya.")

    return _act(loaded, form, _("Nyatakan tidak memenuhi syarat"), do, upload=True)


@bp.route("/pemilih/<int:voter_id>/pulihkan", methods=["GET", "POST"])
@requires(EDIT, load=load_voter)
def restore(loaded: Voter) -> Any:
    """Take a striking back."""
    form = forms.RestoreForm()

    def do() -> str:
        operations.restore_voter(
            loaded, actor=current_actor(), action=_kind(loaded, "restore"), reason=form.reason.data
        )
        return _("Pemilih dipulihkan.")

    return _act(loaded, form, _("Pulihkan pemilih"), do)


@bp.route("/pemilih/<int:voter_id>/tempatkan", methods=["GET", "POST"])
@requires(EDIT, load=load_voter)
def place_elsewhere(loaded: Voter) -> Any:
    """Give another polling station of the village."""
    stations = queries.stations_of(loaded.election_id, loaded.village_code)
    form = forms.place_form(stations, tps_code=loaded.tps_code)

    def do() -> str:
        operations.place_voter(loaded, form.tps_code.data, actor=current_actor(), reason=form.reason.data)
        return _("Pemilih ditempatkan di TPS itu.")

    return _act(loaded, form, _("Tempatkan di TPS lain"), do)


@bp.route("/pemilih/<int:voter_id>/tanda", methods=["GET", "POST"])
@requires(EDIT, load=load_voter)
def mark_line(loaded: Voter) -> Any:
    """Mark the voter's line in the DPT in force."""
    roll = operations.roll_of(loaded.election_id, loaded.village_code)
    dpt = newest_dpt(roll.id)
    form = forms.MarkForm()

    def do() -> str:
        if dpt is None:
            raise Refused(_("DPT kabupaten/kota ini belum ditetapkan."), status=409)
        marks.mark_entry(loaded, dpt, form.kind.data, reason=form.reason.data or "", actor=current_actor())
        return _("Tanda dicatat di samping DPT. Isi DPT tidak berubah.")

    return _act(loaded, form, _("Beri tanda pada DPT"), do)


def _load_event(voter_id: int, event_id: int) -> tuple[StoredFile, Scope]:
    found, scope = load_voter(voter_id)
    event = db.session.get(VoterEvent, (event_id, found.province))
    stored = db.session.get(StoredFile, event.file_id) if event and event.file_id else None
    if event is None or stored is None or event.voter_id != found.id:
        abort(404)
    return stored, scope


@bp.get("/pemilih/<int:voter_id>/bukti/<int:event_id>")
@requires(READ, load=_load_event)
def evidence(loaded: StoredFile) -> Response:
    """The proof of an event."""
    return send_stored(loaded)
