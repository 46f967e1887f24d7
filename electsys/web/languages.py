"""Language and appearance: a cookie each, so that pages need no account to remember them."""

from __future__ import annotations

from flask import Flask, current_app, redirect, request
from flask_babel import Babel, get_locale
from werkzeug import Response

from electsys.identity.access import public
from electsys.web.assets import bp

LANGUAGE, APPEARANCE = "bahasa", "tampilan"
#: Appearance -> the ``media`` of the dark style sheet; None leaves it out.
APPEARANCES: dict[str, str | None] = {
    "otomatis": "(prefers-color-scheme: dark)",
    "terang": None,
    "gelap": "all",
}
YEAR = 365 * 24 * 3600


def chosen_language() -> str | None:
    """The cookie's choice; Indonesian without one, whatever the browser prefers."""
    wanted = request.cookies.get(LANGUAGE, "") if request else ""
    return wanted if wanted in current_app.config["LANGUAGES"] else None


def language() -> str:
    """Two letters, for ``<html lang>``."""
    locale = get_locale()
    return locale.language if locale else "id"


def appearance() -> str:
    """``otomatis`` (as the device), ``terang`` or ``gelap``."""
    wanted = request.cookies.get(APPEARANCE, "")
    return wanted if wanted in APPEARANCES else "otomatis"


def local_path(target: str | None) -> str:
    """A path on this site, or the home page: no link may lead elsewhere through us."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    return "/" if any(ord(c) < 32 for c in target) else target


@bp.get("/tampilan")
@public
def preferences() -> Response:
    """Remember a language or an appearance and go back to the page."""
    response = redirect(local_path(request.args.get("kembali")), 303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    for name, allowed in ((LANGUAGE, current_app.config["LANGUAGES"]), (APPEARANCE, APPEARANCES)):
        wanted = request.args.get(name, "")
        if wanted in allowed:
            response.set_cookie(name, wanted, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def init_app(app: Flask) -> None:
    """Choose the language of each request."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", f"{app.root_path}/electsys/web/translations")
    Babel(app, locale_selector=chosen_language)
