"""Documents: many at once, each matched by its name, each with a receipt; one place; reading; the repair."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.documents import kinds as purposes
from electsys.documents.dropping import (
    DropForm,
    drop_words,
    names_asked,
    receipt_of,
    take_dropped,
    upload_asked,
)
from electsys.documents.forms import limits_text, words
from electsys.documents.kinds import ENDINGS
from electsys.documents.models import StoredFile
from electsys.documents.oversight import is_marked_already
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import can, requires
from electsys.verification.wording import badge
from electsys.web.forms import ButtonForm, demand_button
from modules.silon import document_tables as tables
from modules.silon.document_words import PROBLEMS
from modules.silon.finding_words import finding_words
from modules.silon.forms.documents import SlotForm, place_form, slot_label
from modules.silon.models import Candidate, CandidateDocument, CandidateUpload, Nomination
from modules.silon.operations import documents as operations
from modules.silon.operations.access import scope_of
from modules.silon.permissions import EDIT, READ, SUBMIT
from modules.silon.queries import documents as queries
from modules.silon.queries.verdicts import events_of, findings_now
from modules.silon.rules.documents import LATE, PURPOSE
from modules.silon.rules.naming import Match, Matcher, Who
from modules.silon.rules.verdicts import BLOCKING
from modules.silon.views import bp
from modules.silon.views.document_loading import AtFile, Slot, load_document, load_file, load_slot
from modules.silon.views.list_loading import load_nomination
from modules.silon.views.lists import deadline_of, link_if, shown

PREFIX = "/pencalonan/<int:nomination_id>"
HERE = f"{PREFIX}/dokumen"


class Waiting(NamedTuple):
    """A file that waits to be placed, why, and the form that places it."""

    file: StoredFile
    why: str
    form: Any


def around(row: Nomination) -> dict[str, Any]:
    """What every page of this room is given of a nomination."""
    home = link_if("silon.list_page", nomination_id=row.id) if row.kind == "daftar" else None
    return shown(row) | {
        "home": home,
        "badge": badge,
        "verdict_at": url_for("silon.verdict", nomination_id=row.id),
        "deadline": deadline_of(row),
    }


@bp.get(HERE)
@requires(READ, load=load_nomination)
def documents(loaded: Nomination) -> Any:
    """The documents of a nomination: drop, what waits, every place with what lies there."""
    given = around(loaded)
    table = _table(loaded, given)
    return table.download() or _page(loaded, given, table)


def _table(row: Nomination, given: dict[str, Any]) -> Any:
    return tables.documents_table(row, tables.places_of(row), may_edit=given["may_edit"])


def _page(row: Nomination, given: dict[str, Any], table: Any, form: DropForm | None = None) -> Any:
    drop = form or DropForm()
    purpose = purposes.limits(PURPOSE)
    page = render_template(
        "silon/documents/list.html",
        table=table,
        drop=drop,
        accept=purpose.accept,
        limits=limits_text(purpose),
        limit_bytes=purpose.max_bytes,
        upload_words=words(purpose) | drop_words(),
        purpose=PURPOSE,
        lacking=len(queries.missing(row)),
        waiting=_waiting(row) if given["may_edit"] else [],
        button=ButtonForm(formdata=None),
        examples=["01_ijazah.pdf", "2 KTP-el Siti Aminah.jpg", "B-PENGAJUAN-PARPOL.pdf"],
        **given,
    )
    return page, drop.status


def _waiting(row: Nomination) -> list[Waiting]:
    kinds, people = queries.kinds_of(row.election_id), queries.standing(row)

    def form(kind: str | None, number: int | None, key: int) -> Any:
        made = place_form(
            kinds, people, formdata=None, kind=kind or "", number="" if number is None else str(number)
        )
        for field in made:  # several of these forms stand on one page
            field.id = f"{field.id}-{key}"
        return made

    found = [
        Waiting(each.file, str(PROBLEMS[each.problem]), form(each.kind, each.number, each.file_id))
        for each in queries.waiting_in(row)
    ]
    found += [
        Waiting(stored, _("Halamannya tertutup sebelum berkas ini ditempatkan."), form(None, None, stored.id))
        for stored in queries.left_behind(current_user.id)
    ]
    return found


@bp.post(HERE)
@requires(EDIT, load=load_nomination)
def drop_documents(loaded: Nomination) -> Any:
    """Many files with one form: the sure ones go to their place, the others wait, and the page says so."""
    form = DropForm()
    placed, waits = take_dropped(
        form, PURPOSE, matcher_for(loaded).all, lambda stored, match: _settle(stored, loaded, match)
    )
    if form.complaints():
        shown_now = around(loaded)
        return _page(loaded, shown_now, _table(loaded, shown_now), form)
    flash(
        _("%(placed)s berkas ditempatkan, %(waits)s perlu ditempatkan sendiri.", placed=placed, waits=waits),
        "success",
    )
    return redirect(url_for("silon.documents", nomination_id=loaded.id))


@bp.post(f"{HERE}/cocokkan")
@requires(EDIT, load=load_nomination)
def match_documents(loaded: Nomination) -> Any:
    """Names -> kinds and candidates, before the files are sent. JSON; the page's token is in a header."""
    matches = matcher_for(loaded).all(names_asked())
    kinds = {k.code: str(k.label) for k in queries.kinds_of(loaded.election_id)}
    people = {c.number: f"{c.number}. {c.name}" for c in queries.standing(loaded)}
    return jsonify(
        matches=[
            {
                "name": match.name,
                "kind": match.kind,
                "kind_label": kinds.get(match.kind or ""),
                "region": None if match.number is None else str(match.number),
                "region_label": people.get(match.number or 0, _("pencalonan ini")),
                "sure": match.sure,
                "why": "" if match.problem is None else str(PROBLEMS[match.problem]),
            }
            for match in matches
        ]
    )


