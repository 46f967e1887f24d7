"""An installation of its own: database, files and keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def house(own_database: str, tmp_path: Path) -> Iterator[Any]:
    """The application on its own database, file store and key folder."""
    from electsys import create_app
    from electsys.db import db

    app = create_app(
        DATABASE_URL=own_database,
        FILE_STORE=str(tmp_path / "files"),
        KEY_DIR=tmp_path / "keys",
        HOME=tmp_path,
    )
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
