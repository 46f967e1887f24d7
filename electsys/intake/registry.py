"""What can be brought as a file: each module registers its kinds, the pages and jobs serve them all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from electsys.documents.models import StoredFile
from electsys.identity.access import Scope
from electsys.intake.specs import Label, Spec
from electsys.intake.staging import Staging
from electsys.ledger.actor import Actor


@dataclass(frozen=True)
class Context:
    """What a file belongs to, chosen before it is brought: a contest, a party.

    ``choices(account)`` gives (value, label) pairs that the account may choose; ``scope(value)`` where
    a file of that choice lies. Without a scope the permission suffices anywhere.
    """

    label: Label
    choices: Callable[[Any], Sequence[tuple[str, Label]]]
    scope: Callable[[str], Scope | None] = lambda value: None


@dataclass(frozen=True)
class FileFacts:
    """Where a batch came from: the name of its file, its SHA-256, and its row in the file store."""

    name: str
    sha256: str
    file_id: int | None = None

    @classmethod
    def of(cls, path: Path) -> FileFacts:
        """Of a file on the command line; it is in no store."""
        with path.open("rb") as content:
            return cls(path.name, hashlib.file_digest(content, "sha256").hexdigest())


@dataclass(frozen=True)
class Delivery:
    """One staged file in the hands of its module. ``mapping`` is header name -> column name."""

    id: int
    context: str
    staging: Staging
    file: StoredFile
    mapping: dict[str, str]
    actor: Actor

    @property
    def facts(self) -> FileFacts:
        """Of the file as it was received: a sealed one has another digest where it lies."""
        return FileFacts(self.file.name, self.file.received_sha256, self.file.id)


@dataclass(frozen=True)
class Outcome:
    """What applying a file came to: a sentence, and the page that shows it (endpoint and values)."""

    message: Label
    endpoint: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A registered kind of file."""

    name: str
    label: Label
    #: The specification for a choice of the context ("" where there is none to choose).
    spec: Callable[[str], Spec]
    permission: str
    apply: Callable[[Delivery], Outcome]
    check: Callable[[Delivery], None]
    context: Context | None
    lock: Callable[[str], str | None]
    table: str
    #: Its files hold numbers of persons, and lie sealed.
    personal: bool

    @property
    def purpose(self) -> str:
        """The purpose of its files in the file store."""
        return "personal" if self.personal else "table"


KINDS: dict[str, Kind] = {}


def register(
    spec: Spec | Callable[[str], Spec],
    *,
    apply: Callable[[Delivery], Outcome],
    permission: str,
    name: str = "",
    label: Label = "",
    check: Callable[[Delivery], None] = lambda delivery: None,
    context: Context | None = None,
    lock: Callable[[str], str | None] = lambda context: None,
    table: str = "intake_staging",
    personal: bool = False,
) -> Kind:
    """Offer a kind of file at ``/unggah/<name>``; twice is once.

    ``spec`` is a specification, or a function of the chosen context that gives one; then ``name`` and
    ``label`` are needed. ``check`` adds errors that need the module's tables
    (``delivery.staging.add_errors``); it runs in the dry run and again before ``apply``, which writes
    in the same transaction as the end of the job. Files with the same ``lock(context)`` are applied
    one after the other. ``table`` names the staging table that the module's SQL reads. ``personal`` says
    what the specification says, where that is a function.
    """
    if isinstance(spec, Spec):
        fixed = spec
        name, label, spec = name or fixed.name, label or fixed.label, lambda context: fixed
        personal = fixed.personal
    if not name:
        raise ValueError("a kind of file needs a name")
    KINDS[name] = Kind(name, label, spec, permission, apply, check, context, lock, table, personal)
    return KINDS[name]
