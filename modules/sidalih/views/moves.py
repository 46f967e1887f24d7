"""Voters who vote elsewhere: list, counter, letter, recapitulation, and the page behind the QR."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.documents import StoredFile
from electsys.documents.views import send_stored
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, public, requires
from electsys.regions.rules import LEVELS
from electsys.web.formats import angka
from electsys.web.forms import ButtonForm, demand_button
from electsys.web.tables import Column, Filter, Table
from modules.sidalih import letters
from modules.sidalih.forms.moves import MoveForm, ReasonForm, VillageForm, pick
from modules.sidalih.models.moves import VoterMove
from modules.sidalih.operations import moves as operations
from modules.sidalih.permissions import MOVE, READ
from modules.sidalih.queries import moves as queries
from modules.sidalih.queries.moves import Station
from modules.sidalih.views import bp
from modules.sidalih.workflow import MOVING

SIDES = {"keluar": _l("Pindah keluar"), "masuk": _l("Pindah masuk")}
URGENCY = {"umum": _l("sampai H-30"), "khusus": _l("sampai H-7")}


def chosen_election() -> Election:
    """The election that the address names (``pemilu``), or the newest that is not over."""
    code = request.args.get("pemilu")
    found = (
        by_code(code)
        if code
        else db.session.scalar(
            select(Election)
            .where(Election.state != "selesai")
            .order_by(Election.voting_day.desc(), Election.id)
            .limit(1)
        )
    )
    return found or abort(404)


def own_scopes(permission: str) -> list[Scope]:
    """The caller's scopes of a permission."""
    return grants.scopes(current_user, permission)


def widest(scopes: list[Scope]) -> str:
    """The shortest region of some scopes; "" is the nation."""
    return min((s.region or "" for s in scopes), key=len, default="")


def load_move(permission: str) -> Callable[[int], tuple[VoterMove, Scope]]:
    """A loader of moves, in the scope of the end at which the caller has the right; 404 for none."""

    def load(move_id: int) -> tuple[VoterMove, Scope]:
        move = db.session.get(VoterMove, move_id)
        if move is None:
            abort(404)
        ends = [Scope(code, election=move.election_id) for code in (move.origin_tps, move.target_tps)]
        own = next((end for end in ends if can(current_user, permission, end)), ends[0])
        return move, own

    return load


# --- the list ------------------------------------------------------------------------------------


@bp.get("/pindah")
@requires(READ)
def moves() -> Any:
    """Who leaves the caller's regions and who comes."""
    election = chosen_election()
    scopes = own_scopes(READ)
    reasons = {entry.code: entry.label for entry in queries.reasons(election.id)}
    words: dict[str, str] = {}

    def place(code: str) -> str:
        if code not in words:
            shown = {c for m in table.page.rows for c in (m.origin_tps, m.target_tps)}
            words.update(queries.place_words(election, shown | {code}))
        return words[code]

    def side(query: Any, value: str) -> Any:
        return query.where(queries.IN_SCOPE[list(SIDES).index(value)](scopes))

    table = Table(
        queries.moves(scopes, election.id),
        [
            Column(
                "nama",
                _l("Nama"),
                "name",
                sort=VoterMove.name,
                link=lambda m: url_for("sidalih.move", move_id=m.id),
            ),
            Column("jk", _l("L/P"), "sex", sort=VoterMove.sex),
            Column(
                "asal",
                _l("TPS asal"),
                "origin_tps",
                sort=VoterMove.origin_tps,
                cell=lambda m: place(m.origin_tps),
            ),
            Column(
                "tujuan",
                _l("TPS tujuan"),
                "target_tps",
                sort=VoterMove.target_tps,
                cell=lambda m: place(m.target_tps),
            ),
            Column("alasan", _l("Alasan"), lambda m: reasons.get(m.reason_code, m.reason_code), hidden=True),
            Column("surat_suara", _l("Surat suara"), lambda m: " ".join(m.contests), hidden=True),
            Column("keadaan", _l("Keadaan"), lambda m: MOVING.state_label(m.state), sort=VoterMove.state),
            Column("terbit", _l("Surat terbit"), "issued_at", kind="moment", sort=VoterMove.issued_at),
        ],
        caption=_l("Pindah memilih"),
        empty=_l("Belum ada yang pindah memilih dari atau ke wilayah Anda."),
        empty_action=(_l("Layani pindah memilih"), url_for("sidalih.new_move", pemilu=election.code)),
        filters=[
            Filter("arah", _l("Arah"), list(SIDES.items()), side),
            Filter(
                "keadaan",
                _l("Keadaan"),
                list(MOVING.labels.items()),
                lambda q, value: q.where(VoterMove.state == value),
            ),
            Filter(
                "alasan",
                _l("Alasan"),
                list(reasons.items()),
                lambda q, value: q.where(VoterMove.reason_code == value),
            ),
        ],
        search=(VoterMove.name, VoterMove.origin_tps, VoterMove.target_tps),
        search_hint=_l("Cari nama atau kode TPS"),
        name=f"pindah-memilih-{election.code}",
    )
    return table.download() or render_template("sidalih/moves/list.html", table=table, election=election)


