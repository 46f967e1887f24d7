"""Pages of the room: public checks, responses of the public, and the queue of officers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request

from electsys.responses.guard import TooMany, Visitor, new_device
from electsys.web.errors import respond

bp = Blueprint("responses", __name__)

#: The cookie by which a browser is one device, for a day.
DEVICE = "perangkat"
DAY = 24 * 3600


def visitor() -> Visitor:
    """Who asks: the address (through as many proxies as the settings trust) and the browser's number."""
    return Visitor.of(request.remote_addr, request.cookies.get(DEVICE))


def remember_device(response: Response) -> Response:
    """Give a browser its number for today, if it has none."""
    if DEVICE not in request.cookies:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(DEVICE, new_device(), max_age=DAY, httponly=True, samesite="Lax", secure=secure)
    return response


def private(page: str, status: int = 200) -> Response:
    """A page that nobody else may keep."""
    response = Response(page, status=status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def too_many(refusal: TooMany) -> Any:
    """429, with the time after which there is room again."""
    response = respond(429, title=str(refusal.message), detail=str(refusal.hint))
    response.headers["Retry-After"] = str(refusal.wait)
    return response


from electsys.responses.views import checks, queue, responding  # noqa: E402, F401  (they add to bp)
