"""Files of old results: rows as they were published, told line by line where they cannot be."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select, true

from electsys.db import db
from electsys.elections.models import Contest, Participant
from electsys.elections.queries import by_code
from electsys.elections.standings import Won, keep_standings
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.ledger import Actor
from electsys.regions.models import Dapil

PERMISSION = "elections:election:edit"
SPREADS = ("kabko", "kecamatan", "desa", "tps")


def import_standings(file: Path, code: str, kind: str, *, source: str, username: str) -> int:
    """Keep the rows of a file; how many were new. Refused, and nothing kept, with the line that is wrong.

    ``kind`` of a contest that is one of several names its region as well: ``bupati_walikota:1201``.
    """
    election = by_code(code)
    kind, _sign, region = kind.partition(":")
    contests = db.session.scalars(
        select(Contest)
        .where(
            Contest.election_id == (election.id if election else 0),
            Contest.kind == kind,
            Contest.region_code == region if region else true(),
        )
        .order_by(Contest.region_code)
        .limit(2)
    ).all()
    if len(contests) > 1:
        raise Refused(
            _("Pemilihan %(kind)s pada %(code)s lebih dari satu.", kind=kind, code=code),
            hint=_("Sebut wilayahnya, misalnya %(name)s.", name=f"{kind}:{contests[0].region_code}"),
        )
    contest = contests[0] if contests else None
    if contest is None:
        raise Refused(_("Pemilihan %(kind)s tidak ada pada %(code)s.", kind=kind, code=code))
    account = db.session.scalars(
        select(Account).where(Account.username == username, Account.active)
    ).one_or_none()
    if account is None:
        raise Refused(_("Tidak ada akun aktif bernama %(name)s.", name=username))
    actor = Actor(account.id, account.name)
    grants.demand(actor, PERMISSION, Scope("", None, contest.election_id))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(_read(csv.DictReader(lines), contest))
    return keep_standings(contest, rows, source=source, actor=actor)


def _read(lines: Iterable[Mapping[str, str | None]], contest: Contest) -> Iterable[Won]:
    people = {
        (p.number, p.region_code): p.id
        for p in db.session.scalars(select(Participant).where(Participant.contest_id == contest.id))
    }
    dapil = {
        d.code: d
        for d in db.session.scalars(
            select(Dapil).where(Dapil.map_id == contest.election.map_id, Dapil.chamber == contest.kind)
        )
    }
    for n, line in enumerate(lines, 2):
        place = dapil.get((line.get("kode_dapil") or "").strip())
        region = place.body_code if place else (line.get("kode_wilayah") or "").strip()
        if place is None and (line.get("kode_dapil") or "").strip():
            raise Refused(_("Baris %(n)s: dapil %(code)s tidak ada.", n=n, code=line.get("kode_dapil")))
        number = _number(line, "nomor_partai", n)
        person = people.get((number or 0, "")) or people.get((number or 0, region[:2]))
        if person is None:
            raise Refused(_("Baris %(n)s: peserta nomor %(number)s tidak ada.", n=n, number=number))
        yield Won(
            participant=person,
            votes=_needed(line, "suara", n),
            valid=_needed(line, "suara_sah", n),
            region=region,
            dapil=place.id if place else None,
            candidate=_number(line, "nomor_calon", n),
            seats=_number(line, "kursi", n),
            rank=_number(line, "peringkat", n),
            elected=(line.get("terpilih") or "").strip().lower() in ("ya", "1", "true"),
            spread={
                each: value for each in SPREADS if (value := _number(line, f"sebaran_{each}", n)) is not None
            },
        )


def _number(line: Mapping[str, str | None], name: str, n: int) -> int | None:
    written = (line.get(name) or "").strip()
    if not written:
        return None
    if not written.isdecimal():
        raise Refused(_("Baris %(n)s: %(column)s bukan bilangan bulat.", n=n, column=name))
    return int(written)


def _needed(line: Mapping[str, str | None], name: str, n: int) -> int:
    found = _number(line, name, n)
    if found is None:
        raise Refused(_("Baris %(n)s: %(column)s kosong.", n=n, column=name))
    return found
