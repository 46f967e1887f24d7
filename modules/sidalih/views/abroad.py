"""Voters abroad: the cities of PPLN, their lists by the way to vote, and who stands at home too."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.regions.models import Tps
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.forms.moves import AbroadForm, ReasonForm, pick
from modules.sidalih.models import Voter
from modules.sidalih.models.abroad import VoterTransfer
from modules.sidalih.operations import abroad as operations
from modules.sidalih.permissions import EDIT, READ
from modules.sidalih.queries import abroad as queries
from modules.sidalih.queries.moves import place_words
from modules.sidalih.rules.abroad import METHODS
from modules.sidalih.views import bp
from modules.sidalih.views.dpk import claims_from, disability_choices
from modules.sidalih.views.moves import chosen_election, own_scopes
from modules.sidalih.workflow import ROLL, VOTER

METHOD_WORDS = {"tpsln": _l("TPSLN"), "ksk": _l("Kotak suara keliling (KSK)"), "pos": _l("Pos")}

City = tuple[Election, queries.City]


def load_city(election: str, city: str) -> tuple[City, Scope]:
    """A city abroad of an election; 404 where there is none."""
    asked = by_code(election) or abort(404)
    found = queries.city(asked, city) or abort(404)
    return (asked, found), Scope(city, election=asked.id)


@bp.get("/luar-negeri")
@requires(READ)
def abroad() -> Any:
    """The cities abroad inside the caller's regions, with their voters by the way to vote."""
    election = chosen_election()
    rows = queries.cities(election, own_scopes(READ))
    table = Table(
        rows,
        [
            Column(
                "kota",
                _l("Kota"),
                "name",
                sort=True,
                link=lambda c: url_for("sidalih.abroad_city", election=election.code, city=c.code),
            ),
            *(
                Column(method, METHOD_WORDS[method], f"voters.{method}", kind="number", sort=True)
                for method in METHODS
            ),
            Column("jumlah", _l("Jumlah"), "total", kind="number", sort=True),
            Column("tahap", _l("Tahap"), lambda c: ROLL.state_label(c.state) if c.state else None),
        ],
        caption=_l("Pemilih luar negeri"),
        empty=_l("Tidak ada kota luar negeri dalam wilayah akun Anda."),
        search=True,
        name=f"pemilih-luar-negeri-{election.code}",
    )
    totals = [(METHOD_WORDS[m], sum(c.voters[m] for c in rows)) for m in METHODS]
    return table.download() or render_template(
        "sidalih/abroad/cities.html", table=table, election=election, totals=totals
    )


@bp.get("/luar-negeri/<election>/<city>")
@requires(READ, load=load_city)
def abroad_city(loaded: City) -> Any:
    """The list of one city."""
    election, city = loaded
    table = Table(
        queries.voters_in(election, city.code),
        [
            Column("nama", _l("Nama"), lambda row: row[0].name, sort=Voter.name),
            Column("jk", _l("L/P"), lambda row: row[0].sex, sort=Voter.sex),
            Column("alamat", _l("Alamat"), lambda row: row[0].address, hidden=True),
            Column(
                "metode",
                _l("Cara memilih"),
                lambda row: METHOD_WORDS.get(row[1].kind, row[1].kind) if row[1] else _("belum ditempatkan"),
                sort=Tps.kind,
            ),
            Column("tps", _l("Tempat"), lambda row: row[1].name if row[1] else None, sort=Voter.tps_code),
            Column("paspor", _l("Paspor"), lambda row: _("ada") if row[0].passport_index else None),
            Column("nik", _l("NIK"), lambda row: _("ada") if row[0].nik_index else None),
            Column("keadaan", _l("Keadaan"), lambda row: VOTER.state_label(row[0].state), sort=Voter.state),
        ],
        caption=_l("Pemilih"),
        empty=_l("Belum ada pemilih di kota ini. Masukkan satu per satu, atau impor berkas PPLN."),
        filters=[
            Filter(
                "metode",
                _l("Cara memilih"),
                list(METHOD_WORDS.items()),
                lambda q, value: q.where(Tps.kind == value),
            )
        ],
        search=(Voter.name,),
        search_hint=_l("Cari nama"),
        name=f"pemilih-{city.code}",
    )
    return table.download() or render_template(
        "sidalih/abroad/city.html",
        election=election,
        city=city,
        methods=METHOD_WORDS,
        table=table,
        twice=len(queries.twice(election, city.code)),
        state=ROLL.state_label(city.state) if city.state else None,
        may_edit=can(current_user, EDIT, Scope(city.code, election=election.id)),
    )


