"""Audits of what was published: for everybody to follow, for their people to run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select, text

from electsys import jobs
from electsys.db import db
from electsys.documents import render_pdf
from electsys.documents.papers import date_text, today
from electsys.elections.models import Contest, Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, public, requires
from electsys.jobs.queries import of_subject
from electsys.regions.models import Region
from electsys.web.forms import ButtonForm
from modules.sirekap.forms import ReasonForm
from modules.sirekap.forms import audits as forms
from modules.sirekap.models import Audit
from modules.sirekap.operations import audits as operations
from modules.sirekap.permissions import AUDIT
from modules.sirekap.queries import audits as queries
from modules.sirekap.workflow.audits import AUDITING

bp = Blueprint("audits", __name__, url_prefix="/audit-hasil")
LOOKS = {"disiapkan": "wait", "diundi": "wait", "selesai": "ok", "hitung_penuh": "stop"}


def load_audit(audit_id: int) -> tuple[Audit, Scope]:
    """An audit, where it draws."""
    audit = db.session.get(Audit, audit_id) or abort(404)
    return audit, Scope(audit.region, None, audit.election_id)


def load_election(election: str) -> tuple[Election, Scope]:
    """An election; its audits are prepared by KPU RI."""
    found = by_code(election) or abort(404)
    return found, Scope("", None, found.id)


@bp.get("/")
@public
def start() -> Any:
    """To the newest election."""
    found = db.session.scalar(select(Election).order_by(Election.voting_day.desc()).limit(1)) or abort(404)
    return redirect(url_for("audits.audits", election=found.code))


@bp.get("/pemilu/<election>")
@public
def audits(election: str) -> Any:
    """The audits of an election."""
    return _audits(by_code(election) or abort(404))


@bp.post("/pemilu/<election>")
@requires(AUDIT, load=load_election)
def prepare(loaded: Election) -> Any:
    """Fix the stations of an audit, before any seed is known."""
    form = _offer(loaded)
    if form.validate_on_submit():
        contest_id, _sep, region = form.what.data.partition(":")
        try:
            operations.require_auditable(
                db.session.get_one(Contest, int(contest_id)), region, actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            job = jobs.start(
                "sirekap.prepare_audit",
                actor=current_actor(),
                subject=f"contest:{contest_id}",
                lock=f"sirekap.audit:{contest_id}",
                contest_id=int(contest_id),
                region=region,
            )
            return redirect(url_for("jobs.job", job_id=job.id))
    return _audits(loaded, form)


def _offer(election: Election, **more: Any) -> forms.PrepareForm:
    form = forms.PrepareForm(**more)
    found = [c for c in election.contests if c.kind in operations.KINDS]
    choices = [(f"{c.id}:", _("%(contest)s: pemenang", contest=c.name)) for c in found]
    provinces = db.session.execute(
        select(Region.code, Region.name)
        .where(Region.map_id == election.map_id, Region.level == 1, Region.code != "99")
        .order_by(Region.code)
    ).all()
    for contest in found:
        if contest.kind == "ppwp":
            choices += [
                (
                    f"{contest.id}:{code}",
                    _("%(contest)s: syarat di %(where)s", contest=contest.name, where=name),
                )
                for code, name in provinces
            ]
    form.what.choices = choices
    return form


def _audits(election: Election, form: Any = None) -> Any:
    may = current_user.is_authenticated and can(current_user, AUDIT, Scope("", None, election.id))
    rows = db.session.scalars(queries.audits_in(election.id)).all()
    shown = form or (_offer(election, formdata=None) if may else None)
    page = render_template(
        "sirekap/audits/audits.html",
        election=election,
        rows=rows,
        names=_areas(election),
        form=shown if may else None,
        workflow=AUDITING,
        looks=LOOKS,
    )
    return page, form.status if form is not None else 200


def _areas(election: Election) -> dict[str, str]:
    rows = db.session.execute(
        select(Region.code, Region.name).where(Region.map_id == election.map_id, Region.level == 1)
    )
    return {row.code: row.name for row in rows}


@bp.get("/<int:audit_id>")
@public
def audit(audit_id: int) -> Any:
    """An audit: what it asserts, how stations were drawn, what the paper says, the risk."""
    return _page(db.session.get(Audit, audit_id) or abort(404))


@bp.get("/<int:audit_id>/tps.csv")
@public
def stations(audit_id: int) -> Response:
    """The stations that are drawn from, as the digest reads them."""
    found = db.session.get(Audit, audit_id) or abort(404)
    numbers = [who.number for who in queries.participants_of(found)]

    def lines() -> Iterator[str]:
        yield ",".join(["kode_tps", "surat_suara", *(f"suara_{n}" for n in numbers)]) + "\n"
        rows = db.session.scalars(queries.stations_in(found.id).execution_options(yield_per=5_000))
        for row in rows:
            yield ",".join([row.code, str(row.ballots), *map(str, row.votes)]) + "\n"

    content = "".join(lines())
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=audit-{found.id}-tps.csv"
    return response


@bp.get("/<int:audit_id>/undian.csv")
@public
def draws(audit_id: int) -> Response:
    """The draws in their order, with what was published and what the paper says."""
    found = db.session.get(Audit, audit_id) or abort(404)
    numbers = [who.number for who in queries.participants_of(found)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["undian", "kode_tps", *(f"diumumkan_{n}" for n in numbers), *(f"kertas_{n}" for n in numbers)]
    )
    rows = [(number, paper) for paper in queries.papers_of(found) for number in paper.numbers]
    for number, paper in sorted(rows, key=lambda pair: pair[0]):
        writer.writerow([number, paper.code, *paper.published, *(paper.paper or [""] * len(numbers))])
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=audit-{found.id}-undian.csv"
    return response


@bp.get("/<int:audit_id>/lembar.pdf")
@requires(AUDIT, load=load_audit)
def worksheets(loaded: Audit) -> Response:
    """The sheets on which the paper is read, one a station."""
    papers = queries.papers_of(loaded)
    if not papers:
        abort(404)
    names = _villages(loaded, [paper.code for paper in papers])
    with force_locale("id"):
        data = {
            "title": "Lembar audit hasil",
            "election": f"{loaded.contest.name}, {loaded.contest.election.name}",
            "simulation": loaded.contest.election.kind == "simulasi",
            "seed": loaded.seed,
            "digest": loaded.frame_sha256,
            "address": url_for("audits.audit", audit_id=loaded.id, _external=True),
            "date": today(loaded.region),
            "date_text": date_text(today(loaded.region)),
            "lines": [f"{who.number}. {who.name}" for who in queries.participants_of(loaded)],
            "stations": [
                {
                    "code": paper.code,
                    "numbers": ", ".join(map(str, paper.numbers)),
                    "where": names.get(paper.code, "-"),
                }
                for paper in papers
            ],
        }
        content = render_pdf("sirekap/audit_sheet", data)
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename=lembar-audit-{loaded.id}.pdf"
    return response


def _villages(found: Audit, codes: list[str]) -> dict[str, str]:
    rows = db.session.execute(
        text(
            "select t.code, concat_ws(', ', t.name, v.name, c.name, k.name) as place from tps t"
            " left join region v on v.map_id = :m and v.code = t.village_code"
            " left join region c on c.map_id = :m and c.code = left(t.code, 6)"
            " left join region k on k.map_id = :m and k.code = left(t.code, 4)"
            " where t.election_id = :e and t.code = any(:codes)"
        ),
        {"m": found.contest.election.map_id, "e": found.election_id, "codes": codes},
    )
    return {row.code: row.place for row in rows}


@bp.post("/<int:audit_id>/benih")
@requires(AUDIT, load=load_audit)
def seed(loaded: Audit) -> Any:
    """Enter the seed of the ceremony: the draw itself is a job."""

    def act(form: Any) -> None:
        found, source = form.seed.data or "", form.source.data or ""
        found = operations.require_seed(loaded, found, source, actor=current_actor())
        _start("sirekap.draw_audit", loaded, seed=found, source=source)

    return _do(loaded, forms.SeedForm(), act, said=_("Benih diterima; undian berjalan."))


@bp.post("/<int:audit_id>/kertas")
@requires(AUDIT, load=load_audit)
def enter(loaded: Audit) -> Any:
    """What somebody read on a station's paper."""
    written = [request.form.get(f"suara_{key}", "").strip() for key in loaded.participants]
    plain = [n for n in written if n.isascii() and n.isdecimal() and len(n) <= 6]

    def act(_form: Any) -> None:
        if len(plain) != len(written):
            raise Refused(_("Isi suara setiap pasangan calon dengan bilangan mulai dari 0."), field="votes")
        operations.enter_paper(
            loaded, request.form.get("code", "")[:13], [int(n) for n in plain], actor=current_actor()
        )

    return _do(loaded, ButtonForm(), act)


