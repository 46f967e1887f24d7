"""Walk from page to page as far as links lead, a few pages of each route, and look at each."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

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


def crawl(live: Any, page: Any, look: Any, start: Iterable[str]) -> Counter[str | None]:
    """Give every page that can be reached from ``start`` to ``look``; how many pages of each route."""
    seen: set[str] = set()
    #: Routes and names of parameters that have answered with a page: they need not be asked what they are.
    pages: set[tuple[str | None, str]] = set()
    visits: Counter[str | None] = Counter()
    queue = deque(start)
    while queue:
        path = queue.popleft()
        route = endpoint(live.app, urlsplit(path).path)
        if path in seen or visits[route] >= EACH or route in SKIPPED:
            continue
        seen.add(path)
        kind = route, " ".join(sorted(parse_qs(urlsplit(path).query, keep_blank_values=True)))
        answer = page.goto(path) if kind in pages else page.request.get(path)
        assert answer.status < 500, f"{path} answers {answer.status}:\n{live.log.read_text()[-3000:]}"
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        visits[route] += 1
        if kind not in pages:
            pages.add(kind)
            page.goto(path)
        look(page)
        links = page.eval_on_selector_all(
            "a[href]", "all => all.map(a => new URL(a.getAttribute('href'), location).href)"
        )
        for link in links:
            parts = urlsplit(link)
            if link.startswith(live.url) and not parts.fragment:
                queue.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return visits
