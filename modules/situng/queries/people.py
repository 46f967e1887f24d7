"""Where an account may act."""

from __future__ import annotations

import os.path

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import Account, grants
from electsys.ledger import Actor
from modules.situng.workflow import IMPORT


def region_of(actor: Actor) -> str:
    """The region whose results an account may bring: what all its grants for it have in common."""
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    regions = [scope.region or "" for scope in grants.scopes(account, IMPORT)]
    if not regions:
        raise Refused(f"Akun {actor.name} tidak berwenang membawa berkas hasil.", status=403)
    return widest(regions)


def widest(regions: list[str]) -> str:
    """The longest code that contains all of these regions, cut to a code's length."""
    common = os.path.commonprefix(regions)  # noqa: RUF071  (codes, not paths: by character is meant)
    return common[: max(length for length in (0, 2, 4, 6, 10, 13) if length <= len(common))]
