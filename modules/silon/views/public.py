"""What everybody may read: the lists of every place, a candidate's page, the difference of two versions."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.documents.views import send_stored
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity.access import public
from electsys.regions.queries import names
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.silon import public_twins as twins
from modules.silon.listing_words import CHANGES, LOOKS, PROFILE, STAGES, stage_of
from modules.silon.models import Listing
from modules.silon.operations.publishing import kept_entries
from modules.silon.operations.responses import STAGE as RESPONDING
from modules.silon.queries import public as queries
from modules.silon.queries.responses import KIND, subject_of
from modules.silon.rules.listings import difference
from modules.silon.views import bp

#: A list does not change; the page about it may get another version beside it.
FRESH = "public, max-age=60"
FOR_EVER = "public, max-age=31536000, immutable"
SHORTEST = 3


def found_election(code: str) -> Election:
    """The election of an address."""
    return by_code(code) or abort(404)


def found_list(election: str, kind: str, place: str) -> tuple[Election, queries.Shown]:
    """A version of the list of a place; ``tahap`` and ``versi`` choose another than the one in force."""
    one = found_election(election)
    stage = request.args.get("tahap")
    if stage not in (None, "dcs", "dct"):
        abort(404)
    version = request.args.get("versi", type=int)
    return one, queries.shown(one.id, kind, place, stage=stage, version=version) or abort(404)


def place_name(found: queries.Shown, election: Election) -> str:
    """The name of the place as people read it."""
    if found.dapil is not None:
        return title_region(found.dapil.name)
    if not found.listing.region:
        return _("Seluruh Indonesia")
    return title_region(names([found.listing.region], election.map_id).get(found.listing.region, found.code))


@bp.get("/publik")
@public
def public_start() -> Any:
    """Lead to the newest election of which a list was announced."""
    found = queries.newest_election()
    if found is None:
        return render_template("silon/public_nothing.html")
    return redirect(url_for("silon.public_election", election=found.code))


@bp.get("/publik/<election>")
@public
def public_election(election: str) -> Any:
    """What was announced of an election, by contest; and the search by name."""
    one = found_election(election)
    return kept(
        render_template(
            "silon/public_election.html",
            election=one,
            rows=queries.contests(one.id),
            stages=STAGES,
            shortest=SHORTEST,
        )
    )


@bp.get("/publik/<election>/cari")
@public
def public_search(election: str) -> Any:
    """Candidates by name."""
    one = found_election(election)
    words = request.args.get("nama", "").replace("\0", "").strip()[:80]
    rows = queries.contests(one.id)
    table = None
    if len(words) >= SHORTEST:
        table = Table(
            queries.search(one.id, words, kind=request.args.get("pemilihan", "")),
            [
                Column(
                    "nama",
                    _l("Nama"),
                    lambda r: r[0].name,
                    head=True,
                    link=lambda r: url_for("silon.public_candidate", candidate=r[0].candidate_id),
                ),
                Column("pemilihan", _l("Pemilihan"), lambda r: r[2].name),
                Column(
                    "daerah", _l("Daerah"), lambda r: title_region(r[3].name) if r[3] else r[1].region or "–"
                ),
                Column("peserta", _l("Peserta"), lambda r: r[0].participant),
                Column("nomor", _l("No."), lambda r: r[0].number, kind="number"),
                Column("jk", _l("L/P"), lambda r: r[0].sex),
                Column("tinggal", _l("Tempat tinggal"), lambda r: title_region(r[0].residence)),
            ],
            caption=_l("Calon"),
            empty=_l("Tidak ada calon dengan nama itu. Coba sebagian nama, tanpa gelar."),
            size=50,
            name=f"calon-{one.code}",
            exports=(),
        )
    return kept(
        render_template(
            "silon/public_search.html",
            election=one,
            words=words,
            kind=request.args.get("pemilihan", ""),
            rows=rows,
            table=table,
            shortest=SHORTEST,
        )
    )


@bp.get("/publik/<election>/<kind>")
@public
def public_contest(election: str, kind: str) -> Any:
    """The lists of a kind of contest, by place."""
    one = found_election(election)
    contest = next((row for row in queries.contests(one.id) if row.kind == kind), None) or abort(404)
    provinces = names([f"{n:02}" for n in range(11, 100)], one.map_id)

    def place(r: Any) -> str:
        if r[1] is not None:
            return title_region(r[1].name)
        return (
            title_region(provinces.get(r[0].region, r[0].region)) if r[0].region else _("Seluruh Indonesia")
        )

    table = Table(
        queries.lists(one.id, kind),
        [
            Column(
                "daerah",
                _l("Daerah"),
                place,
                head=True,
                link=lambda r: url_for(
                    "silon.public_list",
                    election=one.code,
                    kind=kind,
                    place=r[1].code if r[1] else (r[0].region or "nasional"),
                ),
            ),
            Column("kursi", _l("Kursi"), lambda r: r[1].seats if r[1] else None, kind="number"),
            Column("peserta", _l("Peserta"), lambda r: r.participants, kind="number"),
            Column("calon", _l("Calon"), lambda r: r.names, kind="number"),
            Column("perempuan", _l("Perempuan"), lambda r: r.women, kind="number"),
            Column("tahap", _l("Daftar"), lambda r: stage_of(r[0].stage, r[0].version)),
            Column("waktu", _l("Diumumkan"), lambda r: r[0].at, kind="date", sort=Listing.at),
        ],
        caption=_l("Daftar calon menurut daerah"),
        empty=_l("Belum ada daftar calon yang diumumkan untuk pemilihan ini."),
        filters=[
            Filter(
                "provinsi",
                _l("Provinsi"),
                [(code, title_region(name)) for code, name in sorted(provinces.items())],
                lambda select, code: select.where(queries.province_of() == code),
            )
        ],
        size=100,
        name=f"daftar-{one.code}-{kind}",
    )
    return table.download() or kept(
        render_template("silon/public_contest.html", election=one, contest=contest, table=table)
    )


@bp.get("/publik/<election>/<kind>/<place>")
@public
def public_list(election: str, kind: str, place: str) -> Any:
    """The list of one place: participants with their candidates."""
    one, found = found_list(election, kind, place)
    groups: dict[int, list[Any]] = {}
    for row in queries.entries(found.listing.id):
        groups.setdefault(row[0].nomination_id, []).append(row)
    versions = queries.versions(found.listing)
    shown = next(v for v in versions if v[0].id == found.listing.id)
    response = kept(
        render_template(
            "silon/public_list.html",
            election=one,
            found=found,
            place=place_name(found, one),
            groups=list(groups.values()),
            versions=versions,
            letter=shown,
            newest=versions[0][0].id == found.listing.id,
            paper=queries.paper(found.listing.id),
            stages=STAGES,
            stage_of=stage_of,
            responding=responding(found.listing, versions[0][0]),
        )
    )
    response.set_etag(bytes(found.listing.digest).hex() + str(len(versions)))
    return response


@bp.get("/publik/<election>/<kind>/<place>.json")
@public
def public_list_json(election: str, kind: str, place: str) -> Any:
    """The same for programs, with what its digest is computed from; ``bentuk=sirekap`` gives that shape."""
    one, found = found_list(election, kind, place)
    if request.args.get("bentuk") == "sirekap":
        return opened(twins.sirekap_json(found))
    letter = next(v[1] for v in queries.versions(found.listing) if v[0].id == found.listing.id)
    return opened(twins.list_json(found, one.code, letter))


@bp.get("/publik/<election>/<kind>/<place>.csv")
@public
def public_list_csv(election: str, kind: str, place: str) -> Any:
    """The same as a table."""
    _one, found = found_list(election, kind, place)
    rows = [row[0] for row in queries.entries(found.listing.id)]
    response = Response(twins.list_csv(rows), mimetype="text/csv; charset=utf-8")
    name = f"{found.listing.stage}-{kind}-{place}-v{found.listing.version}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = FRESH
    return response


@bp.get("/publik/<election>/<kind>/<place>/daftar.pdf")
@public
def public_list_pdf(election: str, kind: str, place: str) -> Any:
    """The list as a paper, once it was made."""
    _one, found = found_list(election, kind, place)
    paper = queries.paper(found.listing.id) or abort(404)
    name = f"{found.listing.stage}-{kind}-{place}-v{found.listing.version}.pdf"
    response = send_stored(paper.file, name=name, inline=True)
    response.headers["Cache-Control"] = FRESH
    return response


@bp.get("/publik/<election>/<kind>/<place>/perbedaan")
@public
def public_difference(election: str, kind: str, place: str) -> Any:
    """How two versions of a list differ, and why: by default the one in force and the one before it."""
    one = found_election(election)
    found = queries.shown(one.id, kind, place) or abort(404)
    versions = queries.versions(found.listing)
    keys = {f"{row[0].stage}-{row[0].version}": row for row in versions}
    after = keys.get(request.args.get("ke", "")) or versions[0]
    earlier = [row for row in versions if (row[0].stage, row[0].version) < (after[0].stage, after[0].version)]
    before = keys.get(request.args.get("dari", "")) or (earlier[0] if earlier else None)
    changes = difference(kept_entries(before[0]), kept_entries(after[0])) if before else []
    if request.args.get("bentuk") == "json":
        return opened(
            {
                "dari": f"{before[0].stage}-{before[0].version}" if before else None,
                "ke": f"{after[0].stage}-{after[0].version}",
                "alasan": after[0].reason,
                "putusan": after[0].ruling,
                "naskah": after[1],
                "perubahan": twins.changes_json(changes),
            }
        )
    return kept(
        render_template(
            "silon/public_difference.html",
            election=one,
            found=found,
            place=place_name(found, one),
            versions=versions,
            before=before,
            after=after,
            changes=changes,
            words=CHANGES,
            looks=LOOKS,
            stage_of=stage_of,
        )
    )


@bp.get("/publik/calon/<int:candidate>")
@public
def public_candidate(candidate: int) -> Any:
    """One candidate: what everybody may read, the CV where the candidate consented."""
    row = queries.candidate(candidate) or abort(404)
    entry, listing, contest, dapil, photo = row
    found = queries.Shown(listing, contest, dapil)
    one = contest.election
    newest = queries.is_in_force(listing)
    return kept(
        render_template(
            "silon/public_candidate.html",
            election=one,
            entry=entry,
            photo=photo,
            found=found,
            place=place_name(found, one),
            stages=STAGES,
            newest=newest,
            profile=[
                (label, entry.profile["riwayat"][key])
                for key, label in PROFILE.items()
                if key in entry.profile.get("riwayat", {})
            ],
            respond=(
                url_for("responses.respond", kind=KIND, tentang=subject_of(candidate))
                if newest and not entry.struck and responding(listing, listing)
                else None
            ),
        )
    )


@bp.get("/publik/foto/<sha256>.jpg")
@public
def public_portrait(sha256: str) -> Any:
    """A portrait by its hash: it never changes."""
    stored = (queries.portrait(sha256) if len(sha256) == 64 else None) or abort(404)
    response = send_stored(stored, name=f"{sha256}.jpg", inline=True)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = FOR_EVER
    response.set_etag(sha256)
    return response


def responding(listing: Listing, newest: Listing) -> bool:
    """Whether the public may respond to this list now: a provisional one in force, in its window."""
    if listing.stage != "dcs" or listing.id != newest.id:
        return False
    try:
        calendar.require_open(listing.election_id, RESPONDING, listing.region)
    except (Refused, LookupError):
        return False
    return True


def kept(page: str) -> Response:
    """A page that whoever is not signed in may keep for a minute."""
    response = Response(page)
    if not current_user.is_authenticated:
        response.headers["Cache-Control"] = FRESH
    return response


def opened(content: dict[str, Any]) -> Response:
    """Anybody may embed it, and keep it for a minute."""
    response = jsonify(content)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = FRESH
    return response
