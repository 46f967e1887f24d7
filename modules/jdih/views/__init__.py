"""Pages of JDIH: the public's, and those of legal staff. Every view file adds to one blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("jdih", __name__, url_prefix="/jdih")
