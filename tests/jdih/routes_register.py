"""Objects for the routes of the register (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.jdih.registering import draft
from tests.route_examples import NATION, TAPTENG, Arguments, World, example

ONE = ("law", "edit_law", "publish_law", "withdraw_law", "republish_law", "law_versions")
PARTS = ("attach_law_file", "relate_law")


@example(*(f"jdih.{name}" for name in (*ONE, *PARTS)))
def law(_world: World) -> tuple[Arguments, Scope]:
    """A draft decision of Tapanuli Tengah; steps that its state forbids refuse, not for want of a right."""
    return {"document_id": draft("kpt_kabko", unit="1201", year=2024).id}, TAPTENG


@example("jdih.law_file", "jdih.replace_law_file", "jdih.detach_law_file")
def law_file(world: World) -> tuple[Arguments, Scope]:
    """A file of it."""
    from modules.jdih.models import LawFile
    from tests.route_examples import stored_file

    arguments, scope = law(world)
    row = LawFile(role="utama", label="Uji", position=1, file_id=stored_file(world).id, **arguments)
    return arguments | {"file_id": world.add(row).id}, scope


@example("jdih.unrelate_law")
def relation(world: World) -> tuple[Arguments, Scope]:
    """What it does to another."""
    from modules.jdih.models import LawRelation

    arguments, scope = law(world)
    other = draft("pkpu")
    row = LawRelation(source_id=arguments["document_id"], kind="melaksanakan", target_id=other.id)
    return arguments | {"relation_id": world.add(row).id}, scope


@example("jdih.draft_law", "jdih.law_kind")
def kind(_world: World) -> tuple[Arguments, Scope]:
    """A kind of national law."""
    return {"kind": "pkpu"}, NATION
