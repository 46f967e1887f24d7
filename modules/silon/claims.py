"""What a nomination says of a candidate, and how it becomes a row: sealed, indexed; one place for all."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.privacy import blind_index, blind_index_identity, seal_fields, unseal_fields
from electsys.privacy.rules import form_problem
from electsys.privacy.wording import PROBLEMS
from modules.silon.models import Candidate

#: What lies in the envelope; the other fields are columns of their own.
SEALED = ("nik", "birth_date", "religion", "disability", "phone", "email")
#: Columns of the row that the form fills as they are.
PLAIN = (
    *("name", "title_before", "title_after", "ballot_name", "sex", "birth_place", "marital_status"),
    *("occupation", "address", "residence_code", "residence", "conditions", "profile", "consent"),
)
#: Conditions that ask for more documents (domain.md 4.1).
CONDITIONS = ("mantan_terpidana", "mengundurkan_diri", "pindah_partai", "luar_negeri", "kepala_daerah")


@dataclass(frozen=True)
class CandidateClaim:
    """The fields of a candidate's form (domain.md 4.1).

    Only what a file brought lacks a NIK ("") or a birth date (None); a form and a submission demand both.
    """

    nik: str
    name: str
    sex: str
    birth_place: str
    birth_date: date | None
    marital_status: str = "S"
    occupation: str = ""
    address: str = ""
    residence_code: str | None = None
    residence: str = ""
    title_before: str = ""
    title_after: str = ""
    ballot_name: str = ""
    religion: str = ""
    disability: str = ""
    phone: str = ""
    email: str = ""
    conditions: tuple[str, ...] = ()
    profile: dict[str, Any] = field(default_factory=dict)
    consent: bool = False

    def __repr__(self) -> str:
        return "CandidateClaim(...)"  # it holds numbers of a person, and tracebacks travel

    def with_changes(self, changes: dict[str, Any]) -> CandidateClaim:
        """The same with some fields changed."""
        return replace(self, **changes)

    def differences(self, other: CandidateClaim) -> list[str]:
        """Names of the fields that differ, in the order of the form."""
        return [f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)]

    @property
    def printed(self) -> str:
        """The name for the ballot: as asked for, else with its titles."""
        parts = (self.title_before, self.name)
        full = " ".join(p for p in parts if p)
        return self.ballot_name or (f"{full}, {self.title_after}" if self.title_after else full)


def refuse_faults(claim: CandidateClaim, today: date) -> None:
    """Refuse what cannot be: a NIK of a wrong form, a birth to come, missing fields, unknown conditions."""
    if problem := form_problem(claim.nik, "nik"):
        raise Refused(str(PROBLEMS[problem.code]), field="nik", hint=_("Salin ke-16 angkanya dari KTP-el."))
    if claim.birth_date is None:
        raise Refused(_("Kolom ini wajib diisi."), field="birth_date")
    if claim.birth_date > today:
        raise Refused(_("Tanggal lahir ada di masa depan."), field="birth_date")
    for name in ("name", "birth_place"):
        if not getattr(claim, name).strip():
            raise Refused(_("Kolom ini wajib diisi."), field=name)
    if unknown := [c for c in claim.conditions if c not in CONDITIONS]:
        raise Refused(_("Keadaan calon tidak dikenal: %(code)s.", code=unknown[0]), field="conditions")


def columns_of(claim: CandidateClaim, candidate_id: int) -> dict[str, Any]:
    """The columns of ``candidate`` that a claim makes, the envelope bound to ``candidate_id`` included."""
    born = claim.birth_date
    secret = {name: str(getattr(claim, name) or "") or None for name in SEALED}
    plain = {name: getattr(claim, name) for name in PLAIN}
    return plain | {
        "ballot_name": claim.printed,
        "marital_status": claim.marital_status or None,
        "conditions": list(claim.conditions),
        "sealed": seal_fields(secret, table="candidate", row=candidate_id),
        "nik_index": blind_index(claim.nik) if claim.nik else None,
        "identity_index": blind_index_identity(claim.name, born) if born else None,
        "birth_year": born.year if born else None,
    }


def claim_of(row: Candidate) -> CandidateClaim:
    """What the row says, opened. Whoever shows a number of it spends that reader's budget first."""
    secret = unseal_fields(bytes(row.sealed), table="candidate", row=row.id)
    said: dict[str, Any] = {name: secret.get(name) or "" for name in SEALED}
    said |= {name: getattr(row, name) for name in PLAIN}
    said["marital_status"] = row.marital_status or ""
    born = date.fromisoformat(secret["birth_date"]) if secret.get("birth_date") else None
    return CandidateClaim(**said | {"birth_date": born, "conditions": tuple(row.conditions)})
