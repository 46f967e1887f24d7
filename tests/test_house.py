"""The house itself: who the app is to the database, and the pictures of its guides."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_session_acts_as_the_application_role(session):
    assert session.connection().exec_driver_sql("select current_user").scalar_one() == "electsys_app"


def test_every_picture_is_shown_and_every_one_shown_is_there():
    """A picture of ``docs/screenshots`` is taken by some journey and shown by some page of the docs."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    shown = {name for page in pages for name in re.findall(r"screenshots/([\w-]+)\.png", page.read_text())}
    kept = {path.stem for path in (ROOT / "docs/screenshots").iterdir()}
    assert kept == shown
    asked = re.compile(r"\bscreenshot(?:\(\s*\w+)?,\s*\"([\w-]+)\"")
    assert {name for path in ROOT.glob("tests/**/*.py") for name in asked.findall(path.read_text())} == shown
