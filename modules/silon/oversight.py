"""Bawaslu's look at pages of candidacies (electsys.documents.oversight): who is watched, what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from electsys.documents.oversight import Oversight
from electsys.identity import grants
from modules.silon import permissions as rights
from modules.silon.views import bp

WORK = (
    *(rights.EDIT, rights.SUBMIT, rights.APPROVE, rights.RECEIVE, rights.VERIFY, rights.CONCLUDE),
    *(rights.DETERMINE, rights.RESPOND, rights.VISIT, rights.ASSIGN_VISITS, rights.REPLACE),
)
VIEWED = "silon:oversight:view"
#: What an address may name -> the table of the act's subject, the nearest first.
SUBJECTS = {
    "document_id": "candidate_document",
    "candidate_id": "candidate",
    "nomination_id": "nomination",
    "submission_id": "nomination_submission",
}


def is_overseer(account: Any) -> bool:
    """Whether an account reads candidacies and does no work on them: what it opens bears its name."""
    if not getattr(account, "is_authenticated", False) or not grants.can(account, rights.READ):
        return False
    return not any(grants.can(account, right) for right in WORK)


def subject_of(given: Mapping[str, Any]) -> str:
    """The row that an address names."""
    for name, table in SUBJECTS.items():
        if name in given:
            return f"{table}:{given[name]}"
    return "nomination:*"


Oversight(VIEWED, is_overseer, subject_of).watch(bp)
