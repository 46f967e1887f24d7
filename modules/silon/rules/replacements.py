"""What the law asks of a replacement between the provisional and the final list (PKPU 10/2023 art. 81)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from modules.silon.rules.lists import Finding, ListFacts, judge_list

#: ``kuota``: a woman gives way to a man only while quota and zipper hold; ``selalu``: never.
WomenRule = Literal["kuota", "selalu"]
#: Rules that a replacement must not break, where they held before.
KEPT = ("kuota_perempuan", "zipper")


def newly_broken(before: ListFacts, after: ListFacts) -> list[Finding]:
    """The rules on women that the list broke nowhere before and breaks now."""
    return [
        finding
        for finding in judge_list(after)
        if finding.code in KEPT and _key(finding) not in {_key(each) for each in judge_list(before)}
    ]


def must_be_woman(left: str, comes: str, rule: WomenRule) -> bool:
    """Whether the rule alone forbids that this sex follows that one."""
    return rule == "selalu" and left == "P" and comes != "P"


def _key(finding: Finding) -> tuple[str, Iterable[int]]:
    return finding.code, finding.numbers
