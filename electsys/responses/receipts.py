"""The printed receipt of a response."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import current_app

from electsys.documents import date_text, qr_svg, render_pdf
from electsys.documents.papers import letterhead
from electsys.responses import kinds, rules
from electsys.responses.models import PublicResponse
from electsys.web.formats import waktu

WIB = ZoneInfo("Asia/Jakarta")


def secret_link(number: str, code: str) -> str:
    """The address that follows a response. What stands behind # never leaves the browser."""
    return f"{current_app.config['BASE_URL']}/tanggapan/lacak#{number}/{code}"


def receipt_pdf(row: PublicResponse, code: str) -> bytes:
    """The receipt: number, code, time, deadline, and a QR with the secret link. No name and no NIK on it."""
    kind = kinds.ALL.get(row.kind)
    link = secret_link(row.number, code)
    return render_pdf(
        "responses/receipt",
        {
            "date": row.created_at.astimezone(WIB).date(),
            "letterhead": letterhead((row.region or "")[:4]),
            "kind": str(kind.label) if kind else row.kind,
            "number": row.number,
            "code": rules.shown_code(code),
            "received": waktu(row.created_at),
            "due": waktu(row.due_at),
            "due_date": date_text(row.due_at.astimezone(WIB).date()),
            "files": len(row.files),
            "link": link,
            "place": f"{current_app.config['BASE_URL']}/tanggapan/lacak",
            "qr": qr_svg(link),
        },
    )
