"""Lists as they are announced, as plain values: their order, their digest, and how two of them differ.

The digest is SHA-256 over the canonical JSON (RFC 8785) of :func:`content_of`, which is exactly what the JSON
of a public page holds under ``isi``: whoever has the file can compute it again.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import rfc8785

Kind = Literal["masuk", "keluar", "diganti", "dicoret", "dipulihkan", "nomor", "nama", "foto", "data"]


@dataclass(frozen=True)
class Entry:
    """One name of a list, as everybody may read it."""

    nomination_id: int
    candidate_id: int
    #: Of the party, the person or the pair; a person's before the final list is None.
    participant_number: int | None
    participant: str
    number: int
    name: str
    sex: str
    residence: str
    #: SHA-256 of the portrait; None where there is none.
    photo: str | None = None
    photo_id: int | None = None
    struck: bool = False
    struck_reason: str | None = None
    profile: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """How one name differs between two versions; ``before`` or ``after`` is None where it was not there."""

    kind: Kind
    before: Entry | None
    after: Entry | None

    @property
    def entry(self) -> Entry:
        """The name it is about: as it is now, or as it was."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change is about somebody")
        return found


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Participants by their number (those without one last, by name), candidates by theirs."""
    return sorted(
        entries,
        key=lambda e: (
            e.participant_number is None,
            e.participant_number or 0,
            "" if e.participant_number else plain_name(e.participant),
            e.nomination_id,
            e.number,
        ),
    )


def content_of(
    entries: Sequence[Entry], *, stage: str, version: int, place: str, contest: str
) -> dict[str, Any]:
    """What is digested and published: the list and its names in their order."""
    return {
        "pemilihan": contest,
        "tempat": place,
        "tahap": stage,
        "versi": version,
        "calon": [
            {
                "id": str(e.candidate_id),
                "nomor_peserta": e.participant_number,
                "peserta": e.participant,
                "nomor_urut": e.number,
                "nama": e.name,
                "jenis_kelamin": e.sex,
                "tempat_tinggal": e.residence,
                "foto": e.photo,
                "dicoret": e.struck,
                "alasan": e.struck_reason,
                "profil": dict(e.profile),
            }
            for e in entries
        ],
    }


def digest_of(content: Mapping[str, Any]) -> bytes:
    """SHA-256 over the canonical JSON of :func:`content_of`."""
    return hashlib.sha256(rfc8785.dumps(dict(content))).digest()


def difference(before: Sequence[Entry], after: Sequence[Entry]) -> list[Change]:
    """What became of each name from one version to another, in the order of the newer list.

    Somebody else at the same place of the same participant replaces who stood there; a name that is gone
    without one is ``keluar``.
    """
    old = {e.candidate_id: e for e in before}
    new = {e.candidate_id: e for e in after}
    gone = {_place(e): e for e in before if e.candidate_id not in new}
    found: list[Change] = []
    for entry in in_order(after):
        was = old.get(entry.candidate_id)
        if was is None:
            replaced = gone.pop(_place(entry), None)
            found.append(Change("diganti" if replaced else "masuk", replaced, entry))
        elif kind := _changed(was, entry):
            found.append(Change(kind, was, entry))
    found += [Change("keluar", entry, None) for entry in in_order(gone.values())]
    return sorted(found, key=lambda c: (c.entry.participant_number or 0, c.entry.number))


def _place(entry: Entry) -> tuple[int, int]:
    return entry.nomination_id, entry.number


def _changed(was: Entry, now: Entry) -> Kind | None:
    if was.struck != now.struck:
        return "dicoret" if now.struck else "dipulihkan"
    if (was.number, was.participant_number) != (now.number, now.participant_number):
        return "nomor"
    if was.name != now.name:
        return "nama"
    if was.photo != now.photo:
        return "foto"
    if (was.sex, was.residence, was.participant, dict(was.profile)) != (
        now.sex,
        now.residence,
        now.participant,
        dict(now.profile),
    ):
        return "data"
    return None


def plain_name(name: str) -> str:
    """A name as the alphabet orders it: no accents, no case, no punctuation."""
    bare = unicodedata.normalize("NFKD", name)
    kept = "".join(c if c.isalnum() or c.isspace() else " " for c in bare if not unicodedata.combining(c))
    return " ".join(kept.casefold().split())


def alphabet_numbers(names: Mapping[int, str]) -> dict[int, int]:
    """Numbers 1, 2, 3 ... by the alphabet of full names without titles: persons for the DPD.

    Equal names keep the order of their keys, which is that of registration (UU 7/2017 art. 262).

    >>> alphabet_numbers({7: "Édi", 3: "ABDUL", 9: "Dewi"})
    {3: 1, 9: 2, 7: 3}
    """
    ordered = sorted(names, key=lambda key: (plain_name(names[key]), key))
    return {key: number for number, key in enumerate(ordered, 1)}
