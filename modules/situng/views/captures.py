"""The desk of entry: photo beside numbers, keyboard only; the same page without JavaScript.

First and second entry use one page; who is first and who is second the state of the form says. Only the
third person's page shows both values of a number, and never whose they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.web.forms import ButtonForm, demand_button
from modules.situng import displays, entry, wording
from modules.situng.contest import ContestCount
from modules.situng.forms import PhotoForm, entry_form, number_of, votes_on_paper
from modules.situng.models import Capture
from modules.situng.operations import captures as operations
from modules.situng.operations.desk import claim, release, save_draft, take_next
from modules.situng.queries import captures as queries
from modules.situng.queries import queues
from modules.situng.queries.beside import public_contest
from modules.situng.queries.contests import count_for_entry
from modules.situng.queries.forms import TpsForm, tps_form
from modules.situng.readings import photo_words
from modules.situng.views import beside, bp, load_contest
from modules.situng.workflow import ENTER, SETTLE, STEPS

DESK = "/hasil/entri/<election>/<kind>"
#: The same where a kind is one of several: the heads of regions.
HERE = f"{DESK}/wilayah/<region>"


@dataclass(frozen=True)
class Desk:
    """A form on the desk: its contest, its TPS, and its newest round, if anybody has begun."""

    count: ContestCount
    form: TpsForm
    capture: Capture | None

    @property
    def here(self) -> dict[str, Any]:
        """The arguments of its addresses."""
        return {"election": self.count.election_code, "kind": self.count.kind, "code": self.form.code}

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.capture.state if self.capture else "kosong"

    @property
    def mine(self) -> bool:
        """Whether the reader has entered it already."""
        return self.capture is not None and current_user.id in (
            self.capture.first_person,
            self.capture.second_person,
        )

    @property
    def step(self) -> str | None:
        """What the reader can do now: ``pertama``, ``kedua``, ``ketiga``; None where nothing."""
        step = {state: name for name, (state, _permission) in STEPS.items()}.get(self.state)
        if step is None or (self.mine and step != "pertama"):
            return None
        permission = STEPS[step][1]
        scope = Scope(self.form.code, election=self.count.election_id)
        return step if can(current_user, permission, scope) else None


def load_desk(election: str, kind: str, code: str) -> tuple[Desk, Scope]:
    """The form of a URL with its scope; 404 for an unknown TPS."""
    return _desk(load_contest(election, kind, code), code, queries.latest_round)


def load_entry(election: str, kind: str, code: str) -> tuple[Desk, Scope]:
    """As :func:`load_desk`; for an entry that is sent, the capture is locked until it is taken."""
    if request.method != "POST":
        return load_desk(election, kind, code)
    return _desk(count_for_entry(election, kind, code), code, queries.lock_latest_round)


def _desk(count: ContestCount, code: str, newest: Callable[[int, str], Capture | None]) -> tuple[Desk, Scope]:
    form = tps_form(count, code)
    if form is None:
        abort(404)
    desk = Desk(count, form, newest(count.contest_id, code))
    return desk, Scope(region=code, election=count.election_id)


@bp.get("/hasil/entri")
@requires(ENTER)
def capture_start() -> Any:
    """Lead to the desk of the contest that pages begin with."""
    found = public_contest()
    if found is None:
        return render_template("situng/nothing.html")
    return redirect(url_for("situng.capture_home", election=found[0], kind=found[1]))


@bp.get(DESK)
@bp.get(HERE)
@requires(ENTER)
def capture_home(election: str, kind: str, region: str = "") -> Any:
    """What waits for the reader, step by step; the next form is one key away."""
    count = load_contest(election, kind, region)
    asked = request.args.get("kode_tps", "").replace(".", "").replace(" ", "")
    if asked:
        if len(asked) == 13 and asked.isascii() and asked.isdigit() and tps_form(count, asked):
            return redirect(url_for("situng.capture", election=election, kind=kind, code=asked))
        flash(_("TPS %(code)s tidak ada dalam daftar TPS pemilu ini.", code=asked[:20]), "danger")
    waiting = queues.waiting_for([count.contest_id], current_user)
    return render_template(
        "situng/capture_home.html",
        count=count,
        waiting=[(step, words, sum(n.values())) for step, words, n in waiting],
        others=beside(count, "situng.capture_home"),
        form=ButtonForm(),
    )


@bp.post(f"{DESK}/ambil")
@bp.post(f"{HERE}/ambil")
@requires(ENTER)
def capture_take(election: str, kind: str, region: str = "") -> Any:
    """Put the next form of a step onto the reader's desk."""
    demand_button()
    return _next(load_contest(election, kind, region), request.form.get("langkah", ""))


