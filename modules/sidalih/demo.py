"""Sidalih in the demo."""

from __future__ import annotations
