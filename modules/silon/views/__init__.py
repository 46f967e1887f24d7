"""Pages of Silon."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("silon", __name__, url_prefix="/calon")
