"""Whether a nomination may be changed now, and by whom: its state, the calendar and its people decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope, can
from electsys.ledger import Actor
from electsys.notices.operations import Holders
from modules.silon.models import Candidate, Nomination, NominationLiaison
from modules.silon.permissions import EDIT, RECEIVE
from modules.silon.workflow import CANDIDATE, flow_of

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
#: States before anything was judged: all is open. Names are only replaced from then on.
DRAFT = ("persiapan", "dikembalikan")
#: Windows after the verification, in which the spelling of who passed may be put right.
WINDOWS = ("rancangan_dcs", "penggantian", "rancangan_dct")
SPELLING = frozenset({"name", "title_before", "title_after", "ballot_name"})
OPEN_DURING = {"daftar": LIST_OPEN, "perseorangan": PERSON_OPEN, "pasangan": PAIR_OPEN}


def scope_of(row: Nomination | Candidate) -> Scope:
    """Where a nomination or a candidate lies: its body, party and election."""
    return Scope(row.region, row.party_id, row.election_id)


def acts_for(account_id: int | None, row: Nomination) -> bool:
    """Whether an account is named as a liaison of a person or a pair."""
    key = (row.id, account_id)
    return account_id is not None and db.session.get(NominationLiaison, key) is not None


def who_put_up(row: Nomination) -> Holders | list[int]:
    """Whom notices of a nomination reach: the party's people, or the liaisons of a person or a pair.

    Persons and pairs of one region share it, and nobody reads of another's nomination.
    """
    if row.party_id is not None:
        return Holders(EDIT, row.region, row.party_id, row.election_id)
    named = select(NominationLiaison.account_id).where(NominationLiaison.nomination_id == row.id)
    return list(db.session.scalars(named))


def by_who_put_up(rows: Iterable[Nomination]) -> list[tuple[Holders | list[int], list[Nomination]]]:
    """The nominations by whom notices of them reach: a party of a body is told once, whatever its lists."""
    found: dict[tuple[str, int | None, int], list[Nomination]] = {}
    for row in rows:
        alone = row.id if row.party_id is None else 0
        found.setdefault((row.region, row.party_id, alone), []).append(row)
    return [(who_put_up(group[0]), group) for group in found.values()]


def demand(actor: Actor, permission: str, row: Nomination) -> None:
    """Refuse unless ``actor`` holds the permission there, and acts for it where it has no party.

    A party's accounts are told apart by their grants. Persons and pairs share a region: their liaisons are
    named one by one; whoever receives nominations there (KPU) needs no name.
    """
    grants.demand(actor, permission, scope_of(row))
    if row.kind == "daftar" or actor.account_id is None or acts_for(actor.account_id, row):
        return
    grants.demand(actor, RECEIVE, scope_of(row))


def require_reader(account: Any, row: Nomination) -> None:
    """Refuse a liaison the nomination of another person or pair; its region and permission were judged.

    Whoever puts up nobody there (KPU, Bawaslu) reads every one of them.
    """
    if row.kind == "daftar" or acts_for(getattr(account, "id", None), row):
        return
    if can(account, EDIT, scope_of(row)) and not can(account, RECEIVE, scope_of(row)):
        raise Refused(_("Pencalonan ini bukan yang Anda wakili."), status=403)


def require_editable(row: Nomination, *, permission: str, actor: Actor) -> Nomination:
    """The nomination, locked, if ``actor`` may change it now; else Refused."""
    demand(actor, permission, row)
    db.session.refresh(row, with_for_update={"of": Nomination})
    if refusal := locked(row):
        raise refusal
    return row


def locked(row: Nomination) -> Refused | None:
    """Why nobody may change the nomination now: its state, or the calendar; None where it is open."""
    stages = OPEN_DURING[row.kind].get(row.state)
    if stages is None:
        return Refused(
            _("Pencalonan ini terkunci: statusnya “%(state)s”.", state=flow_of(row).state_label(row.state)),
            hint=_("Data dapat diubah lagi pada masa perbaikan atau pencermatan."),
            status=409,
        )
    if any(calendar.is_open(row.election_id, stage, row.region) for stage in stages):
        return None
    try:
        calendar.require_open(row.election_id, stages[-1], row.region)
    except Refused as refusal:
        return refusal
    return None


def open_fields(row: Candidate) -> frozenset[str] | None:
    """The fields of a candidate that the state of its nomination leaves open; None is all of them.

    A draft is open; in the repair only those who failed, or are new, may be changed; in the windows after it
    the spelling of those who passed (PKPU 10/2023 art. 50-71).
    """
    state = row.nomination.state
    if state in DRAFT or row.state == "baru" or (state == "perbaikan" and row.state == "bms"):
        return None
    return SPELLING if state in WINDOWS and row.state in ("ms", "dcs") else frozenset()


def require_open_fields(row: Candidate, changed: Iterable[str] = ()) -> None:
    """Refuse a change of what the state of the nomination keeps closed."""
    allowed = open_fields(row)
    if allowed is None:
        return
    if not allowed:
        raise Refused(
            _(
                "Data %(name)s terkunci: ia “%(state)s”.",
                name=row.name,
                state=CANDIDATE.state_label(row.state),
            ),
            hint=_("Pada masa ini hanya calon yang belum memenuhi syarat yang dapat diubah atau diganti."),
            status=409,
        )
    if closed := sorted(set(changed) - allowed):
        raise Refused(
            _("Pada masa ini hanya ejaan nama dan gelar yang dapat diubah."),
            hint=_("Untuk perubahan lain, ganti calonnya pada masa penggantian."),
            field=closed[0],
            status=409,
        )


def take_back_approval(row: Nomination) -> None:
    """Whatever changes a list takes back the approval of the party's centre: it approved other names."""
    row.approved_at = row.approved_by = None
