"""Polling stations by hand: move families, undo a change, open and close a TPS, special sites."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor
from electsys.regions.models import Tps
from electsys.regions.rules import FIRST_SPECIAL
from modules.sidalih.models import Voter
from modules.sidalih.models.tps import TpsChange, TpsProposal
from modules.sidalih.models.voters import LISTED
from modules.sidalih.operations.tps_writing import add_station, digest, gate, note, place, shut_station, write
from modules.sidalih.permissions import COMPILE, EDIT
from modules.sidalih.queries import tps as queries


def move_families(
    election: Election,
    village: str,
    voters: Sequence[int],
    tps_code: str,
    *,
    actor: Actor,
    whole: bool = True,
    reason: str | None = None,
) -> TpsChange | None:
    """Place the families of these voters in a TPS of their village; None where all stand there already.

    ``whole=False`` moves just the voters named: into a special site, or out of one. Refused where the TPS
    would be over its cap, or a family would be split.
    """
    grants.demand(actor, EDIT, Scope(village, election=election.id))
    gate(election.id, village)
    facts = queries.village_facts(election.id, village, lock=True)
    site = next((s for s in facts.sites if s.code == tps_code), None)
    if site is None:
        raise Refused(_("TPS itu tidak ada di desa/kelurahan ini atau sudah ditutup."), field="tps")
    named = set(voters)
    known = db.session.execute(
        select(Voter.id, Voter.family, Voter.tps_code).where(
            Voter.election_id == election.id,
            Voter.province == village[:2],
            Voter.village_code == village,
            Voter.state.in_(LISTED),
        )
    ).all()
    special = {s.code for s in facts.sites if s.special}
    chosen = [row for row in known if row.id in named]
    if len(chosen) != len(named) or not chosen:
        raise Refused(
            _("Pilih paling sedikit satu keluarga dari daftar desa/kelurahan ini."), field="keluarga"
        )
    if whole:
        cards = {row.family for row in chosen if row.family is not None}
        chosen += [
            row
            for row in known
            if row.family in cards and row.id not in named and row.tps_code not in special
        ]
    elif not site.special and not all(row.tps_code in special for row in chosen):
        raise Refused(
            _("Satu keluarga tidak boleh dipisah TPS-nya."),
            hint=_("Pindahkan seluruh keluarga. Hanya lokasi khusus yang menerima pemilih sendiri-sendiri."),
            field="tps",
        )
    placed = {row.id: tps_code for row in chosen if row.tps_code != tps_code}
    if not placed:
        return None
    if site.voters + len(placed) > site.cap:
        raise Refused(
            _(
                "TPS %(number)s tidak muat: %(there)s pemilih, batas %(cap)s, yang dipindahkan %(more)s.",
                number=site.number,
                there=site.voters,
                cap=site.cap,
                more=len(placed),
            ),
            hint=_("Pilih TPS lain, atau tambah TPS."),
            field="tps",
        )
    return place(election.id, village, placed, actor=actor, reason=reason)


def undo_change(change: TpsChange, *, actor: Actor) -> int:
    """Put every voter of a change back where it stood; TPS that it opened and that are empty now are closed.

    Returns how many voters went back: who was placed elsewhere since stays there. Refused for a change that
    is undone already, or whose old TPS are closed.
    """
    election_id, village = change.election_id, change.village_code
    grants.demand(actor, EDIT, Scope(village, election=election_id))
    gate(election_id, village)
    db.session.refresh(change, with_for_update=True)
    if change.undone_at is not None:
        raise Refused(_("Perubahan ini sudah diurungkan."), status=409)
    in_use = {s.code for s in queries.sites(election_id, village)}
    rows = db.session.execute(
        text(
            """
            select e.details->>'from' as before, array_agg(v.id order by v.id) as voters
            from voter_event e join voter v on v.id = e.voter_id and v.province = e.province
            where e.election_id = :election and e.village_code = :village and e.province = :province
              and e.kind = 'tempat' and e.details->>'change' = :change
              and v.tps_code = e.details->>'to' and v.state = any(:listed) and v.village_code = :village
            group by 1
            """
        ),
        {
            "election": election_id,
            "village": village,
            "province": village[:2],
            "change": str(change.id),
            "listed": list(LISTED),
        },
    ).all()
    if closed := sorted(row.before for row in rows if row.before and row.before not in in_use):
        raise Refused(
            _("TPS asal sudah ditutup: %(codes)s.", codes=", ".join(closed)),
            hint=_("Pindahkan keluarga itu dengan tangan."),
            status=409,
        )
    back = {voter: row.before for row in rows for voter in row.voters}
    if back:
        write(election_id, village, back, actor, {"undo": str(change.id)}, None)
    change.undone_by, change.undone_at = actor.name, func.clock_timestamp()
    db.session.flush()
    if change.proposal_id is not None:
        _close_new(db.session.get_one(TpsProposal, change.proposal_id), actor)
    note(
        "undo",
        f"tps_change:{change.id}",
        election_id,
        village,
        actor,
        {"voters": len(back), "digest": digest(back)},
    )
    return len(back)


def _close_new(proposal: TpsProposal, actor: Actor) -> None:
    """Close the TPS that a proposal opened and that hold nobody now."""
    opened = {row["code"] for row in proposal.loads if row["new"]}
    for site in queries.sites(proposal.election_id, proposal.village_code):
        if site.code in opened and not site.voters:
            shut_station(proposal.election_id, site.code, actor=actor)


def open_station(
    election: Election,
    village: str,
    *,
    special: bool,
    address: str | None = None,
    cap: int | None = None,
    actor: Actor,
) -> Tps:
    """Open another TPS of a village: ordinary (next number), or a special site (from 901) at an address."""
    grants.demand(actor, COMPILE, Scope(village, election=election.id))
    gate(election.id, village)
    limit = queries.cap_of(election.id)
    if cap is not None and not 1 <= cap <= limit:
        raise Refused(
            _("Batas pemilih harus 1 sampai %(limit)s.", limit=limit),
            hint=_("Batas pemilu ini diatur dalam pengaturan hukum."),
            field="cap",
        )
    if special and not (address or "").strip():
        raise Refused(_("Tuliskan nama dan alamat lokasi khusus ini."), field="address")
    taken = db.session.scalars(
        select(Tps.number).where(
            Tps.election_id == election.id, Tps.province == village[:2], Tps.village_code == village
        )
    ).all()
    ours = [n for n in taken if (n >= FIRST_SPECIAL) == special]
    number = max(ours, default=FIRST_SPECIAL - 1 if special else 0) + 1
    if number > 999 or (not special and number >= FIRST_SPECIAL):
        raise Refused(_("Nomor TPS di desa/kelurahan ini sudah habis."), status=409)
    kind = "khusus" if special else "reguler"
    code, where = f"{village}{number:03d}", (address or "").strip() or None
    made = add_station(election.id, code, kind, cap, where, actor=actor)
    note("open", f"tps:{made.code}", election.id, village, actor, {"kind": kind})
    return made


def close_station(election: Election, tps_code: str, *, actor: Actor) -> None:
    """Close a TPS that holds no voter."""
    village = tps_code[:10]
    grants.demand(actor, COMPILE, Scope(village, election=election.id))
    gate(election.id, village)
    site = next((s for s in queries.sites(election.id, village) if s.code == tps_code), None)
    if site is None:
        raise Refused(_("TPS itu tidak ada atau sudah ditutup."), status=404)
    if site.voters:
        raise Refused(
            _("TPS %(number)s masih mempunyai %(n)s pemilih.", number=site.number, n=site.voters),
            hint=_("Pindahkan dulu semua keluarganya."),
            status=409,
        )
    shut_station(election.id, tps_code, actor=actor)
    note("close", f"tps:{tps_code}", election.id, village, actor, {})
