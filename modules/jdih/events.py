"""News that JDIH publishes for modules on its right (electsys.events)."""

from __future__ import annotations

from dataclasses import dataclass

from electsys.events import Event


@dataclass(frozen=True, kw_only=True)
class RulingIssued(Event):
    """A ruling (putusan) was published: modules look whether a state of theirs must be reopened.

    It comes once for each time that a ruling is published, in the transaction that publishes it.
    """

    #: The ruling in the register (``law_document.id``).
    document_id: int
    #: Code of the kind: ``putusan_mk``, ``putusan_bawaslu`` ...
    court: str
    #: Number as written, such as ``90/PUU-XXI/2023``.
    number: str
    #: What it decides on, codes of ``rules.rulings``: ``hasil``, ``dct``, ``dpt`` ...; empty where only law.
    kinds: tuple[str, ...]
    #: Region codes that it reaches; empty is the whole country.
    regions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LetterSent(Event):
    """A letter left for another satker of the house; it enters that one's incoming register."""

    letter_id: int
    #: Region code of the satker that receives it; "" is KPU RI.
    unit: str