@bp.route("/luar-negeri/<election>/<city>/baru", methods=["GET", "POST"])
@requires(EDIT, load=load_city)
def new_abroad(loaded: City) -> Any:
    """Enter a voter of the city."""
    election, city = loaded
    form = AbroadForm()
    form.disability.choices = pick(disability_choices(election))
    stations = {tps.code: tps for tps in queries.stations_abroad(election, city.code)}
    form.tps_code.choices = pick(((code, tps.name) for code, tps in stations.items()), empty=True)
    if form.validate_on_submit():
        try:
            claims = claims_from(form, passport=(form.passport.data or "").strip() or None)
            voter = operations.add_abroad(
                election, stations[form.tps_code.data], claims, actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("%(name)s terdaftar.", name=voter.name), "success")
            return redirect(url_for("sidalih.abroad_city", election=election.code, city=city.code))
    return render_template("sidalih/abroad/new.html", form=form, election=election, city=city), form.status


# --- who stands twice ------------------------------------------------------------------------------


@bp.get("/luar-negeri/<election>/<city>/ganda")
@requires(READ, load=load_city)
def abroad_twice(loaded: City) -> Any:
    """Voters of the city whose NIK stands at home too, and rows that made way already."""
    return _twice_page(loaded, ReasonForm())


def _twice_page(loaded: City, form: ReasonForm) -> Any:
    election, city = loaded
    pairs = queries.twice(election, city.code)
    done = db.session.execute(queries.transfers(election, city.code).limit(200)).all()
    codes = {c for p in pairs for c in (p.away_tps, p.home_tps) if c}
    codes |= {c for t, _voter in done for c in (t.away_tps, t.home_tps) if c}
    return render_template(
        "sidalih/abroad/twice.html",
        election=election,
        city=city,
        pairs=pairs,
        done=done,
        words=place_words(election, codes),
        may_edit=can(current_user, EDIT, Scope(city.code, election=election.id)),
        form=form,
    ), form.status


def _load_pair(election: str, city: str, away_id: int, home_id: int) -> tuple[tuple[City, Voter, int], Scope]:
    loaded, scope = load_city(election, city)
    away = db.session.scalars(
        select(Voter).where(Voter.id == away_id, Voter.election_id == loaded[0].id)
    ).one_or_none()
    if away is None or not away.village_code.startswith(city):
        abort(404)
    return (loaded, away, home_id), scope


@bp.post("/luar-negeri/<election>/<city>/ganda/<int:away_id>/<int:home_id>")
@requires(EDIT, load=_load_pair)
def abroad_make_way(loaded: tuple[City, Voter, int]) -> Any:
    """The row at home makes way."""
    (election, city), away, home_id = loaded
    form = ReasonForm()
    if not form.validate_on_submit():
        form.reason.id = f"alasan-{away.id}-{home_id}"  # the field of this row, among many
        return _twice_page((election, city), form)
    operations.make_way(away, home_id, reason=form.reason.data or "", actor=current_actor())
    flash(_("Baris di dalam negeri dikeluarkan; ia memilih di luar negeri."), "success")
    return redirect(url_for("sidalih.abroad_twice", election=election.code, city=city.code))


def load_transfer(transfer_id: int) -> tuple[VoterTransfer, Scope]:
    """A row that made way; 404 where there is none."""
    found = db.get_or_404(VoterTransfer, transfer_id)
    return found, Scope(found.away_tps, election=found.election_id)


@bp.post("/pindah-daftar/<int:transfer_id>/batalkan")
@requires(EDIT, load=load_transfer)
def undo_transfer(transfer: VoterTransfer) -> Any:
    """The row at home stands again; the one at the new place is struck."""
    form = ReasonForm()
    if not form.validate_on_submit():
        raise Refused(_("Tuliskan alasannya."), hint=_("Kembali ke daftar, lalu isi alasan pembatalan."))
    election = db.session.get_one(Election, transfer.election_id)
    away = transfer.away_tps
    operations.come_home(transfer, reason=form.reason.data or "", actor=current_actor())
    if not away.startswith("99"):
        flash(_("Dibatalkan: pemilih kembali ke daftar asalnya."), "success")
        return redirect(url_for("sidalih.place", election=election.code, tps=away))
    flash(_("Dibatalkan: baris di dalam negeri berlaku lagi."), "success")
    return redirect(url_for("sidalih.abroad_twice", election=election.code, city=away[:4]))
