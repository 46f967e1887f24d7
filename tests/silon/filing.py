"""Documents of candidates for tests: small real files, rows in any state, items on the desk."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from typing import Any

from sqlalchemy import select

from electsys.elections.models import Stage
from electsys.verification.models import VerificationItem
from modules.silon.models import Candidate, CandidateDocument, Nomination
from modules.silon.queries.documents import kinds_for, standing
from modules.silon.rules.documents import LATE, OPTIONAL, PURPOSE
from tests.silon import conftest as make
from tests.sipol.entering import pdf, picture

_serial = itertools.count(1)
STAGES = {
    "persiapan": "pengajuan_calon",
    "dikembalikan": "pengajuan_calon",
    "vermin": "vermin_calon",
    "perbaikan": "perbaikan_calon",
    "vermin_perbaikan": "vermin_perbaikan_calon",
}


def open_stage(session: Any, row: Nomination, code: str | None = None, *, days: int = 3) -> None:
    """Let the stage of the nomination's state (or ``code``) be open now; a negative ``days`` closed it."""
    wanted = code or STAGES[row.state]
    stage = session.scalars(
        select(Stage).where(Stage.election_id == row.election_id, Stage.code == wanted)
    ).one()
    now = dt.datetime.now(dt.UTC)
    stage.opens_at, stage.closes_at = now - dt.timedelta(days=9), now + dt.timedelta(days=days)
    session.flush()


def store(
    content: bytes | None = None, name: str = "ijazah.pdf", kind: str = PURPOSE, actor: Any = None
) -> Any:
    """A stored file."""
    from electsys.documents import store_file

    body = pdf(f"{name} {next(_serial)}") if content is None else content
    return store_file(io.BytesIO(body), name=name, kind=kind, actor=actor or make.ACTOR)


def document(
    session: Any,
    row: Nomination,
    candidate: Candidate | None,
    kind: str,
    state: str = "menunggu",
    **more: Any,
) -> CandidateDocument:
    """A document as its upload would have left it."""
    content = picture() if kind == "pas_foto" else None
    stored = store(content, f"{kind}.{'png' if content else 'pdf'}")
    judged = {} if state == "menunggu" else {"decided_at": dt.datetime.now(dt.UTC)}
    if state in ("bms", "tms"):
        judged["reason"] = "tidak_terbaca"
    made = CandidateDocument(
        **{
            "nomination_id": row.id,
            "candidate_id": candidate.id if candidate is not None else None,
            "region": row.region,
            "party_id": row.party_id,
            "kind": kind,
            "file_id": stored.id,
            "state": state,
        }
        | judged
        | more
    )
    session.add(made)
    session.flush()
    return made


def complete(session: Any, row: Nomination, *, without: tuple[str, ...] = ()) -> list[CandidateDocument]:
    """Every required document of the nomination and of its candidates."""
    return [
        document(session, row, who, kind.code)
        for who in (None, *standing(row))
        for kind in kinds_for(row, who)
        if kind.need not in (OPTIONAL, LATE) and kind.code not in without
    ]


def items(session: Any, row: Nomination, round_: int | None = None) -> list[VerificationItem]:
    """The items of a nomination, by their ids."""
    subjects = [
        f"candidate_document:{key}"
        for key in session.scalars(
            select(CandidateDocument.id).where(CandidateDocument.nomination_id == row.id)
        )
    ]
    query = (
        select(VerificationItem).where(VerificationItem.subject.in_(subjects)).order_by(VerificationItem.id)
    )
    return [i for i in session.scalars(query) if round_ in (None, i.round)]


def judge(session: Any, row: Nomination, actor: Any, verdict: str = "ms", *, only: Any = None) -> int:
    """Judge everything that waits (of the kinds in ``only``); how many."""
    from electsys import verification
    from electsys.verification.operations import desk

    done = 0
    for item in items(session, row):
        found = session.get(CandidateDocument, int(item.subject.partition(":")[2]))
        if item.state != "menunggu" or (only is not None and found.kind not in only):
            continue
        reason = "tidak_terbaca" if verdict != "ms" else None
        desk.decide(verification.find(item.queue), item, verdict, actor=actor, reason=reason)
        done += 1
    return done
