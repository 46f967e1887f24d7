"""The frame of an official paper: letterhead, number, date in words, address and QR of its page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import select

from electsys.db import db
from electsys.documents.pdf import qr_svg
from electsys.regions.models import Region
from electsys.regions.rules import OVERSEAS, level_of, zone_of
from electsys.web.formats import ZONES

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
ONES = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
#: In Aceh, KPU's bodies bear another name (UU 11/2006 art 56).
ACEH = "11"
#: The ad hoc bodies, by the level of their region (UU 7/2017 art 1).
AD_HOC = {3: "PANITIA PEMILIHAN KECAMATAN", 4: "PANITIA PEMUNGUTAN SUARA"}
LEVEL_NAMES = {1: "PROVINSI", 2: "KABUPATEN", 3: "KECAMATAN", 4: "DESA/KELURAHAN"}


def letterhead(unit: str) -> dict[str, str]:
    """Name of the body and of its area, by the region code of a satker; "" is KPU RI."""
    if unit == "":
        return {"body": "KOMISI PEMILIHAN UMUM", "area": "REPUBLIK INDONESIA"}
    if unit.startswith(OVERSEAS):
        body = "PANITIA PEMILIHAN LUAR NEGERI"
    else:
        kpu = "KOMISI INDEPENDEN PEMILIHAN" if unit.startswith(ACEH) else "KOMISI PEMILIHAN UMUM"
        body = AD_HOC.get(level_of(unit) or 0, kpu)
    return {"body": body, "area": area_of(unit)}


def area_of(unit: str) -> str:
    """PROVINSI ..., KABUPATEN ..., KOTA ..., KECAMATAN ..., from the newest map that has the code."""
    region = db.session.scalars(
        select(Region).where(Region.code == unit).order_by(Region.map_id.desc()).limit(1)
    ).one_or_none()
    if region is None:
        return unit
    name = region.title.upper()
    if unit.startswith(OVERSEAS) or (region.level == 2 and name.startswith("KOTA ")):
        return name
    return f"{LEVEL_NAMES[region.level]} {name}"


def today(unit: str) -> dt.date:
    """The date on the clock of a satker."""
    return dt.datetime.now(ZONES[zone_of(unit)]).date()


def date_text(day: dt.date) -> str:
    """A date as papers have it, in Indonesian whatever the reader's language: ``14 Februari 2024``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def date_in_words(day: dt.date) -> str:
    """A date as minutes open with it: "Rabu tanggal empat belas bulan Februari tahun dua ribu ..."."""
    return (
        f"{DAYS[day.weekday()]} tanggal {in_words(day.day)} bulan {MONTHS[day.month - 1]} "
        f"tahun {in_words(day.year)}"
    )


def in_words(n: int) -> str:
    """A whole number from 1 to 9999 in Indonesian words."""
    if not 1 <= n <= 9999:
        raise ValueError(n)
    parts = []
    for base, name, single in ((1000, "ribu", "seribu"), (100, "ratus", "seratus")):
        count, n = divmod(n, base)
        if count:
            parts.append(single if count == 1 else f"{ONES[count]} {name}")
    if n in (10, 11):
        parts.append("sepuluh" if n == 10 else "sebelas")
    elif 11 < n < 20:
        parts.append(f"{ONES[n - 10]} belas")
    else:
        tens, ones = divmod(n, 10)
        parts += [f"{ONES[tens]} puluh"] if tens else []
        parts += [ONES[ones]] if ones else []
    return " ".join(parts)


def public_url(token: str) -> str:
    """The full address that the QR carries; jobs and commands have no request to ask."""
    return f"{current_app.config['BASE_URL']}/dokumen/{token}"


def frame(
    *,
    kind: str,
    number: str,
    title: str,
    unit: str,
    date: dt.date,
    token: str,
    head: Mapping[str, str] | None,
) -> dict[str, Any]:
    """What base.typ calls ``frame``; ``head`` adds to the letterhead, such as the ``address``."""
    url = public_url(token)
    return {
        "kind": kind,
        "number": number,
        "title": title,
        "heading": f"{kind} Nomor {number} tentang {title}",
        "date_text": date_text(date),
        "url": url,
        "qr": qr_svg(url),
        "letterhead": {**letterhead(unit), **(head or {})},
    }