@bp.get("/pindah/rekap")
@requires(READ)
def move_recap() -> Any:
    """How many come and go, area by area down to the TPS, and which ballots those who come get."""
    election = chosen_election()
    scopes = own_scopes(READ)
    area = request.args.get("wilayah", widest(scopes)).strip()
    if len(area) not in LEVELS or not can(current_user, READ, Scope(area, election=election.id)):
        raise Refused(_("Wilayah ini di luar wilayah Anda."), status=403)
    kinds, names = queries.contest_kinds(election.id), queries.contest_names(election.id)

    def deeper(row: queries.AreaMoves) -> str | None:
        return (
            url_for("sidalih.move_recap", pemilu=election.code, wilayah=row.code)
            if len(row.code) < 13
            else None
        )

    rows = queries.recap(election, area)
    table = Table(
        rows,
        [
            Column("kode", _l("Kode"), "code", sort=True),
            Column("nama", _l("Wilayah"), "name", sort=True, link=deeper, head=True),
            *(
                Column(name, label, attribute, kind="number", sort=True)
                for name, label, attribute in (
                    ("masuk_l", _l("Masuk L"), "incoming_male"),
                    ("masuk_p", _l("Masuk P"), "incoming_female"),
                    ("masuk", _l("Pindah masuk"), "incoming"),
                    ("keluar_l", _l("Keluar L"), "outgoing_male"),
                    ("keluar_p", _l("Keluar P"), "outgoing_female"),
                    ("keluar", _l("Pindah keluar"), "outgoing"),
                )
            ),
            *(Column(kind, names[kind], f"contests.{kind}", kind="number", hidden=True) for kind in kinds),
        ],
        caption=_l("Rekapitulasi pindah memilih"),
        empty=_l("Belum ada surat pindah memilih yang terbit di wilayah ini."),
        name=f"rekap-pindah-{election.code}-{area or 'nasional'}",
        size=200,
    )
    path = queries.region_names(election, [area[:n] for n in (2, 4, 6, 10) if 0 < n <= len(area)])
    return table.download() or render_template(
        "sidalih/moves/recap.html",
        table=table,
        election=election,
        area=area,
        path=sorted(path.items()),
        totals=(sum(r.incoming for r in rows), sum(r.outgoing for r in rows)),
        ballots=[(names[k], sum(r.contests.get(k, 0) for r in rows)) for k in kinds],
    )


# --- the counter ----------------------------------------------------------------------------------


@bp.route("/pindah/baru", methods=["GET", "POST"])
@requires(MOVE)
def new_move() -> Any:
    """Where to, with the room at each TPS; then who. The NIK travels in the form alone."""
    election = chosen_election()
    where = VillageForm(request.args) if "desa" in request.args else VillageForm()
    village = where.desa.data if "desa" in request.args and where.validate() else None
    stations = queries.rooms(election.id, village) if village else []
    if not stations:
        if village:
            where.desa.errors = [_("Di desa/kelurahan ini belum ada TPS yang aktif.")]
        return render_template("sidalih/moves/where.html", where=where, election=election), where.status
    form = _move_form(election, stations)
    if form.validate_on_submit():
        try:
            move = _submit(election, stations, form)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return redirect(url_for("sidalih.move", move_id=move.id))
    page = render_template(
        "sidalih/moves/new.html",
        form=form,
        election=election,
        stations=stations,
        village=village,
        place=queries.region_names(election, [village[:10], village[:6], village[:4]] if village else []),
    )
    return page, form.status


def _move_form(election: Election, stations: list[Station]) -> MoveForm:
    form = MoveForm()
    form.target.choices = pick((s.tps.code, _station_words(s)) for s in stations)
    form.reason_code.choices = pick(
        (
            (entry.code, f"{entry.label} ({URGENCY.get(entry.detail, entry.detail)})")
            for entry in queries.reasons(election.id)
        ),
        empty=True,
    )
    there = can(current_user, MOVE, Scope(stations[0].tps.code, election=election.id))
    served = {"asal": _("tempat asal: pemilih terdaftar di wilayah kantor ini")}
    if there:
        served["tujuan"] = _("tempat tujuan: kantor ini melayani TPS tujuan")
    form.served.choices = pick(served.items())
    if form.served.data is None:
        form.served.data = "tujuan" if there else "asal"
    return form


def _station_words(station: Station) -> str:
    """A station with the places left, which a narrow screen would cut off the table."""
    name = f"{station.tps.name}, {station.place}" if station.place else station.tps.name
    return _("%(name)s (sisa %(n)s tempat)", name=name, n=angka(station.room.free))


