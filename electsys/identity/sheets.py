"""Activation sheets: a slip of paper for each account, with the QR that leads to its first password."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from electsys.documents import qr_svg, render_pdf
from electsys.identity.operations.activation import VALID
from electsys.identity.views.urls import activation_link
from electsys.web.formats import waktu


@dataclass(frozen=True)
class Slip:
    """What stands on one slip."""

    username: str
    name: str
    role: str
    region: str
    token: str


def activation_pdf(slips: Iterable[Slip]) -> bytes:
    """The sheet, four slips a page. The tokens stand nowhere else."""
    now = dt.datetime.now(ZoneInfo("Asia/Jakarta"))
    return render_pdf(
        "identity/activation",
        {
            "date": now.date().isoformat(),
            "until": str(waktu(now + VALID)),
            "slips": [
                {
                    "username": slip.username,
                    "name": slip.name,
                    "role": slip.role,
                    "region": slip.region,
                    "link": activation_link(slip.token),
                    "qr": qr_svg(activation_link(slip.token)),
                }
                for slip in slips
            ],
        },
    )
