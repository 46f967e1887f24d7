"""Captures as their people and the rules see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from electsys.db import db
from modules.sidalih import expected_voters
from modules.situng.checks import SURE, Around
from modules.situng.models import Capture, CaptureDraft, FormPhoto, MachineReading, ResultForm, ResultVersion
from modules.situng.queries.contests import ContestCount
from modules.situng.rules import Limits, vote_system

KEY = ("province", "contest_id", "tps_code", "round")


def key_of(capture: Capture) -> dict[str, Any]:
    """The key of a capture, by column."""
    return {name: getattr(capture, name) for name in KEY}


def names_of(count: ContestCount) -> list[str]:
    """Names of every number of a form as a results file calls them: cells, votes, sums of the parties."""
    return [*count.model.names, *count.columns, *count.ballot.sums]


def latest_round(contest_id: int, tps_code: str) -> Capture | None:
    """The newest round of a form; None while nobody has begun."""
    return db.session.scalars(
        select(Capture)
        .where(
            Capture.province == tps_code[:2],
            Capture.contest_id == contest_id,
            Capture.tps_code == tps_code,
        )
        .order_by(Capture.round.desc())
        .limit(1)
    ).first()


def rounds(contest_id: int, tps_code: str) -> Sequence[Capture]:
    """Every round of a form, the newest first."""
    return db.session.scalars(
        select(Capture)
        .where(
            Capture.province == tps_code[:2],
            Capture.contest_id == contest_id,
            Capture.tps_code == tps_code,
        )
        .order_by(Capture.round.desc())
    ).all()


def draft_of(capture: Capture, account_id: int) -> CaptureDraft | None:
    """What somebody has typed so far."""
    return db.session.get(CaptureDraft, (*key_of(capture).values(), account_id))


def shown_photos(capture: Capture) -> Sequence[FormPhoto]:
    """The newest photo of each page, in the order of the pages."""
    return db.session.scalars(
        select(FormPhoto)
        .ext(distinct_on(FormPhoto.page))
        .where(*(getattr(FormPhoto, name) == value for name, value in key_of(capture).items()))
        .order_by(FormPhoto.page, FormPhoto.id.desc())
    ).all()


def form_photos(contest_id: int, tps_code: str) -> Sequence[FormPhoto]:
    """The photos of a form's newest round, a page each; none where nobody sent one."""
    capture = latest_round(contest_id, tps_code)
    return shown_photos(capture) if capture is not None else []


def readings(photos: Sequence[FormPhoto]) -> Sequence[MachineReading]:
    """What a machine read on these photos."""
    if not photos:
        return []
    return db.session.scalars(
        select(MachineReading).where(
            MachineReading.province == photos[0].province,
            MachineReading.photo_id.in_([p.id for p in photos]),
        )
    ).all()


def around(
    capture: Capture,
    count: ContestCount,
    photos: Sequence[FormPhoto],
    cells: dict[str, int | None],
    votes: list[int | None],
    bounds: Limits,
) -> Around:
    """What lies around a form when it is judged: QR, Sidalih, neighbours, other contests, the machine."""
    seen = {p.seen_tps for p in photos if p.seen_tps}
    dpt = expected_voters(count.election_id, capture.tps_code)
    return Around(
        dpt=dpt if dpt and any(dpt) else None,
        system=vote_system(capture.tps_code, bounds.systems),
        other_tps=tuple(sorted(seen - {capture.tps_code})),
        twins=twins(count.contest_id, capture.tps_code, votes),
        contests=other_contests(count, capture.tps_code),
        read={
            name: cell["nilai"]
            for reading in readings(photos)
            for name, cell in reading.cells.items()
            if cell["status"] == "read" and cell["yakin"] >= SURE and cell["nilai"] is not None
        },
    )


def twins(contest_id: int, tps_code: str, votes: list[int | None]) -> tuple[str, ...]:
    """TPS of the same village whose newest version says the same votes, one by one."""
    found = db.session.scalars(
        select(ResultForm.tps_code)
        .join(
            ResultVersion,
            and_(
                ResultVersion.province == ResultForm.province,
                ResultVersion.contest_id == ResultForm.contest_id,
                ResultVersion.tps_code == ResultForm.tps_code,
                ResultVersion.id == ResultForm.latest_id,
            ),
        )
        .where(
            ResultForm.province == tps_code[:2],
            ResultForm.contest_id == contest_id,
            ResultForm.tps_code >= tps_code[:10],
            ResultForm.tps_code < tps_code[:10] + "~",
            ResultForm.tps_code != tps_code,
            ResultVersion.votes == votes,
        )
        .order_by(ResultForm.tps_code)
        .limit(5)
    )
    return tuple(found)


_OTHERS = text(
    """
    select v.cells from contest c
    join result_form f on f.province = :province and f.contest_id = c.id and f.tps_code = :tps
    join result_version v on v.province = f.province and v.contest_id = f.contest_id
         and v.tps_code = f.tps_code and v.id = f.accepted_id
    where c.election_id = :election and c.id <> :contest
    """
)


def other_contests(count: ContestCount, tps_code: str) -> tuple[dict[str, int | None], ...]:
    """The cells of the same TPS in the other contests that count already."""
    rows = db.session.scalars(
        _OTHERS,
        {
            "province": tps_code[:2],
            "tps": tps_code,
            "election": count.election_id,
            "contest": count.contest_id,
        },
    )
    return tuple(
        dict(zip(count.model.names, cells, strict=True))
        for cells in rows
        if len(cells) == len(count.model.names)
    )


def boxes(photos: Sequence[FormPhoto]) -> dict[str, tuple[int, str]]:
    """Where a machine found each number: name -> (photo, "x y w h" as shares of its picture).

    The page shows the row beside the field. What the machine read stands nowhere on it.
    """
    return {
        name: (reading.photo_id, " ".join(f"{share:.4f}" for share in cell["kotak"]))
        for reading in readings(photos)
        for name, cell in reading.cells.items()
        if cell.get("kotak")
    }
