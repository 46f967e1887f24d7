"""Occupations that the law names, as people write them: one reading for members, candidates, supporters."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Words before an occupation that say that it is over.
FORMER = frozenset(("pensiunan", "pensiun", "purnawirawan", "mantan", "eks", "bekas", "purna"))


class Occupations:
    """The occupations of a code table: code -> the phrases that name it (tables ``pekerjaan_*``).

    A phrase is one or more words joined by hyphens; it matches whole words only, wherever they stand, and
    not behind a word that says that the occupation is over.

    >>> Occupations({"ASN": "asn pns", "KADES": "kepala-desa"}).barred("Pegawai Negeri Sipil (PNS)")
    'ASN'
    >>> Occupations({"ASN": "asn pns"}).barred("Pensiunan PNS") is None
    True
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._phrases = [
            (code, tuple(phrase.casefold().split("-")))
            for code, phrases in table.items()
            for phrase in phrases.split()
        ]

    def barred(self, occupation: str) -> str | None:
        """The code of the first occupation of the table that is named, or None."""
        words = tuple(re.findall(r"[^\W_]+", occupation.casefold()))
        if not words or FORMER.intersection(words):
            return None
        for code, phrase in self._phrases:
            n = len(phrase)
            if any(words[at : at + n] == phrase for at in range(len(words) - n + 1)):
                return code
        return None
