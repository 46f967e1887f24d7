"""Forms of polling stations: a village's list, one form with its history. Lists that page: ``listing.py``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select, text

from electsys.db import db
from electsys.elections.models import Contest
from modules.situng.contest import ContestCount
from modules.situng.models import Capture, FormPhoto, RegionTotal


@dataclass(frozen=True)
class Version:
    """One immutable version of a form, with where it came from."""

    id: int
    batch_id: int | None
    #: ``impor``, ``pembetulan``, or ``entri``: two people entered it from the photos.
    source: str
    file_name: str
    file_sha256: str
    reason: str | None
    row_number: int | None
    vote_kind: str
    cells: tuple[int | None, ...]
    votes: tuple[int | None, ...]
    #: Sums of the parties as written, in the order of the ballot; empty where none is written.
    sums: tuple[int | None, ...]
    complete: bool
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    written_at: dt.datetime
    batch_state: str
    confirmed_at: dt.datetime | None
    #: SHA-256 of the photos that it was entered from.
    photos: tuple[str, ...] = ()
    #: Round of the capture that it comes from.
    capture_round: int | None = None

    def numbers(self, count: ContestCount) -> dict[str, int | None]:
        """The votes of this version and the sums of its parties, by name."""
        sums = zip(count.ballot.sums, self.sums, strict=False)
        return dict(zip(count.columns, self.votes, strict=True)) | dict(sums)


@dataclass(frozen=True)
class TpsForm:
    """A TPS and its form in a contest; ``state`` is None while nothing was received."""

    code: str
    name: str
    #: ``reguler``, ``khusus``, or abroad ``tpsln``, ``ksk`` (a box that travels), ``pos`` (by mail).
    kind: str
    kpu_id: int | None
    state: str | None
    latest: Version | None
    accepted: Version | None

    @property
    def shown(self) -> Version | None:
        """What a public page shows: the newest version, flagged or not, as it was written."""
        return self.latest


_VERSION = """
    v.id, v.batch_id, coalesce(b.source, v.source) as source, coalesce(b.file_name, '') as file_name,
    coalesce(b.file_sha256, '') as file_sha256, b.reason, v.row_number, v.vote_kind, v.cells, v.votes,
    v.sums, v.complete, v.faults, v.warnings, v.written_at, coalesce(b.state, 'diterapkan') as batch_state,
    coalesce(b.confirmed_at, v.written_at) as confirmed_at, v.photos, v.capture_round
"""
#: Versions that people entered stand for themselves; a file's count once it was confirmed.
_FROM = "result_version v left join result_batch b on b.id = v.batch_id"


def _version(row: Any) -> Version:
    values = dict(row._mapping)
    for name in ("cells", "votes", "sums", "faults", "warnings", "photos"):
        values[name] = tuple(values[name])
    fields = Version.__dataclass_fields__
    return Version(**{name: values[name] for name in fields})


def village_forms(count: ContestCount, village: str) -> list[TpsForm]:
    """Every TPS of a village in the order of its number, with its form."""
    return _forms(count, village)


def tps_form(count: ContestCount, code: str) -> TpsForm | None:
    """One TPS with its form; None where the contest is not held in such a TPS."""
    forms = _forms(count, code) if code.startswith(count.region) else []
    return forms[0] if forms and forms[0].code == code else None


def _forms(count: ContestCount, prefix: str) -> list[TpsForm]:
    facts = {
        "contest": count.contest_id,
        "election": count.election_id,
        "province": prefix[:2],
        "prefix": prefix + "%",
    }
    stations = db.session.execute(
        text(
            """
            select t.code, t.name, t.kind, t.kpu_id, f.state, f.latest_id, f.accepted_id
            from tps t
            left join result_form f on f.province = t.province and f.contest_id = :contest
                 and f.tps_code = t.code
            where t.election_id = :election and t.province = :province and t.code like :prefix
            order by t.code
            """
        ),
        facts,
    ).all()
    versions = _versions(facts) if any(s.latest_id for s in stations) else {}
    return [
        TpsForm(
            s.code, s.name, s.kind, s.kpu_id, s.state, versions.get(s.latest_id), versions.get(s.accepted_id)
        )
        for s in stations
    ]


def _versions(facts: dict[str, Any]) -> dict[int, Version]:
    """The newest and the accepted version of every form of these stations."""
    rows = db.session.execute(
        text(
            f"""
            select {_VERSION}
            from result_form f
            join result_version v on v.province = f.province and v.contest_id = f.contest_id
                 and v.tps_code = f.tps_code and v.id in (f.latest_id, f.accepted_id)
            left join result_batch b on b.id = v.batch_id
            where f.province = :province and f.contest_id = :contest and f.tps_code like :prefix
            """
        ),
        facts,
    )
    return {row.id: _version(row) for row in rows}


def history(count: ContestCount, code: str) -> list[Version]:
    """Every version of a form that was confirmed, newest first; a waiting batch is not public."""
    rows = db.session.execute(
        text(
            f"""
            select {_VERSION}
            from {_FROM}
            where v.province = :province and v.contest_id = :contest and v.tps_code = :code
                  and (b.id is null or b.state = 'diterapkan')
            order by v.id desc
            """
        ),
        {"province": code[:2], "contest": count.contest_id, "code": code},
    )
    return [_version(row) for row in rows]


def waiting_forms(what: str, contests: Iterable[int], regions: Iterable[str]) -> dict[int, int]:
    """Forms of these regions that stay out of totals, contest by contest: no form is read.

    ``what`` is ``flagged``, or ``missing`` for those that have not come. Of a contest that is held inside
    one of the regions all its forms.
    """
    regions = set(regions)
    counted = {"flagged": RegionTotal.flagged, "missing": RegionTotal.expected - RegionTotal.received}[what]
    widest = [code for code in regions if not any(code != r and code.startswith(r) for r in regions)]
    rows = db.session.execute(
        select(RegionTotal.contest_id, func.sum(counted).label("n"))
        .join(Contest, Contest.id == RegionTotal.contest_id)
        .where(
            RegionTotal.contest_id.in_(list(contests)),
            RegionTotal.area == "wilayah",
            or_(
                RegionTotal.code.in_(widest),
                *(
                    and_(RegionTotal.code == Contest.region_code, Contest.region_code.startswith(region))
                    for region in widest
                ),
            ),
        )
        .group_by(RegionTotal.contest_id)
    )
    return {row.contest_id: int(row.n) for row in rows if row.n > 0}


def photos_of(count: ContestCount, code: str) -> dict[int, list[FormPhoto]]:
    """The photos of a form whose numbers are published, by round, in the order of their pages."""
    found = db.session.scalars(
        select(FormPhoto)
        .join(
            Capture,
            and_(
                Capture.province == FormPhoto.province,
                Capture.contest_id == FormPhoto.contest_id,
                Capture.tps_code == FormPhoto.tps_code,
                Capture.round == FormPhoto.round,
            ),
        )
        .where(
            FormPhoto.province == code[:2],
            FormPhoto.contest_id == count.contest_id,
            FormPhoto.tps_code == code,
            Capture.version_id.is_not(None),
        )
        .order_by(FormPhoto.round, FormPhoto.page, FormPhoto.id)
    )
    by_round: dict[int, list[FormPhoto]] = {}
    for photo in found:
        by_round.setdefault(photo.round, []).append(photo)
    return by_round
