"""Voter files by upload: what the pages of the intake ask of Sidalih."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from electsys import intake
from electsys.db import db
from electsys.elections.models import Election
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.intake import Context, Delivery, Outcome, Spec
from electsys.regions.models import Region
from electsys.web.formats import title_region
from modules.sidalih.imports.checks import check_voters
from modules.sidalih.imports.specs import ABROAD, SOURCES_OF_FILES, STAGING, spec_for
from modules.sidalih.models import VoterBatch
from modules.sidalih.operations.imports import import_voters
from modules.sidalih.permissions import COMPILE
from modules.sidalih.wording import SOURCES


def offer() -> None:
    """Put voter files among what may be uploaded."""
    intake.register(
        _spec,
        name="pemilih",
        label=_l("Data pemilih (DP4, DPB, DPT)"),
        permission=COMPILE,
        table=STAGING,
        personal=True,
        context=Context(_l("Pemilu, wilayah, dan sumber data"), _choices, scope=_scope),
        check=_check,
        apply=_apply,
        # People are found across the nation: files of an election go in one after the other.
        lock=lambda context: f"sidalih:import:{context.partition(':')[0]}",
    )


def _parts(context: str) -> tuple[Election, str, str]:
    """The election, region and source of a choice such as ``1:1201:dp4``."""
    election, region, source = context.split(":")
    return db.session.get_one(Election, int(election)), region, source


def _scope(context: str) -> Scope:
    election, region, _source = context.split(":")
    return Scope(region, election=int(election))


def _spec(context: str) -> Spec:
    election, region, _source = _parts(context)
    return spec_for(election, region)


def _choices(account: Any) -> list[tuple[str, str]]:
    """Each election that is not closed, each region of the account's grants, each source; newest first."""
    scopes = grants.scopes(account, COMPILE)
    rows = db.session.scalars(
        select(Election).where(Election.state != "selesai").order_by(Election.voting_day.desc())
    )
    found: dict[str, str] = {}
    for election in rows:
        names = _names(election, {scope.region or "" for scope in scopes})
        for scope in scopes:
            region = scope.region or ""
            if region not in names or scope.election not in (None, election.id):
                continue
            for source in SOURCES_OF_FILES:
                if (source == "ppln") == region.startswith(ABROAD):
                    label = f"{election.name}, {names[region]}, {SOURCES[source]}"
                    found[f"{election.id}:{region}:{source}"] = label
    return list(found.items())


def _names(election: Election, codes: set[str]) -> dict[str, str]:
    """Region code -> its name on the election's map, for those that are there."""
    rows = db.session.execute(
        select(Region.code, Region.name).where(Region.map_id == election.map_id, Region.code.in_(codes))
    )
    names = {code: title_region(name) for code, name in rows}
    return {**names, "": _("seluruh Indonesia")} if "" in codes else names


def _check(delivery: Delivery) -> None:
    election, region, _source = _parts(delivery.context)
    check_voters(delivery.staging, election, region, actor=delivery.actor)


def _apply(delivery: Delivery) -> Outcome:
    election, region, source = _parts(delivery.context)
    batch = import_voters(
        delivery.staging,
        election,
        region=region,
        source=source,
        file=delivery.facts,
        actor=delivery.actor,
    )
    return Outcome(summary(batch), "sidalih.batch", {"batch_id": batch.id})


def summary(batch: VoterBatch) -> str:
    """What a batch came to, in one sentence that adds up."""
    return _(
        "%(received)s baris = %(accepted)s diterima + %(rejected)s ditolak + %(duplicate)s sama dengan yang"
        " ada. Dari yang diterima, %(changed)s mengubah data lama dan %(doubtful)s perlu diperiksa.",
        received=batch.received,
        accepted=batch.accepted,
        rejected=batch.rejected,
        duplicate=batch.duplicate,
        changed=batch.changed,
        doubtful=batch.doubtful,
    )
