"""Candidates that do not exist, for tests and measurements."""
