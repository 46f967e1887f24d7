"""One D.Hasil: what is left to do, its table, a village with a column per TPS, the projector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.documents import OfficialDocument
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.regions.models import Dapil
from electsys.regions.queries import names
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm, Form
from modules.sirekap import recap_papers
from modules.sirekap import recap_words as words
from modules.sirekap.forms import ReasonForm
from modules.sirekap.forms import recaps as forms
from modules.sirekap.models import Recap
from modules.sirekap.operations import columns, papers, recaps
from modules.sirekap.operations.bodies import objects_in, sits_in
from modules.sirekap.permissions import CLOSE, ENTER, READ
from modules.sirekap.queries import plenaries as queries
from modules.sirekap.queries.recaps import LEAVES, Sheet, ancestors, obstacles, readings, sheet, version_of
from modules.sirekap.views.recap import address, bp, labels, load_recap, load_unit
from modules.sirekap.views.recap.plenaries import name_of
from modules.situng import form_photos

#: Forms that stand on one page keep their fields apart.
MISSING, SIGNATURE = "kosong-", "ttd-"
#: Buttons of the operator, and of those who close and lock.
ENTER_STEPS: dict[str, Callable[..., Any]] = {"open": recaps.open_recap, "fill": columns.fill}
CLOSE_STEPS: dict[str, Callable[..., Any]] = {"close": recaps.close_recap, "lock": recaps.lock_recap}


def _load_enter(recap_id: int, step: str) -> tuple[tuple[Recap, str], Scope]:
    recap, scope = load_recap(recap_id)
    return (recap, step if step in ENTER_STEPS else abort(404)), scope


def _load_close(recap_id: int, step: str) -> tuple[tuple[Recap, str], Scope]:
    recap, scope = load_recap(recap_id)
    return (recap, step if step in CLOSE_STEPS else abort(404)), scope


def common(recap: Recap) -> dict[str, Any]:
    """What every page of a D.Hasil shows at its head."""
    election = db.session.get_one(Election, recap.election_id)
    dapil = db.session.get(Dapil, recap.dapil_id) if recap.dapil_id else None
    return {
        "recap": recap,
        "election": election,
        "name": name_of(election, recap.region),
        "dapil": title_region(dapil.name) if dapil else None,
        "called": words.form_name(recap),
        "words": words,
        "code": address(recap.region),
        "address": address,
    }


@bp.get("/rekap/d/<int:recap_id>")
@requires(READ, load=load_recap)
def form(recap: Recap) -> Any:
    """The D.Hasil with everything that is left to do."""
    return page(recap)


def page(recap: Recap, *, refusal: Refused | None = None, sent: Form | None = None) -> Any:
    """The page, also after a step that was refused."""
    shown = sheet(recap)
    head = common(recap)
    sits = sits_in(current_user, recap, ENTER)
    closes = sits_in(current_user, recap, CLOSE)
    step = ButtonForm()
    if refusal is not None:
        step.refuse(refusal)
    read = readings(recap)
    groups = shown.grouped()
    called = _called(shown, head["election"])
    states = queries.states_below(recap) if recap.state == "dibuka" else {}
    missing = [(c.unit, f"{c.name}, {called.get(c.group, c.group)} ({c.unit})") for c in shown.missing]
    witnesses = queries.mandates(recap.election_id, recap.region, recap.contest_id)
    return (
        render_template(
            "sirekap/recap/form.html",
            **head,
            form=shown,
            columns=recap_papers.main_columns(shown, head["election"]),
            groups=groups,
            group_names=called,
            readings=read,
            left=obstacles(recap) if recap.state == "dibuka" else None,
            missing=missing,
            states=states,
            leaf=recap.tier in LEAVES,
            differences=queries.differences(shown),
            proposals=queries.proposals(recap),
            may_decide=lambda proposal: (
                proposal.proposed_by != current_user.id
                and sits_in(current_user, [recap, *ancestors(recap)][-1], CLOSE)
            ),
            corrections=[
                (made, recap_papers.changed_rows(shown, made)) for made in queries.corrections(recap)
            ],
            objections=queries.objections(recap),
            signatures=queries.signatures(recap),
            version=version_of(recap),
            document=db.session.get(OfficialDocument, recap.document_id) if recap.document_id else None,
            sits=sits,
            closes=closes,
            second=closes and recap.closed_by != current_user.id,
            objects=sits or objects_in(current_user, recap),
            step=step,
            sent=sent,
            reason=ReasonForm(formdata=None),
            missing_form=forms.MissingForm(formdata=None, prefix=MISSING).offer(missing),
            signature_form=forms.SignatureForm(formdata=None, prefix=SIGNATURE).offer(labels(witnesses)),
        ),
        step.status if sent is None else sent.status,
    )


def _called(shown: Sheet, election: Election) -> dict[str, str]:
    """Village (or child) -> name."""
    if shown.recap.tier not in LEAVES:
        return {c.unit: title_region(c.name) for c in shown.columns}
    return {
        code: title_region(name)
        for code, name in names([g for g, _columns in shown.grouped()], election.map_id).items()
    }


DONE = {
    "open": _l("Pembacaan dibuka; kolom terisi dari formulir yang sudah diterima."),
    "fill": _l("Kolom yang belum dibacakan disesuaikan dengan formulir terbaru."),
    "close": _l("Rekapitulasi ditutup; menunggu pengesahan orang kedua."),
    "lock": _l("Rekapitulasi disahkan dan dikunci. D.Hasil dan berita acara sedang diterbitkan."),
}


@bp.post("/rekap/d/<int:recap_id>/langkah/<step>")
@requires(ENTER, load=_load_enter)
def press(loaded: tuple[Recap, str]) -> Any:
    """Open the reading, or bring unread columns up to date."""
    return _press(*loaded, ENTER_STEPS)


@bp.post("/rekap/d/<int:recap_id>/putus/<step>")
@requires(CLOSE, load=_load_close)
def conclude(loaded: tuple[Recap, str]) -> Any:
    """Close, and lock as the second person."""
    return _press(*loaded, CLOSE_STEPS)


def _press(recap: Recap, step: str, steps: dict[str, Callable[..., Any]]) -> Any:
    return _try(recap, lambda: steps[step](recap, actor=current_actor()), str(DONE[step]))


def _try(recap: Recap, act: Callable[[], Any], said: str, *, back: str | None = None) -> Any:
    """Do it and lead back; a refusal stands at the top of the form's page."""
    recap_id = recap.id
    try:
        act()
    except Refused as refusal:
        db.session.rollback()
        return page(db.session.get_one(Recap, recap_id), refusal=refusal)
    flash(said, "success")
    return redirect(back or url_for("rekap.form", recap_id=recap_id))