@bp.post(f"{HERE}/berkas")
@requires(EDIT, load=load_nomination)
def file_upload(loaded: Nomination) -> Any:
    """Place a finished upload, or let it wait; the answer is its receipt. JSON with ``token`` and, where the
    place is sure, ``kind`` and ``region`` (the candidate's number). Asked twice it answers the same."""
    stored, asked = upload_asked(PURPOSE)
    kind, number = asked.get("kind"), asked.get("region")
    if isinstance(kind, str) and isinstance(number, str) and number.isdecimal() and len(number) < 4:
        match = Match(stored.name, kind, int(number))
    else:
        match = matcher_for(loaded).one(stored.name)
        if match.sure:
            match = Match(stored.name, match.kind, match.number, "twice")  # the page was told so
    document = _settle(stored, loaded, match)
    page = url_for("silon.document", document_id=document.id) if document else None
    return receipt_of(stored, page)


def _settle(stored: StoredFile, row: Nomination, match: Match) -> CandidateDocument | None:
    """Place a file whose match is sure; else let it wait (None)."""
    actor = current_actor()
    if match.sure and match.kind is not None and match.number is not None:
        return operations.file_document(stored, row, _who(row, match.number), match.kind, actor=actor)
    operations.keep_upload(stored, row, match, actor=actor)
    return None


def _who(row: Nomination, number: int) -> Candidate | None:
    """The candidate of a number; None is the nomination itself."""
    if not number:
        return None
    found = next((c for c in queries.standing(row) if c.number == number), None)
    if found is None:
        raise Refused(_("Tidak ada calon dengan nomor urut %(n)s.", n=number), field="number")
    return found


def matcher_for(row: Nomination) -> Matcher:
    """The matcher of a nomination: who stands, what is asked of each, what is closed."""
    kinds, filed, closed = queries.kinds_of(row.election_id), queries.in_force(row), queries.closed_of(row)

    def asked(who: Candidate | None) -> Who:
        there = filed.get(who.id if who is not None else None, {})
        return Who(
            who.number if who is not None else 0,
            who.name if who is not None else "",
            frozenset(k.code for k in queries.kinds_for(row, who, kinds)),
            frozenset(code for code, doc in there.items() if doc.id in closed),
        )

    return Matcher(kinds, [asked(who) for who in queries.standing(row)], asked(None))


@bp.post(f"{HERE}/tempatkan/<int:file_id>")
@requires(EDIT, load=load_file)
def place_document(loaded: AtFile) -> Any:
    """Place a waiting file by hand."""
    row = loaded.nomination
    form = place_form(queries.kinds_of(row.election_id), queries.standing(row))
    if not form.validate_on_submit():
        raise Refused(_("Pilih jenis dokumen dan pemiliknya."), hint=_("Kembali, lalu lengkapi keduanya."))
    who = _who(row, int(form.number.data))
    made = operations.file_document(loaded.file, row, who, form.kind.data, actor=current_actor())
    flash(_("%(name)s ditempatkan.", name=made.file.name), "success")
    return redirect(url_for("silon.documents", nomination_id=row.id))


