"""Pages of the house itself: home, help, open data, how to check, health."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template
from sqlalchemy import text

from electsys.db import db
from electsys.identity.access import public
from electsys.web import home as home_page
from electsys.web import tasks
from electsys.web.assets import bp
from electsys.web.people import roles_and_modules, signed_in


@bp.get("/")
@public
def home() -> Any:
    """What is published, for the public; what to do next, for those who work here."""
    if signed_in() is not None:
        roles, modules = roles_and_modules()
        return render_template(
            "web/tasks.html",
            tasks=tasks.todo(),
            due=tasks.due,
            roles=roles,
            to_come=home_page.to_come(modules),
        )
    return render_template("web/home.html", systems=home_page.SYSTEMS, news=home_page.news())


@bp.get("/bantuan")
@public
def help_page() -> Any:
    """Short help."""
    return render_template("web/help.html")


@bp.get("/data-terbuka")
@public
def open_data() -> Any:
    """What may be taken away and where it is."""
    return render_template("web/open_data.html")


@bp.get("/periksa")
@public
def verify() -> Any:
    """How anybody checks a number."""
    return render_template("web/verify.html")


@bp.get("/sehat")
@public
def health() -> Response:
    """For load balancers: the process answers and reaches its database."""
    db.session.execute(text("select 1"))
    return jsonify(status="sehat")
