"""The pages of the public side: plain HTML with one stylesheet, links that work in any folder."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from config import ROOT
from electsys.db import db
from electsys.regions.models import Dapil
from modules.sirekap.publication.shelf import Shelf
from modules.sirekap.publication.snapshot import Snapshot

FOLDER = ROOT / "templates/sirekap/static"
STYLE = "aset/publik.css"
#: Lengths of the codes from province to village.
STEPS = (2, 4, 6, 10)


def way(code: str) -> str:
    """The way to a region's files: ``12/1201/120101``; of the nation ``nasional``."""
    return "/".join(code[:n] for n in STEPS if n <= len(code)) or "nasional"


def edition() -> str:
    """The edition of what is published: where it changes, everything is written again.

    It is made of the templates, the program, and the address of the site, which photos stand under.
    """
    return hashlib.sha256(f"{_program()} {current_app.config['BASE_URL']}".encode()).hexdigest()[:12]


@cache
def _program() -> str:
    code = Path(__file__).parent
    made_of = (*FOLDER.iterdir(), *code.glob("*.py"), code.parent / "shapes.py")
    return hashlib.sha256(b"".join(p.read_bytes() for p in sorted(made_of) if p.is_file())).hexdigest()


class Site:
    """Renders pages onto a shelf."""

    def __init__(self, shelf: Shelf, taken: Snapshot, now: dt.datetime):
        self.shelf, self.taken, self.now = shelf, taken, now

    @cached_property
    def dapil(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """The dapil (code, name) of a chamber by the area of its body; those of DPR by province as well."""
        found = defaultdict(list)
        rows = select(Dapil).where(Dapil.map_id == self.taken.election.map_id, Dapil.chamber != "dpd")
        for row in db.session.scalars(rows.order_by(Dapil.code)):
            found[row.chamber, row.body_code].append((row.code, row.name))
            if row.chamber == "dpr":
                found[row.chamber, row.code[:2]].append((row.code, row.name))
        return dict(found)

    def page(self, path: str, template: str, **facts: Any) -> None:
        """One page. It carries no moment of its own: it changes when what it shows does."""
        up = "../" * path.count("/")
        with force_locale("id"):
            text = current_app.jinja_env.get_template(f"sirekap/static/{template}.html").render(
                up=up, election=self.taken.election, counts=self.taken.counts, way=way, path=path, **facts
            )
        self.shelf.put(path, text.encode())

    def style(self) -> None:
        """The stylesheet."""
        self.shelf.put(STYLE, (FOLDER / "publik.css").read_bytes())
