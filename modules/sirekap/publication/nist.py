"""A contest as NIST SP 1500-100 version 2 (JSON): the nation, its provinces and kab/kota."""

from __future__ import annotations

from typing import Any

from flask import current_app

from modules.sirekap.publication.changes import regions
from modules.sirekap.publication.snapshot import Snapshot
from modules.situng import AreaCount, ContestCount, region_page

NATION = "gp-indonesia"


def report(taken: Snapshot, count: ContestCount) -> dict[str, Any]:
    """The ElectionReport of one contest. Votes are those of the accepted forms."""
    pages = [page for code in ["", *regions(count, 2)] if (page := region_page(count, code))]
    nation = pages[0].area
    areas = [nation, *(part for page in pages for part in page.parts)]
    changed = max((area.changed_at for area in areas if area.changed_at), default=count.frozen_at)
    code = taken.election.code
    return {
        "@type": "ElectionResults.ElectionReport",
        "Format": "summary-contest",
        "GeneratedDate": changed.isoformat(timespec="seconds"),
        "Issuer": "Komisi Pemilihan Umum",
        "IssuerAbbreviation": "KPU",
        "SequenceStart": 1,
        "SequenceEnd": 1,
        "Status": "unofficial-partial",
        "VendorApplicationId": f"electsys {current_app.config['BASE_URL']}",
        "GpUnit": [
            *(_unit(area) for area in areas if area.code),
            _unit(nation) | {"ComposingGpUnitIds": [_id(part.code) for part in pages[0].parts]},
        ],
        "Election": [
            {
                "@type": "ElectionResults.Election",
                "ElectionScopeId": NATION,
                "Name": _text(taken.election.name),
                "StartDate": taken.election.voting_day.isoformat(),
                "EndDate": taken.election.voting_day.isoformat(),
                "Type": "general",
                "ExternalIdentifier": [_external("other", code, "electsys")],
                "Candidate": [
                    {
                        "@type": "ElectionResults.Candidate",
                        "@id": f"cand-{line.number}",
                        "BallotName": _text(line.name),
                        "ExternalIdentifier": [_external("other", line.kpu_id, "kpu")],
                    }
                    for line in count.lines
                ],
                "Contest": [_contest(count, areas)],
            }
        ],
    }


def _contest(count: ContestCount, areas: list[AreaCount]) -> dict[str, Any]:
    nation = areas[0]
    return {
        "@type": "ElectionResults.CandidateContest",
        "@id": f"contest-{count.kind.replace('_', '-')}",
        "ElectionDistrictId": NATION,
        "Name": count.name,
        "VotesAllowed": 1,
        "SubUnitsReported": nation.accepted,
        "TotalSubUnits": nation.expected,
        "ContestSelection": [
            {
                "@type": "ElectionResults.CandidateSelection",
                "@id": f"sel-{line.number}",
                "CandidateIds": [f"cand-{line.number}"],
                "SequenceOrder": line.position,
                "VoteCounts": [
                    {
                        "@type": "ElectionResults.VoteCounts",
                        "GpUnitId": _id(area.code),
                        "Type": "total",
                        "Count": area.votes[line.position - 1],
                    }
                    for area in areas
                ],
            }
            for line in count.lines
        ],
    }


def _unit(area: AreaCount) -> dict[str, Any]:
    kind = {0: "country", 1: "state"}.get(area.level, "county")
    unit: dict[str, Any] = {
        "@type": "ElectionResults.ReportingUnit",
        "@id": _id(area.code),
        "Type": kind,
        "Name": _text(area.name),
        "SubUnitsReported": area.accepted,
        "TotalSubUnits": area.expected,
    }
    if area.code:
        unit["ExternalIdentifier"] = [_external("local-level", area.code, "kpu")]
    return unit


def _id(code: str) -> str:
    return f"gp-{code}" if code else NATION


def _text(words: str) -> dict[str, Any]:
    line = {"@type": "ElectionResults.LanguageString", "Content": words, "Language": "id"}
    return {"@type": "ElectionResults.InternationalizedText", "Text": [line]}


def _external(kind: str, value: str, label: str) -> dict[str, str]:
    found = {"@type": "ElectionResults.ExternalIdentifier", "Type": kind, "Value": value, "Label": label}
    return found | ({"OtherType": label} if kind == "other" else {})
