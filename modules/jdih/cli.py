"""``flask jdih``: the legal basis, the feed."""

from __future__ import annotations

from flask.cli import AppGroup

jdih = AppGroup("jdih", help="Register produk hukum.")
