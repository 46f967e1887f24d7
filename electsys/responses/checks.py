"""Public checks: who knows a NIK and the birth date or name that belong to it learns what the house knows.

::

    checks.register(
        "dpt",
        label=_l("Cek DPT"),
        statement="select tps_name, masked_name from voter_check where pair = %(pair)s",
        read=lambda row, question: Answer({"tps": row[0], "nama": row[1]}),
        shows="sidalih/_check.html",
    )

The page is ``/cek/dpt``, the endpoint for programs ``POST /api/cek/dpt``. With ``statement`` (one indexed
SELECT, first column never null) limit, proof and answer are one round trip; ``look`` is for whatever needs
more. Either sees the keyed index of the *pair* alone, so that an unknown NIK and a wrong birth date are the
same miss, at the same cost, with the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Question:
    """What somebody asks: keyed indexes, and the mask of the number. The number itself is not in it."""

    #: Index of NIK and birth date, or of NIK and name (privacy.blind_index_birth, blind_index_name).
    pair: bytes
    #: ``lahir`` or ``nama``: which of the two the pair is.
    by: str
    nik_index: bytes
    masked_nik: str


@dataclass(frozen=True)
class Answer:
    """What a check knows: ``data`` for programs and for the template; where a response about it would go."""

    data: Mapping[str, Any]
    subject: str | None = None
    region: str | None = None
    election_id: int | None = None
    party_id: int | None = None
    #: Kinds of responses that the page offers beside the answer, NIK already proven.
    offers: tuple[str, ...] = ()
    #: Of what it found, the things that a response may name one by one: (value, words). They go along sealed,
    #: and a field of input ``ticks`` offers them.
    choices: tuple[tuple[str, str], ...] = ()
    #: For the template only, never for programs.
    extra: Any = field(default=None, repr=False)


Look = Callable[[Question], Answer | None]
Read = Callable[[tuple[Any, ...], Question], Answer | None]

NOTHING = _l(
    "Pasangan NIK dan tanggal lahir atau nama itu tidak ditemukan. Periksa ejaan dan angkanya seperti "
    "tertulis di KTP-el, lalu coba lagi."
)
ACTION = _l("Cek sekarang")
ELSEWHERE = _l("Anda juga dapat bertanya langsung kepada PPS di kantor desa atau kelurahan Anda.")


@dataclass(frozen=True)
class Check:
    """One check."""

    name: str
    label: Any
    #: Template of the part of the page that shows an answer; it gets ``answer`` and ``question``.
    shows: str
    look: Look | None = None
    statement: str | None = None
    read: Read | None = None
    lead: Any = ""
    #: What is said where nothing is found: the same for an unknown NIK and for a wrong pair.
    nothing: Any = NOTHING
    #: Where else people can ask when the limit is reached.
    elsewhere: Any = ELSEWHERE
    #: Kinds of responses that are offered where nothing is found (nothing is proven then).
    offers: tuple[str, ...] = ()
    icon: str = "search"
    #: Words of the button.
    action: Any = ACTION


ALL: dict[str, Check] = {}
_NAME = re.compile(r"[a-z][a-z0-9-]{1,40}")


def register(
    name: str,
    *,
    label: Any,
    shows: str,
    look: Look | None = None,
    statement: str | None = None,
    read: Read | None = None,
    **more: Any,
) -> Check:
    """Declare a check: with ``look``, or with ``statement`` and ``read``. Twice is once."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot stand in an address")
    if (look is None) == (statement is None) or (statement is None) != (read is None):
        raise ValueError(f"check {name}: give look, or statement and read")
    ALL[name] = Check(name, label, shows, look, statement, read, **more)
    return ALL[name]
