"""Staff accounts from a file: all of them or none, each row judged by the rules of a single one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from electsys.db import db
from electsys.errors import Refused
from electsys.identity.models import Account, Role
from electsys.identity.operations.accounts import create_account
from electsys.identity.operations.granting import give_grant
from electsys.intake import Column, Integer, RowError, Spec, Text, stage
from electsys.ledger import Actor, record

#: A sheet of paper each: nobody hands out more in one go.
MOST = 2000
SPEC = Spec(
    "akun",
    label=_l("Akun petugas"),
    columns=(
        Column("username", Text(64), required=True, empty="refuse", label=_l("Nama pengguna")),
        Column("nama", Text(200), required=True, empty="refuse", label=_l("Nama")),
        Column("email", Text(254), required=True, empty="refuse", label=_l("Email")),
        Column("peran", Text(60), required=True, empty="refuse", label=_l("Peran")),
        Column("kode_wilayah", Text(13), label=_l("Kode wilayah")),
        Column("partai", Integer(1, 99), label=_l("Nomor partai")),
    ),
    key=("username",),
    max_rows=MOST,
)
#: What an operation calls its field, and the column of the file.
_COLUMNS = {
    "username": "username",
    "name": "nama",
    "email": "email",
    "role": "peran",
    "region": "kode_wilayah",
    "party": "partai",
}


@dataclass(frozen=True)
class Created:
    """An account of the file, and what it may do where."""

    account: Account
    role: Role
    region: str


@dataclass(frozen=True)
class Outcome:
    """What came of a file: the accounts, or the errors that kept all of them out."""

    rows: int
    created: list[Created] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def create_accounts(path: Path, *, actor: Actor, dry_run: bool = False) -> Outcome:
    """Create the accounts of a file with their first grants; their activation sheets are printed afterwards.

    One wrong row keeps all of them out; a dry run finds out the same and keeps nothing.
    """
    staging = stage(db.session.connection(), path, SPEC, "staged_accounts")
    try:
        errors = staging.first_errors(MOST)
        rows = db.session.execute(
            text(
                "select row_number, username, nama, email, peran, kode_wilayah, partai "
                "from staged_accounts order by row_number"
            )
        ).all()
    finally:
        staging.drop()
    wrong = {error.row_number for error in errors}
    roles = {role.name: role for role in db.session.scalars(select(Role))}
    created: list[Created] = []
    point = db.session.begin_nested()
    for row in rows:
        if row.row_number in wrong:
            continue
        try:
            with db.session.begin_nested():
                created.append(_create(row, roles, actor))
        except Refused as refusal:
            errors.append(_error(row, refusal))
    if errors or dry_run:
        point.rollback()
        return Outcome(len(rows), [], sorted(errors, key=lambda e: e.row_number))
    point.commit()
    record("identity:account:bulk", "account:*", actor=actor, details={"accounts": len(created)})
    return Outcome(len(rows), created)


def _create(row: object, roles: dict[str, Role], actor: Actor) -> Created:
    username, name, email, wanted = (str(getattr(row, c)) for c in ("username", "nama", "email", "peran"))
    region, party = getattr(row, "kode_wilayah") or "", getattr(row, "partai")  # noqa: B009
    role = roles.get(wanted.strip().lower())
    if role is None:
        raise Refused(
            _unknown_role(), field="role", hint=str(_l("Pakai nama peran seperti pada halaman Peran."))
        )
    account = create_account(username, name=name, email=email, password=None, actor=actor)
    give_grant(account, role, actor=actor, region=region, party_id=party, tell=False)
    return Created(account, role, region)


def _unknown_role() -> str:
    return str(_l("Peran ini tidak dikenal."))


def _error(row: object, refusal: Refused) -> RowError:
    column = _COLUMNS.get(refusal.field or "", "")
    value = getattr(row, column) if column else None
    return RowError(
        int(getattr(row, "row_number")),  # noqa: B009
        column,
        None if value is None else str(value),
        "refused",
        str(refusal.message),
        str(refusal.hint or ""),
    )
