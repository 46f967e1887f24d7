"""Sizes of samples, draws and projections, and the law of the desk, as pure functions (domain.md 3.6)."""
