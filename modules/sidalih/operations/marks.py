"""Marks on a DPT: what became of a voter since. The list itself never changes (domain.md 5.2)."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from modules.sidalih.models import ListEntry, ListMark, Voter, VoterList, VoterRoll
from modules.sidalih.operations.voters import write_event
from modules.sidalih.permissions import EDIT
from modules.sidalih.queries.lists import newest_dpt
from modules.sidalih.rules.marks import BY_HAND, CANCEL, standing
from modules.sidalih.wording import MARKS


def mark_entry(voter: Voter, voter_list: VoterList, kind: str, *, reason: str, actor: Actor) -> ListMark:
    """Mark a voter of the DPT in force, or take the last mark back (``batal``).

    Refused for another list than the newest DPT, for somebody who is not in it, for the mark it bears
    already, and without a reason.
    """
    roll = db.session.get_one(VoterRoll, voter_list.roll_id)
    entry = db.session.scalars(
        select(ListEntry).where(
            ListEntry.province == voter.province,
            ListEntry.list_id == voter_list.id,
            ListEntry.voter_id == voter.id,
        )
    ).one_or_none()
    if entry is None:
        raise Refused(_("Pemilih ini tidak ada dalam daftar itu."), status=404)
    grants.demand(actor, EDIT, Scope(entry.tps_code, election=roll.election_id))
    if voter_list.stage != "dpt" or newest_dpt(roll.id) is not voter_list:
        raise Refused(
            _("Tanda hanya diberikan pada DPT yang berlaku."),
            hint=_("Sebelum DPT ditetapkan, ubah atau coret data pemilihnya."),
            status=409,
        )
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Tuliskan alasannya."), field="reason")
    # Two people who mark the same entry take turns.
    db.session.execute(select(Voter.id).where(Voter.id == voter.id).with_for_update())
    _refuse_useless(voter_list.id, voter.id, kind)
    mark = ListMark(
        province=voter.province,
        list_id=voter_list.id,
        voter_id=voter.id,
        tps_code=entry.tps_code,
        kind=kind,
        reason=reason,
        actor=actor.name,
    )
    db.session.add(mark)
    db.session.flush()
    details = {"list": voter_list.id, "mark": kind, "number": entry.number}
    write_event(voter, "tanda", actor=actor, reason=reason, details=details)
    record(
        "sidalih:list:mark",
        f"voter:{voter.id}",
        actor=actor,
        reason=reason,
        region=entry.tps_code,
        election_id=roll.election_id,
        details=details,
    )
    return mark


def _refuse_useless(list_id: int, voter_id: int, kind: str) -> None:
    if kind not in (*BY_HAND, CANCEL):
        raise Refused(_("Pilih tanda dari daftar."), field="kind")
    written = db.session.scalars(
        select(ListMark.kind)
        .where(ListMark.voter_id == voter_id, ListMark.list_id == list_id)
        .order_by(ListMark.id)
    ).all()
    now = standing(list(written))
    if kind == CANCEL:
        if not now:
            raise Refused(_("Belum ada tanda yang dapat dibatalkan."), field="kind", status=409)
        if now[-1] not in BY_HAND:
            raise Refused(
                _("Tanda pindah memilih dibatalkan pada halaman pindah memilih."), field="kind", status=409
            )
    elif kind in now:
        raise Refused(_("Pemilih ini sudah bertanda “%(mark)s”.", mark=MARKS[kind]), field="kind", status=409)
