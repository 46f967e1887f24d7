"""Whose plenary it is: a tier's D.Hasil is written by the body of that region, not by one above it."""

from __future__ import annotations

from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import Account, grants
from electsys.ledger import Actor
from modules.sirekap.models import Recap
from modules.sirekap.permissions import OBJECT


def sits_in(account: Account | None, recap: Recap, permission: str) -> bool:
    """Whether an account holds a permission as a member or operator of the very body of this region."""
    return region_in(account, recap.region, recap.election_id, permission)


def region_in(account: Account | None, region: str, election_id: int, permission: str) -> bool:
    """The same for a region."""
    if account is None:
        return False
    return any(
        (scope.region or "") == region and scope.party is None and scope.election in (None, election_id)
        for scope in grants.scopes(account, permission)
    )


def objects_in(account: Account | None, recap: Recap) -> bool:
    """Whether an account may object in the plenaries of a region: an overseer, or a party's own witness."""
    if account is None:
        return False
    return any(
        recap.region.startswith(scope.region or "") and scope.election in (None, recap.election_id)
        for scope in grants.scopes(account, OBJECT)
    )


def require_body(recap: Recap, permission: str, *, actor: Actor) -> None:
    """Refuse whoever does not sit in the body of this D.Hasil (domain.md 2.3: a KPU above only reads)."""
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    if not sits_in(account, recap, permission):
        raise Refused(
            _("Rekapitulasi ini milik badan penyelenggara di wilayahnya; Anda hanya dapat melihatnya."),
            hint=_("Minta petugas badan itu, atau kerjakan pembetulan dalam pleno Anda sendiri."),
            status=403,
        )
