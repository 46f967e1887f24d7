"""One made-up form of every contest, kind of region and kind of TPS, from entry to the public page and back.

A savepoint holds it all: photo, two entries, rules, totals and page are the real ones; nothing of it stays,
and no total moves (NA-12). Needs two accounts, as a real form does.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from PIL import Image
from sqlalchemy import any_, select
from werkzeug.exceptions import HTTPException

from electsys.db import db
from electsys.documents import store_file
from electsys.elections.models import Contest, Election, Stage, StageOverride
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.models import Grant, Role
from electsys.ledger import Actor
from modules.sidalih import expected_voters
from modules.situng.contest import ContestCount
from modules.situng.operations.captures import open_capture, submit_entry
from modules.situng.operations.photos import FILES, add_photo
from modules.situng.operations.totals import fold_totals, open_count
from modules.situng.queries.contests import contest_count, limits
from modules.situng.queries.forms import tps_form
from modules.situng.queries.readiness import FAILED, FINE, LOOK, Check, RegionType, region_types, untouched
from modules.situng.queries.setup import is_open
from modules.situng.rules import ALL_RULES, ballots_due
from modules.situng.workflow import ENTER

Tell = Callable[[int, int, str], None]
#: What a made-up form says about every warning.
REASONS = {rule.key: "gladi" for rule in ALL_RULES if rule.key.startswith("W.")}


def rehearse(election: Election, *, actor: Actor, second: Actor, tell: Tell = lambda *_: None) -> list[Check]:
    """Push one form of every contest, kind of region and kind of TPS; what came of each."""
    types = region_types(election)
    contests = list({c.id: c for kind in types for c in kind.contests}.values())
    total = sum(len(kind.kinds) for kind in types for _each in kind.contests)
    done, found = 0, []
    for contest in contests:
        with _taken_back():
            failure = _opened(contest, actor)
            for kind in types:
                for station in kind.kinds if contest in kind.contests else ():
                    tell(done, total, f"{contest.name}, {kind.name}")
                    done += 1
                    found.append(failure or _push(election, contest, kind, station, actor, second))
    tell(total, total, "")
    return found


@contextmanager
def _taken_back() -> Iterator[None]:
    """Nothing that is done inside stays, grants that were read inside included."""
    point = db.session.begin_nested()
    try:
        yield
    finally:
        point.rollback()
        grants.forget()


def _opened(contest: Contest, actor: Actor) -> Check | None:
    """Open the count of a contest; why that cannot be done, where it cannot."""
    try:
        if not is_open(contest.id):
            open_count(contest, actor=actor)
    except HTTPException:
        return Check(
            FAILED,
            contest.name,
            _("Hitungan pemilihan ini belum dapat dibuka: surat suaranya tidak ditemukan."),
            _("Tetapkan surat suaranya di Silon."),
        )
    return None


def _push(
    election: Election, contest: Contest, kind: RegionType, station: str, actor: Actor, second: Actor
) -> Check:
    subject = f"{contest.name}, {kind.name}, {station}"
    tps = untouched(election, contest, kind.provinces, station)
    if tps is None:
        return Check(LOOK, subject, _("Semua TPS jenis ini sudah mempunyai formulir; tidak dicoba."))
    with _taken_back():
        try:
            count = contest_count(contest.id, tps)
            _open_now(election, tps)
            _let_enter(election, tps, actor, second)
            values = made_up(count, tps)
            row = open_capture(count, tps, actor=actor)
            photo = store_file(_picture(), name="gladi.png", kind=FILES, actor=actor, origin="sistem")
            add_photo(row, photo, page=1, actor=actor)
            for person in (actor, second):
                submit_entry(row, values, actor=person, reasons=REASONS)
            fold_totals(contest.id)
            return _seen(count, tps, values, subject)
        except Refused as refusal:
            return Check(FAILED, subject, str(refusal.message), str(refusal.hint or ""))
        except HTTPException:
            return Check(
                FAILED,
                subject,
                _("TPS %(tps)s tidak mempunyai surat suara pemilihan ini.", tps=tps),
                _("Tetapkan surat suara dapilnya di Silon."),
            )


def _picture() -> io.BytesIO:
    """The same small picture every time: a store that is addressed by content keeps one."""
    out = io.BytesIO()
    Image.new("L", (32, 32), 255).save(out, "PNG")
    out.seek(0)
    return out


def _open_now(election: Election, tps: str) -> None:
    """Inside the savepoint the count is open at this TPS, whatever the calendar says."""
    stage = db.session.scalar(
        select(Stage).where(Stage.election_id == election.id, Stage.code == "penghitungan")
    )
    if stage is None:
        return
    now = dt.datetime.now(dt.UTC)
    db.session.add(
        StageOverride(
            stage_id=stage.id,
            region_code=tps,
            opens_at=now - dt.timedelta(hours=1),
            closes_at=now + dt.timedelta(hours=1),
            reason="gladi",
            minute="gladi",
            created_by="gladi",
        )
    )
    db.session.flush()
    db.session.expire(stage)


def _let_enter(election: Election, tps: str, *people: Actor) -> None:
    """Inside the savepoint both may enter this form, whatever else they do."""
    role = db.session.scalars(select(Role.id).where(any_(Role.permissions) == ENTER).limit(1)).one()
    for person in people:
        db.session.add(
            Grant(account_id=person.account_id, role_id=role, region=tps, given_by="gladi",
                  election_id=election.id)
        )  # fmt: skip
    db.session.flush()
    grants.forget()


def made_up(count: ContestCount, tps: str = "") -> dict[str, int | None]:
    """A form on which every F rule holds: each line of the ballot gets another number of votes.

    Where Sidalih knows the DPT of the TPS, that is what the form says; who votes is then in the DPK, which
    has no bound.
    """
    votes = {line.column: n + 1 for n, line in enumerate(count.lines)}
    sums = {r.right[0]: sum(votes[name] for name in r.left) for r in count.ballot.parties}
    valid = sum(votes.values())
    total = valid + 1
    known = expected_voters(count.election_id, tps) if tps else None
    dpt = known if known and any(known) else (total, 0)
    used = "pengguna_dpt" if dpt == (total, 0) else "pengguna_dpk"
    due = max(total, ballots_due(sum(dpt), limits(count.election_id)))
    triples = {
        "pemilih_dpt": dpt,
        "pemilih_total": dpt,
        used: (total, 0),
        "pengguna_total": (total, 0),
    }
    single = {
        "surat_suara_diterima": due,
        "surat_suara_digunakan": total,
        "surat_suara_tidak_digunakan": due - total,
        "suara_sah": valid,
        "suara_tidak_sah": 1,
        "suara_total": total,
    }
    cells: dict[str, int | None] = dict.fromkeys(count.model.names, 0)
    for cell in count.model.cells:
        if cell.role in triples:
            men, women = triples[cell.role]
            cells[cell.name] = {"l": men, "p": women, "j": men + women}[cell.column]
        elif cell.name in single:
            cells[cell.name] = single[cell.name]
    return cells | votes | sums


def _seen(count: ContestCount, tps: str, values: dict[str, int | None], subject: str) -> Check:
    """Whether the public page of the TPS and of its kab/kota show the form."""
    form = tps_form(count, tps)
    if form is None or form.accepted is None:
        faults = ", ".join(form.latest.faults) if form and form.latest else ""
        return Check(FAILED, subject, _("Formulir tidak diterima: %(faults)s", faults=faults))
    station, area = _public(count, tps), _public(count, tps[:4])
    page = _public(count, tps, twin=False)
    shown = {
        f"{line.number}" if line.candidate is None else f"{line.number}.{line.candidate}": values[line.column]
        for line in count.lines
    }
    cells = {name: values[name] for name in count.model.names}
    if [station["versi"][0][part] for part in ("suara", "sel")] != [shown, cells]:
        return Check(
            FAILED, subject, _("Halaman TPS %(tps)s tidak menampilkan angka yang dimasukkan.", tps=tps)
        )
    if not area["wilayah"]["dihitung"]:
        return Check(FAILED, subject, _("Hitungan kabupaten/kota tidak bergerak."))
    if tps not in page:
        return Check(FAILED, subject, _("Halaman TPS %(tps)s tidak terbuka.", tps=tps))
    return Check(FINE, subject, _("TPS %(tps)s: dari entri sampai halaman publik.", tps=tps))


def _public(count: ContestCount, code: str, *, twin: bool = True) -> Any:
    """A public page or its JSON twin as an anonymous visitor gets it, without the request's own commit."""
    endpoint = "situng.area_json" if twin else "situng.area"
    arguments = {"election": count.election_code, "kind": count.kind, "code": code}
    with current_app.test_request_context():
        answer: Any = current_app.view_functions[endpoint](**arguments)
    return answer.get_json() if twin else str(answer)
