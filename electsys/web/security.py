"""Strict headers on every response, the nonce of its scripts, and the number that a person can quote.

Pages carry no inline style and no inline handler; a script is a module of our own, or carries the nonce.
"""

from __future__ import annotations

import re
import secrets
import uuid

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from electsys.web.people import signed_in

#: One guard for every form post of a page. Device endpoints, which have no cookie, exempt themselves.
csrf = CSRFProtect()

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "manifest-src 'self'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: Two years, as browsers' preload lists ask for.
HSTS = "max-age=63072000; includeSubDomains"
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def csp_nonce() -> str:
    """The nonce of this response's scripts; the same however often a page asks."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def request_id() -> str:
    """The number of this request, in the log, on the error page and in ``X-Request-ID``."""
    return str(g.get("request_id", ""))


def init_app(app: Flask) -> None:
    """Number each request, guard its forms, put the headers on its response."""
    csrf.init_app(app)
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=1, x_host=1)  # type: ignore[method-assign]

    @app.before_request
    def number() -> None:
        given = request.headers.get("X-Request-ID", "") if proxies else ""
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = POLICY.format(nonce=csp_nonce())
        headers["X-Request-ID"] = request_id()
        for name, value in FIXED.items():
            headers[name] = value
        if not (app.config["DEMO"] or app.config["TESTING"]):
            headers["Strict-Transport-Security"] = HSTS
        # What anybody may embed (open data, assets) is the same for everybody; a page is not.
        if "Access-Control-Allow-Origin" not in headers and request.endpoint != "web.asset":
            headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            headers.add("Vary", "Cookie")
            if signed_in():
                headers["Cache-Control"] = "no-store"
            else:
                headers.setdefault("Cache-Control", "no-cache")
        return response
