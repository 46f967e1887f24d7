"""How numbers, shares, dates and sizes are written, in Indonesian and in English.

Shares are computed from whole numbers, never through binary fractions; what is shown is rounded half up.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale

#: Indonesia's three clocks.
ZONES = {"WIB": ZoneInfo("Asia/Jakarta"), "WITA": ZoneInfo("Asia/Makassar"), "WIT": ZoneInfo("Asia/Jayapura")}
UNKNOWN = "–"


def _english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"


def _signs() -> tuple[str, str]:
    """Thousands and decimal sign."""
    return (",", ".") if _english() else (".", ",")


def angka(value: int | None) -> str:
    """A whole number: ``1.234.567`` (``1,234,567``); unknown is a dash, never a nought."""
    return UNKNOWN if value is None else f"{value:,}".replace(",", _signs()[0])


def angka_semua(values: Iterable[int | None]) -> list[str]:
    """As :func:`angka`, of many, with the language asked once: a page of TPS shows some thousand numbers."""
    sign = _signs()[0]
    return [UNKNOWN if value is None else f"{value:,}".replace(",", sign) for value in values]


def persen(n: int | None, total: int | None, places: int = 2) -> str:
    """The share of ``n`` in ``total``: ``58,59%``. No total, no share: a dash.

    A part never shows as the whole: 99,999 of 100,000 is ``99,99%`` and not ``100,00%``.
    """
    if n is None or not total:
        return UNKNOWN
    scale = 10**places
    units = (2 * n * 100 * scale + total) // (2 * total)
    if n < total:
        units = min(units, 100 * scale - 1)
    whole, rest = divmod(units, scale)
    return f"{angka(whole)}{_signs()[1]}{rest:0{places}}%" if places else f"{angka(whole)}%"


def tanggal(value: dt.date | dt.datetime | None, zone: str = "WIB") -> str:
    """A date: ``14 Februari 2024``. A moment is read on the clock of ``zone``."""
    if value is None:
        return UNKNOWN
    if isinstance(value, dt.datetime):
        value = _local(value, zone).date()
    return format_date(value, "d MMMM yyyy", locale="en" if _english() else "id")


def waktu(value: dt.datetime | None, zone: str = "WIB") -> str:
    """A moment on the clock of ``zone``: ``14 Februari 2024 13.00 WIB``."""
    if value is None:
        return UNKNOWN
    local = _local(value, zone)
    clock = f"{local:%H:%M}" if _english() else f"{local:%H.%M}"
    return f"{tanggal(local.date())} {clock} {zone}"


def iso(value: dt.date | dt.datetime) -> str:
    """What ``<time datetime>`` wants."""
    return value.isoformat()


def _local(value: dt.datetime, zone: str) -> dt.datetime:
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown")
    return value.astimezone(ZONES[zone])


def ukuran(size: int | None) -> str:
    """A file's size: ``1,4 MB``."""
    if size is None:
        return UNKNOWN
    for unit, step in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size >= step:
            tenths = (10 * size + step // 2) // step
            return f"{angka(tenths // 10)}{_signs()[1]}{tenths % 10} {unit}"
    return f"{size} B"


#: Words that stay as they are in the name of a region.
_FIXED = {"DKI": "DKI", "DI": "DI", "TPSLN": "TPSLN", "KSK": "KSK", "TPS": "TPS"}
_ROMAN = re.compile(r"(?=.)(XL|L?X{0,3})(IX|IV|V?I{0,3})")


def title_region(name: str | None) -> str:
    """A region's name in reading case: ``DKI JAKARTA`` is DKI Jakarta."""
    if not name:
        return UNKNOWN
    from electsys.regions.rules import title_of

    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", _cased, title_of(name))


def _cased(word: re.Match[str]) -> str:
    text = word[0]
    if text in _FIXED or _ROMAN.fullmatch(text):
        return _FIXED.get(text, text)
    return text.capitalize()


FILTERS = {
    "angka": angka,
    "angka_semua": angka_semua,
    "persen": persen,
    "tanggal": tanggal,
    "waktu": waktu,
    "iso": iso,
    "ukuran": ukuran,
    "title_region": title_region,
}
