"""People whom several parties claim: settled by statements, or heard (PKPU 4/2022 art. 38-39).

Who keeps the person is a pure rule (:func:`modules.sipol.rules.members.settle`); what follows for the rows of
all parties is written by ``party_settle`` in the database, because they lie in other regions. Each party is
told what became of its own rows, never which party the other one is.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ARRAY, LargeBinary, any_, func, literal, select, text

from electsys.db import db
from electsys.elections import calendar, settings
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import Holders, notify
from modules.sipol.models import MemberClarification, MemberFlagEvent, PartyMember
from modules.sipol.operations.flags import members_path, reflag_keys
from modules.sipol.permissions import EDIT_MEMBERS, HEAR_MEMBERS
from modules.sipol.rules import members as rules

#: Notices: a member is to be brought to the hearing; rows of the party were settled.
CALLED = "sipol.clarification.open"
SETTLED = "sipol.member.settle"
#: Codes of the reasons in a row's history; modules.sipol.member_wording has the words.
KEPT_ELSEWHERE, NO_STATEMENT = "pernyataan_lain", "tanpa_pernyataan"
CHOSE_OTHER, CHOSE_NONE, NOT_BROUGHT = "memilih_lain", "tidak_memilih", "tidak_dihadirkan"

SETTLE = text(
    "select * from party_settle(cast(:election as smallint), cast(:niks as bytea[]),"
    " cast(:keeps as integer[]), :kind, :why, cast(:remark as text), cast(:file as bigint),"
    " cast(:account as integer), :who)"
)
CLAIMS = text(
    "select * from party_claims(cast(:election as smallint), cast(:niks as bytea[]))"
    " where state = any(:states)"
)


def claims_of(election_id: int, niks: Sequence[bytes]) -> list[Any]:
    """The claims of all parties to these people: rows that are in force, with their newest statement."""
    rows = db.session.execute(
        CLAIMS, {"election": election_id, "niks": list(niks), "states": list(rules.ACTIVE)}
    )
    return list(rows)


def settle_doubles(election_id: int, region: str, *, actor: Actor) -> dict[str, int]:
    """Settle every double between parties that touches a region; how many people, by outcome.

    After the parties' time to mend: whom one party brought a statement for stays there; whom none did, stays
    nowhere; whom several did is called to a hearing. Runs as a job: it asks for the rows of all regions.
    """
    grants.demand(actor, HEAR_MEMBERS, Scope(region, election=election_id))
    _require_uploads_closed(election_id, region)
    niks = db.session.scalars(
        select(PartyMember.nik_index)
        .where(
            PartyMember.election_id == election_id,
            func.starts_with(PartyMember.village_code, region),
            PartyMember.flags.any_() == "ganda_eksternal",
            PartyMember.state.in_(rules.ACTIVE),
        )
        .distinct()
    ).all()
    fresh = _fresh(election_id, region, niks)
    done: dict[int, list[tuple[bytes, int]]] = {1: [], 0: []}
    numbers = {"kept": 0, "struck": 0, "heard": 0, "waiting": 0}
    for nik, rows in groupby(claims_of(election_id, niks), key=lambda row: bytes(row.nik_index)):
        claims = list(rows)
        outcome = rules.settle(rules.Claim(row.party_id, row.statement) for row in claims)
        if outcome.kind == "klarifikasi":
            numbers["heard"] += _call(election_id, nik, claims, actor)
        elif outcome.kind == "menunggu" or nik in fresh:
            numbers["waiting"] += 1
        elif outcome.kind == "selesai":
            done[min(outcome.keeps, 1)].append((nik, outcome.keeps))
            numbers["kept" if outcome.keeps else "struck"] += 1
    for decided, why in ((done[1], KEPT_ELSEWHERE), (done[0], NO_STATEMENT)):
        write_settlement(election_id, decided, kind="pernyataan", why=why, actor=actor)
    record(
        "sipol:double:settle",
        f"election:{election_id}",
        actor=actor,
        region=region,
        election_id=election_id,
        details=numbers,
    )
    return numbers


def record_hearing(
    hearing: MemberClarification,
    chosen: int | None,
    *,
    file_id: int,
    heard_at: dt.datetime,
    actor: Actor,
) -> None:
    """What the person said before KPU kab/kota: which party, or none; with the photo or the minutes.

    The chosen party keeps the person, every other row of the person is struck (art. 39).
    """
    _require_called(hearing, actor)
    if heard_at > dt.datetime.now(dt.UTC):
        raise Refused(_("Waktu klarifikasi ada di masa depan."), field="heard_at")
    nik = bytes(hearing.nik_index)
    claims = claims_of(hearing.election_id, [nik])
    try:
        outcome = rules.settle_heard(chosen, {row.party_id for row in claims})
    except ValueError:
        raise Refused(_("Pilih salah satu partai yang mencatat orang ini."), field="party") from None
    hearing.state, hearing.party_id = ("memilih", chosen) if chosen else ("tidak_satu_pun", None)
    hearing.heard_at, hearing.file_id, hearing.decided_by = heard_at, file_id, actor.account_id
    db.session.flush()
    write_settlement(
        hearing.election_id,
        [(nik, outcome.keeps)],
        kind="klarifikasi",
        why=CHOSE_OTHER if chosen else CHOSE_NONE,
        file_id=file_id,
        actor=actor,
    )
    _record_hearing(hearing, actor)


def close_unheard(hearing: MemberClarification, *, actor: Actor) -> None:
    """Nobody brought the person until the deadline: no party keeps it (art. 39)."""
    _require_called(hearing, actor)
    if hearing.due_at > dt.datetime.now(dt.UTC):
        raise Refused(
            _("Batas waktu klarifikasi belum lewat."),
            hint=_("Partai masih dapat menghadirkan anggotanya sampai batas itu."),
            status=409,
        )
    hearing.state, hearing.decided_by = "tidak_hadir", actor.account_id
    db.session.flush()
    write_settlement(
        hearing.election_id,
        [(bytes(hearing.nik_index), 0)],
        kind="klarifikasi",
        why=NOT_BROUGHT,
        actor=actor,
    )
    _record_hearing(hearing, actor)


def write_settlement(
    election_id: int,
    decided: Iterable[tuple[bytes, int]],
    *,
    kind: str,
    why: str,
    actor: Actor,
    file_id: int | None = None,
) -> int:
    """Strike and restore the rows of settled people (index of the NIK, party that keeps it or 0).

    How many rows moved; flags follow, and each party is told the number of its own.
    """
    pairs = sorted(set(decided))
    if not pairs:
        return 0
    moved = db.session.execute(
        SETTLE,
        {
            "election": election_id,
            "niks": [nik for nik, _party in pairs],
            "keeps": [party for _nik, party in pairs],
            "kind": kind,
            "why": why,
            "remark": None,
            "file": file_id,
            "account": actor.account_id,
            "who": actor.name,
        },
    ).all()
    reflag_keys(
        election_id,
        {bytes(nik) for nik, _party in pairs},
        {bytes(row.identity_index) for row in moved},
        cause=f"{kind}:{why}",
        actor=actor,
    )
    _tell_settled(election_id, moved, actor)
    return len(moved)


def _tell_settled(election_id: int, moved: Sequence[Any], actor: Actor) -> None:
    code = db.session.get_one(Election, election_id).code
    own: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: {"ms": 0, "tms": 0})
    for row in moved:
        own[row.party_id, row.village_code[:4]][row.to_state] += 1
    for (party, region), numbers in sorted(own.items()):
        notify(
            Holders(EDIT_MEMBERS, region, party, election_id),
            SETTLED,
            {"kept": numbers["ms"], "struck": numbers["tms"], "region": region},
            members_path(code, party, region),
            actor=actor,
        )


def _call(election_id: int, nik: bytes, claims: Sequence[Any], actor: Actor) -> int:
    """Call a person to the hearing of the kab/kota where the first good statement came from; 1 if new."""
    first = min((row for row in claims if row.statement == "diterima"), key=lambda row: row.statement_id)
    region = first.village_code[:4]
    days = int(settings.value(election_id, "hari_klarifikasi"))
    due = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    hearing = db.session.scalars(
        select(MemberClarification)
        .where(
            MemberClarification.election_id == election_id,
            MemberClarification.nik_index == nik,
            MemberClarification.region == region,
        )
        .with_for_update()
    ).one_or_none()
    if hearing is not None and hearing.state == "dipanggil":
        return 0
    if hearing is None:
        hearing = MemberClarification(election_id=election_id, nik_index=nik, region=region, due_at=due)
        db.session.add(hearing)
    else:  # claimed anew after an earlier hearing; the trail and the rows' histories hold that one
        hearing.state, hearing.party_id, hearing.due_at = "dipanggil", None, due
        hearing.heard_at = hearing.file_id = hearing.decided_by = None
    db.session.flush()
    record(
        "sipol:clarification:open",
        f"party_clarification:{hearing.id}",
        actor=actor,
        region=region,
        election_id=election_id,
        details={"days": days, "claims": len(claims)},
    )
    code = db.session.get_one(Election, election_id).code
    places = sorted({(row.party_id, row.village_code[:4]) for row in claims})
    for party, place in places:
        notify(
            Holders(EDIT_MEMBERS, place, party, election_id),
            CALLED,
            {"region": region, "days": days},
            members_path(code, party, place, "ganda_eksternal"),
            actor=actor,
        )
    return 1


def _require_called(hearing: MemberClarification, actor: Actor) -> None:
    grants.demand(actor, HEAR_MEMBERS, Scope(hearing.region, election=hearing.election_id))
    db.session.refresh(hearing, with_for_update=True)
    if hearing.state != "dipanggil":
        raise Refused(_("Klarifikasi ini sudah selesai."), status=409)


def _fresh(election_id: int, region: str, niks: Sequence[bytes]) -> set[bytes]:
    """People whose double was found within the days of a clarification: their parties may still answer.

    During the verification of repairs the time to answer is over for everybody.
    """
    if calendar.is_open(election_id, "vermin_perbaikan_parpol", region):
        return set()
    days = int(settings.value(election_id, "hari_klarifikasi"))
    since = calendar.utc_now() - dt.timedelta(days=days)
    rows = db.session.scalars(
        select(PartyMember.nik_index)
        .join(MemberFlagEvent, MemberFlagEvent.member_id == PartyMember.id)
        .where(
            PartyMember.election_id == election_id,
            PartyMember.nik_index == any_(literal(list(niks), ARRAY(LargeBinary))),
            MemberFlagEvent.flag == "ganda_eksternal",
            MemberFlagEvent.raised,
            MemberFlagEvent.at > since,
        )
    )
    return {bytes(nik) for nik in rows}


def _require_uploads_closed(election_id: int, region: str) -> None:
    """While parties may still bring statements, nobody is settled."""
    now = calendar.utc_now()
    opens = calendar.window(calendar.stage(election_id, "vermin_perbaikan_parpol"), region).opens
    if now < opens or calendar.is_open(election_id, "perbaikan_parpol", region):
        raise Refused(
            _("Kegandaan antarpartai diselesaikan sesudah masa perbaikan partai berakhir."),
            hint=_("Sampai saat itu setiap partai dapat mengunggah surat pernyataan anggotanya."),
            status=409,
        )


def _record_hearing(hearing: MemberClarification, actor: Actor) -> None:
    record(
        "sipol:clarification:close",
        f"party_clarification:{hearing.id}",
        actor=actor,
        region=hearing.region,
        election_id=hearing.election_id,
        details={"state": hearing.state},
    )