@bp.post("/<int:audit_id>/tambah")
@requires(AUDIT, load=load_audit)
def more(loaded: Audit) -> Any:
    """Draw on, as a job."""

    def act(_form: Any) -> None:
        operations.more_draws(loaded, actor=current_actor())
        _start("sirekap.draw_audit_more", loaded)

    return _do(loaded, ButtonForm(), act, said=_("Undian tambahan berjalan."))


def _start(name: str, found: Audit, **args: Any) -> None:
    jobs.start(
        name,
        actor=current_actor(),
        subject=f"result_audit:{found.id}",
        lock=f"sirekap.audit:{found.contest_id}",
        audit_id=found.id,
        **args,
    )


@bp.post("/<int:audit_id>/tutup")
@requires(AUDIT, load=load_audit)
def close(loaded: Audit) -> Any:
    """End it: the risk is below the limit."""
    return _do(loaded, ButtonForm(), lambda _form: operations.close_audit(loaded, actor=current_actor()))


@bp.post("/<int:audit_id>/hitung-semua")
@requires(AUDIT, load=load_audit)
def count_all(loaded: Audit) -> Any:
    """Give up drawing."""
    return _do(
        loaded,
        ReasonForm(prefix="semua-"),
        lambda form: operations.count_all(loaded, reason=form.reason.data or "", actor=current_actor()),
    )


