"""Situng (being wired)."""
