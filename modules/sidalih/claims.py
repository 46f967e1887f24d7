"""What a form says of a voter, and how it becomes a row: sealed, indexed, judged; one place for all."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from electsys.elections import settings
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.privacy import blind_index, seal_fields, unseal_fields
from electsys.privacy.rules import form_problem
from electsys.privacy.wording import PROBLEMS
from modules.sidalih.models import Voter
from modules.sidalih.rules.voters import Limits, doubts

#: What lies in the envelope; the other fields are columns of their own.
SEALED = ("nik", "nkk", "birth_date", "disability", "passport")


@dataclass(frozen=True)
class Claims:
    """The fields of a voter's form (domain.md 5.3). ``disability`` is a code of the table; ``0`` is none."""

    name: str
    birth_place: str
    birth_date: date
    sex: str
    marital_status: str
    address: str
    rt: str
    rw: str
    nik: str | None = None
    nkk: str | None = None
    passport: str | None = None
    disability: str | None = None
    ktp_el: str | None = None

    def __repr__(self) -> str:
        return "Claims(...)"  # it holds numbers of a person, and tracebacks travel

    def with_changes(self, changes: dict[str, Any]) -> Claims:
        """The same with some fields changed."""
        return replace(self, **changes)

    def differences(self, other: Claims) -> list[str]:
        """Names of the fields that differ."""
        return [f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)]


def limits_of(election: Election) -> Limits:
    """The ages that the settings of an election name, and its voting day."""

    def whole(key: str, otherwise: int) -> int:
        try:
            return int(settings.value(election.id, key))
        except LookupError:  # an election made from another may lack a setting of a later law
            return otherwise

    return Limits(
        election.voting_day,
        whole("usia_pemilih", 17),
        whole("usia_pemilih_tinjau", 100),
        whole("usia_kawin_tinjau", 16),
        whole("usia_pemula", 21),
    )


def refuse_faults(claims: Claims, today: date) -> None:
    """Refuse what cannot be: numbers of a wrong form, a birth date in the future, missing fields."""
    if not claims.nik and not claims.passport:
        raise Refused(
            _("NIK wajib diisi."), field="nik", hint=_("Pemilih di luar negeri boleh memakai paspor.")
        )
    if claims.nik and (problem := form_problem(claims.nik, "nik")):
        raise Refused(str(PROBLEMS[problem.code]), field="nik")
    if claims.nkk and (problem := form_problem(claims.nkk, "nkk")):
        raise Refused(str(PROBLEMS[problem.code]), field="nkk")
    if claims.birth_date > today:
        raise Refused(_("Tanggal lahir ada di masa depan."), field="birth_date")
    for name in ("name", "birth_place", "address"):
        if not getattr(claims, name).strip():
            raise Refused(_("Kolom ini wajib diisi."), field=name)


def columns_of(claims: Claims, voter_id: int, limits: Limits, today: date) -> dict[str, Any]:
    """The columns of ``voter`` that the claims make, the envelope bound to ``voter_id`` included."""
    secret = {name: value for name, value in asdict(claims).items() if name in SEALED}
    secret["birth_date"] = claims.birth_date.isoformat()
    if secret["disability"] == "0":
        secret["disability"] = None
    plain = {
        name: getattr(claims, name) for name in ("name", "birth_place", "sex", "marital_status", "address")
    }
    return plain | {
        "rt": claims.rt.zfill(3),
        "rw": claims.rw.zfill(3),
        "ktp_el": claims.ktp_el,
        "sealed": seal_fields(secret, table="voter", row=voter_id),
        "nik_index": blind_index(claims.nik) if claims.nik else None,
        "passport_index": blind_index("P:" + claims.passport.upper()) if claims.passport else None,
        "family": family_of(claims.nkk),
        "birth_year": claims.birth_date.year,
        "doubts": doubts(
            nik=claims.nik,
            nkk=claims.nkk,
            birth_date=claims.birth_date,
            sex=claims.sex,
            marital_status=claims.marital_status,
            limits=limits,
            today=today,
        ),
    }


def family_of(nkk: str | None) -> int | None:
    """The family of a card number: equal numbers give equal values, which tell nothing else."""
    return int.from_bytes(blind_index("K:" + nkk)[:8], "big", signed=True) if nkk else None


def claims_of(voter: Voter) -> Claims:
    """What the row says, opened. Whoever shows a number of it spends that reader's budget first."""
    secret = unseal_fields(bytes(voter.sealed), table="voter", row=voter.id)
    return Claims(
        name=voter.name,
        birth_place=voter.birth_place,
        birth_date=date.fromisoformat(secret["birth_date"]),
        sex=voter.sex,
        marital_status=voter.marital_status,
        address=voter.address,
        rt=voter.rt,
        rw=voter.rw,
        nik=secret.get("nik"),
        nkk=secret.get("nkk"),
        passport=secret.get("passport"),
        disability=secret.get("disability"),
        ktp_el=voter.ktp_el,
    )
