"""JDIH in the demo: the legal basis."""

from __future__ import annotations

from electsys.demo import Demo, step


@step("jdih")
def demo_jdih(demo: Demo) -> None:
    """What JDIH shows in the demo."""