def _do(found: Audit, form: Any, act: Callable[[Any], Any], *, said: str | None = None) -> Any:
    key = found.id
    if not form.validate_on_submit():
        return _page(found, sent=form)
    try:
        act(form)
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(db.session.get_one(Audit, key), sent=form)
    flash(said or _("Tercatat."), "success")
    return redirect(url_for("audits.audit", audit_id=key))


def _page(found: Audit, sent: Any = None) -> Any:
    papers = queries.papers_of(found)
    now = queries.standing_of(found, papers)
    runs = current_user.is_authenticated and can(
        current_user, AUDIT, Scope(found.region, None, found.election_id)
    )
    mine = current_user.get_id() and current_user.id
    names = {who.id: who for who in queries.participants_of(found)}
    shown = {
        "seed": forms.SeedForm(formdata=None),
        "step": ButtonForm(formdata=None),
        "all": ReasonForm(formdata=None, prefix="semua-"),
    }
    if sent is not None:
        shown[{"SeedForm": "seed", "ReasonForm": "all"}.get(type(sent).__name__, "step")] = sent
    page = render_template(
        "sirekap/audits/audit.html",
        audit=found,
        job=next(iter(of_subject(f"result_audit:{found.id}")), None) if runs else None,
        election=found.contest.election,
        areas=_areas(found.contest.election),
        names=names,
        papers=papers,
        now=now,
        risk=None if now.risk is None else risk_words(now.risk),
        limit=risk_words(Fraction(found.risk_limit)),
        below=now.risk is not None and now.risk <= Fraction(found.risk_limit),
        total=f"{float(Fraction(found.total)):.2f}".replace(".", ","),
        costly=found.planned >= found.stations,
        runs=runs,
        next=next((p for p in papers if p.paper is None and mine not in p.readers), None)
        or next((p for p in papers if p.differs), None),
        forms=shown,
        sent=sent,
        workflow=AUDITING,
        looks=LOOKS,
    )
    return page, sent.status if sent is not None else 200


def risk_words(risk: Fraction) -> str:
    """A risk in percent with two decimals, never shown smaller than it is."""
    hundredths = -(-risk.numerator * 10_000 // risk.denominator)
    return f"{hundredths // 100},{hundredths % 100:02d} %"
