"""Public checks: a page for people, an endpoint for programs. Numbers come in bodies, never in addresses."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.identity.access import public
from electsys.privacy.rules import form_problem
from electsys.privacy.wording import PROBLEMS
from electsys.responses import checks, guard, kinds, rules, settings, tickets
from electsys.responses.forms import CheckForm, OfferForm, question
from electsys.responses.views import bp, private, remember_device, visitor
from electsys.web.security import csrf

#: The whole answer where nothing is found: one constant for an unknown NIK and for a wrong pair.
NOTHING = b'{"ditemukan":false}'


def known(name: str) -> checks.Check:
    """The check of a name in an address."""
    if name not in checks.ALL:
        abort(404)
    return checks.ALL[name]


@bp.get("/cek")
@public
def every_check() -> Any:
    """What anybody can check and send."""
    return render_template(
        "responses/checks.html", checks=list(checks.ALL.values()), kinds=list(kinds.ALL.values())
    )


@bp.route("/cek/<name>", methods=["GET", "POST"])
@public
def check(name: str) -> Any:
    """The form of a check, and its answer. The browser's script adds a proof of work to the form."""
    wanted, form = known(name), CheckForm()
    if request.query_string:  # somebody's typing in an address: out of it, and out of the links of this page
        return redirect(url_for("responses.check", name=name))
    if request.method == "POST" and form.validate_on_submit():
        asking = visitor()
        try:
            proof = guard.proof_of(name, asking, form.tantangan.data, form.jawaban.data)
            asked = form.question()
            answer = guard.ask(wanted, asked, asking, proof)
        except guard.TooMany:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return private(_answer_page(wanted, form, asked, answer))
    form.tantangan.data = form.jawaban.data = ""
    page = render_template(
        "responses/check.html", check=wanted, form=form, plain=settings.number("CHECK_PLAIN_DAILY")
    )
    return remember_device(private(page, form.status))


def _answer_page(
    wanted: checks.Check, form: CheckForm, asked: checks.Question, answer: checks.Answer | None
) -> str:
    offered = [kinds.ALL[n] for n in (answer or wanted).offers if n in kinds.ALL]
    ticket = None
    if answer is not None and offered:
        by, proof = form.proof
        ticket = tickets.issue(answer, nik=form.nik.data or "", proof=proof, by=by)
    return render_template(
        "responses/answer.html",
        check=wanted,
        question=asked,
        answer=answer,
        offered=offered,
        offer=OfferForm(formdata=None, tiket=ticket) if ticket else None,
    )


@bp.get("/api/cek/<name>/tantangan")
@public
def check_challenge(name: str) -> Any:
    """A challenge for one question of a check."""
    return remember_device(_json(guard.challenge(known(name).name, visitor())))


@bp.post("/api/cek/<name>")
@csrf.exempt  # it reads no session; a page elsewhere cannot send JSON here, nor read the answer
@public
def check_api(name: str) -> Response:
    """The check for programs.

    JSON: ``nik``, ``tanggal_lahir`` (YYYY-MM-DD) or ``nama``, and ``tantangan`` with ``jawaban``. 200 says
    whether something was found; 422 that the question has the wrong form; 429 to wait (``Retry-After``).
    """
    wanted = known(name)
    if not request.is_json:
        abort(415)
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        abort(400)
    asked = _question(given)
    asking = visitor()
    proof = guard.proof_of(name, asking, _text(given, "tantangan"), _text(given, "jawaban"))
    answer = guard.ask(wanted, asked, asking, proof)
    if answer is None:
        return _json(NOTHING)
    return _json({"ditemukan": True, "data": answer.data})


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""


def _question(given: dict[str, Any]) -> checks.Question:
    nik = rules.plain_number(_text(given, "nik"))
    if problem := form_problem(nik, "nik"):
        raise Refused(str(PROBLEMS[problem.code]), field="nik")
    if born := _text(given, "tanggal_lahir"):
        day = rules.parse_day(born)
        if day is None:
            raise Refused(_("Tulis tanggal lahir seperti 1990-08-17."), field="tanggal_lahir")
        return question(nik, "lahir", day.isoformat())
    if name := _text(given, "nama"):
        return question(nik, "nama", name[:120])
    raise Refused(_("Isi tanggal_lahir atau nama."), field="tanggal_lahir")


def _json(content: dict[str, Any] | bytes) -> Response:
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
