"""Queues of the desk: a module says what is judged, what is shown for it, and what a verdict does.

::

    verification.register(
        Queue(
            "sipol_anggota",
            _l("Anggota partai"),
            permission="sipol:party:verify",
            reasons=(Reason("kta", _l("KTA tidak terbaca")), Reason("lain", _l("Lainnya"))),
            show=show_member,
            decided=judge_member,
            undone=take_back_member,
        )
    )
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from electsys.documents.models import StoredFile
from electsys.ledger import Actor
from electsys.verification.models import VerificationItem
from electsys.verification.rules.desk import verdicts_of

#: Whoever may open the queues, and whoever may judge there; each queue asks for a permission of its own too.
READ = "verification:item:read"
JUDGE = "verification:item:judge"


@dataclass(frozen=True)
class Reason:
    """A canned reason: its code, what the party reads, and for which verdicts it stands."""

    code: str
    text: Any
    for_: tuple[str, ...] = ("bms", "tms")


@dataclass(frozen=True)
class Line:
    """One line at the right of the desk: what was claimed, what the house knows, and whether they differ.

    ``known`` None: there is nothing to compare with.
    """

    label: Any
    claimed: Any
    known: Any = None
    differs: bool = False


@dataclass(frozen=True)
class Sheet:
    """What the desk shows for one item: its documents at the left, its lines at the right.

    ``warnings`` stand above the lines; ``links`` are (words, address) that open beside the desk.
    """

    title: str
    lines: tuple[Line, ...] = ()
    documents: tuple[StoredFile, ...] = ()
    warnings: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    #: Why there is no document to look at, where there is none.
    without: str = ""
    #: Id of a stored file -> what the document is, for those whose name does not tell.
    captions: Mapping[int, str] = field(default_factory=dict)

    def caption(self, stored: StoredFile) -> str:
        """What a document is called on the desk."""
        return self.captions.get(stored.id) or stored.name


#: Called with the item, its verdict, the reason's code, the note and the actor; refuses by Refused.
Decided = Callable[[VerificationItem, str, str | None, str | None, Actor], None]
#: Called before a verdict is taken back; refuses where it has had effects that cannot be.
Undone = Callable[[VerificationItem, Actor], None]


@dataclass(frozen=True)
class Queue:
    """One queue of the desk."""

    name: str
    label: Any
    #: Who judges; asked inside the scope (region, party, election) of the item.
    permission: str
    reasons: tuple[Reason, ...]
    show: Callable[[VerificationItem], Sheet]
    decided: Decided
    undone: Undone
    #: Who reads what is shown; the permission of judging where it is not named.
    read: str = ""
    #: Who draws a second look and settles what it disagrees about, in plenary.
    settle: str = ""
    #: Ids of owners -> their names, and what an owner is called.
    owners: Callable[[Iterable[int]], Mapping[int, str]] = lambda ids: {n: str(n) for n in ids}
    owner_label: Any = ""
    #: Whose papers an item shows, such as ``candidate:12``: one row of a reader's budget, however many items
    #: they are; the item itself where it says nothing.
    person: Callable[[VerificationItem], str | None] = lambda item: None
    #: The legal setting that holds the share of a second look.
    share: str = "periksa_kedua"
    #: Whether an account is an overseer: what it reads bears its name and stands in the trail (NA-21).
    overseer: Callable[[Any], bool] = lambda account: False
    order: int = 50
    _by_code: dict[str, Reason] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_code.update((reason.code, reason) for reason in self.reasons)

    @property
    def reader(self) -> str:
        """The permission of whoever reads the queue."""
        return self.read or self.permission

    @property
    def settler(self) -> str:
        """The permission of whoever draws and settles."""
        return self.settle or self.permission

    def verdicts(self, item: VerificationItem) -> tuple[str, ...]:
        """What may be judged of an item, by its round."""
        return verdicts_of(item.round)

    def reason(self, code: str | None) -> Reason | None:
        """The canned reason of a code."""
        return self._by_code.get(code or "")

    def words(self, code: str | None) -> str:
        """A reason as people read it; a code that is no longer canned stands as it is."""
        found = self.reason(code)
        return str(found.text) if found else (code or "")


_QUEUES: dict[str, Queue] = {}


def register(queue: Queue) -> Queue:
    """Make a queue known; registered twice it stands once, as it was given last."""
    _QUEUES[queue.name] = queue
    return queue


def find(name: str) -> Queue | None:
    """The queue of a name."""
    return _QUEUES.get(name)


def queues() -> list[Queue]:
    """All queues in their order."""
    return sorted(_QUEUES.values(), key=lambda queue: (queue.order, queue.name))
