"""Silon: documents."""

from __future__ import annotations

from flask import Flask


def join(app: Flask) -> None:
    """Register pages, words and what waits."""
