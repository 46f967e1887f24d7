"""One supporter of a sample: the attempts to meet them, who goes there; and one's own visits."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.documents import StoredFile
from electsys.documents.views import send_stored
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.identity.models import Account
from electsys.regions import queries as regions
from electsys.regions.rules import zone_of
from electsys.verification import people
from electsys.verification.forms import factual as forms
from electsys.verification.models import Contact, Sample, SampleMember
from electsys.verification.operations import samples
from electsys.verification.queries import samples as shared
from electsys.verification.wording import badge
from electsys.web.formats import ZONES, title_region
from modules.silon import support_field_words as words
from modules.silon import support_tables as tables
from modules.silon.models import Nomination, Supporter
from modules.silon.operations import support_factual as operations
from modules.silon.permissions import ASSIGN_VISITS, VISIT
from modules.silon.queries import support as standings
from modules.silon.queries import support_factual as queries
from modules.silon.views import bp
from modules.silon.views.support_factual import visitors_at


class Person(NamedTuple):
    """A supporter in a sample."""

    row: SampleMember
    sample: Sample
    supporter: Supporter
    nomination: Nomination


def load_person(person_id: int) -> tuple[Person, Scope]:
    """A supporter in a sample, in the area; nobody who is supported reads it."""
    row, sample = people.person_at(person_id, queries.KINDS)
    supporter = db.session.get(Supporter, queries.key_of(row.subject)) or abort(404)
    nomination = db.session.get_one(Nomination, queries.key_of(sample.owner))
    scope = Scope(sample.region, None, sample.election_id)
    return Person(row, sample, supporter, nomination), scope


def load_photo(contact_id: int, file_id: int) -> tuple[StoredFile, Scope]:
    """A photo of an attempt."""
    contact = db.session.get(Contact, contact_id) or abort(404)
    _person, scope = load_person(contact.member_id)
    return people.photo_at(contact, file_id), scope


def load_contact(contact_id: int) -> tuple[tuple[Person, Contact], Scope]:
    """An attempt, with its person."""
    contact = db.session.get(Contact, contact_id) or abort(404)
    person, scope = load_person(contact.member_id)
    return (person, contact), scope


@bp.get("/dukungan/faktual/orang/<int:person_id>")
@requires(VISIT, load=load_person)
def support_person(person: Person) -> Any:
    """A supporter: who that is, the attempts so far, the next one."""
    return _page(person, forms.ContactForm(formdata=None).offer(words.METHODS, words.RESULTS))


def _page(person: Person, form: forms.ContactForm) -> Any:
    scope = samples.scope_of(person.sample)
    attempts = shared.contacts_of([person.row.id])[person.row.id]
    counting = shared.counting(attempts)
    running = person.nomination.support_state == queries.step_of(person.nomination)
    open_ = running and person.sample.state == "berjalan" and person.row.state == "menunggu"
    if not form.is_submitted():
        form.cara.data = people.next_method(counting)
    assigns = open_ and can(current_user, ASSIGN_VISITS, scope)
    visitor = db.session.get(Account, person.row.assigned_to) if person.row.assigned_to else None
    election = person.nomination.contest.election
    village = regions.names([person.row.region], election.map_id)
    area = standings.areas_of(person.nomination).get(person.sample.region, person.sample.region)
    page = render_template(
        "silon/support/person.html",
        person=person.row,
        sample=person.sample,
        row=person.supporter,
        nomination=person.nomination,
        election=election,
        area=title_region(area),
        nik=standings.masked([person.supporter])[person.supporter.id],
        village=title_region(village.get(person.row.region, person.row.region)),
        double=person.sample.kind == queries.DOUBLE,
        contacts=attempts,
        counting=len(counting),
        standing={contact.id for contact in counting},
        correctable=_correctable(person, counting),
        photos=shared.photos_of(attempts),
        most=queries.attempts_most(election.id),
        words=words,
        badge=badge,
        visitor=visitor,
        form=form if open_ and can(current_user, VISIT, scope) else None,
        give=forms.GiveForm(formdata=None).offer(visitors_at(scope), person.row.assigned_to)
        if assigns
        else None,
    )
    return page, form.status


@bp.post("/dukungan/faktual/orang/<int:person_id>")
@requires(VISIT, load=load_person)
def record_support_contact(person: Person) -> Any:
    """Write down an attempt."""
    form, key = forms.ContactForm().offer(words.METHODS, words.RESULTS), person.row.id
    if form.validate_on_submit():
        actor = current_actor()
        said = form.waktu.data or abort(400)
        try:
            photo = form.foto.store(actor=actor) if form.foto.data else None
            operations.record_contact(
                person.row,
                form.cara.data or "",
                form.hasil.data or "",
                visited_at=said.replace(tzinfo=ZONES[zone_of(person.row.region)]),
                note=form.catatan.data,
                photo_id=photo.id if photo is not None else None,
                actor=actor,
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            person = load_person(key)[0]
        else:
            flash(_("Upaya menemui tercatat."), "success")
            return redirect(url_for("silon.support_person", person_id=key))
    return _page(person, form)


def _correctable(person: Person, counting: list[Contact]) -> set[int]:
    return people.correctable(person.sample, counting, visits=VISIT, assigns=ASSIGN_VISITS)


@bp.route("/dukungan/faktual/upaya/<int:contact_id>/pembetulan", methods=["GET", "POST"])
@requires(VISIT, load=load_contact)
def correct_support_contact(loaded: tuple[Person, Contact]) -> Any:
    """Correct an attempt that was written down wrongly; both rows stay to be read."""
    person, contact = loaded
    counting = shared.counting(shared.contacts_of([person.row.id])[person.row.id])
    people.demand_correctable(contact, _correctable(person, counting))
    form = forms.CorrectionForm().offer(contact, words.RESULTS, last=contact.id == counting[-1].id)
    if form.validate_on_submit():
        key, number = person.row.id, contact.number
        try:
            operations.correct_contact(
                contact,
                form.hasil.data or "",
                form.alasan.data or "",
                note=form.catatan.data,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            person, contact = load_contact(contact.id)[0]
        else:
            flash(_("Upaya ke-%(n)s dibetulkan.", n=number), "success")
            return redirect(url_for("silon.support_person", person_id=key))
    page = render_template(
        "silon/support/correct.html",
        person=person.row,
        row=person.supporter,
        nomination=person.nomination,
        contact=contact,
        words=words,
        form=form,
    )
    return page, form.status


@bp.post("/dukungan/faktual/orang/<int:person_id>/petugas")
@requires(ASSIGN_VISITS, load=load_person)
def give_support_person(person: Person) -> Any:
    """Give a supporter to one verifier by hand."""
    account = people.give_by_hand(person.sample, person.row, visitors_at(samples.scope_of(person.sample)))
    flash(_("Dibagi kepada %(name)s.", name=account.name), "success")
    return redirect(url_for("silon.support_person", person_id=person.row.id))


@bp.get("/dukungan/faktual/foto/<int:contact_id>/<int:file_id>")
@requires(VISIT, load=load_photo)
def support_photo(stored: StoredFile) -> Response:
    """A photo of an attempt."""
    return send_stored(stored)


@bp.get("/dukungan/faktual/tugas")
@requires(VISIT)
def support_own() -> Any:
    """Whom the reader has to visit."""
    election = queries.newest_election()
    if election is None:
        return redirect(url_for("silon.support_field"))
    villages = {
        person.region
        for kind in queries.KINDS
        for person in shared.people_given(kind, current_user.id, "", election.id)
    }
    table = tables.people_table(
        queries.own_rows(current_user.id),
        regions.names(villages, election.map_id),
        name="tugas-dukungan",
        own=True,
    )
    return table.download() or render_template("silon/support/own.html", election=election, table=table)
