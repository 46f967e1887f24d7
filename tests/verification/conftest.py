"""A queue of its own for tests of the desk: things without a module, judged into a dictionary."""

from __future__ import annotations

import io
import itertools
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Text, cast, func, literal, select

from electsys import verification
from electsys.elections.queries import by_code
from electsys.ledger import Actor
from electsys.verification import Line, Queue, Reason, Sheet
from electsys.verification.models import VerificationItem
from electsys.verification.registry import JUDGE, READ

ACTOR = Actor.system("test")
QUEUE = "uji"
#: What the queue did, subject -> verdict in force.
DONE: dict[str, str] = {}
FILES: dict[str, Any] = {}
_serial = itertools.count(1)


def _show(item: VerificationItem) -> Sheet:
    stored = FILES.get(item.subject)
    return Sheet(
        f"Barang {item.subject}",
        (Line("Nama", "SITI", "SITTI", differs=True), Line("Kota", "Barus")),
        documents=(stored,) if stored is not None else (),
        warnings=("Nama berbeda.",),
    )


def _decided(item: VerificationItem, verdict: str, reason: Any, note: Any, actor: Actor) -> None:
    DONE[item.subject] = verdict


def _undone(item: VerificationItem, actor: Actor) -> None:
    DONE.pop(item.subject, None)


UJI = verification.register(
    Queue(
        QUEUE,
        "Barang uji",
        permission=JUDGE,
        read=READ,
        settle=READ,
        reasons=(
            Reason("buram", "Dokumen tidak terbaca"),
            Reason("palsu", "Dokumen bukan milik partai ini", for_=("tms",)),
            Reason("lain", "Alasan lain, tulis dalam catatan"),
        ),
        show=_show,
        decided=_decided,
        undone=_undone,
        owners=lambda ids: {n: f"Partai {n}" for n in ids},
        owner_label="Partai",
        order=99,
    )
)


@pytest.fixture(autouse=True)
def _empty():
    DONE.clear()
    FILES.clear()


def open_some(
    count: int, *, region: str = "1201", party: int | None = None, round_: int = 1, priority: int = 0
) -> list[str]:
    """Open items for ``count`` things; their subjects."""
    from electsys.verification.operations.desk import open_items

    start = next(_serial) * 1000
    numbers = select(func.generate_series(start, start + count - 1).label("n")).subquery()
    rows = select(
        func.concat("thing:", cast(numbers.c.n, Text)).label("subject"),
        literal(region).label("region"),
        literal(party).label("party_id"),
        literal(priority).label("priority"),
    )
    opened = open_items(UJI, rows, election_id=by_code("pemilu-2024").id, actor=ACTOR, round_=round_)
    assert opened == count
    return [f"thing:{n}" for n in range(start, start + count)]


def photo(session: Any, subject: str, *, width: int = 400, height: int = 600) -> Any:
    """A photo as the document of a thing."""
    from electsys.documents import store_file

    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "JPEG")
    out.seek(0)
    FILES[subject] = store_file(out, name="foto.jpg", kind="photo", actor=ACTOR)
    return FILES[subject]


@pytest.fixture
def election(session):
    return by_code("pemilu-2024")


@pytest.fixture
def verifier(make_account):
    """Make an account that judges and reads in a region; ``(account, actor)``."""

    def make(region: str = "1201", **more: Any) -> tuple[Any, Actor]:
        account = make_account(permissions=[JUDGE, READ], region=region, **more)
        return account, Actor(account.id, account.username)

    return make
