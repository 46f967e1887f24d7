"""Citations and stems: how a document is named in a text, and in addresses.

A citation is what settings, rules and people write: ``PKPU 10/2023``, ``UU 7/2017:414(1)``,
``UU 7/2017 art 344``, ``Keputusan KPU 1644/2023``, ``MK 90/PUU-XXI/2023``. A stem follows the convention
of KPU's own register, year + kind + number of three digits: ``2022pkpu010`` (domain.md 8.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: The words that begin a citation, and the prefix of law_kind.cite that they mean.
PREFIXES = {
    "uu": "UU",
    "undang-undang": "UU",
    "perppu": "Perppu",
    "pp": "PP",
    "perpres": "Perpres",
    "permenkumham": "Permenkumham",
    "pkpu": "PKPU",
    "peraturan kpu": "PKPU",
    "kep": "Kep",
    "kep kpu": "Kep",
    "keputusan kpu": "Kep",
    "mk": "MK",
    "putusan mk": "MK",
    "ma": "MA",
    "putusan ma": "MA",
    "ptun": "PTUN",
    "bawaslu": "Bawaslu",
    "dkpp": "DKPP",
}
_WORDS = "|".join(sorted((re.escape(word) for word in PREFIXES), key=len, reverse=True))
#: A ruling's number holds its own slashes and its year; MA writes "24 P/HUM/2023".
#: Disputes of results bear several numbers ("01-02-01-18/PHPU.DPR-DPRD-XXII/2024"), those of Bawaslu a place
#: ("001/LP/ADM.PL/BWSL/00.00/III/2024").
_NUMBER = r"\d+(?:-\d+)*(?:\.[a-z])?(?:(?:/| )[A-Z][A-Z.-]*(?:/[A-Z0-9][A-Z0-9.-]*)*)?/(?:\d{4})"
_ARTICLE = (
    r"(?::(?P<colon>\d+[A-Z]?(?:\(\d+[a-z]?\))*[a-z]?(?![\w(]))"
    r"|,? +(?:art\.?|pasal) *(?P<word>\d+[A-Z]?(?: ?\(\d+[a-z]?\)| ayat \(\d+[a-z]?\))*))?"
)
_CITATION = re.compile(rf"(?<![\w/])(?P<prefix>{_WORDS}) +(?P<number>{_NUMBER}){_ARTICLE}(?![\w/])", re.I)
#: A year inside a number: rulings and letters bear the one in which they were lodged or written.
_YEAR = re.compile(r"(?:^|/)(?:19|20)\d{2}(?:/|$)")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Citation:
    """One citation found in a text, from ``start`` up to ``end``."""

    #: The document in its one spelling, such as ``PKPU 10/2023``: ``law_document.citation``.
    document: str
    #: The article, such as ``8(2)``; None for the document as a whole.
    article: str | None
    start: int
    end: int


def find(text: str) -> list[Citation]:
    """Every citation in a text, in order."""
    found = []
    for match in _CITATION.finditer(text):
        prefix = PREFIXES[_BLANKS.sub(" ", match["prefix"]).casefold()]
        article = match["colon"] or match["word"]
        if article is not None:
            article = re.sub(r" ayat |\s+", "", article)
        found.append(Citation(f"{prefix} {match['number']}", article, match.start(), match.end()))
    return found


def parse(text: str) -> tuple[str, str | None] | None:
    """Document and article of a text that is one citation and nothing else; None if it is not."""
    found = find(text.strip())
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(text.strip())):
        return None
    return found[0].document, found[0].article


def citation(prefix: str | None, number: str | None, year: int) -> str | None:
    """How a document is cited; None where its kind is not. Most rulings say their year in the number."""
    if prefix is None or not number:
        return None
    return f"{prefix} {number}" if _YEAR.search(number) else f"{prefix} {number}/{year}"


def full_name(kind: str, number: str | None, year: int) -> str:
    """A document's name: "Peraturan Komisi Pemilihan Umum Nomor 10 Tahun 2023"; without number the kind."""
    if not number:
        return f"{kind} ({year})"
    return f"{kind} Nomor {number}" + ("" if _YEAR.search(number) else f" Tahun {year}")


def stem(kind: str, unit: str, number: str | None, year: int, *, id: int | None = None) -> str:
    """A document's name in addresses and files; that of a satker begins with its region code.

    ``2024kpt219``, ``1201-2024kpt012``, ``2023mk090-puu-xxi``; what has no number takes its ``id``.
    """
    digits = re.match(r"\d+", number or "")
    if digits is None:
        named = f"-{id}"
    else:
        rest = "/".join(part for part in (number or "")[digits.end() :].split("/") if part != str(year))
        slug = re.sub(r"[^a-z0-9]+", "-", rest.casefold()).strip("-")
        named = f"{int(digits[0]):03d}" + (f"-{slug}" if slug else "")
    return (f"{unit}-" if unit else "") + f"{year}{kind}{named}"
