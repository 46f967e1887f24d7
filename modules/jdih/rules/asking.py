"""How people ask for a document by kind, number and year, and how that is read.

"PKPU 10 2023", "pkpu nomor 10 tahun 2023", "nomor 10 tahun 2023", "keputusan kpu 1050/2024",
"putusan 90/PUU-XXI/2023", "pasal 173 ayat (2) UU 7/2017". What settings and rules of this house cite is
strict and read by rules/citations.py; a person at the search box is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Name in lower case -> codes of the kinds that are called so ("putusan" is that of every court).
Names = Mapping[str, frozenset[str]]

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_NUMBER = r"(?P<number>[0-9]{1,5}(?:\.?[a-z])?)"
_NO = r"(?:\b(?:nomor|nomer|no|nr)\b\.?\s*)"
#: 90/PUU-XXI/2023, 24 P/HUM/2023, 929/HK.03.1-Kpt/04/KPU/V/2019.
_LONG = re.compile(
    rf"(?<![\w/.])(?P<number>[0-9]{{1,5}}(?:\.[a-z])?(?:\s*[a-z]{{1,3}})?\s*/\s*"
    rf"(?:[a-z0-9.\-]{{1,20}}\s*/\s*){{1,6}}{_YEAR})(?![\w/])"
)
_SHORT = re.compile(
    rf"(?P<no>{_NO})?(?<![\w/.])\b{_NUMBER}"
    rf"(?P<between>\s*/\s*|\s*,?\s*\b(?:tahun|thn|th)\b\.?\s*|\s+){_YEAR}(?![\w/])"
)
_BARE = re.compile(rf"(?P<no>{_NO})?(?<![\w/.])\b{_NUMBER}(?![\w/.])")
_ARTICLE = re.compile(
    r"(?:\b(?:pasal|psl|ps|art)\b\.?\s*|:\s*)(?P<article>[0-9]{1,4}[a-z]?)\s*(?:ayat\s*)?"
    r"(?:\(\s*(?P<part>[0-9]{1,3}[a-z]?)\s*\))?"
)
_STEM = re.compile(r"(?:[0-9]{2,4}-)?(?:19|20)[0-9]{2}[a-z]{1,20}-?[0-9]{1,9}(?:-[a-z0-9-]{1,60})?")


@dataclass(frozen=True)
class Named:
    """A document by its number. ``kinds`` is empty and ``year`` None where the reader named none."""

    number: str
    year: int | None = None
    kinds: frozenset[str] = frozenset()
    #: The article and, in brackets, the paragraph: ``8(2)``; None for the whole document.
    article: str | None = None


def parse(text: str, names: Names) -> Named | None:
    """The document that a text names, or None if it names none by number.

    Without kind, year mark or "nomor", two numbers alone name one only where they are all there is; a number
    without a year only beside a kind. What stands around does not matter.
    """
    said = " ".join(text.lower().split())
    if long := _LONG.search(said):
        return _named(said, long, int(long["year"]), _kinds(said[: long.start()], names))
    for short in _SHORT.finditer(said):
        kinds = _kinds(said[: short.start()], names)
        if kinds or short["no"] or short["between"].strip() or short[0] == said:
            return _named(said, short, int(short["year"]), kinds)
    for bare in _BARE.finditer(said):
        if kinds := _kinds(said[: bare.start()], names):
            return _named(said, bare, None, kinds)
    return None


def stem(text: str) -> str | None:
    """The name of a document in addresses and files (``2023pkpu010``), where the text is nothing else."""
    said = text.strip().lower().removesuffix(".pdf")
    return said if _STEM.fullmatch(said) else None


def number_key(number: str) -> str:
    """A number as it is compared: upper case, no blanks, no noughts in front."""
    return re.sub(r"\s+", "", number).upper().lstrip("0")


def number_keys(number: str | None) -> list[str]:
    """By what a document's number is found: the whole, and what it begins with (90 of 90/PUU-XXI/2023)."""
    whole = number_key(number or "")
    begins = re.match(r"[0-9]+", whole)
    return list(dict.fromkeys(key for key in (whole, begins[0] if begins else "") if key))


def _named(said: str, found: re.Match[str], year: int | None, kinds: frozenset[str]) -> Named | None:
    key = number_key(found["number"])
    if not key:
        return None
    after = _ARTICLE.search(said, found.end()) or _ARTICLE.search(said[: found.start()])
    article = None
    if after is not None:
        article = after["article"].upper() + (f"({after['part']})" if after["part"] else "")
    return Named(key, year, kinds, article)


def _kinds(before: str, names: Names) -> frozenset[str]:
    """The kinds whose name ends a text, the longest name first; none where no name does."""
    words = re.sub(r"[^\w]+", " ", before).split()
    if words and words[-1] in ("nomor", "nomer", "no", "nr"):
        words.pop()
    for length in range(min(len(words), 8), 0, -1):
        if found := names.get(" ".join(words[-length:])):
            return found
    return frozenset()
