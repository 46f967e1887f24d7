"""Pages of the recap: plenaries, forms, corrections, witnesses, files, and the public D.Hasil."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.identity import grants
from electsys.identity.access import Scope
from modules.sirekap.models import Recap
from modules.sirekap.permissions import READ

bp = Blueprint("rekap", __name__)
NATION = "nasional"


def election_of(code: str) -> Election:
    """The election of an address, or 404."""
    return by_code(code) or abort(404)


def region_of(code: str) -> str:
    """The region of an address: ``nasional`` is the nation; 404 for what has no plenary."""
    if code == NATION:
        return ""
    plain = code.isascii() and code.isdigit() and len(code) in (2, 4, 6)
    return code if plain else abort(404)


def scope_of(region: str, election_id: int) -> Scope:
    """Where a plenary lies for the reader: it is no party's own, and a party's witness may follow it."""
    held = grants.scopes(current_user, READ)
    party = next((s.party for s in held if s.party is not None and region.startswith(s.region or "")), None)
    return Scope(region=region, party=party, election=election_id)


def visible(code: str) -> bool:
    """Whether the reader may open the plenary of a region."""
    return any(code.startswith(s.region or "") for s in grants.scopes(current_user, READ))


def load_plenary(election: str, code: str) -> tuple[tuple[Election, str], Scope]:
    """The plenary of a region."""
    found, region = election_of(election), region_of(code)
    return (found, region), scope_of(region, found.id)


def load_recap(recap_id: int) -> tuple[Recap, Scope]:
    """A D.Hasil, in its region."""
    recap = db.session.get(Recap, recap_id) or abort(404)
    return recap, scope_of(recap.region, recap.election_id)


def load_unit(recap_id: int, unit: str) -> tuple[tuple[Recap, str], Scope]:
    """A part of a D.Hasil: a village, a child or a TPS."""
    recap, scope = load_recap(recap_id)
    if not (unit.isascii() and unit.isdigit() and unit.startswith(recap.region)):
        abort(404)
    return (recap, unit), scope


def address(region: str) -> str:
    """A region as an address writes it."""
    return region or NATION


def labels(rows: Any) -> list[tuple[str, str]]:
    """Mandates as choices."""
    return [
        (str(mandate.id), f"{mandate.name} ({contest.name}: {who.number:02d} {who.short_name})")
        for mandate, who, contest in rows
    ]


from modules.sirekap.views.recap import boards, corrections, files, forms, people, plenaries, public  # noqa: E402, F401
