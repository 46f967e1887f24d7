"""When something is refused or fails: a page that says what, why and how to go on, or a problem as JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, default_exceptions

from electsys.db import db
from electsys.errors import Refused
from electsys.web.here import openable
from electsys.web.languages import local_path
from electsys.web.security import request_id


def wants_json() -> bool:
    """Whether the caller is a program: an API path, a ``.json`` page, or an Accept without HTML."""
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        return True
    accepts = request.accept_mimetypes
    return accepts.accept_json and not accepts.accept_html


def words(status: int) -> tuple[str, str]:
    """Title and explanation of a status, for people."""
    said = {
        400: (
            _("Permintaan tidak dapat dibaca"),
            _("Kembali ke halaman sebelumnya, muat ulang, lalu coba lagi."),
        ),
        401: (_("Anda perlu masuk"), _("Masuk dengan akun Anda, lalu buka lagi halaman ini.")),
        403: (
            _("Anda tidak berwenang membuka halaman ini"),
            _("Hak akun Anda tidak mencakup halaman atau wilayah ini. Bila keliru, hubungi admin."),
        ),
        404: (
            _("Halaman tidak ditemukan"),
            _("Alamatnya mungkin salah ketik, atau isinya dipindahkan. Mulailah lagi dari beranda."),
        ),
        405: (_("Cara itu tidak tersedia di sini"), _("Buka halaman ini lewat tautan atau tombolnya.")),
        409: (
            _("Isinya sudah berubah"),
            _("Orang lain lebih dulu mengubahnya. Muat ulang, lalu periksa lagi."),
        ),
        413: (
            _("Berkas terlalu besar"),
            _("Bagi berkas menjadi beberapa bagian, lalu unggah satu per satu."),
        ),
        422: (_("Permintaan belum dapat dijalankan"), _("Perbaiki isian yang disebut, lalu kirim lagi.")),
        429: (_("Terlalu banyak permintaan"), _("Tunggu sebentar, lalu coba lagi.")),
        503: (_("Layanan sedang tidak tersedia"), _("Coba lagi beberapa menit lagi.")),
    }
    fallback = (
        _("Terjadi kesalahan pada sistem"),
        _("Data Anda tidak berubah. Coba lagi; bila terulang, sebutkan nomor di bawah kepada petugas."),
    )
    return said.get(status, fallback if status >= 500 else said[400])


def respond(
    status: int, *, title: str | None = None, detail: str | None = None, hint: str | None = None, **more: Any
) -> Response:
    """The answer to a refused or failed request. The transaction is over before the page is drawn."""
    db.session.rollback()
    told, advice = words(status)
    if wants_json():
        problem = {
            "type": "about:blank",
            "title": title or told,
            "status": status,
            "detail": detail or advice,
            "instance": request.path,
            "request_id": request_id(),
            **({"hint": hint} if hint else {}),
            **{k: v for k, v in more.items() if v is not None},
        }
        response = jsonify(problem)
        response.mimetype = "application/problem+json"
    else:
        page = render_template(
            "web/error.html",
            status=status,
            heading=title or told,
            detail=detail,
            hint=hint or (advice if not (title and detail) else None),
            back=_back(),
            request_id=request_id(),
        )
        response = Response(page, mimetype="text/html")
    response.status_code = status
    return response


def _back() -> str | None:
    """The page that the reader came from, if it is one of ours."""
    referrer = request.referrer or ""
    if not referrer.startswith(request.host_url):
        return None
    path = local_path("/" + referrer.removeprefix(request.host_url))
    address, mark, query = path.partition("?")
    path = openable(address) + mark + query
    return path if path != request.full_path.rstrip("?") else None


def refused(refusal: Refused) -> Response:
    """An operation said no, and its view did not show it at a form."""
    return respond(
        refusal.status,
        title=str(refusal.message),
        hint=str(refusal.hint) if refusal.hint else None,
        field=refusal.field,
    )


def http_error(error: HTTPException) -> Any:
    """A status that werkzeug or a view raised."""
    if error.response is not None:
        return error.response
    status = error.code or 500
    response = respond(status)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def csrf_failed(error: CSRFError) -> Response:
    """A form without its token: mostly a page that stood open for too long."""
    return respond(
        400,
        title=_("Halaman ini sudah terlalu lama terbuka"),
        detail=_("Demi keamanan, isian belum dikirim. Kembali, muat ulang halamannya, lalu kirim lagi."),
    )


def failed(error: InternalServerError) -> Response:
    """A fault of ours. The log has it under the request's number."""
    return respond(HTTPStatus.INTERNAL_SERVER_ERROR)


def init_app(app: Flask) -> None:
    """Answer every error in our own words; APIFlask's handlers are by status, hence one each."""
    for status in default_exceptions:
        app.register_error_handler(status, http_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(500, failed)
    app.register_error_handler(CSRFError, csrf_failed)
    app.register_error_handler(Refused, refused)
