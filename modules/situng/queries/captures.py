"""Captures as their people and the rules see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from electsys.db import db
from modules.sidalih import expected_voters
from modules.situng.checks import SURE, Around
from modules.situng.contest import ContestCount
from modules.situng.models import Capture, CaptureDraft, FormPhoto, MachineReading
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
    return db.session.scalars(_newest(contest_id, tps_code)).first()


def lock_latest_round(contest_id: int, tps_code: str) -> Capture | None:
    """As :func:`latest_round`, read FOR UPDATE: nobody moves it until the transaction ends."""
    newest = _newest(contest_id, tps_code).with_for_update()
    return db.session.scalars(newest, execution_options={"populate_existing": True}).first()


def _newest(contest_id: int, tps_code: str) -> Select[Capture]:
    return (
        select(Capture)
        .where(
            Capture.province == tps_code[:2],
            Capture.contest_id == contest_id,
            Capture.tps_code == tps_code,
        )
        .order_by(Capture.round.desc())
        .limit(1)
    )


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


def around(capture: Capture, count: ContestCount, votes: list[int | None], bounds: Limits) -> Around:
    """What lies around a form when it is judged: photos, Sidalih, neighbours, other contests, the machine."""
    dpt = expected_voters(count.election_id, capture.tps_code)
    facts = {**key_of(capture), "election": count.election_id, "village": capture.tps_code[:10]}
    row = db.session.execute(_AROUND, facts | {"votes": votes, "width": len(count.model.names)}).one()
    return Around(
        photos=tuple(row.photos or ()),
        dpt=dpt if dpt and any(dpt) else None,
        system=vote_system(capture.tps_code, bounds.systems),
        other_tps=tuple(sorted(set(row.seen or ()) - {capture.tps_code})),
        twins=tuple(row.twins),
        contests=tuple(dict(zip(count.model.names, cells, strict=True)) for cells in row.others or ()),
        read={
            name: cell["nilai"]
            for cells in row.readings or ()
            for name, cell in cells.items()
            if cell["status"] == "read" and cell["yakin"] >= SURE and cell["nilai"] is not None
        },
    )


#: The newest photo of each page; what their QR name and a machine read on them; TPS of the village whose
#: newest version says the same votes, one by one; the cells of the same TPS in other contests that count.
_AROUND = text(
    """
    with shown as (
        select distinct on (page) id, page, sha256, seen_tps from form_photo
        where province = :province and contest_id = :contest_id and tps_code = :tps_code and round = :round
        order by page, id desc
    )
    select
        (select array_agg(sha256 order by page) from shown) as photos,
        (select array_agg(seen_tps) from shown where seen_tps is not null) as seen,
        (select json_agg(m.cells order by m.photo_id) from machine_reading m
         where m.province = :province and m.photo_id in (select id from shown)) as readings,
        array(
            select f.tps_code from result_form f
            join result_version v on v.province = f.province and v.contest_id = f.contest_id
                 and v.tps_code = f.tps_code and v.id = f.latest_id
            where f.province = :province and f.contest_id = :contest_id
              and f.tps_code >= :village and f.tps_code < :village || '~' and f.tps_code <> :tps_code
              and v.province = :province and v.contest_id = :contest_id
              and v.votes = cast(:votes as int[])
            order by f.tps_code limit 5
        ) as twins,
        (select json_agg(v.cells order by c.id) from contest c
         join result_form f on f.province = :province and f.contest_id = c.id and f.tps_code = :tps_code
         join result_version v on v.province = :province and v.contest_id = f.contest_id
              and v.tps_code = f.tps_code and v.id = f.accepted_id
         where c.election_id = :election and c.id <> :contest_id
           and cardinality(v.cells) = :width) as others
    """
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
