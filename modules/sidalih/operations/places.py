"""Special places that exist already: what they are, and voters who go back to where they came from.

A special place is one polling station (``khusus``, 901..) with one :class:`VoterPlace` that says what it is;
:func:`~modules.sidalih.operations.moves.open_place` makes both at once. Stations that came with the reference
or before a place was asked for have no words yet: :func:`describe_place` gives them.
"""

from __future__ import annotations

from flask_babel import gettext as _

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.regions.models import Tps
from modules.sidalih.models import Voter
from modules.sidalih.models.moves import PLACE_KINDS, VoterPlace
from modules.sidalih.operations.voters import place_voter
from modules.sidalih.permissions import COMPILE, EDIT
from modules.sidalih.queries.places import came_from


def describe_place(
    election: Election, tps: Tps, *, kind: str, name: str, body: str, address: str, actor: Actor
) -> VoterPlace:
    """Say what a special polling station is, or say it anew: kind, name, the body that answers for it."""
    grants.demand(actor, COMPILE, Scope(tps.code, election=election.id))
    if tps.kind != "khusus":
        raise Refused(_("TPS itu bukan lokasi khusus."), status=409)
    for field, value in (("name", name), ("body", body), ("address", address)):
        if not value.strip():
            raise Refused(_("Kolom ini wajib diisi."), field=field)
    if kind not in PLACE_KINDS:
        raise Refused(_("Pilih jenis lokasi dari daftar."), field="kind")
    place = db.session.get(VoterPlace, (election.id, tps.code))
    before = place.kind if place else None
    if place is None:
        place = VoterPlace(
            election_id=election.id, tps_code=tps.code, province=tps.province, actor=actor.name
        )
        db.session.add(place)
    place.kind, place.name, place.body = kind, name.strip(), body.strip()
    tps.address = address.strip()
    db.session.flush()
    record(
        "sidalih:place:describe",
        f"voter_place:{tps.code}",
        actor=actor,
        region=tps.code,
        election_id=election.id,
        details={"from": before, "kind": kind},
    )
    return place


def send_back(election: Election, tps: Tps, voter: Voter, *, reason: str, actor: Actor) -> str:
    """Take back that a voter of the same village was placed in a special place; the code of the TPS before.

    Who came from another village has a transfer, which :func:`modules.sidalih.operations.abroad.come_home`
    undoes.
    """
    grants.demand(actor, EDIT, Scope(voter.village_code, election=election.id))
    if not reason.strip():
        raise Refused(_("Tuliskan alasannya."), field="reason")
    before = came_from(election, tps.code).get(voter.id)
    if voter.tps_code != tps.code or before is None:
        raise Refused(_("Pemilih ini tidak dipindahkan ke lokasi ini dari TPS lain di desanya."), status=409)
    place_voter(voter, before, actor=actor, reason=reason.strip())
    return before
