"""The public side of JDIH in the menu and on the home page."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import lazy_gettext as _l

from electsys.web import home, navigation
from modules.jdih.queries import public as queries
from modules.jdih.queries.register import name_of


def register() -> None:
    """Put the search into the menu and what was published last onto the home page."""
    navigation.entry(_l("Produk hukum"), "jdih.search", group="publik", order=20)
    home.published(published)


def published() -> Iterable[home.News]:
    """The document that was published last."""
    for document in queries.newest(limit=1):
        link = url_for("jdih.document", stem=document.stem)
        yield home.News(name_of(document), document.title, link, document.published_at)
