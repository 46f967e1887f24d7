"""What the writers of polling stations share: the gate, placing voters in bulk, opening a TPS, the act."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import text

from electsys.db import db
from electsys.elections.calendar import require_open
from electsys.errors import Refused
from electsys.events import publish
from electsys.ledger import Actor, record
from electsys.regions.models import Tps
from electsys.regions.rules import OVERSEAS
from modules.sidalih.events import StationsChanged
from modules.sidalih.models.tps import TpsChange, TpsProposal
from modules.sidalih.operations.voters import roll_of
from modules.sidalih.workflow.voters import MAKING

STAGE = "daftar_pemilih"


def gate(election_id: int, village: str) -> None:
    """Refuse where TPS are not built: a frozen list, a closed stage, abroad."""
    if village.startswith(OVERSEAS):
        raise Refused(
            _("TPS luar negeri tidak disusun per keluarga."),
            hint=_("PPLN menempatkan pemilih ke TPSLN, KSK, atau pos."),
        )
    if roll_of(election_id, village).state not in MAKING:
        raise Refused(
            _("DPT kabupaten/kota ini sudah ditetapkan: TPS tidak disusun lagi."),
            hint=_("Pindah memilih dicatat lewat DPTb."),
            status=409,
        )
    require_open(election_id, STAGE, village)


def note(
    action: str,
    subject: str,
    election_id: int,
    village: str,
    actor: Actor,
    details: Mapping[str, Any],
    reason: str | None = None,
) -> None:
    """One act of the trail: ``sidalih:tps:<action>``."""
    record(
        f"sidalih:tps:{action}",
        subject,
        actor=actor,
        reason=reason,
        region=village,
        election_id=election_id,
        details=details,
    )


def digest(placed: Mapping[int, str | None]) -> str:
    """SHA-256 over voters and their TPS, for the act that stands for all of them."""
    lines = "".join(f"{voter}:{code or ''}\n" for voter, code in sorted(placed.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def place(
    election_id: int,
    village: str,
    placed: Mapping[int, str],
    *,
    actor: Actor,
    proposal: TpsProposal | None = None,
    reason: str | None = None,
) -> TpsChange:
    """Give voters their TPS as one change: an event each, one act for all. Who stands there already stays."""
    change = TpsChange(
        election_id=election_id,
        village_code=village,
        proposal_id=proposal.id if proposal else None,
        voters=0,
        reason=reason,
        account_id=actor.account_id,
        actor=actor.name,
    )
    db.session.add(change)
    db.session.flush()
    change.voters = write(election_id, village, placed, actor, {"change": str(change.id)}, reason)
    db.session.flush()
    note(
        "apply" if proposal else "move",
        f"tps_change:{change.id}",
        election_id,
        village,
        actor,
        {"voters": change.voters, "digest": digest(placed)} | ({"proposal": proposal.id} if proposal else {}),
        reason,
    )
    return change


def write(
    election_id: int,
    village: str,
    placed: Mapping[int, str | None],
    actor: Actor,
    details: Mapping[str, str],
    reason: str | None,
) -> int:
    """Set the TPS of voters of a village and write their events, in one statement; how many changed."""
    if not placed:
        return 0
    db.session.flush()
    done = db.session.execute(
        text(
            """
            with wanted as (
                select * from unnest(cast(:ids as bigint[]), cast(:codes as text[])) as w(id, code)
            ), old as (
                select v.id, v.version, v.tps_code as before, w.code as after
                from voter v join wanted w on w.id = v.id
                where v.province = :province and v.election_id = :election and v.village_code = :village
                  and v.tps_code is distinct from w.code
                for update of v
            ), moved as (
                update voter v set tps_code = old.after from old
                where v.id = old.id and v.province = :province
                returning v.id
            )
            insert into voter_event
                (province, election_id, voter_id, village_code, kind, version, reason, details,
                 account_id, actor)
            select :province, :election, old.id, :village, 'tempat', old.version, :reason,
                   cast(:details as jsonb) || jsonb_build_object('from', old.before, 'to', old.after),
                   :account, :actor
            from old join moved using (id)
            """
        ),
        {
            "ids": list(placed),
            "codes": list(placed.values()),
            "province": village[:2],
            "election": election_id,
            "village": village,
            "reason": reason,
            "details": json.dumps(dict(details)),
            "account": actor.account_id,
            "actor": actor.name,
        },
    )
    db.session.expire_all()
    return int(done.rowcount)  # type: ignore[attr-defined]


def add_station(
    election_id: int, code: str, kind: str, cap: int | None, address: str | None, *, actor: Actor
) -> Tps:
    """Put a TPS into use: a new one, or one of that number that was closed. The running count hears of it."""
    key = (election_id, code[:2], code)
    made = db.session.get(Tps, key)
    in_use = made is not None and made.state == "aktif"
    if made is None:
        made = Tps(
            election_id=election_id,
            province=code[:2],
            code=code,
            village_code=code[:10],
            kind=kind,
            number=int(code[10:]),
            name=f"TPS {code[10:]}",
        )
        db.session.add(made)
    made.state, made.cap, made.address = "aktif", cap, address
    db.session.flush()
    if not in_use:
        publish(StationsChanged(actor=actor, election_id=election_id, village=code[:10], added=1))
    return made


def shut_station(election_id: int, code: str, *, actor: Actor) -> None:
    """Take a TPS out of use. The running count hears of it."""
    tps = db.session.get_one(Tps, (election_id, code[:2], code))
    if tps.state == "ditutup":
        return
    tps.state = "ditutup"
    db.session.flush()
    publish(StationsChanged(actor=actor, election_id=election_id, village=code[:10], added=-1))