@bp.post(f"{DESK}/ambil-selisih")
@bp.post(f"{HERE}/ambil-selisih")
@requires(SETTLE)
def capture_take_difference(election: str, kind: str, region: str = "") -> Any:
    """Put the next form whose entries differ onto the reader's desk."""
    demand_button()
    return _next(load_contest(election, kind, region), "ketiga")


def _next(count: ContestCount, step: str) -> Any:
    if step not in STEPS:
        abort(400)
    found = take_next(count, step, actor=current_actor())
    if found is None:
        flash(_("Tidak ada formulir lain yang menunggu langkah ini di wilayah Anda."), "info")
        back = "situng.capture_home" if can(current_user, ENTER) else "situng.capture_queues"
        return redirect(url_for(back, **count.here))
    page = "situng.capture_settle" if step == "ketiga" else "situng.capture"
    address = url_for(page, election=count.election_code, kind=count.kind, code=found.tps_code)
    return redirect(address)


@bp.route(f"{DESK}/<code>", methods=["GET", "POST"])
@requires(ENTER, load=load_entry)
def capture(desk: Desk) -> Any:
    """Enter a form, or see where it stands."""
    if desk.step not in ("pertama", "kedua"):
        if request.method == "POST":
            flash(_("Formulir ini tidak lagi menunggu entri Anda; angkanya tidak dikirim."), "danger")
            return redirect(url_for("situng.capture", **desk.here))
        return _standing(desk)
    if request.method == "POST":
        form = entry_form(desk.count)()
        return _entered(desk, form) if form.validate() else (_sheet(desk, form), 422)
    draft = queries.draft_of(desk.capture, current_user.id) if desk.capture else None
    form = entry_form(desk.count)(data=entry.as_numbers(draft.values) if draft else {})
    return _sheet(desk, form, draft=draft)


def _entered(desk: Desk, form: Any) -> Any:
    """Take what was typed, or ask about what contradicts itself in it."""
    values = {name: number_of(form, name) for name in queries.names_of(desk.count)}
    asked = entry.review(desk.count, desk.capture, desk.form.code, values, request.form)
    if asked.open:
        return _sheet(desk, form, asked=asked), 422
    step = desk.step or ""
    try:
        saved = _submit(desk, values, asked)
    except operations.Unexplained as unexplained:
        db.session.rollback()
        desk, _scope = load_desk(**desk.here)
        asked = entry.review(
            desk.count, desk.capture, desk.form.code, values, request.form, more=unexplained.keys
        )
        return _sheet(desk, form, asked=asked), 422
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        desk, _scope = load_desk(**desk.here)
        return _sheet(desk, form), 422
    flash(_said(desk, saved), "success")
    if "berikut" in request.form:
        return _next(desk.count, step)
    return redirect(url_for("situng.capture", **desk.here))


def _submit(desk: Desk, values: dict[str, int | None], asked: entry.Review) -> Capture:
    actor = current_actor()
    row = desk.capture or operations.open_capture(desk.count, desk.form.code, actor=actor)
    try:
        key = UUID(request.form.get("kunci", ""))
    except ValueError:
        key = uuid4()
    return operations.submit_entry(
        row,
        values,
        actor=actor,
        idempotency_key=key,
        reasons=asked.reasons,
        count=desk.count,
        around=asked.around,
        locked=desk.capture is not None,
    )


def _said(desk: Desk, saved: Capture) -> str:
    where = desk.form.name
    return {
        "entri_pertama": _("Entri pertama %(tps)s tersimpan; menunggu entri kedua.", tps=where),
        "selisih": _("Entri kedua %(tps)s tersimpan; angka yang berbeda diputus orang ketiga.", tps=where),
        "menunggu_foto": _("Kedua entri %(tps)s sama; dihitung begitu fotonya ada.", tps=where),
        "diterima": _("Kedua entri %(tps)s sama dan masuk hitungan.", tps=where),
        "anomali": _("Angka %(tps)s disimpan seperti tertulis; anomali dibuka.", tps=where),
        "belum_lengkap": _("Angka %(tps)s disimpan seperti tertulis; belum lengkap.", tps=where),
    }[saved.state]


def _sheet(desk: Desk, form: Any, *, draft: Any = None, asked: Any = None) -> str:
    """The page of entry."""
    photos = _photos(desk.capture)
    return render_template(
        "situng/capture.html",
        desk=desk,
        count=desk.count,
        entry=form,
        draft=draft,
        asked=asked,
        key=request.form.get("kunci") or str(uuid4()),
        photos=photos,
        boxes=queries.boxes(photos),
        hints=_hints(photos),
        sums=entry.sums(desk.count),
        paper=votes_on_paper(desk.count),
        photo_form=PhotoForm(),
        next_page=len(photos) + 1,
    )


