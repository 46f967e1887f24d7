"""The officers' queue of responses: what waits, how long it may, and the decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import Select, func

from electsys.db import db
from electsys.documents.kinds import ENDINGS
from electsys.documents.models import StoredFile
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.privacy import mask_nik, scrub
from electsys.responses import kinds, operations, queries, rules
from electsys.responses import workflow as flow
from electsys.responses.forms import DecideForm, TakeForm
from electsys.responses.models import PublicResponse
from electsys.responses.views import bp
from electsys.web.formats import tanggal, title_region
from electsys.web.tables import Column, Filter, Table
from electsys.web.tasks import Task

#: Hours before a deadline from which it is near.
SOON = 24
DUE = {"lewat": _l("terlambat"), "dekat": _l("dalam 24 jam")}


def load_response(response_id: int) -> tuple[PublicResponse, Scope]:
    """A response that the reader's regions show, of a kind whose permission the reader holds there."""
    row = queries.response(response_id)
    if row is None or not queries.may_see(row, current_user):
        abort(404)
    return row, Scope(row.region, row.party_id, row.election_id)


def load_file(response_id: int, file_id: int) -> tuple[tuple[PublicResponse, StoredFile], Scope]:
    """Such a response and a file that came with it."""
    row, scope = load_response(response_id)
    found = next((f for f in row.files if f.id == file_id), None)
    if found is None:
        abort(404)
    return (row, found), scope


@bp.get("/kelola/tanggapan")
@requires(flow.READ)
def queue() -> Any:
    """What waits in the reader's areas, the nearest deadline first."""
    table = Table(
        queries.queue(current_user),
        [
            Column(
                "nomor", _l("Nomor"), lambda r: r[0].number, sort=PublicResponse.id, link=_link, head=True
            ),
            Column("jenis", _l("Jenis"), lambda r: _kind_label(r[0].kind)),
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda r: title_region(r[1]) if r[1] else r[0].region or _("Nasional"),
            ),
            Column(
                "masuk",
                _l("Diterima"),
                lambda r: r[0].created_at,
                kind="moment",
                sort=PublicResponse.created_at,
            ),
            Column(
                "tenggat", _l("Tenggat"), lambda r: r[0].due_at, cell=_due_cell, sort=PublicResponse.due_at
            ),
            Column("status", _l("Status"), lambda r: str(flow.LABELS[r[0].state]), cell=_state_cell),
        ],
        caption=_l("Tanggapan masyarakat"),
        empty=_l("Belum ada tanggapan di wilayah Anda. Yang baru muncul di sini dan di kotak masuk Anda."),
        filters=[
            Filter("status", _l("Status"), list(flow.LABELS.items()), _of_state),
            Filter("jenis", _l("Jenis"), [(k.name, k.label) for k in kinds.ALL.values()], _of_kind),
            Filter(
                "tenggat", _l("Tenggat"), [("lewat", _l("terlambat")), ("dekat", _l("dalam 24 jam"))], _of_due
            ),
        ],
        name="tanggapan",
    )
    return table.download() or render_template("responses/queue.html", table=table)


@bp.get("/kelola/tanggapan/<int:response_id>")
@requires(flow.READ, load=load_response)
def response(row: PublicResponse) -> Any:
    """One response: what was written, and what to do with it."""
    return _page(row, DecideForm(kinds.ALL[row.kind]))


@bp.post("/kelola/tanggapan/<int:response_id>/proses")
@requires(flow.DECIDE, load=load_response)
def take(row: PublicResponse) -> Any:
    """Begin to look into it."""
    if not TakeForm().validate_on_submit():
        abort(400)
    operations.take_response(row, actor=current_actor())
    flash(_("Tanggapan ini sedang Anda proses; pengirim dapat melihatnya."), "ok")
    return redirect(url_for("responses.response", response_id=row.id), 303)


