"""What is said of a supporter, and how it becomes a row: sealed, indexed, judged; one place for all."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, text

from electsys.db import db
from electsys.documents.papers import today as today_in
from electsys.elections import settings
from electsys.elections.models import CodeEntry
from electsys.elections.occupations import Occupations
from electsys.elections.queries import codes
from electsys.errors import Refused
from electsys.privacy import blind_index, check_nik, seal_fields, unseal_fields
from electsys.privacy.rules import WOMEN, form_problem
from electsys.privacy.wording import PROBLEMS
from electsys.regions.models import Region
from electsys.regions.rules import province_of
from modules.silon.models import Nomination, Supporter
from modules.silon.rules.lists import age_on

#: Columns of the row that the form fills as they are.
PLAIN = (
    *("name", "sex", "birth_place", "marital_status", "occupation", "address", "rt", "rw", "village_code"),
)


@dataclass(frozen=True)
class SupporterClaim:
    """The fields of LAMPIRAN MODEL F1.PERNYATAAN.DUKUNGAN (domain.md 4.3)."""

    nik: str
    name: str
    sex: str
    birth_place: str
    birth_date: date
    marital_status: str
    occupation: str
    address: str
    village_code: str
    rt: str | None = None
    rw: str | None = None

    def __repr__(self) -> str:
        return "SupporterClaim(...)"  # it holds numbers of a person, and tracebacks travel

    def differences(self, other: SupporterClaim) -> list[str]:
        """Names of the fields that differ."""
        return [f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)]


class Judge:
    """What a row's own flags rest on, looked up once for a whole file."""

    def __init__(self, nomination: Nomination) -> None:
        self.area = nomination.region
        self.today = today_in(nomination.region)
        self.age = int(settings.value(nomination.election_id, "usia_pendukung"))
        rows = db.session.scalars(
            codes(nomination.election_id).where(CodeEntry.table_code == "pekerjaan_terlarang")
        )
        occupations = Occupations({row.code: row.detail or "" for row in rows})
        self.barred = lru_cache(4096)(lambda written: occupations.barred(written) is not None)
        self.regions = frozenset(db.session.scalars(select(Region.code).distinct().where(Region.level < 4)))

    def own_flags(
        self, nik: str, born: date, sex: str, marital_status: str, occupation: str, village: str | None
    ) -> list[str]:
        """The flags of a row by itself; whether the voter list knows the NIK is asked elsewhere."""
        found = (
            ("pekerjaan", self.barred(occupation)),
            ("usia", marital_status == "B" and age_on(born, self.today) < self.age),
            ("luar_wilayah", village is not None and not village.startswith(self.area)),
            ("nik", self._is_odd(nik, born, sex)),
        )
        return [flag for flag, raised in found if raised]

    def _is_odd(self, nik: str, born: date, sex: str) -> bool:
        day = born.day + (WOMEN if sex == "P" else 0)
        if nik[6:12] == f"{day:02d}{born:%m%y}" and nik[12:] != "0000" and nik[:6] in self.regions:
            return False  # the answer for nearly every row, quickly
        return bool(check_nik(nik, birth_date=born, sex="P" if sex == "P" else "L", regions=self.regions))


def refuse_faults(claim: SupporterClaim, nomination: Nomination) -> None:
    """Refuse what cannot be: a NIK of a wrong form, a birth to come, missing fields, no such village."""
    if problem := form_problem(claim.nik, "nik"):
        raise Refused(str(PROBLEMS[problem.code]), field="nik", hint=_("Salin ke-16 angkanya dari KTP-el."))
    if claim.birth_date > today_in(nomination.region):
        raise Refused(_("Tanggal lahir ada di masa depan."), field="birth_date")
    for name in ("name", "birth_place", "occupation", "address"):
        if not getattr(claim, name).strip():
            raise Refused(_("Kolom ini wajib diisi."), field=name)
    there = select(Region.code).where(
        Region.map_id == nomination.contest.election.map_id,
        Region.code == claim.village_code,
        Region.level == 4,
    )
    if db.session.scalar(there) is None:
        raise Refused(_("Desa/kelurahan ini tidak ada pada peta pemilu ini."), field="village_code")


def is_unknown(election_id: int, nik_index: bytes, village: str) -> bool:
    """Whether the voter list does not know a NIK; asked only where the kab/kota has voters at all."""
    known, judged = db.session.execute(
        text(
            "select exists (select from voter_by_nik(cast(:e as smallint), :nik) where state <> 'tms'),"
            f" exists (select from voter v where v.election_id = :e and v.province = {province_of(':code')}"
            " and v.village_code >= :code and v.village_code < :code || ':')"
        ),
        {"e": election_id, "nik": nik_index, "code": village[:4]},
    ).one()
    return judged and not known


def columns_of(claim: SupporterClaim, key: int) -> dict[str, Any]:
    """The columns of ``supporter`` that a claim makes, the envelope bound to ``key`` included."""
    born = claim.birth_date
    return {name: getattr(claim, name) for name in PLAIN} | {
        "sealed": seal_fields({"nik": claim.nik, "birth_date": born.isoformat()}, table="supporter", row=key),
        "nik_index": blind_index(claim.nik),
        "birth_year": born.year,
    }


def claim_of(row: Supporter) -> SupporterClaim:
    """What the row says, opened. Whoever shows a number of it spends that reader's budget first."""
    secret = unseal_fields(bytes(row.sealed), table="supporter", row=row.id)
    said: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    return SupporterClaim(nik=secret["nik"], birth_date=date.fromisoformat(secret["birth_date"]), **said)
