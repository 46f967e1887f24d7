"""The draw of many samples: the word of its act, its pages and its job."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.ledger.wording import name_verb
from modules.sipol.views import factual_draws  # noqa: F401  (the pages register)


def join(_app: Flask) -> None:
    """Register the word; the job stands among the others of the module."""
    name_verb("sipol:factual:draw_all", _l("Menarik banyak sampel verifikasi faktual"))