@bp.post("/rekap/d/<int:recap_id>/buka-kembali")
@requires(CLOSE, load=load_recap)
def reopen(recap: Recap) -> Any:
    """Take a closing back before the lock."""
    sent = ReasonForm()
    if not sent.validate_on_submit():
        return page(recap, sent=sent)
    return _try(
        recap,
        lambda: recaps.reopen_recap(recap, sent.reason.data or "", actor=current_actor()),
        _("Rekapitulasi dibuka kembali."),
    )


@bp.post("/rekap/d/<int:recap_id>/tanpa-formulir")
@requires(ENTER, load=load_recap)
def explain(recap: Recap) -> Any:
    """Note why a TPS has no form."""
    sent = forms.MissingForm(prefix=MISSING).offer([(c.unit, c.name) for c in sheet(recap).missing])
    if not sent.validate_on_submit():
        return page(recap, sent=sent)
    return _try(
        recap,
        lambda: columns.explain_missing(recap, sent.unit.data, sent.reason.data or "", actor=current_actor()),
        _("Alasan dicatat."),
    )


@bp.post("/rekap/d/<int:recap_id>/terbitkan")
@requires(CLOSE, load=load_recap)
def issue(recap: Recap) -> Any:
    """Start the papers once more, where the queue failed."""
    if recap.state != "disahkan":
        abort(409)
    return _try(
        recap, lambda: papers.start(recap.id, actor=current_actor()), _("Dokumen sedang diterbitkan.")
    )


@bp.get("/rekap/d/<int:recap_id>/bagian/<unit>")
@requires(READ, load=load_unit)
def village(loaded: tuple[Recap, str]) -> Any:
    """A village with a column per TPS."""
    return village_page(*loaded)


