"""Pages of Sidalih."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("sidalih", __name__, url_prefix="/pemilih")
