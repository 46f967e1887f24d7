"""Semesters of the continuous update (PDPB): what the quarters below add up to, the plenary, its papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from electsys.web.tables import Column, Table
from modules.sidalih import papers
from modules.sidalih.forms.lists import SemesterForm
from modules.sidalih.models import Semester
from modules.sidalih.operations.minutes import ROMAN, semester_name
from modules.sidalih.operations.semesters import determine_semester
from modules.sidalih.permissions import DETERMINE, READ_LISTS
from modules.sidalih.queries import quarters as queries
from modules.sidalih.queries.rolls import current_election
from modules.sidalih.rules.movement import SEMESTERS, Movement
from modules.sidalih.views import bp
from modules.sidalih.views.lists import pdf
from modules.sidalih.views.quarters import MOVES

Asked = tuple[Election, str, int, int]


@bp.get("/pdpb/semester")
@requires(READ_LISTS)
def semester() -> Any:
    """The recapitulation of a semester: kab/kota of a province, provinces of the nation."""
    election = current_election() or abort(404)
    held = sorted({(scope.region or "")[:2] for scope in grants.scopes(current_user, READ_LISTS)})
    region = request.args.get("wilayah", held[0] if held else "")[:2]
    if region not in held and "" not in held:
        abort(403)
    today = dt.datetime.now(dt.UTC).date()
    year = request.args.get("tahun", "")
    chosen = int(year) if year.isdecimal() and len(year) == 4 else today.year
    half = 1 if request.args.get("semester") == "1" else 2
    return _page((election, region, chosen, half), SemesterForm(formdata=None))


def _page(asked: Asked, form: SemesterForm) -> Any:
    election, region, year, half = asked
    rows = queries.semester(election, region, year, half)
    settled = queries.semesters(election.id, year, half)
    made = settled.get(region)
    table = _table(asked, rows, settled)
    if (file := table.download()) is not None:
        return file
    missing = sum(row.missing for row in rows)
    waiting = [] if region else [row for row in rows if row.code not in settled]
    may = made is None and can(current_user, DETERMINE, Scope(region, election=election.id))
    return render_template(
        "sidalih/quarter/semester.html",
        election=election,
        region=region,
        name=title_region(regions.names([region]).get(region, "Indonesia")) if region else "Indonesia",
        year=year,
        half=half,
        table=table,
        total=sum((row.movement for row in rows), Movement()),
        missing=missing,
        waiting=len(waiting),
        made=made,
        form=form if may and rows and not missing and not waiting else None,
        letter_opens=can(current_user, "jdih:letter:read", Scope(region)),
    ), form.status


def _table(asked: Asked, rows: list[queries.SemesterRow], settled: dict[str, Semester]) -> Table:
    _election, region, year, half = asked
    columns = [
        Column(
            "wilayah",
            _l("Wilayah"),
            lambda r: title_region(r.name),
            sort=True,
            head=True,
            link=lambda r: (
                None if region else url_for("sidalih.semester", wilayah=r.code, tahun=year, semester=half)
            ),
        ),
        Column("kode", _l("Kode"), "code", sort=True, hidden=True),
        *(Column(key, label, f"movement.{field}", kind="number", sort=True) for key, label, field in MOVES),
        Column("kurang", _l("Belum ditetapkan"), "missing", kind="number", sort=True),
    ]
    if not region:
        columns.append(
            Column(
                "pleno",
                _l("Pleno provinsi"),
                lambda r: str(_l("ditetapkan")) if r.code in settled else str(_l("belum")),
                sort=True,
            )
        )
    return Table(
        rows,
        columns,
        caption=_l("Rekapitulasi PDPB per semester"),
        empty=_l("Tidak ada wilayah di sini."),
        search=True,
        size=100,
        name=f"pdpb-semester-{region or 'nasional'}-{year}-{half}",
    )


def _load_asked(region: str, year: int, half: int) -> tuple[Asked, Scope]:
    election = current_election() or abort(404)
    code = "" if region == "nasional" else region
    if half not in SEMESTERS or len(code) not in (0, 2) or not 2020 <= year <= 2100:
        abort(404)
    return (election, code, year, half), Scope(code, election=election.id)


@bp.post("/pdpb/semester/<region>/<int:year>/<int:half>")
@requires(DETERMINE, load=_load_asked)
def determine_semester_recap(asked: Asked) -> Any:
    """The plenary of a province or the nation on a semester."""
    form = SemesterForm()
    election, region, year, half = asked
    if form.validate_on_submit():
        try:
            determine_semester(election, region, year, half, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Rekapitulasi semester ditetapkan dan berita acaranya disusun."), "success")
            return redirect(url_for("sidalih.semester", wilayah=region, tahun=year, semester=half))
    return _page(asked, form)


def load_semester(semester_id: int) -> tuple[Semester, Scope]:
    """A plenary on a semester, in its province or the nation."""
    found = db.session.get(Semester, semester_id)
    if found is None:
        abort(404)
    return found, Scope(found.region, election=found.election_id)


@bp.get("/pdpb/semester/<int:semester_id>.pdf")
@requires(READ_LISTS, load=load_semester)
def semester_pdf(loaded: Semester) -> Response:
    """A-Rekap of a semester."""
    election = db.session.get_one(Election, loaded.election_id)
    rows = queries.semester(election, loaded.region, loaded.year, loaded.half)
    paper = papers.movement_paper(
        loaded.region, election, semester_name(loaded), [(r.code, r.movement) for r in rows], loaded
    )
    return pdf(paper, f"pdpb-{loaded.region or 'ri'}-{loaded.year}-semester-{ROMAN[loaded.half]}")
