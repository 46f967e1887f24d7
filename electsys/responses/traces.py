"""Who has looked at my data: the register of disclosures, read by the person whom it is about.

The person proves NIK and birth date or name; the guard of every check stands before. A module that keeps rows
about people says which ones are this person's::

    traces.register("sidalih", lambda question: traces.of_subjects(f"voter:{n}" for n in voters_of(question)))

Offices and roles are named, officers are not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents.papers import letterhead
from electsys.identity.models import Grant, Role
from electsys.privacy.models import Disclosure
from electsys.privacy.operations import PERMISSION
from electsys.responses.checks import Answer, Question
from electsys.responses.checks import register as register_check

#: Most rows that one question is told, the newest first.
MOST = 200
NAME = "data-saya"


@dataclass(frozen=True)
class Trace:
    """One disclosure: when, by which office and role, what, why, to whom a file went."""

    at: dt.datetime
    office: str
    role: str
    kind: str
    purpose: str
    recipient: str | None = None


Give = Callable[[Question], Iterable[Trace]]
_SOURCES: dict[str, Give] = {}

KINDS = {
    "reveal": _l("NIK Anda dibuka lengkap"),
    "export": _l("Data Anda diserahkan dalam sebuah daftar"),
}


def register(name: str, give: Give) -> None:
    """Let ``give(question)`` name what was disclosed of the person who asks; twice is once."""
    _SOURCES[name] = give


def of_subjects(subjects: Iterable[str]) -> list[Trace]:
    """The disclosures of these subjects of the register (``voter:12``, ``voter_list:5``), newest first."""
    wanted = sorted(set(subjects))
    if not wanted:
        return []
    rows = db.session.scalars(
        select(Disclosure)
        .where(Disclosure.subject.in_(wanted), Disclosure.kind.in_(KINDS))
        .order_by(Disclosure.id.desc())
        .limit(MOST)
    ).all()
    roles = _roles({row.account_id for row in rows if row.account_id is not None})
    return [_trace(row, roles.get(row.account_id or 0, [])) for row in rows]


def _trace(row: Disclosure, held: list[Any]) -> Trace:
    """A row in the person's words: of the grants that the account held then, the nearest that allowed it."""
    then = [
        each
        for each in held
        if each.valid_from <= row.at
        and (each.valid_to is None or each.valid_to > row.at)
        and (row.region or "").startswith(each.region)
    ]
    giving = [each for each in then if PERMISSION in each.permissions] or then
    nearest = max(giving, key=lambda each: len(each.region), default=None)
    if nearest is None:
        office, role = _("Sistem electsys"), _("pekerjaan otomatis") if row.account_id is None else ""
    else:
        head = letterhead(nearest.region)
        office, role = f"{head['body']} {head['area']}", str(nearest.label)
    return Trace(row.at, office, role, row.kind, row.purpose, row.recipient)


def _roles(accounts: set[int]) -> dict[int, list[Any]]:
    """Account -> its grants, past ones too (one query)."""
    held: dict[int, list[Any]] = {}
    for each in db.session.execute(
        select(Grant.account_id, Grant.region, Grant.valid_from, Grant.valid_to, Role.label, Role.permissions)
        .join(Role, Role.id == Grant.role_id)
        .where(Grant.account_id.in_(accounts))
    ):
        held.setdefault(each.account_id, []).append(each)
    return held


def of_person(question: Question) -> list[Trace]:
    """What was disclosed of the person's row in the register of people."""
    found = db.session.scalars(select(func.person_of_pair(question.pair)))
    return of_subjects(f"person:{key}" for key in found)


def look(question: Question) -> Answer | None:
    """Every trace of the person who asks; None without any, so that it tells nobody who exists."""
    found = [trace for give in list(_SOURCES.values()) for trace in give(question)]
    if not found:
        return None
    found.sort(key=lambda trace: trace.at, reverse=True)
    data = {
        "pembukaan": [
            {
                "waktu": trace.at.isoformat(),
                "kantor": trace.office,
                "peran": trace.role,
                "jenis": trace.kind,
                "keperluan": trace.purpose,
                "penerima": trace.recipient,
            }
            for trace in found[:MOST]
        ]
    }
    return Answer(data, extra=found[:MOST])


def declare() -> None:
    """The page ``/cek/data-saya``."""
    register("identity", of_person)
    register_check(
        NAME,
        label=_l("Siapa melihat data saya"),
        look=look,
        shows="responses/_traces.html",
        lead=_l(
            "Setiap pembukaan NIK lengkap dan setiap penyerahan data pribadi tercatat. Lihat kapan data Anda "
            "dibuka, oleh kantor mana, dan untuk apa (UU 27/2022)."
        ),
        nothing=_l(
            "Tidak ada catatan pembukaan data untuk pasangan NIK dan tanggal lahir atau nama itu. "
            "Periksa ejaan dan angkanya seperti tertulis di KTP-el bila Anda ragu."
        ),
        icon="eye",
        action=_l("Lihat catatan"),
    )
