"""Elections: the list, one of them, a new one; contests and participants."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import SelectChoice

from electsys.db import db
from electsys.elections import forms, queries, setup
from electsys.elections.models import Contest, Election, Participant
from electsys.elections.views import EDIT, READ, ask, bp, crumbs_of, found
from electsys.elections.views.stages import state_of
from electsys.elections.wording import KINDS, STATES, TABLES
from electsys.elections.workflow import ELECTION
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.identity.queries.regions import region_names
from electsys.web.tables import Column, Filter, Table


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
            Column("jenis", _l("Jenis"), lambda e: str(KINDS[e.kind])),
            Column("keadaan", _l("Keadaan"), lambda e: str(STATES[e.state])),
        ],
        caption=_l("Pemilu"),
        empty=_l("Belum ada pemilu. Pasang dengan perintah elections seed."),
        name="pemilu",
    )
    return table.download() or render_template("elections/elections.html", table=table)


@bp.route("/baru", methods=["GET", "POST"])
@requires(EDIT)
def new_election() -> Any:
    """A new election, made from an earlier one."""
    form = forms.ElectionForm()
    sources = {e.code: e for e in db.session.scalars(queries.elections())}
    form.source.choices = [SelectChoice(code, e.name) for code, e in sources.items()]

    def do() -> None:
        setup.create_election(
            form.code.data or "",
            name=form.name.data or "",
            kind=form.kind.data,
            voting_day=form.voting_day.data,
            source=sources[form.source.data],
            actor=current_actor(),
        )

    back = url_for(".election_list")
    return ask(form, do, back, _("Buat pemilu"), [], url_for(".new_election"))


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
        kind=KINDS[row.kind],
        moves=ELECTION.offered(row, current_user),
        names=region_names(c.region_code for c in queries.contests(row.id)),
    )


def load_election(election: str) -> tuple[Election, Scope]:
    """An election in its own scope."""
    row = found(election)
    return row, Scope(election=row.id)


def load_move(election: str, action: str) -> tuple[tuple[Election, Any], Scope]:
    """An election and a step of its way; 404 where the workflow has no such step from where it stands."""
    row, scope = load_election(election)
    return (row, ELECTION.find(row.state, action) or abort(404)), scope


@bp.route("/<election>/ubah", methods=["GET", "POST"])
@requires(EDIT, load=load_election)
def change_election(row: Election) -> Any:
    """Another name or voting day."""
    form = forms.ElectionChangeForm(obj=row)

    def do() -> None:
        setup.change_election(
            row,
            name=form.name.data or "",
            voting_day=form.voting_day.data,
            reason=form.reason.data or "",
            actor=current_actor(),
        )

    back, action = (url_for(e, election=row.code) for e in (".election", ".change_election"))
    return ask(form, do, back, _("Ubah pemilu"), crumbs_of(row), action)


@bp.route("/<election>/langkah/<action>", methods=["GET", "POST"])
@requires(EDIT, load=load_move)
def move_election(loaded: tuple[Election, Any]) -> Any:
    """Start, close or reopen an election."""
    row, move = loaded
    form = forms.ReasonForm()

    def do() -> None:
        setup.move_election(row, move.action, reason=form.reason.data or "", actor=current_actor())

    back = url_for(".election", election=row.code)
    action = url_for(".move_election", election=row.code, action=move.action)
    return ask(form, do, back, str(move.label), crumbs_of(row), action)


@bp.route("/<election>/pemilihan/tambah", methods=["GET", "POST"])
@requires(EDIT, load=load_election)
def add_contest(row: Election) -> Any:
    """One more ballot paper."""
    form = forms.ContestForm()

    def do() -> None:
        setup.add_contest(
            row,
            kind=form.kind.data,
            name=form.name.data or "",
            region=form.region.data or "",
            actor=current_actor(),
        )

    back, action = (url_for(e, election=row.code) for e in (".election", ".add_contest"))
    return ask(form, do, back, _("Tambah pemilihan"), crumbs_of(row), action)


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
