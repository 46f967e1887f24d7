"""The continuous update (PDPB): quarters of a kab/kota and their movements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from electsys.web.tables import Column, Table
from modules.sidalih import papers
from modules.sidalih.forms.lists import CloseQuarterForm, OpenQuarterForm
from modules.sidalih.models import Quarter, VoterRoll
from modules.sidalih.operations import quarters as operations
from modules.sidalih.operations.minutes import ROMAN, quarter_name
from modules.sidalih.permissions import COMPILE, DETERMINE, READ, READ_LISTS
from modules.sidalih.queries import quarters as queries
from modules.sidalih.queries.coktas import visit_of
from modules.sidalih.views import bp
from modules.sidalih.views.lists import pdf
from modules.sidalih.views.loading import election_of, load_quarter, load_roll
from modules.sidalih.workflow.rolls import QUARTER

MOVES = (
    ("awal", _l("Awal"), "opening"),
    ("baru", _l("Baru"), "fresh"),
    ("masuk", _l("Pindah masuk"), "moved_in"),
    ("tms", _l("TMS"), "struck"),
    ("keluar", _l("Pindah keluar"), "moved_out"),
    ("akhir", _l("Akhir"), "closing"),
    ("ubah", _l("Ubah elemen"), "amended"),
)


@bp.get("/<int:roll_id>/pdpb")
@requires(READ_LISTS, load=load_roll)
def quarters(loaded: VoterRoll) -> Any:
    """The quarters of a kab/kota, and the next one to open."""
    return _quarters(loaded)


def _quarters(loaded: VoterRoll, form: OpenQuarterForm | None = None) -> Any:
    election = election_of(loaded)
    rows = queries.quarters_of(loaded.id)
    last = rows[0] if rows else None
    shown = [(quarter, queries.movement_of(quarter)) for quarter in rows]
    may = can(current_user, COMPILE, Scope(loaded.region, election=election.id))
    opens = may and loaded.state == "dpt" and (last is None or last.state == "ditutup")
    if form is None:
        form = OpenQuarterForm.proposed((last.year, last.number) if last else None)
    page = render_template(
        "sidalih/quarter/list.html",
        roll=loaded,
        election=election,
        region=regions.region(loaded.region, election.map_id),
        rows=shown,
        roman=ROMAN,
        form=form if opens else None,
        status=form.status,
        reads=can(current_user, READ, Scope(loaded.region, election=election.id)),
    )
    return page, form.status


@bp.post("/<int:roll_id>/pdpb")
@requires(COMPILE, load=load_roll)
def open_quarter(loaded: VoterRoll) -> Any:
    """Open a quarter."""
    form = OpenQuarterForm()
    if form.validate_on_submit():
        try:
            made = operations.open_quarter(
                loaded, form.year.data or 0, int(form.number.data), actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Triwulan dibuka. Perubahan data sejak sekarang dihitung di dalamnya."), "success")
            return redirect(url_for("sidalih.quarter", quarter_id=made.id))
    return _quarters(loaded, form)


@bp.get("/pdpb/<int:quarter_id>")
@requires(READ_LISTS, load=load_quarter)
def quarter(loaded: Quarter) -> Any:
    """One quarter: its movement, area by area, from the events and from the rows."""
    return _quarter(loaded, CloseQuarterForm())


@bp.get("/pdpb/<int:quarter_id>.pdf")
@requires(READ_LISTS, load=load_quarter)
def quarter_pdf(loaded: Quarter) -> Response:
    """A-Rekap of a quarter that was set in plenary."""
    if loaded.closing is None:
        raise Refused(_("A-Rekap dicetak sesudah triwulan ditetapkan dalam pleno."), status=409)
    roll = db.session.get_one(VoterRoll, loaded.roll_id)
    areas = [(part.code, part.movement) for part in queries.parts(loaded, roll, 6)]
    paper = papers.movement_paper(roll.region, election_of(roll), quarter_name(loaded), areas, loaded)
    return pdf(paper, f"pdpb-{roll.region}-{loaded.year}-triwulan-{ROMAN[loaded.number]}")


@bp.post("/pdpb/<int:quarter_id>/tetapkan")
@requires(DETERMINE, load=load_quarter)
def close_quarter(loaded: Quarter) -> Any:
    """Close a quarter in plenary."""
    form = CloseQuarterForm()
    if form.validate_on_submit():
        try:
            operations.close_quarter(loaded, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Triwulan ditetapkan dan berita acaranya disusun."), "success")
            return redirect(url_for("sidalih.quarter", quarter_id=loaded.id))
    return _quarter(loaded, form)


def _quarter(loaded: Quarter, form: CloseQuarterForm) -> Any:
    roll = db.session.get_one(VoterRoll, loaded.roll_id)
    election = election_of(roll)
    by_village = request.args.get("tingkat") == "desa"
    parts = queries.parts(loaded, roll, 10 if by_village else 6)
    named = regions.names([part.code for part in parts], election.map_id)
    whole = queries.movement_of(loaded)
    table = movements_table(parts, named, f"pdpb-{roll.region}-{loaded.year}-{loaded.number}")
    table_opening = sum(part.movement.opening for part in parts)
    offered = {t.action for t in QUARTER.offered(loaded, current_user)}
    page = table.download() or render_template(
        "sidalih/quarter/quarter.html",
        quarter=loaded,
        roll=roll,
        election=election,
        region=regions.region(roll.region, election.map_id),
        whole=whole,
        living=sum(part.living for part in parts),
        balanced=table_opening == loaded.opening,
        table=table,
        by_village=by_village,
        roman=ROMAN,
        form=form if "close" in offered else None,
        letter_opens=can(current_user, "jdih:letter:read", Scope(roll.region)),
        visit=visit_of(loaded.id),
        reads=can(current_user, READ, Scope(roll.region, election=election.id)),
    )
    return page if not isinstance(page, str) else (page, form.status)


def movements_table(parts: Sequence[queries.Part], named: Mapping[str, str], name: str) -> Table:
    """The areas of a quarter."""
    return Table(
        parts,
        [
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda p: title_region(named.get(p.code, p.code)),
                sort=True,
                head=True,
            ),
            Column("kode", _l("Kode"), "code", sort=True, hidden=True),
            *(
                Column(key, label, f"movement.{field}", kind="number", sort=True)
                for key, label, field in MOVES
            ),
        ],
        caption=_l("Akhir = awal + baru + masuk - TMS - keluar"),
        empty=_l("Belum ada pemilih di wilayah ini."),
        search=True,
        size=100,
        name=name,
    )
