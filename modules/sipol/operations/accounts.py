"""The writers of bank accounts for campaign funds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func

from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.sipol.models import PartyAccount
from modules.sipol.operations.access import require_editable
from modules.sipol.operations.offices import require_housed
from modules.sipol.permissions import EDIT
from modules.sipol.places import Place
from modules.sipol.queries.boards import account_of
from modules.sipol.rules.boards import bears_name


@dataclass(frozen=True)
class AccountFacts:
    """What the passbook says."""

    bank: str
    number: str
    holder: str


def save_account(place: Place, facts: AccountFacts, *, actor: Actor) -> tuple[PartyAccount, bool]:
    """Enter the account of an area, or change it (UU 7/2017 art. 173(2)i). The second value tells whether the
    holder bears the party's name; if not, people look at it."""
    registration = require_editable(place.registration, permission=EDIT, region=place.code, actor=actor)
    require_housed(place)
    number = re.sub(r"[\s.]", "", facts.number)
    if not re.fullmatch(r"[0-9-]{6,30}", number):
        raise Refused(
            _("Nomor rekening hanya berisi angka dan tanda hubung, 6 sampai 30 tanda."),
            hint=_("Salin dari buku tabungan atau surat bank."),
            field="number",
        )
    account = account_of(registration.id, place.code)
    verb = "sipol:account:change" if account else "sipol:account:add"
    if account is None:
        account = PartyAccount(
            registration_id=registration.id, party_id=registration.party_id, region=place.code
        )
        db.session.add(account)
    account.bank, account.holder = " ".join(facts.bank.split()), " ".join(facts.holder.split())
    account.number, account.changed_at = number, func.now()
    db.session.flush()
    record(
        verb,
        f"party_account:{account.id}",
        actor=actor,
        region=place.code,
        election_id=registration.election_id,
        details={"party": registration.party_id},
    )
    return account, bears_name(account.holder, place.party.name, place.party.short_name)
