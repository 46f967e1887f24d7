"""Style sheets, scripts and icons: served by us, compressed once, cached for ever.

Every address carries one digest of all assets (``/aset/3f2a.../css/base.css``), so relative imports of
modules work and a new release is a new address. Bootstrap's CSS and icons come from the wheel of
Bootstrap-Flask; nothing of theirs lies in this tree.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request, url_for
from markupsafe import Markup

from electsys.identity.access import public

OWN = Path(__file__).parent / "static"
BOOTSTRAP = Path(str(files("flask_bootstrap"))) / "static" / "bootstrap5"
#: Address -> file of the packages; everything else is our own.
BORROWED = {"bootstrap/bootstrap.css": BOOTSTRAP / "css" / "bootstrap.min.css"}
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSED = ("text/css", "text/javascript", "image/svg+xml", "application/json", "application/manifest+json")

bp = Blueprint("web", __name__)


@cache
def _all(release: float) -> dict[str, Path]:
    own = {p.relative_to(OWN).as_posix(): p for p in sorted(OWN.rglob("*")) if p.is_file()}
    return own | BORROWED


@cache
def _digest(at: float) -> str:
    sums = hashlib.sha256()
    for name, path in _all(at).items():
        sums.update(name.encode() + b"\0" + path.read_bytes())
    return sums.hexdigest()[:16]


def _release() -> float:
    """What the caches here hang on: nothing, but in debug mode the newest change of a file."""
    if not current_app.debug:
        return 0
    return max(p.stat().st_mtime for p in OWN.rglob("*"))


def digest_now() -> str:
    """The digest of all assets."""
    return _digest(_release())


def asset(name: str) -> str:
    """The address of an asset; a name that does not exist is an error of ours."""
    if name not in BORROWED and not (OWN / name).is_file():
        raise LookupError(f"no asset {name!r}")
    return url_for("web.asset", digest=digest_now(), name=name)


@cache
def _packed(path: Path, at: float) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


@bp.get("/aset/<digest>/<path:name>", endpoint="asset")
@public
def serve(digest: str, name: str) -> Response:
    """One asset. An address of another release gets today's file, not cached."""
    path = _all(_release()).get(name)
    if path is None:
        abort(404)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = kind in COMPRESSED and request.accept_encodings.quality("gzip") > 0
    body = _packed(path, path.stat().st_mtime) if packed else path.read_bytes()
    response = Response(body, mimetype=kind)
    if kind in COMPRESSED:
        response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = FOR_EVER if digest == digest_now() else "no-cache"
    response.set_etag(hashlib.sha256(body).hexdigest()[:24])
    response.make_conditional(request)
    return response


@cache
def _symbol(name: str) -> str:
    sprite = _sprite()
    found = re.search(rf'<symbol[^>]*\bid="{re.escape(name)}"[^>]*>(.*?)</symbol>', sprite, re.DOTALL)
    if found is None:
        raise LookupError(f"no icon {name!r} in Bootstrap Icons")
    return re.sub(r"\s+", " ", found[1]).strip()


@cache
def _sprite() -> str:
    return (BOOTSTRAP / "icons" / "bootstrap-icons.svg").read_text()


def icon(name: str, title: str | None = None) -> Markup:
    """An icon of Bootstrap Icons inline: decoration, unless a title gives it a meaning of its own."""
    told = Markup('role="img" aria-label="{}"').format(title) if title else Markup('aria-hidden="true"')
    return Markup(
        '<svg class="icon" viewBox="0 0 16 16" fill="currentColor" focusable="false" {}>{}</svg>'
    ).format(
        told,
        Markup(_symbol(name)),  # noqa: S704  (from the wheel, not from input)
    )
