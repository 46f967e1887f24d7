"""Files of candidates by upload: what the pages of the intake ask of Silon."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from electsys import intake
from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.intake import Context, Delivery, Outcome, Spec
from modules.silon.imports.checks import check_candidates
from modules.silon.imports.specs import STAGING, spec_for
from modules.silon.operations.candidate_imports import import_candidates, summary
from modules.silon.operations.nominations import CHAMBERS
from modules.silon.permissions import DETERMINE, EDIT
from modules.sipol import participants

#: Drafts of a party; final lists that were published elsewhere.
DRAFTS, FINAL = "calon", "dct_terbit"


def offer() -> None:
    """Put files of candidates among what may be uploaded."""
    for name, label, permission in (
        (DRAFTS, _l("Calon anggota DPR dan DPRD"), EDIT),
        (FINAL, _l("DCT yang ditetapkan di luar sistem ini"), DETERMINE),
    ):
        intake.register(
            _spec,
            name=name,
            label=label,
            permission=permission,
            table=STAGING,
            personal=True,
            context=Context(_l("Pemilihan dan wilayah"), _choices(permission), scope=_scope),
            check=_check(name == FINAL),
            apply=_apply(name == FINAL),
            # People are found across the nation: files of an election go in one after the other.
            lock=lambda context: f"silon:import:{_parts(context)[0].election_id}",
        )


def _parts(context: str) -> tuple[Contest, str, int | None]:
    """Contest, region and party of a choice such as ``3:12:7``; party 0 is none."""
    contest, region, party = context.split(":")
    return db.session.get_one(Contest, int(contest)), region, int(party) or None


def _scope(context: str) -> Scope:
    contest, region, party = _parts(context)
    return Scope(region, party, contest.election_id)


def _spec(context: str) -> Spec:
    return spec_for(_parts(context)[0])


def _choices(permission: str) -> Any:
    def choices(account: Any) -> list[tuple[str, str]]:
        """Each contest of lists in each region, and for each party, of the account's grants."""
        scopes = grants.scopes(account, permission)
        rows = db.session.execute(
            select(Contest, Election)
            .join(Election, Election.id == Contest.election_id)
            .where(Contest.kind.in_(CHAMBERS), Election.state != "selesai")
            .order_by(Election.voting_day.desc(), Contest.id)
        ).all()
        names: dict[int, dict[int, str]] = {
            election.id: {p.party_id: p.short_name for p in participants(election.id)}
            for _c, election in rows
        }
        found: dict[str, str] = {}
        for contest, election in rows:
            for scope in scopes:
                region = scope.region or ""
                if len(region) > 4 or scope.election not in (None, election.id):
                    continue
                if (contest.kind == "dpr" and region) or (contest.kind == "dprd_prov" and len(region) > 2):
                    continue
                party = names[election.id].get(scope.party, "") if scope.party else ""
                if scope.party and not party:
                    continue
                label = ", ".join(filter(None, (party, contest.name, election.name, region)))
                found[f"{contest.id}:{region}:{scope.party or 0}"] = label
        return list(found.items())

    return choices


def _check(published: bool) -> Any:
    def check(delivery: Delivery) -> None:
        contest = _parts(delivery.context)[0]
        check_candidates(delivery.staging, contest, actor=delivery.actor, published=published)

    return check


def _apply(published: bool) -> Any:
    def apply(delivery: Delivery) -> Outcome:
        batch = import_candidates(
            delivery.staging,
            _parts(delivery.context)[0],
            file=delivery.facts,
            actor=delivery.actor,
            published=published,
        )
        return Outcome(summary(batch))

    return apply
