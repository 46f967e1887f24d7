"""Who may have a phone for a task, and the code that activates it."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from flask import Response, abort, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.devices import queries, rules
from electsys.devices.forms import ActivationForm, SheetsForm
from electsys.devices.kinds import KINDS, Kind
from electsys.devices.operations.devices import issue_activation
from electsys.devices.permissions import MANAGE
from electsys.devices.sheets import Slip, expiry, link_of, qr_picture, slips_pdf
from electsys.devices.views import bp
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.identity.models import Account, Grant
from electsys.web.tables import Column, Filter, Table

#: Slips of one download.
MOST = 400
#: How long a task lasts where nobody says.
USUAL = dt.timedelta(days=60)
STANDING = {"perangkat": _l("sudah aktif"), "kode": _l("kode menunggu dipakai"), "belum": _l("belum")}


def load_holder(kind: str, grant_id: int) -> tuple[tuple[Kind, Grant], Scope]:
    """A right that allows a kind of work, where it lies; 404 for one that does not, or not any more."""
    held = db.session.get(Grant, grant_id)
    used = KINDS.get(kind)
    now = dt.datetime.now(dt.UTC)
    if used is None or held is None or used.permission not in held.role.permissions:
        abort(404)
    if not used.fits(held.region):
        abort(404)
    if held.valid_from > now or (held.valid_to is not None and held.valid_to <= now):
        abort(404)
    return (used, held), Scope(region=held.region, election=held.election_id)


def _chosen() -> Kind:
    """The kind that the address names, or the first."""
    name = request.args.get("tugas") or next(iter(KINDS), "")
    return KINDS.get(name) or abort(404)


@bp.get("/perangkat/pemegang")
@requires(MANAGE)
def holder_list() -> Any:
    """Who may have a phone for a task, and who has none yet."""
    if not KINDS:
        return render_template("devices/no_kinds.html")
    kind = _chosen()
    query = queries.holders(kind, grants.scopes(current_user, MANAGE))
    seen: dict[int, str] = {}
    names: dict[str, str] = {}

    def state(held: Grant) -> str:
        if held.id not in seen:
            seen.update(queries.standing(kind, table.page.rows if held in table.page.rows else [held]))
        return str(STANDING[seen[held.id]])

    def place(held: Grant) -> str:
        if held.region not in names:
            names.update(queries.place_names({g.region for g in table.page.rows} | {held.region}))
        return names[held.region]

    table = Table(
        query,
        [
            Column(
                "nama",
                _l("Nama"),
                "account.name",
                sort=Account.name,
                link=lambda g: url_for("devices.activate", kind=kind.name, grant_id=g.id),
            ),
            Column("pengguna", _l("Nama pengguna"), "account.username", sort=Account.username),
            Column("peran", _l("Peran"), lambda g: g.role.words),
            Column("wilayah", _l("Wilayah"), place, sort=Grant.region, export=False),
            Column("perangkat", _l("Perangkat"), state, export=False),
        ],
        caption=_l("Petugas"),
        empty=_l("Belum ada akun yang berhak melakukan tugas ini di wilayah Anda. Beri dulu haknya."),
        search=(Account.name, Account.username),
        search_hint=_l("Cari nama petugas"),
        filters=[
            Filter(
                "perangkat",
                _l("Perangkat"),
                list(STANDING.items()),
                lambda q, value: q.where(*_standing(kind, value)),
            )
        ],
        name=f"petugas-{kind.name}",
        exports=(),
    )
    waiting = queries.how_many(query.where(*_standing(kind, "belum")))
    return render_template(
        "devices/holders.html",
        table=table,
        kind=kind,
        kinds=list(KINDS.values()),
        waiting=waiting,
        most=MOST,
        form=_with_default(SheetsForm(), kind, "", None),
    )


def _standing(kind: Kind, value: str) -> tuple[Any, ...]:
    device, code = queries.has_device(kind), queries.has_code(kind)
    return {"perangkat": (device,), "kode": (~device, code), "belum": (~device, ~code)}[value]


@bp.post("/perangkat/pemegang/lembar")
@requires(MANAGE)
def sheets() -> Any:
    """Codes for all who have neither phone nor code, as slips of paper."""
    kind = _chosen()
    form = SheetsForm()
    if not form.validate_on_submit():
        raise Refused(
            _("Isi pemilu dan hari terakhir bertugas."), hint=_("Kembali, isi tanggalnya, lalu unduh lagi.")
        )
    query = queries.holders(kind, grants.scopes(current_user, MANAGE)).where(*_standing(kind, "belum"))
    held = db.session.scalars(query.limit(MOST)).all()
    names = queries.place_names(g.region for g in held)
    slips = [_slip(kind, g, form, names[g.region]) for g in held]
    if not slips:
        raise Refused(_("Semua petugas sudah punya perangkat atau kode."))
    answer = send_file(
        io.BytesIO(slips_pdf(slips)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"aktivasi-{kind.name}.pdf",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _slip(kind: Kind, held: Grant, form: ActivationForm, place: str) -> Slip:
    code = issue_activation(
        kind.name,
        held.account,
        region=held.region,
        election_id=held.election_id or form.election_id,
        until=form.last_moment,
        actor=current_actor(),
    )
    account = held.account
    return Slip(account.name, account.username, str(kind.label), place, form.last_moment, code)


@bp.route("/perangkat/aktivasi/<kind>/<int:grant_id>", methods=["GET", "POST"])
@requires(MANAGE, load=load_holder)
def activate(loaded: tuple[Kind, Grant]) -> Any:
    """A code for one person's phone, on the screen and to print; it is shown this once."""
    kind, held = loaded
    form = ActivationForm(election=held.election_id)
    place = queries.place_name(held.region)
    if form.validate_on_submit():
        try:
            slip = _slip(kind, held, form, place)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            page = render_template(
                "devices/code.html",
                slip=slip,
                link=link_of(slip.code),
                code=rules.show_code(slip.code),
                qr=qr_picture(slip.code),
                valid=expiry(slip.until),
                kind=kind,
            )
            return Response(page, headers={"Cache-Control": "no-store"})
    shown = _with_default(form, kind, held.region, held.election_id)
    return (
        render_template(
            "devices/activate.html",
            form=shown,
            kind=kind,
            held=held,
            place=place,
            state=STANDING[queries.standing(kind, [held])[held.id]],
        ),
        form.status,
    )


def _with_default(form: Any, kind: Kind, region: str, election: int | None) -> Any:
    """The form as it is first shown, with the end of the task where it is known."""
    if not form.is_submitted():
        ends = kind.ends(region, election) or dt.datetime.now(dt.UTC) + USUAL
        form.until.data = (ends - dt.timedelta(seconds=1)).astimezone().date()
        if form.election.choices and len(form.election.choices) > 1:
            form.election.data = form.election.choices[-1].value if election else form.election.data
    return form
