"""KPU gives parties access; a party's centre gives it to its people."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import SelectChoice

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.identity.models import Grant
from electsys.identity.queries.regions import region_names
from electsys.identity.sheets import Slip, activation_pdf
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm, demand_button
from electsys.web.tables import Column, Table
from modules.sipol.forms.registrations import EndUserForm, LastForm, PartyForm, UserForm
from modules.sipol.models import Party
from modules.sipol.operations import registrations as operations
from modules.sipol.operations.registrations import LastElection, NewUser, PartyFacts
from modules.sipol.permissions import OPEN, READ, SUBMIT
from modules.sipol.queries import registrations as queries
from modules.sipol.views import bp
from modules.sipol.views.portal import Shown, load_registration


def load_election(election: str) -> tuple[Election, Scope]:
    """An election, for the nation."""
    found = by_code(election) or abort(404)
    return found, Scope("", None, found.id)


@bp.route("/<election>/baru", methods=["GET", "POST"])
@requires(OPEN, load=load_election)
def new_party(election: Election) -> Any:
    """Give a party access."""
    form = PartyForm()
    known = queries.parties_without(election.id)
    form.party.choices = [SelectChoice("", ""), *(SelectChoice(str(p.id), p.name) for p in known)]
    if form.validate_on_submit():
        try:
            row = operations.open_registration(
                election, _party_of(form), _last_of(form), actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Partai mendapat akses. Buat akun penghubung pusatnya di bawah ini."), "success")
            return redirect(url_for("sipol.users", election=election.code, party=row.party_id))
    return render_template("sipol/registrations/new.html", form=form, election=election), form.status


def _party_of(form: PartyForm) -> Party | PartyFacts:
    if form.party.data:
        return db.session.get(Party, int(form.party.data)) or abort(404)
    return PartyFacts(
        form.kind.data or "",
        form.name.data or "",
        form.short_name.data or "",
        form.decree_number.data or "",
        form.decree_date.data,
    )


def _last_of(form: LastForm) -> LastElection:
    return LastElection(form.in_parliament.data, form.last_number.data, form.keeps_number.data)


@bp.route("/<election>/<int:party>/pengaturan", methods=["GET", "POST"])
@requires(OPEN, load=load_registration)
def registration_settings(loaded: Shown) -> Any:
    """Whether the party sits in parliament, and the number it keeps."""
    row = loaded.registration
    form = LastForm(obj=row)
    if form.validate_on_submit():
        try:
            operations.change_registration(row, _last_of(form), actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Pengaturan partai disimpan."), "success")
            return redirect(loaded.here.area(row.region))
    page = render_template("sipol/registrations/settings.html", form=form, shown=loaded, party=row.party)
    return page, form.status


# --- people of a party ---------------------------------------------------------------------------


@bp.get("/<election>/<int:party>/pengguna")
@requires(READ, load=load_registration)
def users(loaded: Shown) -> Any:
    """Who may work for the party, and where."""
    names: dict[str, str] = {}
    whole = Scope(loaded.registration.region, loaded.registration.party_id, loaded.election.id)
    own, kpu = can(current_user, SUBMIT, whole), can(current_user, OPEN, whole)

    def place(grant: Grant) -> str:
        if not names:
            names.update(region_names(g.region for g in table.page.rows))
        return title_region(names.get(grant.region, grant.region)) if grant.region else _("Pusat")

    def steps(grant: Grant) -> str | None:
        if own:
            return _address("sipol.user", loaded, grant=grant.id)
        if kpu and grant.role.name == operations.CENTRE_ROLE:
            return _address("sipol.liaison", loaded, grant=grant.id)
        return None

    new = _address("sipol.new_user" if own else "sipol.new_liaison", loaded) if own or kpu else None
    new_words = _("Tambah pengguna") if own else _("Tambah penghubung pusat")
    table = Table(
        queries.users(loaded.registration),
        [
            Column("pengguna", _l("Nama pengguna"), "account.username", head=True, link=steps),
            Column("nama", _l("Nama"), "account.name"),
            Column("peran", _l("Peran"), "role.words"),
            Column("wilayah", _l("Wilayah"), place, sort=Grant.region),
            Column(
                "status",
                _l("Status"),
                lambda g: _("aktif") if g.account.password else _("belum diaktifkan"),
            ),
        ],
        caption=_l("Pengguna partai"),
        empty=_l("Belum ada pengguna. Buat akun penghubung pusat lebih dulu."),
        empty_action=(new_words, new) if new else None,
        name=f"pengguna-partai-{loaded.registration.party_id}",
        exports=(),
    )
    return render_template(
        "sipol/registrations/users.html",
        shown=loaded,
        party=loaded.registration.party,
        table=table,
        new=new,
        new_words=new_words,
    )


def _address(endpoint: str, shown: Shown, **more: Any) -> str:
    return url_for(endpoint, election=shown.election.code, party=shown.registration.party_id, **more)


@bp.route("/<election>/<int:party>/pengguna/baru", methods=["GET", "POST"])
@requires(SUBMIT, load=load_registration)
def new_user(loaded: Shown) -> Any:
    """The party's centre makes an account for one of its people."""
    return _new_user_page(loaded, queries.PARTY_ROLES, "sipol.new_user")


