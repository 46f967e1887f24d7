"""The writers of the DPK: who voted with a KTP-el without standing in a list (domain.md 5.2, X13)."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.documents.papers import date_text, today
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.privacy import blind_index, reserve_ids, seal_fields, unseal_fields
from electsys.regions.models import Tps
from modules.sidalih.claims import Claims, refuse_faults
from modules.sidalih.models import Voter
from modules.sidalih.models.moves import VoterDpk
from modules.sidalih.operations.voters import add_voter, open_quarter_of
from modules.sidalih.permissions import EDIT
from modules.sidalih.queries.moves import lines_in_dpt
from modules.sidalih.workflow import DPK


def enter_dpk(election: Election, tps: Tps, claims: Claims, *, actor: Actor) -> VoterDpk:
    """Keep a line as the KPPS wrote it; a NIK that stands in a DPT is noted with its TPS, never refused.

    Refused: before the voting day, and the same NIK twice in one TPS.
    """
    grants.demand(actor, EDIT, Scope(tps.code, election=election.id))
    if today(tps.village_code) < election.voting_day:
        raise Refused(
            _("DPK diisi mulai hari pemungutan suara, %(day)s.", day=date_text(election.voting_day)),
            status=409,
        )
    refuse_faults(claims, today(tps.village_code))
    if not claims.nik:
        raise Refused(_("NIK wajib diisi."), field="nik")
    index = blind_index(claims.nik)
    known = select(VoterDpk.id).where(
        VoterDpk.election_id == election.id,
        VoterDpk.nik_index == index,
        VoterDpk.tps_code == tps.code,
        VoterDpk.state != "batal",
    )
    if db.session.scalar(known.limit(1)) is not None:
        raise Refused(_("NIK ini sudah ada dalam DPK TPS ini."), field="nik", status=409)
    found = next(iter(lines_in_dpt(election.id, claims.nik)), None)
    [key] = reserve_ids("voter_dpk", 1)
    line = VoterDpk(
        id=key,
        election_id=election.id,
        tps_code=tps.code,
        sealed=_seal(claims, key),
        nik_index=index,
        name=claims.name,
        sex=claims.sex,
        birth_year=claims.birth_date.year,
        found_kind=("dptb" if found.moving else "dpt") if found else None,
        found_tps=found.tps_code if found else None,
        actor=actor.name,
    )
    db.session.add(line)
    db.session.flush()
    record(
        "sidalih:dpk:enter",
        f"voter_dpk:{key}",
        actor=actor,
        region=tps.code,
        election_id=election.id,
        details={"found": line.found_tps},
    )
    return line


def admit_dpk(line: VoterDpk, *, actor: Actor) -> Voter:
    """Make the person a voter of the continuous list, in the quarter that is open (PKPU 1/2025)."""
    election = db.session.get_one(Election, line.election_id)
    tps = db.session.get_one(Tps, (election.id, line.tps_code[:2], line.tps_code))
    if open_quarter_of(election.id, tps.code) is None:
        raise Refused(
            _("Belum ada triwulan PDPB yang dibuka di kabupaten/kota ini."),
            hint=_("Buka triwulannya lebih dulu, lalu masukkan baris ini."),
            status=409,
        )
    with db.session.begin_nested():
        voter = add_voter(
            election,
            tps,
            claims_of_line(line),
            source="dpb",
            actor=actor,
            reason=_("DPK hari pemungutan suara"),
            details={"dpk": line.id},
        )
        DPK.move(line, "admit", actor=actor, values={"voter_id": voter.id})
    return voter


def withdraw_dpk(line: VoterDpk, reason: str, *, actor: Actor) -> None:
    """Take a line back that was entered wrongly; it stays, with its reason in the trail."""
    DPK.move(line, "withdraw", actor=actor, reason=reason)


def claims_of_line(line: VoterDpk) -> Claims:
    """What a line says, opened."""
    return open_claims(bytes(line.sealed), table="voter_dpk", row=line.id)


def _seal(claims: Claims, key: int) -> bytes:
    return seal_fields(plain_fields(claims), table="voter_dpk", row=key)


def plain_fields(claims: Claims) -> dict[str, str | None]:
    """All claims as texts, for an envelope."""
    return {**asdict(claims), "birth_date": claims.birth_date.isoformat()}


def open_claims(envelope: bytes, *, table: str, row: int) -> Claims:
    """The claims of an envelope of :func:`plain_fields`; what else lies in it is passed over."""
    kept = unseal_fields(envelope, table=table, row=row)
    known: dict[str, Any] = {f.name: kept[f.name] for f in fields(Claims) if f.name in kept}
    return Claims(**known | {"birth_date": date.fromisoformat(kept["birth_date"])})
