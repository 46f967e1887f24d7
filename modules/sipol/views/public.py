"""What everybody may read of parties: the draw step by step, the list, a page for each, open numbers."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func

from electsys.db import db
from electsys.documents.views import send_stored
from electsys.elections.models import Election
from electsys.elections.queries import by_code, codes
from electsys.elections.rules import lot_of
from electsys.identity.access import public
from electsys.regions.queries import names
from electsys.web.formats import title_region
from electsys.web.tables import Column, Table
from modules.sipol import public_twins as twins
from modules.sipol.models import Party, PartyOffice, PartyRegistration
from modules.sipol.queries import determination as determined
from modules.sipol.queries import public as queries
from modules.sipol.views import bp
from modules.sipol.workflow import REGISTRATION

#: Code table of the kinds of documents.
DOCUMENT_CODES = "dokumen_parpol"


def found_election(code: str) -> Election:
    """The election of an address."""
    return by_code(code) or abort(404)


@bp.get("/publik/<election>/undian")
@public
def replay(election: str) -> Any:
    """The draw again, party by party: kept numbers first, then the lots from the smallest on."""
    found = found_election(election)
    held = determined.draws(found.id)
    if not held:
        return render_template("sipol/determination/replay.html", election=found, draw=None)
    which = min(max(request.args.get("ke", len(held), type=int), 1), len(held))
    draw = held[which - 1]
    steps = sorted(draw.result, key=lambda each: (not each["kept"], each.get("local", False), each["number"]))
    at = min(max(request.args.get("langkah", len(steps), type=int), 0), len(steps))
    return render_template(
        "sipol/determination/replay.html",
        election=found,
        draw=draw,
        which=which,
        held=len(held),
        steps=steps,
        at=at,
        now=steps[at - 1] if at else None,
        so_far=sorted(steps[:at], key=lambda each: each["number"]),
        matches=all(each["kept"] or lot_of(draw.seed, each["registration"]) == each["lot"] for each in steps),
    )


@bp.get("/publik")
@public
def public_start() -> Any:
    """Lead to the parties of the newest election that has any."""
    found = determined.newest_with_parties(tuple(s for s in REGISTRATION.states if s not in queries.HIDDEN))
    if found is None:
        return render_template("sipol/public/nothing.html")
    return redirect(url_for("sipol.public_parties", election=found.code))


@bp.get("/publik/<election>")
@public
def public_parties(election: str) -> Any:
    """Every party that has registered, with its state and its number."""
    found = found_election(election)
    table = Table(
        queries.parties(found.id),
        [
            Column("nomor", _l("No."), "number", kind="number", sort=PartyRegistration.number),
            Column(
                "partai",
                _l("Partai"),
                "party.name",
                sort=func.lower(Party.name),
                head=True,
                link=lambda r: url_for("sipol.public_party", election=election, party=r.party_id),
            ),
            Column("singkatan", _l("Singkatan"), "party.short_name", sort=Party.short_name),
            Column("jenis", _l("Jenis"), lambda r: _("lokal Aceh") if r.region else _("nasional")),
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda r: REGISTRATION.state_label(r.state),
                sort=PartyRegistration.state,
            ),
        ],
        caption=_l("Partai politik"),
        empty=_l("Belum ada partai yang mengajukan pendaftaran untuk pemilu ini."),
        search=(Party.name, Party.short_name),
        size=50,
        name=f"partai-{found.code}",
    )
    return table.download() or render_template(
        "sipol/public/parties.html",
        election=found,
        table=table,
        drawn=bool(determined.draws(found.id)),
    )


@bp.get("/publik/<election>.json")
@public
def public_parties_json(election: str) -> Any:
    """The same for programs."""
    found = found_election(election)
    rows = db.session.scalars(queries.parties(found.id)).all()
    return open_json(
        {"pemilu": found.code, "nama": found.name, "partai": [twins.party_line(found, row) for row in rows]}
    )


def found_party(election: str, party: int) -> tuple[Election, PartyRegistration]:
    """A party that the public sees; 404 for any other."""
    found = found_election(election)
    return found, queries.party(found.id, party) or abort(404)


@bp.get("/publik/<election>/<int:party>")
@public
def public_party(election: str, party: int) -> Any:
    """One party: profile, boards, offices, history, public documents, numbers of members."""
    found, row = found_party(election, party)
    named: dict[str, str] = {}

    def place(office: PartyOffice) -> str:
        if not named:
            named.update(names([o.region for o in table.page.rows if o.region], found.map_id))
        return title_region(named.get(office.region, office.region)) if office.region else _("Pusat")

    table = Table(
        queries.offices(row.id),
        [
            Column("wilayah", _l("Wilayah"), place, head=True, sort=PartyOffice.region),
            Column("kode", _l("Kode"), "region", sort=PartyOffice.region, hidden=True),
            Column("alamat", _l("Alamat"), "address"),
        ],
        caption=_l("Kantor tetap"),
        empty=_l("Belum ada kantor yang dicatat."),
        size=10,
        name=f"kantor-{found.code}-{row.party.short_name.lower()}",
    )
    if (made := table.download()) is not None:
        return made
    counted = queries.numbers(found, row.id)
    provinces = names(counted[0].provinces, found.map_id) if counted else {}
    return render_template(
        "sipol/public/party.html",
        election=found,
        row=row,
        party=row.party,
        label=REGISTRATION.state_label,
        boards=queries.boards_by_level(row.id),
        documents=queries.documents(row.id),
        kinds={
            c.code: c.label for c in db.session.scalars(codes(found.id)) if c.table_code == DOCUMENT_CODES
        },
        history=queries.history(row.id),
        numbers=counted[0] if counted else None,
        counted_at=counted[1] if counted else None,
        bands=twins.bands_of(counted[0]) if counted else [],
        provinces={code: title_region(name) for code, name in provinces.items()},
        table=table,
    )


@bp.get("/publik/<election>/<int:party>.json")
@public
def public_party_json(election: str, party: int) -> Any:
    """The same for programs."""
    found, row = found_party(election, party)
    return open_json(twins.party_page(found, row))


@bp.get("/publik/<election>/<int:party>/anggota.csv")
@public
def public_numbers_csv(election: str, party: int) -> Any:
    """The open numbers of members as a table."""
    found, row = found_party(election, party)
    counted = queries.numbers(found, row.id) or abort(404)
    response = Response(twins.numbers_csv(counted[0]), mimetype="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"anggota-{election}-{party}.csv")
    return response


@bp.get("/publik/<election>/<int:party>/dokumen/<kind>")
@public
def public_document(election: str, party: int, kind: str) -> Any:
    """A public document of a party's centre."""
    _election, row = found_party(election, party)
    found = next((d for d in queries.documents(row.id) if d.kind == kind), None)
    return send_stored((found or abort(404)).file)


def open_json(content: dict[str, Any]) -> Response:
    """Anybody may embed it, and keep it for a minute."""
    response = jsonify(content)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
