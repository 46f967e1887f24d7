"""Administration of elections: the elections themselves, calendar, settings of the law, code tables."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.db import db
from electsys.elections import queries
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.web import navigation, tasks
from electsys.web.forms import Form

READ = "elections:election:read"
EDIT = "elections:election:edit"
STAGE = "elections:stage:edit"
SETTING = "elections:setting:edit"
CODE = "elections:code:edit"

bp = Blueprint("elections", __name__, url_prefix="/admin/pemilu")


def found(election: str) -> Election:
    """The election of a URL; 404 where there is none."""
    return queries.by_code(election) or abort(404)


def crumbs_of(row: Election) -> list[tuple[str, str]]:
    """Where the pages of an election lie."""
    return [(row.name, url_for("elections.election", election=row.code))]


def ask(
    form: Form, do: Any, back: str, title: str, crumbs: list[tuple[str, str]], action: str, subject: str = ""
) -> Any:
    """Show a form; when it is right, act and go back. ``subject`` names whose history stands below it."""
    if form.validate_on_submit():
        try:
            do()
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Perubahan disimpan dan tercatat."), "success")
            return redirect(back)
    page = render_template(
        "elections/form.html", form=form, title=title, crumbs=crumbs, action=action, subject=subject
    )
    return page, form.status


def _to_confirm(account: Any) -> list[tasks.Task]:
    """What an admin has to compare with the text of the law before it binds."""
    return [
        tasks.Task(
            _("Cocokkan pengaturan %(name)s dengan naskah peraturannya", name=name),
            url_for("elections.settings", election=code, konfirmasi="ya"),
            count=count,
            order=70,
        )
        for code, name, count in queries.settings_to_confirm()
    ]


def init_app(app: Flask) -> None:
    """Register pages, menu entry and the task of confirming settings."""
    from electsys.elections.views import codes, overview, settings, stages  # noqa: F401

    app.register_blueprint(bp)
    navigation.entry(_l("Pemilu"), "elections.election_list", permission=READ, group="kelola", order=20)
    tasks.source(SETTING, _to_confirm)