def village_page(recap: Recap, unit: str, *, refusal: Refused | None = None) -> Any:
    """The page of a village, also after a refusal."""
    if recap.tier not in LEAVES or len(unit) != 10:
        abort(404)
    shown = sheet(recap, unit)
    if not shown.columns:
        abort(404)
    head = common(recap)
    step = ButtonForm()
    if refusal is not None:
        step.refuse(refusal)
    return (
        render_template(
            "sirekap/recap/village.html",
            **head,
            form=shown,
            unit=unit,
            village=_called(shown, head["election"]).get(unit, unit),
            reading=readings(recap).get(unit),
            differences={d.unit: d for d in queries.differences(shown)},
            states=queries.states_below(recap),
            corrected={c.unit for c in shown.columns if c.source == "pembetulan"},
            sits=sits_in(current_user, recap, ENTER),
            objects=(recap.state in ("dibuka", "ditutup") and objects_in(current_user, recap))
            or (sits_in(current_user, recap, ENTER) and recap.state in ("dibuka", "ditutup")),
            step=step,
            read_form=forms.ReadForm(formdata=None),
            reason=ReasonForm(formdata=None),
        ),
        step.status,
    )


@bp.get("/rekap/d/<int:recap_id>/proyektor/<unit>")
@requires(READ, load=load_unit)
def projector(loaded: tuple[Recap, str]) -> Any:
    """One TPS in large digits beside its photo, for the wall of the plenary."""
    recap, unit = loaded
    if recap.tier not in LEAVES or len(unit) not in (10, 13):
        abort(404)
    shown = sheet(recap, unit[:10])
    stations = [c.unit for c in shown.columns]
    if not stations:
        abort(404)
    at = stations.index(unit) if unit in stations else 0
    head = common(recap)
    return render_template(
        "sirekap/recap/projector.html",
        **head,
        form=shown,
        column=shown.columns[at],
        village=_called(shown, head["election"]).get(unit[:10], unit[:10]),
        before=stations[at - 1] if at else None,
        after=stations[at + 1] if at + 1 < len(stations) else None,
        photos=form_photos(recap.contest_id, stations[at]),
        corrected_photos=[made for made in queries.corrections(recap) if made.unit == stations[at]],
        sits=sits_in(current_user, recap, ENTER),
        objects=recap.state in ("dibuka", "ditutup")
        and (sits_in(current_user, recap, ENTER) or objects_in(current_user, recap)),
    )


@bp.post("/rekap/d/<int:recap_id>/bagian/<unit>/baca")
@requires(ENTER, load=load_unit)
def read(loaded: tuple[Recap, str]) -> Any:
    """A village, or a child's form, was read out."""
    recap, unit = loaded
    sent = forms.ReadForm()
    panel = sent.panel.data if sent.validate_on_submit() else None
    back = url_for("rekap.village", recap_id=recap.id, unit=unit) if recap.tier in LEAVES else None
    recap_id = recap.id
    try:
        recaps.read_unit(recap, unit, panel=panel, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        again = db.session.get_one(Recap, recap_id)
        return village_page(again, unit, refusal=refusal) if back else page(again, refusal=refusal)
    flash(_("Dicatat sudah dibacakan."), "success")
    return redirect(_next_unread(recap) if back else url_for("rekap.form", recap_id=recap_id))


def _next_unread(recap: Recap) -> str:
    """The next village that can be read out, else the form, which says what is missing."""
    left = obstacles(recap)
    ready = (unit for unit in left.unread if not any(each.startswith(unit) for each in left.missing))
    if unit := next(ready, None):
        return url_for("rekap.village", recap_id=recap.id, unit=unit)
    return url_for("rekap.form", recap_id=recap.id)


@bp.post("/rekap/d/<int:recap_id>/bagian/<unit>/ulang")
@requires(ENTER, load=load_unit)
def reread(loaded: tuple[Recap, str]) -> Any:
    """Take a village up again."""
    recap, unit = loaded
    sent = ReasonForm()
    if not sent.validate_on_submit():
        return page(recap, sent=sent)
    back = url_for("rekap.village", recap_id=recap.id, unit=unit) if recap.tier in LEAVES else None
    return _try(
        recap,
        lambda: recaps.unread_unit(recap, unit, sent.reason.data or "", actor=current_actor()),
        _("Bagian ini dibacakan ulang."),
        back=back,
    )
