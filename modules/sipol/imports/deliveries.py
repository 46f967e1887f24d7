"""Member files by upload: what the pages of the intake ask of Sipol."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from electsys import intake
from electsys.db import db
from electsys.elections.models import Election
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.intake import Context, Delivery, Outcome, Spec
from electsys.regions.models import Region
from electsys.web.formats import title_region
from modules.sipol.imports.checks import check_members
from modules.sipol.imports.specs import STAGING, spec_for
from modules.sipol.models import PartyRegistration
from modules.sipol.operations.access import OPEN_DURING, UPDATED, half_is_open
from modules.sipol.operations.member_imports import import_members, summary
from modules.sipol.permissions import EDIT_MEMBERS

KIND = "anggota_partai"


def offer() -> None:
    """Put member files among what may be uploaded."""
    intake.register(
        _spec,
        name=KIND,
        label=_l("Anggota partai politik"),
        permission=EDIT_MEMBERS,
        table=STAGING,
        personal=True,
        context=Context(_l("Partai dan wilayah"), _choices, scope=_scope),
        check=_check,
        apply=_apply,
        # People are found across the nation: files of an election go in one after the other.
        lock=lambda context: f"sipol:import:{_parts(context)[0].election_id}",
    )


def _parts(context: str) -> tuple[PartyRegistration, str]:
    """The registration and region of a choice such as ``7:1201``."""
    registration, region = context.split(":")
    return db.session.get_one(PartyRegistration, int(registration)), region


def _scope(context: str) -> Scope:
    registration, region = _parts(context)
    return Scope(region, registration.party_id, registration.election_id)


def _spec(context: str) -> Spec:
    registration, region = _parts(context)
    return spec_for(db.session.get_one(Election, registration.election_id), region)


def _choices(account: Any) -> list[tuple[str, str]]:
    """Each registration of the account's parties that may be filled, in each region of its grants."""
    scopes = grants.scopes(account, EDIT_MEMBERS)
    rows = db.session.execute(
        select(PartyRegistration, Election)
        .join(Election, Election.id == PartyRegistration.election_id)
        .where(
            PartyRegistration.party_id.in_([s.party for s in scopes if s.party is not None]),
            PartyRegistration.state.in_(OPEN_DURING),
            or_(PartyRegistration.state != UPDATED, half_is_open(PartyRegistration.id)),
            Election.state != "selesai",
        )
        .order_by(Election.voting_day.desc(), PartyRegistration.id)
    ).all()
    found: dict[str, str] = {}
    for registration, election in rows:
        names = _names(election, {scope.region or "" for scope in scopes})
        for scope in scopes:
            region = scope.region or ""
            own = Scope(region, registration.party_id, registration.election_id)
            if region in names and scope.party is not None and grants.covers(scope, own):
                place = region or registration.region
                label = f"{registration.party.short_name}, {election.name}, {names.get(place, place)}"
                found[f"{registration.id}:{place}"] = label
    return list(found.items())


def _names(election: Election, codes: set[str]) -> dict[str, str]:
    """Region code -> its name on the election's map, for those that are there."""
    rows = db.session.execute(
        select(Region.code, Region.name).where(
            Region.map_id == election.map_id, Region.code.in_([*codes, "11"])
        )
    )
    return {"": _("seluruh Indonesia")} | {code: title_region(name) for code, name in rows}


def _check(delivery: Delivery) -> None:
    registration, region = _parts(delivery.context)
    check_members(delivery.staging, registration, region, actor=delivery.actor)


def _apply(delivery: Delivery) -> Outcome:
    registration, region = _parts(delivery.context)
    batch = import_members(
        delivery.staging,
        registration,
        region=region,
        file=delivery.facts,
        actor=delivery.actor,
    )
    return Outcome(summary(batch), "sipol.member_batch", {"batch_id": batch.id})