def _submit(election: Election, stations: list[Station], form: MoveForm) -> VoterMove:
    actor = current_actor()
    target = next(s.tps for s in stations if s.tps.code == form.target.data)
    proof = form.evidence.store(actor=actor)
    asked = operations.Application(
        (form.nik.data or "").strip(), target, form.reason_code.data, form.served.data, proof.id
    )
    return operations.submit_move(election, asked, actor=actor)


@bp.get("/pindah/<int:move_id>")
@requires(READ, load=load_move(READ))
def move(loaded: VoterMove) -> Any:
    """One move: to be compared with the KTP-el, issued, printed, or taken back."""
    return _page(loaded, ReasonForm())


def _page(loaded: VoterMove, cancel: ReasonForm) -> Any:
    election = db.session.get_one(Election, loaded.election_id)
    station = next(
        (s for s in queries.rooms(election.id, loaded.target_tps[:10]) if s.tps.code == loaded.target_tps),
        None,
    )
    names = queries.contest_names(election.id)
    page = render_template(
        "sidalih/moves/move.html",
        move=loaded,
        election=election,
        nik=letters.masked_nik(loaded),
        state=MOVING.state_label(loaded.state),
        words=queries.place_words(election, [loaded.origin_tps, loaded.target_tps]),
        reason=reason_words(election, loaded.reason_code),
        ballots=[(names[k], k in loaded.contests) for k in queries.contest_kinds(election.id)],
        room=station.room if station else None,
        actions={t.action for t in MOVING.offered(loaded, current_user)},
        step=ButtonForm(),
        cancel=cancel,
    )
    return page, cancel.status


def reason_words(election: Election, code: str) -> str:
    """The words of a reason."""
    return next((entry.label for entry in queries.reasons(election.id) if entry.code == code), code)


@bp.post("/pindah/<int:move_id>/terbitkan")
@requires(MOVE, load=load_move(MOVE))
def issue_move(loaded: VoterMove) -> Any:
    """Issue the letter."""
    demand_button()
    operations.issue_move(loaded, actor=current_actor())
    flash(_("Surat pindah memilih terbit. Cetak, tanda tangani, dan serahkan kepada pemilih."), "success")
    return redirect(url_for("sidalih.move", move_id=loaded.id))


@bp.post("/pindah/<int:move_id>/batalkan")
@requires(MOVE, load=load_move(MOVE))
def cancel_move(loaded: VoterMove) -> Any:
    """Take the move back."""
    form = ReasonForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            operations.cancel_move(loaded, form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(VoterMove, key)
        else:
            flash(_("Pindah memilih dibatalkan: pemilih kembali memilih di TPS asal."), "success")
            return redirect(url_for("sidalih.move", move_id=key))
    return _page(loaded, form)


@bp.get("/pindah/<int:move_id>/surat")
@requires(READ, load=load_move(READ))
def move_letter(loaded: VoterMove) -> Any:
    """The letter as PDF."""
    if loaded.issued_at is None:
        raise Refused(_("Surat pindah memilih ini belum terbit."), status=409)
    election = db.session.get_one(Election, loaded.election_id)
    content = letters.letter_pdf(
        election,
        loaded,
        reason=reason_words(election, loaded.reason_code),
        signer=current_user.name,
        unit=_office_of(loaded),
    )
    return send_file(
        io.BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"surat-pindah-memilih-{loaded.id}.pdf",
    )


def _office_of(loaded: VoterMove) -> str:
    """The caller's own office, where it serves the voter; else that of the kab/kota (abroad: the city)."""
    own = [s.region or "" for s in own_scopes(MOVE)]
    serving = [region for region in own if region and loaded.served_tps.startswith(region)]
    return max(serving, key=len, default=loaded.served_tps[:4])[:10]


@bp.get("/pindah/<int:move_id>/bukti")
@requires(READ, load=load_move(READ))
def move_proof(loaded: VoterMove) -> Response:
    """The proof of the reason."""
    stored = db.session.get(StoredFile, loaded.file_id) if loaded.file_id else None
    return send_stored(stored) if stored else abort(404)


@bp.get("/surat-pindah/<token>")
@public
def confirm_letter(token: str) -> Any:
    """What the QR of a letter leads to: whether it is valid, where, for which ballots; no person."""
    found = queries.letter(token) or abort(404)
    election = db.session.get_one(Election, found.election_id)
    names = queries.contest_names(election.id)
    return render_template(
        "sidalih/moves/letter.html",
        letter=found,
        election=election,
        number=letters.number_of(found.id, found.served_tps, found.issued_at.year),
        target=queries.place_words(election, [found.target_tps])[found.target_tps],
        ballots=[(names[k], k in found.contests) for k in queries.contest_kinds(election.id)],
    )
