"""KPU gives a party access to Sipol; the party gives access to its own people, and to nobody else's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account, Grant
from electsys.identity.operations import create_account, end_grant, give_grant, issue_activation
from electsys.ledger import Actor, record
from modules.sipol.models import Party, PartyRegistration
from modules.sipol.permissions import OPEN, SUBMIT
from modules.sipol.places import registration_of
from modules.sipol.queries.registrations import PARTY_ROLES, grants_of, party_roles

#: Region of a registration by the kind of its party.
REGIONS = {"nasional": "", "lokal_aceh": "11"}
#: States in which KPU may still say that a party sits in parliament, or keeps a number.
BEFORE_VERDICT = ("akses", "input", "diajukan", "dikembalikan", "vermin")
CENTRE_ROLE = PARTY_ROLES[0]


@dataclass(frozen=True)
class PartyFacts:
    """What is known of a party when it asks for access."""

    kind: str
    name: str
    short_name: str
    decree_number: str = ""
    decree_date: dt.date | None = None


@dataclass(frozen=True)
class LastElection:
    """What the last election left a party: a place in parliament, a number that it may keep."""

    in_parliament: bool = False
    number: int | None = None
    keeps_number: bool = False


@dataclass(frozen=True)
class NewUser:
    """Somebody who gets an account for a party."""

    username: str
    name: str
    email: str


def open_registration(
    election: Election, party: Party | PartyFacts, last: LastElection, *, actor: Actor
) -> PartyRegistration:
    """Give a party access for an election: KPU RI (PKPU 4/2022). A new party gets its row first.

    Refused for a name or short name that another party bears, and for a party that has access already.
    """
    kind = party.kind
    if kind not in REGIONS:
        raise Refused(_("Pilih jenis partai dari daftar."), field="kind")
    region = REGIONS[kind]
    grants.demand(actor, OPEN, Scope(region, None, election.id))
    if isinstance(party, PartyFacts):
        party = _new_party(party)
    elif registration_of(election.id, party.id) is not None:
        raise Refused(
            _("%(name)s sudah mendapat akses untuk pemilu ini.", name=party.name), field="party", status=409
        )
    row = PartyRegistration(party=party, election_id=election.id, region=region)
    _set_last(row, last)
    db.session.add(row)
    db.session.flush()
    _record("open", row, actor, {"in_parliament": last.in_parliament, "needs_factual": row.needs_factual})
    return row


def _new_party(facts: PartyFacts) -> Party:
    for field, value in (("name", facts.name), ("short_name", facts.short_name)):
        if not value.strip():
            raise Refused(_("Kolom ini wajib diisi."), field=field)
        same = db.session.scalar(
            select(Party).where(func.lower(getattr(Party, field)) == value.strip().lower())
        )
        if same is not None:
            raise Refused(
                _("Nama itu sudah dipakai %(name)s (%(short)s).", name=same.name, short=same.short_name),
                field=field,
                hint=_(
                    "Nama, singkatan, dan lambang tidak boleh sama dengan partai lain (UU 7/2017 Pasal 173)."
                ),
            )
    party = Party(
        kind=facts.kind,
        name=facts.name.strip(),
        short_name=facts.short_name.strip(),
        decree_number=facts.decree_number.strip() or None,
        decree_date=facts.decree_date,
    )
    db.session.add(party)
    db.session.flush()
    return party


def _set_last(row: PartyRegistration, last: LastElection) -> None:
    """A party in parliament needs no factual step, where the settings say so (MK 55/PUU-XVIII/2020)."""
    if last.keeps_number and last.number is None:
        raise Refused(_("Isi nomor pemilu lalu yang hendak dipakai lagi."), field="last_number")
    if last.keeps_number and not settings.value(row.election_id, "nomor_tetap"):
        raise Refused(_("Pemilu ini tidak membolehkan nomor lama dipakai lagi."), field="keeps_number")
    exempt = bool(settings.value(row.election_id, "parlemen_tanpa_verfak"))
    row.in_parliament = last.in_parliament
    row.needs_factual = not (last.in_parliament and exempt)
    row.last_number, row.keeps_number = last.number, last.keeps_number


def change_registration(registration: PartyRegistration, last: LastElection, *, actor: Actor) -> None:
    """Correct what the last election left the party, while nothing was concluded from it."""
    grants.demand(actor, OPEN, Scope(registration.region, None, registration.election_id))
    db.session.refresh(registration, with_for_update={"of": PartyRegistration})
    if registration.state not in BEFORE_VERDICT:
        raise Refused(
            _("Verifikasi partai ini sudah disimpulkan, jadi jalurnya tidak dapat diubah lagi."), status=409
        )
    before = registration.needs_factual
    _set_last(registration, last)
    db.session.flush()
    details = {"in_parliament": last.in_parliament, "factual": [before, registration.needs_factual]}
    _record("amend", registration, actor, details)


# --- people of a party ---------------------------------------------------------------------------


def add_user(
    registration: PartyRegistration, role: str, region: str, who: NewUser, *, actor: Actor
) -> Account:
    """A new account with one role of the party in ``region``; it is entered by an activation link.

    The party's centre does it for its own people, KPU RI for the first liaison of the centre. Neither holds
    the rights over accounts: they reach nobody but a new account of this party in this election.
    """
    _demand_users(registration, actor, role)
    found = party_roles().get(role)
    if found is None:
        raise Refused(_("Pilih peran dari daftar."), field="role")
    if registration.region and region and not region.startswith(registration.region):
        raise Refused(_("Partai ini hanya ada di Aceh."), field="region")
    # Named as the one who acts, but as the house: the rights over accounts were asked for just above.
    house = Actor(None, actor.name, actor.grant_id)
    account = create_account(who.username, name=who.name, email=who.email, password=None, actor=house)
    give_grant(
        account,
        found,
        actor=house,
        region=region,
        party_id=registration.party_id,
        election_id=registration.election_id,
        tell=False,
    )
    _record("add_user", registration, actor, {"account": account.id, "role": role, "region": region})
    return account


def user_link(registration: PartyRegistration, grant: Grant, *, actor: Actor) -> str:
    """A new activation link for somebody of the party, whose account serves the party alone."""
    _demand_users(registration, actor, grant.role.name)
    _require_own(registration, grant)
    if any(each.party_id != registration.party_id for each in grants_of(grant.account_id)):
        raise Refused(
            _("Akun ini juga memegang hak di luar partai."),
            hint=_("Minta lembar aktivasinya kepada admin akun KPU."),
            status=403,
        )
    token = issue_activation(grant.account, actor=Actor(None, actor.name, actor.grant_id))
    _record("link_user", registration, actor, {"account": grant.account_id})
    return token


def end_user(registration: PartyRegistration, grant: Grant, reason: str, *, actor: Actor) -> None:
    """End the right of somebody of the party; what they did stays on record."""
    _demand_users(registration, actor, grant.role.name)
    _require_own(registration, grant)
    if grant.account_id == actor.account_id:
        raise Refused(_("Anda tidak dapat mengakhiri hak sendiri."), hint=_("Minta rekan lain di pusat."))
    end_grant(grant, actor=Actor(None, actor.name, actor.grant_id), reason=reason)
    details = {"account": grant.account_id, "role": grant.role.name, "region": grant.region}
    _record("end_user", registration, actor, details, reason=reason)


def _demand_users(registration: PartyRegistration, actor: Actor, role: str) -> None:
    here = Scope(registration.region, registration.party_id, registration.election_id)
    if actor.account_id is not None and role == CENTRE_ROLE:
        account = db.session.get(Account, actor.account_id)
        if grants.can(account, OPEN, here):
            return
    grants.demand(actor, SUBMIT, here)


def _require_own(registration: PartyRegistration, grant: Grant) -> None:
    elsewhere = grant.election_id not in (None, registration.election_id)
    if grant.party_id != registration.party_id or grant.role.name not in PARTY_ROLES or elsewhere:
        raise Refused(_("Hak ini bukan milik partai Anda."), status=403)


def _record(
    what: str,
    row: PartyRegistration,
    actor: Actor,
    details: dict[str, object],
    *,
    reason: str | None = None,
) -> None:
    record(
        f"sipol:party:{what}",
        f"party_registration:{row.id}",
        actor=actor,
        reason=reason,
        region=row.region,
        election_id=row.election_id,
        details=details,
    )
