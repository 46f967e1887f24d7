"""Keeping the search in step with the register."""

from __future__ import annotations


def touch(document_id: int) -> None:
    """A document changed: bring its entry in the search up to date, in the caller's transaction."""
