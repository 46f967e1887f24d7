"""One made-up form of every contest and region type, pushed through to the public page, and taken back.

A savepoint holds it all: file, second person, rules, totals and page are the real ones; nothing of it
stays, and no total moves (NA-12). Needs two accounts, as a real file does.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from electsys.db import db
from electsys.elections.models import Contest, Election, Stage, StageOverride
from electsys.errors import Refused
from electsys.ledger import Actor
from modules.situng.operations.batches import FileFacts, confirm_and_apply, load_batch, open_batch
from modules.situng.operations.corrections import stage_one
from modules.situng.queries.contests import ContestCount, contest_count, limits
from modules.situng.queries.forms import tps_form
from modules.situng.queries.readiness import FAILED, FINE, LOOK, Check, RegionType, region_types
from modules.situng.rules import ballots_due


def rehearse(election: Election, *, actor: Actor, second: Actor) -> list[Check]:
    """Push one form of every contest x region type to its public page; what came of each."""
    found = []
    for kind in region_types(election):
        for contest in kind.contests:
            if kind.sample is not None:
                found.append(_push(election, contest, kind, kind.sample, actor, second))
    return found


def _push(
    election: Election, contest: Contest, kind: RegionType, tps: str, actor: Actor, second: Actor
) -> Check:
    subject = f"{contest.name}, {kind.name}"
    point = db.session.begin_nested()
    try:
        count = contest_count(contest.id)
        before = tps_form(count, tps)
        if before is not None and before.state is not None:
            return Check(LOOK, subject, _("TPS %(tps)s sudah mempunyai hasil; tidak dicoba.", tps=tps))
        _open_now(election, tps)
        cells, votes = made_up(count)
        batch = open_batch(contest, file=FileFacts("gladi.csv", "0" * 64), region=tps, actor=actor)
        stage_one(count, tps, cells, votes)
        load_batch(batch, actor=actor)
        confirm_and_apply(batch, actor=second)
        return _seen(count, tps, cells, votes, subject)
    except Refused as refusal:
        return Check(FAILED, subject, str(refusal.message), str(refusal.hint or ""))
    except HTTPException:
        return Check(
            FAILED,
            subject,
            _("Hitungan pemilihan ini belum dapat dibuka: surat suaranya tidak ditemukan."),
            _("Tetapkan surat suaranya di Silon."),
        )
    finally:
        point.rollback()


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


def made_up(count: ContestCount) -> tuple[dict[str, int | None], list[int | None]]:
    """A form on which every rule holds: each line of the ballot gets another number of votes."""
    votes: list[int | None] = [n + 1 for n in range(len(count.lines))]
    valid = sum(v or 0 for v in votes)
    total = valid + 1
    due = ballots_due(total, limits(count.election_id))
    triples = {
        "pemilih_dpt": (total, 0),
        "pengguna_dpt": (total, 0),
        "pengguna_total": (total, 0),
        "pemilih_total": (total, 0),
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
    return cells, votes


def _seen(
    count: ContestCount, tps: str, cells: dict[str, int | None], votes: list[int | None], subject: str
) -> Check:
    """Whether the public page of the TPS and of its kab/kota show the form."""
    form = tps_form(count, tps)
    if form is None or form.accepted is None:
        faults = ", ".join(form.latest.faults) if form and form.latest else ""
        return Check(FAILED, subject, _("Formulir tidak diterima: %(faults)s", faults=faults))
    station, area = _public(count, tps), _public(count, tps[:4])
    page = _public(count, tps, twin=False)
    shown = {str(line.number): vote for line, vote in zip(count.lines, votes, strict=True)}
    if [station["versi"][0][part] for part in ("suara", "sel")] != [shown, cells]:
        return Check(
            FAILED, subject, _("Halaman TPS %(tps)s tidak menampilkan angka yang dimasukkan.", tps=tps)
        )
    if not area["wilayah"]["dihitung"]:
        return Check(FAILED, subject, _("Hitungan kabupaten/kota tidak bergerak."))
    if tps not in page:
        return Check(FAILED, subject, _("Halaman TPS %(tps)s tidak terbuka.", tps=tps))
    return Check(FINE, subject, _("TPS %(tps)s: dari berkas sampai halaman publik.", tps=tps))


def _public(count: ContestCount, code: str, *, twin: bool = True) -> Any:
    """A public page or its JSON twin as an anonymous visitor gets it, without the request's own commit."""
    endpoint = "situng.area_json" if twin else "situng.area"
    arguments = {"election": count.election_code, "kind": count.kind, "code": code}
    with current_app.test_request_context():
        answer: Any = current_app.view_functions[endpoint](**arguments)
    return answer.get_json() if twin else str(answer)
