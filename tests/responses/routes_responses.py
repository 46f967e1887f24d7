"""Objects for the routes of the room (tests/test_routes.py)."""

from __future__ import annotations

import io
from typing import Any

from electsys.identity.access import Scope
from tests.responses import toy
from tests.route_examples import NATION, TAPTENG, World, example

Arguments = dict[str, Any]


@example("responses.check", "responses.check_api", "responses.check_challenge")
def check(_world: World) -> tuple[Arguments, Scope]:
    return {"name": "data-saya"}, NATION


@example("responses.respond", "responses.begin")
def kind(_world: World) -> tuple[Arguments, Scope]:
    toy.declare()
    return {"kind": toy.KIND}, NATION


def _response(world: World) -> Any:
    from electsys.responses import kinds
    from tests.responses.examples import response

    row = response(world.session, "diterima")
    # Whoever may pass the route may here decide the kind as well: the matrix is about the route.
    for permission in ("responses:response:read", "responses:response:decide"):
        kinds.register("uji_" + permission.rsplit(":", 1)[1], label="Uji", permission=permission)
    return row


@example("responses.response")
def response(world: World) -> tuple[Arguments, Scope]:
    row = _response(world)
    row.kind = "uji_read"
    return {"response_id": row.id}, TAPTENG


@example("responses.take", "responses.decide")
def decidable(world: World) -> tuple[Arguments, Scope]:
    row = _response(world)
    row.kind = "uji_decide"
    return {"response_id": row.id}, TAPTENG


@example("responses.response_file")
def response_file(world: World) -> tuple[Arguments, Scope]:
    from PIL import Image

    from electsys.documents import store_file
    from electsys.ledger import Actor
    from electsys.responses.models import ResponseFile
    from electsys.responses.operations import FILES

    arguments, scope = response(world)
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "png")
    content.seek(0)
    stored = store_file(content, name="bukti.png", kind=FILES, actor=Actor(None, "publik"))
    world.add(ResponseFile(response_id=arguments["response_id"], file_id=stored.id))
    return arguments | {"file_id": stored.id}, scope
