"""Objects for the routes of entry, queues, rounds and photos (tests/route_examples.py)."""

from __future__ import annotations

import datetime as dt
import io

from electsys.identity.access import Scope
from tests.route_examples import NATION, TAPTENG, Arguments, World, example

NOW = dt.datetime(2024, 2, 14, 8, tzinfo=dt.UTC)
CONTEST = {"election": "pemilu-2024", "kind": "ppwp"}


@example(
    *("situng.capture_home", "situng.capture_take", "situng.capture_take_difference"),
    *("situng.capture_queues", "situng.capture_pace"),
)
def contest(_world: World) -> tuple[Arguments, Scope]:
    return CONTEST, TAPTENG


@example(
    *("situng.capture", "situng.capture_draft", "situng.capture_photo", "situng.capture_release"),
    *("situng.capture_settle", "situng.open_next_round"),
)
def form(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.elections.models import Election
    from electsys.regions.models import Tps

    code = world.session.scalars(select(Tps.code).where(Tps.code.like("1201%")).limit(1)).one()
    election = world.session.scalars(select(Election.id).where(Election.code == "pemilu-2024")).one()
    return {**CONTEST, "code": code}, Scope(code, election=election)


@example("situng.photo")
def photo(world: World) -> tuple[Arguments, Scope]:
    """A photo whose numbers are published: everyone may see it."""
    from PIL import Image

    from electsys.documents import store_file
    from electsys.ledger import Actor
    from modules.situng.models import Capture, FormPhoto
    from modules.situng.queries.contests import contest_by_code, contest_count

    count = contest_count(contest_by_code("pemilu-2024", "ppwp").id)
    one, two = world.make_account(), world.make_account()
    place = {"province": "12", "contest_id": count.contest_id, "tps_code": "1201011001001", "round": 1}
    numbers = {"cells": [1] * count.width.cells, "votes": [1] * count.width.votes}
    entries = {
        f"{which}_{name}": value
        for which, who in (("first", one), ("second", two))
        for name, value in {**numbers, "person": who.id, "at": NOW}.items()
    }
    world.add(
        Capture(
            **place,
            ballot_id=count.ballot_id,
            form_model=count.model.code,
            state="belum_lengkap",
            version_id=1,
            **numbers,
            **entries,
        )
    )
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    out.seek(0)
    stored = store_file(out, name="c.png", kind="c_hasil", actor=Actor(one.id, one.username))
    row = world.add(
        FormPhoto(
            **place,
            page=1,
            file_id=stored.id,
            sha256=stored.sha256,
            received_sha256=stored.received_sha256,
            account_id=one.id,
        )
    )
    return {"province": "12", "photo_id": row.id}, NATION
