"""What a party says of a member, and how it becomes a row: sealed, indexed, judged; one place for all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.documents.papers import today as today_in
from electsys.elections import calendar, settings
from electsys.elections.models import CodeEntry, Election
from electsys.elections.occupations import Occupations
from electsys.elections.queries import codes
from electsys.errors import Refused
from electsys.privacy import blind_index, blind_index_identity, check_nik, seal_fields, unseal_fields
from electsys.privacy.rules import WOMEN, form_problem
from electsys.privacy.wording import PROBLEMS
from electsys.regions.models import Region
from modules.sipol.models import PartyMember
from modules.sipol.rules import members as rules

#: What lies in the envelope; the other fields are columns of their own.
SEALED = ("nik", "birth_date")
#: Columns of the row that the form fills as they are.
PLAIN = (
    *("name", "sex", "birth_place", "marital_status", "occupation", "address", "village_code"),
    *("card_number", "card_date"),
)
JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True)
class MemberClaim:
    """The fields of a member's form (domain.md 3.4)."""

    nik: str
    name: str
    sex: str
    birth_place: str
    birth_date: date
    marital_status: str
    occupation: str
    address: str
    village_code: str
    card_number: str
    card_date: date | None = None

    def __repr__(self) -> str:
        return "MemberClaim(...)"  # it holds numbers of a person, and tracebacks travel

    def with_changes(self, changes: dict[str, Any]) -> MemberClaim:
        """The same with some fields changed."""
        return replace(self, **changes)

    def differences(self, other: MemberClaim) -> list[str]:
        """Names of the fields that differ."""
        return [f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)]


class Judge:
    """What a row's own flags rest on in an election: looked up once for a whole file."""

    def __init__(self, election: Election, region: str) -> None:
        self.today = today_in(region)
        self.day = reference_day(election, self.today)
        self.age = int(settings.value(election.id, "usia_anggota"))
        rows = db.session.scalars(codes(election.id).where(CodeEntry.table_code == "pekerjaan_terlarang"))
        occupations = Occupations({row.code: row.detail or "" for row in rows})
        self.barred = lru_cache(4096)(lambda written: occupations.barred(written) is not None)
        self.regions = frozenset(db.session.scalars(select(Region.code).distinct().where(Region.level < 4)))

    def own_flags(self, nik: str, born: date, sex: str, marital_status: str, occupation: str) -> list[str]:
        """The flags of a row by itself; whether the voter list knows the NIK is asked elsewhere."""
        young = marital_status == "B" and rules.is_under_age(born, marital_status, on=self.day, age=self.age)
        return rules.own_flags(
            under_age=young, barred=self.barred(occupation), nik_unknown=self._is_invalid(nik, born, sex)
        )

    def _is_invalid(self, nik: str, born: date, sex: str) -> bool:
        day = born.day + (WOMEN if sex == "P" else 0)
        if nik[6:12] == f"{day:02d}{born:%m%y}" and nik[12:] != "0000" and nik[:6] in self.regions:
            return False  # nothing can be doubted: the rule's own answer for nearly every row, but quickly
        return any(p.code in rules.INVALID_NIK for p in check_nik(nik, regions=self.regions))


def reference_day(election: Election, today: date) -> date:
    """The day on which a member must have come of age (setting ``acuan_usia_anggota``).

    The last day of registration; where the setting says no, the day of the entry.
    """
    if not settings.value(election.id, "acuan_usia_anggota"):
        return today
    closes = calendar.window(calendar.stage(election.id, "pendaftaran_parpol")).closes
    return (closes - dt.timedelta(microseconds=1)).astimezone(JAKARTA).date()


def refuse_faults(claim: MemberClaim, today: date) -> None:
    """Refuse what cannot be: a NIK of a wrong form, days in the future, missing fields."""
    if problem := form_problem(claim.nik, "nik"):
        raise Refused(str(PROBLEMS[problem.code]), field="nik", hint=_("Salin ke-16 angkanya dari KTP-el."))
    if claim.birth_date > today:
        raise Refused(_("Tanggal lahir ada di masa depan."), field="birth_date")
    if claim.card_date is not None and claim.card_date > today:
        raise Refused(_("Tanggal KTA ada di masa depan."), field="card_date")
    for name in ("name", "birth_place", "occupation", "address", "card_number"):
        if not getattr(claim, name).strip():
            raise Refused(_("Kolom ini wajib diisi."), field=name)


def columns_of(claim: MemberClaim, member_id: int) -> dict[str, Any]:
    """The columns of ``party_member`` that a claim makes, the envelope bound to ``member_id`` included."""
    born = claim.birth_date
    return {name: getattr(claim, name) for name in PLAIN} | {
        "sealed": seal_fields(
            {"nik": claim.nik, "birth_date": born.isoformat()}, table="party_member", row=member_id
        ),
        "nik_index": blind_index(claim.nik),
        "identity_index": blind_index_identity(claim.name, born),
        "birth_year": born.year,
    }


def claim_of(member: PartyMember) -> MemberClaim:
    """What the row says, opened. Whoever shows a number of it spends that reader's budget first."""
    secret = unseal_fields(bytes(member.sealed), table="party_member", row=member.id)
    return MemberClaim(
        nik=secret["nik"],
        birth_date=date.fromisoformat(secret["birth_date"]),
        **{name: getattr(member, name) for name in PLAIN},
    )


def tidy(written: str) -> str:
    """Text of a form as rows hold it: in capitals, with single blanks."""
    return " ".join(written.upper().split())
