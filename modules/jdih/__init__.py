"""JDIH: every act leaves a numbered, findable paper.

Letters and minutes (naskah dinas) are drafted, routed, numbered, signed and archived here; regulations,
decisions and rulings stand in a register with their relations, and anybody can search and read them
(Perpres 33/2012; Permenkumham 8/2019; PKPU 2/2021). Numbers, files, PDF and signatures are
``electsys.documents``; this module owns routing, register, publication and search. The door below is what
the modules on the right use.
"""

from __future__ import annotations

from flask import Flask

from modules.jdih import models
from modules.jdih.events import LetterSent, RulingIssued
from modules.jdih.models import Letter
from modules.jdih.operations.door import draft_minutes, issue_decision

__all__ = ["Letter", "LetterSent", "RulingIssued", "draft_minutes", "init_app", "issue_decision", "models"]


def init_app(app: Flask) -> None:
    """Join the module to the app."""
    from modules.jdih import citing, demo, jobs, menu, statements, views  # noqa: F401  (they register themselves)
    from modules.jdih.cli import jdih

    app.register_blueprint(views.bp)
    app.cli.add_command(jdih)
    menu.join()
