"""Citations of the law become links: the ground floor shows them, a module on top resolves them.

Settings, stages, code tables, rules and refusals cite an article (``PKPU 10/2023:8(2)``). Whoever keeps the
register of law offers a resolver; ``{{ text|cite }}`` then links every citation it knows. Without a resolver,
or for a citation that nobody knows, the text stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from markupsafe import Markup, escape


@dataclass(frozen=True)
class Link:
    """A citation that somebody resolved: its place in the text, where it leads, and what stands there."""

    start: int
    end: int
    url: str
    title: str


#: Finds the citations of a text that lead somewhere, in order, without overlap.
Resolver = Callable[[str], list[Link]]
_RESOLVERS: dict[str, Resolver] = {}


def resolver(find: Resolver) -> Resolver:
    """Offer a resolver; offered twice it stands once."""
    _RESOLVERS[f"{find.__module__}.{find.__qualname__}"] = find
    return find


def links(text: str | None) -> list[Link]:
    """The citations of a text that lead somewhere: those of the first resolver that knows any."""
    if not text:
        return []
    return next((found for find in list(_RESOLVERS.values()) if (found := find(text))), [])


def cite(text: str | None) -> Markup:
    """A text with its citations as links; safe whatever the text holds."""
    shown, at = Markup(""), 0
    plain = str(text or "")
    for link in links(plain):
        shown += escape(plain[at : link.start])
        shown += Markup('<a class="cite" href="{}" title="{}">{}</a>').format(
            link.url, link.title, plain[link.start : link.end]
        )
        at = link.end
    return shown + escape(plain[at:])


def init_app(app: Flask) -> None:
    """Give templates the filter ``cite`` and the test ``cited``."""
    app.jinja_env.filters["cite"] = cite
    app.jinja_env.tests["cited"] = lambda text: bool(links(text))
