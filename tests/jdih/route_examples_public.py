"""Examples for the routes of the public's pages."""

from __future__ import annotations

from tests.route_examples import NATION, Arguments, Scope, World, example


def _document(world: World):  # type: ignore[no-untyped-def]
    from tests.jdih.searching import publish

    document = publish(world.session, "Contoh keputusan", pages=("Pasal 1",))
    world.session.commit()
    return document


@example("jdih.document", "jdih.document_json")
def document(world: World) -> tuple[Arguments, Scope]:
    return {"stem": _document(world).stem}, NATION


@example("jdih.download")
def file(_world: World) -> tuple[Arguments, Scope]:
    return {"stem": "2023tidak001", "name": "2023tidak001.pdf"}, NATION


@example("jdih.site", "jdih.site_atom")
def site(_world: World) -> tuple[Arguments, Scope]:
    return {"unit": "1201"}, NATION


@example("jdih.sitemap_part")
def part(_world: World) -> tuple[Arguments, Scope]:
    return {"part": 1}, NATION
