"""Relations of legal documents, and the status that follows from them (Permenkumham 8/2019; UU 12/2011).

A relation is stored once, from the document that acts to the one that it acts on; the other way round
is read from the same row. A document's status is a function of the *set* of relations: in which order
they were entered does not matter, and nobody types a status.

- A document revoked by another is ``dicabut``, revoked in part ``dicabut_sebagian``, amended ``diubah``.
- A ruling that annuls it makes it ``tidak_berlaku``; one that annuls articles ``dicabut_sebagian``; one
  that reads an article anew (conditionally constitutional) ``diubah``; one that rejects, nothing.
- An amendment falls with what it amends: once every document that it amends is out of force, it is
  ``dicabut`` too, for amended text and amendment are one (UU 12/2011, lampiran II).
- Revoking a revocation revives nothing (UU 12/2011, lampiran II): a relation counts whatever became of
  its source, as long as the register publishes the source.
- A law that makes a Perppu permanent (``menetapkan_perppu``), and an implementing document, change no
  status.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

KINDS = ("mengubah", "mencabut", "mencabut_sebagian", "melaksanakan", "menguji", "menetapkan_perppu")
OUTCOMES = ("membatalkan", "membatalkan_sebagian", "menafsirkan", "menolak")
#: Statuses, the strongest first.
STATUSES = ("dicabut", "tidak_berlaku", "dicabut_sebagian", "diubah", "berlaku")
#: Out of force as a whole.
OUT_OF_FORCE = frozenset({"dicabut", "tidak_berlaku"})
#: Types of documents that have a status at all (domain.md 8.1).
WITH_STATUS = frozenset({"peraturan", "putusan"})
#: Kinds that change their target: together they may form no circle.
CHANGING = frozenset({"mengubah", "mencabut", "mencabut_sebagian", "menguji", "menetapkan_perppu"})
#: What (kind, outcome) makes of the target.
EFFECTS: dict[tuple[str, str | None], str] = {
    ("mencabut", None): "dicabut",
    ("mencabut_sebagian", None): "dicabut_sebagian",
    ("mengubah", None): "diubah",
    ("menguji", "membatalkan"): "tidak_berlaku",
    ("menguji", "membatalkan_sebagian"): "dicabut_sebagian",
    ("menguji", "menafsirkan"): "diubah",
}


@dataclass(frozen=True)
class Law:
    """What the rules need to know of a document. ``counts`` says whether the register publishes it."""

    id: int
    type: str
    kind: str
    year: int
    #: Rank in the hierarchy (UU 12/2011 art 7): a small number is the higher law.
    rank: int = 0
    counts: bool = True


@dataclass(frozen=True)
class Relation:
    """``source`` does something to ``target``."""

    source: int
    kind: str
    target: int
    outcome: str | None = None

    @property
    def effect(self) -> str | None:
        """The status that it gives its target, if any."""
        return EFFECTS.get((self.kind, self.outcome))


def strongest(statuses: Iterable[str]) -> str:
    """The status that prevails; ``berlaku`` where nothing has happened."""
    return min(statuses, key=STATUSES.index, default="berlaku")


def statuses(laws: Mapping[int, Law], relations: Iterable[Relation]) -> dict[int, str | None]:
    """The status of every document; None for types that have none.

    ``relations`` must hold all that touch these documents, and ``laws`` every document that they name.
    """
    counting = [r for r in relations if laws[r.source].counts]
    given: dict[int, list[str]] = defaultdict(list)
    amends: dict[int, set[int]] = defaultdict(set)
    for relation in counting:
        if relation.effect is not None:
            given[relation.target].append(relation.effect)
        if relation.kind == "mengubah":
            amends[relation.source].add(relation.target)
    found: dict[int, str | None] = {
        law.id: strongest(given[law.id]) if law.type in WITH_STATUS else None for law in laws.values()
    }
    # What amends only dead law is dead; that may kill what amends it in turn. No circle: it ends.
    while falling := [
        id
        for id, targets in amends.items()
        if found[id] is not None
        and found[id] not in OUT_OF_FORCE
        and all(found[target] in OUT_OF_FORCE for target in targets)
    ]:
        for id in falling:
            found[id] = "dicabut"
    return found


#: Why a relation is refused, or doubted: codes that the wording explains.
REFUSALS = ("itself", "twice", "types", "outcome", "circle")
DOUBTS = ("newer", "lower")


def refusal(
    new: Relation, laws: Mapping[int, Law], relations: Iterable[Relation]
) -> tuple[str, tuple[int, ...]] | None:
    """Why a relation cannot be entered: a code of :data:`REFUSALS`, and for a circle the way round it."""
    if new.source == new.target:
        return "itself", ()
    known = list(relations)
    if any((r.source, r.kind, r.target) == (new.source, new.kind, new.target) for r in known):
        return "twice", ()
    if not _fits(new.kind, laws[new.source], laws[new.target]):
        return "types", ()
    if (new.outcome in OUTCOMES) != (new.kind == "menguji"):
        return "outcome", ()
    alike = CHANGING if new.kind in CHANGING else frozenset({new.kind})
    way = path(new.target, new.source, (r for r in known if r.kind in alike))
    return ("circle", way) if way else None


def _fits(kind: str, source: Law, target: Law) -> bool:
    """Whether documents of these types can stand in this relation."""
    if kind not in KINDS or source.type != ("putusan" if kind == "menguji" else "peraturan"):
        return False
    if kind == "menetapkan_perppu":
        return (source.kind, target.kind) == ("uu", "perppu")
    if target.type == "putusan":
        return kind == "melaksanakan"
    return target.type == "peraturan"


def doubts(new: Relation, laws: Mapping[int, Law]) -> list[str]:
    """What is unusual about a relation, for a person to confirm.

    ``newer``: nothing amends or revokes what was not there yet. ``lower``: a lower document does not
    change a higher one (UU 12/2011 art 7).
    """
    if new.kind not in ("mengubah", "mencabut", "mencabut_sebagian"):
        return []
    source, target = laws[new.source], laws[new.target]
    found = ["newer"] if target.year > source.year else []
    return found + (["lower"] if source.rank > target.rank and target.type == "peraturan" else [])


def path(start: int, end: int, relations: Iterable[Relation]) -> tuple[int, ...]:
    """Documents on a way from ``start`` to ``end`` along the relations, both included; () if none."""
    onward: dict[int, list[int]] = defaultdict(list)
    for relation in relations:
        onward[relation.source].append(relation.target)
    came: dict[int, int | None] = {start: None}
    todo = [start]
    while todo:
        here = todo.pop()
        if here == end:
            way: list[int] = []
            step: int | None = here
            while step is not None:
                way.append(step)
                step = came[step]
            return tuple(reversed(way))
        for there in onward[here]:
            if there not in came:
                came[there] = here
                todo.append(there)
    return ()
