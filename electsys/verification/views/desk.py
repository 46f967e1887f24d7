"""The desk: document at the left, data at the right, one key a verdict. Without a script it is a form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.regions import queries as regions
from electsys.verification import pages, wording
from electsys.verification.forms.desk import VerdictForm
from electsys.verification.models import VerificationItem
from electsys.verification.operations import desk as operations
from electsys.verification.operations import second as looks
from electsys.verification.operations.reading import read_page
from electsys.verification.queries import desk as queries
from electsys.verification.registry import JUDGE, READ, Queue, Sheet
from electsys.verification.rules.desk import OTHER
from electsys.verification.views import bp, election_asked, load_item, number, queue_named, queue_of
from electsys.web.errors import wants_json
from electsys.web.formats import angka, title_region
from electsys.web.forms import ButtonForm, demand_button

JAKARTA = ZoneInfo("Asia/Jakarta")
#: Items that a verifier has put off, kept in the session.
LATER = "verifikasi_nanti"
PUT_OFF = 100


@dataclass(frozen=True)
class Place:
    """What part of a queue is on the desk: an election, a region, an owner, the first or the second look."""

    queue: Queue
    election: Election
    region: str | None
    owner: int | None
    second: bool

    @property
    def kept(self) -> dict[str, Any]:
        """The same in an address."""
        return {
            "pemilu": self.election.code,
            "wilayah": self.region,
            "pemilik": self.owner,
            "kedua": "1" if self.second else None,
        }

    def link(self, **more: Any) -> str:
        """The address of the desk."""
        return url_for("verification.desk", queue=self.queue.name, **self.kept, **more)


def _place(queue: Queue) -> Place:
    election = election_asked([queue.name])
    if election is None:
        abort(404)
    region = request.values.get("wilayah", "")
    return Place(
        queue,
        election,
        region if region.isdecimal() else None,
        number("pemilik"),
        request.values.get("kedua") == "1",
    )


def _take(place: Place, beside: list[int]) -> VerificationItem | None:
    return operations.take_next(
        place.queue,
        current_user,
        election_id=place.election.id,
        region=place.region,
        party=place.owner,
        second=place.second,
        beside=[*beside, *session.get(LATER, [])],
    )


# --- pages ---------------------------------------------------------------------------------------


@bp.get("/<queue>/meja")
@requires(JUDGE)
def desk(queue: str) -> Any:
    """The desk with the item that the reader holds, or the button that takes the first one."""
    found = queue_named(queue, judge=True)
    if election_asked([found.name]) is None:
        return render_template("verification/desk.html", queue=found, place=None, item=None)
    place = _place(found)
    item = _held(place)
    morning = dt.datetime.combine(dt.datetime.now(JAKARTA).date(), dt.time(), JAKARTA)
    last = None if place.second else queries.last_of(found, current_user.id)
    return render_template(
        "verification/desk.html",
        queue=found,
        place=place,
        step=ButtonForm(formdata=None),
        waiting=_waiting(place),
        done=queries.decided_by(found, place.election.id, current_user.id, morning),
        last=last,
        words=wording.STATES,
        put_off=len(session.get(LATER, [])),
        **(parts(place, item) if item is not None else {"item": None}),
    )


def _held(place: Place) -> VerificationItem | None:
    """The item of the address, where the reader holds it."""
    item = db.session.get(VerificationItem, number("butir") or 0)
    if item is None or item.queue != place.queue.name or item.claimed_by != current_user.id:
        return None
    if item.claimed_until is None or item.claimed_until < dt.datetime.now(dt.UTC):
        return None
    return item


def _waiting(place: Place) -> str:
    """How many items wait for the reader at this desk, in words of figures."""
    held = grants.scopes(current_user, place.queue.permission)
    if place.second:
        return angka(queries.second_waiting(place.queue, place.election.id, held, current_user.id))
    n = queries.waiting_count(place.queue, place.election.id, held, region=place.region, owner=place.owner)
    return f"{angka(queries.CAP)}+" if n > queries.CAP else angka(n)


def parts(place: Place, item: VerificationItem) -> dict[str, Any]:
    """Everything that the sheet of one item needs."""
    sheet = place.queue.show(item)
    named = regions.names([item.region], place.election.map_id) if item.region else {}
    verdicts = place.queue.verdicts(item)
    owner = place.queue.owners([item.party_id]).get(item.party_id) if item.party_id is not None else None
    return {
        "item": item,
        "sheet": sheet,
        "shown": _documents(item, sheet),
        "region": title_region(named.get(item.region, item.region)) if item.region else _("Nasional"),
        "owner": owner,
        "form": VerdictForm(formdata=None),
        "verdicts": [(v, wording.SHORT[v], wording.STATES[v], wording.KEYS[v].upper()) for v in verdicts],
        "reasons": [r for r in place.queue.reasons if set(r.for_) & set(verdicts)],
        "other": OTHER,
    }


def _documents(item: VerificationItem, sheet: Sheet) -> list[tuple[Any, list[str]]]:
    """Each document with the addresses of its pages."""
    return [
        (
            stored,
            [
                url_for("verification.document_page", item_id=item.id, document=n, page=page)
                for page in range(1, pages.pages_of(stored) + 1)
            ],
        )
        for n, stored in enumerate(sheet.documents)
    ]


# --- steps ---------------------------------------------------------------------------------------


@bp.post("/<queue>/meja")
@requires(JUDGE)
def take(queue: str) -> Any:
    """Take the next item. A script asks for it beside the one on the desk, and shows it later."""
    found = queue_named(queue, judge=True)
    demand_button()
    if election_asked([found.name]) is None:
        abort(404)
    if request.form.get("ulang"):
        session.pop(LATER, None)
    place = _place(found)
    beside = [int(n) for n in request.form.getlist("samping") if n.isdecimal() and len(n) < 19][:10]
    return _show(place, _take(place, beside))


def _show(place: Place, item: VerificationItem | None, **more: Any) -> Any:
    """The next item: its sheet for a script, its page for a browser."""
    if wants_json():
        html = (
            render_template("verification/_item.html", place=place, queue=place.queue, **parts(place, item))
            if (item is not None)
            else None
        )
        link = place.link(butir=item.id) if item is not None else place.link()
        return jsonify(id=item.id if item is not None else None, html=html, link=link, **more)
    if item is None:
        flash(_("Tidak ada lagi butir yang menunggu Anda di sini."), "success")
        return redirect(place.link())
    return redirect(place.link(butir=item.id))


@bp.post("/butir/<int:item_id>/putus")
@requires(JUDGE, load=load_item)
def decide(item: VerificationItem) -> Any:
    """Judge, and take the next one (a script has that already)."""
    queue = queue_of(item, judge=True)
    form = VerdictForm()
    if not form.validate_on_submit():
        abort(400)
    place = _place_of(item, queue)
    verdict, actor = form.putusan.data or "", current_actor()
    more: dict[str, Any] = {"reason": form.alasan.data or None, "note": form.catatan.data}
    key = item.id
    try:
        if place.second:
            looks.look_again(queue, item, verdict, actor=actor, **more)
        else:
            operations.decide(queue, item, verdict, actor=actor, **more)
    except Refused as refusal:
        if wants_json():
            raise
        db.session.rollback()
        flash(" ".join(filter(None, (refusal.message, refusal.hint))), "danger")
        return redirect(place.link(butir=key))
    if wants_json():
        undo = None if place.second else url_for("verification.undo", item_id=key)
        said = _("Butir %(id)s: %(what)s.", id=key, what=wording.STATES[verdict])
        return jsonify(done=key, said=said, undo=undo, waiting=_waiting(place))
    return _show(place, _take(place, []))


def _place_of(item: VerificationItem, queue: Queue) -> Place:
    """Where the desk was when it judged this item."""
    region = request.values.get("wilayah", "")
    return Place(
        queue,
        db.session.get_one(Election, item.election_id),
        region if region.isdecimal() else None,
        number("pemilik"),
        request.values.get("kedua") == "1",
    )


@bp.post("/butir/<int:item_id>/batal")
@requires(JUDGE, load=load_item)
def undo(item: VerificationItem) -> Any:
    """Take the own judgement back; the item is on the desk again."""
    queue = queue_of(item, judge=True)
    demand_button()
    operations.undo(queue, item, actor=current_actor())
    place = _place_of(item, queue)
    if wants_json():
        return _show(place, item, waiting=_waiting(place))
    flash(_("Putusan dibatalkan; butir ini menunggu lagi."), "success")
    return redirect(place.link(butir=item.id))


@bp.post("/butir/<int:item_id>/nanti")
@requires(JUDGE, load=load_item)
def put_off(item: VerificationItem) -> Any:
    """Look at it later: others may take it, this verifier gets the next."""
    queue = queue_of(item, judge=True)
    demand_button()
    session[LATER] = [*session.get(LATER, []), item.id][-PUT_OFF:]
    operations.release(item, actor=current_actor())
    place = _place_of(item, queue)
    if wants_json():
        return jsonify(done=item.id, said=_("Butir %(id)s ditunda.", id=item.id), waiting=_waiting(place))
    return _show(place, _take(place, []))


@bp.post("/butir/<int:item_id>/pegang")
@requires(JUDGE, load=load_item)
def hold(item: VerificationItem) -> Any:
    """Keep an item that lies open."""
    queue_of(item, judge=True)
    demand_button()
    until = operations.renew(item, actor=current_actor())
    return jsonify(until=until.isoformat())


# --- pictures ------------------------------------------------------------------------------------


def load_page(item_id: int, document: int, page: int) -> tuple[tuple[VerificationItem, int, int], Scope]:
    """A page of a document of an item, in the item's scope."""
    item, scope = load_item(item_id)
    return (item, document, page), scope


@bp.get("/butir/<int:item_id>/berkas/<int:document>/<int:page>.jpg")
@requires(READ, load=load_page)
def document_page(asked: tuple[VerificationItem, int, int]) -> Any:
    """One page as a picture; where it shows numbers of persons, with who opened it and when all over it."""
    item, document, page = asked
    queue = queue_of(item)
    documents = queue.show(item).documents
    if document >= len(documents):
        abort(404)
    picture = read_page(queue, item, documents[document], page, account=current_user, actor=current_actor())
    return Response(picture, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})
