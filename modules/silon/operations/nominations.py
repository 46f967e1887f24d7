"""The writers of nominations: begin a list, a person's or a pair's."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.regions.models import Dapil
from modules.silon.models import Nomination, NominationLiaison
from modules.silon.permissions import EDIT, RECEIVE
from modules.sipol import participants

#: Contests of lists by the chamber of their dapil.
CHAMBERS = ("dpr", "dprd_prov", "dprd_kabko")
ACEH = "11"


def begin_list(contest: Contest, dapil: Dapil, party_id: int, *, actor: Actor) -> Nomination:
    """The list of a party in a dapil: the one there is, or a new one (UU 7/2017 art. 243-244).

    Refused unless the party takes part in the election, and a local party of Aceh stands in a chamber there.
    """
    region = dapil.body_code
    grants.demand(actor, EDIT, Scope(region, party_id, contest.election_id))
    if contest.kind not in CHAMBERS or dapil.chamber != contest.kind:
        raise Refused(_("Dapil %(dapil)s bukan dapil pemilihan ini.", dapil=dapil.name))
    _require_participant(contest, region, party_id)
    row = db.session.scalars(
        select(Nomination).where(
            Nomination.contest_id == contest.id,
            Nomination.dapil_id == dapil.id,
            Nomination.party_id == party_id,
            Nomination.state != "ditarik",
        )
    ).one_or_none()
    if row is not None:
        return row
    number = next(p.number for p in participants(contest.election_id) if p.party_id == party_id)
    row = Nomination(
        election_id=contest.election_id,
        contest_id=contest.id,
        kind="daftar",
        region=region,
        dapil_id=dapil.id,
        party_id=party_id,
        number=number,
    )
    return _begin(row, actor)


def begin_person(contest: Contest, region: str, name: str, *, actor: Actor) -> Nomination:
    """A person who wants to stand for the DPD in a province; the support comes first (UU 7/2017 art. 183)."""
    grants.demand(actor, RECEIVE, Scope(region, None, contest.election_id))
    if contest.kind != "dpd" or len(region) != 2:
        raise Refused(_("Calon perseorangan di sini hanya untuk DPD suatu provinsi."))
    return _begin(
        Nomination(
            election_id=contest.election_id,
            contest_id=contest.id,
            kind="perseorangan",
            region=region,
            label=name,
            support_state="penyerahan",
        ),
        actor,
    )


def begin_pair(
    contest: Contest, region: str, name: str, *, independent: bool = False, actor: Actor
) -> Nomination:
    """A pair for president ("" is the nation) or regional head; an independent one brings its support."""
    grants.demand(actor, RECEIVE, Scope(region, None, contest.election_id))
    if contest.kind not in ("ppwp", "gubernur", "bupati_walikota"):
        raise Refused(_("Pemilihan ini tidak diikuti pasangan calon."))
    if independent and contest.kind == "ppwp":
        raise Refused(_("Pasangan presiden diusulkan partai politik (UUD 1945 Pasal 6A)."))
    return _begin(
        Nomination(
            election_id=contest.election_id,
            contest_id=contest.id,
            kind="pasangan",
            region=region,
            label=name,
            support_state="penyerahan" if independent else None,
        ),
        actor,
    )


def add_liaison(nomination: Nomination, account_id: int, *, actor: Actor) -> None:
    """Let an account act for a person or a pair; its role and region it was given before."""
    grants.demand(actor, RECEIVE, Scope(nomination.region, None, nomination.election_id))
    if db.session.get(NominationLiaison, (nomination.id, account_id)) is None:
        db.session.add(NominationLiaison(nomination_id=nomination.id, account_id=account_id))
        db.session.flush()
        record(
            "silon:list:add_liaison",
            f"nomination:{nomination.id}",
            actor=actor,
            region=nomination.region or None,
            election_id=nomination.election_id,
            details={"account": account_id},
        )


def _require_participant(contest: Contest, region: str, party_id: int) -> None:
    found = next((p for p in participants(contest.election_id) if p.party_id == party_id), None)
    if found is None:
        raise Refused(
            _("Partai ini bukan peserta pemilu."),
            hint=_("Hanya partai yang ditetapkan sebagai peserta yang dapat mengajukan calon."),
            status=409,
        )
    if found.region and (contest.kind == "dpr" or not region.startswith(found.region)):
        raise Refused(
            _("%(party)s partai lokal Aceh: hanya untuk DPRA dan DPRK di Aceh.", party=found.name),
            hint=_("UU 11/2006 Pasal 80."),
            status=409,
        )


def _begin(row: Nomination, actor: Actor) -> Nomination:
    db.session.add(row)
    db.session.flush()
    record(
        "silon:list:begin",
        f"nomination:{row.id}",
        actor=actor,
        region=row.region or None,
        election_id=row.election_id,
        details={"kind": row.kind, "contest": row.contest_id, "dapil": row.dapil_id},
    )
    return row
