"""Reads of copies: what a list says of a region, line by line; which copies there are; what holds a voter."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select, text

from electsys.db import db
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.privacy import Sealer, normalise_name
from electsys.privacy.keys import keyring
from electsys.privacy.queries import file_subjects
from modules.sidalih.models import CanaryTouch, ListEntry, VoterCanary, VoterCopy, VoterList, VoterRoll
from modules.sidalih.workflow.copies import COPY

#: The entries of a part of a list as the rows stood then (the living row, or the one kept when it changed),
#: each with its newest mark.
LINES = """
select e.tps_code, e.number, e.voter_id, coalesce(v.sealed, p.sealed) as sealed,
       coalesce(v.name, p.name) as name, coalesce(v.birth_place, p.birth_place) as birth_place,
       coalesce(v.sex, p.sex) as sex, coalesce(v.marital_status, p.marital_status) as marital_status,
       coalesce(v.address, p.address) as address, coalesce(v.rt, p.rt) as rt, coalesce(v.rw, p.rw) as rw,
       coalesce(v.ktp_el, p.ktp_el) as ktp_el, m.kind as mark
from voter_list_entry e
left join voter v on v.province = e.province and v.id = e.voter_id and v.version = e.version
left join voter_past p
    on v.id is null and p.province = e.province and p.voter_id = e.voter_id and p.version = e.version
left join lateral (
    select k.kind from voter_list_mark k
    where k.province = e.province and k.list_id = e.list_id and k.voter_id = e.voter_id
    order by k.id desc limit 1
) m on true
where e.province = :province and e.list_id = :list and e.tps_code >= :code and e.tps_code < :end
order by e.tps_code, e.number
"""


@dataclass(frozen=True)
class Line:
    """One voter of a list, opened. It never leaves the process unmasked."""

    tps_code: str
    number: int
    voter_id: int
    name: str
    birth_place: str
    born: date
    sex: str
    marital_status: str
    address: str
    rt: str
    rw: str
    ktp_el: str | None
    nik: str | None
    nkk: str | None
    disability: str | None
    mark: str | None

    def __repr__(self) -> str:
        return f"Line({self.voter_id})"  # it holds numbers of a person, and tracebacks travel


def end_of(code: str) -> str:
    """The first code after everything below ``code`` (":" follows "9" bytewise)."""
    return code + ":"


def lines_of(list_id: int, code: str) -> Iterator[Line]:
    """The voters of a part of a list in its order, as the list froze them; a village at a time is bounded."""
    sealer = Sealer("voter")
    rows = db.session.execute(
        text(LINES), {"province": code[:2], "list": list_id, "code": code, "end": end_of(code)}
    )
    for row in rows:
        secret = sealer.unseal_fields(row.voter_id, bytes(row.sealed))
        yield Line(
            tps_code=row.tps_code,
            number=row.number,
            voter_id=row.voter_id,
            name=row.name,
            birth_place=row.birth_place,
            born=date.fromisoformat(secret["birth_date"]),
            sex=row.sex,
            marital_status=row.marital_status,
            address=row.address,
            rt=row.rt,
            rw=row.rw,
            ktp_el=row.ktp_el,
            nik=secret.get("nik"),
            nkk=secret.get("nkk"),
            disability=secret.get("disability"),
            mark=None if row.mark == "batal" else row.mark,
        )


def stations_of(list_id: int, code: str) -> dict[str, int]:
    """TPS code -> voters, of a part of a list."""
    rows = db.session.execute(
        select(ListEntry.tps_code, func.count())
        .where(
            ListEntry.province == code[:2],
            ListEntry.list_id == list_id,
            ListEntry.tps_code >= code,
            ListEntry.tps_code < end_of(code),
        )
        .group_by(ListEntry.tps_code)
        .order_by(ListEntry.tps_code)
    )
    return {row[0]: row[1] for row in rows}


def newest_list(election_id: int, region: str, stage: str) -> VoterList | None:
    """The newest frozen list of a stage in the kab/kota of a region."""
    return db.session.scalars(
        select(VoterList)
        .join(VoterRoll, VoterRoll.id == VoterList.roll_id)
        .where(VoterRoll.election_id == election_id, VoterRoll.region == region[:4], VoterList.stage == stage)
        .order_by(VoterList.sequence.desc())
        .limit(1)
    ).one_or_none()


def copies_in(scopes: list[Scope]) -> Select[Any]:
    """Copies of the reader's regions, newest first."""
    assert COPY.scope_clause is not None  # noqa: S101  (declared beside it)
    return select(VoterCopy).where(COPY.scope_clause(scopes)).order_by(VoterCopy.id.desc())


def touches_of(copy: VoterCopy) -> list[CanaryTouch]:
    """When control rows of a copy were looked up, newest first."""
    return list(
        db.session.scalars(
            select(CanaryTouch)
            .where(CanaryTouch.copy_id == copy.id)
            .order_by(CanaryTouch.id.desc())
            .limit(50)
        )
    )


def usernames(ids: Iterable[int | None]) -> dict[int, str]:
    """Account id -> its name on screen."""
    wanted = {key for key in ids if key is not None}
    rows = db.session.execute(select(Account.id, Account.username).where(Account.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def subject_of(copy: VoterCopy) -> str:
    """How the register of disclosures names what the copy holds."""
    return f"voter_list:{copy.list_id}:{copy.region}"


def subjects_of_voters(voters: Iterable[int]) -> list[str]:
    """Subjects of the register under which these voters' data may have been handed out in a list."""
    places = db.session.execute(
        text("select list_id, tps_code from voter_places(:wanted)"), {"wanted": list(voters)}
    )
    return sorted({subject for key, tps in places for subject in file_subjects(f"voter_list:{key}", tps)})


# --- control rows and keys ------------------------------------------------------------------------


def key_of(copy_id: int) -> bytes:
    """The key of a copy's watermark: derived, so that none is stored and none is lost."""
    return hmac.digest(keyring().index_key("watermark"), str(copy_id).encode(), "sha256")


def name_index(name: str, village: str) -> bytes:
    """The keyed fingerprint of a name in its village."""
    value = f"{normalise_name(name)}|{village}"
    return hmac.digest(keyring().index_key("canary"), value.encode(), "sha256")


def canary_by_nik(nik_index: bytes) -> int | None:
    """The copy whose control row has this NIK; one look into a small unique index."""
    return db.session.scalar(select(VoterCanary.copy_id).where(VoterCanary.nik_index == nik_index))


def canaries_by_name(indexes: Sequence[bytes]) -> dict[int, int]:
    """Copy -> how many of these names in villages are its control rows."""
    found: dict[int, int] = {}
    for start in range(0, len(indexes), 5000):
        rows = db.session.execute(
            select(VoterCanary.copy_id, func.count(func.distinct(VoterCanary.name_index)))
            .where(VoterCanary.name_index.in_(indexes[start : start + 5000]))
            .group_by(VoterCanary.copy_id)
        )
        for key, count in rows:
            found[key] = found.get(key, 0) + count
    return found


def marked_copies(region: str = "") -> list[int]:
    """Copies that were made, of a region: whose marks a leak may bear."""
    query = select(VoterCopy.id).where(VoterCopy.file_id.is_not(None), VoterCopy.controls > 0)
    if region:
        query = query.where(VoterCopy.region.startswith(region[:4]))
    return list(db.session.scalars(query.order_by(VoterCopy.id)))
