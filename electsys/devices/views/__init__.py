"""Pages: of officers (devices, holders, activation), and the public shell that phones keep."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("devices", __name__)

from electsys.devices.views import activation, carry, field, officers  # noqa: E402, F401  (the pages register)
