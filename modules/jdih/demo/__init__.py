"""JDIH in the demo: the legal basis, and a few letters."""

from __future__ import annotations

from electsys.demo import Demo, step
from modules.jdih.demo.letters import demo_letters
from modules.jdih.operations.seeding import seed_basis


@step("jdih")
def demo_jdih(demo: Demo) -> None:
    """What JDIH shows in the demo."""
    documents, relations = seed_basis(actor=demo.actor)
    if documents:
        demo.say(f"{documents} dokumen dasar hukum dengan {relations} hubungan.")
    demo_letters(demo)
