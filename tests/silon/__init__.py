"""Tests of Silon."""
