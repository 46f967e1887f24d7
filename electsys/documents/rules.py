"""How numbers of official documents are written (PKPU 2/2021 jo 8/2021, and the eras before)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
#: The places of a template: what they mean, forms.PLACES says. ``urut_3`` is ``urut`` with zeros before it.
PLACES = ("urut", "jenis", "klasifikasi", "kode", "satker", "bulan", "bulan_romawi", "tahun")
_PLACE = re.compile(r"\{([^{}]*)\}")
_SERIAL = re.compile(r"urut(?:_([2-6]))?")


class BadTemplate(ValueError):
    """A number template that cannot work; ``place`` is what is wrong or missing in it."""

    def __init__(self, place: str):
        super().__init__(place)
        self.place = place


def check_template(pattern: str) -> None:
    """Raise :class:`BadTemplate` unless every place is known and number and year both stand in it.

    Without the year, numbers of two years could not be told apart: the sequence starts anew each
    1 January.
    """
    places = _PLACE.findall(pattern)
    for place in places:
        if place not in PLACES and not _SERIAL.fullmatch(place):
            raise BadTemplate(place)
    if "{" in _PLACE.sub("", pattern) or "}" in _PLACE.sub("", pattern):
        raise BadTemplate("{}")
    if sum(bool(_SERIAL.fullmatch(place)) for place in places) != 1:
        raise BadTemplate("urut")
    if "tahun" not in places:
        raise BadTemplate("tahun")


def format_number(
    pattern: str, number: int, date: dt.date, parts: Mapping[str, str], *, suffix: str = ""
) -> str:
    """Write a number after a template; ``parts`` gives jenis, klasifikasi, kode and satker.

    ``suffix`` is the letter of a number that was set in between: ``12.a/...``.
    """
    values = {
        **parts,
        "bulan": f"{date.month}",
        "bulan_romawi": ROMAN[date.month - 1],
        "tahun": f"{date.year}",
    }

    def put(match: re.Match[str]) -> str:
        if serial := _SERIAL.fullmatch(match[1]):
            return f"{number:0{serial[1] or 1}d}" + (f".{suffix}" if suffix else "")
        return values[match[1]]

    return _PLACE.sub(put, pattern)


def office_of(unit: str) -> str:
    """The short name of a satker by its region code; the codes of cities are 71 and above."""
    if unit == "":
        return "KPU"
    if len(unit) == 2:
        return "KPU-Prov"
    return "KPU-Kot" if int(unit[2:4]) >= 71 else "KPU-Kab"