@bp.route("/<election>/<int:party>/penghubung/baru", methods=["GET", "POST"])
@requires(OPEN, load=load_registration)
def new_liaison(loaded: Shown) -> Any:
    """KPU makes the account of the first liaison of the centre."""
    return _new_user_page(loaded, (operations.CENTRE_ROLE,), "sipol.new_liaison")


def _new_user_page(loaded: Shown, roles: tuple[str, ...], endpoint: str) -> Any:
    form = UserForm()
    known = queries.party_roles()
    form.role.choices = [SelectChoice(name, known[name].words) for name in roles]
    if form.role.data is None and len(roles) == 1:
        form.role.data = roles[0]
    if form.validate_on_submit():
        who = NewUser(form.username.data or "", form.name.data or "", form.email.data or "")
        place = form.region.data or ""
        try:
            operations.add_user(loaded.registration, form.role.data, place, who, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Akun dibuat. Buka namanya untuk mengunduh lembar aktivasi."), "success")
            return redirect(_address("sipol.users", loaded))
    page = render_template(
        "sipol/registrations/new_user.html",
        form=form,
        shown=loaded,
        party=loaded.registration.party,
        action=_address(endpoint, loaded),
    )
    return page, form.status


class User(NamedTuple):
    """Somebody of a party, by the grant."""

    shown: Shown
    grant: Grant


def load_user(election: str, party: int, grant: int) -> tuple[User, Scope]:
    """A grant of the party's people; 404 for any other."""
    shown, scope = load_registration(election, party)
    found = db.session.scalars(queries.users(shown.registration).where(Grant.id == grant)).one_or_none()
    if found is None:
        abort(404)
    return User(shown, found), scope


def load_liaison(election: str, party: int, grant: int) -> tuple[User, Scope]:
    """A liaison of the party's centre."""
    loaded, scope = load_user(election, party, grant)
    if loaded.grant.role.name != operations.CENTRE_ROLE:
        abort(404)
    return loaded, scope


@bp.route("/<election>/<int:party>/pengguna/<int:grant>", methods=["GET", "POST"])
@requires(SUBMIT, load=load_user)
def user(loaded: User) -> Any:
    """One of the party's people: activation sheet, end of the right."""
    return _user_page(loaded, "sipol.user")


@bp.route("/<election>/<int:party>/penghubung/<int:grant>", methods=["GET", "POST"])
@requires(OPEN, load=load_liaison)
def liaison(loaded: User) -> Any:
    """A liaison of the party's centre, for KPU."""
    return _user_page(loaded, "sipol.liaison")


def _user_page(loaded: User, endpoint: str) -> Any:
    shown, grant = loaded
    form = EndUserForm()
    if form.validate_on_submit():
        try:
            operations.end_user(shown.registration, grant, form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Hak pengguna diakhiri."), "success")
            return redirect(_address("sipol.users", shown))
    page = render_template(
        "sipol/registrations/user.html",
        shown=shown,
        party=shown.registration.party,
        grant=grant,
        place=_place_of(grant),
        form=form,
        sheet=ButtonForm(),
        here=_address(endpoint, shown, grant=grant.id),
        sheet_at=_address(f"{endpoint}_sheet", shown, grant=grant.id),
    )
    return page, form.status


@bp.post("/<election>/<int:party>/pengguna/<int:grant>/lembar")
@requires(SUBMIT, load=load_user)
def user_sheet(loaded: User) -> Any:
    """The activation sheet of one of the party's people, with a new link."""
    return _sheet(loaded)


@bp.post("/<election>/<int:party>/penghubung/<int:grant>/lembar")
@requires(OPEN, load=load_liaison)
def liaison_sheet(loaded: User) -> Any:
    """The activation sheet of a liaison of the centre, with a new link."""
    return _sheet(loaded)


def _sheet(loaded: User) -> Any:
    demand_button()
    shown, grant = loaded
    token = operations.user_link(shown.registration, grant, actor=current_actor())
    slip = Slip(grant.account.username, grant.account.name, grant.role.words, _place_of(grant), token)
    response = send_file(
        io.BytesIO(activation_pdf([slip])),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"lembar-aktivasi-{grant.account.username}.pdf",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _place_of(grant: Grant) -> str:
    if not grant.region:
        return _("Pusat")
    return title_region(region_names([grant.region]).get(grant.region, grant.region))
