"""Activation on paper and on screen: the QR whose link carries the code in its fragment.

What stands after ``#`` never leaves the phone's browser: no log of any server on the way has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import segno
from flask import current_app

from electsys.devices import rules
from electsys.documents import qr_svg, render_pdf
from electsys.web.formats import tanggal, waktu


@dataclass(frozen=True)
class Slip:
    """What stands on one slip."""

    name: str
    username: str
    task: str
    place: str
    until: dt.datetime
    code: str


def link_of(code: str) -> str:
    """What the QR leads to."""
    return f"{current_app.config['BASE_URL']}/lapangan/aktivasi#{code}"


def qr_picture(code: str) -> str:
    """The QR as the address of a picture, for a page."""
    return str(segno.make(link_of(code), error="m", micro=False).svg_data_uri(scale=6, border=2))


def expiry(until: dt.datetime) -> dt.datetime:
    """When a code made now becomes void."""
    return min(dt.datetime.now(dt.UTC) + rules.ACTIVATION_VALID, until)


def slips_pdf(slips: Iterable[Slip]) -> bytes:
    """The sheet, four slips a page. The codes stand nowhere else."""
    now = dt.datetime.now(ZoneInfo("Asia/Jakarta"))
    return render_pdf(
        "devices/activation",
        {
            "date": now.date().isoformat(),
            "address": f"{current_app.config['BASE_URL']}/lapangan/aktivasi",
            "slips": [
                {
                    "name": slip.name,
                    "username": slip.username,
                    "task": slip.task,
                    "place": slip.place,
                    "until": str(tanggal(slip.until - dt.timedelta(seconds=1))),
                    "valid": str(waktu(expiry(slip.until))),
                    "code": rules.show_code(slip.code),
                    "qr": qr_svg(link_of(slip.code)),
                }
                for slip in slips
            ],
        },
    )
