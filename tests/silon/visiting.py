"""A list of supporters in its factual step, and people who draw, share out and visit; all synthetic."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from PIL import Image

from electsys.documents import StoredFile, store_file
from electsys.elections import calendar
from electsys.elections.operations import set_times
from electsys.elections.queries import by_code
from electsys.ledger import Actor
from electsys.verification.models import Sample, SampleMember
from electsys.verification.rules.sampling import ATTEMPTS
from modules.silon.models import Nomination
from modules.silon.operations import support_factual as factual
from modules.silon.workflow.support import CHECKS, HANDED
from tests.silon import conftest as make
from tests.silon import supporting

STAGES = (*(stage for stage, _repair in CHECKS.values()), *(stage for _next, stage in HANDED.values()))


def open_stages(election: Any = None) -> None:
    """Open every stage of the support."""
    now = dt.datetime.now(dt.UTC)
    for code in STAGES:
        stage = calendar.stage((election or by_code("pemilu-2024")).id, code)
        set_times(
            stage, now - dt.timedelta(days=1), now + dt.timedelta(days=9), reason="uji", actor=make.ACTOR
        )


def seed(words: str = "undian uji 31 42 7") -> None:
    """The public seed."""
    election = by_code("pemilu-2024")
    factual.set_seed(election, seed=words, source="Rapat pleno terbuka", actor=make.ACTOR)


def in_field(session: Any, villages: dict[str, int], *, step: str = "verfak", **more: Any) -> Nomination:
    """A list in a factual step with so many supporters found right in each village."""
    row = supporting.person(session, step, **more)
    for village, n in villages.items():
        for _n in range(n):
            supporting.supporter(session, row, "ms", village=village)
    return row


def photo(actor: Actor = make.ACTOR) -> StoredFile:
    """A photo that a visitor took."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    out.seek(0)
    return store_file(out, name="foto.jpg", kind="evidence", actor=actor)


def people(session: Any, sample: Sample) -> list[SampleMember]:
    """The people of a sample."""
    return list(session.query(SampleMember).filter_by(sample_id=sample.id).order_by(SampleMember.position))


def meet(person: SampleMember, *results: str, actor: Actor = make.ACTOR, proof: int | None = None) -> None:
    """Attempts one after another."""
    proof = proof or photo().id
    for method, result in zip(ATTEMPTS, results, strict=False):
        factual.record_contact(
            person, method, result, actor=actor, visited_at=dt.datetime.now(dt.UTC), photo_id=proof
        )


def visit_all(session: Any, row: Nomination, samples: list[Sample], denied: int = 0) -> None:
    """Visit everybody; the first ``denied`` of each sample deny; then close every area."""
    proof = photo().id
    for sample in samples:
        for n, person in enumerate(people(session, sample)):
            if person.state == "menunggu":
                meet(person, "menyangkal" if n < denied else "membenarkan", proof=proof)
    for region in sorted({sample.region for sample in samples}):
        factual.close_area(row, region, actor=make.ACTOR)
