"""The centre of a party approves lists as they stand; any change takes an approval back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from modules.silon.models import Nomination, NominationApproval
from modules.silon.operations.access import OPEN_DURING, scope_of, take_back_approval
from modules.silon.permissions import APPROVE, SUBMIT
from modules.silon.queries.lists import party_region
from modules.silon.queries.submissions import names_digest, names_of


def approve_list(
    nomination: Nomination, digest: bytes, *, chair: str, secretary: str, actor: Actor
) -> NominationApproval:
    """Approve the names of a list (UU 7/2017 art. 243(2)), in the names of chair and secretary general.

    ``digest`` is that of the names that were shown: refused where they are others by now. Refused for a list
    without names, one that waits or is decided, and without the two names.
    """
    grants.demand(actor, APPROVE, _centre(nomination))
    if nomination.kind != "daftar":
        raise Refused(_("Hanya daftar calon partai yang disetujui pimpinan pusat."))
    for field, said in (("chair", chair), ("secretary", secretary)):
        if not said.strip():
            raise Refused(_("Kolom ini wajib diisi."), field=field)
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    if nomination.state not in OPEN_DURING["daftar"]:
        raise Refused(_("Daftar ini sedang tidak diisi; tidak ada yang perlu disetujui."), status=409)
    rows = names_of(nomination.id)
    if not rows:
        raise Refused(_("Daftar ini belum berisi calon."), status=409)
    if names_digest(rows) != digest:
        raise Refused(
            _("Daftar ini berubah sejak halaman dibuka; yang Anda lihat bukan lagi yang berlaku."),
            hint=_("Buka daftarnya lagi, baca, lalu setujui."),
            status=409,
        )
    made = NominationApproval(
        nomination_id=nomination.id,
        digest=digest,
        names=len(rows),
        chair=chair.strip(),
        secretary=secretary.strip(),
        account_id=actor.account_id,
        actor=actor.name,
    )
    db.session.add(made)
    nomination.approved_at = dt.datetime.now(dt.UTC)
    nomination.approved_by = actor.account_id
    db.session.flush()
    record(
        "silon:list:approve",
        f"nomination:{nomination.id}",
        actor=actor,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details={"digest": digest.hex(), "names": len(rows)},
    )
    if nomination.region:  # of the centre's own lists the centre knows
        to = Holders(SUBMIT, nomination.region, nomination.party_id, nomination.election_id)
        notify(to, "silon.list.approved", values_of(nomination), page_of(nomination), actor=actor)
    return made


def revoke_approval(nomination: Nomination, *, reason: str, actor: Actor) -> None:
    """Take an approval back by word of the centre, before the list is submitted."""
    grants.demand(actor, APPROVE, _centre(nomination))
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    if nomination.approved_at is None or nomination.state not in OPEN_DURING["daftar"]:
        raise Refused(_("Tidak ada persetujuan yang dapat ditarik."), status=409)
    if not reason.strip():
        raise Refused(_("Tuliskan alasannya."), field="reason")
    take_back_approval(nomination)
    db.session.flush()
    record(
        "silon:list:revoke",
        f"nomination:{nomination.id}",
        actor=actor,
        reason=reason.strip(),
        region=nomination.region or None,
        election_id=nomination.election_id,
    )


def values_of(nomination: Nomination) -> dict[str, str]:
    """What notices say of a list: its contest and its dapil, public both."""
    where = nomination.dapil.name if nomination.dapil else nomination.label
    return {"contest": nomination.contest.name, "dapil": where}


def page_of(nomination: Nomination) -> str:
    """The path of the list's page."""
    return f"/calon/daftar/{nomination.id}"


def _centre(nomination: Nomination) -> Scope:
    """Who approves holds the right for the whole party: one for a single body speaks for no centre."""
    region = party_region(nomination.election_id, nomination.party_id)
    return replace(scope_of(nomination), region=region)
