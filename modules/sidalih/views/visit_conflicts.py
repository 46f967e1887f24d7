"""Visits that did not fit the list any more: which wait, and what stands, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.privacy.masks import mask_nik, mask_nkk
from electsys.regions import queries as regions
from electsys.regions.models import Tps
from electsys.web.formats import tanggal, title_region
from modules.sidalih.claims import Claims
from modules.sidalih.forms.visits import (
    MARRIED,
    OUTCOMES,
    PHONE,
    RECORDED,
    SEXES,
    SettleForm,
    choice_name,
    settle_form,
)
from modules.sidalih.models import VisitConflict
from modules.sidalih.operations.visit_conflicts import drop_conflict, settle_conflict
from modules.sidalih.operations.voters import roll_of
from modules.sidalih.permissions import ASSIGN, RECORD
from modules.sidalih.queries import visits as queries
from modules.sidalih.rules.visits import RESULT, Line
from modules.sidalih.views import bp, visit_tables
from modules.sidalih.views.loading import RollArea, election_of, load_area
from modules.sidalih.views.visits import area_address, area_path
from modules.sidalih.wording import EVENTS, FIELDS
from modules.sidalih.workflow.voters import VOTER

#: Choices of the new voters of a visit.
FRESH = "baru_{}"


def load_conflict(conflict_id: int) -> tuple[VisitConflict, Scope]:
    """A conflict, in its polling station."""
    found = db.session.get(VisitConflict, conflict_id)
    if found is None:
        abort(404)
    return found, Scope(found.tps_code, election=found.election_id)


@bp.get("/coklit/<int:roll_id>/<code>/benturan")
@requires(RECORD, load=load_area)
def visit_conflicts(loaded: RollArea) -> Any:
    """The conflicts of an area."""
    election = election_of(loaded.roll)
    query = queries.conflicts_in(election.id, loaded.code)
    villages = queries.villages_in_conflict(election.id, loaded.code)
    named = regions.names(villages, election.map_id)
    table = visit_tables.conflicts_table(loaded.roll, loaded.code, query, named)
    return table.download() or render_template(
        "sidalih/visits/conflicts.html",
        roll=loaded.roll,
        election=election,
        region=loaded.region,
        path=_path_to(loaded.roll, loaded.code, loaded.region.name),
        table=table,
    )


def _path_to(roll: Any, code: str, name: str) -> list[tuple[str, str]]:
    path = area_path(roll, code)
    if can(current_user, ASSIGN, Scope(code, election=roll.election_id)):
        path.append((area_address(roll, code), title_region(name)))
    return path


@bp.route("/coklit/benturan/<int:conflict_id>", methods=["GET", "POST"])
@requires(RECORD, load=load_conflict)
def visit_conflict(conflict: VisitConflict) -> Any:
    """One conflict: three values a field; choose which stands, with a reason."""
    dropping = "buang" in request.form
    election = db.session.get_one(Election, conflict.election_id)
    waits = conflict.state == "terbuka"
    found = queries.compared(conflict) if waits else []
    fresh = queries.kept_visit(conflict)[1] if waits else []
    form = _form(found, fresh, required=not dropping)
    if waits and form.validate_on_submit():
        try:
            said = _decide(conflict, form, found, len(fresh), dropping=dropping)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(said, "success")
            return redirect(url_for("sidalih.visit_conflict", conflict_id=conflict.id))
    page = _page(conflict, election, form, found, fresh)
    return page, form.status, {"Cache-Control": "no-store"}


def _form(found: Sequence[queries.Compared], fresh: Sequence[Claims], *, required: bool) -> SettleForm:
    names: dict[str, Any] = {
        choice_name(c.voter.id, line.field): f"{c.voter.name}, {_label(line.field)}"
        for c in found
        for line in c.lines
        if line.open
    }
    names |= {FRESH.format(n): _("Pemilih baru %(name)s", name=one.name) for n, one in enumerate(fresh)}
    return settle_form(names, required=required, seen=queries.seen_text(found))


def _decide(
    conflict: VisitConflict,
    form: SettleForm,
    found: Sequence[queries.Compared],
    fresh: int,
    *,
    dropping: bool,
) -> str:
    reason = form.reason.data or ""
    if dropping:
        drop_conflict(conflict, permission=RECORD, reason=reason, actor=current_actor())
        return _("Daftar tetap seperti adanya; kunjungan ini tidak dicatat.")
    choices = {
        c.voter.id: [
            line.field
            for line in c.lines
            if line.open and form[choice_name(c.voter.id, line.field)].data == PHONE
        ]
        for c in found
    }
    row = settle_conflict(
        conflict,
        choices,
        [n for n in range(fresh) if form[FRESH.format(n)].data == PHONE],
        seen=form.seen.data or "",
        reason=reason,
        actor=current_actor(),
    )
    return _("Putusan dicatat.") if row else _("Daftar tetap seperti adanya; kunjungan ini tidak dicatat.")


def _page(
    conflict: VisitConflict,
    election: Election,
    form: SettleForm,
    found: Sequence[queries.Compared],
    fresh: Sequence[Claims],
) -> str:
    roll = roll_of(conflict.election_id, conflict.tps_code)
    tps = db.session.get_one(Tps, (conflict.election_id, conflict.tps_code[:2], conflict.tps_code))
    village = regions.names([tps.village_code], election.map_id).get(tps.village_code, tps.village_code)
    words = _Words(election, tps.village_code)
    return render_template(
        "sidalih/visits/conflict.html",
        conflict=conflict,
        election=election,
        roll=roll,
        tps=tps,
        village=title_region(village),
        path=_path_to(roll, conflict.tps_code, tps.name),
        form=form,
        found=[
            (c, [(line, _label(line.field), words.values(line, c)) for line in c.lines])
            for c in found
            if c.lines
        ],
        rest=[(c.voter.name, OUTCOMES[c.finding.found]) for c in found if not c.lines],
        fresh=[(FRESH.format(n), one) for n, one in enumerate(fresh)],
        choice_name=choice_name,
        states=visit_tables.CONFLICTS,
        following=queries.conflicts_waiting(election.id, grants.scopes(current_user, RECORD)),
        events=EVENTS,
    )


def _label(field: str) -> str:
    return _("Hasil") if field == RESULT else str(FIELDS[field])


class _Words:
    """Values of fields in words; numbers masked, and no birth date in full beside a masked number."""

    def __init__(self, election: Election, village: str) -> None:
        self.disabilities = {d["kode"]: d["nama"] for d in queries.codes_of(election.id, "disabilitas")}
        self.tms = {c["kode"]: c["nama"] for c in queries.codes_of(election.id, "tms")}
        self.stations = {s.code: s.name for s in queries.stations_of(election.id, village)}

    def values(self, line: Line, one: queries.Compared) -> tuple[str, str, str]:
        """When it was fetched, what the visit says, what stands now."""
        if line.field == RESULT:
            return (
                VOTER.state_label(line.base),
                self._found(one),
                self._state(line.now, one.voter.tms_code),
            )
        number = any(each.field == "nik" for each in one.lines)

        def word(value: Any) -> str:
            return self._word(line.field, value, number=number)

        judged = one.finding.found in ("sesuai", "ubah")
        return word(line.base), word(line.said) if judged else "–", word(line.now)

    def _found(self, one: queries.Compared) -> str:
        finding = one.finding
        said = str(OUTCOMES[finding.found])
        more = self.tms.get(finding.code or "") or self.stations.get(finding.tps or "")
        return ": ".join(filter(None, (said, more, finding.note)))

    def _state(self, state: str, code: str | None) -> str:
        return ": ".join(filter(None, (VOTER.state_label(state), self.tms.get(code or ""))))

    def _word(self, field: str, value: Any, *, number: bool) -> str:
        if value in (None, ""):
            return _("tidak ada") if field == "disability" else _("tidak diisi")
        if field == "birth_date":
            return str(value.year) if number else tanggal(value)
        masks = {"nik": mask_nik, "nkk": mask_nkk}
        if field in masks:
            return masks[field](value)
        tables: dict[str, Any] = {
            "sex": SEXES,
            "marital_status": MARRIED,
            "ktp_el": RECORDED,
            "disability": self.disabilities,
            "tps_code": self.stations,
        }
        return str(tables.get(field, {}).get(value, value))
