"""Where everything happens: the region tree of each map, its polling stations and its dapil.

The tables are in :mod:`.models`; reads in :mod:`.queries`; the loader in :mod:`.loading`.
"""

from __future__ import annotations

from flask import Flask

from electsys.regions import models as models


def init_app(app: Flask) -> None:
    """Join the room to the app."""
