"""Bulk files for every module.

A module declares the columns of a file (:class:`Spec`); the room reads CSV and XLSX of any dialect,
matches the header, checks every cell in DuckDB, copies the rows into a temporary table
(:func:`stage`) and gives errors back as a sheet that can be mended and sent again. The module's own
SQL on that table does the rest.
"""

from __future__ import annotations

from flask import Flask

from electsys.intake.cli import run_cli
from electsys.intake.inspection import Inspection, inspect
from electsys.intake.problems import RowError
from electsys.intake.sheets import error_sheet
from electsys.intake.specs import Choice, Code, Column, Date, Integer, Spec, Text
from electsys.intake.staging import Staging, stage

__all__ = [
    "Choice",
    "Code",
    "Column",
    "Date",
    "Inspection",
    "Integer",
    "RowError",
    "Spec",
    "Staging",
    "Text",
    "error_sheet",
    "inspect",
    "run_cli",
    "stage",
]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
