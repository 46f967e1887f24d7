"""Quarters of the continuous update (PDPB; PKPU 1/2025): opening, moving house, closing in plenary."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.calendar import require_open
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.regions.models import Tps
from modules.sidalih.claims import claims_of
from modules.sidalih.models import Quarter, Voter, VoterRoll
from modules.sidalih.operations.minutes import quarter_minutes
from modules.sidalih.operations.voters import add_voter, strike_voter
from modules.sidalih.permissions import COMPILE
from modules.sidalih.queries.lists import newest_dpt
from modules.sidalih.queries.quarters import living, movements, newest_quarter, parts
from modules.sidalih.rules.movement import MOVED_HOME, Movement, follows
from modules.sidalih.workflow.rolls import QUARTER


def open_quarter(roll: VoterRoll, year: int, number: int, *, actor: Actor) -> Quarter:
    """Open a quarter: its opening is the closing of the one before, for the first the living rows of the DPT.

    Refused while the DPT is not set, while another quarter is open, out of order, and where rows moved
    outside the quarters since the last one was closed (unless a ruling opened the DPT in between).
    """
    grants.demand(actor, COMPILE, Scope(roll.region, election=roll.election_id))
    require_open(roll.election_id, "pdpb", roll.region)
    db.session.refresh(roll, with_for_update=True)
    if roll.state != "dpt":
        raise Refused(_("PDPB dimulai sesudah DPT ditetapkan."), status=409)
    last = newest_quarter(roll.id)
    if last is not None and last.state == "terbuka":
        raise Refused(
            _("Triwulan sebelumnya masih terbuka."),
            hint=_("Tetapkan dulu triwulan itu dalam pleno."),
            status=409,
        )
    if not follows(year, number, (last.year, last.number) if last else None):
        raise Refused(_("Triwulan dibuka menurut urutannya."), field="number")
    now = sum(living(roll, 4).values())
    if last is not None and last.closing != now and not _reset_since(roll, last):
        raise Refused(
            _(
                "Penutupan triwulan sebelumnya %(closing)s pemilih, tetapi barisnya kini %(now)s.",
                closing=last.closing,
                now=now,
            ),
            hint=_("Ada perubahan di luar triwulan. Laporkan kepada admin sebelum membuka triwulan baru."),
            status=409,
        )
    quarter = Quarter(roll_id=roll.id, year=year, number=number, opening=now)
    db.session.add(quarter)
    db.session.flush()
    record(
        "sidalih:quarter:open",
        f"voter_quarter:{quarter.id}",
        actor=actor,
        region=roll.region,
        election_id=roll.election_id,
        details={"year": year, "number": number, "opening": now},
    )
    return quarter


def close_quarter(quarter: Quarter, *, actor: Actor) -> Quarter:
    """Close a quarter in plenary: count its events, compare with the rows, write the minutes.

    Refused where the two derivations differ: the events of the quarter do not explain the rows.
    """
    roll = db.session.get_one(VoterRoll, quarter.roll_id)
    require_open(roll.election_id, "pdpb", roll.region)
    # Whoever has written an event of this quarter holds a share of its row: we wait for them.
    db.session.refresh(quarter, with_for_update=True)
    total = sum(movements(quarter, 4).values(), Movement())
    total = replace(total, opening=quarter.opening)
    now = sum(living(roll, 4).values())
    if quarter.state == "terbuka" and total.closing != now:
        raise Refused(
            _(
                "Menurut kejadian akhir triwulan %(said)s pemilih, menurut barisnya %(now)s.",
                said=total.closing,
                now=now,
            ),
            hint=_("Angka per desa pada halaman ini menunjukkan letak selisihnya."),
            status=409,
        )
    QUARTER.move(
        quarter,
        "close",
        actor=actor,
        values={
            "fresh": total.fresh,
            "moved_in": total.moved_in,
            "struck": total.struck,
            "moved_out": total.moved_out,
            "amended": total.amended,
            "closing": total.closing,
            "closed_at": func.clock_timestamp(),
        },
    )
    db.session.refresh(quarter)
    areas = [(part.code, part.movement) for part in parts(quarter, roll, 6)]
    quarter.letter_id = quarter_minutes(quarter, roll, areas, actor=actor).id
    db.session.flush()
    return quarter


def move_home(voter: Voter, tps: Tps, *, reason: str, actor: Actor) -> Voter:
    """A voter moved to another desa/kelurahan: struck where they lived (code 4), new where they live now.

    The actor needs the right in both areas, and both kab/kota an open quarter; both rows name each other.
    """
    if tps.village_code == voter.village_code:
        raise Refused(
            _("Pemilih tetap tinggal di desa/kelurahan itu."),
            hint=_("Tempatkan di TPS lain, tanpa mencoret."),
            field="tps_code",
        )
    election = db.session.get_one(Election, voter.election_id)
    claims = claims_of(voter)
    new = add_voter(
        election,
        tps,
        claims,
        source="dpb",
        actor=actor,
        reason=reason,
        details={"from_village": voter.village_code, "from_voter": voter.id},
    )
    strike_voter(
        voter,
        MOVED_HOME,
        actor=actor,
        action="update_strike",
        reason=reason,
        details={"to_village": tps.village_code, "to_voter": new.id},
    )
    return new


def _reset_since(roll: VoterRoll, last: Quarter) -> bool:
    """Whether a ruling made a new DPT after the quarter was closed."""
    dpt = newest_dpt(roll.id)
    return bool(
        dpt is not None
        and db.session.scalar(select(Quarter.closed_at < dpt.determined_at).where(Quarter.id == last.id))
    )
