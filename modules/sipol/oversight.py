"""Bawaslu's look at pages of parties (electsys.documents.oversight): who is watched, what a look is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from electsys.documents.oversight import Oversight
from electsys.identity import grants
from modules.sipol import permissions as rights
from modules.sipol.views import bp

WORK = (
    *(rights.EDIT, rights.SUBMIT, rights.OPEN, rights.RECEIVE, rights.VERIFY, rights.CONCLUDE),
    *(rights.DETERMINE, rights.EDIT_MEMBERS, rights.HEAR_MEMBERS, rights.ASSIGN_VISITS, rights.VISIT),
    rights.RESPOND,
)
VIEWED = "sipol:oversight:view"


def is_overseer(account: Any) -> bool:
    """Whether an account reads parties and does no work on them."""
    if not getattr(account, "is_authenticated", False) or not grants.can(account, rights.READ):
        return False
    return not any(grants.can(account, right) for right in WORK)


def subject_of(given: Mapping[str, Any]) -> str:
    """The party that an address names."""
    return f"party:{given.get('party', '*')}"


Oversight(VIEWED, is_overseer, subject_of).watch(bp)