@bp.post("/kelola/tanggapan/<int:response_id>/keputusan")
@requires(flow.DECIDE, load=load_response)
def decide(row: PublicResponse) -> Any:
    """Decide it, with a reason that the sender reads."""
    form = DecideForm(kinds.ALL[row.kind])
    if form.validate_on_submit():
        try:
            operations.decide_response(
                row, form.decision.data, code=form.code.data, text=form.text.data, actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Keputusan tersimpan. Pengirim membacanya dengan tanda terimanya."), "ok")
            return redirect(url_for("responses.queue"), 303)
    return _page(row, form)


@bp.get("/kelola/tanggapan/<int:response_id>/berkas/<int:file_id>")
@requires(flow.READ, load=load_file)
def response_file(loaded: tuple[PublicResponse, StoredFile]) -> Any:
    """One file that came with a response, marked with the name of its reader, which the trail keeps too."""
    row, stored = loaded
    answer = Response(operations.read_file(row, stored, actor=current_actor()), mimetype=stored.media_type)
    name = f"{stored.receipt}{ENDINGS[stored.media_type]}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(row: PublicResponse, form: DecideForm) -> Any:
    kind, content = kinds.ALL[row.kind], queries.contents(row)
    page = render_template(
        "responses/response.html",
        row=row,
        kind=kind,
        written=list(_written(kind, content)),
        text=scrub.mask(content.get("isi", "")),
        has_nik=bool(content.get("nik")),
        states=flow.LABELS,
        looks=flow.LOOKS,
        due=due_words(row, dt.datetime.now(dt.UTC)),
        region=_region(row),
        form=form,
        take_form=TakeForm(formdata=None),
        may_decide=grants.can(current_user, flow.DECIDE, Scope(row.region, row.party_id, row.election_id)),
    )
    return page, form.status, {"Cache-Control": "no-store"}


def _written(kind: kinds.Kind, content: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What the sender filled in, with numbers of persons masked."""
    yield _("Nama pengirim"), scrub.mask(content.get("nama", ""))
    yield _("Kontak"), scrub.mask(content.get("kontak", ""))
    yield _("NIK pengirim"), mask_nik(content.get("nik"))
    for field in kind.fields:
        value = content.get(field.name, "")
        if field.input == "nik":
            value = mask_nik(value)
        elif field.input == "choice":
            value = str(dict(field.choices).get(value, value))
        elif field.input == "ticks":
            value = ", ".join(line.partition(" ")[2] for line in value.splitlines())
        yield str(field.label), scrub.mask(value)


def _region(row: PublicResponse) -> str:
    from electsys.identity.queries.regions import region_names

    if not row.region:
        return _("Nasional")
    name = region_names([row.region]).get(row.region)
    return f"{title_region(name)} ({row.region})" if name else row.region


def _kind_label(name: str) -> str:
    return str(kinds.ALL[name].label) if name in kinds.ALL else name


def _area(row: Any) -> str:
    return title_region(row[1]) if row[1] else row[0].region or _("Nasional")


def _link(row: Any) -> str:
    return url_for("responses.response", response_id=row[0].id)


def due_words(row: PublicResponse, now: dt.datetime) -> tuple[str, str]:
    """The deadline in words, and its look: what is decided has none."""
    if row.decided_at is not None:
        late = row.decided_at > row.due_at
        return (_("diputus terlambat"), "state-stop") if late else (_("diputus tepat waktu"), "state-ok")
    hours = rules.hours_left(row.due_at, now)
    if hours < 0:
        return _("terlambat %(n)s hari", n=-(hours // 24)), "state-stop"
    if hours < SOON:
        return _("%(n)s jam lagi", n=hours), "state-stop"
    return _("%(n)s hari lagi", n=hours // 24), "state-wait"


def _due_cell(row: Any) -> Markup:
    words, look = due_words(row[0], dt.datetime.now(dt.UTC))
    return Markup('{} <span class="state {}">{}</span>').format(tanggal(row[0].due_at), look, words)


def _state_cell(row: Any) -> Markup:
    state = row[0].state
    return Markup('<span class="state {}">{}</span>').format(flow.LOOKS[state], str(flow.LABELS[state]))


def _of_state(select: Select[Any], state: str) -> Select[Any]:
    return select.where(PublicResponse.state == state)


def _of_kind(select: Select[Any], kind: str) -> Select[Any]:
    return select.where(PublicResponse.kind == kind)


def _of_due(select: Select[Any], which: str) -> Select[Any]:
    still = select.where(PublicResponse.decided_at.is_(None))
    if which == "lewat":
        return still.where(PublicResponse.due_at < func.now())
    return still.where(PublicResponse.due_at.between(func.now(), func.now() + dt.timedelta(hours=SOON)))


def waiting(account: Any) -> list[Task]:
    """The task list: responses that the account can decide."""
    count, nearest = queries.waiting(account)
    if not count:
        return []
    return [Task(_("Tanggapan masyarakat menunggu keputusan"), url_for("responses.queue"), count, nearest)]
