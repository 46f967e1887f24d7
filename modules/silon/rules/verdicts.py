"""What the documents of a candidate add up to, and its candidates to the nomination (domain.md 4.2).

Before the repair who lacks something is ``bms``, after it ``tms``: ``ms`` only where every required document
was found right and nobody stands twice (Perbawaslu 8/2023; PKPU 10/2023 art. 12-13). Reasons are codes; their
words stand in :mod:`modules.silon.document_words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from modules.silon.rules.documents import LATE, OPTIONAL, REQUIRED

MET, WANTING, FAILED = "ms", "bms", "tms"
#: Steps that are judged at the desk -> whether they come after a repair.
REPAIRED = {"vermin": False, "vermin_perbaikan": True}
#: Flags of the house that no document can answer: a double candidacy, and too few years (UU 7/2017 art.
#: 240(1)). Membership, registration and occupation are judged with the documents that prove them.
BLOCKING = ("ganda_calon", "usia")
#: Reason of a document that was never there.
ABSENT = "tidak_ada"


@dataclass(frozen=True)
class Judged:
    """A document that is asked: its kind, how much it is asked for, what was judged of it and why.

    ``state`` None: none is there; ``menunggu``: nobody has judged it.
    """

    kind: str
    need: str
    state: str | None
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Reason:
    """One thing that is wrong: with the document ``kind``, or (None) a flag named by ``code``."""

    code: str
    kind: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Facts:
    """What was judged of one candidate, or of the nomination itself, and the flags on record."""

    documents: tuple[Judged, ...]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The conclusion: ``ms``, ``bms`` or ``tms``, with every reason."""

    state: str
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def met(self) -> bool:
        """Whether nothing is wrong."""
        return self.state == MET


def waits(facts: Facts) -> bool:
    """Whether a document of any need lies unjudged: nothing is concluded then."""
    return any(each.state == "menunggu" for each in facts.documents)


def conclude(facts: Facts, *, repaired: bool) -> Outcome:
    """The conclusion about one candidate, or about the documents of the nomination.

    An optional document fails nobody; one that may come late fails nobody before the final list.
    """
    wrong = [
        Reason(each.reason or ABSENT, each.kind, each.note)
        for each in facts.documents
        if each.need == REQUIRED and each.state != MET
    ]
    wrong += [Reason(flag) for flag in BLOCKING if flag in facts.flags]
    if not wrong:
        return Outcome(MET)
    return Outcome(FAILED if repaired else WANTING, tuple(wrong))


def spared(documents: Iterable[Judged]) -> list[Judged]:
    """Documents that were judged wrong and yet fail nobody now."""
    return [d for d in documents if d.need in (OPTIONAL, LATE) and d.state in (WANTING, FAILED)]


def outcome_of(
    kind: str, own: Outcome, candidates: Sequence[Outcome], *, repaired: bool, breaks: bool
) -> str:
    """The move of the nomination: ``clear``, ``defer`` or ``fail``.

    Before the repair anything that lacks sends it back, a list that breaks a rule too (``breaks``). After it
    a list goes on with those who are met (the quota is mended in the review window, art. 50-54); a person or
    a pair only if all are.
    """
    all_met = own.met and all(each.met for each in candidates) and bool(candidates)
    if not repaired:
        return "clear" if all_met and not breaks else "defer"
    if kind != "daftar":
        return "clear" if all_met else "fail"
    return "clear" if own.met and any(each.met for each in candidates) else "fail"


def move_of(state: str, outcome: Outcome) -> str | None:
    """The move of a candidate's row; None where it stands there already, or cannot fall back (``ms``)."""
    if state == outcome.state:
        return None
    if outcome.state == WANTING:
        return "defer" if state == "baru" else None
    return "accept" if outcome.met else "refuse"


def round_after(last: int, *, repaired: bool) -> int:
    """The round that follows ``last`` (0: none): odd before a repair, even after it."""
    wanted = 0 if repaired else 1
    following = last + 1
    return following if following % 2 == wanted else following + 1
