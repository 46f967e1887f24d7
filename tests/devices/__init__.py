"""Activated phones."""
