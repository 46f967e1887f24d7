"""What phones keep: pages without anybody's data, the manifest, and the service worker that stores them.

All of it is public and the same for everybody; a phone's data comes later, through the API, and lies
encrypted in its browser. The worker's scope is ``/lapangan/``: the rest of the site never passes through it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Response, abort, current_app, jsonify, render_template, url_for
from flask_babel import gettext as _

from electsys.devices import rules
from electsys.devices.kinds import KINDS
from electsys.devices.permissions import MANAGE
from electsys.devices.views import bp
from electsys.devices.wording import WORDS
from electsys.identity.access import public
from electsys.web import assets
from electsys.web.people import may
from electsys.web.tasks import Task

#: What every page of the shell loads.
STYLES = ("bootstrap/bootstrap.css", "css/base.css", "css/parts.css", "css/dark.css", "css/field.css")
PICTURES = ("img/mark.svg", "img/lapangan-192.png", "img/lapangan-512.png")
SCRIPTS = "js/offline/"
#: Run by the browser itself, never a part of a page.
WORKER = "js/offline/worker.js"
TEMPLATES = ("devices/field.html", "devices/home.html", "devices/activation.html", "devices/shell.html")


@bp.get("/lapangan/")
@public
def home() -> Any:
    """Which tasks this phone has; the start of the installed app."""
    return render_template("devices/home.html", words=_words(), kinds=list(KINDS.values()))


def on_phone(account: Any) -> list[Task]:
    """What somebody in the field does on a phone: it may be all that the account is for."""
    if may(MANAGE):
        return []
    return [
        Task(
            _("Kerjakan di ponsel: %(task)s", task=kind.label),
            url_for("devices.shell", kind=kind.name),
            order=90,
        )
        for kind in KINDS.values()
        if may(kind.permission)
    ]


@bp.get("/lapangan/aktivasi")
@public
def activation() -> Any:
    """Where a scanned code leads; the code itself stays in the address's fragment."""
    return render_template("devices/activation.html", words=_words(), letters=rules.CODE_LENGTH)


@bp.get("/lapangan/<kind>/")
@public
def shell(kind: str) -> Any:
    """The page of one task."""
    used = KINDS.get(kind) or abort(404)
    return render_template(used.shell, words=_words(), kind=used)


@bp.get("/lapangan/manifest.webmanifest")
@public
def manifest() -> Any:
    """So that the page can stand on the phone's screen like an app."""
    response = jsonify(
        id="/lapangan/",
        name=_("electsys lapangan"),
        short_name=_("Lapangan"),
        description=_("Kerja lapangan pemilu, juga tanpa jaringan"),
        lang="id",
        start_url=url_for("devices.home"),
        scope=url_for("devices.home"),
        display="standalone",
        background_color="#f7f4ee",
        theme_color="#16233f",
        icons=[
            {"src": assets.asset("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {"src": assets.asset(f"img/lapangan-{n}.png"), "sizes": f"{n}x{n}", "type": "image/png"}
                for n in (192, 512)
            ),
        ],
    )
    response.mimetype = "application/manifest+json"
    return response


@bp.get("/lapangan/sw.js")
@public
def worker() -> Any:
    """The service worker, with the list of what it stores; a new release is a new text."""
    found = contents()
    text = f"const RELEASE = {json.dumps(found)};\n" + (assets.OWN / WORKER).read_text()
    response = Response(text, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def contents() -> dict[str, Any]:
    """Pages and assets of the shell, and the version that they make."""
    pages = [url_for("devices.home"), url_for("devices.activation"), url_for("devices.manifest")]
    pages += [url_for("devices.shell", kind=name) for name in KINDS]
    names = [*STYLES, *PICTURES, *_expanded((SCRIPTS,))]
    names += [name for kind in KINDS.values() for name in _expanded(kind.assets)]
    return {
        "version": _version(),
        "pages": pages,
        # Two uses may share a style: a cache refuses a list that names one thing twice.
        "assets": [assets.asset(name) for name in dict.fromkeys(names) if name != WORKER],
    }


def _expanded(names: tuple[str, ...]) -> list[str]:
    """Names of assets; a folder's are all its files."""
    found: list[str] = []
    for name in names:
        if name.endswith("/"):
            inside = sorted(p for p in (assets.OWN / name).rglob("*") if p.is_file())
            found += [p.relative_to(assets.OWN).as_posix() for p in inside]
        else:
            found.append(name)
    return found


def _version() -> str:
    """One digest of the assets and of the pages' templates."""
    sums = hashlib.sha256(assets.digest_now().encode())
    environment = current_app.jinja_env
    for name in (*TEMPLATES, *(kind.shell for kind in KINDS.values())):
        source = environment.loader.get_source(environment, name)[0] if environment.loader else ""
        sums.update(f"{name}\0{source}\0".encode())
    for kind in KINDS.values():
        sums.update(f"{kind.name}\0{kind.label}\0".encode())
    return sums.hexdigest()[:16]


def _words() -> str:
    """What the scripts say, as JSON for the page."""
    return json.dumps({name: str(said) for name, said in WORDS.items()}, ensure_ascii=False)
