"""Rows of JDIH in any state, for the generated tests of its workflows (tests/workflow)."""

from tests.jdih import letter_examples, register_examples  # noqa: F401
