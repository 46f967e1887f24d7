"""web: what every page shares.

Layout, navigation, language and appearance, assets, strict headers, error pages, formats, the form base,
tables, charts, the home page with its task list, health and metrics. It knows no module: rooms register
their menu entries (:mod:`electsys.web.navigation`) and task sources (:mod:`electsys.web.tasks`).
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l
from jinja2 import FileSystemBytecodeCache

from electsys.web import (
    assets,
    cli,
    errors,
    formats,
    forms,
    here,
    languages,
    logs,
    metrics,
    navigation,
    patterns,
    people,
    security,
    tasks,
    views,  # noqa: F401  (the pages of the blueprint)
)

__all__ = ["init_app", "navigation", "tasks"]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    security.init_app(app)
    logs.init_app(app)
    metrics.init_app(app)
    languages.init_app(app)
    errors.init_app(app)
    app.register_blueprint(assets.bp)
    app.cli.add_command(cli.cli)
    if app.config["DEMO"] or app.testing:
        app.register_blueprint(patterns.bp)
    if app.testing:  # dozens of apps and processes, one after the other, read the same templates
        folder = app.config["HOME"] / "templates"
        folder.mkdir(parents=True, exist_ok=True)
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    navigation.entry(_l("Beranda"), "web.home", group="publik", order=0)
    navigation.entry(_l("Bantuan"), "web.help_page", group="publik", order=90)
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        csp_nonce=security.csp_nonce,
        asset=assets.asset,
        icon=assets.icon,
        menu=navigation.entries,
        menu_lines=navigation.lines,
        account=people.signed_in,
        can=people.may,
        language=languages.language,
        appearance=languages.appearance,
        page_address=here.page_address,
        dark_media=lambda: languages.APPEARANCES[languages.appearance()],
        is_choices=forms.is_choices,
        person_name=people.name_of,
        unread_count=people.unread_count,
        has_page=lambda endpoint: endpoint in app.view_functions,
    )
