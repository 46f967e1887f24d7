"""The receipt of support and the minutes of its verification (PKPU 10/2022; domain.md 4.3)."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from electsys.documents import date_in_words
from electsys.documents.papers import letterhead, today
from electsys.ledger import Actor
from electsys.web.formats import angka, waktu
from modules.jdih import Letter, draft_minutes
from modules.silon.models import Nomination, SupportStep
from modules.silon.queries import support as queries
from modules.silon.support_words import FLAGS, OUTCOMES, gaps_of, sentence
from modules.silon.workflow import SUPPORT

CLASS = "PL.01.4"


def receipt(nomination: Nomination, row: SupportStep, standing: queries.Standing) -> dict[str, Any]:
    """What the receipt prints: how many from where, and the digest of the list."""
    names = queries.areas_of(nomination)
    return {
        "who": nomination.label,
        "contest": nomination.contest.name,
        "election": nomination.contest.election.name,
        "simulation": nomination.contest.election.kind == "simulasi",
        "step": str(SUPPORT.state_label(row.step)),
        "counts": _counts(standing),
        "areas": [[names.get(code, code), angka(n)] for code, n in sorted(standing.by_area.items())],
        "digest": bytes(row.digest).hex(),
        "place": letterhead(nomination.region)["area"].title(),
        "at": waktu(row.at) if row.at else date_in_words(today(nomination.region)),
    }


def minutes(nomination: Nomination, row: SupportStep, standing: queries.Standing, *, actor: Actor) -> Letter:
    """The minutes of the plenary that concluded a step."""
    with force_locale("id"):
        title = f"{str(SUPPORT.state_label(row.step)).capitalize()} {nomination.label}"
        head = letterhead(nomination.region)
        body = f"{head['body']} {head['area']}".strip().title().replace("Kpu", "KPU")
        said = [f"Rapat pleno menyimpulkan dukungan {nomination.label}: {OUTCOMES[row.outcome]}."]
        if standing.progress is not None:
            said.append(gaps_of(standing.progress).capitalize())
        if row.reason:
            said.append(f"Alasan: {row.reason}")
        return draft_minutes(
            "BA",
            unit=nomination.region,
            title=title,
            data={
                "opening": f"Pada hari ini, {date_in_words(today(nomination.region))}, {body} melaksanakan "
                "rapat pleno.",
                "paragraphs": said,
                "table": {
                    "caption": title,
                    "columns": ["Keterangan", "Jumlah"],
                    "rows": _counts(standing),
                    "numbers": [1],
                },
            },
            subject=f"nomination:{nomination.id}",
            signers=[],
            actor=actor,
            source_key=f"silon:support:{nomination.id}:{row.step}:{row.sequence}",
            classification=CLASS,
            link=f"/calon/dukungan/{nomination.id}",
        )


def _counts(standing: queries.Standing) -> list[list[str]]:
    rows = [["Pendukung yang diserahkan", angka(standing.given)]]
    rows.append(["Pendukung yang dihitung", angka(standing.counted)])
    rows.append(["Wilayah yang terjangkau", angka(len(standing.by_area))])
    rows += [[sentence(FLAGS[flag]), angka(n)] for flag, n in standing.flags.items()]
    return rows
