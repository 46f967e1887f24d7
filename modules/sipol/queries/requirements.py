"""The law of an election applied to what a party has: live, for the whole party or one part of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import CodeEntry, LegalSetting
from electsys.elections.queries import in_force
from modules.sipol.models import Party, PartyRegistration
from modules.sipol.queries.counts import areas_of
from modules.sipol.rules.requirements import PROFILE, Law, Requirement, Verdict, judge, requirements

#: Code table of the documents; its detail names the digits of the levels that must have them.
DOCUMENTS = "dokumen_parpol"


@dataclass(frozen=True)
class Judgement:
    """The verdict on a party, or a part of it, with the law it rests on."""

    law: Law
    verdict: Verdict
    #: Line by line of the article; empty for a part of the party.
    lines: tuple[Requirement, ...] = ()

    @property
    def meets(self) -> bool:
        """Whether nothing is missing."""
        return self.verdict.meets


def judgement_of(registration: PartyRegistration, root: str | None = None) -> Judgement:
    """The verdict on ``root`` and all below it; None is the whole party."""
    root = registration.region if root is None else root
    law = law_of(registration)
    whole = root == registration.region
    profile = profile_of(registration.party)
    verdict = judge(law, areas_of(registration, root), root, profile=profile if whole else None)
    return Judgement(law, verdict, requirements(law, verdict, profile) if whole else ())


def law_of(registration: PartyRegistration) -> Law:
    """The values in force for a national party, or for a local party of Aceh."""
    local = registration.region != ""
    election = registration.election_id
    rows = db.session.scalars(in_force(election).where(LegalSetting.topic == "kepartaian"))
    values = {row.key: settings.typed(row) for row in rows}
    return Law(
        provinces=values["min_pct_provinsi"],
        districts=values["min_pct_kabko_aceh" if local else "min_pct_kabko"],
        subdistricts=values["min_pct_kecamatan_aceh" if local else "min_pct_kecamatan"],
        women=values["min_pct_perempuan_pusat"],
        members_most=values["anggota_min_abs"],
        members_share=values["anggota_min_rasio"],
        rounding=values["pembulatan_anggota"],
        documents=_documents(election),
    )


def _documents(election_id: int) -> dict[int, tuple[str, ...]]:
    levels: dict[int, list[str]] = {}
    for entry in document_entries(election_id):
        for digits in entry.detail.split():
            levels.setdefault(int(digits), []).append(entry.code)
    return {digits: tuple(codes) for digits, codes in levels.items()}


def document_entries(election_id: int) -> list[CodeEntry]:
    """The kinds of documents of a party, in their order."""
    return list(
        db.session.scalars(
            select(CodeEntry)
            .where(CodeEntry.election_id == election_id, CodeEntry.table_code == DOCUMENTS, CodeEntry.active)
            .order_by(CodeEntry.position)
        )
    )


def profile_of(party: Party) -> tuple[str, ...]:
    """Which facts of :data:`PROFILE` the party has given."""
    have = (party.decree_number, party.gazette_number, party.logo_id)
    return tuple(fact for fact, value in zip(PROFILE, have, strict=True) if value)
