"""Objects for the routes of papers, files, numbers and uploads (tests/route_examples.py)."""

from __future__ import annotations

import datetime as dt
import io

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example, stored_file


@example("documents.compare", "documents.confirm", "documents.confirm_json", "documents.download")
def paper(_world: World) -> tuple[Arguments, Scope]:
    return {"token": "tidak-ada"}, NATION


@example("documents.file_limit")
def limit(_world: World) -> tuple[Arguments, Scope]:
    return {"kind": "evidence"}, NATION


@example("documents.number_template")
def template(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.documents.models import NumberTemplate

    return {"template_id": world.session.scalars(select(NumberTemplate.id).limit(1)).one()}, NATION


@example("documents.download_own", owner=True)
def photo(world: World) -> tuple[Arguments, Scope]:
    from PIL import Image

    from electsys.documents import store_file
    from electsys.ledger import Actor

    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "png")
    content.seek(0)
    actor = Actor(world.reader.id, world.reader.username)
    return {"file_id": store_file(content, name="foto.png", kind="photo", actor=actor).id}, NATION


@example("documents.receipt", owner=True)
def receipt(world: World) -> tuple[Arguments, Scope]:
    return {"file_id": stored_file(world).id}, NATION


@example("documents.upload", "documents.append", "documents.cancel", owner=True)
def upload(world: World) -> tuple[Arguments, Scope]:
    from uuid import uuid4

    from electsys.documents.models import Upload

    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    row = Upload(token=uuid4().hex, kind="table", name="uji.csv", length=3, expires_at=later)
    row.account_id = world.reader.id
    return {"token": world.add(row).token}, NATION
