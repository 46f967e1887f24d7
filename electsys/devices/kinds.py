"""What phones are used for: each module registers its kinds, this room serves them all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from electsys.devices.models import Device
from electsys.documents.models import StoredFile
from electsys.ledger.actor import Actor

Outcome = Literal["ok", "conflict", "refused"]


@dataclass(frozen=True)
class Packet:
    """One packet in the hands of its module. ``payload`` is personal data: keep it sealed or not at all."""

    device: Device
    key: UUID
    payload: dict[str, Any]
    #: When the phone says that it was made; None in protocol 1.
    made_at: dt.datetime | None
    protocol: int
    #: Keys of photos that follow (:class:`Attachment`).
    files: tuple[UUID, ...]
    actor: Actor


@dataclass(frozen=True)
class Attachment:
    """A photo that has arrived whole, for a packet that was received before it."""

    device: Device
    packet_key: UUID
    key: UUID
    file: StoredFile
    actor: Actor
    #: What the module answered to the packet.
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a module says to a packet. It is kept and shown: codes, ids and plain words, no data of people.

    ``conflict`` is for what somebody else settled meanwhile: the person decides on the phone;
    ``refused`` for what can never be taken as it is.
    """

    outcome: Outcome
    code: str = ""
    message: str = ""
    hint: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def ok(cls, **values: Any) -> Answer:
        """Taken; ``values`` are ids and numbers that the phone wants to know."""
        return cls("ok", values=values)

    @classmethod
    def conflict(cls, code: str, message: str, *, hint: str = "", **values: Any) -> Answer:
        """Not taken, because it does not fit what is there now."""
        return cls("conflict", code, str(message), str(hint), values)

    @classmethod
    def refused(cls, code: str, message: str, *, hint: str = "", **values: Any) -> Answer:
        """Not taken, whenever it is sent."""
        return cls("refused", code, str(message), str(hint), values)


@dataclass(frozen=True)
class Kind:
    """A registered use of phones."""

    name: str
    label: Any
    #: What the phone's account must hold, where it works, whenever it sends or fetches.
    permission: str
    receive: Callable[[Packet], Answer]
    bundle: Callable[[Device], dict[str, Any]]
    #: Template of the page, which extends ``devices/shell.html``.
    shell: str
    #: Assets of that page beyond the shell's own, for use without a network; ``folder/`` is all in it.
    assets: tuple[str, ...]
    #: Takes a photo that has arrived whole; without it the kind takes no photos.
    attach: Callable[[Attachment], None] | None
    #: When the task ends for a region and an election; None where only the officer knows.
    ends: Callable[[str, int | None], dt.datetime | None]
    #: Lengths of the region codes that a phone of this kind can work in; empty is any.
    digits: tuple[int, ...] = ()
    #: Whether somebody else may carry a packet in that the phone shows as QR (operations.carrying): only for
    #: packets that hold nobody's personal data.
    carried: bool = False

    def fits(self, region: str) -> bool:
        """Whether a phone of this kind can work in a region."""
        return not self.digits or len(region) in self.digits


KINDS: dict[str, Kind] = {}
_NAME = re.compile(r"[a-z][a-z0-9]{1,30}")
#: Words of the shell's own addresses.
_TAKEN = {"aktivasi"}


def register(
    name: str,
    *,
    label: Any,
    permission: str,
    receive: Callable[[Packet], Answer],
    bundle: Callable[[Device], dict[str, Any]],
    shell: str = "devices/shell.html",
    assets: tuple[str, ...] = (),
    attach: Callable[[Attachment], None] | None = None,
    ends: Callable[[str, int | None], dt.datetime | None] = lambda region, election: None,
    digits: tuple[int, ...] = (),
    carried: bool = False,
) -> Kind:
    """Offer a use of phones at ``/lapangan/<name>/``; twice is once.

    ``receive`` runs in a savepoint of its own: an :class:`~electsys.errors.Refused` of an operation becomes
    the packet's answer and undoes what it wrote. ``bundle`` gives what the phone needs to work for days; it
    runs inside the region of the device, also for row security, and may name the number of people in it as
    ``rows`` for the trail. A :class:`~electsys.errors.Refused` of ``attach`` refuses the photo for good.
    """
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise ValueError(f"{name!r} cannot be the name of a use of phones")
    KINDS[name] = Kind(name, label, permission, receive, bundle, shell, assets, attach, ends, digits, carried)
    return KINDS[name]
