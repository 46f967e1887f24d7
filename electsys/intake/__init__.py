"""Bulk files for every module.

A module declares the columns of a file (:class:`Spec`); the room reads CSV and XLSX of any dialect,
matches the header, checks every cell in DuckDB, copies the rows into a temporary table
(:func:`stage`) and gives errors back as a sheet that can be mended and sent again. The module's own
SQL on that table does the rest, on the command line (:func:`run_cli`) or, once it is registered
(:func:`register`), on the pages under ``/unggah``.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.intake.cli import Asked, columns_of, file_options, run_cli
from electsys.intake.inspection import Inspection, inspect
from electsys.intake.problems import RowError, column_label
from electsys.intake.registry import Context, Delivery, FileFacts, Outcome, register
from electsys.intake.sheets import error_sheet
from electsys.intake.specs import Choice, Code, Column, Date, Integer, Sealing, Spec, Text
from electsys.intake.staging import Staging, stage

__all__ = [
    "Asked",
    "Choice",
    "Code",
    "Column",
    "Context",
    "Date",
    "Delivery",
    "FileFacts",
    "Inspection",
    "Integer",
    "Outcome",
    "RowError",
    "Sealing",
    "Spec",
    "Staging",
    "Text",
    "column_label",
    "columns_of",
    "error_sheet",
    "file_options",
    "inspect",
    "register",
    "run_cli",
    "stage",
]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.documents import kinds
    from electsys.identity.access import SIGNED_IN
    from electsys.intake import steps, views, workflow  # noqa: F401  (they register themselves)
    from electsys.intake.operations import SHEET
    from electsys.ledger.wording import name_verb
    from electsys.web import navigation

    kinds.declare(SHEET, label=_l("Lembar kesalahan"), media=(kinds.CSV, kinds.XLSX), max_bytes=4 * kinds.GB)
    name_verb("intake:file:receive", _l("Menerima berkas impor"))
    for step in workflow.FILE.transitions:
        name_verb(workflow.FILE.verb(step.action), step.label)
    app.register_blueprint(views.bp)
    navigation.entry(_l("Berkas impor saya"), "intake.own", permission=SIGNED_IN, group="akun", order=45)
    navigation.entry(_l("Berkas impor"), "intake.every_file", permission=views.READ, group="kelola", order=65)
