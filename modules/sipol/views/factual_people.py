"""One person of a sample: the attempts to meet them, who goes there; and one's own visits."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.documents import StoredFile
from electsys.documents.views import send_stored
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.identity.models import Account
from electsys.regions import queries as regions
from electsys.verification import people
from electsys.verification.forms import factual as forms
from electsys.verification.models import Contact, Sample, SampleMember
from electsys.verification.operations import contacts, samples
from electsys.verification.queries import samples as reads
from electsys.verification.sampling_words import METHODS, REASONS, RESULTS
from electsys.verification.wording import badge
from electsys.web.formats import title_region
from modules.sipol import factual_tables as tables
from modules.sipol.models import FactualCheck, PartyMember, PartyRegistration
from modules.sipol.operations import factual as operations
from modules.sipol.permissions import ASSIGN_VISITS, READ_MEMBERS, VISIT
from modules.sipol.places import Place, place_of
from modules.sipol.queries import factual as queries
from modules.sipol.queries.conclusions import newest_election
from modules.sipol.views import bp
from modules.sipol.views.factual_checks import moment_of


class Person(NamedTuple):
    """A person of a sample."""

    row: SampleMember
    sample: Sample
    member: PartyMember
    place: Place


def load_person(person_id: int) -> tuple[Person, Scope]:
    """A person of a sample of members, in the kab/kota; it belongs to no party, and none reads it."""
    row, sample = people.person_at(person_id, (queries.KIND,))
    member = db.session.get(PartyMember, int(row.subject.rpartition(":")[2])) or abort(404)
    registration = db.session.get_one(PartyRegistration, int(sample.owner.rpartition(":")[2]))
    place = place_of(registration, sample.region)
    return Person(row, sample, member, place), Scope(sample.region, election=sample.election_id)


def load_contact_photo(contact_id: int, file_id: int) -> tuple[StoredFile, Scope]:
    """A photo of an attempt; for KPU and Bawaslu, never for a party."""
    contact = db.session.get(Contact, contact_id) or abort(404)
    _person, scope = load_person(contact.member_id)
    return people.photo_at(contact, file_id), scope


def load_check_photo(check_id: int, file_id: int) -> tuple[StoredFile, Scope]:
    """A photo of a visit to an office or a board; for KPU and Bawaslu, never for a party."""
    check = db.session.get(FactualCheck, check_id) or abort(404)
    registration = db.session.get_one(PartyRegistration, check.registration_id)
    scope = Scope(check.region, election=registration.election_id)
    stored = db.session.get(StoredFile, file_id)
    if stored is None or file_id not in queries.photos_of_checks([check])[check.id]:
        abort(404)
    return stored, scope


@bp.get("/faktual/orang/<int:person_id>")
@requires(READ_MEMBERS, load=load_person)
def factual_person(person: Person) -> Any:
    """A person: who that is, the attempts so far, the next one."""
    return _page(person, forms.ContactForm(formdata=None).offer(METHODS, RESULTS))


def _page(person: Person, form: forms.ContactForm) -> Any:
    scope = samples.scope_of(person.sample)
    attempts = reads.contacts_of([person.row.id])[person.row.id]
    counting = reads.counting(attempts)
    open_ = person.sample.state == "berjalan" and person.row.state == "menunggu"
    if not form.is_submitted():
        form.cara.data = people.next_method(counting)
    assigns = open_ and can(current_user, ASSIGN_VISITS, scope)
    visitor = db.session.get(Account, person.row.assigned_to) if person.row.assigned_to else None
    village = regions.names([person.row.region], person.place.election.map_id)
    page = render_template(
        "sipol/factual/person.html",
        person=person.row,
        sample=person.sample,
        member=person.member,
        place=person.place,
        nik=queries.masked_nik(person.member),
        village=title_region(village.get(person.row.region, person.row.region)),
        contacts=attempts,
        counting=len(counting),
        standing={contact.id for contact in counting},
        correctable=_correctable(person, counting),
        photos=reads.photos_of(attempts),
        most=queries.attempts_most(person.place.election.id),
        methods=METHODS,
        results=RESULTS,
        reasons=REASONS,
        badge=badge,
        visitor=visitor,
        form=form if open_ and can(current_user, VISIT, scope) else None,
        give=forms.GiveForm(formdata=None).offer(reads.visitors_at(VISIT, scope), person.row.assigned_to)
        if assigns
        else None,
    )
    return page, form.status


@bp.post("/faktual/orang/<int:person_id>")
@requires(VISIT, load=load_person)
def record_factual_contact(person: Person) -> Any:
    """Write down an attempt."""
    form = forms.ContactForm().offer(METHODS, RESULTS)
    if form.validate_on_submit():
        actor = current_actor()
        try:
            photo = form.foto.store(actor=actor) if form.foto.data else None
            contacts.record_contact(
                person.row,
                form.cara.data or "",
                form.hasil.data or "",
                visited_at=moment_of(form.waktu.data, person.row.region),
                note=form.catatan.data,
                photo_id=photo.id if photo is not None else None,
                actor=actor,
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Upaya menemui tercatat."), "success")
            return redirect(url_for("sipol.factual_person", person_id=person.row.id))
    return _page(person, form)


def _correctable(person: Person, counting: list[Contact]) -> set[int]:
    return people.correctable(person.sample, counting, visits=VISIT, assigns=ASSIGN_VISITS)


def load_contact(contact_id: int) -> tuple[tuple[Person, Contact], Scope]:
    """An attempt that may be corrected, with its person."""
    contact = db.session.get(Contact, contact_id) or abort(404)
    person, scope = load_person(contact.member_id)
    return (person, contact), scope


@bp.route("/faktual/upaya/<int:contact_id>/pembetulan", methods=["GET", "POST"])
@requires(VISIT, load=load_contact)
def correct_factual_contact(loaded: tuple[Person, Contact]) -> Any:
    """Correct an attempt that was written down wrongly; both rows stay to be read."""
    person, contact = loaded
    counting = reads.counting(reads.contacts_of([person.row.id])[person.row.id])
    people.demand_correctable(contact, _correctable(person, counting))
    form = forms.CorrectionForm().offer(contact, RESULTS, last=contact.id == counting[-1].id)
    if form.validate_on_submit():
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
        else:
            flash(_("Upaya ke-%(n)s dibetulkan.", n=contact.number), "success")
            return redirect(url_for("sipol.factual_person", person_id=person.row.id))
    page = render_template(
        "sipol/factual/correct.html",
        person=person.row,
        member=person.member,
        place=person.place,
        contact=contact,
        methods=METHODS,
        results=RESULTS,
        form=form,
    )
    return page, form.status


@bp.post("/faktual/orang/<int:person_id>/petugas")
@requires(ASSIGN_VISITS, load=load_person)
def give_factual_person(person: Person) -> Any:
    """Give a person to one verifier by hand."""
    among = reads.visitors_at(VISIT, samples.scope_of(person.sample))
    account = people.give_by_hand(person.sample, person.row, among)
    flash(_("Dibagi kepada %(name)s.", name=account.name), "success")
    return redirect(url_for("sipol.factual_person", person_id=person.row.id))


@bp.get("/faktual/foto/<int:contact_id>/<int:file_id>")
@requires(READ_MEMBERS, load=load_contact_photo)
def factual_photo(stored: StoredFile) -> Response:
    """A photo of an attempt."""
    return send_stored(stored)


@bp.get("/faktual/kunjungan/<int:check_id>/<int:file_id>")
@requires(READ_MEMBERS, load=load_check_photo)
def factual_check_photo(stored: StoredFile) -> Response:
    """A photo of a visit to an office or a board."""
    return send_stored(stored)


@bp.get("/faktual/tugas")
@requires(VISIT)
def factual_own() -> Any:
    """Whom the reader has to visit."""
    election: Election | None = newest_election()
    if election is None:
        return redirect(url_for("sipol.factual_start"))
    villages = {
        person.region for person in reads.people_given(queries.KIND, current_user.id, "", election.id)
    }
    table = tables.people_table(
        queries.own_rows(current_user.id, election.id),
        regions.names(villages, election.map_id),
        name="tugas-faktual",
        own=True,
    )
    return table.download() or render_template("sipol/factual/own.html", election=election, table=table)