@bp.post(f"{HERE}/buang/<int:file_id>")
@requires(EDIT, load=load_file)
def discard_document(loaded: AtFile) -> Any:
    """Take a waiting file off the list; its receipt stays."""
    demand_button()
    actor = current_actor()
    row: CandidateUpload = loaded.row or operations.keep_upload(
        loaded.file, loaded.nomination, Match(loaded.file.name, problem="kind_unknown"), actor=actor
    )
    operations.discard_upload(row, loaded.nomination, actor=actor)
    flash(_("%(name)s dibuang dari daftar. Tanda terimanya tetap ada.", name=loaded.file.name), "success")
    return redirect(url_for("silon.documents", nomination_id=loaded.nomination.id))


# --- one place, one document ------------------------------------------------------------------------


@bp.route(f"{HERE}/<int:number>/<kind>", methods=["GET", "POST"])
@requires(EDIT, load=load_slot)
def slot(loaded: Slot) -> Any:
    """Upload one document for its place."""
    form = SlotForm()
    row = loaded.nomination
    if form.validate_on_submit():
        try:
            stored = form.file.store(actor=current_actor())
            operations.file_document(stored, row, loaded.candidate, loaded.kind.code, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            refusal.field = "file"
            form.refuse(refusal)
        else:
            flash(
                _("%(what)s diterima. Tanda terima %(n)s.", what=loaded.kind.label, n=stored.receipt),
                "success",
            )
            back = "silon.repair" if request.args.get("dari") == "perbaikan" else "silon.documents"
            return redirect(url_for(back, nomination_id=row.id))
    given = around(row)
    page = render_template(
        "silon/documents/slot.html",
        form=form,
        slot=loaded,
        label=slot_label(loaded.kind, loaded.candidate),
        late=loaded.kind.need == LATE,
        **given,
    )
    return page, form.status


@bp.get("/dokumen/<int:document_id>")
@requires(READ, load=load_document)
def document(loaded: CandidateDocument) -> Any:
    """One document: its receipt, what was said of it, the versions of its place."""
    row = db.session.get_one(Nomination, loaded.nomination_id)
    who = db.session.get(Candidate, loaded.candidate_id) if loaded.candidate_id is not None else None
    kind = next((k for k in queries.kinds_of(row.election_id) if k.code == loaded.kind), None)
    place = next((p for p in tables.places_of(row) if p.document and p.document.id == loaded.id), None)
    given = around(row)
    return render_template(
        "silon/documents/document.html",
        document=loaded,
        candidate=who,
        label=str(kind.label) if kind is not None else loaded.kind,
        why=place.why if place is not None else "",
        replaceable=place is not None
        and not place.closed
        and (given["may_edit"] or (place.kind.need == LATE and can(current_user, EDIT, scope_of(row)))),
        versions=queries.versions_of(loaded),
        **given,
    )


@bp.get("/dokumen/<int:document_id>/berkas")
@requires(READ, load=load_document)
def document_file(loaded: CandidateDocument) -> Any:
    """The content, marked with the name of its reader, which the trail keeps too."""
    body = operations.read_document(loaded, actor=current_actor())
    is_marked_already()
    answer = Response(body, mimetype=loaded.file.media_type)
    name = f"{loaded.file.receipt}{ENDINGS[loaded.file.media_type]}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


# --- the repair --------------------------------------------------------------------------------------


@bp.get(f"{PREFIX}/perbaikan")
@requires(READ, load=load_nomination)
def repair(loaded: Nomination) -> Any:
    """What must be mended: every document with its reason and article, and its upload right there."""
    given = around(loaded)
    places = [p for p in tables.places_of(loaded) if _to_mend(loaded, p)]
    people = [c for c in queries.standing(loaded) if set(c.flags) & set(BLOCKING)]
    events = events_of([c.id for c in people])
    return render_template(
        "silon/documents/repair.html",
        places=places,
        forms={(p.number, p.kind.code): _slot_form(p) for p in places} if given["may_edit"] else {},
        people=people,
        events=events,
        findings=[(f, finding_words(f)) for f in findings_now(loaded)],
        open=loaded.state == "perbaikan",
        submit_at=link_if("silon.check", nomination_id=loaded.id)
        if can(current_user, SUBMIT, scope_of(loaded))
        else None,
        **given,
    )


def _to_mend(row: Nomination, place: tables.Place) -> bool:
    """What fails, and what was uploaded anew in this repair and waits to be judged."""
    if place.wanting:
        return True
    return place.state == "menunggu" and row.state == "perbaikan"


def _slot_form(place: tables.Place) -> SlotForm:
    form = SlotForm(formdata=None)
    form.file.id = f"berkas-{place.number}-{place.kind.code}"
    return form
