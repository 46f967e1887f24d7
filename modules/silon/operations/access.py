"""Whether a nomination may be changed now, and by whom: its state, the calendar and its people decide."""

from __future__ import annotations

from flask_babel import gettext as _

from electsys.db import db
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor
from modules.silon.models import Candidate, Nomination, NominationLiaison
from modules.silon.permissions import RECEIVE
from modules.silon.workflow import flow_of

#: State -> the stages during which those who put up change it; one of them must be open (PKPU 10/2023).
LIST_OPEN = {
    "persiapan": ("persiapan_calon", "pengajuan_calon"),
    "dikembalikan": ("pengajuan_calon",),
    "perbaikan": ("perbaikan_calon",),
    "rancangan_dcs": ("pencermatan_dcs",),
    "penggantian": ("penggantian_dcs",),
    "rancangan_dct": ("pencermatan_dct",),
}
#: A person for the DPD begins with the support.
PERSON_OPEN = LIST_OPEN | {"persiapan": ("dukungan_dpd", "persiapan_calon", "pengajuan_calon")}
PAIR_OPEN = {
    "persiapan": ("dukungan_pasangan", "pendaftaran_pasangan"),
    "dikembalikan": ("pendaftaran_pasangan",),
    "perbaikan": ("perbaikan_pasangan",),
}
OPEN_DURING = {"daftar": LIST_OPEN, "perseorangan": PERSON_OPEN, "pasangan": PAIR_OPEN}


def scope_of(row: Nomination | Candidate) -> Scope:
    """Where a nomination or a candidate lies: its body, party and election."""
    return Scope(row.region, row.party_id, row.election_id)


def acts_for(account_id: int | None, row: Nomination) -> bool:
    """Whether an account is named as a liaison of a person or a pair."""
    key = (row.id, account_id)
    return account_id is not None and db.session.get(NominationLiaison, key) is not None


def demand(actor: Actor, permission: str, row: Nomination) -> None:
    """Refuse unless ``actor`` holds the permission there, and acts for it where it has no party.

    A party's accounts are told apart by their grants. Persons and pairs share a region: their liaisons are
    named one by one; whoever receives nominations there (KPU) needs no name.
    """
    grants.demand(actor, permission, scope_of(row))
    if row.kind == "daftar" or actor.account_id is None or acts_for(actor.account_id, row):
        return
    grants.demand(actor, RECEIVE, scope_of(row))


def require_editable(row: Nomination, *, permission: str, actor: Actor) -> Nomination:
    """The nomination, locked, if ``actor`` may change it now; else Refused."""
    demand(actor, permission, row)
    db.session.refresh(row, with_for_update={"of": Nomination})
    stages = OPEN_DURING[row.kind].get(row.state)
    if stages is None:
        raise Refused(
            _("Pencalonan ini terkunci: statusnya “%(state)s”.", state=flow_of(row).state_label(row.state)),
            hint=_("Data dapat diubah lagi pada masa perbaikan atau pencermatan."),
            status=409,
        )
    if not any(calendar.is_open(row.election_id, stage, row.region) for stage in stages):
        calendar.require_open(row.election_id, stages[-1], row.region)
    return row


def take_back_approval(row: Nomination) -> None:
    """Whatever changes a list takes back the approval of the party's centre: it approved other names."""
    row.approved_at = row.approved_by = None
