"""Proposals of polling stations: make one, apply it, give it up.

Whatever gives a voter another TPS writes one event a voter and one act for the whole; a
:class:`~modules.sidalih.models.tps.TpsChange` names it, so that it can be undone as a whole.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, insert

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor
from modules.sidalih.models.tps import TpsChange, TpsProposal, TpsProposalFamily
from modules.sidalih.operations.tps_writing import add_station, gate, note, place
from modules.sidalih.permissions import COMPILE
from modules.sidalih.queries import tps as queries
from modules.sidalih.rules import tps as rules

MODES = {"tetap": True, "ulang": False}


def propose_tps(election: Election, village: str, *, mode: str = "tetap", actor: Actor) -> TpsProposal:
    """Propose a placement of a village's voters; a proposal that waited there is given up for it.

    Nothing moves. Refused while the list is frozen, abroad, and where the village has no voters.
    """
    grants.demand(actor, COMPILE, Scope(village, election=election.id))
    gate(election.id, village)
    if mode not in MODES:
        raise Refused(_("Cara menyusun ini tidak dikenal."), field="mode")
    facts = queries.village_facts(election.id, village)
    if not facts.families:
        raise Refused(
            _("Desa/kelurahan ini belum mempunyai pemilih."), hint=_("Impor DP4 lebih dulu."), status=409
        )
    try:
        found = rules.propose(
            facts.families, facts.stations, village=village, cap=facts.cap, keep=MODES[mode]
        )
    except ValueError as problem:
        raise Refused(
            _("TPS desa/kelurahan ini tidak dapat disusun: nomor TPS habis atau batasnya tidak wajar."),
            hint=_("Periksa batas pemilih setiap TPS di desa/kelurahan ini."),
        ) from problem
    if (old := queries.waiting(election.id, village)) is not None:
        _decide(old, "dibuang", actor)
        db.session.flush()
    proposal = TpsProposal(
        election_id=election.id,
        village_code=village,
        mode=mode,
        state="menunggu",
        cap=facts.cap,
        voters=sum(f.voters for f in facts.families),
        families=len(facts.families),
        before=asdict(found.before),
        score=asdict(found.score),
        loads=_loads(facts, found),
        oversize=[{"voter": f.id, "voters": f.voters} for f in facts.families if f.id in set(found.oversize)],
        digest=facts.digest,
        created_by=actor.account_id,
        actor=actor.name,
    )
    db.session.add(proposal)
    db.session.flush()
    _keep_families(proposal, facts, found)
    facts_of_it = {"mode": mode, "moved": found.score.moved, "new_tps": found.score.new_tps}
    note("propose", f"tps_proposal:{proposal.id}", election.id, village, actor, facts_of_it)
    return proposal


def _loads(facts: queries.VillageFacts, found: rules.Proposal) -> list[dict[str, Any]]:
    """Each TPS with its voters before and after."""
    after = {s.code: s.voters for s in facts.sites} | {s.code: 0 for s in found.new}
    special = {s.code for s in facts.sites if s.special}
    for family in facts.families:
        target = found.placement.get(family.id)
        if target is None:
            continue
        for code, n in family.present.items():
            if code not in special and code in after:
                after[code] -= n
        after[target] += len(facts.members[family.id])
    existing = [
        {
            "code": s.code,
            "cap": s.cap,
            "special": s.special,
            "new": False,
            "before": s.voters,
            "after": after[s.code],
        }
        for s in facts.sites
    ]
    fresh = [
        {"code": s.code, "cap": s.cap, "special": False, "new": True, "before": 0, "after": after[s.code]}
        for s in found.new
    ]
    return existing + fresh


def _keep_families(proposal: TpsProposal, facts: queries.VillageFacts, found: rules.Proposal) -> None:
    """Keep the families that the proposal moves or places; who stays is in no row."""
    special = {s.code for s in facts.sites if s.special}
    rows: list[dict[str, Any]] = []
    for family in facts.families:
        target = found.placement.get(family.id)
        present = {c: n for c, n in family.present.items() if c not in special}
        if target is None or present == {target: len(facts.members[family.id])}:
            continue
        rows.append(
            {
                "proposal_id": proposal.id,
                "number": len(rows) + 1,
                "village_code": proposal.village_code,
                "members": facts.members[family.id],
                "present": present,
                "tps_code": target,
            }
        )
    if rows:
        db.session.execute(insert(TpsProposalFamily), rows)


def discard_tps(proposal: TpsProposal, *, actor: Actor) -> None:
    """Give a proposal up; nothing has moved and nothing will."""
    scope = Scope(proposal.village_code, election=proposal.election_id)
    grants.demand(actor, COMPILE, scope)
    _lock_waiting(proposal)
    _decide(proposal, "dibuang", actor)
    db.session.flush()
    note("discard", f"tps_proposal:{proposal.id}", proposal.election_id, proposal.village_code, actor, {})


def apply_tps(proposal: TpsProposal, *, actor: Actor) -> TpsChange:
    """Do what a proposal says: open its new TPS and place its families, each voter with an event.

    Refused once anybody of the village stands elsewhere than when the proposal was made: it would break
    what it promises.
    """
    election_id, village = proposal.election_id, proposal.village_code
    grants.demand(actor, COMPILE, Scope(village, election=election_id))
    gate(election_id, village)
    _lock_waiting(proposal)
    if queries.village_facts(election_id, village, lock=True).digest != proposal.digest:
        raise Refused(
            _("Data pemilih desa/kelurahan ini sudah berubah sejak usulan dibuat."),
            hint=_("Buat usulan baru, lalu terapkan."),
            status=409,
        )
    for row in proposal.loads:
        if row["new"]:
            add_station(election_id, str(row["code"]), "reguler", int(row["cap"]), None, actor=actor)
    placed = {
        member: family.tps_code
        for family in db.session.scalars(queries.families_of(proposal))
        for member in family.members
    }
    change = place(election_id, village, placed, actor=actor, proposal=proposal)
    _decide(proposal, "diterapkan", actor)
    db.session.flush()
    return change


def _lock_waiting(proposal: TpsProposal) -> None:
    """Hold the proposal, and refuse one that has been decided."""
    db.session.refresh(proposal, with_for_update=True)
    if proposal.state != "menunggu":
        raise Refused(_("Usulan ini sudah diputuskan."), status=409)


def _decide(proposal: TpsProposal, state: str, actor: Actor) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor.name, func.clock_timestamp()
