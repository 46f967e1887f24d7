"""The writers of voters' rows: add, amend, confirm, strike, restore, place. Each leaves an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, text

from electsys.db import db
from electsys.documents.papers import today
from electsys.elections.calendar import require_open
from electsys.elections.models import Election
from electsys.elections.queries import code_entry
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.operations.persons import Claim, find_or_claim_person
from electsys.ledger import Actor, record
from electsys.privacy import reserve_ids
from electsys.regions.models import Tps
from modules.sidalih.claims import Claims, claims_of, columns_of, limits_of, refuse_faults
from modules.sidalih.models import Quarter, Voter, VoterEvent, VoterRoll
from modules.sidalih.permissions import EDIT
from modules.sidalih.workflow import VOTER
from modules.sidalih.workflow.voters import MAKING

#: The code of a wrong polling station: such a voter is placed elsewhere, not struck (domain.md 5.4).
WRONG_TPS = "8"


def roll_of(election_id: int, region: str) -> VoterRoll:
    """The roll of the kab/kota of a region code; Refused where none has been begun."""
    roll = db.session.scalars(
        select(VoterRoll).where(VoterRoll.election_id == election_id, VoterRoll.region == region[:4])
    ).one_or_none()
    if roll is None:
        raise Refused(_("Daftar pemilih kabupaten/kota ini belum dibuka."), status=404)
    return roll


def ensure_roll(election_id: int, region: str, *, actor: Actor) -> VoterRoll:
    """The roll of a kab/kota, begun if it is not there."""
    code = region[:4]
    db.session.execute(
        text("insert into voter_roll (election_id, region) values (:e, :r) on conflict do nothing"),
        {"e": election_id, "r": code},
    )
    return roll_of(election_id, code)


def add_voter(
    election: Election,
    tps: Tps,
    claims: Claims,
    *,
    source: str,
    actor: Actor,
    permission: str = EDIT,
    reason: str | None = None,
    file_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> Voter:
    """A voter who was found: at the door (``coklit``), by a response, by a ruling, in a quarter.

    Refused where the same number stands in the same village already; where it stands elsewhere, the row is
    taken and the pair is a double that people decide (domain.md 5.4, code 2).
    """
    grants.demand(actor, permission, Scope(tps.code, election=election.id))
    quarter = _gate(election.id, tps.village_code)
    refuse_faults(claims, today(tps.village_code))
    [key] = reserve_ids("voter", 1)
    columns = columns_of(claims, key, limits_of(election), today(tps.village_code))
    _refuse_known(election.id, tps.village_code, columns["nik_index"])
    claimed = find_or_claim_person(_claim(key, tps.village_code, claims), actor=actor)
    voter = Voter(
        id=key,
        province=tps.province,
        election_id=election.id,
        person_id=claimed.person.id,
        village_code=tps.village_code,
        tps_code=tps.code,
        state="baru",
        source=source,
        **columns,
    )
    db.session.add(voter)
    db.session.flush()
    write_event(voter, "baru", actor=actor, reason=reason, file_id=file_id, quarter=quarter, details=details)
    record(
        "sidalih:voter:add",
        f"voter:{key}",
        actor=actor,
        reason=reason,
        region=tps.code,
        election_id=election.id,
        details={"source": source},
    )
    return voter


def amend_voter(
    voter: Voter,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    action: str = "amend",
    reason: str | None = None,
    file_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> list[str]:
    """Change fields of a row; the row before is kept. Returns the names of what differs.

    ``action`` is the move of the workflow: ``amend`` (office), ``visit_amend`` (coklit), ``record_amend``
    (coklit, written by the office) or ``update_amend`` (a quarter). Nothing different: nothing is written,
    and the list is empty.
    """
    old = claims_of(voter)
    new = old.with_changes(dict(changes))
    refuse_faults(new, today(voter.village_code))
    differs = new.differences(old)
    if not differs:
        return []
    election = db.session.get_one(Election, voter.election_id)
    columns = columns_of(new, voter.id, limits_of(election), today(voter.village_code))
    if columns["nik_index"] != voter.nik_index:
        _refuse_known(voter.election_id, voter.village_code, columns["nik_index"])
        claimed = find_or_claim_person(_claim(voter.id, voter.village_code, new), actor=actor)
        columns["person_id"] = claimed.person.id
    columns |= {"version": voter.version + 1, "tms_code": None}
    quarter = _quarter(voter, action)
    VOTER.move(voter, action, actor=actor, reason=reason, values=columns)
    write_event(
        voter,
        "ubah",
        actor=actor,
        reason=reason,
        file_id=file_id,
        quarter=quarter,
        details={**(details or {}), "fields": differs},
    )
    return differs


def confirm_voter(
    voter: Voter, *, actor: Actor, action: str = "confirm", details: Mapping[str, Any] | None = None
) -> None:
    """The visit found the row right (coklit); ``record_confirm`` where the office writes it."""
    VOTER.move(voter, action, actor=actor, values={"tms_code": None})
    write_event(voter, "sesuai", actor=actor, details=details)


def strike_voter(
    voter: Voter,
    code: str,
    *,
    actor: Actor,
    action: str = "strike",
    reason: str | None = None,
    file_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Strike a row for a reason of the election's table ``tms``; the row stays, with its code and proof.

    ``action`` as in :func:`amend_voter`: ``strike``, ``visit_strike``, ``record_strike``, ``update_strike``.
    """
    entry = code_entry(voter.election_id, "tms", code)
    if entry is None:
        raise Refused(_("Kode TMS ini tidak ada dalam tabel pemilu ini."), field="code")
    if code == WRONG_TPS:
        raise Refused(
            _("Pemilih yang salah TPS tidak dicoret."),
            hint=_("Tempatkan di TPS yang benar dalam desa/kelurahan yang sama."),
            field="code",
        )
    quarter = _quarter(voter, action)
    VOTER.move(voter, action, actor=actor, reason=reason, values={"tms_code": code})
    write_event(
        voter,
        "tms",
        actor=actor,
        code=code,
        reason=reason,
        file_id=file_id,
        quarter=quarter,
        details=details,
    )


