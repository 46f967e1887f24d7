"""Persons of candidates who may be one human: the list, the two side by side, the history."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.identity.models import Person, PersonMerge
from electsys.privacy.masks import mask_nik
from electsys.web.tables import Column, Table
from modules.silon.claims import claim_of
from modules.silon.finding_words import FLAG_NAMES
from modules.silon.forms.merges import MergeForm, PartForm
from modules.silon.models import Candidate
from modules.silon.operations import merges as operations
from modules.silon.permissions import CONCLUDE
from modules.silon.queries import merges as queries
from modules.silon.ruling_tables import place, who
from modules.silon.views import bp
from modules.silon.views.list_loading import load_election
from modules.silon.workflow import CANDIDATE

PRIVATE = {"Cache-Control": "no-store"}
SAME = {
    "nik": _l("NIK sama, catatan orang berbeda"),
    "identitas": _l("nama dan tanggal lahir sama, NIK beda"),
}


class Pair(NamedTuple):
    """Two persons, the lower id first."""

    first: Person
    second: Person


def load_nation() -> tuple[Election, Scope]:
    """The work of KPU RI: two candidacies of one human lie in two parties or regions."""
    return load_election(), Scope("")


def load_pair(low: int, high: int) -> tuple[Pair, Scope]:
    """Two persons who are candidates."""
    first, second = db.session.get(Person, low), db.session.get(Person, high)
    if first is None or second is None or low >= high:
        abort(404)
    if {row.person_id for row in queries.candidacies([low, high])} != {low, high}:
        abort(404)
    return Pair(first, second), Scope("")


def load_merge(merge_id: int) -> tuple[PersonMerge, Scope]:
    """A merge that was made here."""
    row = db.session.get(PersonMerge, merge_id)
    if row is None or queries.act_of(row) is None:
        abort(404)
    return row, Scope("")


@bp.get("/orang-ganda")
@requires(CONCLUDE, load=load_nation)
def merges(election: Election) -> Any:
    """Who may be one human, and what was decided."""
    table = Table(
        queries.pairs(election),
        [
            Column(
                "pertama",
                _l("Catatan pertama"),
                "low_name",
                head=True,
                link=lambda r: url_for("silon.merge", low=r.low, high=r.high),
            ),
            Column("kedua", _l("Catatan kedua"), "high_name"),
            Column("bukti", _l("Bukti"), lambda r: str(SAME[r.same])),
            Column("pasangan", _l("Pasangan pencalonan"), "candidates", kind="number"),
        ],
        caption=_l("Catatan yang mungkin satu orang"),
        empty=_l("Tidak ada calon yang mungkin satu orang dengan dua catatan. Tidak ada yang perlu diputus."),
        size=50,
        name="orang-ganda",
        exports=(),
    )
    history = Table(
        queries.merges(),
        [
            Column("hilang", _l("Digabungkan"), "gone", head=True,
                   link=lambda r: url_for("silon.part_merge", merge_id=r.PersonMerge.id)),
            Column("tinggal", _l("Ke catatan"), "kept"),
            Column("waktu", _l("Waktu"), "Act.at", kind="moment"),
            Column("oleh", _l("Oleh"), "PersonMerge.merged_by"),
            Column("alasan", _l("Alasan"), lambda r: r.Act.reason or ""),
            Column("keadaan", _l("Keadaan"),
                   lambda r: _("dibatalkan") if r.PersonMerge.undone_at else _("berlaku")),
        ],
        caption=_l("Riwayat penggabungan"),
        empty=_l("Belum ada penggabungan."),
        size=20,
        prefix="r",
        exports=(),
    )  # fmt: skip
    page = render_template("silon/merges.html", election=election, table=table, history=history)
    return page, 200, PRIVATE


@bp.route("/orang-ganda/<int:low>/<int:high>", methods=["GET", "POST"])
@requires(CONCLUDE, load=load_pair)
def merge(pair: Pair) -> Any:
    """The two side by side, and the decision."""
    form, keys = MergeForm(), (pair.first.id, pair.second.id)
    if form.validate_on_submit():
        try:
            return _decide(form, *keys)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            pair = Pair(db.session.get_one(Person, keys[0]), db.session.get_one(Person, keys[1]))
    merged = pair.first.redirect_to is not None or pair.second.redirect_to is not None
    page = render_template(
        "silon/merges_pair.html",
        form=form,
        sides=_sides(list(pair)),
        merged=merged,
        conflicts=queries.open_conflicts(*keys),
    )
    return page, form.status, PRIVATE


@bp.route("/orang-ganda/gabungan/<int:merge_id>", methods=["GET", "POST"])
@requires(CONCLUDE, load=load_merge)
def part_merge(row: PersonMerge) -> Any:
    """What a merge did, and undoing it."""
    form, key = PartForm(), row.id
    if form.validate_on_submit():
        try:
            operations.part_persons(row, reason=form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            row = db.session.get_one(PersonMerge, key)
        else:
            flash(_("Penggabungan dibatalkan; tanda calon dihitung ulang."), "success")
            return redirect(url_for("silon.merges"), 303)
    page = render_template(
        "silon/merges_part.html",
        form=form,
        row=row,
        act=queries.act_of(row),
        sides=_sides([db.session.get_one(Person, row.into_id)]),
    )
    return page, form.status, PRIVATE


def _decide(form: MergeForm, low: int, high: int) -> Any:
    reason, actor = form.reason.data or "", current_actor()
    if form.decision.data == "apart":
        operations.keep_apart(low, high, reason=reason, actor=actor)
        flash(_("Dicatat sebagai dua orang."), "success")
        return redirect(url_for("silon.merges"), 303)
    gone, kept = (high, low) if form.decision.data == "first" else (low, high)
    made = operations.merge_persons(gone, kept, reason=reason, actor=actor)
    flash(_("Kedua catatan digabungkan; tanda calon dihitung ulang."), "success")
    return redirect(url_for("silon.part_merge", merge_id=made.id), 303)


def _sides(people: list[Person]) -> list[dict[str, Any]]:
    """Each person with its candidacies; numbers are masked, and flags said in words."""
    name = who()
    found: dict[int, list[Candidate]] = {}
    for row in queries.candidacies([each.id for each in people]):
        found.setdefault(row.person_id, []).append(row)
    return [
        {
            "person": each,
            "rows": [
                {
                    "row": row,
                    "nik": mask_nik(claim_of(row).nik),
                    "by": name(row.nomination),
                    "place": place(row.nomination),
                    "state": CANDIDATE.state_label(row.state),
                    "flags": [FLAG_NAMES[flag] for flag in row.flags],
                }
                for row in found.get(each.id, [])
            ],
        }
        for each in people
    ]
