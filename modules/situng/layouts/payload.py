"""The QR code of a page: which election, contest, TPS and page it is, and on which edition it was printed.

``E1/<election>/<contest>/<tps>/<page>/<of>/<edition>/<check>``, at most 38 letters of the QR's
alphanumeric set, so that it fits version 2 (25 modules) at error level M: 34 mm give 1.36 mm a module,
which a phone reads from a crumpled sheet. It proves nothing about who printed the sheet: it only keeps
pages from being mixed up.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from modules.situng.layouts.shapes import Page

#: Version of this text; a reader refuses one that it does not know.
FORMAT = "E1"
#: Short words of the kinds of contest, as printed in the code.
CONTESTS = {
    "ppwp": "PPWP",
    "dpr": "DPR",
    "dpd": "DPD",
    "dprd_prov": "DPRP",
    "dprd_kabko": "DPRK",
    "gubernur": "KWKG",
    "bupati_walikota": "KWKB",
}
KINDS = {short: kind for kind, short in CONTESTS.items()}
#: Crockford's alphabet: no letter looks like a digit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SHAPE = re.compile(r"E\d+(/[0-9A-Z]+){7}")


@dataclass(frozen=True)
class FormKey:
    """What the code of a page says."""

    election: int
    contest: str
    tps: str
    page: int
    of: int
    #: Of the layout that was printed: :func:`edition`.
    edition: str


class QrRefused(ValueError):
    """A code that is no page of ours: ``reason`` is ``foreign``, ``version``, ``damaged`` or ``contest``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def qr_text(key: FormKey) -> str:
    """The text to print; KeyError for a contest that has no short word."""
    text = "/".join(
        (
            FORMAT,
            str(key.election),
            CONTESTS[key.contest],
            key.tps,
            str(key.page),
            str(key.of),
            key.edition,
        )
    )
    return f"{text}/{_letters(text)}"


def parse_qr(text: str) -> FormKey:
    """What a code says; :class:`QrRefused` tells a foreign code from a damaged one."""
    text = text.strip().upper()
    if not SHAPE.fullmatch(text):
        raise QrRefused("foreign")
    body, _, check = text.rpartition("/")
    if not text.startswith(FORMAT + "/"):
        raise QrRefused("version")
    if check != _letters(body):
        raise QrRefused("damaged")
    _, election, contest, tps, page, of, of_layout = body.split("/")
    if contest not in KINDS:
        raise QrRefused("contest")
    if not (election.isdigit() and re.fullmatch(r"\d{13}", tps) and page.isdigit() and of.isdigit()):
        raise QrRefused("damaged")
    if not 1 <= int(page) <= int(of):
        raise QrRefused("damaged")
    return FormKey(int(election), KINDS[contest], tps, int(page), int(of), of_layout)


def edition(pages: Sequence[Page]) -> str:
    """Three letters that change when anything on the pages changes: model, ballot or geometry."""
    return _letters(json.dumps([page.as_data() for page in pages], sort_keys=True))


def _letters(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:2]) >> 1
    return "".join(ALPHABET[number >> shift & 31] for shift in (10, 5, 0))