def restore_voter(voter: Voter, *, actor: Actor, action: str = "restore", reason: str | None = None) -> None:
    """Take a striking back."""
    quarter = _quarter(voter, action)
    VOTER.move(voter, action, actor=actor, reason=reason, values={"tms_code": None})
    write_event(voter, "pulih", actor=actor, reason=reason, quarter=quarter)


def place_voter(
    voter: Voter,
    tps_code: str,
    *,
    actor: Actor,
    permission: str = EDIT,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Give a voter another polling station of the same village (TMS code 8; UU 7/2017 art. 350)."""
    grants.demand(actor, permission, Scope(voter.village_code, election=voter.election_id))
    _gate(voter.election_id, voter.village_code)
    db.session.refresh(voter, with_for_update=True)
    if tps_code[:10] != voter.village_code:
        raise Refused(_("TPS itu terletak di desa/kelurahan lain."), field="tps_code")
    found = db.session.get(Tps, (voter.election_id, voter.province, tps_code))
    if found is None or found.state != "aktif":
        raise Refused(_("TPS itu tidak ada atau sudah ditutup."), field="tps_code")
    before = voter.tps_code
    if before == tps_code:
        return
    voter.tps_code = tps_code
    db.session.flush()
    moved = {"from": before, "to": tps_code}
    write_event(voter, "tempat", actor=actor, reason=reason, details={**(details or {}), **moved})
    record(
        "sidalih:voter:place",
        f"voter:{voter.id}",
        actor=actor,
        reason=reason,
        region=voter.village_code,
        election_id=voter.election_id,
        details=moved,
    )


def write_event(
    voter: Voter,
    kind: str,
    *,
    actor: Actor,
    code: str | None = None,
    reason: str | None = None,
    file_id: int | None = None,
    quarter: Quarter | None = None,
    details: Mapping[str, Any] | None = None,
) -> VoterEvent:
    """Keep what happened to a row (A-Daftar Perubahan Pemilih)."""
    event = VoterEvent(
        province=voter.province,
        election_id=voter.election_id,
        voter_id=voter.id,
        village_code=voter.village_code,
        kind=kind,
        code=code,
        version=voter.version,
        reason=reason,
        file_id=file_id,
        quarter_id=quarter.id if quarter else None,
        details=dict(details or {}),
        account_id=actor.account_id,
        actor=actor.name,
    )
    db.session.add(event)
    db.session.flush()
    return event


def open_quarter_of(election_id: int, region: str) -> Quarter | None:
    """The open quarter of the continuous update of a kab/kota; it stays open while this transaction lasts."""
    return db.session.scalars(
        select(Quarter)
        .join(VoterRoll, VoterRoll.id == Quarter.roll_id)
        .where(
            VoterRoll.election_id == election_id,
            VoterRoll.region == region[:4],
            Quarter.state == "terbuka",
        )
        .with_for_update(read=True, of=Quarter)
    ).first()


def _quarter(voter: Voter, action: str) -> Quarter | None:
    return open_quarter_of(voter.election_id, voter.village_code) if action.startswith("update_") else None


def _gate(election_id: int, village: str) -> Quarter | None:
    """Refuse a new or moved row in a frozen list; the open quarter, where the DPT is set."""
    roll = roll_of(election_id, village)
    if roll.state in MAKING:
        require_open(election_id, "daftar_pemilih", village)
        return None
    quarter = open_quarter_of(election_id, village)
    if quarter is None:
        raise Refused(
            _("DPT kabupaten/kota ini sudah ditetapkan: daftar tidak berubah lagi."),
            hint=_("Beri tanda pada DPT, atau tunggu triwulan PDPB dibuka."),
            status=409,
        )
    require_open(election_id, "pdpb", village)
    return quarter


def _refuse_known(election_id: int, village: str, nik_index: bytes | None) -> None:
    if nik_index is None:
        return
    here = db.session.execute(
        text(
            "select id from voter_by_nik(cast(:election as smallint), :index)"
            " where village_code = :village limit 1"
        ),
        {"election": election_id, "index": nik_index, "village": village},
    ).scalar()
    if here is not None:
        raise Refused(
            _("NIK ini sudah terdaftar di desa/kelurahan ini (pemilih %(id)s).", id=here),
            hint=_("Ubah baris yang sudah ada, atau pulihkan bila tercoret."),
            field="nik",
            status=409,
        )


def _claim(key: int, village: str, claims: Claims) -> Claim:
    return Claim(
        subject=f"voter:{key}",
        name=claims.name,
        nik=claims.nik,
        nkk=claims.nkk,
        birth_date=claims.birth_date,
        sex=claims.sex,
        birth_place=claims.birth_place,
        marital_status=claims.marital_status,
        home_region=village,
        address=claims.address,
        rt=claims.rt,
        rw=claims.rw,
        disability=claims.disability,
    )
