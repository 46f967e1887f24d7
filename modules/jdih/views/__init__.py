"""Pages of JDIH: the public's, and those of legal staff. Every view file adds to one blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("jdih", __name__, url_prefix="/jdih")

from modules.jdih.views import (  # noqa: E402, F401  (they add to bp)
    archive,
    feeds,
    incoming,
    letter_drafts,
    letter_steps,
    letters,
    manage,
    manage_parts,
    public,
    sites,
)
