"""Copies of lists: the list of them, the request, one copy and its steps."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.documents.views import send_stored
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.jobs.queries import of_subject
from electsys.regions.queries import names
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm, demand_button
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.forms.copies import RefuseForm, RequestForm
from modules.sidalih.models import VoterCopy, VoterList
from modules.sidalih.operations import copies as operations
from modules.sidalih.permissions import APPROVE_COPY, READ_LISTS, REQUEST_COPY
from modules.sidalih.queries import copies as queries
from modules.sidalih.rules.copies import COLUMNS, PLACES, PROFILES, PURPOSES
from modules.sidalih.views import bp
from modules.sidalih.wording import STAGES
from modules.sidalih.workflow.copies import COPY

#: The demo's and, until an election is chosen elsewhere, everybody's.
ELECTION = "pemilu-2024"


def load_copy(copy_id: int) -> tuple[VoterCopy, Scope]:
    """The copy of a URL with its scope; 404 where there is none."""
    copy = db.session.get(VoterCopy, copy_id)
    if copy is None:
        abort(404)
    return copy, Scope(region=copy.region, election=copy.election_id)


@bp.get("/salinan")
@requires(READ_LISTS)
def copies() -> Any:
    """Copies of the caller's regions."""
    table = Table(
        queries.copies_in(grants.scopes(current_user, READ_LISTS)),
        [
            Column(
                "nomor",
                _l("Nomor"),
                "id",
                link=lambda c: url_for("sidalih.copy", copy_id=c.id),
                sort=VoterCopy.id,
                head=True,
            ),
            Column("diminta", _l("Diminta"), "requested_at", kind="moment", sort=VoterCopy.requested_at),
            Column("wilayah", _l("Wilayah"), "region", sort=VoterCopy.region),
            Column("jenis", _l("Jenis"), lambda c: str(PROFILES[c.profile].label)),
            Column("penerima", _l("Penerima"), "recipient", sort=VoterCopy.recipient),
            Column("keperluan", _l("Keperluan"), lambda c: str(PURPOSES[c.purpose]), hidden=True),
            Column("baris", _l("Pemilih"), "rows", kind="number"),
            Column("keadaan", _l("Keadaan"), lambda c: COPY.state_label(c.state)),
        ],
        caption=_l("Salinan daftar pemilih"),
        empty=_l(
            "Belum ada salinan yang diminta. Salinan dapat diminta setelah DPS, DPSHP, atau DPT ditetapkan."
        ),
        filters=[
            Filter(
                "keadaan",
                _l("Keadaan"),
                list(COPY.labels.items()),
                lambda q, s: q.where(VoterCopy.state == s),
            ),
            Filter(
                "jenis",
                _l("Jenis"),
                [(p.code, p.label) for p in PROFILES.values()],
                lambda q, code: q.where(VoterCopy.profile == code),
            ),
        ],
        search=(VoterCopy.recipient, VoterCopy.region),
        name="salinan",
    )
    return table.download() or render_template("sidalih/copies/list.html", table=table)


@bp.route("/salinan/minta", methods=["GET", "POST"])
@requires(REQUEST_COPY)
def request_copy() -> Any:
    """Ask for a copy."""
    form = RequestForm()
    if form.region.data is None:
        held = [s.region for s in grants.scopes(current_user, REQUEST_COPY) if s.region]
        form.region.data = request.args.get("wilayah") or (held[0] if held else "")
    if form.validate_on_submit():
        election = by_code(ELECTION)
        if election is None:
            abort(404)
        try:
            copy = operations.request_copy(
                election,
                region=(form.region.data or "").strip(),
                stage=form.stage.data,
                profile=form.profile.data,
                recipient=form.recipient.data or "",
                person=form.person.data or "",
                purpose=form.purpose.data,
                note=form.note.data,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Permintaan dicatat. Akun lain yang berwenang harus menyetujuinya."), "success")
            return redirect(url_for("sidalih.copy", copy_id=copy.id))
    profiles = [(p, [str(COLUMNS[c]) for c in p.columns]) for p in PROFILES.values()]
    return render_template("sidalih/copies/request.html", form=form, profiles=profiles), form.status


@bp.get("/salinan/<int:copy_id>")
@requires(READ_LISTS, load=load_copy)
def copy(loaded: VoterCopy) -> Any:
    """One copy: what, for whom, where it stands, and the next step for this account."""
    return _page(loaded)


def _page(loaded: VoterCopy, *, password: str | None = None, refuse: RefuseForm | None = None) -> Any:
    refuse = refuse or RefuseForm()
    people = queries.usernames((loaded.requested_by, loaded.decided_by))
    found = names([loaded.region[:n] for n in (2, 4, 6, 10) if n <= len(loaded.region)])
    return render_template(
        "sidalih/copies/copy.html",
        copy=loaded,
        list=db.session.get_one(VoterList, loaded.list_id),
        stages=STAGES,
        election=db.session.get_one(Election, loaded.election_id),
        profile=PROFILES[loaded.profile],
        columns=[str(COLUMNS[c]) for c in PROFILES[loaded.profile].columns],
        purpose=PURPOSES[loaded.purpose],
        places=[title_region(name) for name in found.values()],
        people=people,
        state=COPY.state_label(loaded.state),
        actions={t.action for t in COPY.offered(loaded, current_user)},
        asked=loaded.requested_by == current_user.id,
        decided=loaded.decided_by == current_user.id,
        job=next(iter(of_subject(f"voter_copy:{loaded.id}")), None),
        touches=queries.touches_of(loaded),
        touched_at=PLACES,
        step=ButtonForm(),
        refuse=refuse,
        password=password,
    )


@bp.post("/salinan/<int:copy_id>/setujui")
@requires(APPROVE_COPY, load=load_copy)
def approve_copy(loaded: VoterCopy) -> Any:
    """The second person approves; a job makes the file."""
    demand_button()
    operations.approve_copy(loaded, actor=current_actor())
    flash(
        _("Salinan disetujui dan sedang dibuat. Ambil kata sandinya di halaman ini bila sudah siap."),
        "success",
    )
    return redirect(url_for("sidalih.copy", copy_id=loaded.id))


@bp.post("/salinan/<int:copy_id>/tolak")
@requires(APPROVE_COPY, load=load_copy)
def refuse_copy(loaded: VoterCopy) -> Any:
    """The second person refuses, with a reason."""
    form = RefuseForm()
    if not form.validate_on_submit():
        return _page(loaded, refuse=form), form.status
    operations.refuse_copy(loaded, reason=form.reason.data or "", actor=current_actor())
    flash(_("Permintaan ditolak."), "success")
    return redirect(url_for("sidalih.copy", copy_id=loaded.id))


@bp.post("/salinan/<int:copy_id>/sandi")
@requires(APPROVE_COPY, load=load_copy)
def copy_password(loaded: VoterCopy) -> Any:
    """Show the password once, to who approved; the page is never stored."""
    demand_button()
    password = operations.show_password(loaded, actor=current_actor())
    return _page(loaded, password=password), 200, {"Cache-Control": "no-store"}


@bp.post("/salinan/<int:copy_id>/unduh")
@requires(REQUEST_COPY, load=load_copy)
def download_copy(loaded: VoterCopy) -> Any:
    """The encrypted file, to who asked for it; the first download enters the public register."""
    demand_button()
    stored = operations.hand_over(loaded, actor=current_actor())
    answer = send_stored(stored, name=stored.name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
