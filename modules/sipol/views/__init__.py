"""Pages of Sipol."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("sipol", __name__, url_prefix="/partai")
