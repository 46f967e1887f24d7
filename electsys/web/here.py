"""The address of the page on show, for links and forms that lead back to it."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect


def page_path() -> str:
    """The path of this page; where a refused form is shown at the address it was sent to, see openable()."""
    return openable(request.path)


def page_address() -> str:
    """:func:`page_path` with the parameters that the page was asked with."""
    query = request.query_string.decode("ascii", "replace")
    return f"{page_path()}?{query}" if query else page_path()


def openable(path: str) -> str:
    """The path, or the nearest one above it that a link may lead to if it only takes what is sent to it.

    Steps have their addresses below their object's page (``/usulan/4/pilih`` below ``/usulan/4``). A path
    that leads nowhere at all stays what it is; the home page stands above everything.
    """
    if request.method in ("GET", "HEAD") and request.url_rule is not None and path == request.path:
        return path
    if _opens(path) is not False:
        return path
    while path := path.rpartition("/")[0]:
        if _opens(path):
            return path
    return "/"


def _opens(path: str) -> bool | None:
    """Whether GET is answered there; None where nothing is."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None  # noqa: S101  (there is a request)
    try:
        adapter.match(path, method="GET")
    except RequestRedirect:
        return True
    except MethodNotAllowed:
        return False
    except NotFound:
        return None
    return True
