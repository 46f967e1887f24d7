"""A contest as NIST SP 1500-100 version 2 (JSON): of the nation its provinces and kab/kota; of one region
that elects its head the regions below it; or one dapil."""

from __future__ import annotations

from typing import Any

from flask import current_app

from modules.sirekap.publication.changes import regions
from modules.sirekap.publication.site import way
from modules.sirekap.publication.snapshot import Snapshot
from modules.sirekap.shapes import LISTS
from modules.situng import AreaCount, AreaPage, ContestCount, region_page

NATION = "gp-indonesia"


def place(count: ContestCount) -> str:
    """Where the report of a contest with one ballot lies."""
    return f"data/{count.kind}/{f'{way(count.region)}.' if count.region else ''}nist.json"


def of_contest(taken: Snapshot, count: ContestCount) -> dict[str, Any]:
    """The ElectionReport of a contest with one ballot. Votes are those of the accepted forms."""
    codes = [count.region] if count.region else ["", *regions(count, 2)]
    pages = [page for code in codes if (page := region_page(count, code))]
    areas = [pages[0].area, *(part for page in pages for part in page.parts)]
    return _report(taken, count, areas, _id(count.region), [_id(part.code) for part in pages[0].parts])


def of_dapil(taken: Snapshot, page: AreaPage) -> dict[str, Any]:
    """The ElectionReport of a dapil, with the areas that make it up."""
    parts = [part for part in page.parts if len(part.votes) == len(page.area.votes)]
    district = f"gp-dapil-{page.area.code}"
    return _report(taken, page.count, [page.area, *parts], district, [_id(part.code) for part in parts])


def _report(
    taken: Snapshot, count: ContestCount, areas: list[AreaCount], district: str, parts: list[str]
) -> dict[str, Any]:
    """``areas`` begins with the district of the contest, which ``parts`` make up."""
    changed = max((area.changed_at for area in areas if area.changed_at), default=count.frozen_at)
    whole = _unit(areas[0], district, dapil=count.dapil is not None)
    report = {
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
            *(_unit(area, _id(area.code)) for area in areas[1:]),
            whole | ({"ComposingGpUnitIds": parts} if parts else {}),
        ],
        "Election": [
            {
                "@type": "ElectionResults.Election",
                "ElectionScopeId": district,
                "Name": _text(taken.election.name),
                "StartDate": taken.election.voting_day.isoformat(),
                "EndDate": taken.election.voting_day.isoformat(),
                "Type": "general",
                "ExternalIdentifier": [_external("other", taken.election.code, "electsys")],
                "Candidate": _candidates(count),
                "Contest": [_contest(count, areas, district)],
            }
        ],
    }
    if count.kind in LISTS:
        report["Party"] = [
            {
                "@type": "ElectionResults.Party",
                "@id": f"party-{group.line.number}",
                "Name": _text(group.line.name),
                "Abbreviation": _text(group.line.short_name),
                "Color": group.line.color.removeprefix("#").lower(),
            }
            for group in count.groups
        ]
    return report


def _key(count: ContestCount, at: int) -> str:
    line = count.lines[at]
    return f"{line.number}" if line.candidate is None else f"{line.number}-{line.candidate}"


def _people(count: ContestCount) -> list[int]:
    """Where the lines of persons and pairs stand: on lists of parties, those of the candidates."""
    return [n for n, line in enumerate(count.lines) if count.kind not in LISTS or line.candidate is not None]


def _candidates(count: ContestCount) -> list[dict[str, Any]]:
    return [
        {
            "@type": "ElectionResults.Candidate",
            "@id": f"cand-{_key(count, n)}",
            "BallotName": _text(count.lines[n].name),
            "ExternalIdentifier": [_external("other", count.lines[n].kpu_id, "kpu")],
        }
        | ({"PartyId": f"party-{count.lines[n].number}"} if count.kind in LISTS else {})
        for n in _people(count)
    ]


def _contest(count: ContestCount, areas: list[AreaCount], district: str) -> dict[str, Any]:
    people = set(_people(count))
    return {
        "@type": "ElectionResults.CandidateContest",
        "@id": f"contest-{count.kind.replace('_', '-')}",
        "ElectionDistrictId": district,
        "Name": count.name,
        "VotesAllowed": 1,
        "SubUnitsReported": areas[0].accepted,
        "TotalSubUnits": areas[0].expected,
        "ContestSelection": [
            (
                {"@type": "ElectionResults.CandidateSelection", "CandidateIds": [f"cand-{_key(count, n)}"]}
                if n in people
                else {"@type": "ElectionResults.PartySelection", "PartyIds": [f"party-{line.number}"]}
            )
            | {
                "@id": f"sel-{_key(count, n)}",
                "SequenceOrder": line.position,
                "VoteCounts": _votes(areas, n, district),
            }
            for n, line in enumerate(count.lines)
        ],
    }


def _votes(areas: list[AreaCount], at: int, district: str) -> list[dict[str, Any]]:
    return [
        {
            "@type": "ElectionResults.VoteCounts",
            "GpUnitId": district if n == 0 else _id(area.code),
            "Type": "total",
            "Count": area.votes[at],
        }
        for n, area in enumerate(areas)
    ]


#: What a region is in the words of the standard, by level; a dapil is its own ``other``.
KINDS = {0: "country", 1: "state", 2: "county", 3: "municipality", 4: "village"}


def _unit(area: AreaCount, key: str, *, dapil: bool = False) -> dict[str, Any]:
    unit: dict[str, Any] = {
        "@type": "ElectionResults.ReportingUnit",
        "@id": key,
        "Type": "other" if dapil else KINDS[area.level],
        "Name": _text(area.name),
        "SubUnitsReported": area.accepted,
        "TotalSubUnits": area.expected,
    }
    if dapil:
        unit["OtherType"] = "daerah-pemilihan"
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
