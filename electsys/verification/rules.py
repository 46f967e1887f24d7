"""Sizes of samples, draws and projections as pure functions (domain.md 3.6)."""
