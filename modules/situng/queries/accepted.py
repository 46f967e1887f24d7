"""The forms of an area as they count: what Sirekap sums, TPS by TPS."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text

from electsys.db import db
from electsys.regions.rules import province_of


@dataclass(frozen=True)
class AcceptedForm:
    """One TPS of a contest, and the version of its form that counts; None in ``version_id`` without one.

    ``cells`` follow the form model, ``votes`` the ballot (:class:`~modules.situng.ContestCount`). ``state``
    is the form's own: ``diterima``, ``anomali``, ``belum_lengkap``, or None while nothing was received. With
    ``anomali`` or ``belum_lengkap`` the newest version is not the one that counts.
    """

    tps_code: str
    tps_name: str
    village: str
    state: str | None
    version_id: int | None
    cells: tuple[int | None, ...]
    votes: tuple[int | None, ...]
    #: SHA-256 of the photos behind the counted version; empty for one that came by a file.
    photos: tuple[str, ...]
    vote_kind: str | None
    #: ``entri``, ``impor`` or ``pembetulan``.
    source: str | None
    written_at: dt.datetime | None


_FORMS = text(
    f"""
    select t.code as tps_code, t.name as tps_name, t.village_code as village, f.state,
           v.id as version_id, v.cells, v.votes, v.photos, v.vote_kind,
           coalesce(b.source, v.source) as source, v.written_at
    from contest c
    join tps t on t.election_id = c.election_id and t.state = 'aktif'
    left join result_form f on f.province = t.province and f.contest_id = c.id and f.tps_code = t.code
    left join result_version v on v.province = f.province and v.contest_id = f.contest_id
         and v.tps_code = f.tps_code and v.id = f.accepted_id
    left join result_batch b on b.id = v.batch_id
    where c.id = :contest and t.province = {province_of(":region")}
          and t.code collate "C" >= :region and t.code collate "C" < :region || '~'
    order by t.code
    """
)


def accepted_forms(contest_id: int, region: str) -> list[AcceptedForm]:
    """Every TPS in use of a village or kecamatan (or one TPS) with the version that counts, by its code.

    One query. ``region`` has at least 6 digits: larger areas are summed by :func:`region_page`.
    """
    if len(region) < 6:
        raise ValueError("accepted_forms takes a kecamatan, a village or a TPS")
    return [
        AcceptedForm(
            **dict(row._mapping)
            | {name: tuple(getattr(row, name) or ()) for name in ("cells", "votes", "photos")}
        )
        for row in db.session.execute(_FORMS, {"contest": contest_id, "region": region})
    ]
