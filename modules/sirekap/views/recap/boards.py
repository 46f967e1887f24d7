"""The boards, for everybody and for the people of the recap: pages and polls read a file alone."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from electsys.elections.models import Election
from electsys.identity.access import public, requires
from modules.sirekap.boards import displays, shelf, words
from modules.sirekap.permissions import READ
from modules.sirekap.queries.plenaries import newest_election
from modules.sirekap.recap_words import REASONS
from modules.sirekap.views.recap import address, bp, load_plenary, region_of, visible

#: Seconds between two polls, and how long a poll may be kept by a cache between us and the reader.
EVERY, KEEP = 30, 15
_ELECTION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@bp.get("/rekapitulasi/papan")
@public
def public_board_start() -> Any:
    """To the board of the nation, in the newest election."""
    election = newest_election()
    if election is None:
        return render_template("sirekap/recap/board_none.html", staff=False)
    return redirect(url_for("rekap.public_board", election=election.code, code=address("")))


@bp.get("/rekapitulasi/<election>/<code>/papan")
@public
def public_board(election: str, code: str) -> Any:
    """How far the recap of a region is, for everybody."""
    return _page(_election(election), region_of(code), shelf.PUBLIC)


@bp.get("/rekapitulasi/<election>/<code>/papan.json")
@public
def public_board_json(election: str, code: str) -> Response:
    """The public board as it was written: what pages poll, and what anybody may use."""
    response = _file(_election(election), region_of(code), shelf.PUBLIC)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.cache_control.public = True
    response.cache_control.max_age = KEEP
    return response


@bp.get("/rekap/<election>/<code>/papan")
@requires(READ, load=load_plenary)
def board(loaded: tuple[Election, str]) -> Any:
    """The same for the people of the recap, with reasons, files that are out, corrections before the lock."""
    election, code = loaded
    return _page(election.code, code, shelf.STAFF)


@bp.get("/rekap/<election>/<code>/papan.json")
@requires(READ, load=load_plenary)
def board_json(loaded: tuple[Election, str]) -> Response:
    """Its file."""
    election, code = loaded
    return _file(election.code, code, shelf.STAFF)


def _election(code: str) -> str:
    """The code of an election as an address may write it: it becomes a part of a file's name."""
    return code if _ELECTION.fullmatch(code) and len(code) <= 100 else abort(404)


def _file(election: str, code: str, audience: str) -> Response:
    content = shelf.read(audience, election, code)
    if content is None:
        abort(404)
    response = Response(content, mimetype="application/json")
    response.set_etag(hashlib.sha256(content).hexdigest()[:24])
    response.make_conditional(request)
    return response


def _page(election: str, code: str, audience: str) -> Any:
    content = shelf.read(audience, election, code)
    staff = audience == shelf.STAFF
    endpoint = "rekap.board" if staff else "rekap.public_board"

    def way(region: str) -> str:
        # Above the reader's own region stand the boards that everybody may see.
        there = "rekap.board" if staff and visible(region) else "rekap.public_board"
        return url_for(there, election=election, code=address(region))

    if content is None:
        return render_template("sirekap/recap/board_none.html", staff=staff), 404
    found = json.loads(content)
    table = displays.parts_table(found, way)
    if (file := table.download()) is not None:
        return file
    page = render_template(
        "sirekap/recap/board.html",
        board=found,
        facts=displays.facts(found),
        stages=displays.stages(found),
        map=displays.map_of(found, way),
        pace=displays.pace(found),
        table=table,
        way=way,
        words=words,
        reasons=REASONS,
        staff=staff,
        code=code,
        address=address,
        poll=url_for(f"{endpoint}_json", election=election, code=address(code)),
        every=EVERY,
    )
    response = Response(page)
    if not staff:
        # The same for everybody who is not signed in: a cache between us and them may answer.
        response.cache_control.public = True
        response.cache_control.max_age = KEEP
    return response
