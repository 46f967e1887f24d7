"""Kinds of samples: a module says whose people are visited, who draws and shares out, and who goes there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from electsys.verification.sampling_words import METHODS


@dataclass(frozen=True)
class SampleKind:
    """One kind of sample, such as the members of parties."""

    name: str
    label: Any
    #: Who draws a sample, shares it out and closes it; and who visits its people.
    assign: str
    visit: str
    #: The table of its subjects.
    table: str
    #: Legal settings: how a sample is drawn, and how often a person is looked for.
    method: str = "metode_sampel"
    attempts: str = "kontak_verfak"
    #: What the attempts are called where they are not made at a party's office.
    methods: Mapping[str, Any] = field(default_factory=lambda: METHODS)


_KINDS: dict[str, SampleKind] = {}


def register_kind(kind: SampleKind) -> SampleKind:
    """Make a kind known; twice is once."""
    _KINDS[kind.name] = kind
    return kind


def find_kind(name: str) -> SampleKind | None:
    """The kind of a name."""
    return _KINDS.get(name)
