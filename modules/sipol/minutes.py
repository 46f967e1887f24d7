"""The minutes of verification (MODEL BA.VERMIN-PARPOL, BA.VERFAK-PARPOL), through the door of JDIH."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale

from electsys.db import db
from electsys.documents import date_in_words
from electsys.documents.papers import letterhead, today
from electsys.elections.models import Election
from electsys.ledger import Actor
from electsys.regions.queries import names
from electsys.web.formats import angka, title_region
from modules.jdih import Letter, draft_minutes
from modules.sipol.models import PartyRegistration
from modules.sipol.rules.verdicts import Aspect, Parts
from modules.sipol.verdict_words import ASPECTS, STATES, STEPS, reason_words

#: Archive class of the conduct of elections (Kep KPU 57/2022).
CLASS = "PL.01"


def verdict_minutes(
    registration: PartyRegistration,
    step: str,
    region: str,
    sequence: int,
    aspects: Sequence[Aspect],
    parts: Parts,
    end: Aspect,
    *,
    link: str,
    actor: Actor,
) -> Letter:
    """The minutes of a plenary that concluded a step for one party in one area."""
    election = db.session.get_one(Election, registration.election_id)
    with force_locale("id"):
        area = _area(region, election)
        model = "BA.VERMIN-PARPOL" if step.startswith("vermin") else "BA.VERFAK-PARPOL"
        title = f"{str(STEPS[step]).capitalize()} {registration.party.name} {area}".title().replace(
            "Kpu", "KPU"
        )
        title = f"Hasil {title} {election.name} (MODEL {model})"
        head = letterhead(region)
        body = f"{head['body']} {head['area']}".title().replace("Kpu", "KPU")
        data = {
            "opening": f"Pada hari ini, {date_in_words(today(region))}, {body} melaksanakan rapat pleno.",
            "paragraphs": _paragraphs(registration, step, area, sequence, parts, end, election),
            "table": {"caption": title, **_table(aspects, end)},
        }
    return draft_minutes(
        "BA",
        unit=region,
        title=title,
        data=data,
        subject=f"party_registration:{registration.id}",
        signers=[],
        actor=actor,
        source_key=f"sipol:verdict:{registration.id}:{step}:{region or '0'}:{sequence}",
        classification=CLASS,
        link=link,
    )


def _area(region: str, election: Election) -> str:
    return title_region(names([region], election.map_id).get(region, region)) if region else "Tingkat Pusat"


def _paragraphs(
    registration: PartyRegistration,
    step: str,
    area: str,
    sequence: int,
    parts: Parts,
    end: Aspect,
    election: Election,
) -> list[str]:
    again = f" (dilakukan kembali, ke-{angka(sequence)})" if sequence > 1 else ""
    said = [
        f"Rapat pleno menyimpulkan {STEPS[step]}{again} {registration.party.name} di {area}: "
        f"{STATES[end.state]}."
    ]
    if parts.of:
        said.append(
            f"Dari {angka(parts.of)} wilayah di bawahnya {angka(parts.found)} memenuhi syarat; "
            f"diperlukan {angka(parts.needed)}."
        )
    if parts.wanting and not parts.enough:
        named = names(parts.wanting[:60], election.map_id)
        listed = ", ".join(title_region(named.get(code, code)) for code in parts.wanting[:60])
        more = len(parts.wanting) - 60
        said.append(
            f"Yang belum memenuhi syarat: {listed}{f', dan {angka(more)} lainnya' if more > 0 else ''}."
        )
    if end.reason:
        said.append(f"Alasan: {reason_words(end.reason, end.details)}")
    return said


def _table(aspects: Sequence[Aspect], end: Aspect) -> dict[str, Any]:
    rows = [
        [
            str(n),
            str(ASPECTS[aspect.name]),
            str(STATES[aspect.state]),
            reason_words(aspect.reason, aspect.details) or "-",
        ]
        for n, aspect in enumerate(aspects, 1)
    ]
    rows.append(["", "Kesimpulan", str(STATES[end.state]), reason_words(end.reason, end.details) or "-"])
    return {
        "columns": ["No.", "Aspek", "Hasil", "Keterangan"],
        "rows": rows,
        "numbers": [0],
        "total": True,
    }
