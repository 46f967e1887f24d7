"""Responses and objections of the public: send one, follow it by receipt and code, print the receipt."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, jsonify, render_template, request
from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.identity.access import public
from electsys.identity.queries.regions import region_exists
from electsys.privacy import mask_nik
from electsys.regions import queries as regions
from electsys.responses import guard, kinds, operations, queries, rates, receipts, rules, settings, tickets
from electsys.responses import workflow as flow
from electsys.responses.forms import OfferForm, ReceiptForm, TicksField, TrackForm, response_form
from electsys.responses.kinds import Kind
from electsys.responses.views import bp, private, remember_device, visitor
from electsys.web.formats import title_region

PURPOSE = "tanggapan"


def known(name: str) -> Kind:
    """The kind of a name in an address."""
    if name not in kinds.ALL:
        abort(404)
    return kinds.ALL[name]


@bp.get("/api/tanggapan/tantangan")
@public
def response_challenge() -> Any:
    """A challenge for sending one response."""
    response = jsonify(guard.challenge(PURPOSE, visitor(), bucket=guard.RESPONSES))
    response.headers["Cache-Control"] = "no-store"
    return remember_device(response)


@bp.post("/tanggapan/<kind>/mulai")
@public
def begin(kind: str) -> Any:
    """From the answer of a check to the form, with what was proven there."""
    wanted, offer = known(kind), OfferForm()
    if not offer.validate_on_submit():
        abort(400)
    return _form_page(wanted, None, tickets.read(offer.tiket.data or "", kind), offer.tiket.data)


@bp.route("/tanggapan/<kind>", methods=["GET", "POST"])
@public
def respond(kind: str) -> Any:
    """The form of a kind of response; when it is sent, the receipt, once."""
    wanted = known(kind)
    matter = _matter(wanted)
    sent = request.form.get("tiket") if request.method == "POST" else None
    ticket = tickets.read(sent, kind) if sent else None
    form = _form(wanted, ticket)
    if request.method == "POST" and form.validate_on_submit():
        asking = visitor()
        try:
            proof = guard.proof_of(PURPOSE, asking, form.tantangan.data, form.jawaban.data)
            guard.admit(guard.RESPONSES, asking, proof)
            received = operations.receive_response(
                wanted,
                _answers(form),
                region=form.wilayah.data if "wilayah" in form else None,
                ticket=ticket,
                about=matter,
                files=[(f.stream, f.filename or "") for f in _files(form)],
            )
        except guard.TooMany:
            raise
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return private(_receipt_page(received))
    return _form_page(wanted, form, ticket, sent, matter)


def _matter(kind: Kind) -> kinds.About | None:
    """What the response will be about, where its kind asks; 404 for what there is not."""
    if kind.about is None:
        return None
    return kind.about(request.args.get("tentang", "")[:60]) or abort(404)


#: Fields of the form that are no answers.
_OURS = {"csrf_token", "tantangan", "jawaban", "tiket", "wilayah", "berkas"}


def _form(kind: Kind, ticket: tickets.Ticket | None) -> Any:
    return response_form(
        kind,
        proven=ticket is not None,
        region_known=bool(ticket and ticket.region),
        choices=ticket.choices if ticket else (),
    )


def _answers(form: Any) -> dict[str, str]:
    ticks = {f.name: f.answer for f in form if isinstance(f, TicksField)}
    return ticks | {f.name: f.data for f in form if isinstance(f.data, str) and f.name not in _OURS}


def _files(form: Any) -> list[Any]:
    return [f for f in (form.berkas.data or [] if "berkas" in form else []) if f and f.filename]


def _form_page(
    kind: Kind,
    form: Any,
    ticket: tickets.Ticket | None,
    sent: str | None,
    matter: kinds.About | None = None,
) -> Response:
    if form is None:
        form = _form(kind, ticket)
        form.process(formdata=None, data={name: str(text) for name, text in kind.prefill.items()})
        if ticket is not None and ticket.by == "nama":
            form.nama.data = ticket.proof
    asked = request.args.get("wilayah", "")
    if request.method == "GET" and "wilayah" in form and asked.isdecimal() and region_exists(asked):
        form.wilayah.data = asked
    form.tantangan.data = form.jawaban.data = ""
    form.tiket.data = sent or ""
    known_by = ticket or matter
    page = render_template(
        "responses/respond.html",
        kind=kind,
        form=form,
        matter=matter,
        shut=kind.needs_proof and ticket is None,
        masked=mask_nik(ticket.nik) if ticket else None,
        region=_region_name(ticket.region) if ticket and ticket.region else None,
        plain=settings.number("CHECK_PLAIN_DAILY"),
        days=operations.days_of(kind, known_by.election_id if known_by else None),
    )
    return remember_device(private(page, form.status))


def _region_name(code: str) -> str:
    found = regions.names([code[:10], code[:4]])
    return (
        ", ".join(title_region(found[c]) for c in dict.fromkeys((code[:10], code[:4])) if c in found) or code
    )


def _receipt_page(received: operations.Received) -> str:
    row, code = received.response, received.code
    return render_template(
        "responses/received.html",
        row=row,
        kind=kinds.ALL[row.kind],
        code=rules.shown_code(code),
        link=receipts.secret_link(row.number, code),
        form=ReceiptForm(formdata=None, nomor=row.number, kode=code),
    )


# --- follow ---------------------------------------------------------------------------------------


@bp.route("/tanggapan/lacak", methods=["GET", "POST"])
@public
def track() -> Any:
    """Where a response stands, for whoever has its receipt and code. The script reads the link's fragment."""
    form = TrackForm()
    if request.method == "POST" and form.validate_on_submit():
        try:
            row = _found(form.nomor.data or "", form.kode.data or "")
        except guard.TooMany:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return private(_state_page(row, rules.plain_code(form.kode.data)))
    return private(render_template("responses/track.html", form=form), form.status)


@bp.post("/tanggapan/tanda-terima")
@public
def receipt() -> Any:
    """The receipt as PDF."""
    form = ReceiptForm()
    if not form.validate_on_submit():
        abort(400)
    row = _found(form.nomor.data or "", form.kode.data or "")
    response = Response(
        receipts.receipt_pdf(row, rules.plain_code(form.kode.data)), mimetype="application/pdf"
    )
    response.headers.set("Content-Disposition", "attachment", filename=f"tanda-terima-{row.number}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response


def _found(number: str, code: str) -> Any:
    """The response of a receipt and a code; guessing is bounded by address."""
    room = settings.allowance("RESPONSE_TRACK")
    wait = rates.wait("lacak", visitor().address, rate=room.rate, burst=room.burst)
    if wait:
        raise guard.TooMany(wait)
    row = queries.by_code(number, code)
    if row is None:
        raise Refused(
            _("Nomor tanda terima dan kode itu tidak cocok."),
            hint=_("Periksa keduanya pada tanda terima Anda. Huruf besar dan kecil sama saja."),
            field="nomor",
        )
    return row


def _state_page(row: Any, code: str) -> str:
    kind = kinds.ALL.get(row.kind)
    return render_template(
        "responses/state.html",
        row=row,
        label=str(kind.label) if kind else row.kind,
        states=flow.LABELS,
        looks=flow.LOOKS,
        region=_region_name(row.region) if row.region else None,
        form=ReceiptForm(formdata=None, nomor=row.number, kode=code),
        base_url=current_app.config["BASE_URL"],
    )