def _standing(desk: Desk) -> str:
    """The page of a form that waits for somebody else, or is settled: with the copy for witnesses."""
    assert desk.capture is not None  # noqa: S101  (an empty form waits for whoever may enter it)
    photos = _photos(desk.capture)
    address = url_for(
        "situng.area", election=desk.count.election_code, kind=desk.count.kind, code=desk.form.code,
        _external=True,
    )  # fmt: skip
    return render_template(
        "situng/capture_done.html",
        desk=desk,
        count=desk.count,
        photos=photos,
        hints=_hints(photos),
        address=address,
        qr=displays.qr_picture(address),
        findings=_findings(desk),
        paper=votes_on_paper(desk.count),
        agreed=_agreed(desk),
        form=ButtonForm(),
        photo_form=PhotoForm(),
    )


def _findings(desk: Desk) -> Sequence[wording.Finding]:
    row = desk.capture
    if row is None or row.cells is None or row.votes is None:
        return []
    return wording.explain(
        [*row.faults, *row.warnings], desk.count.model, row.cells, row.votes, numbers=_agreed(desk)
    )


def _agreed(desk: Desk) -> dict[str, int | None]:
    """Every number that people agreed on, by name; unknown where they have not yet."""
    row, names = desk.capture, queries.names_of(desk.count)
    agreed = [*(row.cells or ()), *(row.votes or ()), *row.sums] if row and row.votes else []
    return dict(zip(names, agreed + [None] * (len(names) - len(agreed)), strict=True))


def _photos(row: Capture | None) -> Sequence[Any]:
    return queries.shown_photos(row) if row is not None else []


def _hints(photos: Sequence[Any]) -> dict[int, list[str]]:
    """What a machine has to say about each photo, in words: blurred, no form, another edition."""
    return {r.photo_id: photo_words(r.hints) for r in queries.readings(photos) if r.hints}


@bp.post(f"{DESK}/<code>/draf")
@requires(ENTER, load=load_desk)
def capture_draft(desk: Desk) -> Any:
    """Keep what has been typed so far; asked by the page while somebody types."""
    demand_button()
    if desk.step not in ("pertama", "kedua"):
        abort(409)
    actor = current_actor()
    row = desk.capture or operations.open_capture(desk.count, desk.form.code, actor=actor)
    save_draft(row, request.form.to_dict(), actor=actor)
    claim(row, actor=actor)
    return "", 204


@bp.post(f"{DESK}/<code>/lepas")
@requires(ENTER, load=load_desk)
def capture_release(desk: Desk) -> Any:
    """Put a form back; what was typed stays as the reader's draft."""
    demand_button()
    if desk.capture is not None:
        release(desk.capture, actor=current_actor())
    return redirect(url_for("situng.capture_home", **desk.count.here))


@bp.route(f"{DESK}/<code>/selisih", methods=["GET", "POST"])
@requires(SETTLE, load=load_desk)
def capture_settle(desk: Desk) -> Any:
    """The third person: only the numbers that differ, both values without names, and the photo."""
    row = desk.capture
    if row is None or desk.step != "ketiga":
        flash(_("Formulir ini tidak menunggu keputusan Anda sebagai orang ketiga."), "info")
        return redirect(url_for("situng.capture_queues", **desk.count.here))
    differences = entry.differences(desk.count, row)
    form = ButtonForm()
    asked = None
    if form.validate_on_submit():
        chosen, wrong = entry.chosen(differences, request.form)
        for name in wrong:
            label = next(d.label for d in differences if d.name == name)
            form.form_errors.append(_("%(label)s: pilih salah satu, atau isi bilangan bulat.", label=label))
        if not wrong:
            try:
                asked = entry.review_settled(desk.count, row, chosen, request.form)
                if not asked.open:
                    operations.settle_difference(row, chosen, actor=current_actor(), reasons=asked.reasons)
                    flash(_("Selisih %(tps)s diputus.", tps=desk.form.name), "success")
                    return _next(desk.count, "ketiga")
            except Refused as refusal:
                db.session.rollback()
                form.refuse(refusal)
                desk, _scope = load_desk(**desk.here)
    photos = _photos(desk.capture)
    page = render_template(
        "situng/capture_settle.html",
        desk=desk,
        count=desk.count,
        form=form,
        asked=asked,
        differences=differences,
        photos=photos,
        boxes=queries.boxes(photos),
    )
    return page, 422 if form.complaints() or (asked and asked.open) else 200
