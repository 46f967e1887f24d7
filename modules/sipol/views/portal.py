"""A party's requirements as it stands now: portal, areas, the whole trace; the list of all parties."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.identity import grants
from electsys.identity.access import Scope, can, requires
from electsys.regions import queries as regions
from electsys.web.formats import angka, title_region
from electsys.web.tables import Column, Filter, Table
from modules.sipol import portal_figures as figures
from modules.sipol.models import Party, PartyProgress, PartyRegistration
from modules.sipol.permissions import EDIT, OPEN, READ
from modules.sipol.places import Place, registration_of
from modules.sipol.portal_figures import Here
from modules.sipol.queries import boards
from modules.sipol.queries import registrations as queries
from modules.sipol.queries.counts import members_by
from modules.sipol.queries.requirements import document_entries, judgement_of
from modules.sipol.requirement_words import LINES, area_name, line_words, reasons, trace
from modules.sipol.rules.requirements import DISTRICT, documents_of, women_kept
from modules.sipol.views import bp
from modules.sipol.views.entry_loading import load_place
from modules.sipol.workflow import REGISTRATION


class Shown(NamedTuple):
    """A registration and the election it is for."""

    registration: PartyRegistration
    election: Election

    @property
    def here(self) -> Here:
        """What its links carry."""
        return Here(self.election.code, self.registration.party_id, self.registration.region)


def load_registration(election: str, party: int) -> tuple[Shown, Scope]:
    """The registration of a party, as a whole: for its centre and for those who read the nation."""
    found = by_code(election)
    row = registration_of(found.id, party) if found else None
    if found is None or row is None:
        abort(404)
    return Shown(row, found), Scope(row.region, row.party_id, found.id)


def load_area(election: str, party: int, region: str) -> tuple[Place, Scope]:
    """An area of a party; its centre has the portal."""
    place, scope = load_place(election, party, region)
    if not place.code:
        abort(404)
    return place, scope


# --- all parties ---------------------------------------------------------------------------------


@bp.get("/")
@requires(READ)
def start() -> Any:
    """Lead to the parties of the newest election that is not over."""
    election = db.session.scalar(
        select(Election)
        .order_by(Election.state == "selesai", Election.voting_day.desc(), Election.id)
        .limit(1)
    )
    return redirect(url_for("sipol.parties", election=(election or abort(404)).code))


@bp.get("/saya")
@requires(EDIT)
def own() -> Any:
    """Lead people of a party to their work: the portal, or the page of their own area."""
    scopes = [s for s in grants.scopes(current_user, EDIT) if s.party is not None]
    row = queries.own_registration([s.party for s in scopes if s.party is not None])
    if row is None:
        return render_template("sipol/portal/nothing.html")
    mine = [s.region or "" for s in scopes if s.party == row.party_id]
    return redirect(_entrance(row, db.session.get_one(Election, row.election_id), mine))


def _entrance(row: PartyRegistration, election: Election, held: list[str]) -> str:
    """The highest page of a party that somebody with these regions may open."""
    widest = min(held, key=len, default="")
    here = Here(election.code, row.party_id, row.region)
    return here.area(row.region if row.region.startswith(widest) else widest[:6])


@bp.get("/<election>")
@requires(READ)
def parties(election: str) -> Any:
    """Every party of an election: state, how far it has come."""
    found = by_code(election) or abort(404)
    scopes = grants.scopes(current_user, READ)
    held = [s.region or "" for s in scopes]

    def progress(name: str) -> Any:
        return lambda r: getattr(r[1], name) if r[1] else None

    def share(done: str, needed: str) -> Any:
        def words(r: Any) -> str:
            return (
                _("%(n)s dari %(all)s", n=angka(getattr(r[1], done)), all=angka(getattr(r[1], needed)))
                if r[1]
                else "–"
            )

        return words

    table = Table(
        queries.registrations(found.id, scopes),
        [
            Column("nomor", _l("No."), lambda r: r[0].number, kind="number", sort=PartyRegistration.number),
            Column(
                "partai",
                _l("Partai"),
                lambda r: r[0].party.name,
                sort=func.lower(Party.name),
                head=True,
                link=lambda r: _entrance(r[0], found, held),
            ),
            Column("singkatan", _l("Singkatan"), lambda r: r[0].party.short_name, sort=Party.short_name),
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda r: REGISTRATION.state_label(r[0].state),
                sort=PartyRegistration.state,
            ),
            Column(
                "provinsi",
                _l("Provinsi lengkap"),
                progress("provinces"),
                cell=share("provinces", "provinces_needed"),
                kind="number",
                sort=PartyProgress.provinces,
            ),
            Column(
                "kabko",
                _l("Kab/kota lengkap"),
                progress("districts"),
                cell=share("districts", "districts_needed"),
                kind="number",
                sort=PartyProgress.districts,
            ),
            Column("anggota", _l("Anggota"), progress("members"), kind="number", sort=PartyProgress.members),
            Column(
                "kekurangan", _l("Belum memenuhi"), progress("gaps"), kind="number", sort=PartyProgress.gaps
            ),
            Column(
                "kepengurusan",
                _l("Kepengurusan"),
                progress("boards"),
                kind="number",
                sort=PartyProgress.boards,
                hidden=True,
            ),
            Column(
                "faktual",
                _l("Verifikasi faktual"),
                lambda r: _("ya") if r[0].needs_factual else _("tidak"),
                sort=PartyRegistration.needs_factual,
                hidden=True,
            ),
            Column(
                "dihitung",
                _l("Dihitung"),
                progress("counted_at"),
                kind="moment",
                sort=PartyProgress.counted_at,
                hidden=True,
            ),
        ],
        caption=_l("Partai politik"),
        empty=_l("Belum ada partai yang mendapat akses Sipol untuk pemilu ini."),
        empty_action=_opener(found),
        filters=[
            Filter(
                "keadaan",
                _l("Keadaan"),
                list(REGISTRATION.labels.items()),
                lambda q, v: q.where(PartyRegistration.state == v),
            ),
            Filter(
                "jenis",
                _l("Jenis"),
                [("nasional", _l("nasional")), ("lokal_aceh", _l("lokal Aceh"))],
                lambda q, v: q.where(Party.kind == v),
            ),
        ],
        search=(Party.name, Party.short_name),
        search_hint=_l("Cari nama atau singkatan"),
        name=f"partai-{found.code}",
    )
    return table.download() or render_template(
        "sipol/portal/parties.html", table=table, election=found, opener=_opener(found)
    )


def _opener(election: Election) -> tuple[Any, str] | None:
    if not can(current_user, OPEN, Scope("", None, election.id)):
        return None
    return _l("Beri akses kepada partai"), url_for("sipol.new_party", election=election.code)


# --- one party -----------------------------------------------------------------------------------


@bp.get("/<election>/<int:party>")
@requires(READ, load=load_registration)
def portal(loaded: Shown) -> Any:
    """What the party has, what it lacks, how long it has, and what comes next."""
    registration, here = loaded.registration, loaded.here
    judged = judgement_of(registration)
    labels = document_labels(loaded.election)
    name = f"syarat-{registration.party.short_name}-{loaded.election.code}".replace(" ", "-").lower()
    table = figures.parts_table(here, judged.verdict, labels, name=name)
    if (made := table.download()) is not None:
        return made
    return render_template(
        "sipol/portal/portal.html",
        shown=loaded,
        here=here,
        party=registration.party,
        registration=registration,
        election=loaded.election,
        state=REGISTRATION.state_label(registration.state),
        judged=judged,
        lines=[(line, LINES[line.key], line_words(line)) for line in judged.lines],
        own=figures.own_things(
            here,
            judged.verdict,
            labels,
            documents_of(judged.law, len(registration.region), centre=True),
            centre=True,
        ),
        top=[
            (area_name(part, registration.party.short_name), here.area(part.code), reasons(part, labels))
            for part in (judged.verdict, *judged.verdict.parts)
            if not part.meets
        ],
        step=figures.next_step(here, registration, judged.verdict, labels) if _works_here(loaded) else None,
        may_edit=_works_here(loaded),
        deadline=queries.deadline_of(registration),
        map=figures.map_of(here, judged.verdict),
        table=table,
        submissions=queries.submissions(registration.id),
        unlisted=boards.unlisted_count(registration, registration.region),
        most=boards.UNLISTED_MOST,
        may_open=can(current_user, OPEN, Scope(registration.region, None, loaded.election.id)),
        links=_links(here, registration),
    )


def _works_here(loaded: Shown) -> bool:
    row = loaded.registration
    return can(current_user, EDIT, Scope(row.region, row.party_id, loaded.election.id))


def _links(here: Here, registration: PartyRegistration) -> list[tuple[Any, str]]:
    """The entry pages of the party as a whole."""
    wanted = (
        ("sipol.profile", _l("Profil partai")),
        ("sipol.boards", _l("Kepengurusan")),
        ("sipol.officers", _l("Pengurus")),
        ("sipol.documents", _l("Dokumen")),
        ("sipol.members", _l("Anggota")),
    )
    return [(words, here.entry(endpoint, registration.region)) for endpoint, words in wanted]


@bp.get("/<election>/<int:party>/wilayah/<region>")
@requires(READ, load=load_area)
def area(place: Place) -> Any:
    """What is there and what is missing in a province, kab/kota or kecamatan."""
    registration, election = place.registration, place.election
    here = Here(election.code, registration.party_id, registration.region)
    if place.code == registration.region:
        return redirect(here.area(place.code))
    judged = judgement_of(registration, place.code)
    verdict, labels = judged.verdict, document_labels(election)
    level = len(place.code)
    table = None
    if verdict.parts:
        members = members_by(registration, place.code, 6) if level == DISTRICT else None
        name = f"syarat-{registration.party.short_name}-{place.code}".replace(" ", "-").lower()
        table = figures.parts_table(here, verdict, labels, name=name, members=members)
        if (made := table.download()) is not None:
            return made
    return render_template(
        "sipol/portal/area.html",
        place=place,
        here=here,
        party=registration.party,
        election=election,
        registration=registration,
        verdict=verdict,
        light=figures.light(verdict.state),
        own=figures.own_things(here, verdict, labels, documents_of(judged.law, level)),
        women=(verdict.area.people and not women_kept(verdict.area, judged.law)) and level < 6,
        reasons=reasons(verdict, labels),
        unlisted=boards.unlisted_count(registration, place.code),
        most=boards.UNLISTED_MOST,
        path=_path(here, place),
        map=figures.map_of(here, verdict),
        table=table,
        deadline=queries.deadline_of(registration),
        may_edit=can(current_user, EDIT, place.scope),
    )


def _path(here: Here, place: Place) -> list[tuple[str | None, str]]:
    """(address, name) of what lies above, with a link where the reader may follow it."""
    row = place.registration
    codes = [place.code[:n] for n in (2, 4) if len(row.region) < n < len(place.code)]
    names = regions.names(codes, place.election.map_id)
    above = [(row.region, row.party.short_name)]
    above += [(code, title_region(names.get(code, code))) for code in codes]
    return [
        (
            here.area(code)
            if can(current_user, READ, Scope(code, row.party_id, place.election.id))
            else None,
            name,
        )
        for code, name in above
    ]


@bp.get("/<election>/<int:party>/kekurangan/<region>")
@requires(READ, load=load_place)
def gaps(place: Place) -> Any:
    """Why the party, or a part of it, is not enough yet: every area with all that it lacks."""
    registration, election = place.registration, place.election
    here = Here(election.code, registration.party_id, registration.region)
    judged = judgement_of(registration, place.code or registration.region)
    lines = trace(judged, registration.party.short_name, document_labels(election))
    name = f"kekurangan-{registration.party.short_name}-{place.code or 'pusat'}".replace(" ", "-").lower()
    table = figures.gaps_table(here, lines, name=name)
    return table.download() or render_template(
        "sipol/portal/gaps.html",
        place=place,
        here=here,
        party=registration.party,
        election=election,
        table=table,
        path=[*_path(here, place), (here.area(place.code), place.name)] if place.code else _path(here, place),
        meets=judged.meets,
    )


def document_labels(election: Election) -> dict[str, str]:
    """Code -> label of the documents."""
    return {entry.code: entry.label for entry in document_entries(election.id)}
