"""Walk from page to page as far as links lead, a few pages of each route, and look at each."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from electsys.identity.access import rule_of
from tests.browser import WIDTHS

#: Pages of one route that are looked at; the others are made by the same template.
EACH = 2
#: Not pages: they change the look of the page that one came from, or are files.
SKIPPED = {"web.preferences", "web.asset"}


def endpoint(app: Any, path: str) -> str | None:
    """The route of a path; None for what is no page."""
    try:
        return str(app.url_map.bind("localhost").match(path)[0])
    except RequestRedirect:
        return "redirect"
    except HTTPException:
        return None


def open_to_all(app: Any, route: str | None) -> bool:
    """Whether anyone may read a route: the journey of the public looks at it."""
    rule = rule_of(app, route) if route in app.view_functions else None
    return rule is not None and rule.permission is None


def visit(page: Any, path: str) -> Any:
    """Go there; the answer. What is handed over as a file leaves the browser where it is."""
    from playwright.sync_api import Error

    try:
        return page.goto(path)
    except Error as refused:
        answer = page.request.get(path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            raise AssertionError(f"{path} cannot be shown") from refused
        return answer


def crawl(live: Any, page: Any, look: Any, start: Iterable[str], *, role: bool) -> Counter[str | None]:
    """Give every page that can be reached from ``start`` to ``look``; how many pages of each route.

    Somebody with a ``role`` sees a public page with another head only: one page of the route, at the width
    where that head is narrowest.
    """
    seen: set[str] = set()
    visits: Counter[str | None] = Counter()
    queue = deque(start)
    while queue:
        path = queue.popleft()
        route = endpoint(live.app, urlsplit(path).path)
        known = role and open_to_all(live.app, route)
        if path in seen or route in SKIPPED or visits[route] >= (1 if known else EACH):
            continue
        seen.add(path)
        answer = visit(page, path)
        assert answer.status < 500, f"{path} answers {answer.status}:\n{live.log.read_text()[-3000:]}"
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        visits[route] += 1
        look(page, **({"widths": WIDTHS[:1], "dark": False} if known else {}))
        links = page.eval_on_selector_all(
            "a[href]", "all => all.map(a => new URL(a.getAttribute('href'), location).href)"
        )
        for link in links:
            parts = urlsplit(link)
            if link.startswith(live.url) and not parts.fragment:
                queue.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return visits
